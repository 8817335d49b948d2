"""SERVICE: one server asks another, where its operator says so, and nobody else."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from servers import Server, running
from web import laid

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the graph that others ask for."""
    folder = tmp_path_factory.mktemp("other")
    laid(folder / "snapshot", ox.parse(path=HERE / "protocol.trig"))
    with running(folder / "snapshot", folder) as server:
        yield server


@pytest.fixture(scope="module", params=["127.0.0.1", ""])
def server(request: pytest.FixtureRequest,
           tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, bool]]:
    """Serve an empty graph, and tell whether this machine may be asked."""
    folder = tmp_path_factory.mktemp("asking")
    laid(folder / "snapshot", [])
    allowed = ("--service", request.param) if request.param else ()
    with running(folder / "snapshot", folder, *allowed) as running_server:
        yield running_server, bool(request.param)


def test_an_allowed_server_is_asked(server: tuple[Server, bool], other: Server) -> None:
    asking, is_allowed = server
    before = len(other.records())
    reply = asking.sparql(f"SELECT ?c {{ SERVICE <{other.url}/sparql> "
                          "{ <http://example.org/harbour> a ?c } }")
    if is_allowed:
        assert [row["c"]["value"] for row in json.loads(reply.body)["results"]["bindings"]] == \
            ["http://example.org/Place"]
        assert "etag" not in reply.headers  # what others know changes when they will
    else:
        assert reply.status == 403
        assert reply.json["type"].endswith("/problem/service")
        assert len(other.records()) == before


@pytest.mark.parametrize("clause", [
    "SERVICE <http://localhost:{port}/sparql>", "SERVICE SILENT <http://localhost:{port}/sparql>",
    "SERVICE <http://127.0.0.1@localhost:{port}/>", "SERVICE <//127.0.0.1:{port}/>",
    "BIND(<http://127.0.0.1:{port}/> AS ?x) SERVICE ?x", "service<http://[::1]:{port}/>"])
def test_no_other_is_asked(clause: str, server: tuple[Server, bool]) -> None:
    with listening() as (port, asked):
        reply = server[0].sparql(f"SELECT * {{ {clause.format(port=port)} {{ ?s ?p ?o }} }}")
        assert reply.status == 403
    assert not asked


def test_an_allowed_server_leads_nowhere_else(server: tuple[Server, bool]) -> None:
    asking, is_allowed = server
    with listening() as (there, asked_there), \
            listening(f"Location: http://127.0.0.1:{there}/\r\n") as (here, asked_here):
        reply = asking.sparql(f"SELECT * {{ SERVICE <http://127.0.0.1:{here}/> {{ ?s ?p ?o }} }}")
        assert reply.status == (500 if is_allowed else 403)
        assert bool(asked_here) == is_allowed
        assert not asked_there


@contextmanager
def listening(location: str = "") -> Iterator[tuple[int, list[bytes]]]:
    """Listen on a port of this machine, redirect who asks, and keep what was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    asked.append(connection.recv(1000))
                    connection.sendall(f"HTTP/1.1 303 See Other\r\n{location}Content-Length: 0\r\n"
                                       "Connection: close\r\n\r\n".encode())
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            over.set()
            thread.join()
