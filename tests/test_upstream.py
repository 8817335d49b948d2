"""An endpoint that misbehaves, and what it is told: nothing that is the client's or that writes."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg import arrival, cli
from clusterkg.answer import Answer
from clusterkg.errors import RefusedError, UsageError
from clusterkg.upstream import Upstream
from clusterkg.web.problem import Problem
from clusterkg.world import World
from endpoints import over as opened
from test_remote import JSON
from web import AbortedError, Reply, ask

TURTLE = {"Content-Type": "text/turtle"}
SELECT = "SELECT ?s { ?s ?p ?o }"
ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":"a"}}]}}'
TRUE = b'{"head":{},"boolean":true}'


class Fake:
    """An endpoint that gives one answer, and keeps what it was sent."""

    def __init__(self, url: str):
        self.url = url
        self.sent: list[tuple[Mapping[str, str], dict[str, list[str]]]] = []

    @property
    def last(self) -> dict[str, list[str]]:
        return self.sent[-1][1]


Give = Callable[[BaseHTTPRequestHandler], object]


@contextmanager
def fake(give: Give) -> Iterator[Fake]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said.sent.append((dict(self.headers), parse_qs(body, keep_blank_values=True)))
            self.close_connection = True
            with suppress(OSError):  # who asked may have hung up
                give(self)

        def log_message(self, *_: object) -> None:
            """Keep the tests quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    said = Fake(f"http://127.0.0.1:{listening.server_port}/asked?infer=no")
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield said
    finally:
        listening.shutdown()
        listening.server_close()


def answer(body: bytes, headers: Mapping[str, str] = JSON, status: int = 200,
           length: int | None = None) -> Give:
    def give(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)
    return give


def sparql(world: World, text: str, more: str = "", **headers: str) -> Reply:
    return ask(world, "GET", f"/sparql?query={quote(text, safe='')}{more}", **headers)


# -- what goes wrong there ---------------------------------------------------------------------

WRONG: list[tuple[Give, int, str]] = [
    (answer(b"Virtuoso 37000 Error SP030:\n\x1b[31m bad", status=400), 422, "endpoint-refused"),
    (answer(b"", status=401), 502, "endpoint"),
    (answer(b"", status=404), 502, "endpoint"),
    (answer(b"java.lang.Error at 10.1.2.3", status=500), 502, "endpoint"),
    (answer(b"", status=429), 503, "endpoint-busy"),
    (answer(b"", status=503), 503, "endpoint-busy"),
    (answer(b"", status=504), 504, "endpoint-slow"),
    (answer(b"", {"Location": "http://127.0.0.1:1/"}, 307), 502, "endpoint"),
    (answer(b"", {"Location": "file:///etc/passwd"}, 302), 502, "endpoint"),
    (answer(b"<html>", {"Content-Type": "text/html"}), 502, "endpoint"),
    (answer(ROWS, {"Content-Type": "text/html"}), 502, "endpoint"),
    (answer(ROWS[:-2]), 502, "endpoint"),
    (answer(ROWS, length=len(ROWS) + 1), 502, "endpoint"),
    (answer(b"\xff\xfe"), 502, "endpoint"),
    (answer(TRUE), 502, "endpoint"),
    (answer(b""), 502, "endpoint"),
    (answer(ROWS, JSON | {"X-SPARQL-MaxRows": "1"}), 502, "endpoint-incomplete"),
    (answer(ROWS, JSON | {"X-SQL-State": "S1TAT"}), 502, "endpoint-incomplete"),
    (lambda handler: handler.wfile.write(b"garbage\r\n\r\n"), 502, "endpoint"),
    (lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                                         b"Content-Type: application/json\r\n\r\nZZ\r\n"),
     502, "endpoint"),
]


@pytest.mark.parametrize(("give", "status", "name"), WRONG)
def test_a_failure_there_is_a_problem_here(give: Give, status: int, name: str) -> None:
    with fake(give) as there:
        reply = sparql(opened(there.url), SELECT)
    assert reply.status == status
    assert reply.json["type"].endswith(f"/problem/{name}")
    assert reply.media_type == "application/problem+json"
    for secret in ("127.0.0.1", "10.1.2.3", "\x1b", "asked"):
        assert secret not in reply.json["detail"]


def test_a_closed_port_is_told_without_its_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for target in (f"/sparql?query={quote(SELECT)}", "/page/x/y", "/queries/cluster_counts/run"):
        reply = ask(opened(f"http://127.0.0.1:{port}/"), "GET", target)
        assert reply.status == 502
        assert str(port) not in reply.text


def _silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def _dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
                        b'{"head":{"vars":["s"]},"results":{"bindings":[')
    for _ in range(30):
        time.sleep(0.1)
        handler.wfile.write(b" ")


@pytest.mark.parametrize("give", [_silent, _dripping])
@pytest.mark.parametrize("limit", [("", 1.0), ("&timeout=0.5", 30.0)])
def test_what_takes_too_long_there_is_given_up_in_time(give: Give,
                                                       limit: tuple[str, float]) -> None:
    more, seconds = limit
    with fake(give) as there:
        begun = time.monotonic()
        reply = sparql(opened(there.url, timeout=seconds), SELECT, more)
    assert time.monotonic() - begun < 2.5  # of 3
    assert (reply.status, reply.json["type"].rpartition("/")[2]) == (504, "endpoint-slow")


def test_an_answer_that_breaks_off_late_is_never_taken_for_whole() -> None:
    row = b'{"s":{"type":"literal","value":"%s"}},' % (b"a" * 1000)
    with fake(answer(ROWS[:46] + row * 200)) as there, pytest.raises(AbortedError):
        sparql(opened(there.url), SELECT)
    triples = b'<http://a/s> <http://a/p> "%s" .\n' % (b"a" * 1000) * 200
    with fake(answer(triples, TURTLE, length=len(triples) + 9)) as there, \
            pytest.raises(AbortedError):
        sparql(opened(there.url), "CONSTRUCT WHERE { ?s ?p ?o }")


def test_limits_of_size_hold_for_what_arrives() -> None:
    row = ROWS[46:-3]
    rows = ROWS[:-3] + b"," + b",".join([row] * 1000) + ROWS[-3:]
    with fake(answer(rows)) as there:
        assert len(sparql(opened(there.url), SELECT).json["results"]["bindings"]) == 1001
        for limits in ({"rows": 1000}, {"bytes": 5000}):
            reply = sparql(opened(there.url, **limits), SELECT)
            assert (reply.status, reply.json["type"].rpartition("/")[2]) == (422, "too-large")
        assert sparql(opened(there.url, rows=1001), SELECT).status == 200


# -- what it is sent ---------------------------------------------------------------------------

def test_nothing_of_the_clients_request_is_passed_on_but_the_query() -> None:
    with fake(answer(ROWS)) as there:
        reply = sparql(opened(there.url), SELECT, "&timeout=3&format=x&update=1"[:17],
                       accept="text/csv;q=0.9, application/xml;q=0.1",
                       authorization="Bearer secret", cookie="secret=1", x_request_id="secret",
                       referer="http://secret/", user_agent="secret", x_forwarded_for="secret")
        headers, form = there.sent[-1]
    assert reply.text == "s\r\na\r\n"
    assert "secret" not in json.dumps([headers, form])
    assert {name.lower() for name in headers} == {
        "host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}
    assert headers["Accept"] == "application/sparql-results+json"
    assert form == {"query": [SELECT]}


@pytest.mark.parametrize("text", [SELECT, "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <http://a/b>"])
def test_exactly_one_type_is_accepted(text: str) -> None:
    is_graph = text != SELECT
    with fake(answer(b"<http://a/b> <http://a/c> 1 .", TURTLE) if is_graph else answer(ROWS)) as to:
        assert sparql(opened(to.url), text, accept="application/rdf+xml, */*;q=0.1").status == 200
        assert to.sent[-1][0]["Accept"] == \
            ("text/turtle" if is_graph else "application/sparql-results+json")


@pytest.mark.parametrize(("status", "target"), [
    (400, "query=CLEAR ALL"), (400, "query=LOAD <http://x/y>"), (400, "query=SELECT"),
    (400, "query=INSERT DATA { <a:b> <a:c> 1 }"), (400, "query=ASK {} ; DROP ALL"),
    (400, "query=define input:same-as \"yes\" SELECT * { ?s ?p ?o }"),
    (403, "query=ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
    (400, "query=ASK { ser\\u0076ice <http://127.0.0.1:1/> { ?s ?p ?o } }"),
    (403, "query=PREFIX f: <bif:> ASK { FILTER(f:file_to_string(\"/etc/passwd\")) }"),
    (403, "query=ASK { FILTER(<\\u0062if:sys_stat>(\"x\")) }"),
    (403, "query=PREFIX BIF: <http://a/> ASK { FILTER(BIF:sys_stat(\"x\")) }"),
    (403, "query=PREFIX f: <java:java.lang.> ASK { FILTER(f:Runtime()) }"),
    (400, "query=ASK { FILTER(<\\UFFFFFFFF:sys_stat>(\"x\")) }"),
    (400, "query=ASK {}&query=ASK {}"), (406, "query=ASK {}"),
])
def test_what_is_refused_here_is_never_sent(status: int, target: str) -> None:
    with fake(answer(TRUE)) as there:
        reply = ask(opened(there.url), "GET", "/sparql?" + "&".join(
            f"{name}={quote(value, safe='')}" for name, _, value in (
                each.partition("=") for each in target.split("&"))), accept=(
                    "image/png" if status == 406 else "*/*"))
        assert reply.status == status
        assert there.sent == []


def test_updates_are_refused_whoever_sends_them() -> None:
    with fake(answer(TRUE)) as there:
        world = opened(there.url)
        for writer in (False, True):
            reply = ask(world, "POST", "/sparql", "update=CLEAR+ALL", writer=writer,
                        content_type="application/x-www-form-urlencoded")
            assert reply.status == 403
            for method in ("PUT", "POST", "DELETE"):
                assert ask(world, method, "/store?default", b"", writer=writer,
                           content_type="text/turtle").status == 403
        with pytest.raises(RefusedError, match="read-only"):
            Upstream(there.url).query("CLEAR ALL")
        assert there.sent == []


def test_what_is_sent_is_what_was_checked() -> None:
    with fake(answer(ROWS)) as there:
        world = opened(there.url)
        sparql(world, "#pragma x\nSELECT ?s # drop\n{ ?s rdfs:label \"service\" ; a <Thing> }")
        (text,) = there.last["query"]
    assert "#pragma" not in text
    assert "# drop" not in text
    assert "service" not in text
    assert text.count("\n") == 2
    with pytest.raises(SyntaxError):
        ox.Store().query(text.replace("PREFIX rdfs:", "PREFIX other:"))
    held = ox.Store()
    held.add(ox.Quad(ox.NamedNode("http://a/x"), ox.NamedNode(
        "http://www.w3.org/2000/01/rdf-schema#label"), ox.Literal("service")))
    held.add(ox.Quad(ox.NamedNode("http://a/x"), ox.NamedNode(
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ox.NamedNode("http://127.0.0.1:7878/Thing")))
    found = held.query(text)
    assert isinstance(found, ox.QuerySolutions)
    assert [row["s"] for row in found] == [ox.NamedNode("http://a/x")]


NAMED = (b'{"head":{"vars":["g"]},"results":{"bindings":['
         b'{"g":{"type":"uri","value":"http://a/g"}},{"g":{"type":"uri","value":"http://a/all"}}]}}')


def test_graphs_are_said_as_they_were_asked_for() -> None:
    graph, every = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }", ["http://a/all"]
    with fake(answer(NAMED)) as there:
        world = opened(there.url, default_graphs=("http://a/all",))
        said: list[tuple[str, str, object, object]] = [
            (SELECT, "", every, None), (graph, "", every, ["http://a/g"]),
            ("SELECT ?s FROM <http://a/g> { ?s ?p ?o }", "", None, None),
            (SELECT, "&default-graph-uri=http://a/1&default-graph-uri=http://a/2",
             ["http://a/1", "http://a/2"], None),
            (graph, "&named-graph-uri=http://a/1", None, ["http://a/1"])]
        for text, more, default, named in said:
            assert sparql(world, text, more).status == 200
            assert (there.last.get("default-graph-uri"), there.last.get("named-graph-uri")) == \
                (default, named)
        sparql(opened(there.url), graph)
        assert set(there.last) == {"query"}


# -- how an answer is read ---------------------------------------------------------------------

def test_blank_nodes_get_names_that_there_may_be() -> None:
    body = (b'{"head":{"vars":["s","t"]},"results":{"bindings":[{"s":{ "type" : "bnode", "value":'
            b' "nodeID://b1" },"t":{"type":"literal","value":'
            b'"\\"type\\":\\"bnode\\",\\"value\\":\\"nodeID://b1"}}]}}')
    with fake(answer(body)) as there:
        found = Upstream(there.url).query(SELECT)
    assert isinstance(found, Answer)
    ((blank, text),) = found.rows
    assert blank == ox.BlankNode("b1")
    assert text == ox.Literal('"type":"bnode","value":"nodeID://b1')


class _Pieces:
    """A reply that comes in pieces, as `http.client` gives them."""

    def __init__(self, pieces: list[bytes]):
        self.pieces, self.chunked, self.headers = pieces, True, dict[str, str]()

    def read1(self, size: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    def close(self) -> None:
        """Do nothing."""

    def settimeout(self, seconds: float) -> None:
        """Do nothing."""


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([
    b'{"type":"bnode","value":"nodeID://b1"}', b'"type"', b" ", b"x" * 150, b'"bnode"',
    b'{ "type": "bnode" , "value": "nodeID://b22" }', b"nodeID://"]), max_size=20),
    st.lists(st.integers(1, 90), min_size=1, max_size=40), st.integers(1, 300))
def test_it_does_not_matter_how_an_answer_is_cut(parts: list[bytes], cuts: list[int],
                                                 size: int) -> None:
    whole, pieces, place = b"".join(parts), [], 0
    for cut in cuts:
        pieces.append(whole[place:place + cut])
        place += cut
    reply: Any = _Pieces([piece for piece in [*pieces, whole[place:]] if piece])
    arriving = arrival.Arrival(reply, reply, time.monotonic() + 60, 10**6)
    got = b"".join(iter(lambda: arriving.read(size), b""))
    assert got == b"".join(part.replace(b"nodeID://b", b"b") for part in parts)


# -- the command line --------------------------------------------------------------------------

@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://user:password@example.org/",
                                 "http:///sparql", "example.org", "http://example.org:0/"])
def test_an_address_that_is_none_is_refused_before_anything_starts(
        url: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["serve", "--endpoint", url]) == 2
    assert "is not an address of an endpoint" in capfd.readouterr().err


@pytest.mark.parametrize("options", [
    ["--endpoint", "http://127.0.0.1:1/", "--default-graph", "no IRI"],
    ["--endpoint", "http://127.0.0.1:1/", "--service", "example.org"],
    ["--default-graph", "http://a/b"]])
def test_options_that_do_not_go_together_are_refused(options: list[str]) -> None:
    assert cli.run(["serve", *options]) == 2


def test_an_endpoint_is_opened_anew_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    world = opened("http://127.0.0.1:1/")
    assert not world.is_stale
    now = time.monotonic()
    monkeypatch.setattr("clusterkg.world.monotonic", lambda: now + 301)
    assert world.is_stale


def test_problems_are_what_the_library_raises_too() -> None:
    with fake(answer(b"", status=500)) as there, pytest.raises(Problem, match="HTTP 500"):
        Upstream(there.url).query(SELECT)
    with pytest.raises(UsageError):
        Upstream("ftp://example.org/")
