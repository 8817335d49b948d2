"""CSV and TSV (RFC 4180), in any of the encodings that registers come in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from clusterkg.errors import UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular import detection, grid
from clusterkg.tabular.cutting import Cutter, Line, Record, blocks
from clusterkg.tabular.detection import UNDECODABLE
from clusterkg.tabular.grid import LONGEST, Dialect, Grid
from clusterkg.tabular.landing import Landing
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".csv", ".tsv", ".tab", ".txt")}
_EMPTY = "empty row"
_COMMON = {",", "\t", ";", "|"}  # what is read as it stands
_BLANK = " \t\r\n\N{IDEOGRAPHIC SPACE}\N{NO-BREAK SPACE}"


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid; find encoding, delimiter and quotes where they are not said."""
    encoding = detection.encoding(packed, dialect.encoding)
    with packed.opened() as file:
        texts = _line_feeds(detection.texts(file, encoding))
        sample = "".join(islice(texts, 1))
        found = _found(dialect, encoding, sample, packed)
        cutter = Cutter(blocks(chain([sample], texts)), packed.path, found)
        return _Reading(connection, packed, found, cutter).grid()


def _found(dialect: Dialect, encoding: str, sample: str, packed: Packed) -> Dialect:
    lines = sample.split("\n", dialect.skip)[-1]
    expected = "," if packed.name.lower().endswith(".csv") else "\t"
    mark = detection.delimiter(lines, given=dialect.delimiter, expected=expected)
    quote = detection.quote(lines, mark) if dialect.quote is None else dialect.quote
    return replace(dialect, encoding=detection.shown(encoding), delimiter=mark, quote=quote)


def _line_feeds(texts: Iterator[str]) -> Iterator[str]:
    """Turn the carriage returns of old systems into line feeds, where there are no others."""
    first = next(texts, "")
    if "\r" in first and "\n" not in first:
        yield first.replace("\r", "\n")
        yield from (text.replace("\r", "\n") for text in texts)
    else:
        yield first
        yield from texts


class _Reading:
    """One reading of a file."""

    def __init__(self, connection: Connection, packed: Packed, dialect: Dialect, cutter: Cutter):
        self._packed, self._dialect, self._cutter = packed, dialect, cutter
        self._quick = dialect.delimiter in _COMMON
        self._landing = Landing(connection, str(dialect.delimiter) if self._quick else ",")
        self._columns: tuple[str, ...] = ()
        self._above = dialect.skip
        marks = re.escape(f'"{dialect.quote or ""}\0{UNDECODABLE}')
        self._special = re.compile(rf"[{marks}]|\r(?!\n)").search

    def grid(self) -> Grid:
        """Read all of it."""
        with self._landing as landing:
            for given in self._cutter.source:
                if isinstance(given, Record):
                    self._take(given)
                    continue
                for found in self._cutter.records(given, self._plain):
                    if isinstance(found, Record):
                        self._take(found)
                    else:
                        self._keep(found)
            if not self._columns:
                raise UnreadableError("no header: the file is empty", path=self._packed.path)
            read = landing.land()
        return Grid(self._packed.name, None, self._columns, self._dialect, read)

    def _plain(self, line: str) -> bool:
        """Tell whether a line is a row in which nothing is special: it can stay as it is."""
        mark = self._landing.delimiter
        return (self._quick and line.count(mark) == len(self._columns) - 1
                and not self._special(line) and line.endswith("\n") and len(line) <= LONGEST
                and bool(line.strip(mark + _BLANK)))

    def _keep(self, lines: list[Line]) -> None:
        mark = self._landing.delimiter
        text = "".join([f"{row}{mark}{line}" for row, line in lines])
        self._landing.lines(text.replace("\r\n", "\n"), len(lines))

    def _take(self, record: Record) -> None:
        if self._above:
            self._above -= 1
        elif not self._columns:
            self._head(record)
        elif record.wrong:
            self._landing.refuse(record.row, record.text, record.wrong, record.advice)
        elif not any(cell.strip(_BLANK) for cell in record.cells):
            self._landing.skip(record.row, _EMPTY)
        elif len(record.cells) != len(self._columns):
            self._refuse_width(record)
        else:
            self._landing.broken = self._landing.broken or "\n" in record.text[:-1]
            self._landing.add(record.row, record.cells)

    def _head(self, record: Record) -> None:
        if record.wrong:
            raise UnreadableError(f"the header: {record.wrong}; {record.advice}",
                                  path=self._packed.path, line=record.row)
        if not any(cell.strip(_BLANK) for cell in record.cells):
            return  # an empty line above the header
        names = [None] * len(record.cells) if not self._dialect.header else record.cells
        self._columns = grid.columns(names, self._packed.path, record.row)
        self._landing.widen(len(self._columns))
        if not self._dialect.header:
            self._take(record)

    def _refuse_width(self, record: Record) -> None:
        cells, wanted = len(record.cells), len(self._columns)
        mark = detection.shown(self._dialect.delimiter or ",")
        if not record.text.endswith("\n"):
            advice = "the file ends here: it seems to be cut off; give all of it"
        elif cells > wanted:
            advice = f"quote the cell that a {mark} is part of, or take the {mark} out"
        else:
            advice = "give each column a cell, an empty one where there is nothing"
        self._landing.refuse(record.row, record.text.rstrip("\r\n"),
                             f"{cells:,} cells where the header has {wanted:,}", advice)
