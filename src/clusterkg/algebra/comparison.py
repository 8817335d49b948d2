"""Comparisons as rdflib makes them: by value where it knows the values, else by term.

`=` of different datatypes is false and `<` orders them by datatype, where the standard has errors:
reports have to be those of pySHACL, which asks rdflib. IN compares terms for the same reason.
"""

from collections.abc import Iterable

from clusterkg.algebra import number
from clusterkg.algebra.value import (
    ANY_URI,
    BOOLEAN,
    LANG_STRING,
    RDF,
    STRING,
    XSD,
    Value,
    listed,
    quoted,
    refusal,
)

_DATE, _DATE_TIME = XSD + "date", XSD + "dateTime"
TEXTS = (STRING, LANG_STRING, ANY_URI, *(XSD + kind for kind in (
    "normalizedString", "token", "language")))
_KNOWN_ELSE = (*(XSD + kind for kind in ("time", "duration", "dayTimeDuration",
                                         "yearMonthDuration", "hexBinary", "base64Binary")),
               RDF + "XMLLiteral", RDF + "HTML")
_ORDERED = (STRING, BOOLEAN, _DATE, _DATE_TIME, *number.EXACT, *number.FLOATS)
_DAY, _TIME, _ZONE = r"\d{4}-\d\d-\d\d", r"T\d\d:\d\d:\d\d(\.\d{1,6})?", r"(Z|[+-]\d\d:\d\d)"
_LATER = 10**18  # more microseconds than there are in ten thousand years


def same_term(left: Value, right: Value) -> str:
    """Write whether two values are one term."""
    if left.id is not None and right.id is not None:
        return f"({left.id} = {right.id})"
    if left.plain and right.plain:
        return f"({left.text} = {right.text})"
    parts = [(left.text, right.text), (left.kind, right.kind), (left.datatype, right.datatype),
             (f"lower({left.language})", f"lower({right.language})")]
    same = " AND ".join(f"{a} = {b}" for a, b in parts if a != b) or "true"
    return f"CASE WHEN NOT ({_missing(left, right)}) THEN {same} END"


def equals(left: Value, right: Value) -> str:
    """Write `=`."""
    if left.whole is not None and right.whole is not None:
        return f"({left.whole} = {right.whole})"
    if left.truth is not None and right.truth is not None:
        return f"({left.truth} = {right.truth})"
    if (left.plain and right.plain) or (left.resource or right.resource):
        return same_term(left, right)
    return (f"CASE WHEN {_missing(left, right)} THEN NULL "
            f"WHEN {same_term(left, right)} THEN true "
            f"WHEN {left.kind} <> 'literal' OR {right.kind} <> 'literal' THEN false "
            f"ELSE {_equal_literals(left, right)} END")


def _missing(*values: Value) -> str:
    return " OR ".join(f"{value.id or value.text} IS NULL" for value in values)


def _equal_literals(left: Value, right: Value) -> str:
    return (f"coalesce({number.exact(left)} = {number.exact(right)}, "
            f"{number.floating(left, '=', right)}, "
            f"CASE WHEN {left.datatype} <> {right.datatype} "
            f"OR lower({left.language}) <> lower({right.language}) THEN false "
            f"WHEN {left.datatype} IN {listed(TEXTS)} THEN {left.text} = {right.text} "
            f"WHEN {left.datatype} IN {listed((BOOLEAN, _DATE, _DATE_TIME))} "
            f"THEN {_key(left)} = {_key(right)} "
            f"WHEN {left.datatype} IN {listed(_KNOWN_ELSE)} "
            f"THEN {refusal('times, durations or binaries are compared')} END)")


def _key(value: Value) -> str:
    """Write a number that orders booleans, dates and times: microseconds; NULL if ill-formed.

    All times without a zone come before all with one, and equal none of them.
    """
    shape = (f"CASE {value.datatype} WHEN {quoted(_DATE)} THEN '{_DAY}{_ZONE}?' "
             f"ELSE '{_DAY}{_TIME}{_ZONE}?' END")
    unusual = (f"CASE WHEN regexp_matches({value.text}, '\\p{{Nd}}') "
               f"THEN {refusal('a date or time of unusual spelling')} END")
    instant = (f"CASE WHEN {value.datatype} = {quoted(_DATE)} "
               f"THEN epoch_us(TRY_CAST(left({value.text}, 10) AS TIMESTAMP)) "
               f"WHEN regexp_matches({value.text}, '{_ZONE}$') "
               f"THEN epoch_us(TRY_CAST({value.text} AS TIMESTAMPTZ)) + {_LATER} "
               f"ELSE epoch_us(TRY_CAST({value.text} AS TIMESTAMP)) END")
    return (f"CASE WHEN {value.datatype} = {quoted(BOOLEAN)} "
            f"THEN (lower({value.text}) IN ('true', '1'))::BIGINT "
            f"WHEN regexp_full_match({value.text}, {shape}) THEN {instant} ELSE {unusual} END")


def compares(left: Value, operator: str, right: Value) -> str:
    """Write `<`, `>`, `<=` or `>=`."""
    if left.whole is not None and right.whole is not None:
        return f"({left.whole} {operator} {right.whole})"
    if left.plain and right.plain:
        return f"({left.text} {operator} {right.text})"
    return (f"CASE WHEN {_missing(left, right)} THEN NULL "
            f"WHEN {left.kind} <> 'literal' OR {right.kind} <> 'literal' THEN NULL "
            f"ELSE {_ordered_literals(left, operator, right)} END")


def _ordered_literals(left: Value, operator: str, right: Value) -> str:
    kinds = [f"CASE {v.datatype} WHEN {quoted(LANG_STRING)} THEN {quoted(STRING)} "
             f"ELSE {v.datatype} END" for v in (left, right)]
    unordered = " AND ".join(f"{kind} NOT IN {listed(_ORDERED)}" for kind in kinds)
    ill_formed = _ill_formed(left.text, operator, right.text)
    return (f"coalesce({number.exact(left)} {operator} {number.exact(right)}, "
            f"{number.floating(left, operator, right)}, "
            f"CASE WHEN {unordered} THEN NULL "
            f"WHEN {kinds[0]} <> {kinds[1]} THEN {kinds[0]} {operator} {kinds[1]} "
            f"WHEN {kinds[0]} = {quoted(STRING)} "
            f"THEN row({left.language}, {left.text}) {operator} "
            f"row({right.language}, {right.text}) "
            f"WHEN {left.datatype} IN {listed((BOOLEAN, _DATE, _DATE_TIME))} "
            f"THEN coalesce({_key(left)} {operator} {_key(right)}, {ill_formed}) "
            f"ELSE {ill_formed} END)")


def _ill_formed(left: str, operator: str, right: str) -> str:
    """Write the order of literals of one datatype whose values rdflib does not know.

    It compares their texts for `>`, finds the rest by asking whether they are equal, which is an
    error, and takes that error for true in `<=`.
    """
    rest = {">": "false", "<": "NULL", ">=": "NULL", "<=": "true"}[operator]
    greater = {">": "true", "<": "false", ">=": "true", "<=": "NULL"}[operator]
    return (f"CASE WHEN {left} = {right} THEN {str('=' in operator).lower()} "
            f"WHEN {left} > {right} THEN {greater} ELSE {rest} END")


def among(left: Value, options: Iterable[Value]) -> str:
    """Write IN; an error among the options is no option."""
    found = " OR ".join(f"coalesce({same_term(left, option)}, false)" for option in options)
    return f"CASE WHEN {left.id or left.text} IS NOT NULL THEN {found or 'false'} END"
