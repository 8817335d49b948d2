"""One sheet of a workbook, row by row, as its XML has it (ECMA-376 part 1, 18.3).

Expat reads it: several times as fast as a tree of elements, and values, formulas and formats come
at once. Entities are refused before (see `package`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from clusterkg.errors import RefusedError, UnreadableError

_BLOCK = 1 << 18
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of a sheet, says the format
_LONGEST = 16 * 2**20  # characters of one row with its formulas, held at once
_DIGITS = "0123456789"
_LETTERS = re.compile("[A-Z]{1,3}")


class Cell(NamedTuple):
    """A cell: its 1-based column, type and style as the format has them, its text, its formula."""

    col: int
    kind: str
    style: int
    text: str | None
    formula: str | None


@dataclass
class Row:
    """A row, and whether it is hidden."""

    number: int
    hidden: bool
    cells: list[Cell] = field(default_factory=list)


def rows(source: IO[bytes], path: Path) -> Iterator[Row]:
    """Give the rows of a sheet that say something, in their order.

    Raises UnreadableError for what is no sheet, RefusedError for one that is larger than any.
    """
    reading = _Reading(path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.say
    try:
        while block := source.read(_BLOCK):
            parser.Parse(block, False)
            yield from reading.done()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableError(f"no workbook that can be read: {error}; save it as .xlsx anew",
                              path=path) from error
    yield from reading.rest()


def number(letters: str) -> int:
    """Give the 1-based number of a column: A is 1, AA is 27; 0 for what names none."""
    if not _LETTERS.fullmatch(letters):
        return 0
    found = 0
    for letter in letters:
        found = 26 * found + ord(letter) - 64
    return found


class _Reading:
    """What the parser has said so far."""

    def __init__(self, path: Path):
        self._path = path
        self._rows: list[Row] = []
        self._last, self._col = 0, 0
        self._parts: list[str] = []
        self._size, self._listening, self._aloud = 0, False, False
        self._cell: dict[str, str] = {}
        self._text: str | None = None
        self._formula: str | None = None
        self._numbers: dict[str, int] = {}

    def done(self) -> list[Row]:
        """Give the rows that are complete, once; the last may not be."""
        found, self._rows = self._rows[:-1], self._rows[-1:]
        return found

    def rest(self) -> list[Row]:
        """Give all that is left."""
        found, self._rows = self._rows, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._cell, self._text, self._formula = attributes, None, None
        elif name in {"v", "t", "f"}:
            self._parts = []
            self._listening = not self._aloud
        elif name == "row":
            self._row(attributes)
        elif name == "rPh":  # how it is pronounced
            self._aloud = True

    def say(self, text: str) -> None:
        """Take text."""
        if self._listening:
            self._size += len(text)
            if self._size > _LONGEST:
                raise RefusedError(f"a row of more than {_LONGEST:,} characters; save the sheet as "
                                   "CSV", path=self._path, line=self._last)
            self._parts.append(text)

    def end(self, name: str) -> None:
        """End an element."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._keep()
        elif name in {"v", "t"} and self._listening:
            self._text = (self._text or "") + "".join(self._parts)
        elif name == "f":
            self._formula = f"={''.join(self._parts)}"
        elif name == "rPh":
            self._aloud = False
        else:
            return
        self._listening = False

    def _row(self, attributes: dict[str, str]) -> None:
        row = int(float(attributes.get("r", self._last + 1)))
        if row > _MOST_ROWS:
            raise RefusedError(f"more than {_MOST_ROWS:,} rows; save the sheet as CSV",
                               path=self._path)
        if row <= self._last:
            raise UnreadableError("no workbook that can be read: its rows are out of order; save "
                                  "it as .xlsx anew", path=self._path, line=row)
        self._last, self._col, self._size = row, 0, 0
        self._rows.append(Row(row, attributes.get("hidden") in {"1", "true"}))

    def _keep(self) -> None:
        ref = self._cell.get("r")
        col = self._col + 1
        if ref:
            letters = ref.rstrip(_DIGITS)
            col = self._numbers.get(letters) or self._numbers.setdefault(letters, number(letters))
        if not self._col < col <= _MOST_COLUMNS or not self._rows:
            raise UnreadableError(f"no workbook that can be read: the cell {ref} is out of place; "
                                  "save it as .xlsx anew", path=self._path)
        self._col = col
        if self._text is not None or self._formula is not None:
            self._rows[-1].cells.append(Cell(col, self._cell.get("t", "n"),
                                             int(self._cell.get("s", 0)), self._text,
                                             self._formula))
