"""`clusterkg import`, `sources` and `undo` as they are typed: what is said, and the exit codes."""

import ctypes
import gzip
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from stdnum.cn import uscc

from clusterkg import cli, version, writer
from clusterkg.importing import ground
from clusterkg.namespaces import expand, sparql_prologue
from imports import held
from sites import NOTHING, Site, lay

PLACES = {"cn-500000": ("重庆市", "500000", ""), "cn-500105": ("江北区", "500105", "cn-500000"),
          "cn-330000": ("浙江省", "330000", ""), "cn-330200": ("宁波市", "330200", "cn-330000"),
          "cn-330205": ("江北区", "330205", "cn-330200")}
SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetClass ckg:Enterprise ; sh:property [ sh:path rdfs:label ;
    sh:pattern "^[^测]" ; sh:message "A test is no enterprise."@en ] .
"""
HEADER = "企业名称,统一社会信用代码,所属省份,区县,成立日期,母公司代码,备注"


def code(number: int) -> str:
    first = f"9150010507{number:07d}"
    return first + uscc.calc_check_digit(first)


DIRTY = "\n".join([
    HEADER,
    f"甲机械有限公司,{code(1)},重庆市,江北区,2019年1月2日,,",
    "=1+1,,重庆市,江北区,2019年13月1日,,date",
    f"乙有限公司,{code(2)[:-1]}I,,500105,2020-01-02,,code",
    "丙有限公司,,,江北区,2020/1/2,,place",
    f"测试公司,{code(3)},浙江省,江北区,2020.1.2,,shape",
    f"丁有限公司,{code(4)},重庆,江北,20200102,{code(3)},leads to it",
    "己有限公司,,浙江,江北区,2020-01-02,,",
    ",,,,,,",
    f"庚,辛有限公司,{code(5)},,,,,comma",
    f"甲机械有限公司,{code(1)},重庆市,江北区,2018-01-02,,twin",
    "壬有限公司,,重庆市"])
IMPORT = "import register.csv --mapping register.json"
SAID = f"""register.csv: GB18030, comma, 7 columns, 11 rows
nothing is made of 备注: no propertyUrl
read 11 = entered 2 + quarantined 8 + skipped 1
quarantined:        1  3 cells where the header has 7 (first: register.csv!12 \
"壬有限公司,,重庆市"; the file ends here: it seems to be cut off; give all of it)
quarantined:        1  8 cells where the header has 7 (first: register.csv!10 \
"庚,辛有限公司,{code(5)},,,,,comma"; quote the cell that a comma is part of, or take the \
comma out)
quarantined:        1  A test is no enterprise [<urn:shape>] (first: register.csv!6 "测试公司"; \
mend the row so that it conforms)
quarantined:        1  统一社会信用代码: has a letter that no credit code has (I, O, S, V, Z) \
(first: register.csv!B4 "{code(2)[:-1]}I"; look whether 1, 0, 5 or 2 is meant)
quarantined:        1  区县: names 2 places: 浙江省宁波市江北区 (330205), 重庆市江北区 (500105) \
(first: register.csv!D5 "江北区"; give its code, or its name behind that of the area it lies in)
quarantined:        1  成立日期: differs from an earlier row of the same key (first: \
register.csv!E11 "2018-01-02"; keep the one that is right; register.csv!E2 says: 2019-01-02)
quarantined:        1  成立日期: is no day of the calendar (first: register.csv!E3 \
"2019年13月1日"; give a day that there was, such as 2019-01-02)
quarantined:        1  母公司代码: leads to no row that enters (first: register.csv!F7 \
"{code(3)}"; give the key of a row of this file, or mend that row)
skipped:        1  empty row
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a world of five places and a shape, and lay out a register and what its columns mean.
    """
    world = tmp_path_factory.mktemp("import")
    prologue = sparql_prologue()
    places = "".join(
        f'place:{key} a ckg:AdministrativeArea, ckg:Place ; rdfs:label "{label}"@zh ; '
        f'ckg:adminCode "{number}" ; ckg:within {", ".join(f"place:{one}" for one in above)} .\n'
        for key, (label, number, _) in PLACES.items()
        if (above := [*_above(key), key]))
    lay(world, NOTHING | {
        "ontology/o.ttl": f"{prologue}ckg:Enterprise rdfs:subClassOf ckg:Organization .",
        "data/places.ttl": prologue + places, "shapes/s.ttl": prologue + SHAPE})
    Site(world)
    (world / "register.csv").write_bytes(DIRTY.encode("gb18030"))
    return world


def _above(key: str) -> Iterator[str]:
    while key := PLACES[key][2]:
        yield key


@pytest.fixture
def world(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(template, tmp_path / "world")
    monkeypatch.chdir(tmp_path / "world")
    monkeypatch.setenv("CLUSTERKG_SNAPSHOT", "snapshot")
    monkeypatch.setenv("LOGNAME", "analyst")
    return tmp_path / "world"


@pytest.fixture
def typed(world: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(line: str) -> Said:
        capsys.readouterr()
        code = cli.run(line.split())
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def drafted(world: Path, typed: Callable[..., Said]) -> Said:
    """Take the draft as the mapping, and say of one more column where it leads."""
    said = typed("import register.csv --suggest")
    mapping = json.loads(said.out)
    schema = mapping["tableSchema"]
    found = {(column.get("titles") or column["name"]): column for column in schema["columns"]}
    found["母公司代码"].update({"ckg:rules": ["credit-code"]})
    schema["foreignKeys"] = [{"columnReference": "母公司代码",
                              "reference": {"columnReference": "统一社会信用代码"}}]
    Path("register.json").write_text(json.dumps(mapping, ensure_ascii=False), "utf-8")
    return said


def test_what_is_tried_is_what_enters(drafted: Said, typed: Callable[..., Said],
                                      world: Path) -> None:
    assert drafted.code == 0
    assert drafted.err == "register.csv: GB18030, comma, 7 columns, 11 rows\n"
    before = held(world / "snapshot")
    tried = typed(f"{IMPORT} --dry-run")
    assert (tried.code, tried.err) == (1, "")
    assert tried.out == f"{SAID}nothing was written; as register it would enter so\n"
    assert held(world / "snapshot") == before
    done = typed(IMPORT)
    assert (done.code, done.err) == (1, "")
    assert done.out == f"""{SAID}register: edition 1 is in the graph (snapshot/versions/2)
quarantine: snapshot/imports/register/1/quarantine.xlsx
"""
    again = typed(IMPORT)
    assert (again.code, again.out) == (
        1, "register: nothing changed; edition 1 has this file and mapping\n"
           "read 11 = entered 2 + quarantined 8 + skipped 1\n"
           "quarantine: snapshot/imports/register/1/quarantine.xlsx\n")
    kept = world / "snapshot/imports/register/1/quarantine.xlsx"
    assert typed(f"{IMPORT} --dry-run").out.endswith(f"quarantine: {kept}\n")
    listed = typed("sources")
    assert listed.code == 0
    assert re.fullmatch(r"""o: 1 triples
places: 29 triples
register: 27 triples
  edition 1: register\.csv, [0-9T:+-]{25} by analyst; """
                        r"""read 11 = entered 2 \+ quarantined 8 \+ skipped 1
""", listed.out)
    assert json.loads(typed("sources --json").out)[2]["editions"][0]["account"] == {
        "read": 11, "entered": 2, "quarantined": 8, "skipped": 1}
    undone = typed("undo register")
    assert (undone.code, undone.out) == (0, "register: edition 1 is taken back; the source is gone "
                                            "(snapshot/versions/3)\n")
    assert held(world / "snapshot") == before
    assert typed("undo register") == (
        2, "", "clusterkg: 'register' was not imported; there are: none\n")


def test_cells_command_no_terminal(drafted: Said, typed: Callable[..., Said], world: Path,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    turning = "\N{RIGHT-TO-LEFT OVERRIDE}"
    odd = DIRTY.replace("2019年13月1日", f"\x1b[2J{turning}2019").replace(",comma", f",{turning}")
    (world / "register.csv").write_bytes(odd.encode("gb18030"))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    drafted, tried = typed("import register.csv --suggest"), typed(f"{IMPORT} --dry-run")
    assert '"\N{SYMBOL FOR ESCAPE}[2J\N{REPLACEMENT CHARACTER}2019"' in tried.out
    assert not {"\x1b", turning} & {*drafted.out, *drafted.err, *tried.out, *tried.err}


def test_a_program_reads_the_same(drafted: Said, typed: Callable[..., Said]) -> None:
    done = typed(f"{IMPORT} --json")
    said = json.loads(done.out)
    assert done.code == 1
    assert said["account"] == {"read": 11, "entered": 2, "quarantined": 8, "skipped": 1}
    assert sum(one["rows"] for one in said["quarantined"]) == 8
    assert said["skipped"] == [{"rows": 1, "rule": "empty row"}]
    assert said["table"]["encoding"] == "GB18030"
    assert (said["source"], said["edition"]) == ("register", 1)
    assert Path(said["version"]).is_dir()
    assert Path(said["quarantine"]).is_file()


def test_what_was_mended_enters_beside_the_rest(drafted: Said, typed: Callable[..., Said],
                                                world: Path) -> None:
    typed(IMPORT)
    before = held(world / "snapshot")
    book = openpyxl.load_workbook("snapshot/imports/register/1/quarantine.xlsx")
    sheet = book.worksheets[0]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert rows["register.csv!E3"][5].value == "=1+1"
    assert {cell.data_type for cell in rows["register.csv!E3"]} <= {"s", "n"}
    assert rows["register.csv!E3"][7].value == "重庆市"
    rows["register.csv!E3"][9].value = "2019-12-01"
    rows["register.csv!6"][5].value = "戊公司"
    for cell, text in zip(rows["register.csv!10"][5:], ["庚、辛有限公司", code(5), *[None] * 5],
                          strict=True):
        cell.value = text
    book.save("mended.xlsx")
    refused = typed("import mended.xlsx --mapping register.json --source register")
    assert refused.code == 4
    assert "edition 1 is register.csv as .csv" in refused.err
    done = typed(f"{IMPORT} --mended mended.xlsx")
    assert done.code == 1
    assert done.out.splitlines()[2:4] == ["rows that were mended: 3",
                                          "read 11 = entered 6 + quarantined 4 + skipped 1"]
    assert "beside edition 1: 4 added, 0 gone, 0 changed" in done.out
    assert "edition 2: register.csv, 3 rows mended" in typed("sources").out
    assert typed(IMPORT).out.startswith("register: nothing changed")
    assert typed("undo register").out.startswith("register: edition 2 is taken back; edition 1")
    assert held(world / "snapshot") == before


def test_others_who_write_are_waited_for_and_then_let_be(
        drafted: Said, typed: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "_PATIENCE", 0.05)
    with writer.turn(Path("snapshot"), 1):
        for line in (IMPORT, "undo register"):
            assert typed(line) == (4, "", "clusterkg: snapshot: others write to this snapshot; try "
                                          "again when they are done\n")


def test_who_only_tries_waits_for_nobody(drafted: Said, typed: Callable[..., Said],
                                         world: Path) -> None:
    folder = world / "snapshot"
    with writer.turn(folder, 1), version.building(folder):
        for line in (f"{IMPORT} --dry-run", "place --dry-run"):
            done = typed(line)
            assert (done.code, done.err) == (1 if "import" in line else 0, "")


def test_a_snapshot_that_is_shut_is_tried_and_not_written(drafted: Said, world: Path) -> None:
    folders = [path for path in (world / "snapshot").rglob("*") if path.is_dir()]
    for path in (*folders, world / "snapshot"):
        path.chmod(0o500)
    found = [subprocess.run([sys.executable, "-m", "clusterkg", *IMPORT.split(), *more],
                            capture_output=True, text=True, timeout=120, check=False,
                            preexec_fn=as_any_user) for more in ([], ["--dry-run"])]
    for path in (world / "snapshot", *folders):
        path.chmod(0o700)
    assert (found[0].returncode, found[0].stdout, found[0].stderr) == (4, "", (
        "clusterkg: snapshot: this may be read here, and not be written; have that allowed, or "
        "name a copy of the snapshot with --snapshot DIR\n"))
    assert (found[1].returncode, found[1].stderr) == (1, "")
    assert "read 11 = entered 2" in found[1].stdout


def as_any_user() -> None:
    """Have the programs that this process becomes heed permissions, though it is root."""
    system = ctypes.CDLL(None)
    for right in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, out of what may be inherited
        system.prctl(24, right, 0, 0, 0)


def test_interrupted_nothing_is_half_done(drafted: Said, typed: Callable[..., Said],
                                          world: Path) -> None:
    before = held(world / "snapshot")
    doing = subprocess.Popen([sys.executable, "-m", "clusterkg", *IMPORT.split()],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not (world / "snapshot/imports/.scratch").exists() and time.monotonic() < until:
        time.sleep(0.01)
    doing.send_signal(signal.SIGINT)
    out, err = doing.communicate(timeout=60)
    assert (doing.returncode, out, err) == (130, b"", b"")
    typed("sources")
    found = held(world / "snapshot")
    assert (found[0], {name for name in found[1] if ".scratch" not in name}) == (
        before[0], set(before[1]))
    assert typed(IMPORT).out.count("edition 1 is in the graph") == 1


# Several tables -----------------------------------------------------------------------------------

FIRMS = f"""code,name
{code(1)},甲公司
{code(2)},测试
{code(3)},丙公司
"""
MAKES = f"""firm,product
{code(1)},齿轮
{code(2)},轴承
{code(9)},螺栓
"""
GROUP = {"@context": "http://www.w3.org/ns/csvw", "tables": [
    {"url": "firms.csv", "tableSchema": {"aboutUrl": "ent:{code}", "columns": [
        {"name": "code", "propertyUrl": "ckg:unifiedSocialCreditCode"},
        {"name": "name", "propertyUrl": "rdfs:label", "lang": "zh"},
        {"name": "kind", "virtual": True, "propertyUrl": "rdf:type",
         "valueUrl": "ckg:Enterprise"}]}},
    {"url": "makes.csv", "tableSchema": {"columns": [
        {"name": "firm", "ckg:resolve": {"class": "ckg:Organization", "by": "code"}},
        {"name": "product", "ckg:mint": "product", "aboutUrl": "{+firm}",
         "propertyUrl": "ckg:produces", "valueUrl": "{+_own}"}]}}]}


@pytest.fixture
def folder(world: Path) -> Path:
    lay(world, {"all/firms.csv": FIRMS, "all/makes.csv": MAKES, "group.json": json.dumps(GROUP)})
    return world / "all"


def test_tables_enter_together(folder: Path, typed: Callable[..., Said], world: Path) -> None:
    """Name in one table what another defines, by a class above its own."""
    before = held(world / "snapshot")
    done = typed("import all --mapping group.json")
    assert (done.code, done.err) == (1, "")
    assert done.out == f"""firms.csv: UTF-8, comma, 2 columns, 3 rows
read 3 = entered 2 + quarantined 1 + skipped 0
quarantined:        1  A test is no enterprise [<urn:shape>] (first: firms.csv!3 "测试"; mend the \
row so that it conforms)
firms: edition 1 is in the graph (snapshot/versions/2)
quarantine: snapshot/imports/firms/1/quarantine.xlsx
makes.csv: UTF-8, comma, 2 columns, 3 rows
read 3 = entered 1 + quarantined 2 + skipped 0
quarantined:        1  names a thing whose own row is in quarantine (first: makes.csv!3 \
"{expand('ent:')}{code(2)}"; mend that row)
quarantined:        1  firm: is no code or name of this kind (first: makes.csv!A4 "{code(9)}"; \
give a code as the graph has it, all its digits)
makes: edition 1 is in the graph (snapshot/versions/2)
quarantine: snapshot/imports/makes/1/quarantine.xlsx
2 tables: read 6 = entered 3 + quarantined 3 + skipped 0
"""
    said = json.loads(typed("import all --mapping group.json --dry-run --json").out)
    assert said["account"] == {"read": 6, "entered": 3, "quarantined": 3, "skipped": 0}
    assert [one["unchanged"] for one in said["tables"]] == [True, True]
    assert typed("import all/firms.csv --mapping group.json").out.endswith(
        "firms: nothing changed; edition 1 stays\n")
    assert typed("undo firms makes").code == 0
    assert held(world / "snapshot") == before


def test_all_tables_enter_or_none(folder: Path, typed: Callable[..., Said], world: Path) -> None:
    before = held(world / "snapshot")
    (folder / "makes.csv").write_text("firm,goods\n", "utf-8")
    said = typed("import all --mapping group.json")
    assert said.code == 3
    assert "no column 'product' in the table; it has firm, goods" in said.err
    (folder / "makes.csv").unlink()
    assert typed("import all --mapping group.json") == (
        3, "", "clusterkg: all: no file 'makes.csv', which group.json describes; there are "
               "firms.csv\n")
    assert typed("import all --mapping group.json --sheet a").code == 2
    assert held(world / "snapshot") == before
    (folder / "makes.csv.gz").write_bytes(gzip.compress(MAKES.encode()))
    assert "test-makes: edition 1" in typed("import all --mapping group.json --source test").out


# Bad input ----------------------------------------------------------------------------------------

LABELS: dict[str, object] = {"@context": "http://www.w3.org/ns/csvw", "tableSchema": {
    "aboutUrl": "ent:{code}", "primaryKey": "code", "columns": [
        {"name": "code"}, {"name": "name", "propertyUrl": "rdfs:label", "lang": "zh"}]}}


def formula() -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    for number, row in enumerate([("code", "name"), ("a1", "=1+1"), ("a2", "二")], 1):
        for place, text in enumerate(row, 1):
            book.worksheets[0].cell(number, place, text)
    book.save(out)
    return out.getvalue()


def swollen() -> bytes:
    """Give 2 GB in one cell."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as file:
        file.write(b"code,name\na1,")
    once = io.BytesIO()
    with gzip.GzipFile(fileobj=once, mode="wb", compresslevel=9) as file:
        file.write(b"x" * 2**24)
    return out.getvalue() + once.getvalue() * 128


class Bad(NamedTuple):
    """What is wrong, the file with options, what it holds, the exit code and what is said."""

    what: str
    line: str
    given: bytes | Callable[[], bytes]
    code: int
    said: str


BAD = [
    Bad("wrong encoding", "t.csv --encoding gb18030",
        "code,name\na1,重庆\n".encode() + b"a2,\xff\n", 1,
        'bytes that are no GB18030 (first: t.csv!3 "a2,'),
    Bad("missing column", "t.csv", b"code,title\na1,x\n", 3,
     "m.json:1: no column 'name' in the table; it has code, title"),
    Bad("duplicated header", "t.csv", b"code,name,name\na1,x,y\n", 3,
     "t.csv:1: two columns are called 'name': B and C; rename one"),
    Bad("10,000 columns", "t.csv", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n", 4,
     "t.csv:1: 10,000 columns, more than 1,000; keep those that are needed"),
    Bad("formula", "t.xlsx", formula, 1,
     "a formula that was never computed (first: Sheet!B2"),
    Bad("unescaped comma", "t.csv", b"code,name\na1,x,y\na2,z\n", 1,
     '3 cells where the header has 2 (first: t.csv!2 "a1,x,y"; quote the cell'),
    Bad("truncated", "t.csv", b"code,name\na1,x\na2", 1,
     '1 cells where the header has 2 (first: t.csv!3 "a2"; the file ends here'),
    Bad("open quote", "t.csv", b'code,name\na1,x\na2,"y', 1,
     "a quote is opened and not closed (first: t.csv!3"),
    Bad("NUL", "t.csv", b"code,name\na1,x\0y\n" + b"a2,z\n" * 50, 1,
     "NUL"),
    Bad("2 GB", "t.csv.gz", swollen, 4,
     "t.csv.gz: what is inside is more than 498 MB, out of"),
    Bad("long cell", "t.csv", b"code,name\na1,x\na2," + b"y" * 3_000_000 + b"\n", 1,
     'a row of more than 1,000,000 characters (first: t.csv!3 "a2,yyy'),
    Bad("twins", "t.csv", b"code,name\na1,x\na1,y\n", 1,
     'name: differs from an earlier row of the same key (first: t.csv!B3 "y"; keep'),
    Bad("empty", "t.csv", b"", 3,
     "t.csv: no header: the file is empty"),
    Bad("no file", "none.csv", b"", 3,
     "none.csv: No such file or directory; check the path"),
    Bad("unknown property", "t.csv --mapping unknown.json", b"code,name\na1,x\n", 3,
     "unknown.json:10: no property 'ckg:colour' in the ontology; near it are "),
    Bad("no mapping", "t.csv --mapping none.json", b"code,name\na1,x\n", 3,
     "none.json: No such file or directory; check the path and its permissions"),
    Bad("no such sheet", "t.xlsx --sheet other", formula, 2,
     "t.xlsx: no sheet 'other'; there are Sheet"),
    Bad("no name", "t.csv --source ../t", b"code,name\na1,x\n", 2, "'../t' is no name of a source"),
    Bad("a dash", "--mapping m.json -- -rf.csv", b"code,name\na1,x\na2\n", 1,
     "-rf.csv!3"),
    Bad("an odd name", "\x1b[2J\u202e~.csv", b"code,name\na1,x\na2\n", 1, "_[2J_~.csv!3"),
    Bad("no letter", "~.csv", b"code,name\n", 2,
        "'' is no name of a source, as '~.csv' would give it; give one of small letters"),
    Bad("no table", "t.png", b"", 3,
     "t.png: no table is read from .png; give one of .csv, "),
]


@pytest.mark.parametrize("bad", BAD, ids=[bad.what for bad in BAD])
def test_bad_input(bad: Bad, typed: Callable[..., Said], world: Path) -> None:
    before = held(world / "snapshot")
    name = bad.line.split()[-1] if " -- " in bad.line else bad.line.split(maxsplit=1)[0]
    if not name.startswith("none"):
        (world / name).write_bytes(bad.given if isinstance(bad.given, bytes) else bad.given())
    text = json.dumps(LABELS, indent=1)
    lay(world, {"m.json": json.dumps(LABELS),
                "unknown.json": text.replace("rdfs:label", "ckg:colour")})
    mapping = "" if "--mapping" in bad.line else "--mapping m.json"
    done = typed(f"import --dry-run {mapping} {bad.line}")
    assert done.code == bad.code, done
    assert held(world / "snapshot") == before
    assert bad.said in (done.out if bad.code == 1 else done.err)
    if bad.code != 1:
        assert done.err.count("\n") == 1
