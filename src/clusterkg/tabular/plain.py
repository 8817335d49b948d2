"""Tables in which nothing is special, which DuckDB's reader cuts as we do, only quicker.

All is UTF-8, has no quote, and ends its lines in one way. While DuckDB reads, every byte is looked
at; what it read has to have as many rows as there are lines, and as many bytes. Else the file is
read again, line by line.
"""

import secrets
from codecs import BOM_UTF8
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from clusterkg import tables
from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.tabular import grid
from clusterkg.tabular.grid import LONGEST, LOST

_BLOCK = 4 * 2**20
_RARE = (LOST, "锟", "\ufeff")  # one sign is found quickly
_LOST = (LOST, "锟斤拷", "\ufeff")
_ESCAPED = bytes({*range(32), 127, ord('"'), ord("\\")} - set(b"\n\r"))
_NONE = ("\ufffe", "\uffff")  # what N-Triples escape beyond ASCII
_LANDED = """
INSERT INTO grid SELECT row_number() OVER () + 1, * FROM read_csv({path}, columns = {{{types}}},
    delim = {mark}, quote = '', escape = '', comment = '', header = false, skip = 1,
    auto_detect = false, strict_mode = true, null_padding = false, ignore_errors = false,
    nullstr = {null}, max_line_size = {longest}, buffer_size = 16777216{end})
"""
_COUNTED = "SELECT count(*), coalesce(sum({size}), 0), coalesce(max({size}), 0) FROM grid"
_SKIPPED = "INSERT INTO skipped SELECT row, {rule} FROM grid WHERE {where}"
_LEFT_OUT = "DELETE FROM grid WHERE row IN (SELECT row FROM skipped)"


@dataclass(frozen=True)
class Shape:
    """How a table seems to be written, by its beginning: its delimiter, and its first line."""

    mark: str
    header: bytes
    columns: tuple[str, ...]
    quote: str = '"'

    @property
    def end(self) -> bytes:
        """Give what ends a line."""
        return b"\r\n" if self.header.endswith(b"\r\n") else b"\n"


@dataclass(frozen=True)
class Rules:
    """What it is called that a row is empty, or the header once more; and what is blank."""

    empty: str
    again: str
    blank: str


@dataclass
class _Seen:
    """What is known of the bytes so far; `escaped`: whether N-Triples escape any of them."""

    lines: int = 0
    size: int = 0
    escaped: bool = False


def may_be(first: bytes, quote: str | None) -> bool:
    """Tell whether the beginning of a file is that of a table in which nothing is special."""
    whole = first[:first.rfind(b"\n") + 1]
    end = b"\r\n" if whole.partition(b"\n")[0].endswith(b"\r") else b"\n"
    return bool(whole) and _look(whole.removeprefix(BOM_UTF8), _signs("", quote), end, _Seen())


def read(connection: Connection, path: Path, shape: Shape, rules: Rules) -> tuple[int, bool] | None:
    """Fill `grid` and `skipped`; give the number of rows, and whether the texts are plain.

    Gives None where the file has to be read line by line.
    """
    grid.begin(connection, len(shape.columns))
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(_looked, path, shape)
        with suppress(tables.Error):
            _land(connection, path, shape)
            seen = looking.result()
            if seen and _agrees(connection, shape, seen):
                _pass_over(connection, shape, rules)
                return seen.lines - 1, not seen.escaped
    return None


def _land(connection: Connection, path: Path, shape: Shape) -> None:
    types = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(1, len(shape.columns) + 1))
    # Strictly read, lines that are said to end in two characters are not found.
    end = ", new_line = '\\n'" if shape.end == b"\n" else ""
    connection.execute(_LANDED.format(
        path=literal(path), types=types, mark=literal(shape.mark), longest=LONGEST, end=end,
        null=literal(f"\x01{secrets.token_hex(12)}")))


def _looked(path: Path, shape: Shape) -> _Seen | None:
    """Look at each byte of a file; give None where some are special."""
    signs, seen = _signs(shape.mark, shape.quote), _Seen()
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        for block in _blocks(file):
            if not _look(block, signs, shape.end, seen):
                return None
    return seen


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Give whole lines; part of one where it is too long."""
    while block := file.read(_BLOCK):
        yield block if block.endswith(b"\n") else block + file.readline(4 * LONGEST)


def _signs(mark: str, quote: str | None) -> tuple[bytes, bytes]:
    """Give the bytes that are special, and those that N-Triples escape."""
    special = bytes({*b'"\0', *(quote or "").encode()[:1]})
    return special, bytes(set(_ESCAPED) - set(mark.encode()))


def _look(block: bytes, signs: tuple[bytes, bytes], end: bytes, seen: _Seen) -> bool:
    special, escaped = signs
    ends = block.count(b"\n")
    if any(sign in block for sign in special):
        return False
    seen.escaped = seen.escaped or len(block.translate(None, escaped)) < len(block)
    if not _are_ends(block, end, ends):
        return False
    if not block.isascii() and not _is_text(block, seen):
        return False
    seen.lines += ends + (not block.endswith(b"\n"))
    seen.size += len(block) - ends * len(end)
    return True


def _are_ends(block: bytes, end: bytes, ends: int) -> bool:
    """Tell whether all lines of a block, of which so many end, do so in one way."""
    if end == b"\n":
        return b"\r" not in block
    return block.count(b"\r") == ends == block.count(end)


def _is_text(block: bytes, seen: _Seen) -> bool:
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return False
    seen.escaped = seen.escaped or any(sign in text for sign in _NONE)
    return not any(sign in text for sign in _RARE) or not any(sign in text for sign in _LOST)


def _agrees(connection: Connection, shape: Shape, seen: _Seen) -> bool:
    """Hold what was read against the lines and the bytes of the file."""
    sizes = ", ".join(f"strlen(c{n})" for n in range(1, len(shape.columns) + 1))
    size = f"list_sum([{sizes}])"
    rows, cells, most = connection.execute(_COUNTED.format(size=size)).fetchone() or (0, 0, 0)
    marks = rows * (len(shape.columns) - 1) * len(shape.mark.encode())
    below = seen.size - len(shape.header.rstrip(b"\r\n"))
    return bool(rows == seen.lines - 1 and cells + marks == below and most <= LONGEST)


def _pass_over(connection: Connection, shape: Shape, rules: Rules) -> None:
    numbers = range(1, len(shape.columns) + 1)
    cells = shape.header.rstrip(b"\r\n").decode().split(shape.mark)
    blank = literal(rules.blank)
    found = {rules.empty: " AND ".join(f"trim(c{n}, {blank}) = ''" for n in numbers)}
    if len(cells) == len(numbers) > 1:
        found[rules.again] = " AND ".join(f"c{n} = {literal(cell)}"
                                          for n, cell in zip(numbers, cells, strict=True))
    for rule, where in found.items():
        connection.execute(_SKIPPED.format(rule=literal(rule), where=where))
    if tables.count(connection, "skipped"):
        connection.execute(_LEFT_OUT)
