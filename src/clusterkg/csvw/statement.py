"""What rows state: the SQL from `named` cells to triples."""

from collections.abc import Iterator

from pyoxigraph import Literal

from clusterkg.csvw.cleaning import literal
from clusterkg.csvw.frame import Frame
from clusterkg.csvw.lexical import STRING
from clusterkg.csvw.mapping import Column
from clusterkg.escape import ESCAPED
from clusterkg.namespaces import expand

_ROW = f"<{expand('ckg:sourceRow')}>"


class Statements:
    """The triples of a mapping."""

    def __init__(self, frame: Frame):
        """Hold what all of them need."""
        self._frame = frame

    def all(self) -> Iterator[str]:
        """Give the statements that fill `fact`."""
        for column in self._frame.stated:
            yield self._facts(column)
        if not self._frame.mapping.is_derived:
            yield from self._rows()

    def _facts(self, column: Column) -> str:
        return f"""
            INSERT INTO fact SELECT row, s, {literal(f"<{column.predicate}>")}, {_term(column)}
            FROM (SELECT row, '<' || {self._frame.subject(column)} || '>' AS s,
                         {self._frame.said(column)} AS value
                  FROM {self._frame.relation(column)} WHERE {self._frame.when(column)})
            WHERE value IS NOT NULL AND s IS NOT NULL"""

    def _rows(self) -> Iterator[str]:
        """Name the row of each thing that it says something about."""
        said: dict[tuple[str, str], list[str]] = {}
        for column in self._frame.stated:
            relation, subject = self._frame.relation(column), self._frame.subject(column)
            there = f"({self._frame.when(column)} AND {self._frame.said(column)} IS NOT NULL)"
            said.setdefault((relation, subject), []).append(there)
        origin = literal(str(Literal(self._frame.origin))[:-1])  # what a file is called may be odd
        for (relation, subject), conditions in said.items():
            yield f"""
                INSERT INTO fact SELECT DISTINCT row, '<' || {subject} || '>', {literal(_ROW)},
                    {origin} || row || '"'
                FROM {relation} WHERE {subject} IS NOT NULL AND ({" OR ".join(conditions)})"""


def _term(column: Column) -> str:
    if column.value or column.resolution:
        return "'<' || value || '>'"
    tail = '"'
    if column.language:
        tail = f'"@{column.language}'
    elif column.datatype and column.datatype.base != STRING:
        tail = f'"^^<{column.datatype.base}>'
    return f"'\"' || {ESCAPED} || {literal(tail)}"
