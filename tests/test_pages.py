"""Pages for people: whole, true to the graph, safe to open, in the reader's language."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import pages
from clusterkg import caption, entity, explanation, glossary, page, portrait, query, tables
from clusterkg.answer import Answer, Reply, Source
from clusterkg.files import knowledge, rdf_files
from clusterkg.graph import Graph
from clusterkg.namespaces import BASE, expand
from clusterkg.retrieval import ask as retrieve
from clusterkg.world import Settings, World
from pages import Node
from web import ask, laid, opened

SOURCE = Path(page.__file__).parent
CLUSTER = "/page/cluster/500113-advanced-power-equipment"
DECLARATION = "/page/declaration/chengdu-chongqing-2021"
DOCUMENT = "/page/doc/903e39150cbb66aa"
ADDRESSES = [
    "/", "/page/ns", "/sources", "/problem", "/problem/timeout", CLUSTER, DECLARATION, DOCUMENT,
    "/page/graph/cn-divisions", "/page/voc/status/rejected", "/page/place/cn-510100",
    "/page/chain/500113-power-equipment", "/search", "/search?q=Banan", "/search?q=Bannan+clutser",
    "/search?among=ckg:Cluster", "/search?q=dongli&among=ckg:Cluster", "/sparql.html",
    "/sparql.html?query=ASK+%7B%7D", "/sparql.html?example=chain_gaps",
    f"/sparql.html?{urlencode({'query': 'SELECT * { ?s a ckg:Cluster ; ?p ?o }'})}",
    "/queries.html", "/queries/chain_gaps.html", "/queries/chain_gaps/run.html?cluster=Banan"]


@pytest.fixture(scope="module")
def world(built: Path) -> World:
    return opened(built)


def get(world: World, address: str, status: int = 200, **headers: str) -> Node:
    """Open a page as a browser does; it has to be well made."""
    reply = ask(world, "GET", address, accept="text/html,*/*;q=0.8", **headers)
    assert reply.status == status, reply.text[:500]
    assert reply.media_type == "text/html"
    return pages.read(reply.text)


def select(source: Source, text: str) -> Answer:
    reply = source.query(text)
    assert isinstance(reply, Answer)
    return reply


@pytest.mark.parametrize("address", ["/", "/page/ns", CLUSTER])
@pytest.mark.parametrize(("lang", "second"), [("en", "zh"), ("zh", "en")])
def test_the_foot_leads_to_the_other_language(world: World, address: str, lang: str,
                                              second: str) -> None:
    links = get(world, f"{address}?lang={lang}").one("footer").all("a", hreflang=second)
    assert [(link.attributes["href"], link.attributes["lang"]) for link in links] == [
        (f"{address}?lang={second}", second)]


# -- every page ------------------------------------------------------------------------------------

@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_well_made_and_fetch_nothing_from_elsewhere(world: World, address: str,
                                                              lang: str) -> None:
    shown = get(world, f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert shown.one("html").attributes["lang"] == lang
    assert shown.one("h1").words
    assert all(to.startswith("/") and not to.startswith("//") for to in pages.fetched(shown))
    assert all(map(pages.is_harmless, pages.addresses(shown)))
    for field in shown.all("input") + shown.all("textarea") + shown.all("select"):
        labels = {one.attributes["for"] for one in shown.all("label") if "for" in one.attributes}
        inside = any(field in one.all(field.tag) for one in shown.all("label"))
        assert inside or field.attributes.get("id") in labels \
            or field.attributes.get("type") == "hidden", field


def test_no_link_within_the_site_is_dead(world: World) -> None:
    waiting, seen = [*ADDRESSES], set[str]()
    while waiting and len(seen) < 150:
        address = waiting.pop(0).partition("#")[0]
        if address in seen:
            continue
        seen.add(address)
        reply = ask(world, "GET", address, accept="text/html,*/*;q=0.8")
        assert reply.status == 200, (address, reply.text[:300])
        if reply.media_type == "text/html":
            found = pages.addresses(pages.read(reply.text))
            waiting += [to for to in found if to.startswith("/") and not to.startswith("/why")]
    assert len(seen) == 150


def test_pages_are_found_again_where_the_server_lies_below_a_path(built: Path) -> None:
    below = World.opened(Settings(snapshot=str(built), base="https://h.example/graph"))
    for address in (CLUSTER, "/", "/page/ns", "/search?q=Banan", "/sources", "/sparql.html"):
        local = [to for to in pages.addresses(get(below, address)) if to.startswith("/")]
        assert local
        assert all(to.startswith("/graph/") for to in local), address


def test_a_link_to_a_property_leads_to_its_anchor(world: World) -> None:
    known = {node.attributes["id"] for node in get(world, "/page/ns").all("section", class_="term")}
    for address in ADDRESSES:
        for to in pages.addresses(get(world, address)):
            if to.startswith("/page/ns") and "#" in to:
                assert to.partition("#")[2] in known, (address, to)


def test_the_start_page_begins_with_what_is_asked_about(world: World) -> None:
    shown = get(world, "/")
    listed = shown.one("ul", class_="columns").all("li")
    assert listed[0].one("a").words == "industrial cluster"
    assert re.search(r"\b3,2\d\d$", next(
        one.words for one in listed if one.words.startswith("place ")))
    assert re.search(r"statements: \d\d,\d{3}\b", shown.text)
    for address in ("/", "/search?q=Banan", CLUSTER):
        assert len(get(world, address).all("form", role="search")) == 1


# -- a thing ---------------------------------------------------------------------------------------

def held(source: Source, iri: str) -> dict[tuple[str, str], set[str]]:
    """Map each property and value of a thing to the graphs that hold it, by one plain query."""
    rows = select(source, f"SELECT ?p ?o ?g {{ GRAPH ?g {{ <{iri}> ?p ?o }} }}").rows
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for predicate, value, graph in rows:
        found[caption.plain(predicate), caption.plain(value)].add(caption.plain(graph))
    return found


@pytest.mark.parametrize("address", [CLUSTER, DECLARATION, "/page/place/cn-510100",
                                     "/page/voc/status/rejected"])
def test_a_page_shows_every_fact_and_marks_what_only_follows(world: World, address: str) -> None:
    iri = BASE + address.removeprefix("/page/") if "/voc/" in address else \
        f"{BASE}id/{address.removeprefix('/page/')}"
    shown, source = get(world, address), world.graph.source
    rows, inferred = pages.facts(shown), expand("graph:inferred")
    labels = {expand(name) for name in ("rdf:type", "rdfs:label", "skos:prefLabel",
                                        "skos:definition", "dcterms:description")}
    known = {key: graphs for key, graphs in held(source, iri).items() if key[0] not in labels}
    assert known
    assert sum(map(len, rows.values())) == len(known)
    seen = []
    for to, items in rows.items():
        predicate = expand(f"ckg:{to.partition('#')[2]}") if to.startswith("/page/ns") else to
        for item in items:
            said = [each for each in known if each[0] == predicate and _is(item, each[1])]
            assert said, (predicate, item.words)
            seen += said
            marked = bool(item.all("span", class_="inferred"))
            assert marked == (known[said[0]] == {inferred}), item.words
            assert marked == bool(item.all("a", class_="why"))
            assert marked != bool(item.all("sup")), item.words
    assert set(seen) == set(known)


def _is(item: Node, value: str) -> bool:
    first = item.all("a")[0].attributes["href"].partition("?")[0] if item.all("a") else ""
    local = page.href(value)
    return item.words.startswith(" ".join(value.split())) or (bool(local) and first == local)


def test_what_points_at_a_thing_is_shown_with_its_property(world: World) -> None:
    iri = f"{BASE}id/{CLUSTER.removeprefix('/page/')}"
    known = {(caption.plain(p), caption.plain(s)) for s, p in select(
        world.graph.source, f"SELECT ?s ?p {{ ?s ?p <{iri}> }}").rows}
    shown = {(expand(f"ckg:{to.partition('#')[2]}"), item.all("a")[0].attributes["href"])
             for to, items in pages.facts(get(world, CLUSTER), "links").items() for item in items}
    assert shown == {(p, f"{page.href(s)}?lang=en") for p, s in known}


def test_footnotes_lead_to_where_the_document_says_so(world: World, built: Path) -> None:
    """The oracle is the explanation from the tables; the page asks in SPARQL."""
    shown = get(world, CLUSTER)
    notes = {node.attributes["id"]: node.words
             for node in shown.one("ol", class_="notes").all("li")}
    version = world.built
    assert version
    with closing(tables.reopen(version / "closure.duckdb")) as connection:
        for name in ("hasMember", "hasLeadingEnterprise", "locatedIn", "hasChain"):
            (items,) = (items for to, items in pages.facts(shown).items()
                        if to.endswith(f"#{name}"))
            item = next(one for one in items if not one.all("span", class_="inferred"))
            value = BASE + re.sub("^/page/", "id/", item.all("a")[0].attributes["href"]).partition(
                "?")[0]
            proof = explanation.explain(
                connection, ox.NamedNode(f"{BASE}id/{CLUSTER.removeprefix('/page/')}"),
                ox.NamedNode(expand(f"ckg:{name}")), ox.NamedNode(value))
            assert proof
            assert proof.evidence
            said = [notes[link.attributes["href"][1:]] for link in item.one("sup").all("a")]
            assert len(said) == len(proof.evidence)
            for one in proof.evidence:
                place = f"paragraph {one.paragraph}, characters {one.characters}"
                assert sum(place in text for text in said) == 1, (name, said)


def test_the_page_knows_the_contradictions_that_the_question_finds(world: World) -> None:
    """What a page asks about one thing is a query of its own; the question asks about all."""
    asked = world.graph.query("conflicting_claims").answer
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in asked.rows:
        said = dict(zip(asked.columns, map(caption.plain, row), strict=True))
        found[said["subject"]].add((said["property"], said["record"], said["other"]))
    found.pop("", None)
    assert len(found) > 5
    for subject, expected in found.items():
        rows = retrieve(world.graph.source, "conflicts", [subject])
        assert {(caption.plain(row[1]), caption.plain(row[3]), caption.plain(row[5]))
                for row in rows} == expected, subject


def test_contradictions_are_seen_on_the_page(world: World) -> None:
    shown = get(world, DECLARATION)
    assert shown.all("h2", id="disputes")
    table = shown.all("table")[0]
    records = [row.all("td")[2].one("a").attributes["href"] for row in table.all("tr")[1:]]
    assert "/page/claim/5696e7274f48d51e-parties?lang=en" in records
    marked = [item for items in pages.facts(shown).values() for item in items
              if item.all("a", class_="disputed")]
    assert any("2021-06-04" in item.words for item in marked)
    calm = get(world, CLUSTER)
    assert not calm.all("h2", id="disputes")
    assert not calm.all("a", class_="disputed")


def test_the_page_knows_the_gaps_that_the_question_finds(world: World) -> None:
    asked = world.graph.query("chain_gaps").answer
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in asked.rows:
        said = dict(zip(asked.columns, map(caption.plain, row), strict=True))
        found[said["host"]].add((said["stage"], said["answer"].replace(" ", "_")))
    assert len(found) > 50
    for host, rows in found.items():
        assert {(caption.plain(stage), caption.plain(answer)) for _, stage, answer in retrieve(
            world.graph.source, "gaps", [host])} == rows, host


GAPS = """
@prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix status: <https://w3id.org/clusterkg/voc/status/> .
@prefix coverage: <https://w3id.org/clusterkg/voc/coverage/> .
@base <https://w3id.org/clusterkg/id/> .
<cluster/a> a ckg:Cluster ; ckg:hasChain <chain/c> .
<cluster/b> a ckg:Cluster .
<stage/none> ckg:stageOf <chain/c> . <stage/some> ckg:stageOf <chain/c> .
<stage/open> ckg:stageOf <chain/c> . <stage/full> ckg:stageOf <chain/c> .
[] ckg:coversStage <stage/none> ; ckg:coverageKind coverage:complete ;
   ckg:reviewStatus status:accepted .
[] ckg:coversStage <stage/some> ; ckg:coverageKind coverage:partial ;
   ckg:reviewStatus status:accepted .
[] ckg:coversStage <stage/open> ; ckg:coverageKind coverage:complete ;
   ckg:reviewStatus status:rejected .
[] ckg:atStage <stage/full> ; ckg:reviewStatus status:accepted .
"""


def test_none_confirmed_none_known_and_not_surveyed_are_told_apart(tmp_path: Path) -> None:
    made = laid(tmp_path, ox.parse(GAPS, format=ox.RdfFormat.TURTLE))
    for address in ("/page/cluster/a", "/page/chain/c"):
        shown = get(made, address)
        place = shown.text.partition("Where nobody is known")[2].partition("Confirmed none:")[0]
        said = dict(line.split(": ") for line in place.split("\n") if ": " in line)
        assert {re.split("[:/]", key)[-1].strip(">"): value for key, value in said.items()} == {
            "none": "confirmed none", "some": "none known", "open": "not surveyed"}
    assert "not surveyed" in get(made, "/page/cluster/b").text
    assert "id=\"gaps\"" not in ask(made, "GET", "/page/stage/full", accept="text/html").text


def test_a_thing_leads_to_questions_that_take_it(world: World) -> None:
    shown = get(world, CLUSTER)
    links = [to for to in pages.addresses(shown) if "/run.html?" in to]
    assert len(links) > 5
    for to in links:
        path, said = urlsplit(to).path, dict(parse_qsl(urlsplit(to).query))
        asked = query.named(path.split("/")[2], world.graph.questions)
        assert {*said} - {"lang"} <= {one.name for one in asked.parameters}
        assert f"{BASE}id/{CLUSTER.removeprefix('/page/')}" in said.values()


def test_the_data_in_a_page_is_what_the_graph_says(world: World) -> None:
    block = get(world, CLUSTER).one("script").text
    iri = ox.NamedNode(f"{BASE}id/{CLUSTER.removeprefix('/page/')}")
    said = {quad.triple for quad in ox.parse(block, format=ox.RdfFormat.JSON_LD)
            if quad.subject == iri}
    assert said == {ox.Triple(iri, *row) for row in select(  # type: ignore[arg-type]
        world.graph.source, f"SELECT ?p ?o {{ {iri} ?p ?o }}").rows}
    assert json.loads(block)


def test_a_page_names_its_data_in_head_and_foot(world: World) -> None:
    reply = ask(world, "GET", CLUSTER, accept="text/html")
    shown = pages.read(reply.text)
    head = {node.attributes["href"]: node.attributes["type"]
            for node in shown.all("link", rel="alternate")}
    foot = {node.attributes["href"]: node.attributes["type"]
            for node in shown.one("footer").all("a") if "type" in node.attributes}
    assert head == foot
    assert len(head) == 4
    for to, kind in head.items():
        assert ask(world, "GET", to).media_type == kind
        assert f'{to}>; rel="alternate"; type="{kind}"' in reply.headers["link"]
    assert f'<{BASE}id/cluster/500113-advanced-power-equipment>; rel="describes"' in \
        reply.headers["link"]


def test_many_values_are_folded_and_very_many_are_said_to_be_cut(tmp_path: Path) -> None:
    thing, link = ox.NamedNode(f"{BASE}id/a/many"), ox.NamedNode("http://example.org/p")
    made = laid(tmp_path, (ox.Quad(thing, link, ox.Literal(f"value {i:04}")) for i in range(700)))
    shown = get(made, "/page/a/many")
    assert len(pages.facts(shown)[link.value]) == 500
    assert len(shown.one("details").all("li")) == 470
    assert "Not all of it is shown here" in shown.text
    assert shown.one("summary").words == "More"  # a number would be that of what is shown


def test_what_is_folded_is_counted_where_all_of_it_is_there(tmp_path: Path) -> None:
    thing, link = ox.NamedNode(f"{BASE}id/a/some"), ox.NamedNode("http://example.org/p")
    made = laid(tmp_path, (ox.Quad(thing, link, ox.Literal(f"value {i:04}")) for i in range(70)))
    assert get(made, "/page/a/some").one("summary").words == "More: 40"


def test_the_servers_limit_of_rows_holds_for_things_too(built: Path) -> None:
    small = opened(built, rows=5)
    shown = get(small, CLUSTER)
    assert sum(map(len, pages.facts(shown).values())) <= 5
    assert "Not all of it is shown here" in shown.text
    said = ask(small, "GET", f"{CLUSTER.replace('page', 'data')}.nt").text
    assert "Not every statement about this thing is here" in said
    table = get(small, "/sparql.html?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D").one("table")
    assert len(table.one("tbody").all("tr")) == 5


def test_contradictions_and_gaps_that_are_left_out_are_told(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portrait, "_MOST", 1)
    thing = entity.facts(BASE + "id/chain/500113-power-equipment", world.graph.source)
    assert "gaps" in portrait.of(thing, world.graph.source, "en").truncated
    shown = get(world, "/page/chain/500113-power-equipment")
    assert "Not all of it is shown here" in shown.text


def test_what_is_not_there_and_what_was_withdrawn_have_pages_of_their_own(
        tmp_path: Path) -> None:
    old, new = (ox.NamedNode(f"{BASE}id/a/{name}") for name in ("old", "new"))
    made = laid(tmp_path, [
        ox.Quad(old, ox.NamedNode(expand("owl:deprecated")), ox.Literal(value=True)),
        ox.Quad(old, ox.NamedNode(expand("dcterms:isReplacedBy")), new)])
    assert "nothing is known of" in get(made, "/page/a/never", 404).text
    gone = get(made, "/page/a/old", 410)
    assert "/page/a/new?lang=en" in pages.addresses(gone)
    assert "/problem/withdrawn?lang=en" in pages.addresses(gone)


# -- languages and caches --------------------------------------------------------------------------

@pytest.mark.parametrize(("lang", "accept", "title", "spoken"), [
    ("", "", "declaration of the eight parties", "en"),
    ("", "zh-CN,zh;q=0.9,en;q=0.1", "[一-龥]{4}", "zh"),
    ("", "fr", "declaration of the eight parties", "en"),
    ("zh", "en", "[一-龥]{4}", "zh"), ("id", "", "deklarasi kerja sama", "en"),
    ("fr", "zh", "declaration of the eight parties", "en")])
def test_labels_are_in_the_readers_language(world: World, lang: str, accept: str, title: str,
                                            spoken: str) -> None:
    headers = {"accept_language": accept} if accept else {}
    address = f"{DECLARATION}?lang={lang}" if lang else DECLARATION
    shown = get(world, address, 200, **headers)
    assert re.search(title, shown.one("h1").text)
    assert shown.one("html").attributes["lang"] == spoken
    reply = ask(world, "GET", address, accept="text/html", **headers)
    assert reply.headers["content-language"] == spoken
    assert reply.headers["vary"] == "Accept-Language"


def test_a_text_in_another_language_says_so(world: World) -> None:
    shown = get(world, f"{DECLARATION}?lang=id")
    assert shown.one("h1").one("span").attributes["lang"] == "id"
    tagged = {node.attributes["lang"] for node in shown.all("span") if "lang" in node.attributes}
    assert tagged >= {"id", "zh"}


def test_a_page_leads_to_itself_in_the_other_language(world: World) -> None:
    for address in (CLUSTER, "/search?q=Banan&among=ckg:Cluster", "/sparql.html?query=ASK+%7B%7D"):
        other = get(world, address).one("footer").all("a")[-1].attributes["href"]
        there = get(world, other)
        assert there.one("html").attributes["lang"] == "zh"
        back = there.one("footer").all("a")[-1].attributes["href"]
        assert dict(parse_qsl(urlsplit(back).query)).items() >= dict(
            parse_qsl(urlsplit(address).query)).items()


def test_who_has_a_page_is_told_so(world: World) -> None:
    tags = set()
    for address in (CLUSTER, f"{CLUSTER}?lang=zh", "/", "/page/ns", "/search?q=Banan", "/sources"):
        first = ask(world, "GET", address, accept="text/html")
        tag = first.headers["etag"]
        again = ask(world, "GET", address, accept="text/html", if_none_match=tag)
        assert (again.status, again.body) == (304, b"")
        head = ask(world, "HEAD", address, accept="text/html")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(first.body))
        tags.add(tag)
    assert len(tags) == 6
    asked = ask(world, "GET", "/sparql.html?query=SELECT+(NOW()+AS+?n)+%7B%7D", accept="text/html")
    assert "etag" not in asked.headers


# -- why -------------------------------------------------------------------------------------------

def reasons(shown: Node) -> Iterator[Node]:
    """Give the steps of an explanation."""
    for part in shown.all("ul", class_="reason"):
        yield from (each for each in part.inside if isinstance(each, Node))


def test_an_inference_is_explained_down_to_what_is_asserted(world: World) -> None:
    links = {node.attributes["href"] for node in get(world, CLUSTER).all("a", class_="why")}
    assert len(links) > 5
    to = next(each for each in sorted(links) if "RecognisedCluster" in each)
    shown = get(world, to)
    steps = list(reasons(shown))
    assert len(steps) > 2
    for step in steps:
        own = [node for node in step.inside if isinstance(node, Node) and node.tag == "p"]
        said = " ".join(node.words for node in own)
        assert ("by the rule" in said) != ("asserted in" in said), said
    assert any("paragraph" in node.words for node in steps[0].all("li"))
    text = shown.one("details").one("pre").text
    plain = ask(world, "GET", to, accept="text/plain").text
    assert text.strip() == plain.strip()
    proof = json.loads(ask(world, "GET", to, accept="application/json").text)
    assert proof["rule"] in text
    assert proof["rule"] in steps[0].text


@pytest.mark.parametrize(("asked", "status"), [
    ({}, 400), ({"s": "urn:a"}, 400), ({"s": "urn:a", "p": "urn:b", "o": "<urn:c>"}, 404),
    ({"s": "urn:a", "p": "urn:b", "o": "urn:c"}, 404), ({"s": "a b", "p": "urn:b", "o": "c"}, 400),
    ({"s": "urn:a", "p": "urn:b", "o": '"x" . <urn:d> <urn:e> <urn:f>'}, 400),
    ({"s": "urn:a", "p": "urn:b", "o": '"x"@en'}, 404),
    ({"s": "urn:a", "p": "urn:b", "o": '"'}, 400),
    ({"s": "urn:a", "p": "urn:b", "o": "<< <urn:a> <urn:b> <urn:c> >>"}, 400),
    ({"s": "urn:a", "p": "urn:b", "o": "<<( <urn:a> <urn:b> <urn:c> )>>"}, 400)])
def test_what_cannot_be_explained_is_refused(world: World, asked: dict[str, str],
                                             status: int) -> None:
    reply = ask(world, "GET", f"/why?{urlencode(asked)}")
    assert reply.status == status, reply.text


def test_a_literal_can_be_explained(world: World) -> None:
    label = '"Banan advanced power equipment cluster"@en'
    shown = get(world, "/why?" + urlencode({
        "s": f"{BASE}id/cluster/500113-advanced-power-equipment", "p": expand("rdfs:label"),
        "o": label}))
    assert "asserted in" in shown.text


# -- over an endpoint ------------------------------------------------------------------------------

class Elsewhere:
    """A graph that answers SPARQL, and of which nothing else is at hand."""

    def __init__(self, source: Source):
        self.source = source

    def query(self, text: str) -> Reply:
        return self.source.query(text)


@pytest.fixture(scope="module")
def remote(world: World) -> World:
    other = Graph(Elsewhere(world.graph.source), world.graph.questions)
    return World(other, Settings(endpoint="http://h.example/sparql", base=world.settings.base))


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_need_no_more_than_an_endpoint(remote: World, address: str) -> None:
    reply = ask(remote, "GET", address, accept="text/html")
    assert reply.status == 200
    assert "etag" not in reply.headers
    pages.read(reply.text)


def test_over_an_endpoint_nothing_is_explained_and_that_is_said(remote: World) -> None:
    shown = get(remote, CLUSTER)
    assert shown.all("span", class_="inferred")
    assert not shown.all("a", class_="why")
    assert "cannot explain" in shown.text
    reply = ask(remote, "GET", "/why?s=urn:a&p=urn:b&o=urn:c")
    assert (reply.status, reply.json["type"].rpartition("/")[2]) == (404, "not-embedded")


def test_a_graph_without_a_description_has_a_start_page_and_sources(tmp_path: Path) -> None:
    graph, p = ox.NamedNode("urn:g"), ox.NamedNode(expand("rdfs:label"))
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), p, ox.Literal("x"), graph))
    store.add(ox.Quad(ox.NamedNode("urn:s"), p, ox.Literal("x")))

    class Bare:
        def query(self, text: str) -> Reply:
            found = store.query(text)
            assert isinstance(found, ox.QuerySolutions)
            return Answer(tuple(v.value for v in found.variables), tuple(map(tuple, found)))

    made = World(Graph(Bare(), {}), Settings(endpoint="http://h.example/"))
    get(made, "/")
    assert "urn:g" in get(made, "/sources").text
    hits = get(made, "/search?q=X").one("ul", class_="hits")
    assert hits.one("a").attributes["href"] == "urn:s"


# -- the terms -------------------------------------------------------------------------------------

def ontology() -> list[ox.Quad]:
    return [quad for path in rdf_files([knowledge("ontology")]) if path.suffix == ".ttl"
            and "alignments" not in path.parts and "shapes" not in path.parts
            for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


def test_every_term_has_an_anchor_and_its_definition(world: World) -> None:
    shown = get(world, "/page/ns")
    sections = {node.attributes["id"]: node for node in shown.all("section", class_="term")}
    namespace, quads = expand("ckg:"), ontology()
    declared = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)
                and isinstance(quad.object, ox.NamedNode) and quad.object.value in glossary.KINDS
                and quad.predicate.value == expand("rdf:type")
                and quad.subject.value.startswith(namespace)}
    assert {namespace + name for name in sections} == declared
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in declared \
                and quad.predicate.value == expand("skos:definition") \
                and isinstance(quad.object, ox.Literal) and quad.object.language == "en":
            local = quad.subject.value.removeprefix(namespace)
            assert " ".join(quad.object.value.split()) in sections[local].words


@pytest.mark.parametrize(("curie", "here", "there"), [
    ("rdfs:subClassOf", "is a kind of", "kinds of it"),
    ("rdfs:domain", "said of", "properties of it"),
    ("rdfs:subPropertyOf", "is a kind of", "kinds of it"), ("rdfs:range", "values are", "value of"),
    ("owl:inverseOf", "the other way round", "the other way round")])
def test_hierarchies_are_shown_both_ways(world: World, curie: str, here: str, there: str) -> None:
    shown, namespace = get(world, "/page/ns"), expand("ckg:")
    said = {node.attributes["id"]: dict(_short(node))
            for node in shown.all("section", class_="term")}
    pairs = [(quad.subject.value, quad.object.value) for quad in ontology()
             if quad.predicate.value == expand(curie) and isinstance(quad.subject, ox.NamedNode)
             and isinstance(quad.object, ox.NamedNode) and quad.subject.value.startswith(namespace)]
    assert len(pairs) > 3
    for one, other in pairs:
        local = one.removeprefix(namespace)
        assert (f"/page/ns?lang=en#{other.removeprefix(namespace)}"
                if other.startswith(namespace) else other) in said[local][here]
        if other.startswith(namespace):
            assert f"/page/ns?lang=en#{local}" in said[other.removeprefix(namespace)][there]


def _short(section: Node) -> Iterator[tuple[str, list[str]]]:
    name = ""
    for node in (each for each in section.one("dl").inside if isinstance(each, Node)):
        if node.tag == "dt":
            name = node.words
        else:
            yield name, [link.attributes["href"] for link in node.all("a")]


@pytest.mark.parametrize(("local", "counted"), [
    ("Cluster", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ckg:Cluster }"),
    ("hasMember", "SELECT (COUNT(*) AS ?n) { ?s ckg:hasMember ?o }")])
def test_uses_are_counted(world: World, local: str, counted: str) -> None:
    (row,) = select(world.graph.source, f"PREFIX ckg: <{expand('ckg:')}> {counted}").rows
    section = get(world, "/page/ns").one("section", id=local)
    assert section.one("dl").all("dd")[-1].words == caption.plain(row[0])


# -- search and sources ----------------------------------------------------------------------------

@pytest.mark.parametrize(("asked", "first"), [
    ("q=Banan+advanced+power+equipment+cluster", CLUSTER),
    ("q=%E5%B7%B4%E5%8D%97%E9%9B%86%E7%BE%A4", CLUSTER),
    ("q=Bannan+advanced+power+equipmnt+cluster", CLUSTER), ("q=Banan&among=ckg:Cluster", CLUSTER),
    ("q=banan+district", "/page/place/cn-500113")])
def test_a_name_is_found(world: World, asked: str, first: str) -> None:
    hits = get(world, f"/search?{asked}").one("ul", class_="hits").all("li")
    assert first in [hit.one("a").attributes["href"].partition("?")[0] for hit in hits[:3]]


def test_the_things_of_a_class_are_listed(world: World) -> None:
    hits = get(world, "/search?among=ckg:Cluster").one("ul", class_="hits").all("li")
    (row,) = select(world.graph.source,
                    f"SELECT (COUNT(*) AS ?n) {{ ?s a <{expand('ckg:Cluster')}> }}").rows
    assert str(len(hits)) == caption.plain(row[0])
    many = get(world, "/search?among=ckg:Place")
    assert len(many.one("ul", class_="hits").all("li")) == 200
    assert "There are more" in many.text


def test_a_search_for_nothing_finds_nothing_and_for_no_class_is_refused(world: World) -> None:
    assert "Nothing was found" in get(world, "/search?q=%E2%82%AC%E2%82%AC%E2%82%AC%E2%82%AC").text
    for wrong in ("x", "ckg", "http://a%20b", "nope:x"):
        assert ask(world, "GET", f"/search?among={wrong}").status == 400, wrong


def test_a_source_shows_whose_it_is_and_its_places_but_no_text(world: World) -> None:
    shown = get(world, DOCUMENT)
    table = next(each for each in shown.all("table") if each.all("th")[0].words == "passage")
    found = {(row.all("td")[1].words, row.all("td")[2].words) for row in table.all("tr")[1:]}
    known = {(caption.plain(n), f"{caption.plain(a)}-{caption.plain(b)}") for n, a, b in select(
        world.graph.source, f"PREFIX ckg: <{expand('ckg:')}> SELECT ?n ?a ?b {{ "
        "?p ckg:inDocument <https://w3id.org/clusterkg/id/doc/903e39150cbb66aa> ; "
        "ckg:paragraphNumber ?n ; ckg:charStart ?a ; ckg:charEnd ?b }").rows}
    assert found == known
    listed = get(world, "/sources")
    graphs = {link.attributes["href"].partition("?")[0] for link in listed.one("main").all("a")}
    for (graph,) in select(world.graph.source, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows:
        local = page.href(caption.plain(graph))
        described = ("description", "sparql-examples")
        assert local in graphs or local.endswith(described), local
    assert "http://www.wtfpl.net/about/" in pages.addresses(listed)


# -- SPARQL by hand --------------------------------------------------------------------------------

def asked(world: World, text: str, status: int = 200) -> Node:
    return get(world, f"/sparql.html?{urlencode({'query': text})}", status)


def test_a_query_is_answered_on_the_page_and_stays_in_the_form(world: World) -> None:
    text = "SELECT ?s ?l { ?s a ckg:Cluster ; rdfs:label ?l } ORDER BY ?s ?l LIMIT 3"
    shown = asked(world, text)
    assert shown.one("textarea").text.strip() == text
    cells = [[cell.words for cell in row.all("td")] for row in shown.one("table").all("tr")[1:]]
    rows = select(world.graph.source, "PREFIX ckg: <https://w3id.org/clusterkg/ns#> PREFIX rdfs: "
                  "<http://www.w3.org/2000/01/rdf-schema#> " + text).rows
    assert [cell[1] for cell in cells] == [caption.plain(row[1]) for row in rows]
    links = [row.all("td")[0].one("a").attributes["href"]
             for row in shown.one("table").all("tr")[1:]]
    assert links == [f"{page.href(caption.plain(row[0]))}?lang=en" for row in rows]


@pytest.mark.parametrize(("text", "said"), [
    ("ASK { ?s a ckg:Cluster }", "Yes"), ("ASK { ?s a ckg:Nothing }", "No"),
    ("SELECT * { ?s a ckg:Nothing }", "No row"), ("SELECT * { ?s ?p ?o }", "There are more rows"),
    ("CONSTRUCT WHERE { ?s a ckg:Cluster } LIMIT 1", "predicate")])
def test_every_form_of_query_is_shown(world: World, remote: World, text: str, said: str) -> None:
    assert said in asked(world, text).text
    if "?p ?o" not in text:
        assert said in asked(remote, text).text


@pytest.mark.parametrize("text", ["SELECT", "DELETE WHERE { ?s ?p ?o }", "{" * 2000, "SELECT <b>"])
def test_what_is_no_query_is_said_above_the_form(world: World, text: str) -> None:
    shown = asked(world, text, 400)
    assert shown.one("p", class_="bad").words
    assert shown.one("textarea").text.strip() == text


def test_no_other_server_is_asked(world: World, remote: World) -> None:
    for each in (world, remote):
        shown = asked(each, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403)
        assert "SERVICE" in shown.text


# -- safe to open ----------------------------------------------------------------------------------

EVIL = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "</script><svg onload=x>",
        "{{7*7}}{% raw %}", "&lt;b&gt;&amp;", "'-alert(1)-'", "]]><!--", "javascript:alert(1)",
        "a\u202eb\u0007c", "</textarea><script>", "\x00", "x onload=alert(1) y",
        "' onmouseover='alert(1)", '" onfocus="alert(1)" autofocus="', "`onclick=alert(1)`",
        "</title><body onload=alert(1)>"]
_QUOTED = "'onmouseover='alert(1)"  # what an IRI may hold


def hostile() -> Iterator[ox.Quad]:
    """Say things of which no part should be believed."""
    thing, label = ox.NamedNode(f"{BASE}id/a/b"), ox.NamedNode(expand("rdfs:label"))
    kind, graph = ox.NamedNode(expand("rdf:type")), ox.NamedNode("javascript:alert(2)")
    bad = ox.NamedNode("javascript:alert(1)")
    yield from (ox.Quad(thing, label, ox.Literal(text, language="en")) for text in EVIL)
    yield from (ox.Quad(thing, ox.NamedNode(f"http://example.org/{n}"), ox.Literal(text))
                for n, text in enumerate(EVIL))
    yield from (ox.Quad(ox.NamedNode(f"{BASE}id/a/{n}"), bad, thing) for n in range(3))
    for far in ("javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,<script>".replace(
            "<", "%3C").replace(">", "%3E"), "vbscript:x", "file:///etc/passwd",
            f"{BASE}/evil.example/x", "http://[", "blob:x"):
        try:
            node = ox.NamedNode(far)
        except ValueError:
            continue
        yield from (ox.Quad(thing, kind, node), ox.Quad(thing, ox.NamedNode("urn:p"), node),
                    ox.Quad(node, label, ox.Literal("<b>x</b>")), ox.Quad(thing, bad, node, graph))
        yield ox.Quad(thing, ox.NamedNode("urn:q"), ox.Literal(
            far, datatype=ox.NamedNode(expand("xsd:anyURI"))))
    yield ox.Quad(thing, bad, ox.Literal("<i>", language="en-x-a"))
    for iri in (f"{BASE}id/a/{_QUOTED}", f"http://h.example/{_QUOTED}", f"urn:x:{_QUOTED}",
                f"{BASE}ns#{_QUOTED}"):
        yield ox.Quad(thing, kind, ox.NamedNode(iri))
        yield ox.Quad(thing, ox.NamedNode(iri), ox.NamedNode(iri))


@pytest.fixture(scope="module")
def unsafe(tmp_path_factory: pytest.TempPathFactory) -> World:
    return laid(tmp_path_factory.mktemp("unsafe"), hostile())


@pytest.mark.parametrize("address", [
    "/page/a/b", "/page/a/0", "/sources", "/search?q=script", "/search?among=javascript:alert(1)",
    f"/search?among={quote('javascript://alert(1)')}", "/sparql.html?query=" + quote(
        "SELECT * { ?s ?p ?o }"), "/page/ns"])
def test_nothing_that_a_graph_says_becomes_markup(unsafe: World, address: str) -> None:
    reply = ask(unsafe, "GET", address, accept="text/html")
    assert reply.status in (200, 400)
    shown = pages.read(reply.text)  # no element that we do not write ourselves
    assert all(map(pages.is_harmless, pages.addresses(shown)))
    assert "script-src" not in reply.headers["content-security-policy"]
    assert "49" not in shown.one("h1").text


@pytest.mark.parametrize("text", [*filter(str.isprintable, EVIL), f"http://h.example/{_QUOTED}"])
def test_an_attribute_holds_what_was_given_and_begins_no_other(world: World, unsafe: World,
                                                               text: str) -> None:
    """An attribute that began within a value would be read as one, and be told by its name."""
    for address in (f"/search?q={quote(text)}",
                    f"/queries/chain_gaps/run.html?chain={quote(text)}"):
        reply = ask(world, "GET", address, accept="text/html")
        shown = pages.read(reply.text)
        name = {"search": "q", "queries": "chain"}[address.split("/")[1].partition("?")[0]]
        (form,) = (each for each in shown.one("main").all("form"))
        given = {node.attributes["value"] for tag in ("input", "option") for node in form.all(tag)
                 if node.attributes.get("value")} if name == "chain" else \
            {node.attributes["value"] for node in form.all("input", name=name)}
        assert text in given
    there = get(unsafe, f"/page/a/{quote(_QUOTED)}")
    assert {node.attributes.get("href") for node in there.all("a")} & {
        f"/page/a/{_QUOTED}?lang=en", "/page/a/b?lang=en"}


def test_what_was_said_is_shown_as_it_was_said(unsafe: World) -> None:
    shown = get(unsafe, "/page/a/b")
    for text in EVIL:
        assert caption.printable(text) in shown.text, text
    block = shown.one("script").text
    assert "<" not in block
    assert {quad.object.value for quad in ox.parse(block, format=ox.RdfFormat.JSON_LD)
            if isinstance(quad.object, ox.Literal)} >= set(EVIL)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_what_a_reader_gives_stays_text(world: World, text: str) -> None:
    for address, status in ((f"/search?q={quote(text)}", {200}),
                            (f"/sparql.html?example={quote(text)}", {200, 404}),
                            (f"/problem/{quote(text, safe='')}", {200, 404}),
                            (f"/page/a/{quote(text, safe='')}", {404, 400}),
                            (f"/why?s={quote(text)}&p=urn:p&o={quote(text)}", {400, 404})):
        reply = ask(world, "GET", address, accept="text/html")
        assert reply.status in status, (reply.status, address)
        shown = pages.read(reply.text)
        assert all(map(pages.is_harmless, pages.addresses(shown)))


@pytest.mark.parametrize("text", EVIL)
def test_a_query_stays_in_its_field(world: World, text: str) -> None:
    if "\0" not in text:
        shown = asked(world, text, 400)
        assert shown.one("textarea").text.removeprefix("\n").strip("\n") == text


# -- words, problems, colours ----------------------------------------------------------------------

def test_every_word_is_said_in_both_languages_and_used() -> None:
    words = yaml.safe_load((SOURCE / "pages" / "words.yaml").read_text(encoding="utf-8"))
    used = set()
    for path in (SOURCE / "pages").glob("*.html"):
        used |= set(re.findall(r"\bsay\.(\w+)", path.read_text(encoding="utf-8")))
    assert used <= words.keys()
    indirect = {node.value for path in SOURCE.rglob("*.py") for node in ast.walk(
        ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
        and isinstance(node.value, str)}
    indirect |= {iri.rpartition("#")[2] for iri in glossary.KINDS}
    indirect |= {name.removesuffix(path.suffix) for path in SOURCE.glob("entities/gaps.rq")
                 for name in re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))}
    spelled = {f"{start}{name}" for start in ("see_", "error_") for name in indirect} | indirect
    assert words.keys() - used <= spelled, words.keys() - used - spelled
    for name, texts in words.items():
        assert texts.keys() == {"en", "zh"}, name
        assert all(isinstance(text, str) and text for text in texts.values()), name


def raised() -> set[str]:
    """Name every type of problem that the program makes."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(
                    node.func, "attr", "")) == "Problem" and len(node.args) > 1 \
                    and isinstance(node.args[1], ast.Constant):
                found.add(str(node.args[1].value))
    return found


def test_every_type_of_problem_is_explained(world: World) -> None:
    known = page.problems("en")
    assert len(raised()) > 20
    assert raised() <= known.keys()
    everything = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert not [name for name in known if f'"{name}"' not in everything]
    zh = page.problems("zh")
    assert all(zh[name] != text for name, text in known.items())
    for name in known:
        assert known[name] in get(world, f"/problem/{name}").text


def palettes() -> list[dict[str, str]]:
    style = page.style().decode()
    first = dict(re.findall(r"--(\w+): (#\w{6})", style.partition("@media")[0]))
    dark = style.partition("@media")[2].partition("}\n}")[0]
    second = dict(re.findall(r"--(\w+): (#\w{6})", dark))
    return [first, second]


def luminance(colour: str) -> float:
    """Compute relative luminance (WCAG 2.2)."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), [
    ("ink", "page"), ("soft", "page"), ("link", "page"), ("bad", "page"), ("ink", "field"),
    ("soft", "field"), ("mark", "marked"), ("link", "marked"), ("ink", "marked"),
    ("soft", "marked")])
def test_text_can_be_told_from_what_it_stands_on(palette: dict[str, str], front: str,
                                                 back: str) -> None:
    low, high = sorted(map(luminance, (palette[front], palette[back])))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_own_iris_lead_to_pages_and_others_out(world: World) -> None:
    for link in get(world, CLUSTER).all("a"):
        to = link.attributes["href"]
        assert not to.startswith((BASE, "/id/", "/ns", "/voc/")), to
