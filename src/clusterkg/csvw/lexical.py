"""CSVW's datatypes as SQL: what a text has to be, and the one way to write its value.

Each expression is over `cell`, like a cleaning rule's (see `cleaning`). Source: Model for Tabular
Data and Metadata on the Web, 6.4.2 to 6.4.9.
"""

import re
from collections.abc import Callable
from functools import cache

from clusterkg import tables
from clusterkg.csvw import bound, numeral
from clusterkg.csvw.mapping import Datatype
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import expand
from clusterkg.sql import literal

XSD = expand("xsd:")
STRING = XSD + "string"
_ALIASES = {"number": "double", "datetime": "dateTime", "any": "string", "text": "string"}
# The lowest and highest whole number of each; empty for none.
_WHOLE = {"integer": ("", ""), "nonNegativeInteger": ("0", ""), "positiveInteger": ("1", ""),
          "nonPositiveInteger": ("", "0"), "negativeInteger": ("", "-1"),
          "long": (str(-2**63), str(2**63 - 1)), "int": (str(-2**31), str(2**31 - 1)),
          "short": ("-32768", "32767"), "byte": ("-128", "127"),
          "unsignedLong": ("0", str(2**64 - 1)), "unsignedInt": ("0", str(2**32 - 1)),
          "unsignedShort": ("0", "65535"), "unsignedByte": ("0", "255")}
_PATTERNS = {  # lexical forms that are kept as they are
    "double": r"[+-]?(\d+(\.\d*)?|\.\d+)([Ee][+-]?\d+)?|[+-]?INF|NaN",
    "time": r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
    "gYear": r"-?([1-9]\d{3,}|0\d{3})(Z|[+-]\d\d:\d\d)?",
    "gYearMonth": r"-?([1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])(Z|[+-]\d\d:\d\d)?",
    "anyURI": r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*"}
_PATTERNS["float"] = _PATTERNS["double"]
_CLOCK = r"T(\d+H(\d+M)?(\d+(\.\d+)?S)?|\d+M(\d+(\.\d+)?S)?|\d+(\.\d+)?S)"
_MONTHS = r"(\d+Y(\d+M)?|\d+M)"
_PATTERNS["dayTimeDuration"] = rf"-?P(\d+D({_CLOCK})?|{_CLOCK})"
_PATTERNS["yearMonthDuration"] = f"-?P{_MONTHS}"
_PATTERNS["duration"] = rf"-?P({_MONTHS}(\d+D)?({_CLOCK})?|\d+D({_CLOCK})?|{_CLOCK})"
_EXAMPLES = {"double": "1.5", "float": "1.5", "time": "09:30:00", "gYear": "2019",
             "gYearMonth": "2019-01", "duration": "P1Y2M3DT4H",
             "dayTimeDuration": "P1DT2H30M", "yearMonthDuration": "P1Y6M",
             "anyURI": "https://...", "date": "2019-01-02", "dateTime": "2019-01-02T09:30:00",
             "boolean": "true or false", "decimal": "1.5"}
_NAMES = {"string", "boolean", "decimal", "date", "dateTime", *_WHOLE, *_PATTERNS}
_NUMBERS = {"decimal", "double", "float", *_WHOLE}
# CSVW's letters of dates and times, strptime's, and what a text has there: strptime takes less.
_LETTERS = {"yyyy": "%Y", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d", "HH": "%H", "mm": "%M",
            "ss": "%S", "T": "T"}
_DIGITS = {"yyyy": r"\d{4}", "M": r"\d{1,2}", "d": r"\d{1,2}", "T": "T"}
# What has to be in a format, so that no part of a value is made up, and what may be besides.
_PARTS = {"date": ("yMd", ""), "dateTime": ("yMdHm", "sT"), "time": ("Hm", "s")}
_WRITTEN = {"date": "%Y-%m-%d", "dateTime": "%Y-%m-%dT%H:%M:%S", "time": "%H:%M:%S"}
_FORMAT = re.compile(r"([A-Za-z])\1*|[-/. :年月日]")
_UNSUPPORTED = re.compile(r"\(\?(?!:)|\\[1-9ZkKgGXRuUN]|\{\d*,?\d{4}|[*+?}]\+")
_LONGEST = 500  # characters of a regular expression
_MOST = 38  # digits that DuckDB can compare


def known(name: str) -> str:
    """Give the IRI of a datatype by CSVW's name; raise UsageError that lists what there is."""
    local = _ALIASES.get(name, name)
    if local not in _NAMES:
        raise UsageError(f"no datatype {quoted(name)}; there are "
                         f"{', '.join(sorted({*_NAMES, *_ALIASES}))}")
    return XSD + local


def check(datatype: Datatype) -> None:
    """Raise UsageError where a format or limit means nothing for this datatype."""
    name = datatype.base.removeprefix(XSD)
    if datatype.format is not None and name in _PARTS:
        strptime(datatype.format)
        _check_parts(datatype.format, name)
    elif datatype.format is not None and name == "boolean":
        if datatype.format.count("|") != 1 or "" in datatype.format.split("|"):
            raise UsageError('the format of a boolean is two words, such as "Y|N"')
    elif datatype.format is not None and name == "string":
        _check_pattern(datatype.format)
    elif datatype.format is not None and name in _NUMBERS:
        numeral.shape(datatype)
    elif datatype.format is not None:
        raise UsageError(f"a format is not supported for {name}; use a cleaning rule")
    bound.check(name, datatype.limits)
    for word, limit in datatype.limits.items() if name in _PARTS else ():
        _try(f"TIMESTAMP {literal(limit)}", f"{word} is no {name}: {quoted(limit)}")


def is_number(datatype: Datatype) -> bool:
    """Tell whether values are written in digits."""
    return datatype.base.removeprefix(XSD) in _NUMBERS


def is_plain(datatype: Datatype) -> bool:
    """Tell whether values are made of digits and signs that need no escape anywhere."""
    return datatype.base.removeprefix(XSD) not in ("string", "anyURI")


def _check_pattern(pattern: str) -> None:
    """Refuse what Python or RE2 cannot read: RE2 knows neither looking around nor references."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise UsageError(f"no regular expression: {quoted(pattern)}: {error}") from error
    if _UNSUPPORTED.search(pattern) or len(pattern) > _LONGEST:
        raise UsageError(f"no regular expression that is supported: {quoted(pattern)}; leave out "
                         "(?...) but (?:...), references, and possessive quantifiers")
    _try(f"regexp_full_match('', {literal(pattern)})",
         f"no regular expression that is supported: {quoted(pattern)}; make it shorter")


def _try(expression: str, wrong: str) -> None:
    """Raise UsageError for what makes no SQL."""
    try:
        with tables.connect() as connection:
            connection.execute(f"SELECT {expression}").fetchall()
    except tables.Error as error:
        raise UsageError(wrong) from error


def strptime(text: str) -> str:
    """Turn a format of CSVW into strptime's; raise UsageError for letters that it has not."""
    signs = _signs(text)
    if not text or "".join(signs) != text or any(
            sign.isascii() and sign.isalpha() and sign not in _LETTERS for sign in signs):
        raise UsageError(f"no format of dates: {quoted(text)}; it is made of "
                         f"{' '.join(_LETTERS)} and - / . : 年 月 日")
    return "".join(_LETTERS.get(sign, sign) for sign in signs)


def _signs(text: str) -> list[str]:
    return [found[0] for found in _FORMAT.finditer(text)]


def _check_parts(text: str, name: str) -> None:
    needed, allowed = _PARTS[name]
    there = [sign[0] for sign in _signs(text) if sign in _LETTERS]
    if len(there) != len(set(there)) or not set(needed) <= set(there) <= {*needed, *allowed}:
        raise UsageError(f"{quoted(text)} is no format of a {name}: it has "
                         f"{', '.join(needed)} once each" + (f", and may have {', '.join(allowed)}"
                                                             if allowed else ""))


def sql(datatype: Datatype, cell: str) -> str:
    """Give struct(value, wrong, advice) for the column `cell`."""
    name = datatype.base.removeprefix(XSD)
    value = _VALUES.get(name, _whole if name in _WHOLE else _pattern)(datatype, cell)
    if datatype.format and name in _NUMBERS:
        form = literal(numeral.shape(datatype))
        value = f"CASE WHEN regexp_full_match({cell}, {form}) THEN {value} END"
    example = literal(f"give {_example(datatype, name)}")
    limited = bound.limited(datatype, name)
    wrong = "is not of the form that the mapping asks for" if name == "string" else f"is no {name}"
    checked = f"""CASE WHEN value IS NULL THEN
        {{'value': NULL, 'wrong': '{wrong}', 'advice': {example}}}
        ELSE {limited} END"""
    return f"list_transform([{value}], lambda value: {checked})[1]"


def value(datatype: Datatype | None, text: str) -> str:
    """Write a value in the one way; raise UsageError for a text that is none."""
    if datatype is None or datatype == Datatype(STRING):
        return text
    found, wrong, advice = _reader().cursor().execute(
        f"SELECT r.value, r.wrong, r.advice FROM (SELECT {sql(datatype, 'v1')} AS r "
        "FROM (SELECT ?::VARCHAR AS v1))", [text]).fetchone() or (None, None, None)
    if found is None:
        raise UsageError(f"{quoted(text)} {wrong}; {advice}")
    return str(found)


@cache
def _reader() -> tables.Connection:
    """Open a database once: a mapping may have thousands of values."""
    return tables.connect()


def _example(datatype: Datatype, name: str) -> str:
    if datatype.format:
        return f"it as {datatype.format}"
    return _EXAMPLES.get(name, "a whole number")


def _plain(datatype: Datatype, cell: str) -> str:
    """Write a number with a point and without groups."""
    found = cell
    if datatype.group:
        grouped = re.escape(datatype.group)
        shape = literal(rf"[+-]?\d{{1,3}}({grouped}\d{{3}})*({re.escape(datatype.decimal)}\d+)?")
        found = (f"CASE WHEN regexp_full_match({cell}, {shape}) THEN "
                 f"replace({cell}, {literal(datatype.group)}, '') ELSE {cell} END")
    if datatype.decimal != ".":
        found = (f"CASE WHEN contains({cell}, '.') AND {literal(datatype.group)} <> '.' THEN NULL "
                 f"ELSE replace({found}, {literal(datatype.decimal)}, '.') END")
    return found


def _canonical(text: str) -> str:
    """Take from a number that has the right form what says nothing."""
    text = f"regexp_replace({text}, '^\\+', '')"
    text = f"regexp_replace({text}, '^(-?)0*([0-9])', '\\1\\2')"
    return f"CASE WHEN regexp_full_match({text}, '-0*') THEN '0' ELSE {text} END"


def _whole(datatype: Datatype, cell: str) -> str:
    low, high = _WHOLE[datatype.base.removeprefix(XSD)]
    text = _plain(datatype, cell)
    shape = rf"[+-]?0*\d{{1,{_MOST}}}"
    tests = [f"TRY_CAST({text} AS HUGEINT) {sign} {limit}::HUGEINT"
             for sign, limit in ((">=", low), ("<=", high)) if limit]
    fits = " AND ".join([f"regexp_full_match({text}, '{shape}')", *tests])
    return f"CASE WHEN {fits} THEN {_canonical(text)} END"


def _decimal(datatype: Datatype, cell: str) -> str:
    text = _plain(datatype, cell)
    whole = f"regexp_replace(regexp_replace({text}, '^([+-]?)\\.', '\\10.'), '\\.?0*$', '')"
    cut = f"CASE WHEN contains({text}, '.') THEN {whole} ELSE {text} END"
    return (f"CASE WHEN regexp_full_match({text}, '[+-]?(\\d+(\\.\\d*)?|\\.\\d+)') "
            f"THEN {_canonical(cut)} END")


def _pattern(datatype: Datatype, cell: str) -> str:
    name = datatype.base.removeprefix(XSD)
    if datatype.format and name in _PARTS:
        return _formatted(datatype, cell)
    text = _plain(datatype, cell) if name in ("double", "float") else cell
    return f"CASE WHEN regexp_full_match({text}, {literal(_PATTERNS[name])}) THEN {text} END"


def _string(datatype: Datatype, cell: str) -> str:
    if datatype.format is None:
        return cell
    return f"CASE WHEN regexp_full_match({cell}, {literal(datatype.format)}) THEN {cell} END"


def _boolean(datatype: Datatype, cell: str) -> str:
    true, false = (datatype.format or "true|false").split("|")
    more = f"WHEN {cell} = '1' THEN 'true' WHEN {cell} = '0' THEN 'false'"
    more = "" if datatype.format else more
    return (f"CASE WHEN {cell} = {literal(true)} THEN 'true' WHEN {cell} = {literal(false)} "
            f"THEN 'false' {more} END")


def _formatted(datatype: Datatype, cell: str) -> str:
    """Read a text that has just the form that is asked for."""
    text = str(datatype.format)
    shape = "".join(_DIGITS.get(sign, r"\d\d") if sign in _LETTERS else re.escape(sign)
                    for sign in _signs(text))
    written = _WRITTEN[datatype.base.removeprefix(XSD)]
    return (f"CASE WHEN regexp_full_match({cell}, {literal(shape)}) THEN strftime("
            f"try_strptime({cell}, {literal(strptime(text))}), '{written}') END")


def _date(datatype: Datatype, cell: str) -> str:
    if datatype.format:
        return _formatted(datatype, cell)
    return (f"CASE WHEN regexp_full_match({cell}, '\\d{{4}}-\\d\\d-\\d\\d') AND "
            f"TRY_CAST({cell} AS DATE) IS NOT NULL THEN {cell} END")


def _date_time(datatype: Datatype, cell: str) -> str:
    if datatype.format:
        return _formatted(datatype, cell)
    shape = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
    return (f"CASE WHEN regexp_full_match({cell}, '{shape}') AND "
            f"TRY_CAST({cell} AS TIMESTAMPTZ) IS NOT NULL THEN {cell} END")


_VALUES: dict[str, Callable[[Datatype, str], str]] = {
    "string": _string, "boolean": _boolean, "decimal": _decimal, "date": _date,
    "dateTime": _date_time}
