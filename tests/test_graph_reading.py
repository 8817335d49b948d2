"""The SPARQL 1.1 Graph Store Protocol: reading."""

from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from clusterkg.web.negotiation import GRAPHS, Format
from clusterkg.world import World
from web import ask, laid, opened

HERE = Path(__file__).parent
DATA = HERE / "protocol.trig"
TEA, SILK = "http://example.org/tea", "http://example.org/silk"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return laid(tmp_path_factory.mktemp("store"), ox.parse(path=DATA))


def expected(graph: str | None) -> rdflib.Graph:
    """Read the graph as rdflib does."""
    dataset = rdflib.Dataset()
    dataset.parse(DATA, format="trig")
    found = rdflib.Graph()
    for triple in dataset.graph(rdflib.URIRef(graph)) if graph else dataset.default_graph:
        found.add(triple)
    return found


@pytest.mark.parametrize("graph", [TEA, SILK, None])
@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_a_graph_is_read_in_every_format(form: Format, graph: str | None, world: World) -> None:
    address = f"/store?graph={quote(graph, safe='')}" if graph else "/store?default"
    reply = ask(world, "GET", address, accept=form.essence)
    assert (reply.status, reply.headers["content-type"]) == (200, form.media_type)
    read = rdflib.Dataset(default_union=True).parse(data=reply.body, format=form.essence)
    found = rdflib.Graph()
    for subject, predicate, value, *_ in read:
        found.add((subject, predicate, value))
    assert isomorphic(found, expected(graph))
    assert len(found) > 0


@pytest.mark.parametrize(("address", "status"), [
    ("/store", 400), ("/store?default&graph=http://example.org/tea", 400),
    ("/store?graph=tea", 400), ("/store?graph=", 400), ("/store?graph=http://example.org/a b", 400),
    ("/store?graph=http://example.org/tea&graph=http://example.org/silk", 400),
    ("/store?graph=http://example.org/none", 404), ("/store?graph=file:///etc/passwd", 404),
    ("/store?graph=http://example.org/%2574ea", 404),
    ("/store?graph=http://example.org/%74ea", 200),
    ("/store?graph=http://example.org/tea", 200), ("/store?default=", 200)])
def test_a_graph_is_named_once_and_rightly(address: str, status: int, world: World) -> None:
    assert ask(world, "GET", quote(address, safe="/?&=:%")).status == status
    assert ask(world, "HEAD", quote(address, safe="/?&=:%")).status == status


def test_head_says_what_get_says(world: World) -> None:
    head, whole = (ask(world, method, f"/store?graph={TEA}") for method in ("HEAD", "GET"))
    assert head.body == b""
    assert head.headers == whole.headers
    assert head.headers["content-type"] == "text/turtle; charset=utf-8"


def test_who_has_it_need_not_read_it(world: World) -> None:
    tag = ask(world, "GET", "/store?default").headers["etag"]
    assert ask(world, "GET", "/store?default", if_none_match=tag).status == 304
    assert ask(world, "GET", f"/store?graph={TEA}", if_none_match=tag).status == 200


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("writer", [False, True])
def test_a_read_only_server_writes_nothing(method: str, writer: bool, world: World) -> None:
    reply = ask(world, method, f"/store?graph={TEA}", "<a:a> <a:b> <a:c> .",
                content_type="text/turtle", writer=writer)
    assert reply.status == 403
    assert isomorphic(rdflib.Graph().parse(data=ask(world, "GET", f"/store?graph={TEA}").body),
                      expected(TEA))


def test_the_default_graph_is_without_its_own_description(built: Path) -> None:
    """It is what sources state and what follows, each triple once."""
    whole = opened(built)
    lines = ask(whole, "GET", "/store?default", accept="application/n-triples").body.splitlines()
    query = """SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o }
               FILTER(?g NOT IN (graph:description,
                 <https://w3id.org/clusterkg/sparql/.well-known/sparql-examples>)) } } }"""
    reply = ask(whole, "GET", f"/sparql?query={quote(query)}")
    assert len(lines) == len(set(lines)) == \
        int(reply.json["results"]["bindings"][0]["n"]["value"]) > 1000
