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
_ZONE = r"(Z|[+-]\d\d:\d\d)"


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
    a, b = number.exact(left), number.exact(right)
    return (f"CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {a} = {b} "
            f"WHEN {left.datatype} <> {right.datatype} "
            f"OR lower({left.language}) <> lower({right.language}) THEN false "
            f"WHEN {left.datatype} IN {listed(TEXTS)} THEN {left.text} = {right.text} "
            f"WHEN {left.datatype} IN {listed((BOOLEAN, _DATE, _DATE_TIME))} "
            f"THEN {_key(left)} = {_key(right)} "
            f"WHEN {left.datatype} IN {listed(_KNOWN_ELSE)} "
            f"THEN {refusal('times, durations or binaries are compared')} END")


def _key(value: Value) -> str:
    """Write what orders booleans, dates and times: whether there is a zone, and the instant."""
    false, unusual = "false", refusal("a date or time of unusual spelling")
    whole_date = rf"\d{{4}}-\d\d-\d\d{_ZONE}?"
    whole_time = rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{{1,6}})?{_ZONE}?"
    zoned = f"regexp_matches({value.text}, '{_ZONE}$')"
    instant = f"replace({value.text}, 'T', ' ')"
    return (f"CASE {value.datatype} "
            f"WHEN {quoted(BOOLEAN)} THEN row({false}, "
            f"make_timestamp((lower({value.text}) IN ('true', '1'))::BIGINT)) "
            f"WHEN {quoted(_DATE)} THEN CASE WHEN regexp_full_match({value.text}, '{whole_date}') "
            f"THEN row({false}, coalesce(TRY_CAST(left({value.text}, 10) AS TIMESTAMP), "
            f"{unusual})) ELSE {unusual} END "
            f"ELSE CASE WHEN regexp_full_match({value.text}, '{whole_time}') "
            f"THEN row({zoned}, coalesce(CASE WHEN {zoned} THEN "
            f"make_timestamp(epoch_us(TRY_CAST({instant} AS TIMESTAMPTZ))) "
            f"ELSE TRY_CAST({instant} AS TIMESTAMP) END, {unusual})) ELSE {unusual} END END")


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
    a, b = number.exact(left), number.exact(right)
    kinds = [f"CASE {v.datatype} WHEN {quoted(LANG_STRING)} THEN {quoted(STRING)} "
             f"ELSE {v.datatype} END" for v in (left, right)]
    unordered = " AND ".join(f"{kind} NOT IN {listed(_ORDERED)}" for kind in kinds)
    return (f"CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {a} {operator} {b} "
            f"WHEN {unordered} THEN NULL "
            f"WHEN {kinds[0]} <> {kinds[1]} THEN {kinds[0]} {operator} {kinds[1]} "
            f"WHEN {kinds[0]} = {quoted(STRING)} "
            f"THEN row({left.language}, {left.text}) {operator} "
            f"row({right.language}, {right.text}) "
            f"WHEN {left.datatype} IN {listed((BOOLEAN, _DATE, _DATE_TIME))} "
            f"THEN {_key(left)} {operator} {_key(right)} "
            f"ELSE {refusal('an order of ill-formed literals')} END")


def among(left: Value, options: Iterable[Value]) -> str:
    """Write IN; an error among the options is no option."""
    found = " OR ".join(f"coalesce({same_term(left, option)}, false)" for option in options)
    return f"CASE WHEN {left.id or left.text} IS NOT NULL THEN {found or 'false'} END"
