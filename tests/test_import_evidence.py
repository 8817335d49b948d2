"""What was imported leads back to its document and its rows, and contradictions stay in sight."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

import opposed
from clusterkg import source, version
from clusterkg.cli import run
from clusterkg.namespaces import compress, expand
from opposed import ONE, TWO
from web import ask, opened

FOUNDED, CAPITAL = expand("ckg:establishedOn"), expand("ckg:registeredCapital")
DAY = '"2001-02-03"^^xsd:date'


@pytest.fixture(scope="module")
def snapshot() -> Path:
    return opposed.world() / "snapshot"


@pytest.fixture
def asked(snapshot: Path, capsys: pytest.CaptureFixture[str]) -> "Asked":
    return Asked(snapshot, capsys)


class Asked:
    """The command line, and what it prints."""

    def __init__(self, snapshot: Path, capsys: pytest.CaptureFixture[str]):
        self.snapshot, self.capsys = snapshot, capsys

    def __call__(self, *words: str) -> str:
        self.capsys.readouterr()
        assert run([*words, "--snapshot", str(self.snapshot)]) == 0
        return self.capsys.readouterr().out

    def rows(self, *words: str) -> list[dict[str, str]]:
        found = json.loads(self("query", *words, "--format", "json"))["results"]["bindings"]
        return [{name: short(one["value"]) for name, one in row.items()} for row in found]


def short(text: str) -> str:
    """Write an IRI as a CURIE, and a text as it is."""
    return compress(text).strip("<>")


def sides(asked: Asked, *words: str) -> set[tuple[str, ...]]:
    """Give what each side says: of whom, which property and value, who says so, where, when."""
    return {(row["subject"][-3:], row["property"], row["value"], row.get("record", ""),
             row["document"], row["places"], row["issued"])
            for row in asked.rows("conflicting_claims", *words)
            if row["conflict"] == "sources give different values"}


FIRST = {("110", "ckg:registeredCapital", "1000", "", "doc:a", "a.csv!2", "2021-01-01"),
         ("110", "ckg:registeredCapital", "2000", "", "doc:b", "b.csv!2", "2022-02-02"),
         ("110", "ckg:registeredCapital", "3000", "claim:capital", "doc:paper", "1:10-20",
          "2020-05-06")}
SECOND = {("224", "ckg:establishedOn", "1999-01-01", "", "doc:a", "a.csv!3", "2021-01-01"),
          ("224", "ckg:establishedOn", "1998-12-31", "", "doc:b", "b.csv!3, b.csv!4",
           "2022-02-02")}


def test_all_sides_of_a_contradiction_are_shown(asked: Asked) -> None:
    """Equal amounts that are written otherwise, and what all say, are no contradiction."""
    assert sides(asked) == FIRST | SECOND


def test_contradictions_of_one_thing_are_asked_for(asked: Asked) -> None:
    assert sides(asked, f"subject={TWO}") == SECOND
    assert sides(asked, f"subject={expand('ent:91500113ma5ukxy338')}") == set()


def explained(asked: Asked, subject: str, predicate: str, value: str) -> set[tuple[str, ...]]:
    """Give who vouches for a fact or for what it follows from, with document and row."""
    words = asked("explain", subject, predicate, value, "--format", "json")
    found, waiting = set(), [json.loads(words)]
    while waiting:
        one = waiting.pop()
        waiting += one.get("premises", ())
        found |= {tuple(short(each.get(name, "").strip("<>")) for name in
                        ("voucher", "document", "row")) for each in one.get("evidence", ())}
    return found


def test_graph_and_claim_both_vouch_for_a_fact(asked: Asked) -> None:
    one = compress(ONE)
    assert explained(asked, ONE, FOUNDED, DAY) == {
        ("claim:founded", "doc:paper", ""), (one, "doc:a", "a.csv!2"), (one, "doc:b", "b.csv!2")}


def test_a_register_vouches_for_what_it_says_alone(asked: Asked) -> None:
    assert explained(asked, ONE, CAPITAL, "1000") == {(compress(ONE), "doc:a", "a.csv!2")}
    assert explained(asked, ONE, CAPITAL, "2000") == {(compress(ONE), "doc:b", "b.csv!2")}


def test_both_rows_vouch_and_what_was_joined_keeps_its_rows(asked: Asked) -> None:
    assert explained(asked, TWO, FOUNDED, '"1998-12-31"^^xsd:date') == {
        (compress(TWO), "doc:b", "b.csv!3"), (compress(TWO), "doc:b", "b.csv!4")}


def test_what_follows_leads_down_to_rows(asked: Asked) -> None:
    found = explained(asked, TWO, expand("ckg:locatedIn"), expand("place:cn-500000"))
    assert (compress(TWO), "doc:a", "a.csv!3") in found


def test_an_explanation_tells_who_imported_what_and_when(asked: Asked) -> None:
    text = asked("explain", TWO, CAPITAL, "500")
    edition = json.loads((asked.snapshot / "imports/a/1/import.json").read_text(encoding="utf-8"))
    for said in ("a.csv!3", f"imported {edition['when']}", f"importer {edition['who']}",
                 edition["file_sha256"], edition["mapping_sha256"]):
        assert said in text


def test_a_page_leads_to_document_row_and_import(snapshot: Path) -> None:
    world = opened(snapshot)
    page = ask(world, "GET", f"/page/{TWO.partition('/id/')[2]}", accept="text/html").text
    notes = [line for line in page.splitlines() if line.startswith('<li id="note-')
             or '<li id="note-' in line]
    read = [line for line in notes if "a.csv!3" in line]
    assert read
    assert all("import of a.csv, edition 1" in line for line in read)
    assert all("a.csv!2" not in line for line in notes)
    why = ask(world, "GET", "/why?" + urlencode({
        "s": TWO, "p": expand("ckg:locatedIn"), "o": f"<{expand('place:cn-500000')}>"}),
        accept="text/html").text
    assert "a.csv!3" in why
    assert "import of a.csv, edition 1" in why


def test_a_page_shows_all_sides_of_a_contradiction(snapshot: Path) -> None:
    page = ask(opened(snapshot), "GET", f"/page/{ONE.partition('/id/')[2]}",
               accept="text/html").text
    table = page.partition('id="disputes"')[2].partition("</table>")[0]
    assert re.findall(r"<td>(?:<[^>]*>)*([0-9]+)", table) == ["3000", "1000", "2000"]


def test_the_question_leads_to_document_and_rows(asked: Asked) -> None:
    found = asked.rows("evidence_for", f"entity={TWO}")
    assert {(row["document"], row["places"]) for row in found if row["record"] == compress(TWO)} \
        == {("doc:a", "a.csv!3"), ("doc:b", "b.csv!3, b.csv!4")}


def test_rows_that_contradict_one_another_within_a_source_are_quarantined() -> None:
    text = opposed.TABLES["b.csv"].replace("1998-12-31\n", "1998-12-30\n", 1)
    done = opposed.enter(opposed.world(), "b", text)
    try:
        assert (done.account.entered, done.account.quarantined) == (2, 1)
        (told,) = done.reasons
        assert told.address == "b.csv!D4"
        assert "b.csv!D3 says: 1998-12-30" in told.reason.advice
    finally:
        opposed.enter(opposed.world(), "b")


def test_the_present_edition_vouches(asked: Asked) -> None:
    """An edition that no longer says it leaves no row, and no contradiction."""
    opposed.enter(opposed.world(), "b", f"id,name,capital,founded\n{ONE},一号企业,1000.00,\n")
    try:
        assert sides(asked) == {
            (*side[:2], side[2].replace("2000", "1000"), *side[3:]) for side in FIRST}
        assert explained(asked, ONE, CAPITAL, "1000") == {
            (compress(ONE), "doc:a", "a.csv!2"), (compress(ONE), "doc:b", "b.csv!2")}
        assert explained(asked, ONE, FOUNDED, DAY) == {
            ("claim:founded", "doc:paper", ""), (compress(ONE), "doc:a", "a.csv!2")}
    finally:
        opposed.enter(opposed.world(), "b")
    assert sides(asked) == FIRST | SECOND


def test_what_the_build_found_is_in_the_description(snapshot: Path) -> None:
    found = source.open_version(version.current(snapshot)).query(
        "SELECT ?g ?s ?p WHERE { GRAPH ?g "
        f"{{ ?s <{expand('ckg:hasSeveralValuesOf')}> ?p }} }} ORDER BY ?s")
    graph = ox.NamedNode(expand("graph:description"))
    assert found.rows == (  # type: ignore[union-attr]  # an Answer
        (graph, ox.NamedNode(ONE), ox.NamedNode(CAPITAL)),
        (graph, ox.NamedNode(TWO), ox.NamedNode(FOUNDED)))
