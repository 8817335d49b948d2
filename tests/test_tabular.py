"""Tables of other people's files: every row is in the grid, refused or skipped."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterkg import tables, tabular
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.importing import workbook
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid, plain
from clusterkg.tabular.grid import letters
from clusterkg.tabular.readers import delimited

HEADER = "企业名称,统一社会信用代码,所属省份"


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
        self.path = folder / "register.csv"

    def __call__(self, content: str | bytes, name: str = "register.csv",
                 **dialect: object) -> Grid:
        self.path = self.folder / name
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tabular.load(self.connection, self.path, Dialect(**dialect))  # type: ignore[arg-type]  # as given

    def rows(self, table: str = "grid") -> list[tuple[object, ...]]:
        return self.connection.execute(f"FROM {table} ORDER BY row").fetchall()


def test_cells_are_as_they_stand(read: Reader) -> None:
    grid = read(f'{HEADER}\n 甲 ,,"a,b"\n乙,"he said ""no""\r\nand left",\n')
    assert grid.columns == tuple(HEADER.split(","))
    assert grid.read == 2
    assert read.rows() == [(2, " 甲 ", "", "a,b"), (3, "乙", 'he said "no"\r\nand left', "")]


def test_a_row_is_named_by_the_line_where_it_begins(read: Reader) -> None:
    grid = read('a,b\n"1\n2\n3",x\n4,y\n')
    assert [row[0] for row in read.rows()] == [2, 5]
    assert grid.address(5, 2) == "register.csv!B5"
    assert grid.address(5) == "register.csv!5"


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"),
                                              (703, "AAA"), (0, "")])
def test_columns_are_lettered(number: int, name: str) -> None:
    assert letters(number) == name


@pytest.mark.parametrize(("encoding", "shown"), [
    ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("gbk", "GB18030"),
    ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_are_found(read: Reader, encoding: str, shown: str,
                                          ends: str) -> None:
    grid = read(ends.join([HEADER, "重庆一一动力,91500113,重庆市", "x,y,z", ""]).encode(encoding))
    assert grid.dialect.encoding == shown
    assert grid.columns == tuple(HEADER.split(","))
    assert read.rows() == [(2, "重庆一一动力", "91500113", "重庆市"), (3, "x", "y", "z")]


def test_an_encoding_is_found_wherever_it_shows(read: Reader) -> None:
    lines = ["name,place", *["plain,text"] * 200_000, "重庆,渝北"]
    grid = read("\n".join(lines).encode("gb18030"))
    assert grid.dialect.encoding == "GB18030"
    assert read.rows()[-1] == (200_002, "重庆", "渝北")


def test_a_row_in_another_encoding_is_refused_alone(read: Reader) -> None:
    rows = [f"企业{n},重庆市".encode() for n in range(100)]
    rows[40] = "企业四十,重庆市".encode("gb18030")
    grid = read(b"\n".join([b"name,place", *rows]))
    assert (grid.dialect.encoding, grid.read) == ("UTF-8", 100)
    (row, col, value, wrong, advice), = read.rows("refused")
    assert (row, col, wrong) == (42, 0, "bytes that are no UTF-8")
    assert value
    assert advice
    assert len(read.rows()) == 99


def test_what_is_no_text_is_said_to_be_none(read: Reader) -> None:
    with pytest.raises(UnreadableError, match="neither UTF-8, UTF-16 nor GB18030"):
        read(b"name\n" + b"\xff \x80 " * 100)


def test_a_wrong_encoding_shows(read: Reader) -> None:
    read("name,place\n企业,重庆市\n".encode("gb18030"), encoding="utf-8")
    assert [row[3] for row in read.rows("refused")] == ["bytes that are no UTF-8"]
    with pytest.raises(UsageError, match="no encoding 'klingon'"):
        read("a,b\n", encoding="klingon")


@pytest.mark.parametrize(("mark", "name"), [(",", "a.csv"), ("\t", "a.tsv"), (";", "a.csv"),
                                            ("|", "a.txt"), ("\t", "a.csv")])
def test_the_delimiter_is_found(read: Reader, mark: str, name: str) -> None:
    grid = read(f"name{mark}place\n甲{mark}重庆\n乙{mark}宁波\n", name)
    assert (grid.dialect.delimiter, grid.columns) == (mark, ("name", "place"))


@pytest.mark.parametrize("mark", ["，", " ", "-", "§", "'"])
def test_any_character_is_a_delimiter_where_it_is_said(read: Reader, mark: str) -> None:
    read(f'name{mark}place\n甲{mark}"a{mark}\nb"\n乙{mark}宁波\n', delimiter=mark)
    assert read.rows() == [(2, "甲", f"a{mark}\nb"), (4, "乙", "宁波")]


def test_another_quote_is_one_where_it_is_said(read: Reader) -> None:
    read("a,b\n'x,y',\"\n", quote="'")
    assert read.rows() == [(2, "x,y", '"')]
    read("a,b\n'x',y\n", quote="'")  # nor is it text where no other sign is special
    assert read.rows() == [(2, "x", "y")]


@pytest.mark.parametrize("dialect", [{"delimiter": ""}, {"delimiter": "||"}, {"delimiter": "\n"},
                                     {"quote": "''"}, {"delimiter": '"', "quote": '"'},
                                     {"skip": -1}])
def test_what_is_no_dialect_is_refused(read: Reader, dialect: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        read("a,b\n", **dialect)


def test_quotes_between_tabs_are_text_unless_cells_are_quoted(read: Reader) -> None:
    read('name\tsize\n硬盘\t5" \n螺栓\t"\n', "a.tsv")
    assert read.rows() == [(2, "硬盘", '5" '), (3, "螺栓", '"')]
    read('name\tsize\n"硬\t盘"\t5\n', "a.tsv")
    assert read.rows() == [(2, "硬\t盘", "5")]
    read('name\tsize\n硬盘\t""\n""\t5\n', "a.tsv")
    assert read.rows() == [(2, "硬盘", ""), (3, "", "5")]


def test_quotes_between_tabs_are_looked_for_in_all_of_a_file(read: Reader) -> None:
    plain = "".join(f"企业{n}\t重庆市\n" for n in range(120_000))
    grid = read(f'name\tplace\n{plain}"重庆\n一厂"\t渝北区\n', "a.tsv")
    assert grid.dialect.quote == '"'
    assert read.rows()[-1] == (120_002, "重庆\n一厂", "渝北区")


@pytest.mark.parametrize(("encoding", "text"), [
    ("big5", "公司名稱,註冊地址\n臺灣積體電路製造股份有限公司,新竹科學園區\n聯發科技,新竹市\n"),
    ("shift_jis", "会社名,住所\n株式会社トヨタ自動車,愛知県豊田市\n本田技研工業,東京都\n"),
    ("euc_kr", "회사명,주소\n삼성전자 주식회사,경기도 수원시\n현대자동차 주식회사,서울특별시\n"),
    ("cp1252", "Société,Lieu\nÉlectricité générale Sàrl,Genève\nMétallurgie,Besançon\n")])
def test_what_only_looks_like_gb18030_asks_for_its_encoding(read: Reader, encoding: str,
                                                           text: str) -> None:
    with pytest.raises(UnreadableError, match=rf"GB18030.*encoding.*{encoding}|neither UTF-8"):
        read(text.encode(encoding) * 20)
    read(text.encode(encoding), encoding=encoding)
    assert read.rows()[0][1] == text.splitlines()[1].partition(",")[0]


def test_traditional_characters_in_gb18030_are_read(read: Reader) -> None:
    read("公司名稱,註冊地址\n臺灣積體電路製造股份有限公司,新竹科學園區\n".encode("gb18030"))
    assert read.rows() == [(2, "臺灣積體電路製造股份有限公司", "新竹科學園區")]


def test_a_row_of_utf8_in_a_file_of_gb18030_is_refused_alone(read: Reader) -> None:
    rows = [f"企业{n},重庆市".encode("gb18030") for n in range(100)]
    rows[40] = "重庆力帆,重庆市".encode()
    grid = read(b"\n".join(["企业名称,省份".encode("gb18030"), *rows, b""]))
    assert grid.dialect.encoding == "GB18030"
    assert [row[:2] for row in read.rows("refused")] == [(42, 0)]
    assert len(read.rows()) == 99


@pytest.mark.parametrize("lost", ["甲哌\ufffd水剂", "锟斤拷锟斤拷公司"])
def test_characters_that_were_lost_before_are_told(read: Reader, lost: str) -> None:
    read(f"name,place\n{lost},重庆\n锟,铻\n")
    assert [row[3] for row in read.rows("refused")] == [
        "a character that was lost when the file was made"]
    assert read.rows() == [(3, "锟", "铻")]


def test_line_ends_may_be_of_several_systems(read: Reader) -> None:
    read('a,b\r1,2\r\n3,"x\ry"\n4,5\r6,"p\r\nq"\r')
    assert read.rows() == [(2, "1", "2"), (3, "3", "x\ry"), (5, "4", "5"), (6, "6", "p\r\nq")]


def test_line_ends_may_lie_where_the_file_is_cut_into_blocks(read: Reader) -> None:
    for length in (2**20 - 5, 2**20 - 6, 2**20 - 7):
        first = "a,b\r\n" + "x" * 900_000 + ",y\r\n"
        grid = read(first + "z" * (length - len(first)) + ",1\r\n2,3\r\n")
        assert [row[0] for row in read.rows()] == [2, 3, 4]
        assert grid.read == 3


def test_files_that_were_put_together_are_one_table(read: Reader) -> None:
    grid = read('\ufeffa,b\n1,2\n\ufeffa,b\n3,4\n\ufeff"5",6\n')
    assert read.rows() == [(2, "1", "2"), (4, "3", "4"), (5, "5", "6")]
    assert read.rows("skipped") == [(3, "the header again")]
    assert (grid.columns, grid.read) == (("a", "b"), 4)


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_a_first_line_may_name_the_delimiter(read: Reader, mark: str) -> None:
    grid = read(f"sep={mark}\r\nname{mark}share\r\n甲{mark}1.5\r\n")
    assert (grid.columns, grid.dialect.delimiter) == (("name", "share"), mark)
    assert read.rows() == [(3, "甲", "1.5")]


def test_semicolons_and_decimal_commas_are_told_apart(read: Reader) -> None:
    grid = read("name;share;n\n甲;1,5;2,5\n乙;2,25;1,0\n")
    assert grid.dialect.delimiter == ";"
    assert read.rows() == [(2, "甲", "1,5", "2,5"), (3, "乙", "2,25", "1,0")]


def test_empty_columns_at_the_end_belong_to_header_or_rows(read: Reader) -> None:
    grid = read("a,b\n1,2,,\n3,4,,\n5,6,,\n")
    assert grid.columns == ("a", "b", "_col.3", "_col.4")
    assert read.rows()[0] == (2, "1", "2", "", "")
    assert read("a,b,,\n1,2\n3,4\n5,6\n").columns == ("a", "b")
    assert read.rows()[0] == (2, "1", "2")
    assert len(read("a,b\n1,2,\n3,4\n5,6,\n").columns) == 2
    assert [row[0] for row in read.rows("refused")] == [2, 4]


def test_a_table_below_a_title_says_how_to_read_it(read: Reader) -> None:
    with pytest.raises(UnreadableError, match=r":1: no row .* most have 3: .*skipRows"):
        read("某某名录\n企业,省,市\n甲,x,y\n乙,x,y\n")


def test_a_quote_that_takes_in_whole_rows_is_refused_alone(read: Reader) -> None:
    read('a,b,c,d,e\n1,"x,2,3,4\n5,6,7,8,9\n1,y",2,3,4\n"p\nq",2,3,4,5\n')
    assert [row[:2] for row in read.rows("refused")] == [(2, 0)]
    assert read.rows() == [(3, "5", "6", "7", "8", "9"), (4, "1", 'y"', "2", "3", "4"),
                           (5, "p\nq", "2", "3", "4", "5")]


def test_quotes_in_the_middle_are_text(read: Reader) -> None:
    read('a,b\n5" 管,x"y"z\n')
    assert read.rows() == [(2, '5" 管', 'x"y"z')]


def test_names_of_columns_may_be_blank_or_broken(read: Reader) -> None:
    grid = read('"企业\n名称",, \ufeff代码\u200b\n甲,x,1\n')
    assert grid.columns == ("企业 名称", "_col.2", "代码")


@pytest.mark.parametrize(("content", "said"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format, or one with a password"),
    (b"x" * 5_000_000, "more than 1,000,000 characters")])
def test_what_is_called_csv_and_is_none_says_so(read: Reader, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read(content)


@pytest.mark.parametrize(("content", "shown"), [
    (b"a,b\n1,x\0y\n2,z\n", "UTF-8"), ("a,b\n1,重庆\0\n2,z\n".encode("gb18030"), "GB18030"),
    ("a,b\n1,x\0y\n2,z\n".encode("utf-16-le"), "UTF-16"), (b"a,b\n2,z\n" + b"\0" * 99, "UTF-8"),
    ("a,b\n1,x\0y\n2,z\n".encode("utf-32"), "UTF-32")])
def test_a_character_of_nothing_makes_no_other_encoding(read: Reader, content: bytes,
                                                        shown: str) -> None:
    assert read(content).dialect.encoding == shown
    assert [row[1:] for row in read.rows()] == [("2", "z")]
    assert [row[3] for row in read.rows("refused")] == ["a NUL character"]


@pytest.mark.parametrize("encoding", ["idna", "undefined", "rot13", "zlib", "unicode_escape\0",
                                      "unicode_escape", "raw_unicode_escape", "charmap"])
def test_what_is_no_encoding_of_text_is_refused(read: Reader, encoding: str) -> None:
    with pytest.raises(UsageError, match="no encoding"):
        read("a,b\n", encoding=encoding)


def test_a_comma_that_shifts_columns_is_refused(read: Reader) -> None:
    grid = read(f"{HEADER}\n甲,9150,重庆市\n乙,有限公司,9150,重庆市\n丙,9151\n丁,9152,四川省\n")
    assert [row[1] for row in read.rows()] == ["甲", "丁"]
    assert [row[:4] for row in read.rows("refused")] == [
        (3, 0, "乙,有限公司,9150,重庆市", "4 cells where the header has 3"),
        (4, 0, "丙,9151", "2 cells where the header has 3")]
    assert grid.read == 4


def test_a_truncated_last_row_is_refused(read: Reader) -> None:
    read(f"{HEADER}\n甲,9150,重庆市\n乙,91")
    (_, _, value, _, advice), = read.rows("refused")
    assert value == "乙,91"
    assert "cut off" in str(advice)


def test_an_open_quote_takes_no_other_row_along(read: Reader) -> None:
    grid = read(f'{HEADER}\n甲,"9150,重庆市\n' + "乙,9151,四川省\n" * 3_000)
    assert grid.read == 3_001
    assert [row[:2] for row in read.rows("refused")] == [(2, 0)]
    assert len(read.rows()) == 3_000
    assert grid.read == 3_001


def test_a_text_after_a_quote_is_refused(read: Reader) -> None:
    read('a,b\n"x"y,1\n"x",2\n')
    assert [row[0] for row in read.rows("refused")] == [2]


def test_quotes_that_stay_open_everywhere_are_given_up(read: Reader) -> None:
    with pytest.raises(UnreadableError, match=r"register\.csv:\d+: quotes stay open"):
        read("a,b,c\n" + 'a","\n' * 200_000)


def test_nul_is_refused(read: Reader) -> None:
    read("a,b\n1,x\0y\n2,z\n\0\0\0\n")
    assert [row[:4] for row in read.rows("refused")] == [
        (2, 0, "1,x␀y\n", "a NUL character"), (4, 0, "␀␀␀\n", "a NUL character")]
    assert read.rows() == [(3, "2", "z")]


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_without_end_is_refused(read: Reader, quoted: bool) -> None:
    mark = '"' if quoted else ""
    grid = read(f"a,b\n1,{mark}" + "x" * 5_000_000 + f"{mark}\n2,y\n")
    (row, _, value, wrong, _), = read.rows("refused")
    assert (row, wrong) == (2, "a row of more than 1,000,000 characters")
    assert len(str(value)) == 1_000
    assert read.rows() == [(3, "2", "y")]
    assert grid.read == 2


def test_empty_rows_are_skipped_and_say_so(read: Reader) -> None:
    grid = read("\na,b\n1,2\n\n , \n3,4\n\n")
    assert grid.columns == ("a", "b")
    assert read.rows("skipped") == [(4, "empty row"), (5, "empty row"), (7, "empty row")]
    assert grid.read == 5


def test_rows_above_the_header_are_passed_over(read: Reader) -> None:
    grid = read("某某名录\n截至2023年\na,b\n1,2\n", skip=2)
    assert grid.columns == ("a", "b")
    assert read.rows() == [(4, "1", "2")]


def test_columns_without_header(read: Reader) -> None:
    grid = read("1,2\n3,4\n", header=False)
    assert grid.columns == ("_col.1", "_col.2")
    assert read.rows() == [(1, "1", "2"), (2, "3", "4")]


def test_a_doubled_header_is_named(read: Reader) -> None:
    with pytest.raises(UnreadableError, match=r":1: two columns are called '名称': A and C;"):
        read("名称,代码, 名称\n1,2,3\n")


def test_ten_thousand_columns_are_refused(read: Reader) -> None:
    with pytest.raises(RefusedError, match="10,000 columns, more than 1,000"):
        read(",".join(f"c{n}" for n in range(10_000)) + "\n")


def test_a_thousand_columns_are_read_quickly_and_written(read: Reader) -> None:
    names = [f"c{n}" for n in range(1_000)]
    grid = read(",".join(names) + "\n" + ",".join(map(str, range(1_000))) + "\n")
    shape = plain.Shape(",", read.path.read_bytes().splitlines(keepends=True)[0], grid.columns)
    assert plain.read(read.connection, read.path, shape, plain.Rules("", "", " ")) == (1, True)
    values = ", ".join(f"c{n} AS t{n}" for n in range(1, 1_001))
    more = ", ".join(f"'x' AS t{n}" for n in range(1_001, 1_006))  # as the quarantine has
    read.connection.execute(f"CREATE TABLE line AS SELECT 1 AS number, {values}, {more} FROM grid")
    titles = [*names, *"vwxyz"]
    assert workbook.fits(read.connection, "line", len(titles), 1)
    workbook.write(read.connection, "line", titles, read.folder / "a.xlsx")
    sheet = openpyxl.load_workbook(read.folder / "a.xlsx").worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [
        tuple(titles), (*map(str, range(1_000)), *"xxxxx")]


@pytest.mark.parametrize("content", ["", "\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_table(read: Reader, content: str | bytes) -> None:
    with pytest.raises(UnreadableError, match="no header"):
        read(content)


def test_a_file_that_is_not_there_or_of_no_known_format(connection: Connection,
                                                        tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        tabular.load(connection, tmp_path / "none.csv")
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(UnreadableError, match=r"no table is read from \.doc; give one of \.csv"):
        tabular.load(connection, tmp_path / "a.doc")


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff\ufffd"),
               max_size=12)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8),
       quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
       encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_what_is_written_is_read(rows: list[list[str]], quoting: int, encoding: str,
                                 tmp_path_factory: pytest.TempPathFactory) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting).writerows([["a", "b", "c"], *rows])  # type: ignore[arg-type]  # one of the constants
    path = tmp_path_factory.mktemp("written") / "a.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    with tables.connect() as connection:
        grid = tabular.load(connection, path, Dialect(encoding=encoding, delimiter=","))
        found = connection.execute("SELECT c1, c2, c3 FROM grid ORDER BY row").fetchall()
        (skipped,) = connection.execute("SELECT count(*) FROM skipped").fetchone() or (0,)
    full = [tuple(row) for row in rows if any(cell.strip(" \t\r\n\u3000\u00a0") for cell in row)]
    assert found == full
    assert grid.read == len(rows) == len(full) + skipped


FEW = st.text(st.sampled_from('ab,\t;|"\n\r \\重\ufeff\x00\u3000'), max_size=40)
CELLS = st.sampled_from(["", "a", " b", "重庆", "x\ty", "\\", "a", "b", "\u3000"])
BODIES = st.one_of(FEW, st.lists(st.lists(CELLS, min_size=2, max_size=3).map(",".join),
                                 max_size=6).map("\n".join))


def contents(connection: Connection, path: Path, dialect: Dialect | None = None) -> object:
    try:
        grid = tabular.load(connection, path, dialect)
    except (UnreadableError, UsageError) as error:
        return str(error)
    found = [connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
             for name in ("grid", "refused", "skipped")]
    return replace(grid, plain=False), found


@settings(max_examples=150, deadline=None)
@given(header=st.sampled_from(["a,b", "a,b\r", "a\tb", "\ufeffa,b", "a", "a,b,", "a;b", "重,庆"]),
       body=BODIES, end=st.sampled_from(["\n", "", "\r\n", "\n\n"]))
def test_what_is_read_at_once_is_what_is_read_line_by_line(
        tmp_path_factory: pytest.TempPathFactory, header: str, body: str, end: str) -> None:
    text = f"{header}\n{body}{end}"
    if header.endswith("\r"):
        text = text.replace("\n", "\r\n").replace("\r\r", "\r")
    path = tmp_path_factory.getbasetemp() / "either.csv"
    path.write_bytes(text.encode())
    with tables.connect() as connection, pytest.MonkeyPatch.context() as patch:
        at_once = contents(connection, path)
        patch.setattr(plain, "may_be", lambda *_: False)
        assert at_once == contents(connection, path)


@pytest.mark.parametrize(("text", "escapes"), [
    ("a,b\n1,2\n3,4", False), ("a,b\r\n1,2\r\n,\r\n3,4\r\n", False), ("a,b\n1,2\na,b\n,\n", False),
    ("\ufeffa,b\n1,重庆\n", False), ("a\tb\n1\t2\n", False), ("a,b\n1,x\ty\n", True),
    ("a,b\n1,\\\n", True), ("a,b\n1,\uffff\n", True)])
def test_a_plain_table_is_read_at_once(
        read: Reader, monkeypatch: pytest.MonkeyPatch, text: str, escapes: bool) -> None:
    monkeypatch.setattr(delimited, "Cutter", None)
    assert read(text).plain is not escapes


@pytest.mark.parametrize("bad", [
    b"3\n", b"1,2,3\n", b"\n1,2\n", b'"1",2\n', b"1,\0\n", b"1,\xff\n", b"1\r,2\n",
    "1,\ufffd\n".encode(), "1,锟斤拷\n".encode(), b"1," + b"x" * 1_100_000 + b"\n"])
def test_one_odd_line_far_below_is_found(read: Reader, bad: bytes) -> None:
    above = b"".join(b"%d,%s\n" % (number, "重庆".encode() * 20) for number in range(2, 10_002))
    read(b"a,b\n" + above + bad + b"7,y\n")
    odd = {row[0] for name in ("refused", "skipped") for row in read.rows(name)}
    last = 10_003 + (bad[0] == 10) + (b"\r" in bad)
    assert odd | {row[0] for row in read.rows()} == {*range(2, last + 1)}
    assert (10_002 in odd) == (not bad.startswith(b'"'))
    wrong = read.connection.execute("SELECT count(*) FROM grid WHERE row < 10_002 AND c1 <> row")
    assert wrong.fetchone() == (0,)


def test_rows_of_a_long_table_have_their_own_lines(read: Reader) -> None:
    lines = (b"%d,%s\n" % (number, b"x" * (number % 331)) for number in range(2, 150_002))
    assert read(b"a,b\n" + b"".join(lines)).plain
    wrong = read.connection.execute(
        "SELECT count(*) FILTER (c1::INT <> row OR length(c2) <> row % 331), count(*) FROM grid")
    assert wrong.fetchone() == (0, 150_000)
