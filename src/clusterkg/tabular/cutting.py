"""Text into rows of cells (RFC 4180), whatever it is like: a bad row never takes others along.

A line, which ends as those of any system do, is a row unless a quote stays open in it: then those
that follow belong to it, up to a limit. Where the quote is closed nowhere, or takes in what are
rows by their delimiters, the line alone is refused, and cutting goes on behind it.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from clusterkg.errors import UnreadableError
from clusterkg.tabular import grid
from clusterkg.tabular.detection import UNDECODABLE
from clusterkg.tabular.grid import LONGEST, SHOWN, Dialect

_MOST_LINES = 1_000  # of one row
_AGAIN = 16 * 2**20  # characters that are read again behind quotes that stay open
_TELLING = 5  # columns, whose delimiters in each line of a cell are no chance
_MARK = "\ufeff"  # of an encoding, which stands in the middle where files were put together
_END = re.compile(r"\r\n?|\n")

csv.field_size_limit(max(csv.field_size_limit(), LONGEST))

Line = tuple[int, str]


@dataclass(frozen=True)
class Block:
    """Whole lines and the number of the first; each but the last of a file has its end."""

    start: int
    text: str

    def lines(self) -> list[str]:
        """Give the lines, each with its end."""
        return StringIO(self.text, newline="").readlines()


@dataclass(frozen=True)
class Record:
    """A row: its line, its cells, or its text, what is wrong with it, and advice."""

    row: int
    cells: list[str]
    text: str
    wrong: str = ""
    advice: str = ""


def blocks(texts: Iterator[str]) -> Iterator[Block | Record]:
    """Cut text behind line ends; a line that is too long to hold is given as a record."""
    line, rest = 1, ""
    for text in texts:
        rest += text
        # What follows a carriage return at the very end may be its line feed.
        end = max(rest.rfind("\n"), rest.rfind("\r", 0, len(rest) - 1)) + 1
        if end:
            yield Block(line, rest[:end])
            line, rest = line + _count(rest[:end]), rest[end:]
        if len(rest) > LONGEST:
            yield _too_long(line, rest)
            rest = _after(texts)
            line += 1
    if rest:
        yield Block(line, rest)


def _count(text: str) -> int:
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)


def _after(texts: Iterator[str]) -> str:
    """Pass over the rest of a line and give what follows it."""
    for text in texts:
        if found := _END.search(text):
            rest = text[found.end():]
            return rest or next(texts, "").removeprefix("\n" if found[0] == "\r" else "")
    return ""


class _OpenError(Exception):
    """Say that a quote is closed nowhere near."""


@dataclass
class Cutter:
    """Cut blocks into rows, taking more of `source` where a quote stays open at a block's end."""

    source: Iterator[Block | Record]
    path: Path
    dialect: Dialect
    width: int = 0  # of the table, once it is known
    _ahead: deque[Line | Record] = field(default_factory=deque)
    _again: int = 0

    def records(self, block: Block, plain: Callable[[str], bool]) -> Iterator[Record | list[Line]]:
        """Give the rows of a block, and those that begin in what had to be taken along.

        Lines that are `plain`, so that nobody has to cut them, are given together.
        """
        self._take(block)
        while self._ahead:
            if run := self._run(plain):
                yield run
            else:
                line = self._ahead.popleft()
                yield line if isinstance(line, Record) else self._record(*line)

    def _run(self, plain: Callable[[str], bool]) -> list[Line]:
        run = list[Line]()
        while self._ahead and not isinstance(line := self._ahead[0], Record) and plain(line[1]):
            run.append(line)
            self._ahead.popleft()
        return run

    def _take(self, block: Block) -> None:
        self._ahead.extend(enumerate(block.lines(), block.start))

    def _record(self, row: int, line: str) -> Record:
        line = line.lstrip(_MARK)
        if self.dialect.quote and self.dialect.quote in line and len(line) <= LONGEST:
            return self._quoted(row, line)
        cells = line.removesuffix("\n").removesuffix("\r").split(self.dialect.delimiter)
        return self._checked(Record(row, cells, line))

    def _quoted(self, row: int, line: str) -> Record:
        taken = list[str]()
        reader = csv.reader(self._lines(line, taken), delimiter=self.dialect.delimiter or ",",
                            quotechar=self.dialect.quote, strict=True)
        try:
            cells = next(reader)
            if not self._swallows([line, *taken]):
                return self._checked(Record(row, cells, "".join([line, *taken])))
            wrong = "a quote takes in the lines below, which are rows by their delimiters"
        except _OpenError:
            wrong = "a quote is opened and not closed"
        except csv.Error as error:
            wrong = f"quotes that do not match: {error}"
        self._give_back(row, taken)
        return Record(row, [], line, wrong, "close the quote, or double it where it is part of "
                                            "the text")

    def _swallows(self, lines: list[str]) -> bool:
        """Tell whether each of several lines has the delimiters of a whole row."""
        mark = self.dialect.delimiter or ","
        return (len(lines) > 1 and self.width >= _TELLING
                and all(line.count(mark) == self.width - 1 for line in lines))

    def _lines(self, line: str, taken: list[str]) -> Iterator[str]:
        """Give a line, and those that follow it while the reader asks for them."""
        yield line
        size = len(line)
        while len(taken) < _MOST_LINES and (following := self._following()) is not None:
            size += len(following)
            taken.append(following)
            if size > LONGEST:
                break
            yield following
        raise _OpenError

    def _following(self) -> str | None:
        while not self._ahead:
            given = next(self.source, None)
            if given is None:
                return None
            if isinstance(given, Record):
                self._ahead.append(given)
            else:
                self._take(given)
        ahead = self._ahead[0]
        if isinstance(ahead, Record):
            return None
        self._ahead.popleft()
        return ahead[1]

    def _give_back(self, row: int, taken: list[str]) -> None:
        self._again += sum(map(len, taken))
        if self._again > _AGAIN:
            raise UnreadableError("quotes stay open in too many places; mend them, or say in the "
                                  "dialect that cells are not quoted", path=self.path, line=row)
        self._ahead.extendleft(reversed([(row + n, line) for n, line in enumerate(taken, 1)]))

    def _checked(self, record: Record) -> Record:
        text = record.text
        if len(text) > LONGEST:
            return _too_long(record.row, text)
        if UNDECODABLE in text:
            return Record(record.row, [], text.replace(UNDECODABLE, grid.LOST),
                          f"bytes that are no {self.dialect.encoding}",
                          "write the row in the encoding of the rest")
        found = grid.flaw(text)
        return Record(record.row, [], text, *found) if found else record


def _too_long(row: int, text: str) -> Record:
    return Record(row, [], text[:SHOWN], f"a row of more than {LONGEST:,} characters",
                  "keep such texts elsewhere")
