"""Nothing that somebody asks harms what others ask: limits, kills, streams, ends."""

import asyncio
import http.client
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from clusterkg import snapshot
from clusterkg.errors import ClusterkgError
from clusterkg.server import fork
from clusterkg.server.child import Child
from clusterkg.world import Settings
from servers import (
    ENDLESS,
    STREAM,
    Server,
    cpu_seconds,
    descendants,
    drained,
    memory,
    parent,
    query,
    running,
    until,
)
from test_build import lay_out

LIMIT = 1.5
SWAPS = int(os.environ.get("CLUSTERKG_SWAPS", "3"))  # versions that are built while all ask
CLIENTS = 4 if SWAPS <= 3 else 8
FIRMS = "SELECT ?s { ?s a <https://example.org/Firm> }"
RUNAWAYS = {
    "join": ENDLESS,
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>)* ?d }",
    "exists": "SELECT ?a { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS "
              "{ ?g ?h ?i FILTER(CONCAT(STR(?a), STR(?d)) = STR(?i)) } } OFFSET 9000000",
}


def lay_and_build(folder: Path) -> Path:
    """Build a small world with some thousand facts to multiply."""
    world = lay_out(folder)
    facts = "".join(f"<urn:n{i}> <urn:p{i % 7}> <urn:o{i % 50}> .\n" for i in range(3000))
    (world / "data/n.nt").write_text(facts, encoding="utf-8")
    return build(world)


def build(world: Path) -> Path:
    made = snapshot.build(snapshot.Inputs((world / "ontology",), (world / "data",),
                                          (world / "shapes",), world / "queries"),
                          world / "snapshot")
    assert made.version
    return world / "snapshot"


def build_more(world: Path, number: int) -> None:
    """Build the next version, with one firm more."""
    with (world / "data/d.ttl").open("a", encoding="utf-8") as file:
        file.write(f'<urn:f{number}> a :Firm ; :name "F{number}" .\n')
    build(world)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_and_build(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(folder, tmp_path_factory.mktemp("log"), "--timeout", str(LIMIT), "--processes",
                 "1", "--memory-of-a-query", "150MB", "--body", "100KB") as started:
        yield started


def is_idle(server: Server, seconds: float = 0.3) -> bool:
    """Tell whether the server and all below it take hardly any processor time."""
    before = cpu_seconds(server.process.pid)
    time.sleep(seconds)
    return cpu_seconds(server.process.pid) - before < 0.2 * seconds


@pytest.mark.parametrize("kind", RUNAWAYS)
def test_a_query_over_its_limit_ends_and_frees_the_processor(server: Server, kind: str) -> None:
    reply = server.sparql(RUNAWAYS[kind])
    assert reply.status == 503
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["retry-after"] == "30"
    assert reply.json["type"].endswith("/problem/timeout")
    assert "stopped after 1.5 s" in reply.json["detail"]
    assert LIMIT <= reply.seconds < LIMIT + 5  # it would take for ever
    until(lambda: is_idle(server), 3, "idle again")
    assert server.sparql(FIRMS).status == 200


def test_a_client_may_ask_for_less_time_but_not_for_more(server: Server) -> None:
    assert min(server.get(query(ENDLESS, timeout="0.3")).seconds for _ in range(3)) < LIMIT
    assert server.get(query(ENDLESS, timeout="1e9")).seconds < LIMIT + 5
    for unfit in ("-1", "NaN", "0", "x"):
        assert server.get(query(FIRMS, timeout=unfit)).status == 400


def test_others_are_answered_while_one_runs_away(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        runaway = pool.submit(server.sparql, ENDLESS)
        time.sleep(0.3)
        replies = [server.sparql(FIRMS) for _ in range(20)]
        assert runaway.result().status == 503
    assert [each.status for each in replies] == [200] * 20


def test_memory_has_a_limit(server: Server) -> None:
    reply = server.sparql("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d")
    assert reply.status == 422, reply.body
    assert reply.json["type"].endswith("/problem/too-large")
    assert "150 MB of memory" in reply.json["detail"]
    assert server.sparql(FIRMS).status == 200


def test_a_long_answer_that_is_stopped_is_never_taken_for_whole(server: Server) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        server.sparql(STREAM)
    assert server.sparql(FIRMS).status == 200


@pytest.mark.parametrize("text", [ENDLESS, STREAM])
def test_a_client_that_goes_ends_what_it_asked(server: Server, text: str) -> None:
    until(lambda: is_idle(server), 5)
    with socket.create_connection(("127.0.0.1", server.port)) as sent:
        sent.sendall(f"GET {query(text)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        sent.recv(1) if text == STREAM else time.sleep(0.3)
        busy = max(server.executors(), key=cpu_seconds)
    until(lambda: busy not in server.executors(), 1.5, "the executor is gone")
    until(lambda: is_idle(server), 5)


def test_a_client_that_reads_slowly_costs_no_memory(server: Server) -> None:
    server.sparql(FIRMS)
    with socket.create_connection(("127.0.0.1", server.port)) as sent:
        sent.sendall(f"GET {query(STREAM)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        before = memory(server.process.pid)
        for _ in range(30):
            sent.recv(65536)
            time.sleep(0.1)
        assert is_idle(server)  # nobody computes ahead of who reads
        assert memory(server.process.pid) - before < 10e6
        assert max(map(memory, server.executors())) < 250e6


def test_clients_that_do_not_read_stop_nobody(folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--processes", "1") as server, ExitStack() as kept:
        for _ in range(40):
            sent = kept.enter_context(socket.socket())
            sent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sent.connect(("127.0.0.1", server.port))
            sent.sendall(f"GET {query(STREAM)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        replies = [server.get("/queries") for _ in range(20)]
        assert [each.status for each in replies] == [200] * 20
        assert max(each.seconds for each in replies) < 5  # and not as long as they hold out
        until(lambda: server.get("/queries").seconds < 0.5, 20, "at once")


def test_an_executor_that_dies_harms_at_most_what_it_works_on(server: Server) -> None:
    for pid in server.executors():
        os.kill(pid, signal.SIGKILL)
    assert [server.sparql(FIRMS).status for _ in range(5)] == [200] * 5
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.sparql, ENDLESS)
        until(lambda: not is_idle(server, 0.5))
        for pid in server.executors():
            os.kill(pid, signal.SIGKILL)
        assert asked.result().status == 500
        assert server.sparql(FIRMS).status == 200


def test_too_much_at_once_is_turned_away(folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--timeout", "1.5", "--processes", "1", "--queue",
                 "2") as server:
        with ThreadPoolExecutor(12) as pool:
            replies = [pool.submit(server.sparql, ENDLESS) for _ in range(12)]
            statuses = [each.result().status for each in replies]
            assert set(statuses) == {503, 429}
            refused = next(r.result() for r in replies if r.result().status == 429)
            assert refused.headers["retry-after"] == "1"
            assert refused.json["type"].endswith("/problem/busy")
        assert server.sparql(FIRMS).status == 200


def test_where_all_are_slow_the_last_makes_room(folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--timeout", "20", "--processes", "1") as server, \
            ThreadPoolExecutor(5) as pool:
        for _ in range(5):
            pool.submit(server.sparql, ENDLESS)
        time.sleep(3)
        quick = server.sparql(FIRMS)
        assert quick.status == 200
        assert quick.seconds < 15
        server.process.kill()


@pytest.mark.parametrize(("number", "processes"), [(signal.SIGINT, 1), (signal.SIGTERM, 2)])
def test_what_runs_may_end_before_the_server_does(
        folder: Path, tmp_path: Path, number: int, processes: int) -> None:
    with running(folder, tmp_path, "--timeout", "2", "--processes", str(processes)) as server, \
            ThreadPoolExecutor(2) as pool:
        late = pool.submit(server.sparql, ENDLESS)
        until(lambda: not is_idle(server, 0.1))
        below = descendants(server.process.pid)
        assert server.stop(number) == 0
        assert late.result().status == 503
        with pytest.raises(ConnectionRefusedError):
            server.sparql(FIRMS)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 10, "all ended")
        assert "Traceback" not in server.log()


@pytest.mark.parametrize("processes", [1, 2])
def test_a_second_signal_ends_it_at_once(folder: Path, tmp_path: Path, processes: int) -> None:
    with running(folder, tmp_path, "--timeout", "20", "--processes", str(processes)) as server, \
            ThreadPoolExecutor(1) as pool:
        late = pool.submit(server.sparql, ENDLESS)
        until(lambda: not is_idle(server, 0.1))
        below = descendants(server.process.pid)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        began = time.monotonic()
        assert server.stop(signal.SIGINT) == 0
        assert time.monotonic() - began < 8  # of the 20 s that the query had
        assert isinstance(late.exception(), OSError | http.client.HTTPException)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 10, "all ended")


def test_fronts_are_started_again_and_end_with_their_supervisor(
        folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--processes", "2") as server:
        until(lambda: len(server.fronts()) == 2 and len(server.executors()) == 4, 20)
        first = server.fronts()
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(server.fronts()) == 2 and server.fronts() != first, 10, "started again")
        assert [server.sparql(FIRMS).status for _ in range(10)] == [200] * 10
        below = descendants(server.process.pid)
        server.process.kill()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 5, "all ended")


def test_a_new_version_is_picked_up_without_dropping_a_request(tmp_path: Path) -> None:
    world = lay_and_build(tmp_path / "w").parent
    everything = "SELECT (COUNT(*) AS ?n) { ?s <https://example.org/name> ?name }"
    with running(world / "snapshot", tmp_path, "--processes", "2") as server, \
            ThreadPoolExecutor(CLIENTS) as pool:
        ends, seen, wrong = threading.Event(), set[int](), list[object]()

        def ask() -> None:
            while not ends.is_set():
                time.sleep(0.02)
                reply = server.sparql(everything)
                if reply.status != 200:
                    wrong.append(reply)
                else:
                    seen.add(int(reply.json["results"]["bindings"][0]["n"]["value"]))

        asking = [pool.submit(ask) for _ in range(CLIENTS)]
        for number in range(1, SWAPS + 1):
            build_more(world, number)
            until(lambda count=number: max(seen) == 2 + count, 5, "the new version")
        ends.set()
        assert [each.result() for each in asking] == [None] * CLIENTS
        assert wrong == []
        assert seen == set(range(2, SWAPS + 3))
        until(lambda: not any(_reads(pid, f"versions/{n}/") for pid in server.executors()
                              for n in range(1, SWAPS + 1)), 10, "the older versions are let go")
        until(lambda: server.get("/health/ready").json["version"] == str(SWAPS + 1), 5)
        assert len(list((world / "snapshot/versions").glob("[0-9]*"))) <= 3


def test_every_executor_opens_a_new_version_before_it_is_asked(tmp_path: Path) -> None:
    world = lay_and_build(tmp_path / "w").parent
    with running(world / "snapshot", tmp_path, "--processes", "1") as server:
        (world / "data/n.nt").unlink()
        build(world)
        until(lambda: all(_reads(pid, "versions/2/") for pid in server.executors()), 10)
        assert not any(_reads(pid, "versions/1/") for pid in server.executors())


def _reads(pid: int, part: str) -> bool:
    with suppress(OSError):  # it closes files meanwhile, or ends
        return any(part in os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir())
    return False


def test_a_damaged_new_version_leaves_the_one_before(tmp_path: Path) -> None:
    folder = lay_and_build(tmp_path / "w")
    with running(folder, tmp_path, "--processes", "1") as server:
        (folder / "CURRENT").write_text("9 nothing\n")
        time.sleep(0.5)
        assert [server.sparql(FIRMS).status for _ in range(3)] == [200] * 3


def test_health_is_told_without_an_executor(server: Server) -> None:
    with ThreadPoolExecutor(5) as pool:
        for _ in range(5):
            pool.submit(server.sparql, ENDLESS)
        time.sleep(0.5)
        for path, part in (("/health/live", b"ok"), ("/health/ready", b'"questions": 1')):
            reply = server.get(path)
            assert (reply.status, part in reply.body) == (200, True)
            assert reply.seconds < 1
    assert server.ask("POST", "/health/live").status == 405
    assert server.ask("HEAD", "/health/live").body == b""
    assert server.get("/health/other").status == 404
    assert server.get("/metrics").status == 404
    until(lambda: is_idle(server), 10)


def test_every_answer_carries_what_protects_its_reader(server: Server) -> None:
    for reply in (server.sparql(FIRMS), server.get("/nothing"), server.get("/health/live"),
                  server.ask("PUT", "/sparql", "x"), server.ask("OPTIONS", "/sparql"),
                  server.ask("POST", "/sparql", "x" * 200_000, content_type="text/plain")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-frame-options"] == "DENY"
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["server"] == "clusterkg"
        assert reply.headers["x-request-id"]
    page = server.get("/nothing", accept="text/html")
    assert page.status == 404
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_id_of_a_request_comes_back_where_it_is_harmless(server: Server) -> None:
    assert server.get("/health/live", x_request_id="a-1.b_").headers["x-request-id"] == "a-1.b_"
    for unfit in ("a b", "a" * 65, "<script>", "é"):
        assert server.get("/health/live", x_request_id=unfit).headers["x-request-id"] != unfit


def test_a_body_has_a_limit_however_it_comes(server: Server) -> None:
    fits = "query=ASK%7B%7D&x=" + "a" * 90_000
    form = "application/x-www-form-urlencoded"
    assert server.ask("POST", "/sparql", fits, content_type=form).status == 200
    head = (f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {form}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n").encode()
    chunk = b"8000\r\n" + b"a" * 0x8000 + b"\r\n"
    assert server.raw(head + 5 * chunk).startswith(b"HTTP/1.1 413 ")
    assert server.raw(head.replace(b"Transfer-Encoding: chunked", b"Content-Length: 1000000")
                      + b"a" * 1_000_000).startswith(b"HTTP/1.1 413 ")
    packed = server.ask("POST", "/sparql", fits, content_type=form, content_encoding="gzip")
    assert packed.status == 415
    assert server.ask("POST", "/sparql", fits, content_type=form, expect="x").status == 417


def begun(server: Server, target: str, size: int, **headers: str) -> socket.socket:
    """Send a request, but for the last byte of its body."""
    sent = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    with suppress(ConnectionError):  # it has read enough
        sent.sendall(f"{target} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n{head}\r\n"
                     .encode() + b"a" * (size - 1))
    return sent


def test_what_is_refused_anyway_is_refused_before_its_body(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a" * 20)
    file.chmod(0o600)
    (tmp_path / "other").mkdir()
    update = {"content_type": "application/sparql-update"}
    with running(folder, tmp_path, "--processes", "1", "--writable", "--token-file",
                 str(file)) as writable, running(folder, tmp_path / "other") as server:
        for at, target, headers, status in (
                (server, "PUT /page/ns", {}, 405), (server, "POST /nothing", {}, 404),
                (server, "PUT /store?default", {}, 403), (server, "POST /store", {}, 403),
                (server, "POST /sparql", update, 403), (writable, "PUT /store?default", {}, 401),
                (writable, "POST /sparql", {**update, "authorization": "Bearer b"}, 401),
                (server, "POST /sparql", {"content_encoding": "gzip"}, 415)):
            with begun(at, target, 100_000, **headers) as sent:
                assert drained(sent).startswith(b"HTTP/1.1 %d " % status), target


def test_all_bodies_together_have_a_limit(server: Server) -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    before = memory(server.process.pid)
    with ExitStack() as kept:
        sent = [kept.enter_context(begun(server, "POST /sparql", 99_000, **form))
                for _ in range(40)]
        until(lambda: select.select(sent, [], [], 0)[0], 5, "some are refused")
        time.sleep(0.5)
        refused = select.select(sent, [], [], 0)[0]
        assert len(refused) == 36
        assert all(each.recv(100).startswith(b"HTTP/1.1 503 ") for each in refused)
        assert server.ask("POST", "/sparql", "query=ASK%7B%7D", **form).status == 200
        taken = [each for each in sent if each not in refused]
        for each in taken:
            each.sendall(b"a")
        assert [each.recv(100)[:13] for each in taken] == [b"HTTP/1.1 400 "] * 4
    assert server.ask("POST", "/sparql", "query=ASK%7B%7D&x=" + "a" * 90_000, **form).status == 200
    assert memory(server.process.pid) - before < 20e6


def test_who_waits_to_write_holds_no_executor(tmp_path: Path) -> None:
    folder, file = lay_and_build(tmp_path / "w"), tmp_path / "token"
    file.write_text("a" * 20)
    file.chmod(0o600)
    with running(folder, tmp_path, "--processes", "1", "--writable", "--token-file",
                 str(file)) as server, ThreadPoolExecutor(6) as pool, \
            closing(sqlite3.connect(folder / "writer.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        writes = [pool.submit(server.ask, "PUT", f"/store?graph=urn:{n}", "<urn:a> <urn:b> 1 .",
                              content_type="text/turtle", authorization="Bearer " + "a" * 20)
                  for n in range(6)]
        until(lambda: len(server.executors()) == 3, 10, "one is for writing")
        replies = [server.sparql(FIRMS) for _ in range(30)]
        assert [each.status for each in replies] == [200] * 30
        assert max(each.seconds for each in replies) < 3
        assert len(server.executors()) == 3
        assert not any(each.done() for each in writes)
        other.execute("ROLLBACK")
        assert [each.result().status for each in writes] == [201] * 6
        until(lambda: len(server.executors()) == 2, 5, "it is not needed any more")


def test_the_host_that_a_client_names_is_never_repeated(server: Server) -> None:
    for target in ("/sparql", "/nothing", "/id/x/y"):
        reply = server.get(target, host="evil.example", x_forwarded_host="evil.example",
                           x_forwarded_proto="ftp", forwarded="host=evil.example")
        assert b"evil" not in reply.body
        assert "evil" not in str(reply.headers)


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "clusterkg", "serve", *arguments], text=True,
                          capture_output=True, timeout=60, check=False)


def test_a_server_that_cannot_start_says_why(
        server: Server, folder: Path, tmp_path: Path) -> None:
    at, port = ("--snapshot", str(folder)), ("--port", "0")
    weak = tmp_path / "weak"
    weak.write_text("short")
    for code, said, arguments in (
            (3, "no snapshot here", ("--snapshot", str(tmp_path), *port)),
            (4, "choose another", (*at, "--port", str(server.port))),
            (4, "choose another", (*at, "--port", str(server.port), "--processes", "2")),
            (4, "choose another", (*at, *port, "--host", "256.1.1.1")),
            (2, "only read", ("--endpoint", "http://127.0.0.1:9", "--writable", *port)),
            (2, "at least 16", (*at, *port, "--writable", "--token-file", str(weak))),
            (3, "check the path", (*at, *port, "--writable", "--token-file", str(weak / "x"))),
            (2, "number of seconds", (*at, *port, "--timeout", "0")),
            (2, "whole number", (*at, "--port", "65536"))):
        done = ended(*arguments)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_what_happens_is_written_down_but_no_secret(folder: Path, tmp_path: Path) -> None:
    secret, file = "very-secret-token-0123456789", tmp_path / "token"
    file.write_text(secret)
    file.chmod(0o600)
    with running(folder, tmp_path, "--processes", "2", "--metrics", "--timeout", "1.5",
                 "--writable", "--token-file", str(file)) as server:
        bearer = {"authorization": f"Bearer {secret}", "cookie": f"token={secret}"}
        server.sparql(FIRMS, x_request_id="plain", **bearer)
        server.get(query(ENDLESS, token=secret), x_request_id="slow", **bearer)
        server.get(f"/queries/firms/run?token={secret}", **bearer)
        server.get(f"/nothing?token={secret}", **bearer)
        server.ask("POST", "/sparql", "nonsense", content_type="application/sparql-update",
                   **bearer)
        counted = server.get("/metrics")
        assert counted.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert b'clusterkg_requests_total{status="503"} ' in counted.body
        until(lambda: any("slow" in record for record in server.records()), 5)
        lines = [b"\0".join(Path(f"/proc/{pid}/{part}").read_bytes()
                            for part in ("cmdline", "environ"))
                 for pid in (server.process.pid, *descendants(server.process.pid))]
    records = server.records()
    plain = next(record for record in records if record.get("id") == "plain")
    assert plain | {"path": "/sparql", "form": "SELECT", "status": 200, "method": "GET",
                    "client": "127.0.0.1"} == plain
    assert plain["bytes"] > 0
    slow = next(record for record in records if "slow" in record)
    assert slow["query"] == ENDLESS
    assert secret not in server.log()
    assert secret.encode() not in counted.body
    assert secret.encode() not in b"".join(lines)


def test_who_only_keeps_a_connection_open_does_not_hold_up_the_end(
        folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--processes", "1") as server, \
            socket.create_connection(("127.0.0.1", server.port)) as kept, \
            socket.create_connection(("127.0.0.1", server.port)) as begun:
        kept.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(1000)
        begun.sendall(b"GET /heal")
        time.sleep(0.1)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 3


def test_executors_come_back_when_their_nursery_dies(folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--processes", "1") as server:
        first = server.executors()
        nursery = {parent(pid) for pid in first}
        assert len(nursery) == 1
        os.kill(nursery.pop(), signal.SIGKILL)
        until(lambda: not set(first) & set(server.executors()), 5, "all are gone")
        until(lambda: server.sparql(FIRMS).status == 200, 10, "answered again")
        assert [server.sparql(FIRMS).status for _ in range(5)] == [200] * 5


def test_where_nothing_can_be_forked_executors_are_started(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> str:
        nursery = fork.Nursery()
        child = Child(await nursery.executor())
        try:
            await child.open("", Settings(snapshot=str(tmp_path)).text())
        except ClusterkgError as error:
            return str(error)
        finally:
            child.kill()
            await child.gone()
            nursery.close()
        return ""

    assert "no snapshot here" in asyncio.run(ask())
    monkeypatch.setattr(sys, "platform", "elsewhere")
    assert "no snapshot here" in asyncio.run(ask())


def test_executors_that_were_forked_do_not_share_their_chance(server: Server) -> None:
    seen = list[str]()
    for _ in range(4):
        first = server.executors()
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        until(lambda gone=tuple(first): set(server.executors()).isdisjoint(gone), 5)
        until(lambda: len(server.executors()) >= 2, 5)
        for _ in range(4):
            reply = server.sparql("SELECT (UUID() AS ?u) (RAND() AS ?r) (BNODE() AS ?b) {}")
            seen += [term["value"] for term in reply.json["results"]["bindings"][0].values()]
    assert len(seen) == len(set(seen)) == 48
