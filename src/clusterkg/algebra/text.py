"""Functions of strings, literals and terms; each takes values and gives one."""

from collections.abc import Callable, Sequence

from clusterkg.algebra import number, regex
from clusterkg.algebra.value import (
    DECIMAL,
    LANG_STRING,
    STRING,
    XSD,
    NotCovered,
    Value,
    listed,
    quoted,
    refusal,
    truth,
    whole,
)

Parameter = Callable[[str], str]
_CASELESS = r"[\x00-\x7f\x{2e80}-\x{9fff}]*"  # but for ASCII, which all engines agree on
_STRINGS = listed((STRING, LANG_STRING))


def string(value: Value) -> str:
    """Write the text of a string, with or without language; NULL for anything else."""
    if value.plain:
        return value.text
    return f"CASE WHEN {value.datatype} IN {_STRINGS} THEN {value.text} END"


def _kept(value: Value, sql: str) -> Value:
    """Give a text the language of the string that it was made from."""
    return Value(f"({sql})", datatype=value.datatype, language=value.language)


def _compatible(left: Value, right: Value, sql: str) -> str:
    if right.plain:
        return sql
    return f"CASE WHEN {right.language} IN ('', {left.language}) THEN {sql} END"


def _pair(function: str) -> Callable[[Value, Value], Value]:
    def apply(left: Value, right: Value) -> Value:
        return truth(_compatible(left, right, f"{function}({string(left)}, {string(right)})"))
    return apply


def before(left: Value, right: Value) -> Value:
    """STRBEFORE: plain and empty where nothing is found."""
    a, b = string(left), string(right)
    return _part(left, right, f"left({a}, strpos({a}, {b}) - 1)")


def after(left: Value, right: Value) -> Value:
    """STRAFTER: plain and empty where nothing is found."""
    a, b = string(left), string(right)
    return _part(left, right, f"substring({a}, (strpos({a}, {b}) + length({b}))::BIGINT)")


def _part(left: Value, right: Value, sql: str) -> Value:
    a, b = string(left), string(right)
    found = f"contains({a}, {b})"
    text = f"CASE WHEN {found} THEN {sql} WHEN NOT {found} THEN '' END"
    if left.plain:
        return Value(_compatible(left, right, text))
    return Value(_compatible(left, right, text),
                 datatype=f"CASE WHEN {found} THEN {left.datatype} ELSE {quoted(STRING)} END",
                 language=f"CASE WHEN {found} THEN {left.language} ELSE '' END")


def length(value: Value) -> Value:
    """STRLEN."""
    return whole(f"length({string(value)})")


def piece(value: Value, start: Value, size: Value | None) -> Value:
    """SUBSTR, with numbers that the query says: Python counts negative ones from the end."""
    numbers = [part.constant for part in (start, size) if part is not None]
    if not all((n or "").isdecimal() for n in numbers) or numbers[0] == "0":
        raise NotCovered("SUBSTR with computed, negative or broken numbers")
    written = ", ".join(str(int(n or 0)) for n in numbers)
    return _kept(value, f"substring({string(value)}, {written})")


def _case(function: str) -> Callable[[Value], Value]:
    def apply(value: Value) -> Value:
        text = string(value)
        return _kept(value, f"CASE WHEN regexp_full_match({text}, '{_CASELESS}') "
                     f"THEN {function}({text}) WHEN {text} IS NOT NULL "
                     f"THEN {refusal('upper and lower case of other alphabets')} END")
    return apply


def concatenation(values: Sequence[Value]) -> Value:
    """CONCAT: the language is kept where all have the same one."""
    if not values:
        return Value("''")
    text = "(" + " || ".join(f"({string(value)})" for value in values) + ")"
    if all(value.plain for value in values):
        return Value(text)
    same = " AND ".join(f"{value.language} = {values[0].language}" for value in values)
    return Value(text, datatype=f"CASE WHEN {same} THEN {values[0].datatype} "
                                f"ELSE {quoted(STRING)} END",
                 language=f"CASE WHEN {same} THEN {values[0].language} ELSE '' END")


def matches(value: Value, pattern: Value, flags: Value | None, parameter: Parameter) -> Value:
    """REGEX."""
    sql = f"regexp_matches({_searched(value, pattern)}, {_compiled(pattern, flags, parameter)})"
    return truth(sql)


def replaced(value: Value, pattern: Value, by: Value, flags: Value | None,
             parameter: Parameter) -> Value:
    """REPLACE."""
    compiled = _compiled(pattern, flags, parameter)
    if by.constant is None or any(c in by.constant for c in "\\$"):
        raise NotCovered("REPLACE by a computed text or by groups")
    if regex.matches_nothing(pattern.constant or ""):
        raise NotCovered("REPLACE of a pattern that matches the empty text")
    return _kept(value, f"regexp_replace({_searched(value, pattern)}, {compiled}, {by.text}, 'g')")


def _compiled(pattern: Value, flags: Value | None, parameter: Parameter) -> str:
    if pattern.constant is None or not pattern.plain:
        raise NotCovered("a computed regular expression")
    known = "" if flags is None else flags.constant
    if known not in {"", "i"} or (known == "i" and not pattern.constant.isascii()):
        raise NotCovered("flags of a regular expression")
    return parameter(("(?i)" if known else "") + regex.translate(pattern.constant))


def _searched(value: Value, pattern: Value) -> str:
    text = string(value)
    if not regex.ends(pattern.constant or ""):
        return text
    return (f"CASE WHEN suffix({text}, chr(10)) THEN {refusal('$ before a last line break')} "
            f"ELSE {text} END")


def language(value: Value) -> Value:
    """LANG."""
    return Value(f"CASE WHEN {value.kind} = 'literal' AND {value.text} IS NOT NULL "
                 f"THEN {value.language} END")


def language_matches(tag: Value, wanted: Value) -> Value:
    """LANGMATCHES, with ranges that have no star inside; an error where there is no tag."""
    a, b = f"lower({string(tag)})", f"lower(trim({string(wanted)}))"
    return truth(f"CASE WHEN {a} IS NULL THEN NULL WHEN {a} = '' THEN false "
                 f"WHEN {b} = '*' THEN true "
                 f"WHEN contains({b}, '*') THEN {refusal('a language range with a star inside')} "
                 f"ELSE {a} = {b} OR starts_with({a}, {b} || '-') END")


def datatype(value: Value) -> Value:
    """DATATYPE."""
    return Value(f"CASE WHEN {value.kind} = 'literal' AND {value.text} IS NOT NULL "
                 f"THEN {value.datatype} END", kind="'iri'", datatype="''", resource=True)


def text_of(value: Value) -> Value:
    """STR: rdflib gives the label of a blank node, which means nothing."""
    if value.kind == "'literal'":
        return Value(value.text)
    return Value(f"CASE WHEN {value.kind} <> 'blank' THEN {value.text} "
                 f"WHEN {value.kind} = 'blank' THEN {refusal('STR of a blank node')} END")


def is_kind(kind: str) -> Callable[[Value], Value]:
    """Make isIRI, isBlank or isLiteral."""
    def apply(value: Value) -> Value:
        asked = f"({value.kind} = '{kind}')"
        known = f"CASE WHEN {value.text} IS NOT NULL THEN {asked} END"
        return truth(f"coalesce({known}, false)" if value.failing else known)
    return apply


def is_number(value: Value) -> Value:
    """isNUMERIC: the datatype alone decides in rdflib."""
    asked = f"{value.datatype} IN {listed((*number.EXACT, *number.FLOATS))}"
    return truth(f"(coalesce({asked}, false) AND {value.text} IS NOT NULL)")


def of_time(position: int, size: int, kinds: Sequence[str]) -> Callable[[Value], Value]:
    """Make YEAR, MONTH ...: the digits at a place of a date or time."""
    shape = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?"

    def apply(value: Value) -> Value:
        good = (f"regexp_full_match({value.text}, '{shape}') "
                f"AND TRY_CAST(left({value.text}, 10) AS DATE) IS NOT NULL")
        digits = f"substring({value.text}, {position}, {size})::BIGINT"
        return whole(f"CASE WHEN {value.datatype} IN {listed(XSD + kind for kind in kinds)} "
                     f"THEN CASE WHEN {good} THEN {digits} "
                     f"ELSE {refusal('a date of unusual spelling')} END END")
    return apply


def to_integer(value: Value) -> Value:
    """xsd:integer(...): Python reads spaces, underscores and other digits, too."""
    text = _cast(value)
    return whole(f"CASE WHEN regexp_full_match({text}, '[+-]?\\d{{1,18}}') THEN ({text})::BIGINT "
                 f"WHEN regexp_matches({text}, '^\\s*[+-]?[\\p{{Nd}}_]+\\s*$') "
                 f"THEN {refusal('a number of unusual spelling')} END")


def to_decimal(value: Value) -> Value:
    """xsd:decimal(...)."""
    inner = Value(_cast(value), datatype=quoted(DECIMAL), language="'-'")
    exact = number.exact(inner)
    return Value(number.decimal_text(exact, number.scale(inner)), datatype=quoted(DECIMAL),
                 exact=(exact, number.scale(inner)))


def to_boolean(value: Value) -> Value:
    """xsd:boolean(...)."""
    text = f"lower({_cast(value)})"
    return truth(f"CASE WHEN {text} IN ('1', 'true') THEN true WHEN {text} IN ('0', 'false') "
                 "THEN false END")


def _cast(value: Value) -> str:
    """Write the text of a literal that may be cast."""
    if value.plain:
        return value.text
    allowed = (STRING, LANG_STRING, XSD + "boolean", XSD + "date", *number.EXACT, *number.FLOATS)
    return f"CASE WHEN {value.datatype} IN {listed(allowed)} THEN {value.text} END"


ONE: dict[str, Callable[[Value], Value]] = {
    "STR": text_of, "STRLEN": length, "UCASE": _case("upper"), "LCASE": _case("lower"),
    "LANG": language, "DATATYPE": datatype, "isIRI": is_kind("iri"), "isURI": is_kind("iri"),
    "isBLANK": is_kind("blank"), "isLITERAL": is_kind("literal"), "isNUMERIC": is_number,
    "YEAR": of_time(1, 4, ("date", "dateTime")), "MONTH": of_time(6, 2, ("date", "dateTime")),
    "DAY": of_time(9, 2, ("date", "dateTime")), "HOURS": of_time(12, 2, ("dateTime",)),
    "MINUTES": of_time(15, 2, ("dateTime",))}
TWO: dict[str, Callable[[Value, Value], Value]] = {
    "STRSTARTS": _pair("starts_with"), "STRENDS": _pair("suffix"), "CONTAINS": _pair("contains"),
    "STRBEFORE": before, "STRAFTER": after, "LANGMATCHES": language_matches}
CASTS: dict[str, Callable[[Value], Value]] = {
    XSD + "integer": to_integer, XSD + "decimal": to_decimal, XSD + "boolean": to_boolean}
