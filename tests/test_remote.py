"""The same questions on another server: a real Fuseki, and servers that misbehave.

The questions ask the default graph, so the data is loaded there, each triple once.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, RdfFormat, serialize

import clusterkg
import fuseki
from clusterkg import cli, diagnosis, query, source
from clusterkg.answer import Answer
from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError
from clusterkg.graph import Graph
from clusterkg.remote import Remote
from clusterkg.result import Result
from clusterkg.value import of
from conftest import Requires
from worlds import QUESTIONS, WORLD, memory

EMBEDDED = memory()


@pytest.fixture(scope="module")
def endpoint(requires: Requires, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    java, maven = requires.java(), requires.program("mvn")
    folder = tmp_path_factory.mktemp("fuseki")
    with fuseki.running(java, fuseki.jar(maven, folder), folder) as address:
        fuseki.load(address, WORLD.read_bytes())
        yield f"{address}/sparql"


# -- Fuseki ------------------------------------------------------------------------------------

ASKED: list[tuple[str, dict[str, query.Value]]] = [
    ("stages", {"cluster": "North engine cluster"}),
    ("stages", {"cluster": "南区水泵", "limit": 1}),
    ("stages", {"cluster": "north", "enterprise": "ent:a"}),
    ("clusters", {}),
    ("clusters", {"place": "北区", "atLeast": 1, "since": "2023-01-01"}),
    ("revenue", {"cluster": "cluster:south"}),
]


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_a_question_has_one_answer_wherever_it_is_asked(
        endpoint: str, name: str, values: dict[str, query.Value]) -> None:
    asked = query.named(name, query.folder(QUESTIONS))
    assert query.run(asked, values, Remote(endpoint)) == query.run(asked, values, EMBEDDED)


@pytest.fixture(scope="module")
def whole(requires: Requires, built: Path,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Graph, Remote]]:
    """Serve the default graph of the built snapshot."""
    java, maven = requires.java(), requires.program("mvn")
    graph = clusterkg.open(built)
    triples = graph.source.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(triples, list)
    folder = tmp_path_factory.mktemp("whole")
    with fuseki.running(java, fuseki.jar(maven, folder), folder) as address:
        fuseki.load(address, serialize(triples, format=RdfFormat.TURTLE) or b"")
        yield graph, Remote(f"{address}/sparql")


def test_every_question_of_the_graph_has_one_answer_wherever_it_is_asked(
        whole: tuple[Graph, Remote]) -> None:
    graph, remote = whole
    asked = graph.queries()
    assert len(asked) >= 40
    for one in asked:
        values = dict(one.header.example)
        here, there = (query.run(one, values, origin) for origin in (graph.source, remote))
        assert here.columns == there.columns
        assert python(here) == python(there), one.name


def python(answer: Answer) -> list[tuple[object, ...]]:
    """Compare values: the engines write computed decimals differently, 7 and 7.0."""
    return [tuple(of(term) for term in row) for row in answer.rows]


def test_the_command_line_asks_an_endpoint(
        endpoint: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    asked = ["query", "stages", "cluster=北区", "--endpoint", endpoint, "--lang", "zh"]
    assert cli.run([*asked, "--queries", str(QUESTIONS)]) == 0
    assert "铸造".encode() in capfdbinary.readouterr().out
    assert cli.run(["sparql", "ASK {}", "--endpoint", "http://127.0.0.1:9/"]) == 4
    assert cli.run(["sparql", "ASK {}", "--endpoint", "file:///etc/passwd"]) == 2


def test_every_form_and_every_kind_of_term_comes_back_alike(endpoint: str) -> None:
    remote = Remote(endpoint)
    everything = "SELECT ?s ?p ?o { ?s ?p ?o }"
    here, there = EMBEDDED.query(everything), remote.query(everything)
    assert isinstance(here, Answer)
    assert isinstance(there, Answer)
    assert sorted(map(str, here.rows)) == sorted(map(str, there.rows))
    construct = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    assert set(_triples(remote, construct)) == set(_triples(EMBEDDED, construct))
    assert remote.query("ASK { ?s ?p ?o }") is True
    assert remote.query("ASK { ?s ?p <http://example.org/none> }") is False
    unbound = remote.query("SELECT ?a ?b { BIND(BNODE() AS ?a) }")
    assert isinstance(unbound, Answer)
    assert isinstance(unbound.rows[0][0], BlankNode)
    assert unbound.rows[0][1] is None


def _triples(origin: source.Source, text: str) -> list[str]:
    reply = origin.query(text)
    assert isinstance(reply, list)
    return [str(triple) for triple in reply]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet=st.one_of(st.sampled_from(list("\"'{}#\\\n\t\r.u02")), st.characters(
    exclude_categories=["Cs"], exclude_characters="\0")), max_size=30))
@example('a" . } DROP ALL #')
@example("\\u0022 . } #")
@example("\\\\u0022")
def test_a_hostile_text_comes_back_unchanged(
        endpoint: str, tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    path = tmp_path_factory.getbasetemp() / "echo.rq"
    path.write_text("#+ summary: s\n#+ x-clusterkg:\n#+   parameters: {a: {}}\n"
                    "#+   columns: {x: {}}\nSELECT ?x { BIND(?_a AS ?x) }", encoding="utf-8")
    answer = query.run(query.read(path), {"a": value}, Remote(endpoint))
    assert answer.column("x") == (Literal(value),)


def test_the_python_api_asks_an_endpoint(endpoint: str) -> None:
    graph = clusterkg.connect(endpoint)
    assert isinstance(graph, Graph)
    graph.questions = query.folder(QUESTIONS)
    result = graph.query("stages", cluster="North")
    assert [row.stage.curie for row in result] == ["stage:casting", "stage:engine"]
    rows = graph.sparql("SELECT ?c { ?c a ckg:Cluster } ORDER BY ?c")
    assert isinstance(rows, Result)
    assert len(rows) == 3


def test_an_empty_answer_is_explained_by_an_endpoint_too(endpoint: str) -> None:
    asked = query.named("revenue", query.folder(QUESTIONS))
    values: dict[str, query.Value] = {"cluster": "cluster:south"}
    assert diagnosis.of_query(asked, values, Remote(endpoint)) == \
        diagnosis.of_query(asked, values, EMBEDDED)


def test_a_syntax_error_is_the_callers(endpoint: str) -> None:
    with pytest.raises(UsageError, match="calls the query malformed"):
        Remote(endpoint).query("SELECT ?x { ?x ?y }")


def test_an_address_that_is_no_endpoint_is_refused(endpoint: str) -> None:
    with pytest.raises(RefusedError, match="is it a SPARQL endpoint"):
        Remote(f"{endpoint}/nowhere").query("ASK { ?s ?p ?o }")


def test_an_update_is_never_sent(endpoint: str) -> None:
    with pytest.raises(RefusedError, match="read-only"):
        Remote(endpoint.replace("/sparql", "/update")).query("CLEAR ALL")
    assert Remote(endpoint).query("ASK { ?s ?p ?o }") is True


# -- servers that misbehave --------------------------------------------------------------------

@contextmanager
def server(status: int, body: bytes, headers: dict[str, str], delay: float = 0) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.server.seen = dict(self.headers)  # type: ignore[attr-defined]
            time.sleep(delay)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError):  # the client that gave up
                self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            """Keep the tests quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/"
    finally:
        listening.shutdown()
        listening.server_close()


JSON = {"Content-Type": "application/sparql-results+json"}
MISBEHAVING: list[tuple[int, bytes, dict[str, str], type[ClusterkgError], str]] = [
    (400, b"line 1: \x1b[31m bad", {}, UsageError, "calls the query malformed"),
    (401, b"", {}, RefusedError, "did not answer"),
    (404, b"", {}, RefusedError, "did not answer"),
    (500, b"a\nb", {}, RefusedError, "did not answer"),
    (503, b"", {}, RefusedError, "HTTP 503"),
    (200, b"<html>", {"Content-Type": "text/html"}, UnreadableError, "no SPARQL result"),
    (200, b'{"head": {}', JSON, UnreadableError, "no SPARQL result"),
    (200, b"\xff", JSON, UnreadableError, "no SPARQL result"),
    (302, b"", {"Location": "file:///etc/passwd"}, RefusedError, "did not answer"),
]


@pytest.mark.parametrize(("status", "body", "headers", "kind", "said"), MISBEHAVING)
def test_a_misbehaving_server_is_one_clear_line(
        status: int, body: bytes, headers: dict[str, str],
        kind: type[ClusterkgError], said: str) -> None:
    with server(status, body, headers) as url, pytest.raises(kind) as caught:
        Remote(url).query("SELECT ?x { ?x ?y ?z }")
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_silent_server_is_given_up() -> None:
    begun = time.monotonic()
    with server(200, b"{}", JSON, delay=3) as url, pytest.raises(RefusedError, match="within 1 s"):
        Remote(url, timeout=1).query("ASK { ?s ?p ?o }")
    assert time.monotonic() - begun < 2.9


def test_a_closed_port_is_named() -> None:
    with pytest.raises(RefusedError, match="cannot be reached"):
        Remote("http://127.0.0.1:9/sparql").query("ASK { ?s ?p ?o }")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "sparql", ""])
def test_only_web_addresses_are_endpoints(url: str) -> None:
    with pytest.raises(UsageError, match="begins with http"):
        clusterkg.connect(url)


def test_comments_never_mislead_the_client() -> None:
    body = b'{"head": {}, "boolean": true}'
    with server(200, body, JSON) as url:
        assert Remote(url).query("#+ a: DROP ALL\n# CONSTRUCT {\nASK # x\n { ?s ?p ?o }") is True


def test_the_questions_of_a_folder_are_asked(tmp_path: Path) -> None:
    assert Graph(EMBEDDED, query.folder(QUESTIONS)).query("clusters").columns[0] == "cluster"
    with pytest.raises(UnreadableError):
        query.folder(tmp_path)
