"""What rows state: the SQL from cleaned cells to triples."""

from collections.abc import Iterator, Sequence

from clusterkg.csvw.cleaning import literal
from clusterkg.csvw.lexical import STRING
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.csvw.pipeline import Cell
from clusterkg.escape import ESCAPED
from clusterkg.namespaces import expand
from clusterkg.tabular import Grid

_ROW = "_row"


class Statements:
    """The triples of a mapping over `cleaned`."""

    def __init__(self, mapping: Mapping, grid: Grid, cells: Sequence[Cell]):
        """Hold what all of them need."""
        self._mapping, self._grid = mapping, grid
        self._numbers = {cell.column.name: cell.number for cell in cells}
        stated = [column for column in mapping.columns if column.predicate]
        abouts = dict.fromkeys(column.about for column in stated if column.about)
        self._subjects = {about: f"s{number}" for number, about in enumerate(abouts)}
        self._stated = stated

    def all(self) -> Iterator[str]:
        """Give the statements in their order."""
        subjects = "".join(f", {about.sql(self._variable)} AS {name}"
                           for about, name in self._subjects.items())
        yield f"CREATE OR REPLACE TABLE named AS SELECT *{subjects} FROM cleaned"
        for column in self._stated:
            yield self._facts(column)
        for name in self._subjects.values():
            yield self._row(name)
        yield "DROP TABLE cleaned; DROP TABLE named"

    def _variable(self, name: str) -> str:
        return "row::VARCHAR" if name == _ROW else f"v{self._numbers[name]}"

    def _facts(self, column: Column) -> str:
        assert column.about
        value = f"v{self._numbers[column.name]}" if column.name in self._numbers else "NULL"
        if column.value:
            told = column.value.sql(self._variable)
            value = told if column.virtual else f"CASE WHEN {value} IS NOT NULL THEN {told} END"
        elif column.virtual and not column.source:
            value = literal(column.default)
        return f"""
            INSERT INTO fact SELECT row, s, {literal(f"<{column.predicate}>")}, {self._term(column)}
            FROM (SELECT row, '<' || {self._subjects[column.about]} || '>' AS s, {value} AS value
                  FROM named)
            WHERE value IS NOT NULL AND s IS NOT NULL"""

    def _term(self, column: Column) -> str:
        if column.value or column.resolution:
            return "'<' || value || '>'"
        tail = '"'
        if column.language:
            tail = f'"@{column.language}'
        elif column.datatype and column.datatype.base != STRING:
            tail = f'"^^<{column.datatype.base}>'
        return f"'\"' || {ESCAPED} || {literal(tail)}"

    def _row(self, subject: str) -> str:
        origin = self._grid.address(1)[:-1]
        return f"""
            INSERT INTO fact SELECT row, '<' || {subject} || '>',
                {literal(f"<{expand('ckg:sourceRow')}>")}, {literal(f'"{origin}')} || row || '"'
            FROM named WHERE {subject} IS NOT NULL"""
