"""From the cells of a table to what its rows state, in SQL from end to end.

    grid(row, c1, ...) -> cleaned(row, v1, w1, a1, ...) -> named(row, v1, ..., s1, ...) -> fact

A row of which any cell is refused states nothing. `fact(row, s, p, o)` holds terms as N-Triples
writes them; for each thing that a row is about there is one triple that names the row.
"""

from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.csvw.pipeline import Cell, select
from clusterkg.csvw.statement import Statements
from clusterkg.errors import UnreadableError, quoted
from clusterkg.tables import Connection
from clusterkg.tabular import Grid

_REFUSED = """
INSERT INTO refused
SELECT row, {column}, {value}, w{number}, a{number}
FROM (SELECT row, w{number}, a{number} FROM cleaned WHERE w{number} IS NOT NULL)
JOIN grid USING (row)
"""
_SHOWN = 1_000  # characters of a refused value
_LEFT_OUT = "DELETE FROM cleaned WHERE row IN (SELECT row FROM refused)"


def convert(connection: Connection, mapping: Mapping, grid: Grid) -> None:
    """Make `fact` of `grid`, and add to `refused` and `skipped` what does not become facts.

    Raises UnreadableError for a column that the table has not.
    """
    connection.execute("CREATE OR REPLACE TABLE fact(row BIGINT, s VARCHAR, p VARCHAR, o VARCHAR)")
    places = positions(mapping, grid)
    cells = [Cell(number, column, f"c{places[column.name]}")
             for number, column in enumerate(mapping.columns, 1) if column.name in places]
    connection.execute(f"CREATE OR REPLACE TABLE cleaned AS {select(cells, 'grid')}")
    for cell in cells:
        connection.execute(_REFUSED.format(column=places[cell.column.name], number=cell.number,
                                           value=f"left({cell.text}, {_SHOWN})"))
    connection.execute(_LEFT_OUT)
    for statement in Statements(mapping, grid, cells).all():
        connection.execute(statement)


def positions(mapping: Mapping, grid: Grid) -> dict[str, int]:
    """Map the names of columns to their numbers in the grid, counted from 1."""
    there = {title: number for number, title in enumerate(grid.columns, 1)}
    found = {column.name: _position(column, there, mapping) for column in mapping.columns
             if not column.virtual}
    for column in mapping.columns:
        if column.virtual and column.source:
            found[column.name] = found[column.source]
    return found


def unmapped(mapping: Mapping, grid: Grid) -> tuple[str, ...]:
    """Name the columns of which the mapping makes nothing."""
    used = {number for name, number in positions(mapping, grid).items()}
    return tuple(title for number, title in enumerate(grid.columns, 1) if number not in used)


def _position(column: Column, there: dict[str, int], mapping: Mapping) -> int:
    for title in (*column.titles, column.name):
        if title in there:
            return there[title]
    raise UnreadableError(f"no column {quoted(column.titles[0] if column.titles else column.name)} "
                          f"in the table; it has {', '.join(there)}", path=mapping.path,
                          line=column.line)
