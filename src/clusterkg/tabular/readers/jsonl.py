"""JSON: one object a line, or one list of objects; keys are columns, what is nested is JSON text.

Rows of a list are numbered from 1, as objects, since they need not keep to lines.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular import detection, grid, items
from clusterkg.tabular.cutting import Block, Record, blocks
from clusterkg.tabular.detection import UNDECODABLE
from clusterkg.tabular.grid import LONGEST, MOST_COLUMNS, Dialect, Grid
from clusterkg.tabular.items import Items
from clusterkg.tabular.landing import Landing
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".jsonl", ".ndjson", ".json")}
_MEND = "give one JSON object a line, or a list of objects"
_dumps = json.JSONEncoder(ensure_ascii=False).encode


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid; a column is there from the first row that has its key."""
    encoding = detection.encoding(packed, dialect.encoding)
    found = replace(dialect, encoding=detection.shown(encoding), delimiter=None, quote=None)
    with packed.opened() as file, Landing(connection) as landing:
        reading = _Reading(packed, landing)
        texts = detection.texts(file, encoding)
        first = next(texts, "")
        texts = chain([first], texts)
        if items.begins(first):
            reading.take_list(texts)
        else:
            for given in blocks(texts):
                reading.take(given)
        if not reading.columns:
            raise UnreadableError(f"no object in this file; {_MEND}", path=packed.path)
        names = grid.columns(list(reading.columns), packed.path, 1)
        return Grid(packed.name, None, names, found, landing.land())


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Reading:
    """The objects so far, and their keys in the order they came."""

    def __init__(self, packed: Packed, landing: Landing):
        self._packed, self._landing = packed, landing
        self.columns: dict[str, int] = {}
        self._odd = ""  # what is no JSON in the object that is read
        decoder = json.JSONDecoder(parse_float=_Number, parse_int=_Number,
                                   parse_constant=self._constant, object_pairs_hook=self._object)
        self._decode, self._decode_at = decoder.decode, decoder.raw_decode

    def take(self, given: Block | Record) -> None:
        """Take lines."""
        if isinstance(given, Record):
            self._landing.refuse(given.row, given.text, given.wrong, given.advice)
            return
        self._landing.broken = self._landing.broken or "\\" in given.text
        for row, line in enumerate(given.lines(), given.start):
            if line.strip():
                self._line(row, line)
            else:
                self._landing.skip(row, "empty line")

    def take_list(self, texts: Iterator[str]) -> None:
        """Take one list; raise UnreadableError where it is no JSON."""
        self._landing.broken = True
        for row, (text, found) in enumerate(Items(texts, self._at, self._packed.path), 1):
            self._take(row, text, partial(_same, found))

    def _at(self, text: str, place: int) -> tuple[object, int]:
        self._odd = ""
        return self._decode_at(text, place)

    def _line(self, row: int, line: str) -> None:
        self._odd = ""
        self._take(row, line, lambda: self._decode(line.lstrip("\ufeff")))

    def _take(self, row: int, text: str, decode: Callable[[], object]) -> None:
        try:
            if len(text) > LONGEST:
                raise ValueError(f"more than {LONGEST:,} characters")
            found = decode()
            if self._odd:
                raise ValueError(self._odd)
            if not isinstance(found, dict):
                raise ValueError("no object")
            cells = self._cells(row, found)
        except (ValueError, RecursionError) as error:
            self._refuse(row, text, error)
        else:
            self._landing.add(row, cells)

    def _refuse(self, row: int, line: str, error: Exception) -> None:
        if not self.columns and line.strip() == "{":
            raise UnreadableError(f"JSON over several lines; {_MEND}", path=self._packed.path,
                                  line=row)
        if UNDECODABLE in line:
            error = ValueError("bytes that are no text")
        self._landing.refuse(row, line, f"no JSON object: {str(error)[:200]}", _MEND)

    def _cells(self, row: int, found: dict[str, object]) -> list[str | None]:
        texts = {key: _text(value) for key, value in found.items()}
        whole = "".join(chain(texts, filter(None, texts.values())))
        if wrong := grid.flaw(whole):
            raise ValueError(wrong[0])
        if not whole.isascii():
            whole.encode()  # half of a surrogate pair is no text: a ValueError
        fresh = [key for key in texts if key not in self.columns]
        if fresh:
            self._add(fresh, row)
        cells: list[str | None] = [None] * len(self.columns)
        for key, text in texts.items():
            cells[self.columns[key]] = text
        return cells

    def _add(self, keys: list[str], row: int) -> None:
        for key in keys:
            self.columns[key] = len(self.columns)
        if len(self.columns) > MOST_COLUMNS:
            raise RefusedError(f"more than {MOST_COLUMNS:,} keys; keep those that are needed",
                               path=self._packed.path, line=row)
        self._landing.widen(len(self.columns))

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen = set[str]()
            doubled = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # None is no
            self._odd = f"the key {doubled!r} is there twice"
        return made

    def _constant(self, text: str) -> object:
        self._odd = f"{text} is no JSON"
        return None


def _same(found: object) -> object:
    return found


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _nested(value)


def _nested(value: object) -> str:
    """Write JSON, with numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_dumps(key)}: {_nested(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    return str(value) if isinstance(value, _Number) else _dumps(value)
