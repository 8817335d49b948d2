"""An answer's size while it is written: counted, and ended where it grows too large."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, TypeVar

from clusterkg.web.problem import Problem

_PIECE = 65536
_IN_STRING = re.compile(rb'(?:[^"\\]|\\.)*', re.DOTALL)

Counter = Callable[[bytes], int]
Thing = TypeVar("Thing")


class Writer:
    """Take what an engine writes and pass it on in pieces of 64 KiB; call `finish` at the end.

    Raises Problem 422 for more than `most` bytes, or more than `rows` solutions (0: any number),
    which `count` counts in pieces of the results' format.
    """

    def __init__(self, out: BinaryIO, most: int, rows: int = 0, count: Counter | None = None):
        """Write to `out`."""
        self._out, self._most, self._rows = out, most, rows
        self._count = count if rows else None
        self._written = self._counted = 0
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        """Hold a piece, and pass on what was held when it is enough."""
        self._written += len(piece)
        if self._written > self._most:
            raise too_large(f"{self._most} bytes")
        if self._count:
            self._counted += self._count(piece)
            if self._counted > self._rows:
                raise too_large(f"{self._rows} rows")
        self._held += piece
        if len(self._held) >= _PIECE:
            self.finish()
        return len(piece)

    def flush(self) -> None:
        """Do nothing: pieces are passed on when they are whole."""

    def finish(self) -> None:
        """Pass on what is held."""
        if self._held:
            self._out.write(bytes(self._held))
            self._held.clear()


def too_large(limit: str) -> Problem:
    """Say that an answer is not given, because it has more than it may."""
    return Problem(422, "too-large", f"the answer has more than {limit}, which is the most that is "
                                     "given here; ask for less, with LIMIT and OFFSET")


def counted(things: Iterable[Thing], most: int) -> Iterator[Thing]:
    """Pass things on; raise Problem 422 for more than `most` (0: any number)."""
    for number, thing in enumerate(things, 1):
        if number > most > 0:
            raise too_large(f"{most} triples")
        yield thing


def counter(name: str) -> Counter:
    """Give what counts the solutions of one answer in a format of results, piece by piece."""
    counters: dict[str, type[_Json | _Xml | _Tsv]] = {"json": _Json, "xml": _Xml, "csv": _Csv,
                                                      "tsv": _Tsv}
    return counters[name]()


class _Json:
    """A row is an object in a list: after `[` or `,` outside strings."""

    def __init__(self) -> None:
        self._in_string, self._rest, self._last = False, b"", b""

    def __call__(self, piece: bytes) -> int:
        piece, self._rest = self._rest + piece, b""
        found, end = 0, 0
        while end < len(piece):
            end = self._string(piece, end) if self._in_string else end
            if not self._in_string and end < len(piece):
                close = piece.find(b'"', end)
                plain = self._last + piece[end:close if close >= 0 else len(piece)]
                found += plain.count(b",{") + plain.count(b"[{")
                self._last, self._in_string = plain[-1:], close >= 0
                end = close + 1 if close >= 0 else len(piece)
        return found

    def _string(self, piece: bytes, start: int) -> int:
        """Find where the string ends; what cannot be told yet is kept."""
        match = _IN_STRING.match(piece, start)
        end = match.end() if match else start
        if piece[end:end + 1] == b'"':
            self._in_string, self._last = False, b'"'
            return end + 1
        self._rest = piece[end:]  # a backslash whose character is still to come, or nothing
        return len(piece)


class _Xml:
    """A row begins with `<result>`; in text `<` is escaped."""

    _MARK = b"<result>"

    def __init__(self) -> None:
        self._rest = b""

    def __call__(self, piece: bytes) -> int:
        piece = self._rest + piece
        self._rest = piece[-len(self._MARK) + 1:]
        return piece.count(self._MARK)


class _Tsv:
    """A row is a line; the first is the head."""

    def __init__(self) -> None:
        self._head = 1

    def __call__(self, piece: bytes) -> int:
        lines = piece.count(b"\n")
        head = min(self._head, lines)
        self._head -= head
        return lines - head


class _Csv(_Tsv):
    """A row is a line, but in quotes a line may end without ending the row."""

    def __init__(self) -> None:
        super().__init__()
        self._quoted = 0

    def __call__(self, piece: bytes) -> int:
        parts = piece.split(b'"')
        plain = b"".join(parts[self._quoted::2])
        self._quoted = (self._quoted + len(parts) - 1) % 2
        return super().__call__(plain)
