"""What rows state: the SQL from `named` cells to triples, and to lines of N-Triples.

Rows that are `refused`, whenever that was, state nothing.
"""

import re
from collections.abc import Iterable, Iterator
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
_REST = "SELECT text FROM rest ORDER BY s, text"
_VALUE = re.compile(r"\bvalue\b")


class _Told(NamedTuple):
    """A statement: where its values are, what it is about, its predicate and object, and when."""

    relation: str
    subject: str
    predicate: str
    term: str
    when: str


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
            written(text)           all lines in their order, several of one thing together
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
        there = f"{said} IS NOT NULL" if when == "true" else f"({when} AND {said} IS NOT NULL)"
        return _Told(frame.relation(column), frame.subject(column), f"<{column.predicate}>",
                     _term(column, said), there)

    def _rows(self) -> Iterator[_Told]:
        """Name the row of each thing that it says something about."""
        said: dict[tuple[str, str], list[str]] = {}
        for told in self._told:
            said.setdefault((told.relation, told.subject), []).append(told.when)
        origin = literal(str(Literal(self._frame.origin))[:-1])  # what a file is called may be odd
        term = f"{origin} || row || '\"'"
        for (relation, subject), conditions in said.items():
            yield _Told(relation, subject, _ROW, term, " OR ".join(conditions))


def _view(name: str, selects: Iterable[str], empty: str) -> str:
    return f"CREATE OR REPLACE VIEW {name} AS {' UNION ALL '.join(selects) or empty}"


def _fact(told: _Told) -> str:
    return f"""SELECT row, '<' || {told.subject} || '>' AS s, {literal(told.predicate)} AS p,
        {told.term} AS o {_from(told)} WHERE ({told.when}) AND {told.subject} IS NOT NULL"""


def _about(some: list[_Told]) -> str:
    """Give the FROM and WHERE of the rows that say something of a thing, `s`."""
    said = " OR ".join(dict.fromkeys(told.when for told in some))
    return f"""FROM (SELECT *, '<' || {some[0].subject} || '>' AS s {_from(some[0])}
                     WHERE {some[0].subject} IS NOT NULL AND ({said}))"""


def _lines(some: list[_Told], only: str | None) -> str:
    among = f"SEMI JOIN {only} USING (s)" if only else ""
    return f"SELECT s, {_text(some)} AS text FROM (FROM (SELECT * {_about(some)}) {among})"


def _written(some: list[_Told]) -> str:
    """Give the SELECT that makes the lines of rows only after it has sorted the rows."""
    return f"""SELECT CASE WHEN text IS NULL THEN {_text(some)} ELSE text END AS text FROM (
        FROM (SELECT * {_about(some)}) ANTI JOIN shared USING (s)
        UNION ALL BY NAME FROM rest ORDER BY s, text)"""


def _text(some: list[_Told]) -> str:
    """Give the SQL of the lines about one thing, `s`."""
    by: dict[str, list[str]] = {}
    for told in sorted(some, key=lambda told: f"{told.predicate} "):
        line = f"s || {literal(f' {told.predicate} ')} || {told.term} || ' .'"
        by.setdefault(told.predicate, []).append(_only(told.when, line))
    lines = (lines[0] if len(lines) == 1 else _together(lines) for lines in by.values())
    return f"concat_ws(chr(10), {', '.join(lines)})"


def _together(lines: list[str]) -> str:
    found = f"list_sort(list_distinct([{', '.join(lines)}]))"
    return f"nullif(array_to_string({found}, chr(10)), '')"


def _from(told: _Told) -> str:
    return f"FROM {told.relation} ANTI JOIN refused USING (row)"


def _only(when: str, expression: str) -> str:
    return f"CASE WHEN {when} THEN {expression} END"


def _term(column: Column, value: str) -> str:
    if column.value or column.resolution:
        return f"'<' || {value} || '>'"
    tail = '"'
    if column.language:
        tail = f'"@{column.language}'
    elif column.datatype and column.datatype.base != STRING:
        tail = f'"^^<{column.datatype.base}>'
    return f"'\"' || {_VALUE.sub(lambda _: value, ESCAPED)} || {literal(tail)}"
