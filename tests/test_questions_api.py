"""Questions over HTTP: the same answers as in Python, page by page, and honest refusals."""

import csv
import io
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import openpyxl
import pyoxigraph as ox
import pytest

import worlds
from clusterkg import demand, examples, portion, query
from clusterkg.answer import Answer
from clusterkg.body import FORM, OBJECT
from clusterkg.graph import Graph
from clusterkg.result import Result
from clusterkg.world import Settings, World
from web import BASE, Reply, ask, opened

NAMES = [path.stem for path in query.folder()]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINK = re.compile(r'<([^>]*)>; rel="(\w+)"')


@pytest.fixture(scope="module")
def world(built: Path) -> World:
    return opened(built)


@pytest.fixture(scope="module")
def town() -> World:
    """Give the small world of the tests of asking; one of its questions has a LIMIT."""
    return World(Graph(worlds.memory(), query.folder(worlds.QUESTIONS)), Settings(base=BASE))


def run(world: World, name: str, address: str = "", **headers: str) -> Reply:
    return ask(world, "GET", f"/queries/{name}/run{address}", **headers)


def links(reply: Reply) -> dict[str, str]:
    return {rel: target for target, rel in LINK.findall(reply.headers.get("link", ""))}


def target(address: str) -> str:
    """Give what a client sends for an absolute address."""
    parts = urlsplit(address)
    assert address.startswith(BASE)
    return f"{parts.path}?{parts.query}"


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.text
    return [{name: one["value"] for name, one in row.items()} for row in reply.json["rows"]]


# -- the answers -----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", NAMES)
def test_every_question_answers_as_it_does_in_python(world: World, name: str) -> None:
    example = dict(query.named(name, world.graph.questions).header.example)
    expected = world.graph.query(name, **example)
    asked = "&".join(f"{key}={quote(value)}" for key, value in example.items())
    found = list(csv.reader(io.StringIO(run(world, name, f".csv?{asked}").text)))
    assert found == list(csv.reader(io.StringIO(expected.to_csv())))
    page = run(world, name, f"?{asked}&page_size=1000")
    assert len(rows(page)) == min(len(expected), 1000)
    assert [one["name"] for one in page.json["columns"]] == list(expected.columns)
    assert bool(page.json["diagnosis"]) is not len(expected) > 0


def test_a_workbook_holds_the_same_rows(world: World) -> None:
    reply = run(world, "clusters_by_field", ".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(reply.body)).active
    assert sheet is not None
    assert sheet.max_row == 1 + len(world.graph.query("clusters_by_field"))
    assert reply.media_type == SHEET
    assert reply.headers["content-disposition"] == \
        "attachment; filename*=UTF-8''clusters_by_field.xlsx"


ASKED = [
    ("", "", "application/json"), ("", "*/*", "application/json"),
    ("", "text/csv", "text/csv"), ("", "text/html;q=0.9, text/csv;q=0.8", "text/html"),
    ("", SHEET, SHEET), ("", "text/tab-separated-values", "text/tab-separated-values"),
    (".json", "text/csv", "application/json"), (".tsv", "", "text/tab-separated-values"),
    (".html", "", "text/html"), ("?format=tsv", "text/csv", "text/tab-separated-values"),
    (".csv?format=json", "text/html", "application/json")]


@pytest.mark.parametrize(("address", "accept", "media_type"), ASKED)
def test_the_address_says_the_format_or_else_accept(town: World, address: str, accept: str,
                                                    media_type: str) -> None:
    reply = run(town, "clusters", address, **({"accept": accept} if accept else {}))
    assert (reply.status, reply.media_type) == (200, media_type)
    assert "accept" in reply.headers["vary"].lower()


def test_an_answer_in_no_known_format_lists_those_there_are(town: World) -> None:
    reply = run(town, "clusters", accept="image/png")
    assert reply.status == 406
    assert "text/csv" in reply.json["available"]
    assert run(town, "clusters", ".png").status == 404


def test_labels_and_titles_come_in_the_language_that_is_asked_for(world: World) -> None:
    english, chinese = (run(world, "clusters_by_field", f"?lang={lang}") for lang in ("en", "zh"))
    assert english.json["title"] != chinese.json["title"]
    assert chinese.headers["content-language"] == "zh"
    accepted = run(world, "clusters_by_field", accept_language="fr, zh-CN;q=0.8, en;q=0.5")
    assert accepted.json["columns"] == chinese.json["columns"]
    cell = next(one for row in english.json["rows"] for one in row.values() if "label" in one)
    assert cell["type"] == "uri"


def test_no_row_comes_with_the_reason(town: World) -> None:
    reply = run(town, "clusters", "?since=2999-01-01")
    assert rows(reply) == []
    assert "2999-01-01" in reply.json["diagnosis"]
    assert "unknown" in run(town, "revenue", "?cluster=North+engine+cluster").json["diagnosis"]


def test_what_a_name_was_taken_to_be_is_told(town: World) -> None:
    reply = run(town, "stages", "?cluster=North+eng")
    assert "North engine cluster" in reply.json["taken"][0]


# -- pages of rows ---------------------------------------------------------------------------------

def walked(world: World, address: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Follow `next` from the first page to the last; give the rows and each page's links."""
    found, seen, following = [], [], address
    while following:
        reply = ask(world, "GET", following)
        found += rows(reply)
        seen.append(links(reply))
        assert {rel: links(reply)[rel] for rel in reply.json["links"]} == reply.json["links"]
        following = target(seen[-1]["next"]) if "next" in seen[-1] else ""
    return found, seen


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pages_together_are_the_whole(world: World, size: int) -> None:
    expected = list(csv.DictReader(io.StringIO(run(world, "clusters_by_field", ".csv").text)))
    found, seen = walked(world, f"/queries/clusters_by_field/run?page_size={size}")
    assert [{**dict.fromkeys(expected[0], ""), **row} for row in found] == expected
    assert len(seen) == -(-len(expected) // size)
    assert "prev" not in seen[0]
    assert all("page=1" in each["first"] for each in seen)


def test_a_question_with_a_limit_of_its_own_has_pages_within_it(town: World) -> None:
    whole = rows(run(town, "stages", "?cluster=North+engine+cluster&limit=2"))
    found, seen = walked(town, "/queries/stages/run?cluster=North+engine+cluster&limit=2"
                               "&page_size=1")
    assert (len(whole), found, len(seen)) == (2, whole, 2)


def test_links_keep_all_that_was_said(town: World) -> None:
    said = "cluster=North%20engine%20cluster&lang=zh&page_size=1&timeout=9"
    found = links(run(town, "stages", f"?{said}"))["next"]
    assert found == (f"{BASE}/queries/stages/run.json?cluster=North+engine+cluster&lang=zh"
                     "&page_size=1&page=2")


def test_a_file_is_whole_unless_a_page_of_it_is_asked_for(world: World) -> None:
    whole = run(world, "clusters_by_field", ".csv").text.splitlines()
    part = run(world, "clusters_by_field", ".csv?page_size=2&page=2")
    assert part.text.splitlines() == [whole[0], *whole[3:5]]
    assert "next" in links(part)
    assert "next" not in links(run(world, "clusters_by_field", ".csv"))


def test_a_file_is_never_cut_in_silence(built: Path) -> None:
    small = opened(built, rows=3)
    assert run(small, "clusters_by_field", ".csv").json["type"].endswith("/too-large")
    assert len(rows(run(small, "clusters_by_field", "?page_size=3"))) == 3


def test_the_servers_limits_hold_for_pages_too(built: Path) -> None:
    small = opened(built, rows=3)
    refused = run(small, "clusters_by_field", "?page_size=4")
    assert refused.status == 422
    assert refused.json["parameters"][0]["takes"] == "a whole number from 1 to 3"
    first = run(small, "clusters_by_field")
    assert (len(rows(first)), first.json["page_size"]) == (3, 3)
    assert "next" in links(first)
    said = ask(small, "GET", "/openapi.json").json["components"]["parameters"]["page_size"]
    assert said["schema"]["maximum"] == 3
    thin = opened(built, bytes=900)
    for address in ("/queries/clusters_by_field/run", "/queries/clusters_by_field/run.xlsx",
                    "/data/place/cn-510100.ttl", "/page/place/cn-510100", "/queries"):
        reply = ask(thin, "GET", address)
        assert (reply.status, reply.json["type"].rpartition("/")[2]) == (422, "too-large")
        assert "900 bytes" in reply.json["detail"]


def test_a_page_after_the_last_is_empty(world: World) -> None:
    reply = run(world, "clusters_by_field", "?page=999")
    assert rows(reply) == []
    assert reply.json["diagnosis"] == ""
    assert set(links(reply)) == {"first", "prev", "describedby"}


TEXTS = ["SELECT ?n {{ VALUES ?n {{ {values} }} }} ORDER BY ?n",
         "SELECT ?n {{ VALUES ?n {{ {values} }} }} ORDER BY ?n LIMIT 100 # LIMIT 3",
         "SELECT ?n {{ }} VALUES ?n {{ {values} }}",
         "SELECT ?n {{ VALUES ?n {{ {values} }} FILTER('LIMIT' != '}}') }} ORDER BY ?n # LIMIT"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_portion_is_a_slice(text: str) -> None:
    source = worlds.memory()
    whole = text.format(values=" ".join(map(str, range(10, 40))))
    reply = source.query(whole)
    assert isinstance(reply, Answer)
    for skip, most in [(0, 1), (5, 10), (25, 5), (25, 4), (30, 7), (99, 1)]:
        part = portion.of(whole, source, skip, most)
        assert part.answer.rows == reply.rows[skip:skip + most]
        assert part.more is (len(reply.rows) > skip + most)


# -- refusals --------------------------------------------------------------------------------------

MISFITS = {
    "an unknown name": ("stages", "clustr=x", "clustr"),
    "an unknown label": ("stages", "cluster=Norht+engine+clustr", "cluster"),
    "an unknown IRI": ("stages", "cluster=http://example.org/nothing", "cluster"),
    "an IRI that is none": ("stages", "cluster=%3Cjavascript:alert(1)%3E", "cluster"),
    "a missing value": ("stages", "", "cluster"),
    "an empty value": ("stages", "cluster=", "cluster"),
    "two values": ("stages", "cluster=a&cluster=b", "cluster"),
    "a number that is none": ("stages", "cluster=North+engine+cluster&limit=1;2", "limit"),
    "a negative limit": ("stages", "cluster=North+engine+cluster&limit=-1", None),
    "a limit of many digits": ("stages", f"cluster=North+engine+cluster&limit={'9' * 40}", None),
    "a day that is none": ("clusters", "since=2021-02-30", "since"),
    "a long value": ("stages", f"cluster={'x' * 2001}", "cluster"),
    "a control character": ("stages", "cluster=a%00b", "cluster"),
    "page 0": ("clusters", "page=0", "page"), "page -1": ("clusters", "page=-1", "page"),
    "page 1e9": ("clusters", "page=1e9", "page"),
    "page_size 10**9": ("clusters", f"page_size={10**9}", "page_size"),
    "no language": ("clusters", "lang=../x", "lang"),
    "no format": ("clusters", "format=../../x", "format"),
    "two formats": ("clusters", "format=csv&format=json", "format"),
}


@pytest.mark.parametrize(("name", "said", "wrong"), MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_is_told_with_what_does(town: World, name: str, said: str,
                                                  wrong: str | None) -> None:
    reply = run(town, name, f"?{said}")
    assert (reply.status, reply.media_type) == (422, "application/problem+json")
    assert reply.json["type"].endswith("/problem/parameter")
    assert reply.json.get("parameter") == wrong
    listed = {one["name"]: one for one in reply.json["parameters"]}
    assert listed.keys() & {wrong, "cluster", "since"}
    assert all({"takes", "required"} <= one.keys() for one in listed.values())
    assert len(reply.body) < 8000


def test_a_refusal_lists_what_may_have_been_meant(town: World) -> None:
    said = run(town, "stages", "?cluster=Norht+engine+clustr").json["parameters"]
    (wrong,) = (one for one in said if one["name"] == "cluster")
    assert "North engine cluster" in {each["label"] for each in wrong["nearest"]}
    assert "North engine cluster" in {each["label"] for each in wrong["allowed"]}
    reply = run(town, "clusters", "?format=x").json["parameters"]
    assert [each["value"] for each in reply[0]["allowed"]] == [f.name for f in demand.FORMATS]


def test_an_unknown_question_lists_those_that_are_near(town: World) -> None:
    for address in ("/queries/stagse", "/queries/stagse/run", "/queries/stagse.ttl"):
        reply = ask(town, "GET", address)
        assert (reply.status, reply.json["nearest"][0]) == (404, "stages")


HOSTILE = ['North" . } DROP ALL #', "a\\", "'''", '"""', "x\ny", "?_cluster_iri", "}", "{{7*7}}",
           "\U0001f600", "$(id)", "%s%n", "../../etc/passwd"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_stays_a_value(world: World, text: str) -> None:
    reply = run(world, "register_lookup", f"?code={quote(text)}")
    assert rows(reply) == []
    assert str(ox.Literal(text)) in reply.json["diagnosis"] or "no row" in reply.json["diagnosis"]


def test_no_parameter_has_one_of_the_servers_own_names() -> None:
    named = {one.name for each in query.every(query.folder()) for one in each.parameters}
    assert named
    assert not named & set(demand.OWN)


# -- POST ------------------------------------------------------------------------------------------

def post(world: World, name: str, body: str | bytes, kind: str) -> Reply:
    return ask(world, "POST", f"/queries/{name}/run", body, content_type=kind)


def test_a_form_and_a_json_object_ask_the_same(town: World) -> None:
    address = "cluster=North+engine+cluster&limit=1"
    expected = run(town, "stages", f"?{address}").json
    object_ = json.dumps({"cluster": "North engine cluster", "limit": 1})
    for body, kind in [(address, FORM), (object_, OBJECT),
                       (object_, "application/json; charset=UTF-8")]:
        reply = post(town, "stages", body, kind)
        assert reply.json == expected
        assert "etag" not in reply.headers
    both = ask(town, "POST", "/queries/stages/run?limit=1", "cluster=North+engine+cluster",
               content_type=FORM)
    assert both.json["rows"] == expected["rows"]


BODIES = {
    "another type": ("x", "text/plain", 415), "no type": ("x", "", 415),
    "broken JSON": ("{", OBJECT, 400), "no object": ("[1]", OBJECT, 422),
    "deep JSON": ("[" * 100_000, OBJECT, 400),
    "an endless number": (f'{{"limit": {"9" * 5000}}}', OBJECT, 400),
    "not UTF-8": (b"\xff", FORM, 400), "not UTF-8 escaped": ("a=%ff", FORM, 400),
    "null": ('{"cluster": null}', OBJECT, 422),
    "a list": ('{"cluster": ["a"]}', OBJECT, 422),
    "twice": ('{"cluster": "a", "cluster": "b"}', OBJECT, 422),
    "a lone surrogate": ('{"cluster": "\\ud800"}', OBJECT, 422),
    "not a number": ('{"limit": NaN}', OBJECT, 422),
    "time in the body": ("timeout=5", FORM, 422)}


@pytest.mark.parametrize(("body", "kind", "status"), BODIES.values(), ids=BODIES)
def test_a_body_that_cannot_be_read_is_refused(town: World, body: str | bytes, kind: str,
                                               status: int) -> None:
    reply = post(town, "stages", body, kind)
    assert (reply.status, reply.media_type) == (status, "application/problem+json"), reply.text


@pytest.mark.parametrize("said", ["-1", "0", "NaN", "x"])
def test_a_time_that_is_none_is_refused(town: World, said: str) -> None:
    assert run(town, "clusters", f"?timeout={said}").status == 400
    assert run(town, "clusters", "?timeout=0.1").status == 422
    assert run(town, "clusters", "?timeout=5").status == 200


def test_the_form_of_a_page_may_leave_fields_empty(town: World) -> None:
    assert run(town, "clusters", ".html?place=&since=&atLeast=&lang=en").status == 200
    assert run(town, "clusters", ".csv?since=").status == 422


# -- tags ------------------------------------------------------------------------------------------

ADDRESSES = ["/queries", "/queries.html", "/queries/chain_gaps", "/queries/chain_gaps.rq",
             "/queries/chain_gaps.ttl", "/queries/chain_gaps/run", "/queries/chain_gaps/run.csv",
             "/queries/chain_gaps/run?lang=zh", "/queries/chain_gaps/run?page=2", "/openapi.json",
             "/sparql/.well-known/sparql-examples"]


def test_who_has_an_answer_is_told_so_and_no_two_share_a_tag(world: World) -> None:
    tags = []
    for address in ADDRESSES:
        first = ask(world, "GET", address)
        assert first.status == 200
        tags.append(first.headers["etag"])
        again = ask(world, "GET", address, if_none_match=tags[-1])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tags[-1]
        head = ask(world, "HEAD", address)
        assert (head.status, head.body, head.headers["etag"]) == (200, b"", tags[-1])
    assert len(set(tags)) == len(ADDRESSES)
    other = ask(world, "GET", "/queries/chain_gaps/run", accept="text/csv")
    assert other.headers["etag"] not in tags


def test_a_tag_does_not_hide_a_refusal(world: World) -> None:
    assert run(world, "chain_gaps", "?page=0", if_none_match="*").status == 422
    assert run(world, "chain_gaps", "?cluster=nothing+like+it", if_none_match="*").status == 422
    assert run(world, "chain_gaps", if_none_match="*").status == 304


# -- the questions themselves ----------------------------------------------------------------------

def test_the_list_names_every_question_and_what_it_takes(world: World) -> None:
    listed = {one["name"]: one for one in ask(world, "GET", "/queries").json}
    assert sorted(listed) == sorted(NAMES)
    for one in query.every(query.folder()):
        assert {p["name"] for p in listed[one.name]["parameters"]} == \
            {p.name for p in one.parameters}
        assert ask(world, "GET", urlsplit(listed[one.name]["href"]).path).status == 200


def test_a_question_shows_its_text_as_it_is(world: World, root: Path) -> None:
    text = (root / "queries" / "chain_gaps.rq").read_bytes()
    plain = ask(world, "GET", "/queries/chain_gaps.rq")
    assert (plain.body, plain.media_type) == (text, "text/plain")
    assert ask(world, "GET", "/queries/chain-gaps").json["sparql"] == text.decode()


def test_a_question_lists_what_its_parameters_allow_where_that_is_few(world: World) -> None:
    said = {one["name"]: one for one in ask(world, "GET", "/queries/chain_gaps").json["parameters"]}
    (chains,) = world.graph.source.query(  # type: ignore[union-attr]  # a SELECT has rows
        "PREFIX ckg: <https://w3id.org/clusterkg/ns#> "
        "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a ckg:IndustrialChain }").rows
    assert len(said["chain"]["allowed"]) == int(chains[0].value)  # type: ignore[union-attr]
    assert "allowed" not in said["cluster"]


# -- pages for people ------------------------------------------------------------------------------

class Page(HTMLParser):
    """Collect what a page holds; an element of script or style, or a handler, is none of ours."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "action", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


PAGES = ["/queries.html", "/queries.html?lang=zh", "/queries/chain_gaps.html",
         "/queries/figure_of.html?lang=zh", "/queries/chain_gaps/run.html?cluster=Banan&lang=zh",
         "/queries/timeline/run.html?since=2999-01-01", "/queries/timeline/run.html?page_size=2"]


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_whole_and_lead_to_what_there_is(world: World, address: str) -> None:
    reply = ask(world, "GET", address)
    assert reply.status == 200
    page = Page(reply.text)
    assert page.tags.count("h1") == 1
    assert not [name for name in page.names if name.startswith("on")]
    assert "script" not in page.tags
    own = [link.removeprefix(BASE) for link in page.links if "/queries" in link]
    assert own
    for each in set(own[:20]):
        assert ask(world, "GET", each).status == 200, each


def test_a_page_shows_the_rows_and_where_to_go_on(world: World) -> None:
    page = Page(run(world, "timeline", ".html?page_size=2").text)
    assert page.tags.count("tr") == 3
    assert any("page=2" in link for link in page.links)
    assert any(link.startswith(("/id/", "/page/")) for link in page.links)


def test_a_value_on_a_page_is_text(town: World) -> None:
    bad = '"><script>alert(1)</script>'
    reply = run(town, "clusters", f".html?place={quote(bad)}", accept="text/html")
    assert reply.status == 422
    assert "<script" not in reply.text


def test_a_reader_is_shown_what_is_wrong_and_what_may_have_been_meant(town: World) -> None:
    reply = run(town, "stages", ".html?cluster=Norht+engine+clustr&limit=2&lang=en")
    assert (reply.status, reply.media_type) == (422, "text/html")
    assert "content-security-policy" in reply.headers
    page = Page(reply.text)
    assert "Norht engine clustr" in page.text
    (near, *_) = [link for link in page.links if "run.html?" in link and "north" in link]
    assert ask(town, "GET", near.removeprefix(BASE)).status == 200
    assert run(town, "stages", "?x=1", accept="text/html").media_type == "text/html"
    assert run(town, "stages", "?lang=%3Cb%3E", accept="text/html").status == 422


def test_a_label_on_a_page_is_text() -> None:
    held = ox.Store()
    held.bulk_extend(worlds.quads())
    evil = ox.NamedNode("javascript:alert(1)")
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    kind = ox.NamedNode("https://w3id.org/clusterkg/ns#Cluster")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    held.extend([ox.Quad(evil, a, kind), ox.Quad(evil, label, ox.Literal("<script>x</script>")),
                 ox.Quad(evil, ox.NamedNode("https://w3id.org/clusterkg/ns#locatedIn"), kind)])
    from clusterkg.store import Store

    world = World(Graph(Store(held), query.folder(worlds.QUESTIONS)), Settings(base=BASE))
    page = Page(run(world, "clusters", ".html").text)
    assert "<script>x</script>" in page.text
    assert "script" not in page.tags
    assert not [link for link in page.links if link.startswith("javascript")]


# -- examples for editors --------------------------------------------------------------------------

# What the SPARQL editor of the SIB sends to find examples and prefixes.
EDITOR = {
    "examples": """PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?sq ?comment ?query WHERE {
            ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
                sh:select|sh:ask|sh:construct|sh:describe ?query . } ORDER BY ?sq""",
    "prefixes": """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?prefix ?namespace WHERE {
            [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix""",
    "classes": """PREFIX void: <http://rdfs.org/ns/void#>
        PREFIX void-ext: <http://ldf.fi/void-ext#>
        SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
            ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
            ?pp void:property ?prop .
            OPTIONAL { { ?pp void:classPartition [ void:class ?objectClass ] }
                UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] } } }
        """,
}
_PATIENCE = 5.0  # seconds that it waits


def edited(world: World, what: str) -> list[dict[str, str]]:
    """Ask what the editor asks, in its time; it expects plain bindings."""
    began = time.perf_counter()
    reply = ask(world, "GET", f"/sparql?ac=1&query={quote(EDITOR[what])}",
                accept="application/sparql-results+json")
    assert time.perf_counter() - began < _PATIENCE
    return [{name: one["value"] for name, one in row.items()}
            for row in reply.json["results"]["bindings"]]


def test_an_editor_finds_every_question_by_sparql(world: World) -> None:
    found = edited(world, "examples")
    assert [each["sq"] for each in found] == [f"{examples.GRAPH}/{name}" for name in NAMES]
    assert {"prefix": "ckg", "namespace": "https://w3id.org/clusterkg/ns#"} in \
        edited(world, "prefixes")
    classes = {(each["subjectClass"], each["prop"]) for each in edited(world, "classes")}
    ns = "https://w3id.org/clusterkg/ns#"
    assert (f"{ns}Cluster", f"{ns}locatedIn") in classes


@pytest.mark.parametrize("name", NAMES)
def test_a_published_text_runs_as_it_is(world: World, name: str) -> None:
    published = examples.text(query.named(name))
    found = world.graph.sparql(published)
    assert isinstance(found, Result)
    assert "#+" not in published
    asked = world.graph.query(name)
    assert (found.columns, len(found)) == (asked.columns, len(asked))


def test_the_document_of_examples_is_what_the_graph_holds(world: World) -> None:
    reply = ask(world, "GET", "/sparql/.well-known/sparql-examples", accept="text/turtle")
    document = {ox.Triple(*q.triple) for q in ox.parse(reply.body, format=ox.RdfFormat.TURTLE)}
    held = {quad.triple for quad in world.store().quads_for_pattern(
        None, None, None, ox.NamedNode(examples.GRAPH))}
    assert document == held
    one = ask(world, "GET", "/sparql/.well-known/sparql-examples/chain_gaps.ttl")
    assert {q.triple for q in ox.parse(one.body, format=ox.RdfFormat.TURTLE)} < held
    assert ask(world, "GET", "/sparql/.well-known/sparql-examples/none").status == 404
