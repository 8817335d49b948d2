"""Spreadsheets, JSON lines, Parquet and archives as tables: what is odd in them is told."""

import gzip
import html
import io
import json
import os
import resource
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from time import process_time

import openpyxl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from clusterkg import tables, tabular
from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError
from clusterkg.files import checksum
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid, unpacking
from clusterkg.tabular.merging import Merged
from clusterkg.tabular.text import text_of
from conftest import Requires

CSV = "name,place\n甲,重庆\n"


@pytest.fixture
def connection() -> Iterator[Connection]:
    with tables.connect() as made:
        yield made


@pytest.fixture
def read(connection: Connection, tmp_path: Path) -> "Reader":
    return Reader(connection, tmp_path)


class Reader:
    """Write a file, read it as a table, and give what became of its rows."""

    def __init__(self, connection: Connection, folder: Path):
        self.connection, self.folder = connection, folder

    def __call__(self, content: bytes | str, name: str, **dialect: object) -> Grid:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tabular.load(self.connection, path, Dialect(**dialect))  # type: ignore[arg-type]  # as given

    def rows(self, table: str = "grid") -> list[tuple[object, ...]]:
        return self.connection.execute(f"FROM {table} ORDER BY ALL").fetchall()


def zipped(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


# Archives

def test_gzip_is_read_as_it_is(read: Reader) -> None:
    grid = read(gzip.compress(CSV.encode("gb18030")), "list.csv.gz")
    assert (grid.name, grid.dialect.encoding) == ("list.csv", "GB18030")
    assert read.rows() == [(2, "甲", "重庆")]


def test_a_zip_with_one_file_is_read_as_it_is(read: Reader) -> None:
    assert read(zipped(list__csv=CSV), "register.zip").name == "list.csv"
    assert read(zipped(list__csv=CSV), "named.csv").name == "list.csv"
    assert read.rows() == [(2, "甲", "重庆")]


def test_a_zip_with_several_files_asks_which(read: Reader) -> None:
    several = zipped(a__csv=CSV, b__tsv=CSV.replace(",", "\t"))
    with pytest.raises(UsageError, match=r"2 files in the archive; name one of 'a\.csv', 'b"):
        read(several, "register.zip")
    with pytest.raises(UsageError, match="no 'c' in the archive"):
        read(several, "register.zip", member="c")
    assert read(several, "register.zip", member="b.tsv").dialect.delimiter == "\t"


def test_two_files_of_one_name_in_a_zip_are_told_apart_by_nobody(read: Reader) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", CSV)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", CSV + "乙,四川\n")
    for member in (None, "a.csv"):
        with pytest.raises(UnreadableError, match=r"2 files in the archive are called 'a\.csv'; u"):
            read(out.getvalue(), "register.zip", member=member)


def test_a_name_in_an_archive_is_never_a_path(read: Reader, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.csv", CSV)
    assert read(out.getvalue(), "register.zip").name == "evil.csv"
    assert not list(tmp_path.parent.rglob("evil.csv"))


def test_a_member_named_in_gb18030_is_named_right(read: Reader) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("X" * 8 + ".csv", CSV)
    name = "企业名录".encode("gb18030")
    assert read(out.getvalue().replace(b"X" * 8, name), "register.zip").name == "企业名录.csv"


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_a_bomb_is_refused(read: Reader, name: str) -> None:
    bomb = b"a,b\n" + b"0" * 80_000_000
    packed = gzip.compress(bomb) if name.endswith("gz") else zipped(a__csv=bomb)
    assert len(packed) < 300_000
    with pytest.raises(RefusedError, match=r"inside is more than 64 MB, out of .* bytes"):
        read(packed, name)


def test_what_is_larger_than_any_limit_is_refused(read: Reader,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_MOST", 1_000)
    with pytest.raises(RefusedError, match="unpack it yourself if you trust it"):
        read(gzip.compress(CSV.encode() * 100), "a.csv.gz")


def test_a_damaged_archive_is_said_to_be_one(read: Reader) -> None:
    packed = gzip.compress(b"a,b\n" + bytes(range(65, 90)) * 1_000)
    for content, name in ((packed[:-9], "a.csv.gz"), (packed[:20] + b"x" * 20, "a.csv.gz"),
                          (zipped(a__csv=CSV)[:-30], "a.zip"),
                          (zipped(a__csv=CSV).replace("甲".encode(), b"xyz"), "a.zip")):
        if name.endswith("zip") and b"PK\x05\x06" in content:
            content = _stored()  # noqa: PLW2901  # a checksum that does not fit
        with pytest.raises(UnreadableError, match="damaged, cut off or locked"):
            read(content, name)


def test_an_archive_without_files_is_said_to_be_one(read: Reader) -> None:
    with pytest.raises(UnreadableError, match="no file in the archive"):
        read(zipped(), "a.zip")


def test_a_pipe_is_not_waited_for(connection: Connection, tmp_path: Path) -> None:
    pipe, device = tmp_path / "a.csv", tmp_path / "b.csv"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path in (pipe, device):
        for use in (checksum, lambda path: tabular.load(connection, path)):
            with pytest.raises(UnreadableError, match="a pipe or a device, and no file"):
                use(path)


def _stored() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", CSV)
    return out.getvalue().replace("甲".encode(), b"xyz")


@pytest.mark.parametrize("odd", ['a"b', "a\\b", 'x" .\n<urn:a> <urn:b> "y', "a\x1b[2Jb",
                                 "a\u202eb"])
def test_names_inside_stay_in_one_line(read: Reader, odd: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{odd}.csv", CSV)
    told = "".join("_" if one in "\n\x1b\u202e" else one for one in odd)
    assert read(out.getvalue(), "register.zip").address(2, 1) == f"{told}.csv!A2"
    if "\x1b" not in odd:
        name = html.escape(odd).replace("\n", "&#10;")
        book = rewritten(workbook(["a"], ["1"]), "xl/workbook.xml", 'name="企业"', f'name="{name}"')
        assert read(book, "a.xlsx").address(2, 1) == f"{told}!A2"


@pytest.mark.parametrize(("name", "content"), [
    ("a.zip", zipped(b__zip=zipped(a__csv=CSV))), ("a.zip", zipped(b__csv__gz=gzip.compress(b"x"))),
    ("a.zip", zipped(b__pdf="x")), ("a.xls", b"x")])
def test_what_holds_no_table_says_what_does(read: Reader, name: str, content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"no table is read from \.\w+; give one of \.csv"):
        read(content, name)


def test_a_workbook_by_another_name_is_told(read: Reader) -> None:
    with pytest.raises(UnreadableError, match=r"a workbook by what is in it; call it \.xlsx"):
        read(workbook(["a"], ["1"]), "list.csv")


def test_an_archive_with_a_password_is_told(read: Reader) -> None:
    locked = bytearray(zipped(a__csv=CSV))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        flags = locked.index(mark) + (6 if mark.endswith(b"\x04") else 8)
        locked[flags] |= 1
    with pytest.raises(UnreadableError, match=r"locked: .*encrypted"):
        read(bytes(locked), "a.zip")


# JSON lines

def test_keys_are_columns_and_values_stand_as_written(read: Reader) -> None:
    grid = read('{"name": "甲", "n": 1.10, "big": 12345678901234567890}\n\n'
                '{"name": null, "nested": {"a": [1, "二"]}, "yes": true}\n'
                '{"n": 1e3, "text": "a\\nb,\\"c\\""}', "a.jsonl")
    assert grid.columns == ("name", "n", "big", "nested", "yes", "text")
    assert read.rows() == [
        (1, "甲", "1.10", "12345678901234567890", None, None, None),
        (3, None, None, None, '{"a": [1, "二"]}', "true", None),
        (4, None, "1e3", None, None, None, 'a\nb,"c"')]
    assert read.rows("skipped") == [(2, "empty line")]
    assert grid.read == 4


@pytest.mark.parametrize(("line", "wrong"), [
    ('{"a": 1', "Expecting"), ("[1]", "no object"), ('{"a": NaN}', "NaN is no JSON"),
    ('{"a": 1, "a": 2}', "'a' is there twice"), ('{"a": "\\u0000"}', "a NUL character"),
    ('{"a": "\\ud800"}', "surrogates"), ("[" * 100_000, "recursion"),
    ('{"a": {"b": [NaN]}}', "NaN is no JSON"), ('{"a": "\ufffd"}', "lost"),
    ('{"a": "' + "x" * 1_000_001 + '"}', "1,000,000")])
def test_a_bad_line_is_refused_alone(read: Reader, line: str, wrong: str) -> None:
    grid = read(f'{{"a": "x"}}\n{line}\n{{"a": "y"}}\n', "a.jsonl")
    assert read.rows() == [(1, "x"), (3, "y")]
    (row, col, value, said, advice), = read.rows("refused")
    assert (row, col, grid.read) == (2, 0, 3)
    assert wrong in str(said)
    assert len(str(value)) <= 1_000
    assert advice


@pytest.mark.parametrize("content", [
    '[{"a": 1, "b": "x"}, {"b": "y\\nz"}]',
    ' \n[\n  {\n  "a": 1,\n "b": "x"\n},\n{"b":\t"y\\nz"} ]\n\n',
    '\ufeff[{"b": "x", "a": 1},\r\n {"b": "y\\nz"}\r\n]'])
def test_a_list_of_objects_is_read(read: Reader, content: str) -> None:
    grid = read(content, "a.json")
    found = [dict(zip(("row", *grid.columns), row, strict=True)) for row in read.rows()]
    assert found == [{"row": 1, "a": "1", "b": "x"}, {"row": 2, "a": None, "b": "y\nz"}]
    assert grid.read == 2


def test_a_long_list_is_read_in_parts(read: Reader) -> None:
    objects = [{"n": n, "text": "甲" * (n % 977), "more": [n, {"x": n / 7}]} for n in range(4_000)]
    grid = read(json.dumps(objects, ensure_ascii=False), "a.json")
    assert grid.read == 4_000
    assert read.rows() == sorted((n + 1, str(n), "甲" * (n % 977), json.dumps(one["more"]))
                                 for n, one in enumerate(objects))


def test_what_is_odd_in_a_list_is_refused_alone(read: Reader) -> None:
    grid = read('[{"a": 1}, 2, {"a": NaN}, {"a": 1, "a": 2}, {"a": "x"}]', "a.json")
    assert read.rows() == [(1, "1"), (5, "x")]
    assert [row[0] for row in read.rows("refused")] == [2, 3, 4]
    assert grid.read == 5


@pytest.mark.parametrize("content", ['[{"a": 1}\n {"a": 2}]', '[{"a": 1},\n{"a": 2]', '[{"a": 1}\n',
                                     '[{"a": 1}]\n[]', '["a"]\n["b"]', '[{"a": 1},\n]',
                                     '[{"a": "' + "x" * 3_000_000])
def test_a_list_that_is_no_json_is_no_table(read: Reader, content: str) -> None:
    with pytest.raises(UnreadableError, match=r"a\.json:\d: no list in JSON.*one object a line"):
        read(content, "a.json")


@pytest.mark.parametrize("number", ["1e400", "0.1", "12345678901234567890", "-0", "1.10",
                                    "0.1234567890123456789", "1" * 5_000])
def test_numbers_stay_as_written_wherever_they_are(read: Reader, number: str) -> None:
    read(f'{{"a": {number}, "b": {{"c": [{number}, "二"]}}}}\r{{"a": 1}}', "a.jsonl")
    assert read.rows() == [(1, number, f'{{"c": [{number}, "二"]}}'), (2, "1", None)]


def test_each_row_may_have_keys_of_its_own(read: Reader) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        grid = read("".join(f'{{"k{n}": {n}}}\n' for n in range(900)), "a.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (len(grid.columns), grid.read) == (900, 900)
    (last,) = [row for row in read.rows() if row[0] == 900]
    assert last == (900, *[None] * 899, "899")


@pytest.mark.parametrize("content", ['{\n"a": 1\n}', "", "\n", "[]"])
def test_json_over_several_lines_is_no_table(read: Reader, content: str) -> None:
    with pytest.raises(UnreadableError, match="give one JSON object a line"):
        read(content, "a.json")


def test_too_many_keys_are_refused(read: Reader) -> None:
    with pytest.raises(RefusedError, match=r"a\.jsonl:2: more than 1,000 keys"):
        read('{"a": 1}\n' + json.dumps({f"k{n}": n for n in range(10_000)}), "a.jsonl")


# XLSX

def workbook(*rows: Sequence[object], name: str = "企业", **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = name
    for row in rows:
        first.append(list(row))
    for title, those in sheets.items():
        sheet = book.create_sheet(title)
        for row in those:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(book: bytes, part: str, before: str, after: str) -> bytes:
    """Change the XML of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename == part:
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode())
            new.writestr(info.filename, text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_become_text(read: Reader) -> None:
    grid = read(workbook(["名称", "日期", "数", None], ["甲", datetime(2019, 1, 2), 1.0],
                         [None, None], ["乙", datetime(2019, 1, 2, 10, 30), 0.1 + 0.2],
                         ["丙", date(2020, 2, 29), True]), "a.xlsx")
    assert grid.columns == ("名称", "日期", "数")
    assert read.rows() == [(2, "甲", "2019-01-02", "1"), (4, "乙", "2019-01-02T10:30:00", "0.3"),
                           (5, "丙", "2020-02-29", "true")]
    assert read.rows("skipped") == [(3, "empty row")]
    assert (grid.sheet, grid.address(4, 2), grid.read) == ("企业", "企业!B4", 4)


@pytest.mark.parametrize(("value", "text"), [
    (1e15, "1000000000000000"), (9.1150113e17, "911501130000000000"), (1e-7, "0.0000001"),
    (-2.50, "-2.5"), (12345.678, "12345.678"), (0, "0"), (False, "false"), (None, None)])
def test_numbers_are_written_as_people_write_them(value: object, text: str | None) -> None:
    assert text_of(value) == text


@settings(max_examples=100)
@given(value=st.timedeltas())
def test_spans_of_time_are_written_as_iso_8601_has_them(value: timedelta) -> None:
    text = text_of(value)
    told = rdflib.Literal(text, datatype=rdflib.XSD.dayTimeDuration)
    assert told.toPython() == value


def test_cells_of_hours_are_spans(read: Reader) -> None:
    read(workbook(["a", "b"], ["x", timedelta(hours=26, minutes=30)], ["y", timedelta(0)],
                  ["z", timedelta(hours=-1)]), "a.xlsx")
    assert read.rows() == [(2, "x", "P1DT2H30M"), (3, "y", "PT0S"), (4, "z", "-PT1H")]
    big = rewritten(workbook(["a", "b"], ["x", timedelta(1)], ["y", timedelta(2)]), SHEET,
                    "<v>1</v>", "<v>100000000000000</v>")
    read(big, "b.xlsx")
    assert [row[:4] for row in read.rows("refused")] == [
        (2, 2, "100000000000000", "a number that is no span of time, in a cell for such")]


def test_formulas_have_their_value_or_are_refused(read: Reader) -> None:
    book = workbook(["a", "b"], ["x", "=1+1"], ["y", "=2+2"], ["z", "plain"])
    grid = read(rewritten(book, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>"), "a.xlsx")
    assert read.rows() == [(2, "x", "2"), (3, "y", None), (4, "z", "plain")]
    assert [row[:4] for row in read.rows("refused")] == [
        (3, 2, "=2+2", "a formula that was never computed")]
    assert grid.remarks == ("formulas, of which the value that was computed last is taken: 1 "
                            "(first: B2)",)
    assert grid.read == 3


def test_an_array_formula_is_one_too(read: Reader) -> None:
    read(workbook(["a"], [ArrayFormula("A2:A2", "=SUM(B1:B9)")], ["x"]), "a.xlsx")
    assert [row[:2] for row in read.rows("refused")] == [(2, 1)]


def test_a_failed_formula_is_refused(read: Reader) -> None:
    read(workbook(["a", "b"], ["#REF!", "x"]), "a.xlsx")
    assert read.rows() == [(2, None, "x")]
    assert [row[:4] for row in read.rows("refused")] == [
        (2, 1, "#REF!", "the formula failed: #REF!")]


@pytest.mark.parametrize("code", [915001130000000000, 9.1500113e17, -10**15])
def test_numbers_whose_digits_a_spreadsheet_loses_are_refused(read: Reader, code: float) -> None:
    read(workbook(["code", "name"], [code, "x"], [10**15 - 1, "y"]), "a.xlsx")
    assert read.rows() == [(2, None, "x"), (3, "999999999999999", "y")]
    assert [(row[0], row[1], row[3]) for row in read.rows("refused")] == [
        (2, 1, "a number of more than 15 digits, of which a spreadsheet keeps 15")]


def formatted(cells: Mapping[str, tuple[object, str]], *merged: str, epoch: datetime | None = None,
              hidden: int = 0) -> bytes:
    """Make a workbook of cells with formats, some merged, one row hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    book.epoch = epoch or book.epoch
    for place, (value, code) in cells.items():
        sheet[place] = value  # type: ignore[assignment]  # of the kinds that a cell takes
        sheet[place].number_format = code
    for ranged in merged:
        sheet.merge_cells(ranged)
    if hidden:
        sheet.row_dimensions[hidden].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("value", "code", "text"), [
    (0.125, "0.00%", "12.5%"), (0.1 + 0.2, "0%", "30%"), (-1, "0%", "-100%"), (0, "0.0%", "0%"),
    (0.5, '0.0"%"', "0.5"), (569, "000000", "569"), (1234.5, "#,##0.00", "1234.5"),
    (43467, "yyyy-mm-dd", "2019-01-02"), (43467.5, "yyyy/m/d h:mm", "2019-01-02T12:00:00"),
    (43467, "General", "43467"), (0, "yyyy-mm-dd", "00:00:00"), (0.5, "h:mm", "12:00:00"),
    (43467, '[$-804]yyyy"年"m"月"d"日"', "2019-01-02")])
def test_numbers_are_what_their_format_makes_of_them(read: Reader, value: object, code: str,
                                                     text: str) -> None:
    read(formatted({"A1": ("a", "General"), "A2": (value, code)}), "a.xlsx")
    assert read.rows() == [(2, text)]


@pytest.mark.parametrize("number", [27, 31, 36, 50, 57, 58])
def test_formats_that_only_chinese_spreadsheets_have_are_days(read: Reader, number: int) -> None:
    """ECMA-376 part 1, 18.8.30: no workbook spells them out."""
    book = formatted({"A1": ("a", "General"), "A2": (43467, "mm-dd-yy")})
    read(rewritten(book, "xl/styles.xml", 'numFmtId="14"', f'numFmtId="{number}"'), "a.xlsx")
    assert read.rows() == [(2, "2019-01-02")]


def test_days_may_be_counted_from_1904(read: Reader) -> None:
    book = formatted({"A1": ("a", "General"), "A2": (42005, "yyyy-mm-dd")},
                     epoch=datetime(1904, 1, 1))
    read(book, "a.xlsx")
    assert read.rows() == [(2, "2019-01-02")]


def test_a_number_that_is_no_day_is_refused(read: Reader) -> None:
    read(formatted({"A1": ("a", "General"), "A2": (9e9, "yyyy-mm-dd"), "B1": ("b", "General"),
                    "B2": ("x", "General")}), "a.xlsx")
    assert [row[1:4] for row in read.rows("refused")] == [
        (1, "9000000000", "a number that is no day, in a cell for days")]


def test_cells_that_are_merged_are_refused_but_for_the_first(read: Reader) -> None:
    plain = {f"{col}{row}": (f"{col}{row}", "General") for row in range(1, 6) for col in "ABC"}
    read(formatted(plain, "B2:B4", "A5:C5"), "a.xlsx")
    assert read.rows() == [(2, "A2", "B2", "C2"), (3, "A3", None, "C3"), (4, "A4", None, "C4"),
                           (5, "A5", None, None)]
    assert [row[:4] for row in read.rows("refused")] == [
        (3, 2, "", "is part of the merged cell B2:B4"),
        (4, 2, "", "is part of the merged cell B2:B4"),
        (5, 2, "", "is part of the merged cell A5:C5"),
        (5, 3, "", "is part of the merged cell A5:C5")]


def test_merged_cells_that_overlap_are_refused() -> None:
    merged = Merged([f"A{first}:C39" for first in range(2, 30)], Path("a.xlsx"))
    assert merged.covered(2, 3) == {2: "A2:C39", 3: "A2:C39"}
    with pytest.raises(RefusedError, match=r"a\.xlsx:20: merged cells overlap"):
        merged.covered(20, 3)


@pytest.mark.parametrize("ranged", ["A1:C1", "A1:A2", "B1:C1"])
def test_a_header_of_merged_cells_says_how_to_read_it(read: Reader, ranged: str) -> None:
    plain = {f"{col}{row}": (f"{col}{row}", "General") for row in range(1, 6) for col in "ABC"}
    with pytest.raises(UnreadableError, match=rf":1: the header has merged cells, {ranged}: "):
        read(formatted(plain, ranged), "a.xlsx")
    if ranged == "A1:C1":
        assert read(formatted(plain, ranged), "a.xlsx", skip=1).columns == ("A2", "B2", "C2")


def test_a_sheet_below_a_title_says_how_to_read_it(read: Reader) -> None:
    with pytest.raises(UnreadableError, match=r"no row fits the header, .*most have 2.*skipRows"):
        read(workbook(["某某名录"], ["a", "b"], ["1", "2"]), "a.xlsx")


def test_hidden_rows_are_read_and_remarked(read: Reader) -> None:
    grid = read(formatted({f"A{row}": (str(row), "General") for row in range(1, 5)}, hidden=3),
                "a.xlsx")
    assert [row[1] for row in read.rows()] == ["2", "3", "4"]
    assert grid.remarks == ("rows that are hidden are read, too: 1 (first: 3)",)


@pytest.mark.parametrize("times", [1, 7])
def test_texts_without_end_in_a_sheet_are_refused(read: Reader, times: int) -> None:
    book = workbook(["a", "b", *"cdefg"], ["LONG"] * times, ["x", "y"])
    book = rewritten(book, SHEET, 't="inlineStr"><is><t>LONG</t></is>', 't="s"><v>0</v>')
    read(shared(book, f"<t>{'x' * (5_000_000 // times)}</t>"), "a.xlsx")
    assert read.rows("refused")[0][:4] == (2, 0, "x" * 1_000, "more than 1,000,000 characters")
    assert read.rows() == [(3, "x", "y", *[None] * 5)]


def test_a_row_without_end_in_a_sheet_is_refused(read: Reader) -> None:
    book = rewritten(workbook(["a"], ["LONG"]), SHEET, "LONG", "x" * 17_000_000)
    with pytest.raises(RefusedError, match=r"a\.xlsx:2: a row of more than 16,777,216 characters"):
        read(book, "a.xlsx")


def test_the_header_again_is_skipped(read: Reader) -> None:
    grid = read(workbook(["a", "b"], ["1", "2"], ["a", "b"], ["3", "4"]), "a.xlsx")
    assert read.rows("skipped") == [(3, "the header again")]
    assert (len(read.rows()), grid.read) == (2, 3)


def shared(book: bytes, *texts: str) -> bytes:
    """Put texts beside the sheet, as most programs do: what is `1` there is the second of them."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    book = rewritten(book, "[Content_Types].xml", "</Types>",
                     f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')
    out = io.BytesIO(book)
    with zipfile.ZipFile(out, "a") as archive:
        items = "".join(f"<si>{text}</si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", "<sst xmlns='http://schemas.openxmlformats.org/"
                         f"spreadsheetml/2006/main'>{items}</sst>")
    return out.getvalue()


RICH = ('<r><t>重</t></r><r><rPr><b/></rPr><t xml:space="preserve">庆 </t></r>'
        "<rPh sb='0' eb='1'><t>chong</t></rPh>")


def test_texts_may_be_shared_rich_or_escaped(read: Reader) -> None:
    book = workbook(["a", "b", "c"], ["RICH", "SHARED", True], ["_x0041__xD800_", "#N/A", False])
    book = rewritten(book, SHEET, "<is><t>RICH</t></is>", f"<is>{RICH}</is>")
    book = rewritten(book, SHEET, 't="inlineStr"><is><t>SHARED</t></is>', 't="s"><v>1</v>')
    read(shared(book, "<t>x</t>", RICH), "a.xlsx")
    assert read.rows() == [(2, "重庆 ", "重庆 ", "true"), (3, "A_xD800_", None, "false")]
    assert [row[:4] for row in read.rows("refused")] == [(3, 2, "#N/A", "the formula failed: #N/A")]


@pytest.mark.parametrize(("before", "after"), [
    ('r="3"', 'r="2"'), ('r="A3"', 'r="XFE3"'), ('r="B3"', 'r="A3"'), ('r="3"', 'r="x"'),
    ('t="inlineStr"><is><t>x</t></is>', 't="s"><v>999</v>'), ("</sheetData>", ""),
    ('<c r="A3"', '<c s="99999" r="A3"'), ('r="3"', 'r="1e999"'), ('r="A3"', 'r="a3"')])
def test_a_sheet_that_is_damaged_is_told(read: Reader, before: str, after: str) -> None:
    with pytest.raises(UnreadableError, match="no workbook that can be read"):
        read(rewritten(workbook(["a", "b"], ["x", "y"], [1, 2]), SHEET, before, after), "a.xlsx")


def test_what_points_before_the_first_text_is_damaged(read: Reader) -> None:
    book = rewritten(workbook(["a"], ["x"]), SHEET, 't="inlineStr"><is><t>x</t></is>',
                     't="s"><v>-1</v>')
    with pytest.raises(UnreadableError, match="no workbook that can be read: no shared text -1"):
        read(shared(book, "<t>another</t>"), "a.xlsx")


@pytest.mark.parametrize(("before", "after"), [
    ("</worksheet>", "<mergeCell " * 20_000), ('r="A3"', f'r="{"A" * 300_000}3"')])
def test_a_sheet_made_to_be_slow_is_told_soon(read: Reader, before: str, after: str) -> None:
    book = rewritten(workbook(["a"], ["x"], ["y"]), SHEET, before, after)
    start = process_time()
    with pytest.raises(UnreadableError, match="no workbook that can be read"):
        read(book, "a.xlsx")
    assert process_time() - start < 5  # s; it was a minute


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-10**14, 10**14), st.dates(date(1901, 1, 1)),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"],
                          exclude_characters="\ufffd\ufffe\uffff_"), max_size=8).filter(
                              lambda text: not text.startswith(("=", "#")) and "锟" not in text))


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.lists(ODD, min_size=3, max_size=3), max_size=6))
def test_what_a_workbook_says_is_read_as_another_reader_does(
        rows: list[list[object]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("written") / "a.xlsx"
    path.write_bytes(workbook(["a", "b", "c"], *rows))
    oracle = openpyxl.load_workbook(path, data_only=True).active
    assert oracle is not None
    expected = [tuple(map(text_of, row)) for row in oracle.iter_rows(min_row=2, values_only=True)]
    with tables.connect() as connection:
        grid = tabular.load(connection, path)
        found = connection.execute("SELECT c1, c2, c3 FROM grid ORDER BY row").fetchall()
        assert tables.count(connection, "refused") == 0
        assert grid.read == len(found) + tables.count(connection, "skipped")
    assert [tuple(cell or "" for cell in row) for row in found] == [
        tuple(cell or "" for cell in row) for row in expected if any(row)]


def test_a_cell_beyond_the_header_is_refused(read: Reader) -> None:
    read(workbook(["a", "b"], ["1", "2", None, "3"], ["4", "5"]), "a.xlsx")
    assert [row[:4] for row in read.rows("refused")] == [
        (2, 0, "1, 2", "a cell beyond the last column: D2")]
    assert read.rows() == [(3, "4", "5")]


def test_a_sheet_is_chosen(read: Reader) -> None:
    book = workbook(["a"], ["1"], Other=[["b"], ["2"]])
    assert read(book, "a.xlsx").remarks == ("the sheet 企业 is read; not read: Other",)
    assert read(book, "a.xlsx", sheet="Other").columns == ("b",)
    assert read.rows() == [(2, "2")]
    with pytest.raises(UsageError, match="no sheet 'none'; there are 企业, Other"):
        read(book, "a.xlsx", sheet="none")


def test_a_chart_is_no_sheet_and_a_number_below_zero_no_day(read: Reader) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.create_chartsheet("chart", 0)
    for value in ("a", date(2020, 1, 2), date(2020, 1, 3)):
        book.worksheets[0].append([value])
    book.save(out)
    read(rewritten(out.getvalue(), SHEET, "<v>43832</v>", "<v>-5</v>"), "a.xlsx")
    assert read.rows() == [(2, None), (3, "2020-01-03")]
    assert [row[:4] for row in read.rows("refused")] == [
        (2, 1, "-5", "a number that is no day, in a cell for days")]


def test_what_a_writer_says_of_a_sheets_size_is_not_believed(read: Reader) -> None:
    book = rewritten(workbook(["a", "b"], ["1", "2"]), SHEET, 'ref="A1:B2"', 'ref="A1"')
    assert read(book, "a.xlsx").columns == ("a", "b")


def test_a_workbook_that_swells_is_refused(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    book = rewritten(workbook(["a"], ["1"]), SHEET, 'r="2"', 'r="99999999999"')
    with pytest.raises(RefusedError, match="more than 1,048,576 rows"):
        read(book, "a.xlsx")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"], ["1"]))) as old, \
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
        new.writestr("xl/media/x.bin", b"\0" * 70_000_000)
    with pytest.raises(RefusedError, match="the workbook swells to 66 MB"):
        read(out.getvalue(), "a.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_that_declares_entities_is_refused(read: Reader, encoding: str) -> None:
    book = zipped(**{"xl/workbook__xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode(encoding)})
    with pytest.raises(RefusedError, match="declares a document type"):
        read(book, "a.xlsx")


@pytest.mark.parametrize("content", [b"", b"name,code\n", b"PK\x03\x04broken", zipped(a__csv=CSV),
                                     workbook(["a"])[:-40], b"\xd0\xcf\x11\xe0" + b"\0" * 99])
def test_what_is_no_workbook_is_said_to_be_none(read: Reader, content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"a\.xlsx: no .*workbook"):
        read(content, "a.xlsx")


@pytest.mark.parametrize("rows", [[], [[None, None]]])
def test_an_empty_sheet_has_no_header(read: Reader, rows: list[list[object]]) -> None:
    with pytest.raises(UnreadableError, match="the sheet '企业' is empty"):
        read(workbook(*rows), "a.xlsx")


def test_a_workbook_in_a_zip_is_read(read: Reader) -> None:
    assert read(zipped(list__xlsx=workbook(["a"], ["1"])), "a.zip").name == "list.xlsx"


# Parquet

def parquet(connection: Connection, path: Path, select: str) -> bytes:
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def test_parquet_is_text_too(read: Reader, tmp_path: Path) -> None:
    content = parquet(read.connection, tmp_path / "x", """
        SELECT '甲' AS name, 1::DOUBLE AS n, DATE '2019-01-02' AS d, TIMESTAMP '2019-01-02' AS t,
               TIMESTAMP '2019-01-02 10:00:00' AS u, [1, 2] AS l, true AS b, 0.5::DOUBLE AS f
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL""")
    grid = read(content, "weird [1]*.parquet")
    assert grid.columns == ("name", "n", "d", "t", "u", "l", "b", "f")
    assert read.rows() == [(1, "甲", "1", "2019-01-02", "2019-01-02", "2019-01-02T10:00:00",
                            "[1,2]", "true", "0.5")]
    assert read.rows("skipped") == [(2, "empty row")]
    assert grid.read == 2


@pytest.mark.parametrize(("value", "text"), [
    ("1.50::DECIMAL(10, 2)", "1.50"), ("9.1150113e17::DOUBLE", "9.1150113e+17"),
    ("12345678901234567890::UBIGINT", "12345678901234567890"), ("encode('甲')", "甲"),
    ("TIMESTAMPTZ '2019-01-02 00:00:00+08'", "2019-01-01T16:00:00Z"),
    ("TIMESTAMPTZ '2019-01-02 00:00:00Z'", "2019-01-02T00:00:00Z"),
    ("[{'a': 1.10::DECIMAL(4, 2), 'b': ['x', NULL]}]", '[{"a":1.10,"b":["x",null]}]'),
    ("MAP {'k': 1}", '{"k":1}'), ("'b'::ENUM('a', 'b')", "b"), ("'nan'::DOUBLE", "nan"),
    ("TIME '10:30:00'", "10:30:00"), ("false", "false")])
def test_what_parquet_has_of_types(read: Reader, tmp_path: Path, value: str, text: str) -> None:
    read.connection.execute("SET TimeZone = 'America/New_York'")
    read(parquet(read.connection, tmp_path / "x", f"SELECT {value} AS a"), "a.parquet")
    found = read.rows()
    assert found[0][0] == 1
    assert found[0][1] == text or json.loads(str(found[0][1])) == json.loads(text)


def test_bytes_in_parquet_that_are_no_text_are_refused(read: Reader, tmp_path: Path) -> None:
    content = parquet(read.connection, tmp_path / "x", r"""
        SELECT '\xE7\x94'::BLOB AS a, 'x' AS b UNION ALL SELECT encode('甲'), 'y'
        UNION ALL SELECT '\xFF'::BLOB, NULL""")
    grid = read(content, "a.parquet")
    assert {row[1:] for row in read.rows()} == {(None, "x"), ("甲", "y"), (None, None)}
    assert {row[1:4] for row in read.rows("refused")} == {
        (1, r"\xE7\x94", "bytes that are no text"), (1, r"\xFF", "bytes that are no text")}
    assert grid.read == 3


def test_parquet_without_rows_is_a_table_without_rows(read: Reader, tmp_path: Path) -> None:
    grid = read(parquet(read.connection, tmp_path / "x", "SELECT 1 AS a WHERE false"), "a.parquet")
    assert (grid.columns, grid.read) == (("a",), 0)


def test_parquet_that_swells_is_refused(read: Reader, tmp_path: Path,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clusterkg.tabular.readers.parquet._MOST", 50 * 2**20)
    content = parquet(read.connection, tmp_path / "x",
                      "SELECT repeat('x', 900000) AS a FROM range(100)")
    assert len(content) < 10_000_000
    with pytest.raises(RefusedError, match="swells to 100 rows and 85 MB"):
        read(content, "a.parquet")


def test_parquet_whose_cells_swell_is_refused(read: Reader, tmp_path: Path) -> None:
    content = parquet(read.connection, tmp_path / "x", """
        SELECT list_transform(range(100000), lambda x: repeat('a', 60)) AS a FROM range(101)""")
    assert len(content) < 2_000
    with pytest.raises(RefusedError, match="swells to 10,100,000 values within cells"):
        read(content, "a.parquet")


def test_a_time_without_end_is_told_by_its_cell(read: Reader, tmp_path: Path) -> None:
    select = "SELECT 'infinity'::{0} AS a UNION ALL SELECT '2020-01-02'"
    for kind in ("TIMESTAMP", "DATE"):
        read(parquet(read.connection, tmp_path / "x", select.format(kind)), "a.parquet")
        assert [row[1] for row in read.rows()] == ["infinity", "2020-01-02"]
    with pytest.raises(UnreadableError, match="a column is called 'file_row_number'"):
        read(parquet(read.connection, tmp_path / "x", "SELECT 1 AS File_Row_Number"), "a.parquet")


def test_a_nul_in_parquet_is_refused(read: Reader, tmp_path: Path) -> None:
    content = parquet(read.connection, tmp_path / "x", "SELECT 'a' || chr(0) AS a, 'b' AS b")
    read(content, "a.parquet")
    assert [row[:4] for row in read.rows("refused")] == [(1, 0, "a␀, b", "a NUL character")]


def test_what_is_no_parquet_is_said_to_be_none(read: Reader) -> None:
    with pytest.raises(UnreadableError, match="no Parquet file"):
        read(b"PAR1" + b"x" * 99 + b"PAR1", "a.parquet")


# Real inputs

@pytest.mark.parametrize(("name", "rows"), [
    ("chain-knowledge-graph/company.jsonl", 4_654), ("chain-knowledge-graph/industry.jsonl", 511),
    ("chain-knowledge-graph/industry_industry.jsonl", 480),
    ("chain-knowledge-graph/industry_up.jsonl", 335),
    ("chain-knowledge-graph/company_industry.jsonl", 4_430),
    ("chain-knowledge-graph/company_product.tsv", 53_785), ("kag-supplychain/Company.csv", 103),
    ("kag-supplychain/Product.csv", 78), ("kag-supplychain/Industry.csv", 10),
    ("kag-supplychain/Person.csv", 20), ("kag-supplychain/Company_fundTrans_Company.csv", 19),
    ("cn-divisions/provinces.csv", 31), ("cn-divisions/cities.csv", 342),
    ("cn-divisions/areas.csv", 2_978), ("cn-divisions/adcodes-lonlat.csv", 3_511),
    ("gbt4754-2017/gbt4754-2017.tsv", 1_772)])
def test_real_files_have_all_their_rows(connection: Connection, requires: Requires, name: str,
                                        rows: int) -> None:
    grid = tabular.load(connection, requires.shared("data") / name)
    assert grid.read == tables.count(connection, "grid") == rows
    assert tables.count(connection, "refused") == 0


@pytest.mark.parametrize(("name", "rows", "lost"), [
    ("chain-knowledge-graph/product.jsonl", 95_559, [71_827]),
    ("chain-knowledge-graph/product_product.tsv", 110_153, [56_787, 56_801])])
def test_real_files_have_characters_that_were_lost(connection: Connection, requires: Requires,
                                                   name: str, rows: int, lost: list[int]) -> None:
    grid = tabular.load(connection, requires.shared("data") / name)
    assert grid.read == rows
    refused = connection.execute("SELECT row, wrong FROM refused ORDER BY row").fetchall()
    assert [row for row, _ in refused] == lost
    assert all("lost when the file was made" in wrong for _, wrong in refused)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx", "a.parquet", "a.zip", "a.csv.gz"])
@pytest.mark.parametrize("seed", range(4))
def test_noise_is_refused_in_one_line(read: Reader, tmp_path: Path, name: str, seed: int) -> None:
    """Damage a good file in some places: it is read, or said to be unreadable; nothing else."""
    good = {"a.csv": CSV.encode() * 50, "a.jsonl": b'{"a": "x"}\n' * 50,
            "a.xlsx": workbook(["a"], *[["x"]] * 50), "a.zip": zipped(a__csv=CSV * 50),
            "a.csv.gz": gzip.compress(CSV.encode() * 50),
            "a.parquet": parquet(read.connection, tmp_path / "x", "SELECT 'x' AS a")}[name]
    damaged = bytearray(good)
    for turn in range(8):
        damaged[(seed * 7919 + turn * 104_729) % len(damaged)] ^= 1 + (seed * 31 + turn) % 255
    with suppress(ClusterkgError):
        grid = read(bytes(damaged), name)
        assert grid.read == len({row[0] for table in ("grid", "refused", "skipped")
                                 for row in read.rows(table)})
