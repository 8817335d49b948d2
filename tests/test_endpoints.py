"""The same over an endpoint: Fuseki and Virtuoso answer as the embedded graph does.

The tests of linked data and of questions on small worlds are run again; the whole graph's answers
are compared with those of the snapshot.
"""

import http.client
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import endpoints
import opposed
import pages
import test_linked
import test_questions_api
import worlds
from clusterkg import evaluation, query
from clusterkg.namespaces import BASE, expand
from clusterkg.source import questions, version_of
from clusterkg.world import World
from conftest import Requires
from endpoints import Endpoint
from servers import Server, running
from test_linked import (  # noqa: F401 # run again over endpoints
    test_a_concept_has_its_own_way,
    test_a_document_is_the_same_wherever_it_is_served,
    test_a_document_says_what_it_is,
    test_a_shortened_document_says_so,
    test_a_thing_knows_its_names_and_those_of_what_it_mentions,
    test_a_thing_leads_to_what_accept_prefers,
    test_an_endpoint_has_no_dumps,
    test_blank_nodes_come_with_what_is_said_of_them,
    test_every_format_says_the_same,
    test_every_thing_is_found_by_its_iri,
    test_facts_are_all_statements_both_ways,
    test_facts_lead_to_their_evidence,
    test_facts_tell_who_asserts_them_and_what_only_follows,
    test_more_facts_than_asked_for_are_told,
    test_quads_keep_what_only_follows_apart,
    test_the_head_of_a_document_leads_on,
    test_what_no_format_fits_is_told_what_is_there,
    test_what_nothing_replaces_is_gone_too,
    test_what_was_never_known_is_not_found,
    test_withdrawn_is_gone_and_says_what_replaces_it,
    test_withdrawn_is_not_unknown,
)
from test_pages import ADDRESSES
from test_questions_api import (  # noqa: F401 # run again over endpoints
    test_a_form_and_a_json_object_ask_the_same,
    test_a_question_with_a_limit_of_its_own_has_pages_within_it,
    test_a_refusal_lists_what_may_have_been_meant,
    test_an_unknown_question_lists_those_that_are_near,
    test_links_keep_all_that_was_said,
    test_no_row_comes_with_the_reason,
    test_the_address_says_the_format_or_else_accept,
    test_what_a_name_was_taken_to_be_is_told,
    test_what_does_not_fit_is_told_with_what_does,
)
from web import Reply, ask, opened

NAMES = test_questions_api.NAMES


@pytest.fixture(scope="module", params=endpoints.NAMES)
def endpoint(request: pytest.FixtureRequest, requires: Requires,
             tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with endpoints.running(request.param, requires, tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def small(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the world of the tests of linked data."""
    endpoint.hold("small", lambda: endpoints.written(
        test_linked.quads(), tmp_path_factory.mktemp("small")))
    return endpoint.world({})


@pytest.fixture
def town(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the world of the tests of asking."""
    graph = ox.NamedNode("http://example.org/town")
    endpoint.hold("town", lambda: endpoints.written(
        [ox.Quad(q.subject, q.predicate, q.object, graph) for q in worlds.quads()],
        tmp_path_factory.mktemp("town")))
    return endpoint.world(query.folder(worlds.QUESTIONS))


@pytest.fixture(scope="module")
def here(built: Path) -> World:
    """Give the graph as the snapshot answers."""
    return opened(built)


@pytest.fixture(scope="module")
def whole(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write the graph out for the endpoints."""
    return endpoints.exported(built, tmp_path_factory.mktemp("whole"))


@pytest.fixture
def there(endpoint: Endpoint, built: Path, whole: tuple[Path, Path]) -> World:
    """Give the same graph as an endpoint answers."""
    endpoint.hold("whole", lambda: whole)
    return endpoint.world(query.folder(questions(version_of(built))))


def sparql(world: World, text: str, more: str = "", **headers: str) -> Reply:
    return ask(world, "GET", f"/sparql?query={quote(text, safe='')}{more}", **headers)


# -- registers that differ: before the whole graph, which is loaded once -----------------------

@pytest.fixture
def opposed_there(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the graph in which registers and a document differ."""
    folder = opposed.world() / "snapshot"
    endpoint.hold("opposed", lambda: endpoints.exported(folder, tmp_path_factory.mktemp("opposed")))
    return endpoint.world(query.folder(questions(version_of(folder))))


def test_what_registers_differ_in_is_shown_wherever_it_is_asked(opposed_there: World) -> None:
    target = "/queries/conflicting_claims/run.json"
    first, second = (told(ask(world, "GET", target)) for world in (
        opened(opposed.world() / "snapshot"), opposed_there))
    assert first == second
    assert len(first[2]) == 5  # type: ignore[arg-type]  # the rows


# -- questions ---------------------------------------------------------------------------------

# What Virtuoso 7.2.5 answers otherwise than SPARQL says; one that it answers rightly has to go.
_STRING = "an IRI that BIND gives comes back as a string"
_LOST = "OPTIONAL loses what a pattern before it has bound"
OTHERWISE = {
    "cluster_profile": _STRING, "enterprises_at_stage": _STRING, "list_members_by_area": _STRING,
    "makers_of_product": _STRING, "partner_candidates": _STRING,
    "clusters_in_region": "EXISTS in IF",
    "conflicting_claims": _LOST, "corroborated_records": _LOST, "zone_profile": _LOST,
    "strong_in": _LOST, "evidence_for": "GROUP_CONCAT DISTINCT loses a value",
    "party_list_differences": "GROUP_CONCAT DISTINCT repeats values",
    "enterprises_by_title": "a path whose ends both are variables is refused",
    "unknowns": "MIN of an expression is refused",
    "supplier_candidates": "a UNION of sub-SELECTs is given one column too few",
    "register_entry": "GROUP_CONCAT of nothing is an empty text"}


@pytest.fixture(scope="module")
def answer(here: World) -> Callable[[str], tuple[object, ...]]:
    """Ask the snapshot once for all endpoints."""
    return cache(lambda target: told(ask(here, "GET", target)))


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_one_answer_wherever_it_is_asked(
        answer: Callable[[str], tuple[object, ...]], there: World, endpoint: Endpoint,
        name: str) -> None:
    example = query.named(name, there.graph.questions).header.example
    target = f"/queries/{name}/run.json?{urlencode({'page_size': 1000, **example})}"
    first, second = answer(target), told(ask(there, "GET", target))
    assert (first == second) is not (endpoint.name == "virtuoso" and name in OTHERWISE)


def told(reply: Reply) -> tuple[object, ...]:
    """Give what an answer says, of a refusal its status."""
    if reply.status != 200:
        return (reply.status,)
    said = reply.json
    return (said["columns"], said["taken"], sorted(map(row, said["rows"])),
            bool(said["diagnosis"]))


def row(found: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    return sorted((name, value(one), one.get("label", "")) for name, one in found.items())


def value(one: dict[str, str]) -> str:
    """Compare numbers by value, and lists in any order: engines write both as they like."""
    text = one["value"]
    try:
        return str(Decimal(text).normalize()) if one["type"] != "uri" else text
    except InvalidOperation:
        return ", ".join(sorted(text.split(", ")))


# -- linked data and pages ---------------------------------------------------------------------

THINGS = ["cluster/500113-advanced-power-equipment", "declaration/chengdu-chongqing-2021",
          "doc/903e39150cbb66aa", "place/cn-510100", "voc/status/rejected", "graph/cn-divisions"]


@pytest.mark.parametrize("thing", THINGS)
def test_a_document_says_the_same_wherever_it_is_asked(here: World, there: World,
                                                       thing: str) -> None:
    first, second = (graph(ask(world, "GET", f"/data/{thing}.nt")) for world in (here, there))
    assert len(first) > 5
    assert isomorphic(first, second)
    way = f"/{thing}" if thing.startswith("voc/") else f"/id/{thing}"
    for accept in ("text/turtle", "text/html"):
        one, other = (ask(world, "GET", way, accept=accept) for world in (here, there))
        assert (one.status, one.headers["location"]) == (303, other.headers["location"])


def graph(reply: Reply) -> rdflib.Graph:
    """Read a document without what only a snapshot knows: when it was built."""
    assert reply.status == 200, reply.text
    found = rdflib.Graph().parse(data=reply.body, format="nt")
    for predicate in (expand("dcterms:modified"), expand("dcat:version")):
        found.remove((None, rdflib.URIRef(predicate), None))
    return found


# Pages that tell of what an endpoint has not: an index of labels; or that show some rows of many.
_OWN = re.compile(r"/search\?q=|/sparql\.html\?query=SELECT|/queries/|/page/graph/")


@pytest.mark.parametrize("address", [each for each in ADDRESSES if not _OWN.match(each)])
def test_a_page_says_the_same_wherever_it_is_asked(here: World, there: World,
                                                   address: str) -> None:
    first, second = (ask(world, "GET", address, accept="text/html") for world in (here, there))
    assert (second.status, second.media_type) == (200, "text/html"), second.text[:500]
    assert "etag" not in second.headers
    pages.read(second.text)
    only = Counter(words(first.text)) - Counter(words(second.text))
    more = Counter(words(second.text)) - Counter(words(first.text))
    assert not more, more
    assert not only, only


_TAG = re.compile(r"<[^>]*>")
_ASIDE = re.compile(r"^[\[\]\d, ]+$|version|as files|/catalogue$|^why$|cannot explain|^·$"
                    r'|^\{ "@context"')


def words(text: str) -> list[str]:
    """List the texts between tags, what stands side by side in any order.

    But for numbers of notes, dates of builds, and what leads to files and explanations.
    """
    texts = (" ".join(part.split()) for part in _TAG.split(text))
    return [", ".join(sorted(each.split(", "))) for each in texts
            if each and not _ASIDE.search(each)]


@pytest.mark.parametrize(("text", "among", "first"), [
    ("Banan", "", "Banan"), ("巴南", "", "巴南"), ("dongli", "ckg:Cluster", ""),
    ("no such thing", "", "")])
def test_things_are_found_by_parts_of_their_labels(there: World, text: str, among: str,
                                                   first: str) -> None:
    reply = ask(there, "GET", f"/search?{urlencode({'q': text, 'among': among})}",
                accept="text/html")
    assert reply.status == 200
    assert (first in reply.text) == bool(first) or not first


@pytest.mark.parametrize("target", [
    "/id/place/never", "/data/place/never.ttl", "/page/place/never", "/queries/never",
    "/problem/never"])
def test_what_is_not_there_is_not_found(there: World, target: str) -> None:
    assert ask(there, "GET", target).status == 404


@pytest.mark.parametrize("target", [
    "/ns", "/ns/rules", "/shapes", "/context.jsonld", "/void", "/catalogue", "/openapi.json",
    "/queries", "/sources", "/sparql", "/sparql/.well-known/sparql-examples", "/style.css"])
def test_what_describes_the_graph_is_there(there: World, target: str) -> None:
    assert ask(there, "GET", target).status == 200


@pytest.mark.parametrize("target", ["/dumps/clusterkg.nq.gz", "/why?s=urn:a&p=urn:b&o=urn:c"])
def test_what_needs_a_snapshot_says_so(there: World, target: str) -> None:
    reply = ask(there, "GET", target)
    assert (reply.status, reply.media_type) == (404, "application/problem+json")
    assert "endpoint" in reply.json["detail"]


# -- SPARQL ------------------------------------------------------------------------------------

SELECT = 'SELECT ?s ?l { ?s a ckg:Place ; rdfs:label ?l FILTER(LANG(?l) = "zh") } ORDER BY ?s'
TYPES = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml",
         "csv": "text/csv", "tsv": "text/tab-separated-values"}


@pytest.mark.parametrize("media_type", TYPES.values())
def test_solutions_are_the_same_in_every_format(here: World, there: World,
                                                media_type: str) -> None:
    first, second = (sparql(world, SELECT, accept=media_type) for world in (here, there))
    assert (second.status, second.media_type) == (200, media_type)
    assert second.body == first.body
    assert len(second.body) > 1000


@pytest.mark.parametrize("text", ["ASK { ?s a ckg:Cluster }", "ASK { ?s a <http://a/none> }"])
def test_a_truth_is_the_same(here: World, there: World, text: str) -> None:
    for media_type in ("application/sparql-results+json", "application/sparql-results+xml"):
        first, second = (sparql(world, text, accept=media_type) for world in (here, there))
        assert (second.status, second.body) == (200, first.body)


GRAPHS = ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json",
          "application/trig", "application/n-quads"]


@pytest.mark.parametrize("media_type", GRAPHS)
def test_triples_are_the_same_in_every_format(here: World, there: World, media_type: str) -> None:
    text = "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a ckg:Cluster ; rdfs:label ?l }"
    found = []
    for world in (here, there):
        reply = sparql(world, text, accept=media_type)
        assert (reply.status, reply.media_type) == (200, media_type)
        form = next(name for name, one in evaluation.RDF.items() if one.media_type == media_type)
        found.append({str(quad) for quad in ox.parse(reply.body, evaluation.RDF[form])})
    assert found[0] == found[1]
    assert len(found[0]) > 5


CASES = {
    "a known prefix": SELECT,
    "a relative IRI": "SELECT ?s { BIND(<x> AS ?s) }",
    "a comment": "SELECT ?s # } DROP ALL\n{ BIND(1 AS ?s) }",
    "the word of another server": """SELECT ?s { VALUES ?s { "service" 'SERVICE' '''a service'''
                                     <http://a/service> } }""",
    "strings": r"""SELECT ?s { VALUES ?s { "a\"b\\c\nd" "北区" "\u5317" "x"@zh-Hans 7 } }""",
    "graphs": "SELECT DISTINCT ?g { GRAPH ?g { ?s a ckg:Cluster } }",
    "a graph": "SELECT (COUNT(*) AS ?n) { GRAPH graph:inferred { ?s ?p ?o } }",
    "a graph beside the whole": "SELECT ?s ?g { ?s a ckg:Cluster . GRAPH ?g { ?s a ckg:Cluster } }",
    "FROM": "SELECT (COUNT(*) AS ?n) FROM graph:cn-divisions { ?s ?p ?o }",
    "FROM NAMED": "SELECT DISTINCT ?g FROM NAMED graph:cn-divisions { GRAPH ?g { ?s ?p ?o } }",
    "how much there is": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "what is missing": "SELECT ?s { ?s a ckg:Cluster FILTER NOT EXISTS { ?s ckg:hasChain ?c } }",
    "a path": "SELECT ?c { ckg:Cluster rdfs:subClassOf* ?c FILTER(isIRI(?c)) }",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_a_query_has_one_answer_wherever_it_is_asked(here: World, there: World, text: str) -> None:
    first, second = (sparql(world, text) for world in (here, there))
    assert second.status == 200, second.text
    assert solutions(second) == solutions(first)
    assert solutions(first)


def solutions(reply: Reply) -> Counter[str]:
    return Counter(str(sorted((name, one["type"].replace("typed-", ""), one["value"],
                               one.get("xml:lang", "")) for name, one in found.items()))
                   for found in reply.json["results"]["bindings"])


DIVISIONS = f"{BASE}id/graph/cn-divisions"


@pytest.mark.parametrize(("text", "more"), [
    ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"default-graph-uri": DIVISIONS}),
    ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": DIVISIONS}),
    ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"default-graph-uri": "http://a/none"}),
    ("SELECT (COUNT(*) AS ?n) FROM <http://a/none> { ?s ?p ?o }",
     {"default-graph-uri": DIVISIONS})])
def test_a_dataset_is_the_one_that_is_asked_for(here: World, there: World, text: str,
                                                more: dict[str, str]) -> None:
    first, second = (sparql(world, text, "&" + urlencode(more)) for world in (here, there))
    assert solutions(second) == solutions(first)


def test_a_form_and_a_body_are_asked_too(there: World) -> None:
    for body, kind in ((urlencode({"query": SELECT}), "application/x-www-form-urlencoded"),
                       (SELECT, "application/sparql-query")):
        reply = ask(there, "POST", "/sparql", body, content_type=kind)
        assert (reply.status, reply.body) == (200, sparql(there, SELECT).body)
    head = ask(there, "HEAD", f"/sparql?query={quote(SELECT)}")
    assert (head.status, head.body, head.media_type) == (200, b"", TYPES["json"])


@pytest.mark.parametrize(("text", "status"), [
    ("SELECT", 400), ("SELECT * { ?s nope:x ?o }", 400), ("CLEAR ALL", 400),
    ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403)])
def test_what_is_refused_is_refused_alike(here: World, there: World, text: str,
                                          status: int) -> None:
    first, second = (sparql(world, text) for world in (here, there))
    assert (first.status, second.status) == (status, status)
    assert first.json == second.json


# -- graphs ------------------------------------------------------------------------------------

@pytest.mark.parametrize("media_type", GRAPHS)
def test_a_graph_is_read_whole(here: World, there: World, media_type: str) -> None:
    target = f"/store?graph={quote(expand('graph:description'), safe='')}"
    form = next(one for one in evaluation.RDF.values() if one.media_type == media_type)
    first, second = (ask(world, "GET", target, accept=media_type) for world in (here, there))
    assert (second.status, second.media_type) == (200, media_type)
    found = [{str(quad.triple) for quad in ox.parse(reply.body, form)} for reply in (first, second)]
    assert found[0] == found[1]
    assert len(found[0]) > 20


def test_the_default_graph_is_all_there_is(there: World) -> None:
    reply = ask(there, "GET", "/store?default", accept="application/n-triples")
    (count,) = sparql(there, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json["results"]["bindings"]
    assert len(reply.body.splitlines()) == int(count["n"]["value"])


@pytest.mark.parametrize(("target", "status"), [
    ("?graph=http://a/none", 404), ("", 400), ("?default&graph=http://a/b", 400),
    ("?graph=relative", 400)])
def test_a_graph_that_is_not_there_is_told(there: World, target: str, status: int) -> None:
    assert ask(there, "GET", f"/store{target}").status == status
    for method in ("PUT", "POST", "DELETE"):
        assert ask(there, method, "/store?default", b"", content_type="text/turtle").status == 403


# -- the server itself -------------------------------------------------------------------------

ENDLESS = ["SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
           "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?f ?c ?i"]


@pytest.fixture
def server(endpoint: Endpoint, there: World, tmp_path: Path) -> Iterator[Server]:
    graphs = [word for iri in endpoint.default_graphs for word in ("--default-graph", iri)]
    with running(Path(), tmp_path, "--endpoint", endpoint.address, *graphs, "--timeout", "3",
                 "--processes", "1", "--bytes", "20MB") as found:
        yield found


def test_a_long_answer_streams_and_is_never_cut_in_silence(server: Server,
                                                           endpoint: Endpoint) -> None:
    many = server.sparql("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5000",
                         accept="text/tab-separated-values")
    assert (many.status, len(many.body.splitlines())) == (200, 5001)
    assert "content-length" not in many.headers
    try:
        status = server.sparql("SELECT * { ?s ?p ?o . ?a a ckg:Cluster }").status
    except (http.client.HTTPException, ConnectionError):
        return  # it had begun
    assert endpoint.name == "virtuoso"  # which answers late: nothing had begun
    assert status in {422, 504}


def test_a_server_answers_over_an_endpoint_and_gives_up_in_time(server: Server,
                                                                here: World) -> None:
    expected = sparql(here, SELECT, accept="text/csv")
    assert server.sparql(SELECT, accept="text/csv").body == expected.body
    assert server.get("/page/place/cn-510100", accept="text/html").status == 200
    assert server.get("/queries/cluster_counts/run").status == 200
    for text in ENDLESS:  # the last that is asked: an endpoint may go on when nobody listens
        reply = server.sparql(text)
        assert reply.status in {422, 502, 503, 504}, reply.body[:300]
        assert reply.seconds < 8  # it would take for ever
        assert reply.headers["content-type"] == "application/problem+json"
        again = server.sparql("ASK {}")
        assert (again.status, again.seconds < 2.5) == (200, True)
    assert server.stop() == 0
    assert "Traceback" not in server.log()
