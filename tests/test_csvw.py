"""Mappings: what a table's rows state, and where the other rows go."""

import json
from collections.abc import Mapping as Map
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import tables
from clusterkg.csvw import conversion, metadata
from clusterkg.namespaces import expand
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid

Row = tuple[str | None, ...]
NAME = {"name": "name", "titles": "企业名称", "propertyUrl": "rdfs:label", "lang": "zh"}
CODE = {"name": "code", "titles": "代码", "propertyUrl": "ckg:unifiedSocialCreditCode"}


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
                 described: Sequence[Map[str, object]], **more: object):
        self.path = path / "register.json"
        schema: dict[str, object] = {"columns": described, "aboutUrl": "ent:{code}"}
        schema |= {key: more.pop(key) for key in ("aboutUrl", "primaryKey", "foreignKeys")
                   if key in more}
        self.path.write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw",
                                         "tableSchema": schema, **more}, ensure_ascii=False))
        self.connection = tables.connect()
        grid = table(self.connection, columns, *rows)
        conversion.convert(self.connection, metadata.read(self.path), grid)

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


def triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> str:
    return str(ox.Triple(ox.NamedNode(expand(subject)), ox.NamedNode(expand(predicate)), value))


def test_rows_become_facts(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码", "成立日期"), [
        ("甲公司", "a1", "x"), ("N/A", "b2", ""), ("\"丙\"\\\n", "c3", None)],
        [NAME | {"null": ["", "N/A"]}, CODE,
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


def test_each_row_is_named_once_for_what_it_is_about(tmp_path: Path) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1")], [NAME, CODE])
    found = world.connection.execute("SELECT s, o FROM fact WHERE p LIKE '%sourceRow>'").fetchall()
    assert found == [(f"<{expand('ent:a1')}>", '"register.csv!2"')]


@pytest.mark.parametrize("datatype", ["date", "integer"])
def test_a_row_with_a_wrong_cell_states_nothing(tmp_path: Path, datatype: str) -> None:
    world = World(tmp_path, ("企业名称", "代码"), [("甲", "a1"), ("乙", "b2")],
                  [NAME, {"name": "code", "titles": "代码", "datatype": datatype}])
    assert world.facts() == set()
    assert world.refused() == [(2, 2, "a1", f"is no {datatype}"), (3, 2, "b2", f"is no {datatype}")]
