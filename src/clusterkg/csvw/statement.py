"""What rows state: the SQL from `named` cells to triples, and to lines of N-Triples.

Rows that are `refused`, whenever that was, state nothing.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from pyoxigraph import Literal

from clusterkg.csvw.frame import Frame
from clusterkg.csvw.lexical import STRING
from clusterkg.csvw.mapping import Column
from clusterkg.escape import ESCAPED
from clusterkg.namespaces import expand
from clusterkg.sql import literal

_ROW = f"<{expand('ckg:sourceRow')}>"
_TABLES = """
CREATE OR REPLACE TABLE shared(s VARCHAR);
CREATE OR REPLACE TABLE rest(s VARCHAR, text VARCHAR)
"""
_NO_FACT = """
SELECT row, NULL::VARCHAR AS s, NULL::VARCHAR AS p, NULL::VARCHAR AS o FROM grid WHERE false
"""
_NOTHING = "SELECT row, NULL::VARCHAR AS s FROM grid WHERE false"
_REST = "SELECT s, text FROM rest ORDER BY s, text"
_VALUE = re.compile(r"\bvalue\b")


class _Told(NamedTuple):
    """A statement: where its values are, what it is about, its predicate and object, and when."""

    relation: str
    subject: str
    predicate: str
    term: tuple[str, ...]
    when: str


class _Text(str):
    """A piece of a term that is the same in all rows; other pieces are SQL."""

    __slots__ = ()


class Statements:
    """The triples of a mapping."""

    def __init__(self, frame: Frame):
        """Hold what all of them need."""
        self._frame = frame
        self._told = [self._of(column) for column in frame.stated]
        if not frame.mapping.is_derived:
            self._told += self._rows()

    def views(self) -> Iterator[str]:
        """Give the statements that make what reads the triples; `named` and the like have to stay.

            fact(row, s, p, o)      each triple of each row
            spoken(row, s)          of what each row speaks; again where several tables say so
            shared(s)               to be filled: what is in `spoken` several times
            other(s, text)          lines of what is shared, or in no table with the most of all
            rest(s, text)           to be filled: these lines, each once, and what else is written
            written(s, text)        all lines in their order, several of one thing together

        Each line has its end.
        """
        groups: dict[tuple[str, str], list[_Told]] = {}
        for told in self._told:
            groups.setdefault((told.relation, told.subject), []).append(told)
        some = sorted(groups.values(), key=lambda each: (each[0].relation != "named", -len(each)))
        most = some[0] if some and some[0][0].relation == "named" else None
        yield _TABLES
        yield _view("fact", map(_fact, self._told), _NO_FACT)
        yield _view("spoken", (f"SELECT row, s {_about(each)}" for each in some), _NOTHING)
        yield _view("other", (_lines(each, "shared" if each is most else None) for each in some),
                    "FROM rest")
        yield _view("written", [_written(most)] if most else [], _REST)

    def _of(self, column: Column) -> _Told:
        frame = self._frame
        said, when = frame.said(column), frame.when(column)
        if not frame.is_always_said(column):
            when = f"{said} IS NOT NULL" if when == "true" else f"({when} AND {said} IS NOT NULL)"
        return _Told(frame.relation(column), frame.subject(column), f"<{column.predicate}>",
                     self._term(column, said), when)

    def _term(self, column: Column, value: str) -> tuple[str, ...]:
        if column.value or column.resolution:
            return _Text("<"), value, _Text(">")
        tail = '"'
        if column.language:
            tail = f'"@{column.language}'
        elif column.datatype and column.datatype.base != STRING:
            tail = f'"^^<{column.datatype.base}>'
        if column.virtual and not column.source and column.default is not None:
            return (_Text(str(Literal(column.default))[:-1] + tail),)  # in SQL it is long
        plain = self._frame.is_plain(column)
        escaped = value if plain else _VALUE.sub(lambda _: value, ESCAPED)
        return _Text('"'), escaped, _Text(tail)

    def _rows(self) -> Iterator[_Told]:
        """Name the row of each thing that it says something about."""
        said: dict[tuple[str, str], list[str]] = {}
        for told in self._told:
            said.setdefault((told.relation, told.subject), []).append(told.when)
        origin = str(Literal(self._frame.origin))[:-1]  # what a file is called may be odd
        term = (_Text(origin), "row", _Text('"'))
        for (relation, subject), conditions in said.items():
            yield _Told(relation, subject, _ROW, term, _any(conditions))


def _view(name: str, selects: Iterable[str], empty: str) -> str:
    return f"CREATE OR REPLACE VIEW {name} AS {' UNION ALL '.join(selects) or empty}"


def _fact(told: _Told) -> str:
    return f"""SELECT row, '<' || {told.subject} || '>' AS s, {literal(told.predicate)} AS p,
        {_joined(told.term)} AS o {_from(told)}
        WHERE ({told.when}) AND {told.subject} IS NOT NULL"""


def _about(some: list[_Told]) -> str:
    """Give the FROM and WHERE of the rows that say something of a thing, `s`."""
    return f"""FROM (SELECT *, '<' || {some[0].subject} || '>' AS s {_from(some[0])}
                     WHERE {some[0].subject} IS NOT NULL AND ({_any(t.when for t in some)}))"""


def _lines(some: list[_Told], only: str | None) -> str:
    among = f"SEMI JOIN {only} USING (s)" if only else ""
    return f"SELECT s, {_text(some)} AS text FROM (FROM (SELECT * {_about(some)}) {among})"


def _written(some: list[_Told]) -> str:
    """Give the SELECT that makes the lines of rows only after it has sorted the rows."""
    return f"""SELECT s, CASE WHEN text IS NULL THEN {_text(some)} ELSE text END AS text FROM (
        FROM (SELECT * {_about(some)}) ANTI JOIN shared USING (s)
        UNION ALL BY NAME FROM rest ORDER BY s, text)"""


def _text(some: list[_Told]) -> str:
    """Give the SQL of the lines about one thing, `s`."""
    by: dict[str, list[_Told]] = {}
    for told in sorted(some, key=lambda told: f"{told.predicate} "):
        by.setdefault(told.predicate, []).append(told)
    return _joined(piece for those in by.values() for piece in (
        _line(those[0]) if len(those) == 1 else [_together(those)]))


def _line(told: _Told) -> list[str]:
    """Give the pieces of a line; of one that is not in all rows, the one that may be missing."""
    pieces = ["s", _Text(f" {told.predicate} "), *told.term, _Text(" .\n")]
    if told.when == "true":
        return pieces
    return [f"CASE WHEN {told.when} THEN {_joined(pieces)} END"]


def _together(some: list[_Told]) -> str:
    lines = ", ".join(_joined(_line(told)) for told in some)
    return f"array_to_string(list_sort(list_distinct([{lines}])), '')"


def _joined(pieces: Iterable[str]) -> str:
    """Put pieces together at once: `||` would make a text of each two. NULL adds nothing."""
    found = list[str]()
    for fixed, group in groupby(pieces, lambda piece: isinstance(piece, _Text)):
        those = list(group)
        found += [literal("".join(those))] if fixed else those
    return f"concat({', '.join(found)})"


def _any(conditions: Iterable[str]) -> str:
    different = dict.fromkeys(conditions)
    return "true" if "true" in different else " OR ".join(different)


def _from(told: _Told) -> str:
    return f"FROM {told.relation} ANTI JOIN refused USING (row)"
