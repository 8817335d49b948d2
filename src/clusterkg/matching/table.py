"""The names in a table's column, each once, with the row where it first stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from clusterkg import tables, tabular, version
from clusterkg.csvw import conversion, metadata
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import expand
from clusterkg.tables import Connection
from clusterkg.tabular import Grid

_SHOWN = 5  # that cannot be read
_NAMING = ("rdfs:label", "skos:prefLabel")
_THINGS = """
INSERT INTO thing SELECT row, any_value(s)[2:-2] FROM fact WHERE list_contains(?, p)
GROUP BY row HAVING count(DISTINCT s) = 1
"""


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
    """The distinct names of a table, and how many rows bear one, are without, cannot be read.

    `why` says of some that cannot be read which and why.
    """

    lines: Sequence[Line]
    read: int
    named: int
    empty: int
    refused: int
    why: Sequence[str] = ()

    def __str__(self) -> str:
        """Say it on one line, and below it what cannot be read."""
        return "\n".join([f"read {self.read:,} = named {self.named:,} + empty {self.empty:,} + "
                          f"refused {self.refused:,}", *self.why])


class Mapped(NamedTuple):
    """The mapping by which a table is imported, and the snapshot in which it looks things up."""

    mapping: Path
    snapshot: Path


def read(path: Path | None, columns: Columns, mapped: Mapped | None = None) -> Listed:
    """Read a table; raise UsageError for no table, or a column that is not there.

    With a mapping a row is about the thing that the mapping gives its name to, and rows that it
    refuses cannot be read.
    """
    if path is None or not columns.name:
        raise UsageError("name a table and its column of names, as in: clusterkg match FILE "
                         "--column NAME")
    connection = tables.connect()
    try:
        connection.execute("CREATE TABLE thing(row BIGINT, iri VARCHAR)")
        grid = _converted(connection, path, mapped) if mapped else tabular.load(connection, path)
        return _listed(connection, grid, columns, is_mapped=bool(mapped))
    finally:
        connection.close()


def _converted(connection: Connection, path: Path, mapped: Mapped) -> Grid:
    mapping = metadata.read(mapped.mapping, path.name)
    grid = tabular.load(connection, path, mapping.dialect)
    conversion.convert(connection, mapping, grid, version.current(mapped.snapshot))
    connection.execute(_THINGS, [[f"<{iri}>" for iri in map(expand, _NAMING)]])
    return grid


def _listed(connection: Connection, grid: Grid, columns: Columns, *, is_mapped: bool) -> Listed:
    places = [_place(grid, name) for name in columns.wanted()]
    select = [f"trim(coalesce(c{place}, ''))" if place else "''" for place in places]
    connection.execute("CREATE TABLE unread AS SELECT DISTINCT row FROM refused "
                       "WHERE col = 0 OR ? OR list_contains(?, col)",
                       [is_mapped, [n for n in places if n]])
    rows = connection.execute(f"""
        SELECT name, code, place, iri, min(row), count(*)
        FROM (SELECT row, {", ".join(select[:-1])}, coalesce(thing.iri, {select[-1]})
              FROM grid ANTI JOIN unread USING (row) LEFT JOIN thing USING (row))
             AS t(row, name, code, place, iri)
        GROUP BY name, code, place, iri ORDER BY min(row)""").fetchall()
    named = sum(row[5] for row in rows if row[0])
    (refused,), = connection.execute("SELECT count(*) FROM unread").fetchall()
    return Listed(list(_lines(rows, grid)), grid.read, named, grid.read - named - refused, refused,
                  list(_why(connection, grid)))


def _why(connection: Connection, grid: Grid) -> Iterator[str]:
    found = connection.execute("SELECT row, col, wrong, advice FROM refused JOIN unread USING (row)"
                               " ORDER BY row, col LIMIT ?", [_SHOWN]).fetchall()
    for row, col, wrong, advice in found:
        yield f"  {grid.address(row, col)}: {wrong}; {advice}"


def _place(grid: Grid, name: str) -> int:
    """Give the number of a column; 0 for none."""
    if not name:
        return 0
    if name not in grid.columns:
        raise UsageError(f"no column {quoted(name)} in {grid.name}; there are "
                         f"{', '.join(grid.columns)}")
    return grid.columns.index(name) + 1


def _lines(rows: Sequence[tuple[str, str, str, str, int, int]], grid: Grid) -> Iterator[Line]:
    for name, code, place, iri, row, _ in rows:
        if name:
            yield Line(name, code, place, iri, grid.address(row))
