"""CSV and TSV (RFC 4180), in any of the encodings that registers come in."""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from itertools import chain

from clusterkg.errors import UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular import detection, grid, plain
from clusterkg.tabular.cutting import Block, Cutter, Line, Record, blocks
from clusterkg.tabular.detection import UNDECODABLE
from clusterkg.tabular.grid import LONGEST, LOST, Dialect, Grid
from clusterkg.tabular.landing import Landing
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".csv", ".tsv", ".tab", ".txt")}
_EMPTY, _AGAIN = "empty row", "the header again"
_COMMON = {",", "\t", ";", "|"}  # what is read as it stands
_FIRST = 1 << 20  # bytes that are looked at before a table is read at once
_BLANK = " \t\r\n\N{IDEOGRAPHIC SPACE}\N{NO-BREAK SPACE}"


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid; find encoding, delimiter and quotes where they are not said."""
    if known := _at_once(connection, packed, dialect):
        return known
    encoding = detection.encoding(packed, dialect.encoding)
    with packed.opened() as file:
        texts = detection.texts(file, encoding)
        sample = next(texts, "")
        found = _found(dialect, encoding, sample, packed)
        cutter = Cutter(blocks(chain([sample], texts)), packed.path, found)
        return _Reading(connection, packed, found, cutter).grid(sample)


def _at_once(connection: Connection, packed: Packed, dialect: Dialect) -> Grid | None:
    """Read a table in which nothing is special; give None for another."""
    known = dialect.header and not dialect.skip and detection.is_utf8(dialect.encoding)
    if packed.is_packed or not known:
        return None
    with packed.opened() as file:
        first = file.read(_FIRST)
    shape = _shape(first, packed, dialect) if plain.may_be(first, dialect.quote) else None
    if shape is None:
        return None
    with packed.on_disk() as path:
        done = plain.read(connection, path, shape, plain.Rules(_EMPTY, _AGAIN, _BLANK))
    found = replace(dialect, encoding=detection.shown("utf-8"), delimiter=shape.mark,
                    quote=shape.quote)
    return done and Grid(packed.name, None, shape.columns, found, done[0], plain=done[1])


def _shape(first: bytes, packed: Packed, dialect: Dialect) -> plain.Shape | None:
    whole = first[:first.rfind(b"\n") + 1].removeprefix(BOM_UTF8)
    text, header = whole.decode(), whole[:whole.find(b"\n") + 1]
    found = _found(replace(dialect, quote=""), "utf-8", text, packed)
    mark = str(found.delimiter)
    cells = header.decode().rstrip("\r\n").split(mark)
    if found.skip or mark not in _COMMON or not any(cell.strip(_BLANK) for cell in cells):
        return None
    quote = detection.quote("", mark) if dialect.quote is None else dialect.quote
    wide = detection.width(text, mark, quote) or len(cells)
    columns = grid.columns([*cells, *[""] * (wide - len(cells))][:wide], packed.path, 1)
    return plain.Shape(mark, header, columns, quote)


def _found(dialect: Dialect, encoding: str, sample: str, packed: Packed) -> Dialect:
    dialect = _declared(dialect, sample)
    expected = "," if packed.name.lower().endswith(".csv") else "\t"
    lines = _below(sample, dialect.skip)
    mark = detection.delimiter(lines, given=dialect.delimiter, expected=expected)
    quote = dialect.quote
    if quote is None:
        quote = detection.quote(lines, mark) or _quoted_below(packed, encoding, mark)
    return replace(dialect, encoding=detection.shown(encoding), delimiter=mark, quote=quote)


def _declared(dialect: Dialect, sample: str) -> Dialect:
    """Pass over a first line that names the delimiter, as spreadsheets write it."""
    mark = None if dialect.skip else detection.declared(sample)
    if mark is None or dialect.delimiter not in {None, mark}:
        return dialect
    return replace(dialect, delimiter=mark, skip=1)


def _below(sample: str, skip: int) -> str:
    return "".join(StringIO(sample, newline="").readlines()[skip:])


def _quoted_below(packed: Packed, encoding: str, mark: str) -> str:
    """Look for quoted cells in all of a file."""
    with packed.opened() as file:
        return next((found for block in blocks(detection.texts(file, encoding))
                     if isinstance(block, Block) and (found := detection.quote(block.text, mark))),
                    "")


class _Reading:
    """One reading of a file."""

    def __init__(self, connection: Connection, packed: Packed, dialect: Dialect, cutter: Cutter):
        self._packed, self._dialect, self._cutter = packed, dialect, cutter
        self._quick = dialect.delimiter in _COMMON
        self._landing = Landing(connection, str(dialect.delimiter) if self._quick else ",")
        self._columns: tuple[str, ...] = ()
        self._above = dialect.skip
        # The beginning of each sign that a row is not to be taken as it stands.
        marks = re.escape(f'"{dialect.quote or ""}\0{UNDECODABLE}{LOST}锟\ufeff')
        self._special = re.compile(f"[{marks}]").search
        self._header, self._row = "", 0
        self._quoted: Callable[[str], object] | None = None
        self._nothing = f'{self._landing.delimiter}"{_BLANK}'
        self._kept, self._widths = 0, Counter[int]()

    def grid(self, sample: str) -> Grid:
        """Read all of it; a sample of its beginning tells how wide it is."""
        self._wide = self._dialect.header and detection.width(
            _below(sample, self._above), str(self._dialect.delimiter), str(self._dialect.quote))
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
            self._refuse_title()
            read = landing.land()
        return Grid(self._packed.name, None, self._columns, self._dialect, read)

    def _plain(self, line: str) -> bool:
        """Tell whether a line is a row in which nothing is special: it can stay as it is."""
        if self._special(line):
            if not self._quoted or not self._quoted(line):
                return False
        elif not self._quick or line.count(self._landing.delimiter) != len(self._columns) - 1:
            return False
        return (line.endswith(("\n", "\r")) and len(line) <= LONGEST and line != self._header
                and bool(line.strip(self._nothing)))

    def _whole(self) -> Callable[[str], object] | None:
        """Make the pattern of a line whose cells are quoted as they ought to be, if at all."""
        if not self._quick or self._dialect.quote != '"':
            return None
        bad = f'"\r\n\0{UNDECODABLE}{LOST}锟\ufeff'
        mark = re.escape(self._landing.delimiter)
        cell = f'(?:"[^{bad}]*(?:""[^{bad}]*)*"|[^{mark}{bad}]*)'
        return re.compile(f"{cell}(?:{mark}{cell}){{{len(self._columns) - 1}}}\r?\n").fullmatch

    def _keep(self, lines: list[Line]) -> None:
        mark = self._landing.delimiter
        text = "".join([f"{row}{mark}{line}" for row, line in lines])
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._landing.lines(text, len(lines))
        self._kept += len(lines)

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
        elif record.text.rstrip("\r\n") == self._header.rstrip("\r\n") and len(record.cells) > 1:
            self._landing.skip(record.row, _AGAIN)
        else:
            inside = record.text[:-2]
            self._landing.broken = self._landing.broken or "\n" in inside or "\r" in inside
            self._landing.add(record.row, record.cells)
            self._kept += 1

    def _head(self, record: Record) -> None:
        if record.wrong:
            raise UnreadableError(f"the header: {record.wrong}; {record.advice}",
                                  path=self._packed.path, line=record.row)
        if not any(cell.strip(_BLANK) for cell in record.cells):
            return  # an empty line above the header
        names = [None] * len(record.cells) if not self._dialect.header else self._named(record)
        self._columns = grid.columns(names, self._packed.path, record.row)
        self._row, self._cutter.width = record.row, len(self._columns)
        self._quoted = self._whole()
        self._landing.widen(len(self._columns))
        if not self._dialect.header:
            self._take(record)

    def _named(self, record: Record) -> list[str]:
        self._header = record.text
        wide = self._wide or len(record.cells)
        return [*record.cells, *[""] * (wide - len(record.cells))][:wide]

    def _refuse_title(self) -> None:
        """Refuse a table of which no row fits what was taken for its header."""
        most, count = next(iter(self._widths.most_common(1)), (0, 0))
        if not self._kept and count > 1:
            raise UnreadableError(
                f"no row has as many cells as the header, {len(self._columns):,}; most have "
                f"{most:,}: if the table begins further down, give "
                "--skip-rows N, or skipRows in the mapping's dialect",
                path=self._packed.path, line=self._row)

    def _refuse_width(self, record: Record) -> None:
        cells, wanted = len(record.cells), len(self._columns)
        self._widths[cells] += 1
        mark = detection.shown(self._dialect.delimiter or ",")
        if not record.text.endswith(("\n", "\r")):
            advice = "the file ends here: it seems to be cut off; give all of it"
        elif cells > wanted:
            advice = f"quote the cell that a {mark} is part of, or take the {mark} out"
        else:
            advice = "give each column a cell, an empty one where there is nothing"
        self._landing.refuse(record.row, record.text.rstrip("\r\n"),
                             f"{cells:,} cells where the header has {wanted:,}", advice)
