"""Patterns of numbers, such as `#,##0.00`: which texts have their form.

Source: Model for Tabular Data and Metadata on the Web, 6.4.2, and of Unicode TS 35 what it asks for
but exponents, percents and signs of one's own. A pattern with groups takes only grouped numbers.
"""

import re

from clusterkg.csvw.mapping import Datatype
from clusterkg.errors import UsageError, quoted

_MOST = 38  # digits


def shape(datatype: Datatype) -> str:
    """Give the regular expression of a datatype's format; raise UsageError where that is none."""
    pattern = str(datatype.format)
    whole, point, rest = pattern.partition(datatype.decimal)
    groups = whole.split(datatype.group) if datatype.group else [whole]
    if len(pattern) > _MOST or not re.fullmatch("#*0*", "".join(groups)) \
            or not re.fullmatch("0*#*", rest) or not groups[-1] or bool(point) != bool(rest) \
            or len({len(group) for group in groups[1:]}) > 1:
        raise UsageError(f"no pattern of numbers that is supported: {quoted(pattern)}; it is made "
                         "of #, 0, groupChar and decimalChar, such as #,##0.00")
    return "[+-]?" + _whole(groups, re.escape(datatype.group)) + _rest(
        rest, re.escape(datatype.decimal))


def _whole(groups: list[str], sign: str) -> str:
    least = "".join(groups).count("0")
    if len(groups) == 1:
        return rf"\d{{{least},{_MOST}}}"
    size = len(groups[-1])
    full, first = divmod(least, size)
    short = rf"\d{{1,{size}}}"
    if full == 0 or (full == 1 and first == 0):
        head = rf"\d{{{max(least, 1)},{size}}}"
        return rf"({head}|{short}({sign}\d{{{size}}})+)"
    needed = full if first else full - 1
    return rf"(\d{{{first or size},{size}}}({sign}\d{{{size}}}){{{needed}}}" \
           rf"|{short}({sign}\d{{{size}}}){{{needed + 1},{_MOST}}})"


def _rest(rest: str, sign: str) -> str:
    least, most = rest.count("0"), len(rest)
    if not most:
        return ""
    return rf"{sign}\d{{{least},{most}}}" if least else rf"({sign}\d{{1,{most}}})?"
