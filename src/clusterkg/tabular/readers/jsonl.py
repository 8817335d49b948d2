"""JSON lines: one object a line, its keys are columns; what is nested is its own JSON text."""

import json
from dataclasses import replace
from itertools import chain

from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular import detection, grid
from clusterkg.tabular.cutting import Block, Record, blocks
from clusterkg.tabular.detection import UNDECODABLE
from clusterkg.tabular.grid import LONGEST, MOST_COLUMNS, Dialect, Grid
from clusterkg.tabular.landing import Landing
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".jsonl", ".ndjson", ".json")}
_MEND = "give one JSON object a line"


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid; a column is there from the first row that has its key."""
    encoding = detection.encoding(packed, dialect.encoding)
    found = replace(dialect, encoding=detection.shown(encoding), delimiter=None, quote=None)
    with packed.opened() as file, Landing(connection) as landing:
        reading = _Reading(packed, landing)
        for given in blocks(detection.texts(file, encoding)):
            reading.take(given)
        if not reading.columns:
            raise UnreadableError(f"no object in this file; {_MEND}", path=packed.path)
        names = grid.columns(list(reading.columns), packed.path, 1)
        return Grid(packed.name, None, names, found, landing.land())


class _Number(float):
    """A number that keeps how it is written."""

    text: str

    def __new__(cls, text: str) -> "_Number":
        made = super().__new__(cls, text)
        made.text = text
        return made


class _Reading:
    """The objects so far, and their keys in the order they came."""

    def __init__(self, packed: Packed, landing: Landing):
        self._packed, self._landing = packed, landing
        self.columns: dict[str, int] = {}
        self._decode = json.JSONDecoder(
            parse_float=_Number, parse_constant=_no_constant, object_pairs_hook=_object).decode

    def take(self, given: Block | Record) -> None:
        if isinstance(given, Record):
            self._landing.refuse(given.row, given.text, given.wrong, given.advice)
            return
        self._landing.broken = self._landing.broken or "\\" in given.text
        lines = given.text.removesuffix("\n").split("\n")
        for row, line in enumerate(lines, given.start):
            if line.strip():
                self._line(row, line)
            else:
                self._landing.skip(row, "empty line")

    def _line(self, row: int, line: str) -> None:
        try:
            if len(line) > LONGEST:
                raise ValueError(f"more than {LONGEST:,} characters")
            found = self._decode(line)
            if not isinstance(found, dict):
                raise ValueError("no object")
            cells = self._cells(row, found)
        except (ValueError, RecursionError) as error:
            self._refuse(row, line, error)
        else:
            self._landing.add(row, cells)

    def _refuse(self, row: int, line: str, error: Exception) -> None:
        if not self.columns and line.strip() in {"[", "{"}:
            raise UnreadableError(f"JSON over several lines; {_MEND}", path=self._packed.path,
                                  line=row)
        if UNDECODABLE in line:
            error = ValueError("bytes that are no text")
        self._landing.refuse(row, line, f"no JSON object: {str(error)[:200]}", _MEND)

    def _cells(self, row: int, found: dict[str, object]) -> list[str | None]:
        texts = {key: _text(value) for key, value in found.items()}
        whole = "".join(chain(texts, filter(None, texts.values())))
        if "\0" in whole:
            raise ValueError("a NUL character")
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


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Number):
        return value.text
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen = set[str]()
        doubled = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # None is no
        raise ValueError(f"the key {doubled!r} is there twice")
    return made


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no JSON")
