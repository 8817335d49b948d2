"""Numbers: exact ones as DECIMAL(38, 10) or BIGINT, in the digits that Python would write.

rdflib computes with Python's int, Decimal and float. What would come out otherwise here (sums of
floats, very long numbers, spellings that only Python reads) ends the query instead.
"""

from clusterkg.algebra.value import (
    DECIMAL,
    INTEGER,
    XSD,
    NotCovered,
    Value,
    listed,
    quoted,
    refusal,
    typed,
    whole,
)

_FAR = 10**15  # beyond all numbers that are read here
_BOUNDS = {
    "nonNegativeInteger": (0, _FAR), "positiveInteger": (1, _FAR),
    "nonPositiveInteger": (-_FAR, 0), "negativeInteger": (-_FAR, -1),
    "long": (-_FAR, _FAR), "int": (-2**31, 2**31 - 1), "short": (-2**15, 2**15 - 1),
    "byte": (-2**7, 2**7 - 1), "unsignedLong": (0, _FAR), "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 2**8 - 1)}
FLOATS = (XSD + "float", XSD + "double")
EXACT = (DECIMAL, INTEGER, *(XSD + kind for kind in _BOUNDS))
_CAST = "DECIMAL(38, 10)"
_INTEGER, _FRACTION = r"[+-]?\d{1,15}", r"[+-]?(\d{1,15}\.\d{0,10}|\.\d{1,10})"
_FLOAT = r"[+-]?(\d{1,300}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?"
_READ_BY_PYTHON = r"(?i)\p{Nd}|inf|nan"


def exact(value: Value) -> str:
    """Write a number as DECIMAL; NULL for anything else, a float too."""
    if value.whole is not None:
        return f"({value.whole})::{_CAST}"
    if value.exact is not None:
        return value.exact[0]
    if value.plain or value.truth is not None:
        return f"NULL::{_CAST}"
    return f"CASE WHEN {typed(value.datatype, EXACT)} THEN {_parsed(value)} END"


def real(value: Value) -> str:
    """Write a number, float or exact, as DOUBLE; NULL for anything else."""
    if value.whole is not None or value.exact is not None or value.plain:
        return f"({exact(value)})::DOUBLE"
    return (f"CASE WHEN NOT {typed(value.datatype, FLOATS)} THEN ({exact(value)})::DOUBLE "
            f"WHEN regexp_full_match({value.text}, '{_FLOAT}') THEN {value.text}::DOUBLE "
            f"WHEN regexp_matches({value.text}, '{_READ_BY_PYTHON}') "
            f"THEN {refusal('a float of unusual spelling')} END")


def floating(left: Value, operator: str, right: Value) -> str:
    """Write a comparison in which a float takes part; NULL for all others.

    A fraction becomes a float, as the standard says; Python would find 0.1 a little less.
    """
    return (f"CASE WHEN {typed(left.datatype, FLOATS)} OR {typed(right.datatype, FLOATS)} "
            f"THEN {real(left)} {operator} {real(right)} END")


def operand(value: Value) -> str:
    """Write a number that is computed with: an ill-formed one is beyond the error of SPARQL."""
    if value.whole is not None or value.exact is not None or value.plain:
        return exact(value)
    return (f"CASE WHEN {typed(value.datatype, EXACT)} THEN coalesce({_parsed(value)}, "
            f"{refusal('an ill-formed number')}) WHEN {typed(value.datatype, FLOATS)} "
            f"THEN {refusal('a float')} END")


def _parsed(value: Value) -> str:
    bounds = " ".join(f"WHEN '{kind}' THEN {value.text}::BIGINT BETWEEN {low} AND {high}"
                      for kind, (low, high) in _BOUNDS.items())
    inside = f"CASE substr({value.datatype}, {len(XSD) + 1}) {bounds} END"
    return (f"CASE WHEN regexp_full_match({value.text}, '{_INTEGER}') AND "
            f"({value.datatype} IN {listed((INTEGER, DECIMAL))} OR {inside}) "
            f"OR {value.datatype} = {quoted(DECIMAL)} "
            f"AND regexp_full_match({value.text}, '{_FRACTION}') THEN {value.text}::{_CAST} "
            f"WHEN regexp_matches({value.text}, '{_READ_BY_PYTHON}') "
            f"THEN {refusal('a number of unusual spelling or length')} END")


def scale(value: Value) -> str:
    """Write how many digits a number has after its point."""
    if value.whole is not None:
        return "0"
    if value.exact is not None:
        return value.exact[1]
    return (f"CASE WHEN {value.datatype} = {quoted(DECIMAL)} "
            f"THEN length(split_part({value.text}, '.', 2)) ELSE 0 END")


def decimal_text(sql: str, digits: str) -> str:
    """Write a DECIMAL with so many digits after its point."""
    text = f"({sql})::VARCHAR"
    return f"left({text}, length({text}) - 10 + {digits} - ({digits} = 0)::INTEGER)"


def _decimal(sql: str, digits: str, datatype: str) -> Value:
    return Value(decimal_text(sql, digits), datatype=datatype, exact=(sql, digits))


def add(left: Value, operator: str, right: Value) -> Value:
    """Add or subtract."""
    if left.whole is not None and right.whole is not None:
        return whole(f"({left.whole} {operator} {right.whole})", _promoted(left, right))
    decimals = f"{quoted(DECIMAL)} IN ({left.datatype}, {right.datatype})"
    datatype = f"CASE WHEN {decimals} THEN {quoted(DECIMAL)} ELSE {quoted(INTEGER)} END"
    return _decimal(f"({_summand(left)} {operator} {_summand(right)})",
                    f"greatest({scale(left)}, {scale(right)})", datatype)


def _promoted(left: Value, right: Value) -> str:
    return DECIMAL if quoted(DECIMAL) in {left.datatype, right.datatype} else INTEGER


def _summand(value: Value) -> str:
    """Write a number to add; dates and durations have sums of their own in rdflib."""
    if value.whole is not None or value.exact is not None:
        return exact(value)
    times = listed(XSD + kind for kind in ("date", "dateTime", "time", "duration",
                                           "dayTimeDuration", "yearMonthDuration"))
    return (f"CASE WHEN {value.datatype} IN {times} THEN {refusal('arithmetic of times')} "
            f"ELSE {operand(value)} END")


def multiply(left: Value, right: Value) -> Value:
    """Multiply; the product is a decimal, whatever is multiplied."""
    if left.whole is not None and right.whole is not None:
        return whole(f"({left.whole} * {right.whole})", DECIMAL)
    digits = f"({scale(left)} + {scale(right)})"
    product = f"({operand(left)} * {operand(right)})"
    return _decimal(f"CASE WHEN {digits} > 10 THEN {refusal('a long fraction')} "
                    f"ELSE {product}::{_CAST} END", digits, quoted(DECIMAL))


def floor_of_ratio(left: Value, right: Value) -> Value:
    """Divide and round down, without a fraction on the way."""
    if left.whole is None or right.whole is None:
        raise NotCovered("division of what may have a fraction")
    a, b = left.whole, f"nullif({right.whole}, 0)"
    return whole(f"(({a} - ((({a}) % {b}) + {b}) % {b}) // {b})", DECIMAL)


def negative(value: Value) -> Value:
    """Change the sign."""
    if value.whole is not None:
        datatype = DECIMAL if value.datatype == quoted(DECIMAL) else INTEGER
        return whole(f"(-{value.whole})", datatype)
    return add(whole("0"), "-", value)


def rounded(value: Value, function: str) -> Value:
    """Apply floor or ceil, which keep the datatype."""
    if value.whole is not None:
        return value
    sql = f"{function}({operand(value)})::{_CAST}"
    return _decimal(sql, "0", value.datatype)
