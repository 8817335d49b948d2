"""What the tests of importing share: tables for a small world, and a stand-in for conversion."""

import csv
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import version
from clusterkg.csvw.mapping import Mapping
from clusterkg.importing import preparation
from clusterkg.importing.preparation import Order, Prepared
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid

HERE = "https://example.org/"
ROW = "https://w3id.org/clusterkg/ns#sourceRow"
TABLE = "code,name,town\n1,One,x\n2,Two,y\n3,Three,x\n"


def stand_in(connection: Connection, order: Order, built: Path,
             say: Callable[[str], None]) -> Prepared:
    """Take `code,name,town` as firms: a code that is no number is wrong, town `-` is skipped."""
    with order.file.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    connection.execute("CREATE TABLE grid(row BIGINT, c1 VARCHAR, c2 VARCHAR, c3 VARCHAR);"
                       "CREATE TABLE refused(row BIGINT, col INTEGER, value VARCHAR,"
                       " wrong VARCHAR, advice VARCHAR);"
                       "CREATE TABLE skipped(row BIGINT, rule VARCHAR);"
                       "CREATE TABLE fact(row BIGINT, s VARCHAR, p VARCHAR, o VARCHAR)")
    for number, cells in enumerate(rows, 2):
        connection.execute("INSERT INTO grid VALUES (?, ?, ?, ?)", [number, *cells])
        _convert(connection, order.file.name, number, cells)
    return Prepared(Grid(order.file.name, None, tuple(header), Dialect("UTF-8", ","), len(rows)),
                    Mapping(order.mapping, ()))


def _convert(connection: Connection, name: str, row: int, cells: list[str]) -> None:
    code, label, town = cells
    if town == "-":
        connection.execute("INSERT INTO skipped VALUES (?, 'no town')", [row])
    elif code and not code.isdecimal():
        connection.execute("INSERT INTO refused VALUES (?, 1, ?, 'no number', 'give one')",
                           [row, code])
    elif code:
        said = {ROW: ox.Literal(f"{name}!{row}"), f"{HERE}name": label and ox.Literal(label),
                "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": ox.NamedNode(f"{HERE}Firm"),
                f"{HERE}in": ox.NamedNode(f"{HERE}{town}")}
        for predicate, value in said.items():
            if value:
                connection.execute("INSERT INTO fact VALUES (?, ?, ?, ?)", [
                    row, f"<{HERE}f{code}>", f"<{predicate}>", str(value)])


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Convert tables by the stand-in."""
    monkeypatch.setattr(preparation, "prepare", stand_in)


def order(folder: Path, text: str = TABLE, **more: object) -> Order:
    """Lay a table and a mapping beside a world."""
    table, mapping = folder / "firms.csv", folder / "mapping.json"
    table.write_text(text, encoding="utf-8")
    mapping.write_text("{}", encoding="utf-8")
    return Order(table, mapping, folder / "snapshot", **more)  # type: ignore[arg-type]  # of Order


def held(folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """Give all quads that answer, and the bytes of all files that later builds read."""
    store = ox.Store.read_only(str(version.current(folder) / "store"))
    files = {str(path.relative_to(folder)): path.read_bytes()
             for name in ("written", "imports") for path in (folder / name).rglob("*")
             if path.is_file()}
    return sorted(map(str, store)), files
