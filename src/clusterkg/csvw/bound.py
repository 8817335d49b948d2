"""The limits of CSVW's datatypes, such as `minimum` or `maxLength`, as SQL over a valid `value`.

Decimals are compared digit by digit: they have as many as somebody writes. Source: Metadata
Vocabulary for Tabular Data, 5.11.2.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import product

from clusterkg.csvw.mapping import Datatype
from clusterkg.errors import UsageError, quoted
from clusterkg.sql import literal

_LENGTHS = {"length": "=", "minLength": ">=", "maxLength": "<="}
_BOUNDS = {"minimum": ">=", "minInclusive": ">=", "maximum": "<=", "maxInclusive": "<=",
           "minExclusive": ">", "maxExclusive": "<"}
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
_BOUNDLESS = ("boolean", "time", "gYearMonth", "duration", "dayTimeDuration", "yearMonthDuration")
_TEXTS = ("string", "anyURI")
_DAYS = {"date": "DATE", "dateTime": "TIMESTAMP"}
_FRACTIONS = ("decimal", "double", "float")
LIMITS = frozenset({*_LENGTHS, *_BOUNDS})


def check(name: str, limits: Mapping[str, str]) -> None:
    """Raise UsageError where a limit means nothing for the datatype of a name."""
    for word, value in limits.items():
        if (word in _LENGTHS) != (name in _TEXTS) or name in _BOUNDLESS:
            raise UsageError(f"{word} means nothing for {name}")
        if name in _DAYS:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:]{8})?", value):
                raise UsageError(f"{word} of a {name} is a day such as 2019-01-02")
            continue
        part = r"(\.[0-9]{1,10})?" if name in _FRACTIONS else ""
        number = "[0-9]{1,9}" if name in _TEXTS else f"[+-]?[0-9]{{1,20}}{part}"
        if not re.fullmatch(number, value):
            whole = "a number" if part else "a whole number"
            raise UsageError(f"{word} of {name} is {whole}; not {quoted(value)}")
    _check_together(name, limits)


def _check_together(name: str, limits: Mapping[str, str]) -> None:
    """Refuse limits that no value keeps to, and two for one side of which one says nothing."""
    signs = {word: (_LENGTHS.get(word) or _BOUNDS[word]) for word in limits}
    for side in "><":
        those = [word for word, sign in signs.items() if sign[0] == side]
        if len(those) > 1 and side in (signs[word] for word in those):
            raise UsageError(f"{' and '.join(those)} are two limits for one side; keep one")
    for low, high in product(limits, limits):
        if low != high and signs[low][0] in ">=" and signs[high][0] in "<=":
            least, most = _size(name, limits[low]), _size(name, limits[high])
            if least > most or (least == most and {signs[low], signs[high]} & set("<>")):
                raise UsageError(f"no value keeps to {low} {limits[low]} and {high} "
                                 f"{limits[high]}; mend one")


def _size(name: str, limit: str) -> Decimal:
    """Give a number that is larger where the limit is: of a day, its digits."""
    if name not in _DAYS:
        return Decimal(limit)
    return Decimal(re.sub(r"\D", "", limit).ljust(14, "0"))


def limited(datatype: Datatype, name: str) -> str:
    """Give struct(value, wrong, advice) of a `value` that has the form of the datatype."""
    found = "{'value': value, 'wrong': NULL, 'advice': NULL}"
    for word, limit in datatype.limits.items():
        sign = _LENGTHS.get(word) or _BOUNDS[word]
        advice = literal(f"give one that is {sign} {limit}")
        wrong = literal(f"is out of bounds ({word} {limit})")
        found = f"""CASE WHEN {fits(name, word, limit)} THEN {found} ELSE
            {{'value': NULL, 'wrong': {wrong}, 'advice': {advice}}} END"""
    return found


def fits(name: str, word: str, limit: str) -> str:
    """Give the SQL that says whether `value` keeps to a limit."""
    if name in _TEXTS:
        return f"length(value) {_LENGTHS[word]} {limit}"
    sign = _BOUNDS[word]
    if name == "decimal":
        return _compared(sign, Decimal(limit))
    if name in _FRACTIONS:  # what is no number lies on no side of one
        return f"value <> 'NaN' AND TRY_CAST(value AS DOUBLE) {sign} CAST('{limit}' AS DOUBLE)"
    kind = _DAYS.get(name, "HUGEINT")
    return f"TRY_CAST(value AS {kind}) {sign} CAST('{limit}' AS {kind})"


def _compared(sign: str, limit: Decimal) -> str:
    """Compare a decimal that is written in the one way: sign, and then size by its digits."""
    is_below = limit < 0
    size = (f"{_digits('value')} {_TURNED[sign] if is_below else sign} "
            f"{_digits(literal(_written(limit.copy_abs())))}")
    if sign in (">=", ">"):
        return f"(value[1] <> '-' {'OR' if is_below else 'AND'} {size})"
    return f"(value[1] = '-' {'AND' if is_below else 'OR'} {size})"


def _digits(text: str) -> str:
    """Give a row that is larger where the number without its sign is: the longer one first."""
    plain = f"ltrim({text}, '-')"
    whole, rest = f"split_part({plain}, '.', 1)", f"split_part({plain}, '.', 2)"
    return f"row(length({whole}), {whole}, {rest})"


def _written(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
