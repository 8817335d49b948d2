"""What forward rules do not conclude, they may refute: its denial, assumed, has to clash.

Tried is what denies something (owl:differentFrom, owl:AllDifferent, owl:complementOf, negative
property assertions) and owl:TransitiveProperty, by names that nobody used before. This is sound:
what makes a consistent premise inconsistent is false wherever the premise is true.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox

from clusterkg import closure, tables
from clusterkg.explanation import Statement, Term
from clusterkg.vocabulary import OWL, RDF

Facts = Sequence[Statement]
_FRESH = "urn:clusterkg:fresh:"


def _owl(name: str) -> ox.NamedNode:
    return ox.NamedNode(OWL + name)


_TYPE, _FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))
_SAME, _CLASS = _owl("sameAs"), _owl("Class")
_SOURCE, _ASSERTED = _owl("sourceIndividual"), _owl("assertionProperty")


def refute(part: Facts, premise: Sequence[Path]) -> str:
    """Say by which rules every denial of `part` clashes with the premise; "" where one does not."""
    rules: set[str] = set()
    denials = next((found for way in _WAYS if (found := way(part))), [])
    for denial in denials:
        clashing = _clashing(denial, premise)
        if not clashing:
            return ""
        rules |= clashing
    return f"by refutation: {', '.join(sorted(rules))}" if rules else ""


def _clashing(denial: Facts, premise: Sequence[Path]) -> set[str]:
    connection = tables.connect()
    try:
        for path in premise:
            tables.load(connection, path, ox.NamedNode(path.resolve().as_uri()))
        tables.insert(connection, [ox.Quad(*statement) for statement in denial])  # type: ignore[arg-type]  # kinds by place
        return {clash.rule for clash in closure.infer(connection).clashes}
    finally:
        connection.close()


def _different(part: Facts) -> list[Facts]:
    (one, *others) = part
    if others or one.predicate != _owl("differentFrom") or _blank(one):
        return []
    return [[Statement(one.subject, _SAME, one.object)]]


def _all_different(part: Facts) -> list[Facts]:
    lists = [one for one in part if one.predicate in (_owl("members"), _owl("distinctMembers"))]
    if len(lists) != 1:
        return []
    axiom, cells = lists[0], {s for s, p, _ in part if p == _FIRST}
    members = list(_members(part, axiom.object))
    asked = {axiom, Statement(axiom.subject, _TYPE, _owl("AllDifferent"))}
    if len(part) != 2 + 2 * len(members) or len(cells) != len(members) or not asked <= set(part):
        return []
    return [[Statement(a, _SAME, b)] for a, b in combinations(members, 2)]


def _members(part: Facts, cell: Term) -> Iterator[Term]:
    """Walk along a list; it may end too early, but it ends."""
    for _ in part:
        said = {p: o for s, p, o in part if s == cell}
        if _FIRST not in said or _REST not in said:
            return
        yield said[_FIRST]
        cell = said[_REST]


def _outside(part: Facts) -> list[Facts]:
    complements = [one for one in part if one.predicate == _owl("complementOf")]
    if len(complements) != 1:
        return []
    node, _, what = complements[0]
    inside = [s for s, p, o in part if p == _TYPE and o == node]
    known = {complements[0], Statement(node, _TYPE, _CLASS),
             *(Statement(one, _TYPE, node) for one in inside)}
    if set(part) - known or any(isinstance(term, ox.BlankNode) for term in (what, *inside)):
        return []
    return [[Statement(one, _TYPE, what)] for one in inside]


def _denied(part: Facts) -> list[Facts]:
    said = {p: o for _, p, o in part}
    about, kind = {s for s, _, _ in part}, _owl("NegativePropertyAssertion")
    ends = [said[one] for one in (_owl("targetIndividual"), _owl("targetValue")) if one in said]
    if len(about) != 1 or len(part) != len(said) or len(ends) != 1:
        return []
    if said.pop(_TYPE, kind) != kind or len(said) != 3 or not {_SOURCE, _ASSERTED} <= set(said):
        return []
    return [[Statement(said[_SOURCE], said[_ASSERTED], ends[0])]]


def _transitive(part: Facts) -> list[Facts]:
    (one, *others) = part
    if others or one[1:] != (_TYPE, _owl("TransitiveProperty")) or _blank(one):
        return []
    a, b, c, denial = (ox.NamedNode(_FRESH + name) for name in "abcn")
    return [[Statement(a, one.subject, b), Statement(b, one.subject, c),
             Statement(denial, _SOURCE, a), Statement(denial, _ASSERTED, one.subject),
             Statement(denial, _owl("targetIndividual"), c)]]


def _blank(one: Statement) -> bool:
    return any(isinstance(term, ox.BlankNode) for term in one)


_WAYS: tuple[Callable[[Facts], list[Facts]], ...] = (
    _different, _all_different, _outside, _denied, _transitive)
