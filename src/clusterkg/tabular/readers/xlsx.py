"""XLSX: one sheet, its values as text; of formulas the value that was computed last."""

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook import Workbook

from clusterkg.errors import UnreadableError, UsageError, quoted
from clusterkg.tables import Connection
from clusterkg.tabular import grid, package
from clusterkg.tabular.cells import Flaw, Values
from clusterkg.tabular.grid import LONGEST, SHOWN, Dialect, Grid, letters
from clusterkg.tabular.landing import Landing
from clusterkg.tabular.merging import Merged
from clusterkg.tabular.sheet import Row, rows
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".xlsx", ".xlsm")}
_COMPUTED = "formulas, of which the value that was computed last is taken"
_HIDDEN = "rows that are hidden are read, too"


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid from the sheet that the dialect names, or the first that is shown.

    Raises UsageError for a sheet that is not there.
    """
    with packed.on_disk() as path, Landing(connection) as landing:
        merged = package.inspect(path, packed.path)
        landing.broken = True
        try:
            with _opened(path) as book:
                return _read(book, merged, landing, packed, dialect)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError,
                SyntaxError) as error:
            raise UnreadableError(f"no workbook that can be read: {str(error)[:200]}; save it as "
                                  ".xlsx anew", path=packed.path) from error


def _read(book: ExcelReader, merged: dict[str, set[str]], landing: Landing, packed: Packed,
          dialect: Dialect) -> Grid:
    name, others = _chosen(book.wb, dialect, packed.path)
    part = next(rel.target for sheet, rel in book.parser.find_sheets() if sheet.name == name)
    reading = _Reading(packed.path, landing, dialect, Values(book.wb, name, book.shared_strings),
                       Merged(merged.get(part.lstrip("/"), ()), packed.path))
    with book.archive.open(part) as source:
        reading.all(rows(source, packed.path))
    if not reading.columns:
        raise UnreadableError(f"no header: the sheet {quoted(name)} is empty", path=packed.path)
    found = replace(dialect, sheet=name, encoding=None, delimiter=None, quote=None)
    return Grid(packed.name, name, reading.columns, found, landing.land(),
                (*others, *reading.remarks()))


class _Reader(ExcelReader):
    """Read sheets of cells alone."""

    def read_chartsheet(self, sheet: object, rel: object) -> None:
        """Pass over a chart."""


@contextmanager
def _opened(path: Path) -> Iterator[ExcelReader]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which no value hangs on
        with path.open("rb") as file:  # a name without .xlsx is refused, an open file is not
            book = _Reader(file, read_only=True, keep_links=False)
            book.read()
            yield book
            book.archive.close()


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


class _Told(NamedTuple):
    """The cells of a row as text, those beyond the header, and what is wrong with some."""

    cells: list[str | None]
    beyond: int
    wrong: dict[int, tuple[str, Flaw]]


@dataclass
class _Reading:
    """The rows so far."""

    path: Path
    landing: Landing
    dialect: Dialect
    values: Values
    merged: Merged
    columns: tuple[str, ...] = ()
    _header: tuple[int, list[str | None]] = (0, [])
    _empty: list[int] = field(default_factory=list)
    _noted: dict[str, tuple[int, str]] = field(default_factory=dict)
    _kept: int = 0
    _beyond: Counter[int] = field(default_factory=Counter)

    def all(self, found: Iterable[Row]) -> None:
        """Take all rows; those that are not there are empty."""
        last = self.dialect.skip
        for row in found:
            if row.number > self.dialect.skip:
                if self.columns:
                    self._empty += range(last + 1, row.number)
                self._take(row)
                last = row.number
        wide, count = next(iter(self._beyond.most_common(1)), (0, 0))
        if not self._kept and count > 1:
            raise UnreadableError(
                f"no row fits the header, which has {len(self.columns):,} columns; most have "
                f"{wide:,}: if the table begins further down, give "
                "--skip-rows N, or skipRows in the mapping's dialect",
                path=self.path, line=self._header[0])

    def remarks(self) -> Iterator[str]:
        """Say what somebody ought to know."""
        for what, (count, first) in self._noted.items():
            yield f"{what}: {count:,} (first: {first})"

    def _take(self, row: Row) -> None:
        told = self._told(row)
        if not (any(told.cells) or told.beyond or told.wrong):
            self._empty += [row.number] if self.columns else []
        elif not self.columns:
            self._head(row, told)
        elif told.cells == self._header[1] and len(self.columns) > 1:
            self._pass_empty()
            self.landing.skip(row.number, "the header again")
        else:
            self._row(row, told)

    def _told(self, row: Row) -> _Told:
        width = len(self.columns) or max((cell.col for cell in row.cells), default=0)
        told = _Told([None] * width, 0, {})
        beyond = 0
        for cell in row.cells:
            value = self.values.told(cell)
            text, flaw = value if isinstance(value, tuple) else (value, None)
            if cell.col > width:
                beyond = beyond or (cell.col if text else 0)
            elif flaw:
                told.wrong[cell.col] = text or "", flaw
            else:
                told.cells[cell.col - 1] = text
        return told._replace(beyond=beyond)

    def _head(self, row: Row, told: _Told) -> None:
        names = list(told.cells)
        while names and not names[-1]:
            names.pop()
        self._header = row.number, names
        if self.dialect.header:
            self.merged.refuse_header(row.number)
        self.columns = grid.columns(names if self.dialect.header else [None] * len(names),
                                    self.path, row.number)
        self.landing.widen(len(self.columns))
        if not self.dialect.header:
            self._row(row, self._told(row))

    def _pass_empty(self) -> None:
        for empty in self._empty:  # those behind the last row are none
            self.landing.skip(empty, "empty row")
        self._empty = []

    def _row(self, row: Row, told: _Told) -> None:
        self._pass_empty()
        size = sum(len(cell or "") for cell in told.cells)  # shared texts may be there often
        whole = "".join(filter(None, told.cells)) if size <= LONGEST else " " * (LONGEST + 1)
        if told.beyond:
            self._beyond[row.cells[-1].col] += 1
            self._refuse(row, told, f"a cell beyond the last column: {letters(told.beyond)}"
                         f"{row.number}", "move it, or give its column a name")
        elif wrong := grid.flaw(whole):
            self._refuse(row, told, *wrong)
        else:
            self._mark(row, told)
            self.landing.add(row.number, told.cells)
            self._kept += 1

    def _refuse(self, row: Row, told: _Told, wrong: str, advice: str) -> None:
        shown = ", ".join((cell or "")[:SHOWN] for cell in told.cells)
        self.landing.refuse(row.number, shown, wrong, advice)

    def _mark(self, row: Row, told: _Told) -> None:
        """Refuse cells that have no value of their own, and note what somebody ought to know."""
        for col, (text, flaw) in told.wrong.items():
            self.landing.refuse(row.number, text, *flaw, col=col)
        for col, ranged in self.merged.covered(row.number, len(self.columns)).items():
            if told.cells[col - 1] is None and col not in told.wrong:
                self.landing.refuse(row.number, "", f"is part of the merged cell {ranged}",
                                    "unmerge it in the workbook, and fill each of its cells",
                                    col=col)
        for cell in row.cells:
            if cell.formula and cell.col not in told.wrong:
                self._note(_COMPUTED, f"{letters(cell.col)}{row.number}")
        if row.hidden:
            self._note(_HIDDEN, str(row.number))

    def _note(self, what: str, where: str) -> None:
        count, first = self._noted.get(what, (0, where))
        self._noted[what] = count + 1, first
