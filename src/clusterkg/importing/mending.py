"""Rows of a quarantine that a person has mended stand in for those that were read from the file.

They have the rows' own addresses, so that the account stays one of the whole table, and keys are
compared with all other rows. An edition keeps them: whoever imports the same file again has them
still. In another file the rows are others.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clusterkg import tables, tabular
from clusterkg.errors import RefusedError, UnreadableError, quoted
from clusterkg.importing import quarantine
from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.tabular import Grid

FILE = "mended.parquet"
_ROW = re.compile(r"[A-Z]*([1-9][0-9]{0,14})")
_EMPTY = "CREATE OR REPLACE TABLE mended AS SELECT row{cells} FROM grid LIMIT 0"
_TAKEN = """
DELETE FROM refused WHERE row IN (SELECT row FROM mended);
DELETE FROM skipped WHERE row IN (SELECT row FROM mended);
DELETE FROM grid WHERE row IN (SELECT row FROM mended);
INSERT INTO grid SELECT row{cells} FROM mended
"""
_UNKNOWN = """
SELECT min(row) FROM mended WHERE row NOT IN (
    SELECT row FROM grid UNION ALL SELECT row FROM refused UNION ALL SELECT row FROM skipped)
"""


def take(connection: Connection, grid: Grid, last: Path | None, mended: Path | None
         ) -> tuple[Grid, int]:
    """Put mended rows into `grid`; give what it is now, and how many of them there are.

    `last` is the folder of the edition before, of the same file; `mended` its quarantine, mended.
    Raises UnreadableError for a table that is no quarantine of it, RefusedError without `last`.
    """
    if mended and last is None:
        raise RefusedError("mended rows are those of an edition, of the very file that it was read "
                           "from; import the file first, and mend what is in quarantine then",
                           path=mended)
    cells = "".join(f", c{number}" for number in range(1, len(grid.columns) + 1))
    connection.execute(_EMPTY.format(cells=cells))
    if last and (last / FILE).is_file():
        connection.execute(f"INSERT INTO mended BY NAME FROM read_parquet({literal(last / FILE)})")
    if mended and last:
        rows = _changed(last, mended, grid)
        connection.execute("DELETE FROM mended WHERE row IN (SELECT unnest(?))",
                           [[row for row, _ in rows]])
        if rows:
            marks = ", ".join("?" * (len(grid.columns) + 1))
            connection.executemany(f"INSERT INTO mended VALUES ({marks})",
                                   [[row, *texts] for row, texts in rows])
    (stray,) = connection.execute(_UNKNOWN).fetchone() or (None,)
    if stray is not None:
        raise UnreadableError(f"{grid.address(stray)} is no row of the file", path=mended or last)
    connection.execute(_TAKEN.format(cells=cells))
    (count,) = connection.execute("SELECT count(*) FROM mended").fetchone() or (0,)
    return replace(grid, plain=grid.plain and not count), int(count)


def keep(connection: Connection, folder: Path) -> None:
    """Keep the mended rows with an edition."""
    connection.execute(f"COPY (FROM mended ORDER BY row) TO {literal(folder / FILE)} "
                       "(FORMAT parquet)")


def _changed(last: Path, mended: Path, grid: Grid) -> list[tuple[int, Sequence[str | None]]]:
    """Give the rows that are no more as they are in the quarantine of an edition."""
    path = quarantine.kept(last)
    there = {row: _said(texts) for row, texts in _rows(path, grid)} if path else {}
    rows = _rows(mended, grid)
    stray = next((row for row, _ in rows if row not in there), None)
    if stray is not None:
        raise UnreadableError(f"{grid.address(stray)} is not in quarantine; leave in the first "
                              "column what was there", path=mended)
    return [(row, texts) for row, texts in rows if _said(texts) != there[row]]


def _said(texts: Sequence[str | None]) -> list[str | None]:
    """Take an empty cell as none, as spreadsheets do."""
    return [text or None for text in texts]


def _rows(path: Path, grid: Grid) -> list[tuple[int, Sequence[str | None]]]:
    """Read the rows of a quarantine: their numbers, and the cells of the table."""
    with tables.connect() as connection:
        found = tabular.load(connection, path)
        wrong = connection.execute(
            "SELECT row, col, wrong, advice FROM refused ORDER BY ALL").fetchone()
        if wrong:
            row, col, what, advice = wrong
            raise UnreadableError(f"{found.address(row, col)} {what}; {advice}", path=path)
        places = [_place(name, found, path) for name in
                  (quarantine.own(grid.columns)[0], *grid.columns)]
        cells = ", ".join(f"c{place}" for place in places)
        rows = connection.execute(f"SELECT row, {cells} FROM grid ORDER BY row").fetchall()
    numbered: list[tuple[int, Sequence[str | None]]] = [
        (_number(at, grid, path, line), cells) for line, at, *cells in rows]
    seen = set[int]()
    for number, _ in numbered:
        if number in seen:
            raise UnreadableError(f"{grid.address(number)} is there twice; keep one", path=path)
        seen.add(number)
    return numbered


def _place(name: str, found: Grid, path: Path) -> int:
    if name not in found.columns:
        raise UnreadableError(f"no column {quoted(name)}; a quarantine is mended in its cells, and "
                              "keeps its columns", path=path, line=1)
    return found.columns.index(name) + 1


def _number(address: str | None, grid: Grid, path: Path, line: int) -> int:
    """Read the number of a row from the address of a cell of it, or of several."""
    first = (address or "").partition(quarantine.SEVERAL)[0].strip()
    origin, _, cell = first.rpartition("!")
    found = _ROW.fullmatch(cell)
    if origin != grid.origin or not found:
        raise UnreadableError(f"{quoted(first)} is no cell of {grid.origin}; leave in the first "
                              "column what was there", path=path, line=line)
    return int(found[1])
