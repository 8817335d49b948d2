"""Nothing that somebody asks harms what others ask: limits, kills, streams, ends."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clusterkg import snapshot
from servers import ENDLESS, STREAM, Server, cpu_seconds, descendants, memory, query, running, until
from test_build import lay_out

LIMIT = 1.5
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
    assert LIMIT <= reply.seconds < LIMIT + 1
    until(lambda: is_idle(server), 3, "idle again")
    assert server.sparql(FIRMS).status == 200


def test_a_client_may_ask_for_less_time_but_not_for_more(server: Server) -> None:
    assert server.get(query(ENDLESS, timeout="0.3")).seconds < 1.3
    assert server.get(query(ENDLESS, timeout="1e9")).seconds < LIMIT + 1
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
    until(lambda: busy not in server.executors(), 1, "the executor is gone")
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


def test_an_executor_that_dies_harms_one_request_at_most(server: Server) -> None:
    for pid in server.executors():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert [server.sparql(FIRMS).status for _ in range(5)] == [200] * 5
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.sparql, ENDLESS)
        until(lambda: not is_idle(server, 0.1))
        for pid in server.executors():
            os.kill(pid, signal.SIGKILL)
        assert asked.result().status == 500
        assert server.sparql(FIRMS).status == 200


def test_too_much_at_once_is_turned_away(folder: Path, tmp_path: Path) -> None:
    with running(folder, tmp_path, "--timeout", "3", "--processes", "1", "--queue", "2") as server:
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
        assert quick.seconds < 5
        server.process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("processes", [1, 2])
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
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 2, "all ended")
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
        assert time.monotonic() - began < 2
        assert isinstance(late.exception(), OSError | http.client.HTTPException)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 2, "all ended")


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
