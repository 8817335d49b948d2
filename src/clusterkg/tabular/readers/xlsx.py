"""XLSX: one sheet, its values as text; of formulas the value that was computed last."""

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from clusterkg.errors import RefusedError, UnreadableError, UsageError, quoted
from clusterkg.tables import Connection
from clusterkg.tabular import grid, workbook
from clusterkg.tabular.grid import LONGEST, Dialect, Grid, letters
from clusterkg.tabular.landing import Landing
from clusterkg.tabular.unpacking import Packed
from clusterkg.tabular.value import text_of

NAMED = {"suffixes": (".xlsx", ".xlsm")}
_MOST_ROWS = 1_048_576  # of a sheet, says the format
_ERRORS = {"#N/A", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#GETTING_DATA"}
_EXACT = 10**15  # what is larger, a spreadsheet does not keep to the digit

Values = tuple[object, ...]


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid from the sheet that the dialect names, or the first that is shown.

    Raises UsageError for a sheet that is not there.
    """
    with packed.on_disk() as path, Landing(connection) as landing:
        reading = _Reading(packed.path, landing, dialect)
        computes = workbook.inspect(path, packed.path)
        try:
            sheet, others = _read(path, reading, computes=computes)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError) as error:
            raise UnreadableError(f"no workbook that can be read: {str(error)[:200]}; save it as "
                                  ".xlsx anew", path=packed.path) from error
        if not reading.columns:
            raise UnreadableError(f"no header: the sheet {quoted(sheet)} is empty",
                                  path=packed.path)
        landing.broken = True
        found = replace(dialect, sheet=sheet, encoding=None, delimiter=None, quote=None)
        return Grid(packed.name, sheet, reading.columns, found, landing.land(),
                    (*others, *reading.remarks()))


def _read(path: Path, reading: "_Reading", *, computes: bool) -> tuple[str, tuple[str, ...]]:
    with ExitStack() as stack:
        book = stack.enter_context(_opened(path, values=True))
        sheet, others = _chosen(book, reading.dialect, reading.path)
        formulas: Iterator[Values] = repeat(())
        if computes:
            formulas = _rows(stack.enter_context(_opened(path, values=False)), sheet)
        for row, given in enumerate(zip(_rows(book, sheet), formulas, strict=False), 1):
            reading.take(row, *given)
    return sheet, others


@contextmanager
def _opened(path: Path, *, values: bool) -> Iterator[Workbook]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which no value hangs on
        with path.open("rb") as file:  # a name without .xlsx is refused, an open file is not
            book = openpyxl.load_workbook(file, read_only=True, data_only=values,
                                          keep_links=False)
            yield book
            book.close()


def _chosen(book: Workbook, dialect: Dialect, path: Path) -> tuple[str, tuple[str, ...]]:
    sheets = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
    if dialect.sheet:
        if dialect.sheet not in sheets:
            raise UsageError(f"no sheet {quoted(dialect.sheet)}; there are {', '.join(sheets)}",
                             path=path)
        return dialect.sheet, ()
    shown = [name for name, state in sheets.items() if state == "visible"]
    if not shown:
        raise UsageError("every sheet is hidden; name one", path=path)
    others = ", ".join(name for name in sheets if name != shown[0])
    return shown[0], (f"the sheet {shown[0]} is read; not read: {others}",) if others else ()


def _rows(book: Workbook, sheet: str) -> Iterator[Values]:
    found = book[sheet]
    found.reset_dimensions()  # what a writer says of them is often wrong
    yield from found.iter_rows(values_only=True)


@dataclass
class _Reading:
    """The rows so far."""

    path: Path
    landing: Landing
    dialect: Dialect
    columns: tuple[str, ...] = ()
    _empty: list[int] = field(default_factory=list)
    _noted: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, row: int, values: Values, formulas: Values = ()) -> None:
        if row > _MOST_ROWS:
            raise RefusedError(f"more than {_MOST_ROWS:,} rows; save the sheet as CSV",
                               path=self.path)
        if row <= self.dialect.skip:
            return
        if all(value is None or value == "" for value in (*values, *formulas)):
            self._empty += [row] if self.columns else []
        elif not self.columns:
            self._head(row, values, formulas)
        else:
            self._row(row, values, formulas)

    def remarks(self) -> Iterator[str]:
        """Say what somebody ought to know."""
        for what, (count, first) in self._noted.items():
            yield f"{what}: {count:,} (first: {first})"

    def _head(self, row: int, values: Values, formulas: Values) -> None:
        names = [text_of(value) for value in values]
        while names and not names[-1]:
            names.pop()
        if not self.dialect.header:
            names = [None] * len(names)
        self.columns = grid.columns(names, self.path, row)
        self.landing.widen(len(self.columns))
        if not self.dialect.header:
            self._row(row, values, formulas)

    def _row(self, row: int, values: Values, formulas: Values) -> None:
        for empty in self._empty:  # those behind the last row are none
            self.landing.skip(empty, "empty row")
        self._empty = []
        width = len(self.columns)
        beyond = next((n for n, value in enumerate(values[width:], width + 1)
                       if value not in {None, ""}), None)
        cells = [text_of(value) for value in values[:width]]
        whole = "".join(filter(None, cells))
        if beyond:
            self._refuse(row, cells, f"a cell beyond the last column: {letters(beyond)}{row}",
                         "move it, or give its column a name")
        elif "\0" in whole or len(whole) > LONGEST:
            self._refuse(row, cells, f"a NUL character, or more than {LONGEST:,} characters",
                         "mend the row in the workbook")
        else:
            cells += [None] * (width - len(cells))
            self._mark(row, cells, values, formulas)
            self.landing.add(row, cells)

    def _refuse(self, row: int, cells: list[str | None], wrong: str, advice: str) -> None:
        self.landing.refuse(row, ", ".join(cell or "" for cell in cells), wrong, advice)

    def _mark(self, row: int, cells: list[str | None], values: Values, formulas: Values) -> None:
        """Refuse cells that have no value, and note those that somebody ought to know of."""
        for col, (cell, value) in enumerate(zip(cells, values, strict=False), 1):
            if cell in _ERRORS:
                self._refuse_cell(row, col, cells, f"the formula failed: {cell}")
            elif isinstance(value, int | float) and abs(value) >= _EXACT:
                self._note("numbers of more than 15 digits, of which a spreadsheet keeps 15; give "
                           "such codes as text", row, col)
        for col, formula in enumerate(formulas[:len(cells)], 1):
            if isinstance(formula, ArrayFormula | DataTableFormula):
                self._computed(row, col, cells, f"={formula.ref}")
            elif isinstance(formula, str) and formula.startswith("=") and len(formula) > 1:
                self._computed(row, col, cells, formula)

    def _computed(self, row: int, col: int, cells: list[str | None], formula: str) -> None:
        if cells[col - 1] is None:
            cells[col - 1] = formula
            self._refuse_cell(row, col, cells, "a formula that was never computed")
        elif cells[col - 1] != formula:  # else a text that looks like one
            self._note("formulas, of which the value that was computed last is taken", row, col)

    def _refuse_cell(self, row: int, col: int, cells: list[str | None], wrong: str) -> None:
        self.landing.refuse(row, cells[col - 1] or "", wrong, "put the value in its place, or open "
                            "the workbook in a spreadsheet program and save it", col=col)
        cells[col - 1] = None

    def _note(self, what: str, row: int, col: int) -> None:
        count, first = self._noted.get(what, (0, f"{letters(col)}{row}"))
        self._noted[what] = count + 1, first
