"""An Excel workbook of one sheet: typed cells, labels for IRIs, and never a formula."""

import io
import math
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from clusterkg.answer import Term
from clusterkg.value import IRI, of
from clusterkg.view import View

BINARY = True
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_767
_EXACT = 10**15  # Excel keeps 15 digits
_WIDEST = 60
_EPOCH = datetime(2000, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def render(view: View) -> bytes:
    """Write a workbook whose bytes depend on the answer alone."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for column, title in enumerate(view.titles, 1):
        _fill(sheet.cell(1, column), title)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _width(view, column - 1)
    for number, (row, texts) in enumerate(zip(view.answer.rows, view.texts, strict=True), 2):
        for column, (term, text) in enumerate(zip(row, texts, strict=True), 1):
            _fill(sheet.cell(number, column), _value(term, text))
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _width(view: View, column: int) -> int:
    longest = max((len(row[column]) for row in view.texts), default=0)
    return min(max(longest, len(view.titles[column])) + 2, _WIDEST)


def _fill(cell: Cell | MergedCell, value: object) -> None:
    if isinstance(value, str):
        shown = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", value)
        cell.value = shown if len(shown) <= _LONGEST else shown[:_LONGEST - 1] + "…"
        cell.data_type = "s"  # openpyxl takes a string that begins with = for a formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value  # type: ignore[assignment]  # numbers, dates and None only


def _value(term: Term | None, text: str) -> object:
    """Give what Excel holds exactly as its own type, everything else as text."""
    value = of(term)
    if isinstance(value, IRI):
        return text
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value if math.isfinite(value) and abs(float(value)) < _EXACT else text
    if isinstance(value, date) and value.year >= 1900:
        return text if isinstance(value, datetime) and value.tzinfo else value
    return value if value is None else text


def _timeless(book: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", old.read(name))
            entry = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
