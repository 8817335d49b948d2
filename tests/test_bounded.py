"""The short road: only small queries go it, and nobody can tell from an answer that one did."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterkg.server import shortcut as shortcut_module
from clusterkg.server import solution
from clusterkg.server.bounded import MOST, bounded
from clusterkg.server.cache import Cache
from clusterkg.server.log import Entry
from clusterkg.server.shortcut import Shortcut, asked
from clusterkg.server.told import Told
from clusterkg.server.watch import Watch
from clusterkg.web.target import parsed
from clusterkg.world import Settings, World
from servers import query as target
from servers import running
from web import ask, laid

Answer = tuple[list[tuple[str, str]], bytes]

E = "https://example.org/"
ALWAYS = [(b"date", b"Sun, 22 Nov 2026 10:00:00 GMT"), (b"server", b"clusterkg")]
ODD = "".join(map(chr, [*range(0x180), 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0x1F600]))
XSD = "http://www.w3.org/2001/XMLSchema#"
OBJECTS = [
    ox.Literal(ODD), ox.Literal(""), ox.Literal("},{<result>\r\n"),
    ox.Literal("Halle", language="de"), ox.Literal("x", language="EN-gb"),
    ox.Literal("007", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal(1.5), ox.Literal(True), ox.Literal("x", datatype=ox.NamedNode(E + "Own")),
    ox.Literal("2026-02-30", datatype=ox.NamedNode(XSD + "date")), ox.BlankNode("b1"),
    ox.NamedNode(E + "é/中"), ox.NamedNode(E + "BRAND/a"), ox.NamedNode(E + "service")]
NAMES = ["one", "two", "BRAND/a", "RAND", "é/中", "a/../one", "service", "nothing", "many", "all"]
PREDICATES = ["p", "q", "r", "many", "none"]


def quads() -> Iterator[ox.Quad]:
    """Make one thing with every kind of value, others with one, a few and many."""
    def said(s: str, p: str, o: Any, graph: Any = None) -> ox.Quad:
        return ox.Quad(ox.NamedNode(E + s), ox.NamedNode(E + p), o,
                       graph or ox.DefaultGraph())
    for each in OBJECTS:
        yield said("all", "p", each)
    for name in ("one", "two", "BRAND/a", "RAND", "é/中", "service"):
        yield said(name, "p", ox.Literal(name, language="zh"))
        yield said(name, "q", ox.NamedNode(E + "one"))
        yield said(name, "q2", ox.BlankNode("b2"))
    for number in range(3):
        yield said("two", "q", ox.Literal(number))
        yield said("two", "r", ox.Literal(f"r{number}"))
    for number in range(MOST + 1):
        yield said("many", "many", ox.Literal(number))
    for number in range(MOST):
        yield said("many", "p", ox.Literal(number))
    yield said("one", "r", ox.Triple(ox.NamedNode(E + "s"), ox.NamedNode(E + "p"), ox.Literal("o")))
    yield said("one", "p", ox.Literal("in a graph"), ox.NamedNode(E + "graph"))
    yield ox.Quad(ox.NamedNode(E + "one"), ox.NamedNode(
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode(E + "Kind"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return laid(tmp_path_factory.mktemp("bounded") / "snapshot", quads())


class Journal:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)


def road(snapshot: str, **more: Any) -> Shortcut:
    """Make the short road of a front, and wait until it is open."""
    given_ = Settings(snapshot=snapshot, **more)
    ours = Shortcut(given_, Watch(Path(snapshot)), Told(journal=Journal()),  # type: ignore[arg-type]
                    lambda: ALWAYS)
    opened(ours)
    return ours


def opened(shortcut: Shortcut) -> None:
    ends = time.monotonic() + 10
    while shortcut.answer(target("ASK { <x:x> ?p ?o }").encode(), b"", "") is None:
        assert time.monotonic() < ends, "never open"
        time.sleep(0.005)


@pytest.fixture(scope="module")
def shortcut(world: World) -> Shortcut:
    return road(world.settings.snapshot)


def short(shortcut: Shortcut, text: str, accept: str = "") -> Answer | None:
    """Give the headers and the body of an answer of the short road."""
    answer = shortcut.answer(target(text).encode(), accept.encode(), "::1")
    if answer is None:
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    assert status == "HTTP/1.1 200 OK"
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    assert headers[:2] == [(name.decode(), value.decode()) for name, value in ALWAYS]
    return headers[2:], body


def long(world: World, text: str, accept: str = "") -> Answer:
    """Give those of an executor's."""
    reply = ask(world, "GET", target(text), accept=accept)
    assert reply.status == 200, reply.text
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    return list(headers.items()), reply.body


def alike(world: World, shortcut: Shortcut, text: str, accept: str = "") -> bool:
    """Hold the two roads against each other; tell whether the short one was gone."""
    found = short(shortcut, text, accept)
    if found is None:
        return False
    expected = long(world, text, accept)
    assert found[1] == expected[1]
    names = [[name for name, _ in headers] for headers in (found[0], expected[0])]
    assert names[0] == names[1]
    short_, long_ = dict(found[0]), dict(expected[0])
    assert re.fullmatch("[0-9a-f]{16}", short_.pop("x-request-id"))
    long_.pop("x-request-id")
    assert short_ == long_
    return True


S, P = f"<{E}one>", f"<{E}p>"
SMALL = [
    f"SELECT ?v WHERE {{ {S} {P} ?v }}", f"select $v{{{S}{P}$v.}}", f"SELECT * {{ {S} ?p ?o }}",
    f"ASK {{ {S} ?p ?o }}", f"ASK WHERE {{ {S} {P} {S} . }}", f"SELECT ?s {{ ?s {P} {S} }}",
    f"SELECT ?p ?o {{ {S} ?p ?o }} LIMIT 5", f"SELECT ?v {{ {S} a ?v }}", f"ASK {{ ?s {P} ?o }}",
    f"SELECT ?v\r\n\tWHERE {{ {S} {P} ?v }} LIMIT 0", f"SELECT ?v {{ {S} {P} ?v }} LIMIT 1",
    f"SELECT ?s ?o {{ ?s {P} ?o }} LIMIT 7", f"SELECT ?a ?b {{ {S} {P} ?a ; <{E}q> ?b }}",
    f"SELECT ?b {{ {S} {P} ?a . {S} <{E}q> ?b ; a ?c . }}",
    f"SELECT ?a {{ {S} {S} ?a . {S} {P} ?b }}", f"SELECT ?x {{ {S} ?p ?o }}",
    f"SELECT ?a ?b {{ <{E}two> {P} ?a ; <{E}q> ?b }}",
    f"SELECT ?a ?b ?c {{ <{E}two> {P} ?a ; <{E}q> ?b ; <{E}r> ?c }}",
    f"SELECT ?c ?a ?b {{ <{E}two> <{E}r> ?c ; <{E}q> ?b ; {P} ?a }}",
    f"SELECT ?a ?b ?c {{ <{E}two> <{E}q> ?a ; <{E}q> ?b ; <{E}r> ?c }}",
    f"SELECT ?d {{ <{E}two> <{E}q> ?a ; <{E}q> ?b ; <{E}r> ?c ; <{E}r> ?d }}",
    f"SELECT ?a ?b {{ <{E}all> {P} ?a ; <{E}none> ?b }}",
    f"SELECT ?a ?b {{ <{E}many> <{E}many> ?a ; <{E}none> ?b }}",
    f"SELECT ?v {{ <{E}many> {P} ?v }}", f"SELECT ?v {{ <{E}many> <{E}many> ?v }} LIMIT {MOST}"]


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "application/sparql-results+xml",
                                    "text/turtle;q=0.5, text/csv", "text/tab-separated-values"])
@pytest.mark.parametrize("text", SMALL)
def test_a_small_query_is_answered_as_an_executor_answers_it(
        world: World, shortcut: Shortcut, text: str, accept: str) -> None:
    fits_none = text.lower().startswith("ask") and ("csv" in accept or "tab" in accept)
    crowded = MOST == 200 and f"<{E}many>" in text and "json" not in accept and accept not in (
        "", "*/*")  # rows are counted so that they are never too few
    assert alike(world, shortcut, text, accept) or fits_none or crowded
    assert alike(world, shortcut, text, accept) or fits_none or crowded  # from the cache, too


LARGE = [
    "", "SELECT", "SELECT * { ?s ?p ?o }", f"SELECT ?s ?o {{ ?s {P} ?o }}",
    f"SELECT * {{ ?s {P} ?o }} LIMIT {MOST + 1}", f"SELECT * {{ ?s {P} ?o }} LIMIT 5 OFFSET 9",
    f"SELECT * {{ {S} ?x ?x }}", f"ASK {{ ?x {P} ?x }}", f"SELECT ?x {{ ?x {P} ?x }} LIMIT 1",
    f"SELECT DISTINCT ?o {{ {S} ?p ?o }}", f"SELECT (COUNT(*) AS ?n) {{ {S} ?p ?o }}",
    f"SELECT ?o {{ {S} ?p ?o }} ORDER BY ?o", f"SELECT ?o {{ {S} {P}* ?o }}",
    f"SELECT ?o {{ {S} {P}/{P} ?o }}", f"SELECT ?o {{ {S} ^{P} ?o }}",
    f"SELECT ?o {{ GRAPH <{E}graph> {{ {S} ?p ?o }} }}",
    f"SELECT ?o FROM <{E}graph> {{ {S} {P} ?o }}", f"SELECT ?o FROM NAMED <{E}g> {{ {S} {P} ?o }}",
    f"SELECT ?o {{ {S} {P} ?o }} # LIMIT 1",
    f"SELECT ?o {{ {S} {P} ?o # }} LIMIT 1\n . ?s ?p ?q }}",
    f"SELECT ?o {{ {S} {P} ?o . ?a ?b ?c }}", f"SELECT ?o {{ {S} {P} ?o ; {P} ?o }}",
    f"SELECT ?a {{ {S} {P} ?a ; ?b ?c }}", f"SELECT ?a {{ {S} {P} ?a . <{E}two> {P} ?b }}",
    f"SELECT ?a {{ {S} {P} ?a, ?b }}", f"SELECT ?a {{ {S} {P} ?a }} VALUES ?a {{ 1 }}",
    f"SELECT ?a {{ {S} {P} ?a }} LIMIT 1 LIMIT 1",
    f"SELECT ?a {{ {S} {P} ?a }} LIMIT 99999999999999",
    f"SELECT ?a {{ {S} A ?a }}", f"SELECT ?z {{ {S} {P} ?a ; a ?b }}",
    f"SELECT ?z {{ {S} {P} ?a ; <{E}q> ?b }}", f"SELECT * {{ {S} {P} ?a ; <{E}q> ?b }}",
    f"SELECT ?v {{ <one> {P} ?v }}", f"SELECT ?v {{ <{E}a/../one> {P} ?v }}",
    f"SELECT ?v {{ <{E}\\u006Fne> {P} ?v }}", f"SELECT ?v {{ <{E}one }} > {P} ?v }}",
    f"SELECT ?v {{ <{E}one {P} ?v }}", f"ASK {{ SERVICE <{E}x> {{ {S} ?p ?o }} }}",
    f"CONSTRUCT {{ {S} {P} ?o }} WHERE {{ {S} {P} ?o }}", f"DESCRIBE {S}",
    f"INSERT DATA {{ {S} {P} {S} }}", f"SELECT ?v {{ {S} {P} ?v }} ; DROP ALL",
    "SELECT ?v { " + S + P + " ?v" + " " * 2000 + "}",
    "SELECT ?v1 { " + S + " ".join(f" {P} ?v{n} ;" for n in range(6)) + f" {P} ?v6 }}"]


@pytest.mark.parametrize("text", LARGE)
def test_any_other_goes_the_long_road(shortcut: Shortcut, text: str) -> None:
    assert bounded(text) is None
    assert short(shortcut, text) is None


@pytest.mark.parametrize("text", [
    f"SELECT ?v {{ <{E}many> <{E}many> ?v }}", f"SELECT ?p ?o {{ <{E}many> ?p ?o }}",
    f"SELECT ?a ?b {{ <{E}many> <{E}many> ?a ; {P} ?b }}",
    f"SELECT ?a ?b {{ <{E}many> {P} ?a ; {P} ?b }}", f"SELECT ?v {{ {S} <{E}r> ?v }}",
    f"SELECT ?b ?b {{ {S} {P} ?a ; a ?b }}", f"SELECT ?a ?b {{ <{E}all> {P} ?a ; {P} ?b }}",
    f"SELECT ?v {{ <{E}RAND> {P} ?v }}"])
def test_what_turns_out_to_be_more_goes_the_long_road(shortcut: Shortcut, text: str) -> None:
    assert short(shortcut, text) is None


def test_reading_a_text_takes_no_time_however_it_is_made() -> None:
    for text in ("SELECT " + "?a " * 600, "SELECT ?" + "WHERE" * 380,
                 f"SELECT ?a {{ {S}{P} ?a ;" + " " * 1900, f"SELECT ?a {{ {S}" + f" {P} ?a ;" * 70,
                 "SELECT ?a { <" + "a" * 1900, "SELECT ?a {" + " ?" * 900):
        began = time.process_time()
        bounded(text)
        assert time.process_time() - began < 0.02


# Everything that a small query can be made of, and now and then what it cannot.
ODDITIES = ["", "\n", "#x\n", "\u00a0", "A", "rdf:type", "?é", "DISTINCT", ",", ";", ".", "LIMIT2",
            "OFFSET 1", "LIMIT +1", "LIMIT 2", "?a", "*", "{", "}", f"<{E}p>*", '"x"', "1", "[]"]


def made(choice: Random) -> str:
    """Make a query up."""
    def iri(names: list[str]) -> str:
        return f"<{E}{choice.choice(names)}>"
    verbs, variables = [iri(PREDICATES), "a", "?p"], ["?a", "?b", "$c", "?_1", "?WHERE"]
    choice.shuffle(variables)
    subject = choice.choice([iri(NAMES)] * 4 + ["?s"])
    asks, arms = choice.random() < 0.2, choice.choice([1, 1, 2, 3])
    columns = choice.sample(variables[:arms], choice.randint(1, arms))
    parts = ["ASK"] if asks else ["SELECT", *columns]
    parts += [choice.choice(["WHERE", "", "where"]), "{", subject]
    for number in range(arms):
        parts += choice.choice([[";"], [".", subject]]) if number else []
        last = iri(NAMES) if arms == 1 and choice.random() < 0.2 else variables[number]
        parts += [choice.choice(verbs if arms == 1 else verbs[:2]), last]
    parts += [choice.choice([".", ""]), "}", *([] if asks else [choice.choice(["", "LIMIT 2"])])]
    if choice.random() < 0.3:
        parts[choice.randrange(len(parts))] = choice.choice(ODDITIES)
    return "".join(part + choice.choice([" ", " ", "", "\t\r\n"]) for part in parts)


def test_whatever_goes_the_short_road_is_answered_alike(world: World, shortcut: Shortcut) -> None:
    choice, gone = Random(7), Counter[str]()
    for _ in range(2500):
        text = made(choice)
        if alike(world, shortcut, text, choice.choice(["", "text/xml", "text/csv;q=0.2, */*"])):
            gone[getattr(bounded(text), "shape", "")] += 1
    assert len(gone) >= 9, gone
    assert gone.total() >= 700, gone
    assert not gone[""]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(st.sampled_from("aZ09%+ =?&#\\xu3C27é;"), max_size=30),
                 st.text(max_size=20).map(lambda text: target(text)[len("/sparql?query="):])))
def test_an_address_is_read_as_on_the_long_road(value: str) -> None:
    address = "/sparql?query=" + value
    found = asked(address.encode())
    if found is not None:
        assert parsed("GET", address, {}).query == ((("query", found),) if value else
                                                    (("query", ""),))


# What else counts


def test_answers_are_counted_and_written_down(world: World) -> None:
    shortcut = road(world.settings.snapshot)
    journal: Any = shortcut._told.journal
    before = len(journal.entries)
    found = short(shortcut, SMALL[0])
    again = short(shortcut, SMALL[0])
    assert found is not None
    assert again is not None
    entries = journal.entries[before:]
    assert [(e.method, e.path, e.status, e.bytes, e.client, e.text) for e in entries] == \
        [("GET", "/sparql", 200, len(found[1]), "::1", SMALL[0])] * 2
    assert [e.id for e in entries] == [dict(each[0])["x-request-id"] for each in (found, again)]
    assert entries[0].id != entries[1].id


def test_the_limits_of_an_answer_hold(world: World) -> None:
    text = f"SELECT ?v {{ <{E}two> <{E}q> ?v }}"
    for limits, goes in (({"rows": 4}, True), ({"rows": 3}, False), ({"bytes": 100}, False)):
        ours = road(world.settings.snapshot, **limits)
        assert (short(ours, text) is not None) == goes


def test_a_new_version_answers_as_soon_as_it_is_seen(tmp_path: Path) -> None:
    snapshot, text = tmp_path / "snapshot", f"SELECT ?v {{ {S} {P} ?v }}"
    for number in (1, 2):
        (snapshot / "versions" / str(number)).mkdir(parents=True)
        store = ox.Store(str(snapshot / "versions" / str(number) / "store"))
        store.add(ox.Quad(ox.NamedNode(E + "one"), ox.NamedNode(E + "p"), ox.Literal(number)))
        store.flush()
        (snapshot / "versions" / str(number) / "manifest.json").write_text(f"{{}}{' ' * number}\n")
    (snapshot / "CURRENT").write_text("1\n")
    ours = road(str(snapshot), is_writable=True)
    first = short(ours, text)
    assert first is not None
    assert b'"1"' in first[1]
    (snapshot / "NEXT").write_text("2\n")
    (snapshot / "NEXT").rename(snapshot / "CURRENT")
    assert short(ours, text) is None  # at once: whoever writes reads what was written
    opened(ours)
    second = short(ours, text)
    assert second is not None
    assert b'"2"' in second[1]
    assert dict(first[0])["etag"] != dict(second[0])["etag"]


def test_a_version_that_cannot_be_opened_leaves_all_to_the_long_road(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "versions" / "1" / "store").mkdir(parents=True)
    (tmp_path / "versions" / "1" / "store" / "CURRENT").write_text("nothing\n")
    (tmp_path / "CURRENT").write_text("1\n")
    ours = Shortcut(Settings(snapshot=str(tmp_path)), Watch(tmp_path), Told(), lambda: ALWAYS)
    for _ in range(20):
        assert ours.answer(target(SMALL[0]).encode(), b"", "") is None
        time.sleep(0.01)
    assert len([r for r in caplog.records if "long road" in r.getMessage()]) == 1


def test_a_version_that_could_not_be_opened_is_tried_again_later(
        world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    opens = iter([OSError("too many files"), ValueError("no store"), None])

    def checksum(_: Path) -> str:
        if error := next(opens, None):
            raise error
        return "c"
    monkeypatch.setattr("clusterkg.world.checksum", checksum)
    monkeypatch.setattr(shortcut_module, "_OFF", 0.05)
    road(world.settings.snapshot)
    assert [part in caplog.text for part in ("too many files", "no store")] == [True, True]


def test_a_shape_that_takes_too_long_is_switched_off(
        world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    ours, found = road(world.settings.snapshot), solution.found
    texts = [f"SELECT ?v {{ <{E}{name}> {P} ?v }}" for name in ("one", "two", "service")]

    def slow(*arguments: Any) -> bytes | None:
        ends = time.thread_time() + 0.06
        while time.thread_time() < ends:
            pass
        return found(*arguments)
    monkeypatch.setattr(solution, "found", slow)
    assert short(ours, texts[0])
    monkeypatch.setattr(solution, "found", found)
    assert short(ours, texts[1]) is None
    assert short(ours, f"SELECT ?p ?o {{ {S} ?p ?o }}")  # another shape
    assert "long road" in caplog.text
    monkeypatch.setattr("clusterkg.server.shortcut._OFF", 0)
    ours._off = {shape: 0.0 for shape in ours._off}  # a minute later
    assert short(ours, texts[1])


class Value(bytes):
    """A value that takes what it is long."""

    @property
    def size(self) -> int:
        return len(self)


def test_the_cache_forgets_what_was_not_used_longest() -> None:
    cache: Cache[Value] = Cache(3000)
    for key in (b"a", b"b", b"c"):
        cache.keep(key, Value(450))
    assert cache.find(b"a")
    cache.keep(b"d", Value(450))
    assert [key for key in (b"a", b"b", b"c", b"d") if cache.find(key)] == [b"a", b"c", b"d"]
    assert 0 < cache.size <= 3000
    cache.keep(b"e", Value(5000))
    assert not cache.find(b"e")
    assert cache.size == 0


def test_a_real_server_answers_alike_on_both_roads(world: World, tmp_path: Path) -> None:
    with running(Path(world.settings.snapshot), tmp_path, "--processes", "1") as server:
        def head_and_body(text: str, more: str = "") -> bytes:
            got = server.raw(f"GET {target(text)} HTTP/1.1\r\nHost: x\r\n{more}\r\n"
                             "GET /health/live HTTP/1.1\r\nHost: x\r\n"
                             "Connection: close\r\n\r\n".encode())
            answer = re.sub(rb"(date|x-request-id): [^\r]*\r\n", b"", got)
            return answer[:answer.rindex(b"HTTP/1.1 ")]
        for text in SMALL:
            long_road = head_and_body(text, "X-Request-Id: mine\r\n")
            assert head_and_body(text) == long_road
            assert head_and_body(text) == long_road
        server.stop()
        by_id = [record["id"] for record in server.records() if record.get("path") == "/sparql"]
        assert len(by_id) == 3 * len(SMALL)
        assert by_id.count("mine") == len(SMALL)
