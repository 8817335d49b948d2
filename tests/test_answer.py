"""Answers written for programs and for people: exact for the former, safe for the latter."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat
from rich.cells import cell_len

from clusterkg import caption, discovery, output
from clusterkg.answer import Answer, Term, table
from clusterkg.errors import ClusterkgError, UsageError
from clusterkg.value import IRI, of
from clusterkg.view import View, truth, view

XSD = "http://www.w3.org/2001/XMLSchema#"
IRI_TERM = NamedNode("https://w3id.org/clusterkg/id/cluster/north")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


TERMS: list[Term | None] = [
    IRI_TERM, BlankNode("b"), Literal("a, \"b\"\r\nc\td"), Literal("重庆", language="zh"),
    typed("7", "integer"), typed("12.50", "decimal"), typed("2021-06-04", "date"),
    typed("2021", "gYear"), typed("seven", "integer"), Literal("=1+1"), Literal(""), None]
ANSWER = Answer(("a", "b"), tuple((term, typed(str(i), "integer")) for i, term in enumerate(TERMS)))


def rendered(name: str, seen: View) -> bytes:
    content: bytes = discovery.load("renderers", name).render(seen)
    return content


def text(name: str, seen: View) -> str:
    return rendered(name, seen).decode()


def plain(*rows: tuple[str, ...], note: str = "") -> View:
    columns = tuple(f"c{i}" for i in range(len(rows[0]))) if rows else ("c0",)
    answer = Answer(columns, tuple(tuple(Literal(cell) for cell in row) for row in rows))
    return view(answer, {}, {}, note=note)


# -- for programs ------------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "results"), [("json", QueryResultsFormat.JSON),
                                               ("tsv", QueryResultsFormat.TSV)])
def test_json_and_tsv_are_read_back_equal(name: str, results: QueryResultsFormat) -> None:
    back = ox.parse_query_results(rendered(name, view(ANSWER, {}, {})), results)
    assert isinstance(back, ox.QuerySolutions)
    assert [v.value for v in back.variables] == ["a", "b"]
    rows = [(row["a"], row["b"]) for row in back]
    assert [str(a) for a, _ in rows if not isinstance(a, BlankNode)] == \
        [str(t) for t in TERMS if not isinstance(t, BlankNode)]


def test_json_is_the_w3c_format() -> None:
    document = json.loads(text("json", view(ANSWER, {}, {})))
    assert document["head"] == {"vars": ["a", "b"]}
    first, *_, last = (row.get("a") for row in document["results"]["bindings"])
    assert first == {"type": "uri", "value": IRI_TERM.value}
    assert last is None
    assert document["results"]["bindings"][3]["a"] == {
        "type": "literal", "value": "重庆", "xml:lang": "zh"}
    assert json.loads(text("json", truth(True))) == {"head": {}, "boolean": True}


def test_csv_is_the_w3c_format() -> None:
    written = text("csv", view(ANSWER, {}, {}))
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[0] == ["a", "b"]
    assert [row[0] for row in rows[1:]] == [
        IRI_TERM.value, "_:b", "a, \"b\"\r\nc\td", "重庆", "7", "12.50", "2021-06-04", "2021",
        "seven", "=1+1", "", ""]
    assert written.startswith("a,b\r\n")


def test_triples_become_three_sorted_columns() -> None:
    p = NamedNode("http://example.org/p")
    laid = table([ox.Triple(IRI_TERM, p, Literal("b")), ox.Triple(IRI_TERM, p, Literal("a"))])
    assert laid.columns == ("subject", "predicate", "object")
    assert laid.column("object") == (Literal("a"), Literal("b"))


# -- for people --------------------------------------------------------------------------------

def test_a_table_fits_the_width_with_wide_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    drawn = text("table", plain(("巴南区先进动力装备产业集群" * 3, "word " * 20), ("a", "b")))
    assert max(cell_len(line) for line in drawn.splitlines()) <= 40
    assert drawn.replace("\n", "").count("集") == 3  # folded, not cut


def test_wide_characters_keep_the_columns_aligned() -> None:
    lines = text("table", plain(("巴南", "|x"), ("Banan", "|y"))).splitlines()
    starts = [cell_len(line[:line.index("|")]) for line in lines if "|" in line]
    assert len(starts) == 2
    assert len(set(starts)) == 1


def test_more_columns_than_fit_become_a_block_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    seen = plain(*(tuple(f"word{i} longer{row}" for i in range(9)) for row in range(2)))
    lines = text("table", seen).splitlines()
    assert lines[0] == "── 1"
    assert lines[1] == "c0  word0 longer0"
    assert len(lines) == 20
    monkeypatch.setenv("COLUMNS", "200")
    assert len(text("table", seen).splitlines()) == 4


HOSTILE = "[red]a[/red] :smile: \x1b[31m\x07\x9b31m\u202eb\x00"


def test_labels_are_text_and_never_command_a_terminal() -> None:
    for name in ("table", "md"):
        drawn = text(name, plain((HOSTILE,)))
        assert not set(drawn) & set("\x1b\x07\x9b\u202e\x00")
        assert "␛" in drawn
    assert "[red]a[/red] :smile:" in text("table", plain((HOSTILE,)))


def test_markdown_cells_stay_cells() -> None:
    lines = text("md", plain(("a|b\nc", "<b>*x*</b> [l](u) `c`"))).splitlines()
    assert len(lines) == 3
    assert lines[2] == r"| a\|b c | \<b\>\*x\*\</b\> \[l\](u) \`c\` |"


def test_numbers_stand_right_and_titles_speak_the_language() -> None:
    answer = Answer(("n",), ((typed("7", "integer"),), (typed("1234567", "integer"),)))
    drawn = text("table", view(answer, {}, {"n": {"en": "number", "zh": "数"}}, language="zh"))
    assert drawn.splitlines()[0].strip() == "数"
    assert "      7" in drawn


def test_a_note_stands_where_there_is_no_row() -> None:
    nothing = view(Answer(("a",), ()), {}, {}, note="unknown: nobody says")
    for name in ("table", "md"):
        assert "unknown: nobody says" in text(name, nothing)
        assert "unknown" not in text(name, plain(("a",), note="unknown"))


def test_the_best_label_is_the_readers() -> None:
    some = [Literal("x", language="id"), Literal("y", language="en"), Literal("z")]
    assert caption.preferred(some, "id").value == "x"
    assert caption.preferred(some, "zh").value == "y"
    assert caption.preferred([some[0], some[2]], "zh").value == "z"
    assert [caption.text(typed(number, "decimal"), {}) for number in (
        "7.0", "12.50", "12.05", "100")] == ["7", "12.5", "12.05", "100"]
    assert caption.text(IRI_TERM, {}) == "cluster:north"
    assert caption.text(IRI_TERM, {IRI_TERM.value: "North"}) == "North"


@pytest.mark.parametrize(("environment", "expected"), [
    ({}, "en"), ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "C.UTF-8"}, "en"),
    ({"LC_ALL": "id_ID", "LANG": "zh_CN"}, "id"), ({"LANG": "POSIX"}, "en")])
def test_the_language_comes_from_the_environment(
        environment: dict[str, str], expected: str) -> None:
    assert caption.language(environment) == expected


# -- for spreadsheets --------------------------------------------------------------------------

def workbook(seen: View) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(rendered("xlsx", seen))).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_has_typed_cells() -> None:
    rows = workbook(view(ANSWER, {IRI_TERM.value: "North"}, {"a": {"en": "A"}}))
    assert rows[0] == ["A", "b"]
    assert [row[0] for row in rows[1:]] == [
        "North", "_:b", "a, \"b\"\r\nc\td".replace("\r\n", "\n"), "重庆", 7, 12.5,
        datetime(2021, 6, 4), 2021, "seven", "=1+1", None, None]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "=A1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    book = load_workbook(io.BytesIO(rendered("xlsx", plain((cell,)))))
    assert book.active is not None
    found = book.active["A2"]
    assert (found.data_type, found.value) == ("s", cell)


def test_a_workbook_holds_what_excel_forbids() -> None:
    rows = workbook(plain(("a\x00\x1b\x0bb", "x" * 40_000)))
    assert rows[1][0] == "a\ufffd\ufffd\ufffdb"
    assert len(str(rows[1][1])) == 32_767
    big = Answer(("a",), ((typed("9" * 20, "integer"),), (typed("INF", "double"),)))
    assert workbook(view(big, {}, {}))[1:] == [["9" * 20], ["INF"]]


def test_a_workbook_is_byte_stable_and_timeless() -> None:
    first = rendered("xlsx", plain(("a",)))
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        assert {entry.date_time[:3] for entry in book.infolist()} == {(2000, 1, 1)}
        core = book.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2
    assert rendered("xlsx", plain(("a",))) == first


# -- values and places -------------------------------------------------------------------------

def test_terms_become_python_values() -> None:
    assert of(IRI_TERM) == IRI_TERM.value
    value = of(IRI_TERM)
    assert isinstance(value, IRI)
    assert value.curie == "cluster:north"
    assert of(typed("12.50", "decimal")) == Decimal("12.50")
    assert of(typed("2021-06-04", "date")) == date(2021, 6, 4)
    assert of(typed("2021-06-04T00:00:00Z", "dateTime")) == datetime(2021, 6, 4, tzinfo=UTC)
    assert of(typed("2021", "gYear")) == 2021
    assert of(typed("true", "boolean")) is True
    assert of(typed("seven", "integer")) == "seven"
    assert of(typed("2021-02-30", "date")) == "2021-02-30"
    assert of(None) is None


@given(st.text())
def test_nothing_printable_is_lost_and_nothing_else_is_printed(written: str) -> None:
    shown = caption.printable(written)
    assert len(shown) == len(written)
    assert all(a == b for a, b in zip(written, shown, strict=True) if a.isprintable())
    assert "\x1b" not in shown
    assert "\x9b" not in shown


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_no_controls_and_no_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", terminal)
    output.write(b"a\tb\n\x1b[31m", None)
    assert terminal.buffer.getvalue() == "a\tb\n␛[31m".encode()  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match="add -o FILE"):
        output.write(b"PK", None, binary=True)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    output.write(b"a", tmp_path / "a.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(ClusterkgError, match="cannot write"):
        output.write(b"a", tmp_path / "missing" / "a.csv")
