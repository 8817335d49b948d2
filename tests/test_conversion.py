"""Mappings: what a table's rows state, and where the other rows go."""

import base64
import hashlib
import json
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg import tables, tabular
from clusterkg.csvw import conversion, metadata, minting, usage
from clusterkg.errors import UnreadableError
from clusterkg.importing import facts
from clusterkg.namespaces import expand
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid
from conftest import Requires

Row = tuple[str | None, ...]
Column = Map[str, object]
NAME: Column = {"name": "name", "titles": "企业名称", "propertyUrl": "rdfs:label", "lang": "zh"}
CODE: Column = {"name": "code", "titles": "代码", "propertyUrl": "ckg:unifiedSocialCreditCode"}
TYPE: Column = {"name": "type", "virtual": True, "propertyUrl": "rdf:type",
                "valueUrl": "ckg:Enterprise"}


def table(connection: Connection, columns: tuple[str, ...], *rows: Row) -> Grid:
    """Make the tables that a reader makes."""
    named = ", ".join(f"c{number} VARCHAR" for number, _ in enumerate(columns, 1))
    connection.execute(f"""
        CREATE OR REPLACE TABLE grid(row BIGINT, {named});
        CREATE OR REPLACE TABLE refused(row BIGINT, col INTEGER, value VARCHAR, wrong VARCHAR,
                                        advice VARCHAR);
        CREATE OR REPLACE TABLE skipped(row BIGINT, rule VARCHAR)""")
    if rows:
        marks = ", ".join("?" for _ in range(len(columns) + 1))
        connection.executemany(f"INSERT INTO grid VALUES ({marks})",
                               [[n, *row] for n, row in enumerate(rows, 2)])
    return Grid("register.csv", None, columns, Dialect(), len(rows))


class World:
    """A table with its mapping, converted."""

    def __init__(self, path: Path, columns: tuple[str, ...], rows: list[Row],
                 described: Sequence[Column], **more: Any):
        self.path = path / "register.json"
        version = more.pop("version", None)
        schema: dict[str, object] = {"columns": described, "aboutUrl": "ent:{code}"}
        schema |= {key: more.pop(key) for key in ("aboutUrl", "primaryKey", "foreignKeys")
                   if key in more}
        self.path.write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw",
                                         "tableSchema": schema, **more}, ensure_ascii=False))
        self.connection = tables.connect()
        grid = table(self.connection, columns, *rows)
        conversion.convert(self.connection, metadata.read(self.path), grid, version)

    def facts(self) -> set[str]:
        """Give the triples, each read by a parser; those that name rows are left out."""
        found = self.connection.execute("SELECT DISTINCT s || ' ' || p || ' ' || o || ' .' "
                                        "FROM fact").fetchall()
        read = ox.parse("\n".join(line for line, in found), ox.RdfFormat.N_TRIPLES)
        return {str(quad.triple) for quad in read
                if quad.predicate.value != expand("ckg:sourceRow")}

    def refused(self) -> list[tuple[int, int, str, str]]:
        return self.connection.execute(
            "SELECT row, col, value, wrong FROM refused ORDER BY ALL").fetchall()

    def advice(self, row: int) -> str:
        (found,) = self.connection.execute("SELECT advice FROM refused WHERE row = ?",
                                           [row]).fetchone() or ("",)
        return str(found)


def triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> str:
    return str(ox.Triple(ox.NamedNode(expand(subject)), ox.NamedNode(expand(predicate)), value))


def test_rows_become_facts(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码", "成立日期"), [
        ("甲公司", "a1", "x"), ("N/A", "b2", ""), ("\"丙\"\\\n", "c3", None)],
        [{**NAME, "null": ["", "N/A"]}, CODE,
         {"name": "type", "virtual": True, "propertyUrl": "rdf:type",
          "valueUrl": "ckg:Enterprise"}])
    kind = ox.NamedNode(expand("ckg:Enterprise"))
    assert world.facts() == {
        triple("ent:a1", "rdfs:label", ox.Literal("甲公司", language="zh")),
        triple("ent:c3", "rdfs:label", ox.Literal("\"丙\"\\", language="zh")),
        *(triple(f"ent:{code}", "ckg:unifiedSocialCreditCode", ox.Literal(code))
          for code in ("a1", "b2", "c3")),
        *(triple(f"ent:{code}", "rdf:type", kind) for code in ("a1", "b2", "c3"))}
    assert not world.refused()


def test_columns_that_come_to_nothing_are_told(tmp_path: Path) -> None:
    columns = ("序号", "企业名称", "代码", "区县", "类", "备注", "省")
    world = World(tmp_path, columns, [], [
        {"name": "序号"}, NAME, {"name": "code", "titles": "代码"}, {"name": "区县"},
        {"name": "类"}, {"name": "hidden", "titles": "省", "propertyUrl": "skos:altLabel",
                         "suppressOutput": True}], aboutUrl="{+_iri}", **{
            "ckg:mint": {"namespace": "ent", "code": "code", "else": ["name", "区县"]},
            "ckg:skip": [{"column": "类", "equals": ["合计"], "why": "a sum"}]})
    mapping, grid = metadata.read(world.path), table(world.connection, columns)
    assert usage.silent(mapping, grid) == ("序号", "备注", "省")
    assert list(usage.remarks(mapping, grid)) == [
        "nothing is made of 序号, 备注, 省: no propertyUrl"]


def test_each_row_is_named_once_for_what_it_is_about(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [NAME, CODE])
    found = world.connection.execute("SELECT s, o FROM fact WHERE p LIKE '%sourceRow>'").fetchall()
    assert found == [(f"<{expand('ent:a1')}>", '"register.csv!2"')]


def test_what_a_file_is_called_states_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [NAME, CODE])
    name = 'a" . <urn:x> <urn:y> "\n\\z.csv'
    grid = replace(table(world.connection, ("企业名称", "代码"), ("甲", "a1")), name=name)
    conversion.convert(world.connection, metadata.read(world.path), grid, None)
    found = world.connection.execute("SELECT o FROM fact WHERE p LIKE '%sourceRow>'").fetchall()
    assert found == [(str(ox.Literal(f"{name}!2")),)]


@pytest.mark.parametrize("most", [1, facts._TOGETHER])
@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.tuples(*(st.none() | st.sampled_from(texts) for texts in (
    ("a1", "b2", "a1!"), ("甲", "乙", "\"丙\"\\"), ("甲", "丁", "x"), ("泵;阀", "阀", ";甲")))),
    max_size=12))
def test_lines_are_those_of_the_facts_in_their_order(
        tmp_path_factory: pytest.TempPathFactory, rows: list[Row], most: int) -> None:
    """Where rows, columns and items speak of one thing, too, and say the same; of any size."""
    path = tmp_path_factory.mktemp("lines")
    world = World(path, ("代码", "企业名称", "又名", "产品"), rows, [
        CODE, NAME, {**NAME, "name": "also", "titles": "又名"},
        {"name": "产品", "separator": ";", "ckg:mint": "product", "propertyUrl": "ckg:produces",
         "valueUrl": "{+_own}"},
        {"name": "called", "virtual": True, "ckg:from": "产品", "separator": ";", "lang": "zh",
         "ckg:mint": "product", "aboutUrl": "{+_own}", "propertyUrl": "rdfs:label"},
        {**TYPE, "ckg:when": {"column": "name", "equals": ["甲"]}}])
    told = "SELECT s || ' ' || p || ' ' || o || ' .' FROM fact"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "_TOGETHER", most)
        facts.write(world.connection, path / "lines.nt", None)
    assert [file.name for file in path.glob("lines*")] == ["lines.nt"]
    assert (path / "lines.nt").read_bytes().splitlines() == sorted(
        {line.encode() for line, in world.connection.execute(told).fetchall()})


@pytest.mark.parametrize("datatype", ["date", "integer"])
def test_a_row_with_a_wrong_cell_states_nothing(tmp_path: Path, datatype: str) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1"), ("乙", "b2")],
                  [NAME, {"name": "code", "titles": "代码", "datatype": datatype}])
    assert world.facts() == set()
    assert world.refused() == [(2, 2, "a1", f"is no {datatype}"), (3, 2, "b2", f"is no {datatype}")]


# -- subjects, values, several values ----------------------------------------------------------



def minted(*parts: str) -> str:
    """Make a key as ONTOLOGY.md says, with Python's own means."""
    digest = hashlib.sha256("|".join(parts).encode()).digest()
    return "x-" + base64.b32encode(digest).decode()[:10].lower()


def test_what_several_values_need_is_asked_of_the_cell(tmp_path: Path) -> None:
    several = {"name": "产品", "separator": ";", "propertyUrl": "ckg:formerName", "lang": "zh"}
    rows: list[Row] = [("a1", "甲;;乙"), ("b2", None), ("c3", " "), ("d4", ";")]
    world = World(tmp_path, ("代码", "产品"), rows, [CODE, {**several, "required": True}])
    assert [(row, wrong) for row, _, _, wrong in world.refused()] == [
        (row, "is missing") for row in (3, 4, 5)]
    assert {fact for fact in world.facts() if "former" in fact} == {
        triple("ent:a1", "ckg:formerName", ox.Literal(text, language="zh")) for text in "甲乙"}
    world = World(tmp_path, ("代码", "产品"), rows, [CODE, {**several, "default": "丙;丁"}])
    assert not world.refused()
    assert {fact for fact in world.facts() if "former" in fact} == {
        triple(f"ent:{code}", "ckg:formerName", ox.Literal(text, language="zh"))
        for code, texts in (("a1", "甲乙"), ("b2", "丙丁"), ("c3", "丙丁")) for text in texts}


def test_several_values_in_a_cell(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "产品", "曾用名"), [
        ("a1", "泵；阀；; 泵 ", "甲;N/A"), ("b2", None, "")],
        [{**CODE, "propertyUrl": "skos:notation"},
         {"name": "产品", "separator": "；", "ckg:mint": "product", "propertyUrl": "ckg:produces",
          "valueUrl": "{+_own}", "null": ["", ";"]},
         {"name": "called", "virtual": True, "ckg:from": "产品", "separator": "；", "lang": "zh",
          "ckg:mint": "product", "aboutUrl": "{+_own}", "propertyUrl": "rdfs:label",
          "null": ["", ";"], "ckg:rules": ["trim"]},
         {"name": "曾用名", "separator": ";", "null": ["", "N/A"], "lang": "zh",
          "propertyUrl": "ckg:formerName"}])
    assert not world.refused()
    pump, valve = (f"product:{minted('product', name, '')}" for name in ("泵", "阀"))
    strange = f"product:{minted('product', '; 泵', '')}"
    assert {fact for fact in world.facts() if "notation" not in fact} == {
        triple("ent:a1", "ckg:formerName", ox.Literal("甲", language="zh")),
        *(triple("ent:a1", "ckg:produces", ox.NamedNode(expand(one)))
          for one in (pump, valve, strange)),
        triple(pump, "rdfs:label", ox.Literal("泵", language="zh")),
        triple(valve, "rdfs:label", ox.Literal("阀", language="zh")),
        triple(strange, "rdfs:label", ox.Literal("; 泵", language="zh"))}
    rows = world.connection.execute("SELECT DISTINCT s FROM fact "
                                    "WHERE p LIKE '%sourceRow>'").fetchall()
    assert sorted(s for s, in rows) == sorted(
        f"<{expand(one)}>" for one in ("ent:a1", "ent:b2", pump, valve, strange))


def test_one_bad_value_of_several_refuses_its_row(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "年份"), [("a1", "2019,x"), ("b2", "2020,2021")],
                  [CODE, {"name": "年份", "separator": ",", "propertyUrl": "skos:notation",
                          "datatype": "integer"}])
    assert world.refused() == [(2, 2, "2019,x", "is no integer")]
    assert {fact for fact in world.facts() if "b2" not in fact} == set()


def test_what_a_cell_becomes_in_a_template(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "网址"), [
        ("a b/中", "https://x.cn/a?b=中#c"), ("b2", "not one")],
                  [{**CODE, "propertyUrl": "skos:notation"},
                   {"name": "网址", "propertyUrl": "skos:exactMatch", "valueUrl": "{+网址}"}])
    assert world.refused() == [(3, 2, "not one", "makes no IRI")]
    assert triple("ent:a%20b%2F%E4%B8%AD", "skos:exactMatch",
                  ox.NamedNode("https://x.cn/a?b=%E4%B8%AD#c")) in world.facts()


def test_rows_have_the_numbers_that_the_standard_gives_them(tmp_path: Path) -> None:
    """A row that is refused counts; so does one that a rule passes over."""
    world = World(tmp_path, ("企业名称", "代码"), [
        ("甲", "x"), ("合计", ""), ("乙", "1"), ("丙", "2")],
                  [NAME, {"name": "code", "titles": "代码", "datatype": "integer"},
                   {"name": "row", "virtual": True, "propertyUrl": "skos:exactMatch",
                    "valueUrl": "ent:{_sourceRow}"}], aboutUrl="ent:row-{_row}",
                  **{"ckg:skip": [{"column": "name", "equals": ["合计"], "why": "a sum"}]})
    assert [row[0] for row in world.refused()] == [2]
    assert {fact for fact in world.facts() if "exact" in fact} == {
        triple(f"ent:row-{row - 1}", "skos:exactMatch", ox.NamedNode(expand(f"ent:{row}")))
        for row in (4, 5)}


def test_a_row_about_nothing_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", ""), ("", ""), ("乙", "b2")],
                  [NAME, CODE, TYPE])
    assert world.refused() == [(2, 2, "", "has nothing to make an identifier of")]
    assert {"b2" in fact for fact in world.facts()} == {True}


MAKES: Column = {"name": "产品", "separator": "；", "ckg:mint": "product",
                 "propertyUrl": "ckg:produces", "valueUrl": "{+_own}"}
CALLED: Column = {"name": "called", "virtual": True, "ckg:from": "产品", "separator": "；",
                  "ckg:mint": "product", "aboutUrl": "{+_own}", "propertyUrl": "rdfs:label"}


@pytest.mark.parametrize("columns", [
    [{**MAKES, "valueUrl": "product:{产品}"}],
    [{"name": "产品", "separator": "；", "propertyUrl": "skos:altLabel"}],
    [{"name": "产品", "separator": "；"},
     {**MAKES, "name": "v", "virtual": True, "ckg:from": "产品"}]])
def test_values_that_are_about_nothing_are_refused(tmp_path: Path, columns: list[Column]) -> None:
    world = World(tmp_path, ("代码", "产品"), [("", "泵；阀"), ("b2", "泵"), ("", "")],
                  [{"name": "code", "titles": "代码"}, *columns])
    assert world.refused() == [(2, 1, "", "has nothing to make an identifier of")]


@pytest.mark.parametrize("columns", [[MAKES], [{"name": "产品", "separator": "；"}, CALLED],
                                     [MAKES, CALLED]])
def test_a_masked_item_refuses_its_row(tmp_path: Path, columns: list[Column]) -> None:
    """A cell with a text is never dropped: neither as a value, nor as what a value is about."""
    world = World(tmp_path, ("代码", "产品"), [("a1", "轴承；齿***"), ("b2", "轴承")],
                  [CODE, *columns])
    assert world.refused() == [(2, 2, "轴承；齿***", minting.MASKED)]
    assert not {fact for fact in world.facts() if "a1" in fact}


def test_half_an_iri_refuses_its_row(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "前", "后"), [
        ("a1", "x", "y"), ("b2", "x", ""), ("c3", "", ""), ("d4", "", "y")],
        [CODE, {"name": "a", "titles": "前", "propertyUrl": "skos:exactMatch",
                "valueUrl": "product:{a}/{b}"}, {"name": "b", "titles": "后"}])
    assert world.refused() == [(3, 2, "x", "makes no IRI without 后")]
    virtual = {"name": "v", "virtual": True, "propertyUrl": "skos:exactMatch",
               "valueUrl": "product:{a}/{b}"}
    world = World(tmp_path, ("代码", "前", "后"), [
        ("a1", "x", "y"), ("b2", "x", ""), ("c3", "", ""), ("d4", "", "y")],
        [CODE, {"name": "a", "titles": "前"}, {"name": "b", "titles": "后"}, virtual])
    assert world.refused() == [(3, 2, "x", "makes no IRI without 后"),
                               (5, 2, "", "makes no IRI without 前")]


CELLS = st.sampled_from(["", "", "甲", "乙", "丙*"])
LOSSY: list[Column] = [
    {"name": "code"}, {"name": "name", "propertyUrl": "rdfs:label"},
    {"name": "place", "propertyUrl": "skos:altLabel"},
    {"name": "made", "separator": ";", "ckg:mint": "product", "propertyUrl": "ckg:produces",
     "valueUrl": "{+_own}"},
    {"name": "called", "virtual": True, "ckg:from": "made", "separator": ";",
     "ckg:mint": "product", "aboutUrl": "{+_own}", "propertyUrl": "skos:notation"},
    {"name": "a", "propertyUrl": "skos:exactMatch", "valueUrl": "product:{a}/{b}"}, {"name": "b"},
    {"name": "partner"},
    {"name": "with", "virtual": True, "propertyUrl": "skos:relatedMatch", "valueUrl": "{+other}"}]


@settings(max_examples=12, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, st.lists(CELLS, max_size=3).map(";".join),
                               CELLS, CELLS, CELLS), min_size=8, max_size=30))
def test_no_cell_is_lost(tmp_path: Path, rows: list[Row]) -> None:
    """Of each row all that is to be stated is, or it is refused: found out here row by row."""
    columns = ("code", "name", "place", "made", "a", "b", "partner")
    mints = [{"namespace": "ent", "code": "code", "else": ["name", "place"]},
             {"namespace": "ent", "name": "other", "else": ["partner"]}]
    plain: list[Row] = [(f"a{n}" if row[0] else None, *(cell or None for cell in row[1:]))
                        for n, row in enumerate(rows)]
    world = World(tmp_path, columns, plain, LOSSY, aboutUrl="{+_iri}", **{"ckg:mint": mints})
    told = Counter(world.connection.execute(
        "SELECT row, p FROM (SELECT DISTINCT row, s, p, o FROM fact)").fetchall())
    refused = {row for row, *_ in world.refused()}
    for number, (code, name, place, made, a, b, partner) in enumerate(plain, 2):
        items = {item for item in (made or "").split(";") if item}
        named = code or (name and place and "*" not in name)
        lost = not named and (name or place or items or a or partner)
        masked = any("*" in item for item in (*items, partner or ""))
        assert (number in refused) == bool(lost or masked or (a and not b))
        expected = {"rdfs:label": bool(name), "skos:altLabel": bool(place),
                    "ckg:produces": len(items), "skos:notation": len(items),
                    "skos:exactMatch": bool(a), "skos:relatedMatch": bool(partner)}
        for predicate, count in expected.items():
            found = told[(number, f"<{expand(predicate)}>")]
            assert found == (0 if number in refused else count), predicate


def test_a_partner_that_has_no_iri_refuses_its_row(tmp_path: Path) -> None:
    partner = {"namespace": "ent", "name": "other", "else": ["partner"]}
    world = World(tmp_path, ("代码", "伙伴"), [("a1", "三***公司"), ("b2", ""), ("c3", "丙公司")],
                  [CODE, {"name": "partner", "titles": "伙伴"},
                   {"name": "with", "virtual": True, "propertyUrl": "skos:exactMatch",
                    "valueUrl": "{+other}"}], **{"ckg:mint": partner})
    assert world.refused() == [(2, 2, "三***公司", minting.MASKED)]
    assert len(world.facts()) == 3


def test_a_column_speaks_in_some_rows_only(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "rel", "to"), [("a", "up", "b"), ("c", "down", "d")],
                  [{"name": "code", "titles": "代码"},
                   {"name": "rel"},
                   {"name": "to", "propertyUrl": "ckg:requiresInput", "valueUrl": "product:{to}",
                    "ckg:when": {"column": "rel", "equals": ["up"]}}], aboutUrl="product:{code}")
    assert world.facts() == {triple("product:a", "ckg:requiresInput",
                                    ox.NamedNode(expand("product:b")))}
    assert world.connection.execute("SELECT DISTINCT row FROM fact").fetchall() == [(2,)]


def test_rows_are_passed_over_by_rule(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("合计", "x"), (" 合计 ", None), ("甲", "a1")],
                  [NAME, CODE], **{"ckg:skip": [{"column": "企业名称", "equals": ["合计"],
                                                 "why": {"zh": "合计行", "en": "a line of sums"}}]})
    assert world.connection.execute("SELECT * FROM skipped ORDER BY row").fetchall() == [
        (2, "a line of sums"), (3, "a line of sums")]
    assert world.refused() == []
    assert {"a1" in fact for fact in world.facts()} == {True}


# -- real tables -------------------------------------------------------------------------------

def real(path: Path, file: Path, described: dict[str, Any]) -> tuple[Connection, int]:
    """Convert a real table, and see that each of its rows is in one place."""
    described = {"@context": "http://www.w3.org/ns/csvw", **described}
    (path / "m.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    connection = tables.connect()
    grid = tabular.load(connection, file)
    conversion.convert(connection, metadata.read(path / "m.json"), grid)
    rows = [row for name in ("fact", "refused", "skipped") for row, in connection.execute(
        f"SELECT DISTINCT row FROM {name}").fetchall()]
    assert len(rows) == len(set(rows)) == grid.read
    return connection, grid.read


def test_listed_companies(tmp_path: Path, requires: Requires) -> None:
    file = requires.shared("data") / "chain-knowledge-graph" / "company.jsonl"
    connection, read = real(tmp_path, file, {
        "ckg:mint": {"namespace": "ent", "else": ["fullname"]},
        "tableSchema": {"aboutUrl": "{+_iri}", "primaryKey": "code", "columns": [
            {**NAME, "name": "fullname", "titles": "fullname", "ckg:rules": ["width", "trim"]},
            {"name": "code", "propertyUrl": "ckg:securitiesCode",
             "ckg:rules": ["securities-code"]},
            {"name": "time", "propertyUrl": "ckg:listedOn", "ckg:rules": ["date"]}, TYPE]}})
    assert read == 4654
    wrong = connection.execute("SELECT value, count(*) FROM refused WHERE col = 5 "
                               "AND wrong = 'is no date' GROUP BY ALL").fetchall()
    assert wrong
    assert {value for value, _ in wrong} <= {
        "深圳证券交易所", "上海证券交易所", "北京证券交易所", "-"}
    codes = connection.execute("SELECT DISTINCT o FROM fact WHERE p LIKE '%Code>'").fetchall()
    assert all(len(code) == 8 for code, in codes)


def test_masked_companies_stay_apart(tmp_path: Path, requires: Requires) -> None:
    file = requires.shared("data") / "kag-supplychain" / "Company.csv"
    connection, read = real(tmp_path, file, {
        "ckg:mint": {"namespace": "ent", "else": ["name"],
                     "own": {"column": "id", "scope": "kag-supplychain"}},
        "tableSchema": {"aboutUrl": "{+_iri}", "columns": [
            {"name": "id"}, {**NAME, "titles": "name"}, TYPE]}})
    things = connection.execute("SELECT DISTINCT s FROM fact").fetchall()
    assert len(things) == read == 103


# -- minting -----------------------------------------------------------------------------------

MINT = {"ckg:mint": {"namespace": "ent", "code": "code", "else": ["name", "区县"]}}
COUNTY: Column = {"name": "区县", "ckg:rules": ["trim"]}
PLAIN: Column = {"name": "name", "titles": "企业名称", "propertyUrl": "rdfs:label", "lang": "en"}


def test_iris_of_rows_are_those_of_the_registry(tmp_path: Path) -> None:
    """The names of data/entities.ttl, whose keys were made by hand, in the county of the seed."""
    names = {"Presen": "x-3g3jtpt5iw", "Zongshen power": "x-e5deufq5fi",
             "Chongqing Ling yao": "x-2llqhjoz3r", "Ｊili　Yunfeng": "x-jtgsmsszbr"}
    world = World(tmp_path, ("企业名称", "代码", "区县"), [
        *((name, None, "500113") for name in names), ("甲", "91110000600037341L", "500113")],
        [PLAIN, {**CODE, "ckg:rules": ["credit-code"]}, COUNTY], aboutUrl="{+_iri}", **MINT)
    labels = {fact.split()[0] for fact in world.facts() if "label" in fact}
    assert labels == {f"<{expand('ent:')}{key}>"
                      for key in (*names.values(), "91110000600037341l")}


@settings(max_examples=30, deadline=None)
@given(names=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip() and "*" not in text and "＊" not in text), min_size=1, max_size=20))
def test_names_are_folded_as_python_folds_them(names: list[str]) -> None:
    connection = tables.connect()
    connection.execute("CREATE TABLE named(v1 VARCHAR)")
    connection.executemany("INSERT INTO named VALUES (?)", [[name] for name in names])
    minting.prepare(connection)
    minting.fold(connection, "named", "v1")
    made = connection.execute(f"SELECT v1, {minting.own('ent', 'v1')} FROM named").fetchall()
    for name, iri in made:
        plain = unicodedata.normalize("NFKC", name).casefold()
        assert iri == expand(f"ent:{minted('ent', plain, '')}")


def test_masked_names_are_not_what_tells_firms_apart(tmp_path: Path) -> None:
    rows: list[Row] = [("三角***份限公司", "CSF2"), ("三角***份限公司", "CSF3"), ("甲公司", "CSF4")]
    columns: list[Column] = [NAME, {"name": "id", "required": True}, TYPE]
    own = {"namespace": "ent", "else": ["name"], "own": {"column": "id", "scope": "kag"}}
    world = World(tmp_path, ("企业名称", "id"), rows, columns, aboutUrl="{+_iri}",
                  **{"ckg:mint": own})
    assert {fact.split()[0] for fact in world.facts()} == {
        f"<{expand('ent:')}{key}>" for key in (
            minted("ent", "kag", "CSF2"), minted("ent", "kag", "CSF3"),
            minted("ent", "甲公司", ""))}
    world = World(tmp_path, ("企业名称", "id"), rows, columns, aboutUrl="{+_iri}",
                  **{"ckg:mint": {"namespace": "ent", "else": ["name"]}})
    assert [row[0] for row in world.refused()] == [2, 3]
    assert "masked" in world.refused()[0][3]


# -- keys --------------------------------------------------------------------------------------

def test_two_rows_of_one_key(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [
        ("甲", "a1"), ("甲", "a1"), ("乙", "a1"), ("丙", None), ("丁", "d4"), (None, "a1")],
        [NAME, {**CODE, "required": True}, TYPE], primaryKey="代码")
    assert [(row, col, value) for row, col, value, _ in world.refused()] == [
        (4, 1, "乙"), (5, 2, None)]
    assert world.refused()[0][3] == "differs from an earlier row of the same key"
    assert world.advice(4).endswith("; register.csv!A2 says: 甲")
    entered = world.connection.execute("SELECT DISTINCT row FROM fact ORDER BY row").fetchall()
    assert entered == [(2,), (3,), (6,), (7,)]
    rows = world.connection.execute("SELECT count(*) FROM fact WHERE p LIKE '%sourceRow>' "
                                    "AND s LIKE '%a1>'").fetchone()
    assert rows == (3,)


def test_one_thing_has_one_value_of_what_has_one(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "成立日期", "曾用名"), [
        ("a1", "2019-01-02", "旧"), ("a1", "2019/1/2", "老"), ("a1", "2020-01-02", "旧"),
        ("b2", "", ""), ("b2", "2020-01-02", "")],
        [{"name": "code", "titles": "代码"},
         {"name": "成立日期", "propertyUrl": "ckg:establishedOn", "ckg:rules": ["date"]},
         {"name": "曾用名", "propertyUrl": "ckg:formerName", "lang": "zh"}])
    assert [(row, col) for row, col, _, _ in world.refused()] == [(4, 2)]
    names = {fact for fact in world.facts() if "formerName" in fact}
    assert len(names) == 2


def test_one_thing_has_one_name(tmp_path: Path) -> None:
    """A row is no key: of one number there may be several rows, but not with several names."""
    columns = ("编号", "企业名称", "英文名", "别名", "产品")
    rows: list[Row] = [("1", "甲ABC", "A", "x", "泵"), ("1", "甲abc", "A", "y", "阀"),
                       ("1", "丙", "A", "x", "氯"), ("2", "乙", "B", "x", "泵"),
                       ("2", "乙", "C", "", "泵"), ("2", "", "B", "", "泵")]
    own = {"namespace": "ent", "own": {"column": "id", "scope": "r"}}
    for about, mint in (("{+_iri}", {"ckg:mint": own}), ("https://example.org/{id}", {})):
        world = World(tmp_path, columns, rows, [
            {"name": "id", "titles": "编号"}, NAME,
            {"name": "英文名", "propertyUrl": "rdfs:label", "lang": "en"},
            {"name": "别名", "propertyUrl": "skos:altLabel", "lang": "zh"},
            {"name": "产品", "propertyUrl": "ckg:formerName", "lang": "zh"}],
            aboutUrl=about, **mint)
        assert [row[:3] for row in world.refused()] == [(4, 2, "丙"), (6, 3, "C")]
        assert world.advice(4).endswith("register.csv!B2 says: 甲ABC")
        assert len({fact for fact in world.facts() if "altLabel" in fact}) == 3


def test_twins_differ_in_what_they_state_only(tmp_path: Path) -> None:
    """A running number states nothing; another name, or another thing, does."""
    world = World(tmp_path, ("序号", "企业名称", "代码", "年"), [
        ("1", "甲", "a1", "1"), ("2", "甲", "a1", "1"), ("3", "乙", "a1", "1"),
        ("4", "甲", "a1", "2")],
        [{"name": "序号"}, NAME, {"name": "code", "titles": "代码"}, {"name": "年"}],
        primaryKey="code", aboutUrl="ent:{code}-{年}")
    assert [row[:3] for row in world.refused()] == [(4, 2, "乙"), (5, 3, "a1")]


def test_only_what_a_column_states_contradicts(tmp_path: Path) -> None:
    columns: list[Column] = [
        {"name": "code", "titles": "代码"}, {"name": "kind", "titles": "类"},
        {"name": "成立", "propertyUrl": "ckg:establishedOn",
         "ckg:when": {"column": "kind", "equals": ["法人"]}},
        {"name": "注册", "propertyUrl": "ckg:establishedOn"}]
    world = World(tmp_path, ("代码", "类", "成立", "注册"), [
        ("a1", "法人", "2019-01-02", ""), ("a1", "分支", "2020-01-02", ""),
        ("b2", "法人", "2019-01-02", "2019-01-02"), ("c3", "法人", "2019-01-02", "2020-01-02"),
        ("d4", "分支", "2019-01-02", "2020-01-02"), ("d4", "法人", "2021-01-02", "")], columns)
    assert [row[:3] for row in world.refused()] == [(5, 4, "2020-01-02"), (7, 3, "2021-01-02")]
    assert world.advice(5).endswith("register.csv!C5 says: 2019-01-02")
    assert world.advice(7).endswith("register.csv!D6 says: 2020-01-02")


def test_one_cell_with_several_values_contradicts_itself(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "成立"), [
        ("a1", "2019-01-02;2020-01-02"), ("b2", "2019-01-02")],
                  [CODE, {"name": "成立", "propertyUrl": "ckg:establishedOn", "separator": ";"}])
    assert [row[:2] for row in world.refused()] == [(2, 2)]


def test_a_row_leads_to_a_row_that_enters(tmp_path: Path) -> None:
    world = World(tmp_path, ("代码", "母公司", "年"), [
        ("a", "b", "2019"), ("b", "c", "2019"), ("c", None, "x"), ("d", None, "2019"),
        ("e", "d", "2019"), ("f", "zz", "2019")],
        [CODE, {"name": "parent", "titles": "母公司"},
         {"name": "年", "propertyUrl": "skos:notation", "datatype": "integer"}],
        foreignKeys=[{"columnReference": "parent", "reference": {"columnReference": "code"}}])
    assert [row[:2] for row in world.refused()] == [(2, 2), (3, 2), (4, 3), (7, 2)]
    assert world.connection.execute("SELECT DISTINCT row FROM fact ORDER BY row").fetchall() == [
        (5,), (6,)]


def test_a_row_is_passed_over_where_two_of_its_cells_are_the_same(tmp_path: Path) -> None:
    skip = {"column": "企业名称", "equalsColumn": "代码", "why": "is its own"}
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1"), (" b2", "b2 "), ("", "")],
                  [NAME, CODE, TYPE], **{"ckg:skip": [skip]})
    assert len(world.facts()) == 3
    assert world.connection.execute("FROM skipped").fetchall() == [(3, "is its own")]


@pytest.mark.parametrize("about", [
    "ckg:Enterprise", "ckg:{code}", "shp:{code}", "graph:{code}", "skos:{code}",
    "https://w3id.org/clusterkg/{code}/ns", "javascript:alert({code})", "file:///etc/{code}",
    "geo:{code}", "ent:{code}/../{code}"])
def test_a_mapping_speaks_of_no_term_graph_or_file(tmp_path: Path, about: str) -> None:
    """Where any cell could make a thing's IRI, that is seen row by row."""
    if about.startswith("https:"):
        world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [NAME, CODE], aboutUrl=about)
        assert [wrong for *_, wrong in world.refused()] == ["makes an IRI that no thing has"]
        return
    with pytest.raises(UnreadableError, match=r"register.json:1: "):
        World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [NAME, CODE], aboutUrl=about)
    with pytest.raises(UnreadableError, match=r"register.json:1: "):
        World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [
            NAME, CODE, {"name": "of", "virtual": True, "propertyUrl": "ckg:locatedIn",
                         "valueUrl": about.replace("geo:", "data:")}])


def test_nothing_is_minted_where_graphs_are(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"no prefix of things 'graph'; there are .*, ent, "):
        World(tmp_path, ("企业名称", "代码"), [], [NAME, CODE], aboutUrl="{+_iri}",
              **{"ckg:mint": {"namespace": "graph", "code": "code"}})


def test_cells_make_iris_of_things_alone(tmp_path: Path) -> None:
    """Own names are as good as the project's; an annotation may lead to a term, a fact may not."""
    said = ["https://a.cn/x", "urn:isbn:1", "mailto:a@b.cn", expand("ckg:Enterprise"),
            expand("graph:default"), expand("owl:Thing"), "javascript:alert(1)",
            "https://a.cn/../x", "https://a.cn/%2e%2E", expand("ent:b2"), expand("ent:")[:-1]]
    rows = [(f"f{number}", iri) for number, iri in enumerate(said)]

    def entered(**column: str) -> list[int]:
        about = column.pop("aboutUrl", "ent:{code}")
        world = World(tmp_path, ("代码", "iri"), list(rows), [CODE, {"name": "iri", **column}],
                      aboutUrl=about)
        lost = {row - 2 for row, *_ in world.refused()}
        return [number for number in range(len(said)) if number not in lost]

    assert entered(aboutUrl="{+iri}") == [0, 1, 9, 10]
    assert entered(propertyUrl="ckg:locatedIn", valueUrl="{+iri}") == [0, 1, 2, 9, 10]
    assert entered(propertyUrl="skos:exactMatch", valueUrl="{+iri}") == [0, 1, 2, 3, 4, 5, 9, 10]
    assert entered(propertyUrl="rdf:type", valueUrl="{+iri}") == [3]
    assert entered(aboutUrl="ent:{+iri}") == [0, 1, 2, 3, 4, 5, 6, 9, 10]


def test_an_encoded_cell_makes_no_step_up(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", ".."), ("乙", "a..b"), ("丙", "../x")],
                  [NAME, CODE])
    assert world.refused() == [(2, 2, "..", "makes an IRI with . or .. between slashes")]
    assert triple("ent:..%2Fx", "rdfs:label", ox.Literal("丙", language="zh")) in world.facts()


def test_a_thousand_columns_take_no_time(tmp_path: Path) -> None:
    """What is the same in all rows is worked out once, and what must agree is compared once."""
    many = [{"name": f"v{n}", "virtual": True, "propertyUrl": predicate, "default": text, **more}
            for n in range(900) for predicate, text, more in (
                ("skos:altLabel", f'"{n}"\\\n', {"lang": "zh"}),)]
    some: list[Column] = [{"name": f"d{n}", "virtual": True, "propertyUrl": "ckg:establishedOn",
                           "default": "2019-01-02"} for n in range(100)]
    begun = time.process_time()
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [NAME, CODE, *many, *some])
    assert time.process_time() - begun < 30
    assert not world.refused()
    assert len(world.facts()) == 900 + 1 + 2
    assert triple("ent:a1", "skos:altLabel", ox.Literal('"7"\\\n', language="zh")) in world.facts()
