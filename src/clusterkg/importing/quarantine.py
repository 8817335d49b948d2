"""The rows that did not enter, as a table that can be mended and imported again.

A workbook whose cells are all text: opened in a spreadsheet, nothing in it is computed, and codes
keep their zeros and their last digits. JSON lines where a workbook does not hold them: too many
rows, too long a cell, characters that XML has not.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from clusterkg.importing import workbook
from clusterkg.tables import Connection

NAMES = ("quarantine.xlsx", "quarantine.jsonl")
_OWN = ("cell", "column", "value", "wrong", "advice")
SEVERAL = " | "  # between what is wrong with cells of one row
_MOST = 100_000  # rows that somebody mends in a spreadsheet
# One line a row: the grid has it, unless it could not be cut into cells.
_ROWS = """
CREATE OR REPLACE TEMP TABLE line AS
SELECT row_number() OVER (ORDER BY q.row) AS number, {cells} FROM (
    SELECT r.row, string_agg(a.address, $several ORDER BY r.col, r.wrong) AS address,
           string_agg(a.name, $several ORDER BY r.col, r.wrong) AS name,
           string_agg(coalesce(r.value, ''), $several ORDER BY r.col, r.wrong) AS value,
           string_agg(r.wrong, $several ORDER BY r.col, r.wrong) AS wrong,
           string_agg(r.advice, $several ORDER BY r.col, r.wrong) AS advice
    FROM refused AS r JOIN place AS a ON a.row = r.row AND a.col = r.col GROUP BY r.row) AS q
LEFT JOIN grid AS g USING (row)
"""
_PLACE = """
CREATE OR REPLACE TEMP TABLE place(row BIGINT, col INTEGER, address VARCHAR, name VARCHAR)
"""
_WANTED = "SELECT DISTINCT row, col FROM refused ORDER BY ALL"
_SOME = 50_000


def write(connection: Connection, folder: Path, columns: Sequence[str],
          address: Callable[[int, int], str]) -> Path:
    """Write a line for each row in quarantine: where, what and why, advice, and all its cells.

    Gives the file, one of `NAMES`.
    """
    _locate(connection, columns, address)
    found = ["q.address", "q.name", "q.value", "q.wrong", "q.advice",
             *(f"g.c{number}" for number in range(1, len(columns) + 1))]
    cells = ", ".join(f"{of} AS t{number}" for number, of in enumerate(found, 1))
    connection.execute(_ROWS.format(cells=cells), {"several": SEVERAL})
    titles = [*own(columns), *columns]
    fits = workbook.fits(connection, "line", len(titles), _MOST)
    path = folder / NAMES[0 if fits else 1]
    (workbook.write if fits else workbook.write_lines)(connection, "line", titles, path)
    connection.execute("DROP TABLE line; DROP TABLE place")
    return path


def own(columns: Sequence[str]) -> list[str]:
    """Name the columns that stand before a table's own, none as one of these."""
    taken = {name.casefold() for name in columns}
    return [_apart(name, taken) for name in _OWN]


def _apart(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def kept(folder: Path) -> Path | None:
    """Locate the quarantine of an edition in its folder."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def _locate(connection: Connection, columns: Sequence[str],
            address: Callable[[int, int], str]) -> None:
    connection.execute(_PLACE)
    cursor = connection.cursor()
    cursor.execute(_WANTED)
    while rows := cursor.fetchmany(_SOME):
        found = [(row, col, address(row, col), columns[col - 1] if col else "")
                 for row, col in rows]
        connection.execute("INSERT INTO place SELECT unnest($rows), unnest($cols), "
                           "unnest($places), unnest($names)",
                           dict(zip(("rows", "cols", "places", "names"),
                                    map(list, zip(*found, strict=True)), strict=True)))
