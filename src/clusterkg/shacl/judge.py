"""What SQL leaves open about a term, decided as pySHACL does: by the values that rdflib gives."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import prod
from operator import ge, gt, le, lt
from typing import Any

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node

from clusterkg.shacl.constraint import Constraint

Judge = Callable[[Node], bool]
PairJudge = Callable[[Node, Node], bool]

_PLAIN = {str(XSD.string), str(RDF.langString)}
_PYTHON: Mapping[URIRef, type | tuple[type, ...]] = {
    XSD.string: (str, bytes), RDF.langString: (str, bytes), XSD.integer: int, XSD.float: float,
    XSD.decimal: Decimal, XSD.boolean: bool, XSD.date: date, XSD.time: time,
    XSD.dateTime: datetime}
_ASCII_WORD = r"[^\\\[\](){}|^$.*+?\x00-\x1f\x7f]|\\[!-/:-@\[-`{-~]"
# What RE2 and Python read alike: no classes by letter, no look-around, no references.
_SHARED = re.compile(
    rf"(?:(?:{_ASCII_WORD}|\[\^?(?:[^\\\[\]^\x00-\x1f\x7f]|\\[!-/:-@\[-`{{-~])+\]|\)|\.)"
    r"(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})?\??|\((?:\?:)?(?![*+?{])|[|^$])*")
_REPEATED = re.compile(r"\{(?:\d*,)?(\d+)")
_MOST_REPEATED = 1000  # RE2 refuses to repeat something more often, nested repeats multiplied
_NUMBER = re.compile(r"-?[0-9]{1,18}([.][0-9]{1,9})?")


def node(value: str, kind: str, datatype: str, language: str) -> Node:
    """Make rdflib's term of a row of `term`, written as it is."""
    if kind != "literal":
        return URIRef(value) if kind == "iri" else BNode(value)
    if language:
        return Literal(value, lang=language, normalize=False)
    return Literal(value, datatype=None if datatype in _PLAIN else URIRef(datatype),
                   normalize=False)


def judge(name: str, constraint: Constraint) -> Judge:
    """Give the function that tells whether a term passes a judged constraint."""
    return _JUDGES[name](constraint)


def shared_pattern(pattern: Node, *flags: Node) -> str | None:
    """Give a pattern's text where RE2, too, finds what Python does; else None."""
    text = str(pattern)
    alike = not flags and _SHARED.fullmatch(text)
    return text if alike and prod(map(int, _REPEATED.findall(text))) <= _MOST_REPEATED else None


def plain_number(bound: Literal) -> str | None:
    """Give the text of a number that DuckDB, too, reads right; else None."""
    known = bound.datatype in (XSD.integer, XSD.decimal) and bound.value is not None
    return str(bound) if known and _NUMBER.fullmatch(str(bound)) else None


def _datatype(constraint: Constraint) -> Judge:
    wanted = URIRef(str(constraint.values["$datatype"]))

    def passes(term: Node) -> bool:
        if not isinstance(term, Literal):
            return False
        if term.datatype == wanted:
            return term.ill_typed is not True and _fits(term, wanted)
        if wanted == RDFS.Literal or (wanted == RDFS.Datatype and term.datatype):
            return True
        plain = XSD.string if not term.language else RDF.langString
        return term.datatype is None and wanted == plain and _fits(term, wanted)
    return passes


def _fits(term: Literal, wanted: URIRef) -> bool:
    return wanted not in _PYTHON or isinstance(term.value, _PYTHON[wanted])


def _bound(holds: Callable[[int, int], bool]) -> Callable[[Constraint], Judge]:
    def judge(constraint: Constraint) -> Judge:
        bound = constraint.values["$bound"]
        assert isinstance(bound, Literal)
        text = isinstance(bound.value, str)

        def passes(term: Node) -> bool:
            if not isinstance(term, Literal) or isinstance(term.value, str) != text:
                return False
            try:
                return holds(_compared(term, bound), 0)
            except (TypeError, NotImplementedError, ArithmeticError):  # the last for NaN
                return False
        return passes
    return judge


def _compared(one: Literal, other: Literal) -> int:
    """Compare two literals; the moment of a date-time counts, not rdflib's order of them."""
    if one.eq(other):
        return 0
    if one.value.__class__ in (datetime, time):
        return 0 if one.value == other.value else 1 if one.value > other.value else -1
    return 1 if one > other else -1


def _length(holds: Callable[[int, int], bool], slot: str) -> Callable[[Constraint], Judge]:
    def judge(constraint: Constraint) -> Judge:
        limit = constraint.values[slot]
        assert isinstance(limit, int)
        return lambda term: not isinstance(term, BNode) and holds(len(_string(term)), limit)
    return judge


def _pattern(constraint: Constraint) -> Judge:
    values = constraint.values["$pattern"]
    assert isinstance(values, tuple)
    pattern, *flags = values
    said = str(flags[0]).lower() if flags else ""
    found = re.compile(_string(pattern), re.I * ("i" in said) | re.M * ("m" in said)).search
    # RE2, which takes no time that explodes, has decided but for `$` before a last line's end.
    decided = shared_pattern(*values) is not None
    return lambda term: (not isinstance(term, BNode)
                         and not (decided and not _string(term).endswith("\n"))
                         and found(_string(term)) is not None)


def _string(term: Node) -> str:
    plain = isinstance(term, Literal) and term.value is not None and term.datatype is None
    return str(term.value) if isinstance(term, Literal) and plain else str(term)


def _pair(holds: Callable[[Any, Any], Any]) -> PairJudge:
    def passes(one: Node, other: Node) -> bool:
        first, second = _comparable(one), _comparable(other)
        if isinstance(first, Literal) != isinstance(second, Literal):
            return False
        return bool(holds(first, second))
    return passes


def _comparable(term: Node) -> object:
    """Give the text of an IRI or a string, any other literal itself."""
    if isinstance(term, Literal):
        return term.value if isinstance(term.value, str) else term
    return str(term)


_JUDGES: Mapping[str, Callable[[Constraint], Judge]] = {
    "datatype": _datatype, "pattern": _pattern,
    "min_exclusive": _bound(gt), "min_inclusive": _bound(ge),
    "max_exclusive": _bound(lt), "max_inclusive": _bound(le),
    "min_length": _length(ge, "$least"), "max_length": _length(le, "$most")}
PAIRS: Mapping[str, PairJudge] = {"less_than": _pair(lt), "less_than_or_equals": _pair(le)}
