"""What the processes say to each other, and what the server notes and counts."""

import argparse
import asyncio
import io
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterkg.errors import UnreadableError, UsageError
from clusterkg.server import frame, job, log, metric, option, room, token, watch
from clusterkg.server.child import Child
from clusterkg.server.frame import PIECE, Kind
from clusterkg.server.front import Orders
from clusterkg.server.job import Job, Limit
from clusterkg.server.line import Line
from clusterkg.server.log import Entry, Journal
from clusterkg.server.metric import Metric
from clusterkg.server.reply import Reply
from clusterkg.web import target
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import Settings


def frames(data: bytes) -> list[frame.Frame]:
    stream = io.BytesIO(data)
    found = []
    while stream.tell() < len(data):
        found.append(frame.read(stream))
    return found


def answered(response: Response, fail: Response | None = None) -> list[frame.Frame]:
    """Give what an executor writes for an answer."""
    out = io.BytesIO()
    reply = Reply(out)
    try:
        reply.send(response)
    except Problem:
        assert fail
        reply.fail(fail)
    return frames(out.getvalue())


@given(st.sampled_from(Kind), st.binary(max_size=300))
def test_a_frame_is_read_as_it_was_written(kind: Kind, payload: bytes) -> None:
    assert frames(2 * frame.packed(kind, payload)) == 2 * [(kind, payload)]


@pytest.mark.parametrize("data", [b"\x01", b"\x01" + b"\xff" * 8, b"\x63" + bytes(8),
                                  frame.packed(Kind.JOB, b"abc")[:-1]])
def test_what_is_no_frame_is_not_read(data: bytes) -> None:
    with pytest.raises((EOFError, ValueError)):
        frame.read(io.BytesIO(data))


@given(st.text(), st.dictionaries(st.text(), st.text()), st.binary(max_size=2 * PIECE + 1))
def test_a_request_arrives_as_it_was_sent(
        address: str, headers: dict[str, str], body: bytes) -> None:
    asked = Request("POST", "/", address, headers=headers, body=body, base="b", writer=True, id="i")
    (first, said), *rest = frames(job.described(asked, "versions/1"))
    assert first is Kind.JOB
    assert json.loads(said) == {
        "version": "versions/1", "method": "POST", "target": address, "headers": headers,
        "base": "b", "writer": True, "id": "i"}
    assert rest[-1] == (Kind.END, b"")
    assert b"".join(payload for _, payload in rest[:-1]) == body


def pieces(*sizes: int, error: Problem | None = None) -> Callable[[BinaryIO], None]:
    def write(out: BinaryIO) -> None:
        for size in sizes:
            out.write(b"a" * size)
        if error:
            raise error
    return write


@given(st.lists(st.integers(0, PIECE + 100), max_size=8))
def test_a_body_arrives_whole_in_pieces(sizes: list[int]) -> None:
    (first, said), *rest, last = answered(Response(200, (("A", "é"),), pieces(*sizes)))
    head = job.head(said)
    assert (first, head.status, last) == (Kind.HEAD, 200, (Kind.END, b""))
    assert all(kind is Kind.CHUNK and len(payload) <= PIECE for kind, payload in rest)
    assert b"".join(payload for _, payload in rest) == b"a" * sum(sizes)
    expected = [str(sum(sizes))] if sum(sizes) < PIECE else []
    assert [value for name, value in head.headers if name == "Content-Length"] == expected


def test_an_error_in_a_body_becomes_the_answer_only_while_nothing_was_sent() -> None:
    instead = Response(503, (), b"sorry")
    error = Problem(503, "x", "x")
    early = answered(Response(200, (), pieces(100, error=error)), instead)
    assert job.head(early[0][1]).status == 503
    assert [payload for kind, payload in early if kind is Kind.CHUNK] == [b"sorry"]
    late = answered(Response(200, (), pieces(PIECE + 1, error=error)), instead)
    assert job.head(late[0][1]).status == 200
    assert late[-1][0] is Kind.FAIL


def test_an_answer_without_a_body_has_no_length() -> None:
    for code in (204, 304):
        (_, said), last = answered(Response(code))
        assert "Content-Length" not in dict(job.head(said).headers)
        assert last == (Kind.END, b"")


def test_of_an_answer_to_head_no_length_is_made_up() -> None:
    out = io.BytesIO()
    Reply(out, bodyless=True).send(Response(200, (("Content-Type", "text/turtle"),)))
    (_, said), _ = frames(out.getvalue())
    assert dict(job.head(said).headers) == {"Content-Type": "text/turtle"}


def running(age: float, *, stalled: float = 0.0, is_slow: bool = False, **limit: Any) -> Job:
    """Make a job of that age; one that is stalled has sent a part of its answer."""
    child = SimpleNamespace(is_gentle=is_slow, kill=lambda: None)
    now = time.monotonic()
    return Job(cast(Child, child), Limit(100, **limit), now - age, has_begun=stalled > 0,
               paused=now - stalled if stalled else None)


def test_readers_who_do_not_read_take_no_place_of_others() -> None:
    assert room.wanted([], writes=False) == 2
    assert room.wanted([running(10, stalled=9.9)] * 5, writes=False) == 7
    assert room.wanted([running(10, stalled=9.9)] * 50, writes=False) == 10
    assert room.wanted([running(10, is_slow=True)] * 5, writes=False) == 4
    assert room.wanted([running(9, spared=True)], writes=False) == 3
    assert room.wanted([running(9, spared=True)], writes=True) == 3


def test_readers_without_a_seat_make_room_those_first_who_are_stuck() -> None:
    stuck = [running(8, stalled=5 + each) for each in range(2)]
    late, early = running(1, stalled=0.9), running(2, stalled=1.8)
    seated = [running(1.9, stalled=1.7) for _ in range(6)]
    computing = running(0.5)
    assert room.given_up([*seated, *stuck, computing]) == []
    assert room.given_up([*seated, late, early, *stuck]) == [stuck[1], stuck[0]]
    assert room.given_up([*seated, late, early, stuck[0], running(2, stalled=1.9)]) == \
        [stuck[0], late]


def test_of_slow_questions_the_youngest_makes_room_never_a_write() -> None:
    slow = [running(age, is_slow=True) for age in (9, 8, 7, 6)]
    writer, stuck = running(5, is_slow=True, spared=True), running(9, stalled=8.9)
    assert room.given_up([*slow, writer, stuck]) == [slow[-1]]
    assert room.given_up([*slow[:3], writer]) == []
    assert room.given_up([*slow, running(0.1)]) == []
    slow[0].end(job.crowded())
    assert room.given_up(slow) == []


def test_what_many_are_slow_to_read_may_not_take_the_last_executor() -> None:
    read = [running(9, stalled=8, kind="store")]
    assert room.barred([*read * 3, *[running(9, kind="page")] * 9]) == ()
    assert room.barred([*read * 4, running(9, kind="page")]) == {"store"}


def in_line(test: Callable[[], None]) -> None:
    """Run a test within a loop, as places in a line need one."""
    async def run() -> None:
        test()
    asyncio.run(run())


def test_whoever_asks_much_does_not_stop_the_others() -> None:
    def test() -> None:
        line = Line(10, 60)
        much = [line.join(Limit(1, kind="store", client="a")) for _ in range(3)]
        also, other = (line.join(Limit(1, kind="store", client="b")),
                       line.join(Limit(1, kind="page", client="a")))
        run: list[Limit] = []
        for expected in (much[0], other, also, much[1], much[2], None):
            found = line.next(run, ())
            assert found is expected
            run += [found.limit] if found else []
        last = line.join(Limit(1, kind="store"))
        assert line.next([], {"store"}) is None
        assert line.next([], ()) is last
    in_line(test)


def test_one_writes_at_a_time() -> None:
    def test() -> None:
        line = Line(10, 60)
        first, second = (line.join(Limit(1, spared=True)) for _ in range(2))
        reader = line.join(Limit(1))
        assert (line.writes, line.reads) == (True, True)
        assert line.next([], ()) is first
        assert line.next([first.limit], ()) is reader
        assert line.next([first.limit], ()) is None
        assert (line.writes, line.reads) == (True, False)
        assert line.next([], ()) is second
    in_line(test)


def refused(place: asyncio.Future[Job]) -> int:
    error = place.exception()
    assert isinstance(error, Problem)
    return error.status


def test_where_the_line_is_full_whoever_has_most_in_it_gives_way() -> None:
    def test() -> None:
        line = Line(3, 60)
        much = [line.join(Limit(1, kind="store")) for _ in range(3)]
        with pytest.raises(Problem) as told:
            line.join(Limit(1, kind="store"))
        assert told.value.status == 429
        one = line.join(Limit(1, kind="page"))
        assert [each.place.done() for each in (*much, one)] == [False, False, True, False]
        assert (refused(much[2].place), len(line)) == (429, 3)
        with pytest.raises(Problem):
            line.join(Limit(1, kind="page"))
    in_line(test)


def test_who_has_waited_too_long_is_told_why() -> None:
    def test() -> None:
        line = Line(3, 60)
        reader, writer = line.join(Limit(1)), line.join(Limit(1, spared=True))
        line.turn_away(time.monotonic() + 59)
        assert len(line) == 2
        line.turn_away(time.monotonic() + 61)
        assert (refused(reader.place), refused(writer.place), len(line)) == (429, 503, 0)
    in_line(test)


def test_a_write_that_was_cut_off_may_have_been_made() -> None:
    assert "look before you send it again" in running(9, spared=True).crashed().detail
    assert "look" not in running(9).crashed().detail
    writer = running(9, spared=True)
    writer.end(job.timed_out(3))
    assert (writer.crashed().status, writer.crashed().name) == (503, "timeout")
    assert "look before you send it again" in writer.crashed().detail
    writer.abandon()
    assert writer.limit.seconds == 100


@pytest.mark.parametrize(("content", "mode"), [
    ("", 0o600), ("short", 0o600), ("a" * 16 + " b", 0o600), ("a" * 16 + "ä", 0o600),
    ("a" * 40, 0o644), ("a" * 40, 0o640)])
def test_a_token_that_is_no_secret_is_refused(tmp_path: Path, content: str, mode: int) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(UsageError) as refused:
        token.read(file)
    assert content not in str(refused.value) or not content.strip()


def test_what_has_no_end_is_no_token(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"a" * 5000)
    large.chmod(0o600)
    for path in (Path("/dev/zero"), tmp_path, large):
        with pytest.raises(UsageError, match="plain file"):
            token.read(path)


def test_only_the_token_matches(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("secret-secret-secret\n", encoding="utf-8")
    file.chmod(0o600)
    digest = token.read(file)
    for header in ("Bearer secret-secret-secret", "bearer  secret-secret-secret"):
        assert token.matches(header, digest)
    for other in (None, "", "Bearer", "Bearer ", "secret-secret-secret",
                   "Basic secret-secret-secret", "Bearer secret-secret-secre",
                   "Bearer secret-secret-secret, Bearer x", "Bearer Bearer secret-secret-secret"):
        assert not token.matches(other, digest)


def test_a_version_that_cannot_be_read_at_once_is_read_later(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    pointer, now = tmp_path / "CURRENT", [100.0]
    found: list[str | Exception] = ["1"]

    def current(_: Path) -> Path:
        if isinstance(found[0], Exception):
            raise found[0]
        return Path(found[0])
    pointer.write_text("1")
    monkeypatch.setattr("clusterkg.version.current", current)
    monkeypatch.setattr(watch, "monotonic", lambda: now[0])
    seen = list[str]()
    watching = watch.Watch(tmp_path)
    watching.told = seen.append
    (tmp_path / "next").write_text("2")
    (tmp_path / "next").rename(pointer)
    for error in (UnreadableError("torn"), OSError("too many files")):
        found[0] = error
        watching.look(now=True)
        now[0] += 1.1
    found[0] = "2"
    assert (seen, watching.version) == ([], "1")
    watching.look(now=True)
    assert (seen, watching.version) == (["2"], "2")
    assert caplog.messages == ["the version before goes on: torn"]


def test_orders_and_settings_arrive_as_they_were_given() -> None:
    orders = Orders(Settings(services=("a", "b"), rows=7), "::1", 80, "t", "m", 3)
    assert Orders.read(orders.text()) == orders
    assert "\n" not in orders.text()


def options(*arguments: str) -> option.Options:
    parser = argparse.ArgumentParser(exit_on_error=False)
    option.add_arguments(parser)
    return option.read(parser.parse_args(arguments))


def test_options_become_settings() -> None:
    read = options("--timeout", "5", "--rows", "9", "--bytes", "1KB", "--service", "A.example",
                   "--base-url", "https://x/y/", "--processes", "3")
    said = read.settings
    assert (said.timeout, said.rows, said.bytes, said.services, said.base, said.processes) == \
        (5, 9, 1024, ("a.example",), "https://x/y", 3)
    assert (read.host, read.port) == ("127.0.0.1", 7878)


@pytest.mark.parametrize("arguments", [
    ("--writable",), ("--token-file", "x"), ("--base-url", "ftp://x"),
    ("--base-url", "http://"), ("--base-url", "/"), ("--base-url", "http://x/?a=<b>"),
    ("--base-url", "http://a:b@x"), ("--base-url", "http://x/#a"), ("--base-url", "http://x y"),
    ("--base-url", "http://x/\n"), ("--base-url", "http://x//y"), ("--base-url", "http://x:y"),
    ("--endpoint", "http://x", "--writable", "--token-file", "x")])
def test_options_that_do_not_go_together_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        options(*arguments)


@pytest.mark.parametrize("name", ["--snapshot", "--endpoint", "--host"])
def test_what_is_left_empty_is_not_taken_for_something(name: str) -> None:
    with pytest.raises(argparse.ArgumentError):
        options(name, "")


@pytest.mark.parametrize("base", ["https://x", "http://x:80", "http://[::1]:7", "https://x/a/b-c"])
def test_links_may_begin_with_an_address_and_a_path(base: str) -> None:
    assert options("--base-url", f"{base}/").settings.base == base


def test_addresses_of_both_kinds() -> None:
    assert option.address("::1", 80) == "http://[::1]:80"
    assert option.address("localhost", 80) == "http://localhost:80"


def entry(**more: Any) -> Entry:
    return Entry(**{"time": 0.0, "id": "i", "method": "GET", "path": "/sparql", "status": 200,
                    "bytes": 5, "seconds": 0.5, "client": "c", "text": "ASK {}", **more})


def written(*entries: Entry) -> list[dict[str, Any]]:
    stream = io.StringIO()
    journal = Journal(stream)
    for each in entries:
        journal.add(each)
    journal.close()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line() -> None:
    (line,) = written(entry())
    assert line == {"time": "1970-01-01T00:00:00.000+00:00", "id": "i", "method": "GET",
                    "path": "/sparql", "query_name": "", "form": "ASK", "status": 200, "bytes": 5,
                    "seconds": 0.5, "client": "c"}
    (line,) = written(entry(path="/queries/firms/run.csv", text="/queries/firms/run.csv?a=b"))
    assert (line["query_name"], line["form"]) == ("firms", "")


def test_a_slow_request_tells_what_was_asked_cut_short() -> None:
    _, slow = written(entry(seconds=1.5, text="ASK {}" + " " * 5000))
    assert slow["slow"] == 1.5
    assert len(slow["query"]) == 2000


@given(st.text())
def test_nothing_that_is_asked_ends_a_line(text: str) -> None:
    stream = io.StringIO()
    journal = Journal(stream)
    journal.add(entry(seconds=2.0, text=text, path="/" + text))
    journal.close()
    lines = stream.getvalue()
    assert lines.count("\n") == len(lines.splitlines()) == (2 if text else 1)
    assert lines.isascii()


@pytest.mark.parametrize(("text", "form"), [
    ("SELECT * {}", "SELECT"), ("prefix a: <b> # ask\n base <x>\nConstruct {}", "CONSTRUCT"),
    ("# SELECT\nASK{}", "ASK"), ("PREFIX : <a#b> insert data {}", "INSERT"), ("hello", ""),
    ("", ""), ("#" * 100_000, ""), ("PREFIX " * 20_000, ""), (" " * 200_000 + "ASK", "")])
def test_the_form_of_a_query_is_its_first_word(text: str, form: str) -> None:
    (line, *_) = written(entry(text=text))
    assert line["form"] == form


@pytest.mark.parametrize(("method", "address", "kind", "body", "text"), [
    ("GET", "/sparql?query=ASK%7B%7D&timeout=3", "", b"", "ASK{}"),
    ("POST", "/sparql", "application/x-www-form-urlencoded", b"a=b&query=ASK%7B%7D", "ASK{}"),
    ("POST", "/sparql", "application/sparql-query", b"ASK{}", "ASK{}"),
    ("POST", "/sparql", "application/sparql-query", b"\xff{}", "\ufffd{}"),
    ("POST", "/store?default", "text/turtle", b"<a> <b> <c> .", ""),
    ("GET", "/queries/x/run?a=b&access_token=1", "", b"", "/queries/x/run?a=b")])
def test_what_was_asked_is_found_wherever_it_stands(
        method: str, address: str, kind: str, body: bytes, text: str) -> None:
    assert log.text_of(target.parsed(method, address, {"content-type": kind}, body)) == text


def test_a_journal_that_nobody_reads_stops_nobody() -> None:
    class Full:
        def write(self, _: str) -> int:
            raise BrokenPipeError

    journal = Journal(cast(Any, Full()))
    for _ in range(1000):
        journal.add(entry())
    journal.close()


def test_lines_that_nobody_takes_in_time_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_MOST", 3)
    monkeypatch.setattr(log, "_SECONDS", 60)
    lines = written(*[entry()] * 5)
    assert len(lines) == 4
    assert lines[-1]["lost"] == 2


def test_a_failure_is_logged_with_its_traceback() -> None:
    stream = io.StringIO()
    journal = Journal(stream)
    logger = logging.Logger("x")
    logger.addHandler(log.Handler(journal))
    try:
        raise ValueError("wrong\nline")
    except ValueError as error:
        logger.error("request %s", "i", exc_info=error)
    journal.close()
    line = json.loads(stream.getvalue())
    assert line["message"] == "request i"
    assert "ValueError: wrong" in line["error"]


def numbers(text: bytes) -> dict[str, float]:
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_any_front_tells_what_all_have_counted(tmp_path: Path) -> None:
    metric.laid_out(tmp_path / "m", 3)
    fronts = [Metric(tmp_path / "m", row) for row in range(3)]
    for number, front in enumerate(fronts):
        front.count(200, 10, 0.002 * number)
        front.count(418, 1, 100)
        front.load(1, 2, 3, 4)
    found = numbers(fronts[1].text("7"))
    assert found['clusterkg_requests_total{status="200"}'] == 3
    assert found['clusterkg_requests_total{status="other"}'] == 3
    assert found["clusterkg_response_bytes_total"] == 33
    assert found['clusterkg_request_seconds_bucket{le="0.001"}'] == 1
    assert found['clusterkg_request_seconds_bucket{le="0.0025"}'] == 2
    assert found['clusterkg_request_seconds_bucket{le="30"}'] == 3
    assert found['clusterkg_request_seconds_bucket{le="+Inf"}'] == 6
    assert found["clusterkg_request_seconds_count"] == 6
    assert found["clusterkg_request_seconds_sum"] == pytest.approx(300.006)
    assert found["clusterkg_jobs_waiting"] == 9
    assert found["clusterkg_executors"] == 12
    assert found["clusterkg_version"] == 7
