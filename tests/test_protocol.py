"""The SPARQL 1.1 Protocol: W3C's own tests, and a table of ours that covers the same and more."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import QueryResultsFormat, RdfFormat
from rdflib.compare import isomorphic

import w3c
from clusterkg.web.negotiation import GRAPHS as GRAPH_FORMATS
from clusterkg.web.negotiation import RESULTS as RESULT_FORMATS
from clusterkg.web.negotiation import Format
from clusterkg.world import World
from conftest import Copy, Requires
from servers import Server, running
from web import ask, laid, opened

HERE = Path(__file__).parent
MANIFEST = "sparql/sparql11/protocol/manifest.ttl"
RESULTS = {"application/sparql-results+json": QueryResultsFormat.JSON,
           "application/sparql-results+xml": QueryResultsFormat.XML}
TABULAR = {*RESULTS, "text/csv", "text/tab-separated-values"}
GRAPHS = {"text/turtle": RdfFormat.TURTLE, "application/n-triples": RdfFormat.N_TRIPLES,
          "application/rdf+xml": RdfFormat.RDF_XML, "application/ld+json": RdfFormat.JSON_LD,
          "application/trig": RdfFormat.TRIG, "application/n-quads": RdfFormat.N_QUADS}
UPDATES = ("update_dataset_default_graph", "update_dataset_default_graphs",
           "update_dataset_named_graphs", "update_dataset_full", "update_post_form",
           "update_post_direct", "update_base_uri")


class Answer(Protocol):
    """What both kinds of replies have."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> bytes: ...


Asker = Callable[..., Answer]  # method, address, body, headers by name


def media_type(reply: Answer) -> str:
    return reply.headers.get("content-type", "").partition(";")[0]


def truth(reply: Answer) -> bool:
    found = ox.parse_query_results(reply.body, RESULTS[media_type(reply)])
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)


def has_form(reply: Answer, form: str) -> bool:
    return media_type(reply) in {"boolean": RESULTS, "tabular": TABULAR, "RDF": GRAPHS}[form]


# W3C's tests

CASES = w3c.at_hand(MANIFEST)


READING = w3c.listed([case for case in CASES if case.name not in UPDATES])


def test_the_w3c_suite_is_whole(requires: Requires) -> None:
    requires.w3c()
    assert len(CASES) == 34
    assert set(UPDATES) == {case.name for case in CASES if case.name.startswith("update_")}


def test_a_row_of_ours_stands_in_for_each_of_the_w3c(sparql_suite: Copy) -> None:
    """Wherever the exchanges are not at hand, their names are."""
    _, entries = w3c.contents(sparql_suite, MANIFEST)
    assert len(entries) == 34
    rows = w3c.ours("protocol.tsv") + [row for row in w3c.ours("written.tsv")
                                       if row["w3c"].startswith("update_")]
    assert {row["w3c"] for row in rows} - {""} == set(map(w3c.name, entries))


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize("case", READING)
def test_w3c(case: w3c.Case, path: str, tmp_path: Path) -> None:
    world = laid(tmp_path, graphs(case))
    for exchange in case.exchanges:
        perform(partial(ask, world), exchange, path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the graphs of all of W3C's cases, which never differ under one name."""
    folder = tmp_path_factory.mktemp("whole")
    laid(folder / "snapshot", {quad for case in CASES for quad in graphs(case)})
    with running(folder / "snapshot", folder) as server:
        yield server


@pytest.mark.parametrize("case", READING)
def test_w3c_over_http(case: w3c.Case, whole: Server) -> None:
    for exchange in case.exchanges:
        perform(whole.ask, exchange, "/sparql")


def graphs(case: w3c.Case) -> list[ox.Quad]:
    return [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph))
            for graph, data in case.graphs.items() for q in ox.parse(data, RdfFormat.N_TRIPLES)]


def perform(asker: Asker, exchange: w3c.Exchange, path: str) -> None:
    """Do what the test says and check what it expects."""
    headers = {name.replace("-", "_"): value for name, value in exchange.headers.items()}
    reply = asker(exchange.method, exchange.target.replace("/sparql/", path, 1), exchange.body,
                  **headers)
    assert reply.status in exchange.statuses, reply
    if exchange.form:
        assert has_form(reply, exchange.form), reply.headers
    if exchange.boolean is not None:
        assert truth(reply) == exchange.boolean


# Our own table

@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("protocol")
    laid(place / "snapshot", ox.parse(path=HERE / "protocol.trig"))
    return place


@pytest.fixture(scope="module", params=["inside", "over HTTP"])
def asker(request: pytest.FixtureRequest, folder: Path) -> Iterator[Asker]:
    if request.param == "inside":
        yield partial(ask, opened(folder / "snapshot"))
    else:
        with running(folder / "snapshot", folder) as server:
            yield server.ask


@pytest.mark.parametrize("row", w3c.ours("protocol.tsv"), ids=lambda row: row["case"])
def test_table(row: dict[str, str], asker: Asker) -> None:
    body = row["body"].encode().replace(b"\\xff", b"\xff")
    if "form" in row["content type"]:
        body = quote(body, safe="=&").encode()
    headers = {"content_type": row["content type"], "accept": row["accept"]}
    reply = asker(row["method"], quote(row["address"], safe="/?&=%"), body,
                  **{name: value for name, value in headers.items() if value})
    assert reply.status == int(row["status"]), reply
    if row["answer"] in ("true", "false"):
        assert truth(reply) == (row["answer"] == "true")
    else:
        expected = row["answer"] or "application/problem+json"
        assert reply.headers["content-type"] == expected
    if reply.status >= 400:
        said = json.loads(reply.body)
        assert said["status"] == reply.status
        assert said["type"].startswith("https://w3id.org/clusterkg/problem/")
        assert len(said["detail"]) > 10


COPIES = ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "construct where{$a ?b ?c.}",
          "CONSTRUCT{?x ?y ?z . }\nWHERE\n{ ?x ?y ?z }\n"]
OTHERS = ["CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?s }",
          "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?q ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?x }",
          "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2",
          "CONSTRUCT { ?s ?p ?o } FROM <http://example.org/tea> WHERE { ?s ?p ?o }",
          "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . ?s a ?p }"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Hold 2,000 triples, some of them twice when turned round, and one other graph."""
    nodes = [ox.NamedNode(f"http://example.org/{n}") for n in range(100)]
    quads = [ox.Quad(nodes[n % 100], nodes[n // 700], nodes[n * 7 % 89]) for n in range(2000)]
    silk = ox.NamedNode("http://example.org/silk")
    return laid(tmp_path_factory.mktemp("large"),
                [*quads, ox.Quad(nodes[0], nodes[1], nodes[1], silk)])


@pytest.mark.parametrize("query", COPIES + OTHERS)
@pytest.mark.parametrize("more", ["", "&default-graph-uri=http://example.org/silk"])
def test_the_whole_graph_is_copied_as_the_engine_would(query: str, more: str,
                                                       large: World) -> None:
    """The oracle is the engine itself, asked the same in words that are not known."""
    known, unknown = (ask(large, "GET", f"/sparql?query={quote(text)}{more}",
                          accept="application/n-triples").body.splitlines()
                      for text in (query, f"{query} #"))
    assert sorted(known) == sorted(unknown)
    if not more and query in COPIES:
        assert len(known) > 1000


@pytest.mark.parametrize("form", RESULT_FORMATS, ids=lambda form: form.name)
def test_solutions_are_what_another_engine_finds(form: Format, asker: Asker) -> None:
    """The oracle is rdflib: its engine finds the rows, its readers read ours."""
    text = "SELECT ?s ?o { GRAPH <http://example.org/silk> { ?s <http://example.org/note> ?o } }"
    reply = asker("GET", f"/sparql?query={quote(text)}", accept=form.essence)
    read = rdflib.query.Result.parse(io.BytesIO(reply.body), format=form.name)
    found = own().query(text)
    assert rows(read, form) == rows(found, form)
    assert len(list(found)) == 2


def own() -> rdflib.Dataset:
    """Read the table's world as rdflib does."""
    dataset = rdflib.Dataset()
    dataset.parse(HERE / "protocol.trig", format="trig")
    return dataset


def rows(found: rdflib.query.Result, form: Format) -> list[tuple[str, ...]]:
    """Give sorted rows; those of CSV have neither types nor languages."""
    said = [row for row in found if isinstance(row, rdflib.query.ResultRow)]
    if form.name == "csv":
        return sorted(tuple(str(value) for value in row) for row in said)
    return sorted(tuple(value.n3() for value in row) for row in said)


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_graphs_are_what_another_engine_finds(form: Format, asker: Asker) -> None:
    text = "CONSTRUCT { ?s ?p ?o . ?o <x> <y#z> } " \
        "{ GRAPH ?g { ?s ?p ?o FILTER(!isLiteral(?o)) } }"
    reply = asker("GET", f"/sparql?query={quote(text)}", accept=form.essence)
    read = rdflib.Graph()
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=reply.body, format=form.essence)
    for subject, predicate, value, *_ in dataset:
        read.add((subject, predicate, value))
    base = f"BASE <{ask_base(asker)}/sparql> "
    found = own().query(base + text)
    assert found.graph is not None
    assert isomorphic(read, found.graph)
    assert len(read) > 5


def ask_base(asker: Asker) -> str:
    """Give the address that relative IRIs are resolved against, as the service says it."""
    said = rdflib.Graph().parse(data=asker("GET", "/sparql").body)
    endpoint = next(said.objects(None, rdflib.URIRef(
        "http://www.w3.org/ns/sparql-service-description#endpoint")))
    return str(endpoint).removesuffix("/sparql")
