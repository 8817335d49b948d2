"""Text into rows of cells (RFC 4180), whatever it is like: a bad row never takes others along.

A line is a row unless a quote stays open in it: then those that follow belong to it, up to a
limit. Where the quote is closed nowhere, the line alone is refused, and cutting goes on behind it.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clusterkg.errors import UnreadableError
from clusterkg.tabular.detection import UNDECODABLE
from clusterkg.tabular.grid import LONGEST, SHOWN, Dialect

_MOST_LINES = 1_000  # of one row
_AGAIN = 16 * 2**20  # characters that are read again behind quotes that stay open

csv.field_size_limit(max(csv.field_size_limit(), LONGEST))

Line = tuple[int, str]


@dataclass(frozen=True)
class Block:
    """Whole lines and the number of the first; each but the last of a file ends in a line feed."""

    start: int
    text: str


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
        whole, found, rest = (rest + text).rpartition("\n")
        if found:
            yield Block(line, whole + found)
            line += whole.count("\n") + 1
        if len(rest) > LONGEST:
            yield _too_long(line, rest)
            rest = _after(texts)
            line += 1
    if rest:
        yield Block(line, rest)


def _after(texts: Iterator[str]) -> str:
    """Pass over the rest of a line and give what follows it."""
    for text in texts:
        _, found, rest = text.partition("\n")
        if found:
            return rest
    return ""


class _OpenError(Exception):
    """Say that a quote is closed nowhere near."""


@dataclass
class Cutter:
    """Cut blocks into rows, taking more of `source` where a quote stays open at a block's end."""

    source: Iterator[Block | Record]
    path: Path
    dialect: Dialect
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
        parts = block.text.split("\n")
        last = parts.pop()
        self._ahead.extend((block.start + n, f"{part}\n") for n, part in enumerate(parts))
        if last:
            self._ahead.append((block.start + len(parts), last))

    def _record(self, row: int, line: str) -> Record:
        if self.dialect.quote and self.dialect.quote in line and len(line) <= LONGEST:
            return self._quoted(row, line)
        cells = line.removesuffix("\n").removesuffix("\r").split(self.dialect.delimiter)
        return self._checked(Record(row, cells, line))

    def _quoted(self, row: int, line: str) -> Record:
        taken = list[str]()
        reader = csv.reader(self._lines(line, taken), delimiter=self.dialect.delimiter or ",",
                            quotechar=self.dialect.quote, strict=True)
        try:
            return self._checked(Record(row, next(reader), "".join([line, *taken])))
        except _OpenError:
            wrong = "a quote is opened and not closed"
        except csv.Error as error:
            wrong = f"quotes that do not match: {error}"
        self._give_back(row, taken)
        return Record(row, [], line, wrong, "close the quote, or double it where it is part of "
                                            "the text")

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
        if "\0" in text:
            return Record(record.row, [], text, "a NUL character",
                          "take it out; the file may be damaged here")
        if UNDECODABLE in text:
            return Record(record.row, [], text.replace(UNDECODABLE, "\N{REPLACEMENT CHARACTER}"),
                          f"bytes that are no {self.dialect.encoding}",
                          "write the row in the encoding of the rest")
        return record


def _too_long(row: int, text: str) -> Record:
    return Record(row, [], text[:SHOWN], f"a row of more than {LONGEST:,} characters",
                  "keep such texts elsewhere")
