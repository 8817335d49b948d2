"""Property paths as SELECTs of (s, o), started from the nodes that can matter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.term import URIRef

from clusterkg.algebra.relation import Query
from clusterkg.algebra.value import NotCovered


@dataclass(frozen=True)
class Ends:
    """SELECTs of ids to which the beginning or the end of a path is known to belong."""

    start: str | None = None
    end: str | None = None


def pairs(query: Query, path: URIRef | Path, ends: Ends) -> str:
    """Write a SELECT of (s, o) with a row for each way that the path finds.

    The ends only save work: the caller joins with them anyway.
    """
    if isinstance(path, URIRef):
        return f"SELECT s, o FROM {query.fact} WHERE p = {query.ids[path]}"
    write = _PATHS.get(type(path))
    if write is None:
        raise NotCovered(f"path {type(path).__name__}")
    return write(query, path, ends)


def closes(path: object) -> bool:
    """Say whether a path has parts that are repeated."""
    if isinstance(path, MulPath):
        return True
    inner = getattr(path, "args", None) or [getattr(path, "arg", None)]
    return isinstance(path, Path) and any(closes(part) for part in inner)


def _inverse(query: Query, path: InvPath, ends: Ends) -> str:
    inner = pairs(query, path.arg, Ends(ends.end, ends.start))
    return f"SELECT o AS s, s AS o FROM ({inner}) AS i"


def _alternative(query: Query, path: AlternativePath, ends: Ends) -> str:
    predicates = _predicates(query, path.args)
    if predicates and len(set(path.args)) == len(path.args):
        return f"SELECT s, o FROM {query.fact} WHERE p IN ({predicates})"
    return " UNION ALL ".join(f"({pairs(query, part, ends)})" for part in path.args)


def _sequence(query: Query, path: SequencePath, ends: Ends) -> str:
    if ends.start is None and ends.end is not None:
        return _backwards(query, path, ends)
    sql = pairs(query, path.args[0], replace(ends, end=None))
    for part in path.args[1:]:
        start = None
        if closes(part):
            sql = f"SELECT s, o FROM {query.shared(sql)}"
            start = f"SELECT DISTINCT o FROM ({sql}) AS b"
        sql = _chained(sql, pairs(query, part, Ends(start=start)))
    return sql


def _backwards(query: Query, path: SequencePath, ends: Ends) -> str:
    sql = pairs(query, path.args[-1], ends)
    for part in reversed(path.args[:-1]):
        end = None
        if closes(part):
            sql = f"SELECT s, o FROM {query.shared(sql)}"
            end = f"SELECT DISTINCT s FROM ({sql}) AS b"
        sql = _chained(pairs(query, part, Ends(end=end)), sql)
    return sql


def _chained(first: str, second: str) -> str:
    return f"SELECT a.s, b.o FROM ({first}) AS a, ({second}) AS b WHERE a.o = b.s"


def _repeated(query: Query, path: MulPath, ends: Ends) -> str:
    if ends.start is None and ends.end is not None:
        turned = _repeated(query, MulPath(InvPath(path.path), path.mod), Ends(start=ends.end))
        return f"SELECT o AS s, s AS o FROM ({turned}) AS i"
    step = pairs(query, path.path, Ends())
    if not isinstance(path.path, URIRef):
        step = f"SELECT s, o FROM {query.shared(f'SELECT DISTINCT s, o FROM ({step}) AS b')}"
    once = _from(step, ends.start)
    if path.more:
        once = f"SELECT s, o FROM {query.recursive(_closure(step, once))}"
    return f"({once}) UNION ({_zero(query, ends.start)})" if path.zero else (
        once if path.more else f"SELECT DISTINCT s, o FROM ({once}) AS b")


def _from(step: str, start: str | None) -> str:
    return step if start is None else (
        f"SELECT b.s, b.o FROM ({step}) AS b SEMI JOIN ({start}) AS a(id) ON a.id = b.s")


def _closure(step: str, once: str) -> str:
    return f"({once}) UNION (SELECT r.s, b.o FROM {{self}} AS r, ({step}) AS b WHERE r.o = b.s)"


def _zero(query: Query, start: str | None) -> str:
    """Pair each node with itself."""
    nodes = start or f"SELECT s FROM {query.fact} UNION SELECT o FROM {query.fact}"
    return f"SELECT id AS s, id AS o FROM ({nodes}) AS n(id)"


def _negated(query: Query, path: NegatedPath, ends: Ends) -> str:
    predicates = _predicates(query, path.args)
    if not predicates:
        raise NotCovered("an inverse in a negated property set, which rdflib reads its own way")
    return f"SELECT s, o FROM {query.fact} WHERE p NOT IN ({predicates})"


def _predicates(query: Query, parts: Sequence[URIRef | Path]) -> str:
    """List the ids of plain predicates; "" where there are others."""
    ids = [str(query.ids[part]) for part in parts if isinstance(part, URIRef)]
    return ", ".join(ids) if len(ids) == len(parts) else ""


_PATHS: dict[type, Callable[[Query, Any, Ends], str]] = {
    InvPath: _inverse, AlternativePath: _alternative, SequencePath: _sequence,
    MulPath: _repeated, NegatedPath: _negated}
