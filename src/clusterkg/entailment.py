"""Whether triples follow from others: a conclusion held against the closure of its premise.

A blank node of the conclusion stands for something that is there. What the rules do not conclude
is tried by `refutation`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from clusterkg import closure, explanation, refutation, tables
from clusterkg.errors import UnreadableError
from clusterkg.explanation import Row, Statement, Term
from clusterkg.namespaces import compress
from clusterkg.tables import Connection

_MANY = 1000  # rows taken at a time

_State = tuple[tuple[Row, ...], Mapping[int, int]]


@dataclass(frozen=True)
class Finding:
    """Say whether a conclusion follows, and why (not)."""

    entailed: bool
    reason: str


def check(premise: Sequence[Path], conclusion: Path) -> Finding:
    """Tell whether what one file says follows from what others say.

    Raises UnreadableError, also for a conclusion without a triple, and RefusedError for a premise
    with a construct that no rule covers.
    """
    connection = tables.connect()
    try:
        goal = _goal(connection, conclusion)
        for path in premise:
            tables.load(connection, path, ox.NamedNode(path.resolve().as_uri()))
        closed = closure.infer(connection)
        if closed.clashes:
            return Finding(True, "the premise is inconsistent, and anything follows: "
                                 + closed.clashes[0].message)
        return _prove(goal, connection, premise)
    finally:
        connection.close()


def _goal(connection: Connection, path: Path) -> dict[Row, Statement]:
    """Read the conclusion into a table of its own: it is to be found, not assumed."""
    connection.execute("CREATE TABLE goal AS FROM quad")
    tables.load(connection, path, ox.NamedNode("urn:clusterkg:goal"), into="goal")
    rows = connection.execute("SELECT DISTINCT s, p, o FROM goal ORDER BY ALL").fetchall()
    if not rows:
        raise UnreadableError("no triple in it; write down what should follow", path=path)
    terms = _terms(connection)
    return {row: Statement(*(terms[one] for one in row)) for row in rows}


def _terms(connection: Connection) -> Mapping[int, Term]:
    rows = connection.execute("SELECT id, value, kind, datatype, language FROM term").fetchall()
    return {row[0]: tables.term(*row[1:]) for row in rows}


def _prove(goal: Mapping[Row, Statement], connection: Connection,
           premise: Sequence[Path]) -> Finding:
    search, ways = _Search(connection, goal), []
    for part in _parts(goal):
        stuck = search.missing(part)
        if stuck is None:
            continue
        way = refutation.refute([goal[row] for row in part], premise)
        if not way:
            return Finding(False, f"not found: {_said(goal[stuck])}")
        ways.append(way)
    return Finding(True, "; ".join(dict.fromkeys(ways)))


def _parts(goal: Mapping[Row, Statement]) -> list[list[Row]]:
    """Divide triples so that no two parts share a blank node."""
    parts: list[tuple[set[Term], list[Row]]] = []
    for row, statement in goal.items():
        blanks: set[Term] = {term for term in statement if isinstance(term, ox.BlankNode)}
        rows = [row]
        for part in [part for part in parts if part[0] & blanks]:
            parts.remove(part)
            blanks, rows = blanks | part[0], part[1] + rows
        parts.append((blanks, rows))
    return [rows for _, rows in parts]


class _Search:
    """Look for what blank nodes can stand for, deepest first."""

    def __init__(self, connection: Connection, goal: Mapping[Row, Statement]):
        self.connection = connection
        self.blank = {id_ for row, statement in goal.items()
                      for id_, term in zip(row, statement, strict=True)
                      if isinstance(term, ox.BlankNode)}

    def missing(self, part: Sequence[Row]) -> Row | None:
        """Give None where all of it follows, else the triple at which the search came to an end."""
        stuck, fewest = part[0], len(part) + 1
        levels: list[Iterator[_State]] = [iter([(tuple(part), {})])]
        while levels:
            state = next(levels[-1], None)
            if state is None:
                levels.pop()
                continue
            rest, bound = state
            if not rest:
                return None
            pattern = min(rest, key=lambda row: len(self.open(row, bound)))
            if len(rest) < fewest:
                stuck, fewest = pattern, len(rest)
            levels.append(self.extended(rest, pattern, bound))
        return stuck

    def open(self, row: Row, bound: Mapping[int, int]) -> set[int]:
        return {one for one in row if one in self.blank and one not in bound}

    def extended(self, rest: tuple[Row, ...], pattern: Row,
                 bound: Mapping[int, int]) -> Iterator[_State]:
        """Give each way in which one triple can hold, with those that are left to find."""
        others = tuple(row for row in rest if row != pattern)
        s, p, o = (bound.get(one, one) for one in pattern)
        if not self.open(pattern, bound):
            yield from [(others, bound)] if self.holds((s, p, o)) else []
            return
        for found in self.rows((s, p, o)):
            new = dict(bound)
            if all(one not in self.blank or new.setdefault(one, value) == value
                   for one, value in zip(pattern, found, strict=True)):
                yield others, new

    def holds(self, row: Row) -> bool:
        if next(self.rows(row), None):
            return True
        proof = explanation.proof_of(self.connection, row)
        return proof is not None and proof.accepted

    def rows(self, wanted: Row) -> Iterator[Row]:
        """Give the triples of the closure that fit; what is still blank fits anything."""
        asked = [f"{column} IN ({', '.join(map(str, self.equal(one)))})"
                 for column, one in zip("spo", wanted, strict=True) if one not in self.blank]
        cursor = self.connection.cursor()
        cursor.execute(f"SELECT s, p, o FROM triple WHERE {' AND '.join(asked)}")
        while found := cursor.fetchmany(_MANY):
            yield from found

    def equal(self, term: int) -> list[int]:
        if term > 0:
            return [term]
        rows = self.connection.execute("""
            SELECT b.literal FROM equal_literal AS a JOIN equal_literal AS b ON b.value = a.value
            WHERE a.literal = ?""", [term]).fetchall()
        return [term, *(row[0] for row in rows)]


def _said(statement: Statement) -> str:
    return " ".join(compress(term.value) if isinstance(term, ox.NamedNode) else str(term)
                    for term in statement)
