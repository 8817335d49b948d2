"""Linked data: things are dereferenced, documents say what they are, the same in every format."""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import assume, given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

import pages
from clusterkg import (
    address,
    answer,
    document,
    dump,
    entity,
    explanation,
    page,
    retrieval,
    tables,
)
from clusterkg.content import TABLES
from clusterkg.entity import INFERRED, Entity
from clusterkg.explanation import Evidence
from clusterkg.files import knowledge, rdf_files
from clusterkg.graph import Graph
from clusterkg.namespaces import BASE, expand
from clusterkg.store import Store
from clusterkg.testimony import Statement
from clusterkg.web.problem import Problem
from clusterkg.web.target import parsed
from clusterkg.world import Settings, World
from web import Reply, ask, opened

HERE = "http://127.0.0.1:7878"
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
TOWN = f"{BASE}id/place/town"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
# What rdflib 7 sends where it is not told a format, and what Comunica does.
RDFLIB = ("application/rdf+xml, text/rdf+n3, application/n-triples, application/ld+json;q=0.9, "
          "text/turtle;q=0.9, */*;q=0.1")
COMUNICA = ("application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
            "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,"
            "text/html;q=0.2,application/xml;q=0.1")
OWLAPI = ("application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, "
          "*/*; q=0.09")
OWLAPI_PARSERS = (  # what OWLAPI 5 asks with for all its parsers
    "application/n-quads; q=1.0, application/ld+json; q=1.0, application/owl+xml; q=1.0, "
    "application/rdf+xml; q=1.0, application/x-binary-rdf; q=1.0, text/owl-manchester; q=1.0, "
    "text/turtle; q=1.0, application/trix; q=1.0, application/xhtml+xml; q=1.0, "
    "text/owl-functional; q=1.0, application/rdf+json; q=1.0, text/n3; q=1.0, application/trig; "
    "q=1.0, application/n-triples; q=1.0, application/xml; q=0.5, text/xml; q=0.5, text/plain; "
    "q=0.5, text/html; q=0.3, text/nquads; q=0.3")


def quads() -> list[ox.Quad]:
    return list(ox.parse(path=Path(__file__).parent / "linked.trig"))


@pytest.fixture(scope="module")
def small() -> World:
    held = ox.Store()
    held.bulk_extend(quads())
    held.bulk_extend(ox.Quad(*quad.triple) for quad in list(held))
    return World(Graph(Store(held), {}), Settings(base=HERE))


@pytest.fixture(scope="module")
def whole(built: Path) -> World:
    return opened(built)


def read(reply: Reply, form: str) -> rdflib.Graph:
    assert reply.status == 200, reply.text
    return rdflib.Graph().parse(data=reply.body, format=form)


def facts(world: World, local: str, limit: int = entity.LIMIT) -> Entity:
    return entity.facts(BASE + local, world.graph.source, limit)


def graph_of(quad: ox.Quad) -> str:
    assert isinstance(quad.graph_name, ox.NamedNode)
    return quad.graph_name.value


def test_facts_are_all_statements_both_ways(small: World) -> None:
    town = facts(small, "id/place/town")
    thing = ox.NamedNode(TOWN)
    assert {str(fact.statement) for fact in town.out} == {
        str(Statement(*quad.triple)) for quad in quads() if quad.subject == thing}
    assert {str(fact.statement) for fact in town.into} == {
        str(Statement(*quad.triple)) for quad in quads() if quad.object == thing}
    assert not town.truncated


def test_facts_tell_who_asserts_them_and_what_only_follows(small: World) -> None:
    held: dict[tuple[str, ...], set[str]] = {}
    for quad in quads():
        held.setdefault(tuple(map(str, quad.triple)), set()).add(graph_of(quad))
    town = facts(small, "id/place/town")
    for fact in (*town.out, *town.into):
        graphs = held[tuple(map(str, fact.statement))]
        assert set(fact.graphs) == graphs - {INFERRED}
        assert fact.inferred == (graphs == {INFERRED})
    assert {fact.inferred for fact in town.out} == {True, False}


def test_facts_lead_to_their_evidence(small: World) -> None:
    town = facts(small, "id/place/town")
    said = {fact.predicate.value.rpartition("#")[2]: [town.sources[n] for n in fact.notes]
            for fact in town.out if not fact.inferred}
    row = Evidence(ox.NamedNode(TOWN), row="towns.csv!7")
    paper = ox.NamedNode(expand("doc:paper"))
    assert said["twinnedWith"] == [Evidence(ox.NamedNode(expand("claim:twin")), ox.NamedNode(
        expand("passage:one")), paper, "3", "10-20")]
    assert said["population"] == [Evidence(ox.NamedNode(expand("claim:number")))]
    assert said["adminCode"] == said["label"] == [row]
    assert all(not fact.notes for fact in town.out if fact.inferred)


def test_a_thing_knows_its_names_and_those_of_what_it_mentions(small: World) -> None:
    town = facts(small, "id/place/town")
    assert [label.value for label in town.labels] == ["Town <script>alert(1)</script>"]
    assert {label.value for label in town.names[f"{BASE}id/place/land"]} == {"Land", "国"}
    assert town.names[f"{BASE}id/doc/paper"][0].value == "paper"
    assert town.types == (expand("ckg:Town"),)


def test_blank_nodes_come_with_what_is_said_of_them(small: World) -> None:
    town = facts(small, "ns#Town")
    said = {str(statement.predicate).strip("<>").rpartition("#")[2] for statement in town.nested}
    assert said == {"type", "onProperty", "someValuesFrom", "unionOf", "first", "rest"}


def test_more_facts_than_asked_for_are_told(small: World) -> None:
    town = facts(small, "id/place/town", limit=2)
    assert (len(town.out), len(town.into)) == (2, 2)
    assert town.truncated == {"out", "into"}


def test_what_is_rare_is_not_lost_among_what_is_frequent(whole: World) -> None:
    country = ox.NamedNode(f"{BASE}id/place/cn")
    held = whole.store()
    out = {quad.predicate for quad in held.quads_for_pattern(country, None, None)}
    into = {quad.predicate for quad in held.quads_for_pattern(None, None, country)}
    thing = facts(whole, "id/place/cn", limit=100)
    assert thing.truncated == {"out", "into"}
    assert (len(thing.out), len(thing.into)) == (100, 100)
    assert {fact.predicate for fact in thing.out} == out
    assert {fact.predicate for fact in thing.into} == into
    assert all(fact.inferred or fact.graphs for fact in (*thing.out, *thing.into))


class Turns:
    """An endpoint that may leave out what it likes: each query is answered by the next store."""

    def __init__(self, *stores: ox.Store):
        self.stores, self.asked = stores, list[str]()

    def query(self, text: str) -> answer.Reply:
        self.asked.append(text)
        return Store(self.stores[len(self.asked) % len(self.stores)]).query(text)


def test_what_only_follows_is_never_shown_as_asserted_however_an_endpoint_cuts() -> None:
    """Where a limit cuts, two queries may be given different statements."""
    thing, after = ox.NamedNode(f"{BASE}id/a/b"), ox.NamedNode("http://example.org/p")
    halves = [ox.Store(), ox.Store()]
    for number in range(40):
        triple = (thing, after, ox.Literal(str(number)))
        graph = ox.NamedNode(INFERRED if number % 4 < 2 else expand("graph:said"))
        halves[number % 2].extend([ox.Quad(*triple), ox.Quad(*triple, graph)])
    for limit in (7, 100):
        shown = entity.facts(thing.value, Turns(*halves), limit)
        assert shown.out
        for fact in shown.out:
            assert fact.inferred == (int(fact.object.value) % 4 < 2), fact  # type: ignore[union-attr]
            assert fact.inferred or fact.graphs == (expand("graph:said"),)


def test_a_thing_with_very_many_properties_takes_few_queries() -> None:
    thing, held = ox.NamedNode(f"{BASE}id/a/b"), ox.Store()
    held.extend(ox.Quad(thing, ox.NamedNode(f"http://example.org/{n:04}"), ox.Literal(str(m)))
                for n in range(1500) for m in range(2))
    source = Turns(held)
    shown = entity.facts(thing.value, source)
    assert len(shown.out) == entity.LIMIT
    assert shown.truncated == {"out"}
    assert len(source.asked) < 30


def test_what_is_wanted_whole_is_never_cut_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    held, label = ox.Store(), ox.NamedNode(expand("rdfs:label"))
    for thing, number in (("urn:few", 2), ("urn:some", 4), ("urn:many", 6)):
        held.extend(ox.Quad(ox.NamedNode(thing), ox.NamedNode(expand("dcterms:license")),
                            ox.NamedNode(f"urn:{n}")) for n in range(number))
        held.add(ox.Quad(ox.NamedNode(thing), label, ox.Literal(thing)))
    monkeypatch.setattr(retrieval, "MOST", 5)
    source = Store(held)
    assert len(list(retrieval.ask(source, "licences", ["urn:few", "urn:some"]))) == 6
    assert len(list(retrieval.some(source, "licences", ["urn:many"], 5))) == 5
    with pytest.raises(Problem) as refused:
        list(retrieval.ask(source, "licences", ["urn:few", "urn:some", "urn:many"]))
    assert (refused.value.status, refused.value.name) == (422, "too-large")


@pytest.mark.parametrize(("local", "known", "gone"), [
    ("id/place/old", True, (f"{BASE}id/place/town",)), ("id/place/lost", True, ()),
    ("id/place/kept", True, None), ("id/place/town", True, None),
    ("id/doc/register", True, None), ("id/place/never", False, None)])
def test_withdrawn_is_not_unknown(small: World, local: str, known: bool,
                                  gone: tuple[str, ...] | None) -> None:
    thing = facts(small, local)
    assert thing.known is known
    assert (thing.successors if thing.gone else None) == gone


def test_evidence_is_what_an_explanation_gives(whole: World, built: Path) -> None:
    """The explanation of a snapshot finds it in its tables; here it is asked in SPARQL."""
    connection = tables.reopen(built / "versions" / "1" / TABLES)
    compared = 0
    for local in ("id/place/cn-511400", "id/obs/419d53de9b1592ca-total"):
        thing = facts(whole, local)
        for fact in (*thing.out, *thing.into):
            if fact.inferred or set(fact.graphs) == {expand("graph:description")}:
                continue
            if getattr(fact.object, "datatype", None) == ox.NamedNode(expand("xsd:decimal")):
                continue  # which the store spells in its own way
            proof = explanation.explain(connection, *fact.statement)  # type: ignore[arg-type]
            assert proof is not None
            assert set(proof.evidence) == {thing.sources[n] for n in fact.notes}, fact
            compared += 1
    assert compared > 40


@pytest.mark.parametrize(("accept", "to"), [
    (None, "page/place/town"), ("*/*", "page/place/town"), (BROWSER, "page/place/town"),
    ("text/html", "page/place/town"), ("image/png", "page/place/town"),
    ("garbage;;;", "page/place/town"), ("text/turtle", "data/place/town.ttl"),
    ("application/ld+json", "data/place/town.jsonld"),
    ("application/rdf+xml", "data/place/town.rdf"),
    ("application/n-triples", "data/place/town.nt"), ("application/json", "data/place/town.jsonld"),
    ("text/turtle;q=0.5, text/html;q=0.4", "data/place/town.ttl"),
    ("text/turtle;q=0.5, text/html;q=0.6", "page/place/town"),
    ("text/turtle;q=0, text/html;q=0.1", "page/place/town"),
    ("text/turtle, text/html", "data/place/town.ttl"), (RDFLIB, "data/place/town.rdf"),
    (COMUNICA, "data/place/town.jsonld"), (OWLAPI, "data/place/town.rdf"),
    ("text/turtle;q=0.2, application/n-triples;q=0.9", "data/place/town.nt"),
    ("application/trig", "data/place/town.trig"), ("application/n-quads", "data/place/town.nq"),
    ("application/trig, text/html;q=0.5", "data/place/town.trig")])
def test_a_thing_leads_to_what_accept_prefers(small: World, accept: str | None, to: str) -> None:
    reply = ask(small, "GET", "/id/place/town", **({"accept": accept} if accept else {}))
    assert (reply.status, reply.headers["location"]) == (303, f"{HERE}/{to}")
    assert reply.headers["vary"] == "Accept"
    assert reply.headers["link"].count('rel="alternate"') == 4


def test_a_concept_has_its_own_way(small: World) -> None:
    reply = ask(small, "GET", "/voc/size/small", accept="text/turtle")
    assert reply.headers["location"] == f"{HERE}/data/voc/size/small.ttl"
    assert ask(small, "GET", "/voc/size").headers["location"] == f"{HERE}/page/voc/size"
    assert ask(small, "GET", "/id/size/small").status == 404
    graph = read(ask(small, "GET", "/data/voc/size/small.nt"), "nt")
    assert rdflib.Literal("small", lang="en") in set(graph.objects())


def iris() -> Iterator[str]:
    terms = {term.value for quad in quads() for term in quad.triple
             if isinstance(term, ox.NamedNode)}
    return (iri for iri in sorted(terms) if iri.startswith((f"{BASE}id/", f"{BASE}voc/")))


@pytest.mark.parametrize("iri", list(iris()))
def test_every_thing_is_found_by_its_iri(small: World, iri: str) -> None:
    target = quote(iri.removeprefix(BASE.rstrip("/")), safe="/%")
    seen = ask(small, "GET", target, accept="text/turtle")
    if iri.endswith(("/old", "/lost")):
        assert seen.status == 410
        return
    assert seen.status == 303
    path = seen.headers["location"].removeprefix(HERE)
    graph = read(ask(small, "GET", path), "turtle")
    assert rdflib.URIRef(iri) in set(graph.objects(predicate=rdflib.FOAF.primaryTopic))
    plain = ask(small, "GET", path.removesuffix(".ttl"), accept="text/turtle")
    assert plain.headers["content-location"] == seen.headers["location"]
    assert isomorphic(read(plain, "turtle"), graph)


@pytest.mark.parametrize("spelled", ["/id/place/q?x=1&y='2", "/id/place/q?x=1&y=%272",
                                     "/id/place/q%3Fx=1&y='2", "/id/place/q%3Fx%3D1%26y%3D%272"])
def test_an_iri_may_have_a_query(small: World, spelled: str) -> None:
    for accept, local in (("text/turtle", "/data/place/q%3Fx=1&y='2.ttl"),
                          ("text/html", "/page/place/q%3Fx=1&y='2")):
        seen = ask(small, "GET", spelled, accept=accept)
        assert (seen.status, seen.headers["location"]) == (303, HERE + local)
        assert ask(small, "GET", local).status == 200
    shown = pages.read(ask(small, "GET", "/search?among=ckg:Place", accept="text/html").text)
    (link,) = (each for each in shown.all("a") if each.words == "asked")
    assert link.attributes["href"] == "/page/place/q%3Fx=1&y='2?lang=en"
    assert ask(small, "GET", link.attributes["href"], accept="text/html").status == 200
    other = ask(small, "GET", "/id/place/town?from=elsewhere", accept="text/turtle")
    assert other.headers["location"] == f"{HERE}/data/place/town.ttl"


@given(st.text(st.characters(categories=["L", "N"], include_characters="._~-%!$'*+;=@:?&"),
               min_size=1, max_size=12))
def test_an_address_means_its_iri(key: str) -> None:
    try:
        iri = ox.NamedNode(f"{BASE}id/x/{key}").value
    except ValueError:
        return
    target = quote(address.path("data", iri), safe="/:@!$&'()*+,;=~%")
    try:
        request = parsed("GET", target, {})
    except Problem:
        assume("%" not in key)  # an escape of what is no text
        raise
    assert iri in address.spellings(request, "/data/")


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_the_same(small: World, suffix: str) -> None:
    wanted = read(ask(small, "GET", "/data/place/town.nt"), "nt")
    reply = ask(small, "GET", f"/data/place/town.{suffix}")
    assert isomorphic(read(reply, FORMATS[suffix]), wanted)
    thing = rdflib.URIRef(TOWN)
    expected = {tuple(map(str, quad.triple)) for quad in quads()
                if ox.NamedNode(TOWN) in (quad.subject, quad.object)}
    assert {tuple(t.n3() for t in triple) for triple in wanted
            if thing in triple and rdflib.FOAF.primaryTopic not in triple} == expected


def test_quads_keep_what_only_follows_apart(small: World) -> None:
    reply = ask(small, "GET", "/data/place/town.trig")
    apart = {str(quad.triple) for quad in ox.parse(reply.body, ox.RdfFormat.TRIG)
             if quad.graph_name == ox.NamedNode(INFERRED)}
    assert apart == {str(quad.triple) for quad in quads()
                     if quad.graph_name == ox.NamedNode(INFERRED)}


def test_a_document_says_what_it_is(small: World) -> None:
    graph = read(ask(small, "GET", "/data/place/town.ttl"), "turtle")
    own = rdflib.URIRef(f"{BASE}data/place/town")
    said = {(str(p).rpartition("/")[2], str(o)) for p, o in graph.predicate_objects(own)}
    assert {("license", "https://example.org/open"),
            ("license", "https://creativecommons.org/licenses/by/4.0/"),
            ("primaryTopic", TOWN), ("source", f"{BASE}id/graph/report"),
            ("source", f"{BASE}id/doc/paper")} <= said
    land = rdflib.URIRef(f"{BASE}id/place/land")
    assert {str(o) for o in graph.objects(land, rdflib.RDFS.label)} == {"Land", "国"}
    assert not list(graph.objects(own, rdflib.RDFS.comment))


def test_a_shortened_document_says_so(small: World) -> None:
    thing = facts(small, "id/place/town", limit=2)
    said = {str(quad.object) for quad in document.of(thing, small.graph.source, None)
            if quad.predicate.value == expand("rdfs:comment")}
    assert len(said) == 2
    assert all("Not every statement" in text for text in said)


def test_a_document_is_the_same_wherever_it_is_served(small: World) -> None:
    elsewhere = World(small.graph, Settings(base="https://mirror.example/kg"))
    for suffix in FORMATS:
        here = ask(small, "GET", f"/data/place/town.{suffix}")
        assert here.body == ask(elsewhere, "GET", f"/data/place/town.{suffix}").body
    assert ask(elsewhere, "GET", "/id/place/town").headers["location"] == \
        "https://mirror.example/kg/page/place/town"


def test_the_head_of_a_document_leads_on(small: World) -> None:
    reply = ask(small, "HEAD", "/data/place/town.ttl")
    assert (reply.status, reply.body, reply.media_type) == (200, b"", "text/turtle")
    assert reply.headers["vary"] == "Accept"
    links = reply.headers["link"]
    assert f'<{TOWN}>; rel="describes"' in links
    assert f'<{HERE}/page/place/town>; rel="alternate"; type="text/html"' in links
    assert f'<{HERE}/.well-known/void>; rel="describedby"' in links
    for suffix in FORMATS:
        assert f"<{HERE}/data/place/town.{suffix}>" in links


def test_what_no_format_fits_is_told_what_is_there(small: World) -> None:
    reply = ask(small, "GET", "/data/place/town", accept="image/png")
    assert reply.status == 406
    assert {"text/turtle", "application/ld+json", "application/rdf+xml",
            "application/n-triples"} <= set(reply.json["available"])


def test_what_is_known_already_is_not_sent_again(whole: World) -> None:
    first = ask(whole, "GET", "/data/place/cn-511400.ttl")
    again = ask(whole, "GET", "/data/place/cn-511400.ttl", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["content-location"] == first.headers["content-location"]
    other = ask(whole, "GET", "/data/place/cn-511400.nt", if_none_match=first.headers["etag"])
    assert other.status == 200
    assert other.headers["etag"] != first.headers["etag"]
    plain = [ask(whole, "GET", "/data/place/cn-511400", accept=f"text/{kind}").headers["etag"]
             for kind in ("turtle", "xml")]
    assert len(set(plain)) == 2


def test_another_program_or_another_date_is_another_document(
        built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(built, tmp_path / "copy")
    (manifest,) = (tmp_path / "copy" / "versions").glob("*/manifest.json")
    os.utime(manifest, (0, 0))
    now, then = opened(built), opened(tmp_path / "copy")
    for path in ("/data/place/cn.ttl", "/void.ttl", "/catalogue.ttl"):
        said, other = (ask(world, "GET", path) for world in (now, then))
        assert said.body != other.body
        assert said.headers["etag"] != other.headers["etag"]
    assert now.checksum == then.checksum  # what has no date has one tag
    monkeypatch.setattr("clusterkg.__version__", "9.9.9")
    assert opened(built).checksum != now.checksum


def test_the_style_sheets_tag_is_that_of_what_it_says(
        small: World, whole: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {ask(world, "GET", "/style.css").headers["etag"] for world in (small, whole)}
    monkeypatch.setattr(page, "edition", lambda: "another")
    tags.add(ask(whole, "GET", "/style.css").headers["etag"])
    assert len(tags) == 2


@pytest.mark.parametrize("address", ["/id/place/old", "/data/place/old", "/data/place/old.ttl"])
@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/plain", "text/turtle"])
def test_withdrawn_is_gone_and_says_what_replaces_it(small: World, address: str,
                                                     accept: str) -> None:
    reply = ask(small, "GET", address, accept=accept)
    assert reply.status == 410
    assert reply.headers["link"] == f'<{TOWN}>; rel="successor-version"'
    assert TOWN in reply.text
    if reply.media_type == "application/problem+json":
        assert reply.json["isReplacedBy"] == [TOWN]


def test_what_nothing_replaces_is_gone_too(small: World) -> None:
    reply = ask(small, "GET", "/id/place/lost")
    assert (reply.status, reply.json["isReplacedBy"]) == (410, [])
    assert "successor" not in reply.headers.get("link", "")


@pytest.mark.parametrize("target", [
    "/id/place/never", "/data/place/never.ttl", "/id/place/", "/id/place/town/", "/id/PLACE/town",
    "/id/../ns", "/data/..%2f..%2fetc/passwd", "/data/%2e%2e/%2e%2e/etc/passwd",
    "/data/place%2Ftown", "/id/place/town%00", "/id/javascript:alert(1)", "/id//evil.example/x",
    "/id/place/%0d%0aSet-Cookie:%20x=1", "/id/place/%22%3E%3Cscript%3E", "/id/place/town%2520",
    "/data/x.ttl", "/voc/", "/id/" + "a/" * 5000, "/id/" + "%25" * 5000])
def test_what_was_never_known_is_not_found(small: World, target: str) -> None:
    reply = ask(small, "GET", target, accept="text/html")
    assert reply.status == 404
    assert "<script>" not in reply.text
    assert not {"set-cookie", "location"} & reply.headers.keys()
    assert len(reply.body) < 3000


def modules() -> list[tuple[str, Path]]:
    files = {"/ns": "clusterkg.ttl", "/ns/rules": "rules.ttl",
             "/ns/vocabularies": "vocabularies.ttl", "/ns/withdrawn": "withdrawn.ttl",
             "/ns/0.1.0": "clusterkg.ttl", "/ns/0.1.0/rules": "rules.ttl",
             "/ns/alignments": "alignments/alignments.ttl"}
    return [(path, knowledge("ontology") / file) for path, file in files.items()]


@pytest.mark.parametrize(("path", "file"), modules(), ids=lambda x: str(x).rpartition("/")[2])
def test_a_module_of_the_ontology_is_its_file(whole: World, path: str, file: Path) -> None:
    wanted = rdflib.Graph().parse(file)
    assert isomorphic(read(ask(whole, "GET", path, accept="application/rdf+xml"), "xml"), wanted)
    assert isomorphic(read(ask(whole, "GET", f"{path}.nt"), "nt"), wanted)


@pytest.mark.parametrize(("accept", "given"), [
    (None, "text/turtle"), ("*/*", "text/turtle"), (OWLAPI, "application/rdf+xml"),
    ("text/turtle", "text/turtle"), ("image/png", "text/turtle"), ("text/plain", "text/turtle"),
    (OWLAPI_PARSERS, "application/rdf+xml"), ("text/turtle, text/html;q=0.9", "text/turtle"),
    ("application/xml", "application/rdf+xml"), (RDFLIB, "application/rdf+xml"),
    ("application/ld+json", "application/ld+json")])
def test_the_ontology_is_rdf_unless_a_page_is_asked_for(whole: World, accept: str | None,
                                                        given: str) -> None:
    for path in ("/ns", "/ns/rules", "/ns/0.1.0/vocabularies"):
        reply = ask(whole, "GET", path, **({"accept": accept} if accept else {}))
        assert (reply.status, reply.media_type) == (200, given)
    for reader in (BROWSER, "application/trig, text/html;q=0.5"):  # the first is not offered
        seen = ask(whole, "GET", "/ns", accept=reader)
        assert (seen.status, seen.headers["location"]) == (303, f"{HERE}/page/ns")


@pytest.mark.parametrize("path", ["/ns/0.2.0", "/ns/nothing", "/ns/", "/ns/../../x", "/ns.exe",
                                  "/ns/rules/rules", "/shapes.exe", "/void.ttl.ttl"])
def test_other_parts_and_versions_are_not_found(whole: World, path: str) -> None:
    assert ask(whole, "GET", path).status == 404


def test_the_shapes_are_those_of_the_build(whole: World) -> None:
    reply = ask(whole, "GET", "/shapes.nt")
    assert reply.status == 200
    said = ox.Dataset(ox.parse(reply.body, ox.RdfFormat.N_TRIPLES))
    wanted = ox.Dataset(quad for path in rdf_files([knowledge("ontology") / "shapes"])
                        for quad in ox.parse(path=path))
    for each in (said, wanted):
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert said == wanted


def test_the_context_reads_what_refers_to_it(whole: World) -> None:
    reply = ask(whole, "GET", "/context.jsonld")
    assert (reply.media_type, reply.headers["cache-control"]) == (
        "application/ld+json", "public, max-age=86400")
    document = {**reply.json, "@id": TOWN, "locatedIn": "place:land", "adminCode": "7"}
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert set(graph) == {
        (rdflib.URIRef(TOWN), rdflib.URIRef(expand("ckg:locatedIn")),
         rdflib.URIRef(expand("place:land"))),
        (rdflib.URIRef(TOWN), rdflib.URIRef(expand("ckg:adminCode")), rdflib.Literal("7"))}


def test_void_tells_where_the_graph_is_asked(whole: World) -> None:
    seen = ask(whole, "GET", "/.well-known/void")
    assert (seen.status, seen.headers["location"]) == (303, f"{HERE}/void")
    graph = read(ask(whole, "GET", "/void"), "turtle")
    void, dataset = rdflib.VOID, rdflib.URIRef(expand("graph:all"))
    assert str(graph.value(dataset, void.sparqlEndpoint)) == f"{HERE}/sparql"
    assert {str(each) for each in graph.objects(dataset, void.dataDump)} == {
        f"{HERE}/dumps/{name}" for name in dump.FORMATS}
    places = {quad.subject for quad in whole.store().quads_for_pattern(
        None, ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("ckg:Place")))}
    part = graph.value(predicate=void["class"], object=rdflib.URIRef(expand("ckg:Place")))
    assert int(str(graph.value(part, void.entities))) == len(places)
    for thing in graph.objects(dataset, void.exampleResource):
        assert ask(whole, "GET", urlsplit(str(thing)).path.removeprefix("/clusterkg")).status == 303


@pytest.fixture(scope="module")
def dumped(whole: World) -> World:
    assert whole.built
    dump.write(whole.built)
    return whole


def test_dumps_are_the_graph(dumped: World) -> None:
    reply = ask(dumped, "GET", "/dumps/clusterkg.nq.gz")
    assert reply.status == 200
    loaded = ox.Store()  # it spells numbers in its own way
    loaded.bulk_load(gzip.decompress(reply.body), ox.RdfFormat.N_QUADS)
    found = {str(quad) for quad in loaded if not has_blank(quad)}
    held = {str(quad) for quad in dumped.store()
            if quad.graph_name != ox.DefaultGraph() and not has_blank(quad)}
    assert found == held
    triples = ask(dumped, "GET", "/dumps/clusterkg.nt.gz").body
    default = sum(1 for _ in dumped.store().quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert len(gzip.decompress(triples).splitlines()) == default
    assert triples[4:8] == bytes(4)  # no time in it: equal graphs give equal files


def has_blank(quad: ox.Quad) -> bool:
    return any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object))


def test_the_catalogue_leads_to_every_file_and_knows_its_checksum(dumped: World) -> None:
    assert ask(dumped, "GET", "/dumps").headers["location"] == f"{HERE}/catalogue"
    graph = read(ask(dumped, "GET", "/catalogue"), "turtle")
    dcat, spdx = rdflib.DCAT, rdflib.Namespace("http://spdx.org/rdf/terms#")
    files = list(graph.subject_objects(dcat.downloadURL))
    assert len(files) == len(dump.FORMATS)
    for part, url in files:
        path = str(url).removeprefix(HERE)
        body = ask(dumped, "GET", path).body
        digest = hashlib.sha256(body).hexdigest()
        checksum = graph.value(part, spdx.checksum)
        assert str(graph.value(checksum, spdx.checksumValue)) == digest
        assert int(str(graph.value(part, dcat.byteSize))) == len(body)
        said = ask(dumped, "GET", f"{path}.sha256").text
        assert said.split() == [digest, path.rpartition("/")[2]]
        assert ask(dumped, "HEAD", path).headers["content-length"] == str(len(body))


# The terms of DCAT 3, VoID and SPDX 2 that may be used here; a slip in one is a term of none.
KNOWN = {
    "http://www.w3.org/ns/dcat#": """Catalog Dataset Distribution DataService dataset distribution
        service landingPage accessURL downloadURL mediaType compressFormat byteSize version
        endpointURL endpointDescription servesDataset""",
    "http://purl.org/dc/terms/": """title description license modified source isPartOf hasPart
        conformsTo""",
    "http://rdfs.org/ns/void#": """Dataset DatasetDescription triples entities classes properties
        distinctSubjects distinctObjects classPartition propertyPartition class property subset
        vocabulary feature sparqlEndpoint uriSpace dataDump exampleResource""",
    "http://spdx.org/rdf/terms#": """Checksum checksum algorithm checksumValue
        checksumAlgorithm_sha256""",
    "http://xmlns.com/foaf/0.1/": "homepage primaryTopic"}


@pytest.mark.parametrize("path", ["/catalogue", "/void"])
def test_descriptions_use_words_that_there_are(whole: World, path: str) -> None:
    graph = read(ask(whole, "GET", path), "turtle")
    known = {namespace + word for namespace, words in KNOWN.items() for word in words.split()}
    words = {str(p) for p in graph.predicates()} | {str(o) for o in graph.objects(
        predicate=rdflib.RDF.type)} - {str(rdflib.RDF.type)}
    used = {word for word in words if word.startswith(tuple(KNOWN))}
    assert len(used) > 15
    assert used <= known


@pytest.fixture
def version(tmp_path: Path, built: Path) -> Path:
    """Give a version's folder that has no dumps yet."""
    copy = tmp_path / "snapshot" / "versions" / "1"
    copy.parent.mkdir(parents=True)
    copy.symlink_to(built / "versions" / "1")
    return copy


def test_what_others_are_writing_is_not_waited_for(version: Path, whole: World,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(whole.graph, whole.settings, version)
    monkeypatch.setattr("clusterkg.dump.sleep", lambda _: pytest.fail("it waits"))
    aside = dump.folder(version)
    aside.mkdir(parents=True)
    lock = sqlite3.connect(aside / "lock.sqlite", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    reply = ask(world, "GET", "/dumps/clusterkg.nq.gz")
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert reply.json["type"].endswith("/being-written")
    dump.write(version)  # leaves it to the one who holds the lock
    assert not dump.listed(version)
    lock.close()


def test_what_cannot_be_written_is_told(version: Path, whole: World) -> None:
    world = World(whole.graph, whole.settings, version)
    (version.parents[1] / "dumps").write_text("in the way", encoding="utf-8")
    reply = ask(world, "GET", "/dumps/clusterkg.nq.gz")
    assert reply.status == 503
    assert str(version.parent) not in reply.text


def test_dumps_are_equal_where_graphs_are_and_those_of_others_go(version: Path,
                                                                 dumped: World) -> None:
    assert dumped.built
    old = version.parents[1] / "dumps" / "0-abc"
    old.mkdir(parents=True)
    dump.write(version)
    assert not old.exists()
    assert set(dump.listed(version)) == set(dump.FORMATS)
    assert dump.listed(version) == dump.listed(dumped.built)


@pytest.mark.parametrize("name", ["x", "..", "../manifest.json", "%2e%2e%2fmanifest.json",
                                  "listing.json", "lock.sqlite", "clusterkg.nq.gz.sha256.sha256"])
def test_nothing_else_is_a_dump(whole: World, name: str) -> None:
    assert ask(whole, "GET", f"/dumps/{name}").status == 404


def test_an_endpoint_has_no_dumps(small: World) -> None:
    assert ask(small, "GET", "/dumps/clusterkg.nq.gz").status == 404
    assert "downloadURL" not in ask(small, "GET", "/catalogue").text
