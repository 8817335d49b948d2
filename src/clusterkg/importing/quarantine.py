"""The rows that did not enter, as a table that can be mended and imported again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from clusterkg.tables import Connection

FILE = "quarantine.csv"
_MARK = "\ufeff"  # by which spreadsheets know UTF-8
_OWN = ("cell", "column", "value", "wrong", "advice")
_SEVERAL = " | "  # between what is wrong with cells of one row
# One line a row: the grid has it, unless it could not be cut into cells.
_ROWS = """
SELECT {own}{cells} FROM (
    SELECT r.row, string_agg(a.address, $several ORDER BY r.col, r.wrong) AS cell,
           string_agg(a.name, $several ORDER BY r.col, r.wrong) AS column_,
           string_agg(coalesce(r.value, ''), $several ORDER BY r.col, r.wrong) AS value,
           string_agg(r.wrong, $several ORDER BY r.col, r.wrong) AS wrong,
           string_agg(r.advice, $several ORDER BY r.col, r.wrong) AS advice
    FROM refused AS r JOIN place AS a ON a.row = r.row AND a.col = r.col GROUP BY r.row) AS q
LEFT JOIN grid AS g USING (row) ORDER BY q.row
"""
_PLACE = """
CREATE OR REPLACE TEMP TABLE place(row BIGINT, col INTEGER, address VARCHAR, name VARCHAR)
"""
_WANTED = "SELECT DISTINCT row, col FROM refused ORDER BY ALL"
_SOME = 50_000


def write(connection: Connection, path: Path, columns: Sequence[str],
          address: Callable[[int, int], str]) -> None:
    """Write a line for each row in quarantine: where, what and why, advice, and all its cells."""
    _locate(connection, columns, address)
    rows = _ROWS.format(own=_named(columns), cells="".join(
        f", g.c{number} AS {_quoted(name)}" for number, name in enumerate(columns, 1)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE quarantine_line AS {rows}",
                       {"several": _SEVERAL})
    connection.execute(f"COPY quarantine_line TO {_literal(path)} (FORMAT csv, HEADER true)")
    connection.execute("DROP TABLE quarantine_line; DROP TABLE place")


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


def _named(columns: Sequence[str]) -> str:
    """Name the columns that stand before the table's own, none as one of these."""
    taken = {name.casefold() for name in columns}
    names = [name + "_" * (name in taken) for name in _OWN]
    names[0] = _MARK + names[0]
    found = ("q.cell", "q.column_", "q.value", "q.wrong", "q.advice")
    return ", ".join(f"{of} AS {_quoted(name)}" for of, name in zip(found, names, strict=True))


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _literal(path: Path) -> str:
    doubled = str(path).replace("'", "''")
    return f"'{doubled}'"
