"""The names in a table's column, each once, with the row where it first stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterkg import tables, tabular
from clusterkg.errors import UsageError, quoted
from clusterkg.tabular import Dialect, Grid


@dataclass(frozen=True)
class Columns:
    """Which columns hold what; "" for none."""

    name: str
    code: str = ""
    place: str = ""
    iri: str = ""

    def wanted(self) -> Sequence[str]:
        """Give them in the order in which rows have them."""
        return self.name, self.code, self.place, self.iri


@dataclass(frozen=True, slots=True)
class Line:
    """A name with what stands beside it, and the address of its first row."""

    name: str
    code: str
    place: str
    iri: str
    address: str


@dataclass(frozen=True)
class Listed:
    """The distinct names of a table, and how many rows they stand in, or are without a name."""

    lines: Sequence[Line]
    read: int
    empty: int
    refused: int


def read(path: Path | None, columns: Columns, dialect: Dialect | None = None) -> Listed:
    """Read a table; raise UsageError for no table, or a column that is not there."""
    if path is None or not columns.name:
        raise UsageError("name a table and its column of names, as in: clusterkg match FILE "
                         "--column NAME")
    connection = tables.connect()
    try:
        grid = tabular.load(connection, path, dialect)
        select = ", ".join(_selected(grid, name) for name in columns.wanted())
        rows = connection.execute(f"""
            SELECT name, code, place, iri, min(row), count(*)
            FROM (SELECT row, {select} FROM grid) AS t(row, name, code, place, iri)
            GROUP BY name, code, place, iri ORDER BY min(row)""").fetchall()
    finally:
        connection.close()
    lines = list(_lines(rows, grid))
    named = sum(row[5] for row in rows if row[0])
    total = sum(row[5] for row in rows)
    return Listed(lines, grid.read, total - named, grid.read - total)


def _selected(grid: Grid, name: str) -> str:
    if not name:
        return "''"
    if name not in grid.columns:
        raise UsageError(f"no column {quoted(name)} in {grid.name}; there are "
                         f"{', '.join(grid.columns)}")
    return f"trim(coalesce(c{grid.columns.index(name) + 1}, ''))"


def _lines(rows: Sequence[tuple[str, str, str, str, int, int]], grid: Grid) -> Iterator[Line]:
    for name, code, place, iri, row, _ in rows:
        if name:
            yield Line(name, code, place, iri, grid.address(row))
