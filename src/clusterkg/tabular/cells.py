"""The values of a workbook's cells as the text that people see, or what is wrong with them."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.workbook import Workbook

from clusterkg.tabular.sheet import Cell
from clusterkg.tabular.text import text_of

_EXACT = 10**15  # what is larger, a spreadsheet does not keep to the digit
# Formats of days and times that no workbook spells out: those of Chinese and its neighbours.
_EASTERN = frozenset((*range(27, 37), *range(50, 59)))
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # of a format: text as it stands, and colours

Flaw = tuple[str, str]
_OPEN = "put the value in its place, or open the workbook in a spreadsheet program and save it"
_DIGITS = ("a number of more than 15 digits, of which a spreadsheet keeps 15",
           "take it from the original, and give it as text")
_NO_DAY = ("a number that is no day, in a cell for days", "give the day, or the number as such")
_NO_SPAN = ("a number that is no span of time, in a cell for such",
            "give the span, or the number as such")


class Values:
    """What the cells of a sheet say."""

    def __init__(self, book: Workbook, sheet: str, texts: Sequence[str]):
        """Take the texts that the cells of its workbook share."""
        self._texts, self._epoch, self._sheet = texts, book.epoch, book[sheet]
        self._kinds: dict[int, str] = {}

    def told(self, cell: Cell) -> str | tuple[str, Flaw] | None:
        """Give the text of a cell; or the value, and what is wrong with it and what to do."""
        if cell.text is None or (cell.kind == "n" and not cell.text.strip()):
            return cell.formula and (cell.formula, ("a formula that was never computed", _OPEN))
        if cell.kind == "n":
            return self._number(cell)
        if cell.kind == "e":
            return cell.text, (f"the formula failed: {cell.text}", _OPEN)
        return self._written(cell.kind, cell.text)

    def _written(self, kind: str, text: str) -> str | None:
        if kind == "s":
            if (number := int(text)) < 0:
                raise IndexError(f"no shared text {number}")
            return _unescaped(self._texts[number])
        if kind == "b":
            return text_of(text.strip() not in {"0", "false"})
        if kind == "d":
            return text_of(from_ISO8601(text))  # type: ignore[no-untyped-call]  # of openpyxl
        return _unescaped(text)

    def _number(self, cell: Cell) -> str | tuple[str, Flaw] | None:
        text = (cell.text or "").strip()
        value = float(text)
        if not abs(value) < _EXACT:  # NaN is less than nothing
            return text, _DIGITS
        kind = self._kinds.get(cell.style) or self._kinds.setdefault(cell.style,
                                                                     self._kind(cell.style))
        if kind in {"day", "span"}:
            return self._day(value, text, is_span=kind == "span")
        if kind == "share":
            return f"{_plain(Decimal(format(value, '.15g')) * 100)}%"
        return text_of(value)

    def _day(self, value: float, text: str, *,
             is_span: bool) -> str | tuple[str, Flaw] | None:
        if value < 0 and not is_span:
            return text, _NO_DAY
        try:
            found = from_excel(value, self._epoch, timedelta=is_span)
        except (OverflowError, ValueError):
            return text, _NO_SPAN if is_span else _NO_DAY
        if isinstance(found, datetime) and value.is_integer():
            found = found.date()
        return text_of(found)

    def _kind(self, style: int) -> str:
        """Tell what a style makes of a number: a day, a span of time, a share, or nothing."""
        cell = ReadOnlyCell(self._sheet, 1, 1, None, "n", style)
        code = cell.number_format
        if is_timedelta_format(code):
            return "span"
        if is_date_format(code) or cell.style_array.numFmtId in _EASTERN:
            return "day"
        return "share" if "%" in _ASIDE.sub("", code) else "plain"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unescaped(text: str) -> str:
    """Read what the format writes as `_x000D_`; halves of pairs stay."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: found[0] if 0xD800 <= int(found[1], 16) < 0xE000
                        else chr(int(found[1], 16)), text)
