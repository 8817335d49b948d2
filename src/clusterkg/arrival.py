"""The body of an endpoint's answer, read while it arrives: in time, to its end, of bounded size."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from socket import socket
from time import monotonic

import pyoxigraph as ox

from clusterkg import limit
from clusterkg.web.problem import Problem

_PIECE = 65536
# Virtuoso names blank nodes as no format allows. In JSON these marks stand in no string, for there
# a quotation mark has a backslash before it.
_BLANK = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
# It answers ASK with this variable, in a row for true and in none for false.
_ASKED = "__ASK_RETVAL"
_LONGEST = 200  # bytes of those marks


class Arrival(io.RawIOBase):
    """Read a body as parsers do; raise Problem where it breaks off, is too late or too much."""

    def __init__(self, reply: HTTPResponse, held: socket, ends: float, most: int):
        """Read through the socket that it comes by, until the time `ends`, `most` bytes at most."""
        super().__init__()
        self._reply, self._socket, self._ends, self._most = reply, held, ends, most
        self._missing = None if reply.chunked else _number(reply.headers.get("Content-Length"))
        self._taken = 0
        self._given, self._tail, self._is_over = b"", b"", False

    def readable(self) -> bool:
        """Tell parsers that this gives bytes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give what has arrived, at most `size` bytes unless that is negative; b"" at the end."""
        while not self._given and not self._is_over:
            self._given = self._renamed(self._received())
        end = len(self._given) if size < 0 else size
        piece, self._given = self._given[:end], self._given[end:]
        return piece

    def close(self) -> None:
        """Hang up."""
        self._reply.close()
        self._socket.close()
        super().close()

    def beginning(self, most: int) -> bytes:
        """Give the first bytes, of what may be no answer at all."""
        try:
            return self.read(most)
        except Problem:
            return b""

    def results(self) -> ox.QuerySolutions | ox.QueryBoolean:
        """Begin to read solutions, or read a boolean."""
        with self.told():
            found = ox.parse_query_results(self, ox.QueryResultsFormat.JSON)  # type: ignore[arg-type] # it reads
            if isinstance(found, ox.QuerySolutions) and \
                    [variable.value for variable in found.variables] == [_ASKED]:
                return _boolean(truth=any(True for _ in found))
            return found

    def triples(self) -> Iterator[ox.Triple]:
        """Read triples in Turtle."""
        with self.told():
            for quad in ox.parse(self, format=ox.RdfFormat.TURTLE):  # type: ignore[arg-type] # ditto
                yield quad.triple

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what parsers raise into a Problem; hang up on any."""
        try:
            yield
        except (SyntaxError, ValueError) as error:
            self.close()
            raise garbage(str(error)) from error
        except BaseException:
            self.close()
            raise

    def _renamed(self, piece: bytes) -> bytes:
        """Write blank nodes as they should be; the last bytes wait for what they may begin."""
        self._is_over = not piece
        known = _BLANK.sub(rb"\1", self._tail + piece)
        end = len(known) if self._is_over else max(0, len(known) - _LONGEST)
        self._tail = known[end:]
        return known[:end]

    def _received(self) -> bytes:
        left = self._ends - monotonic()
        if left <= 0:
            raise slow()
        try:
            self._socket.settimeout(left)
            piece = b"" if self._missing == 0 else self._reply.read1(
                _PIECE if self._missing is None else min(_PIECE, self._missing))
        except TimeoutError as error:
            raise slow() from error
        except (OSError, HTTPException, ValueError) as error:
            raise garbage(f"it breaks off: {error}") from error
        self._count(len(piece))
        return piece

    def _count(self, size: int) -> None:
        self._taken += size
        if self._taken > self._most:
            raise limit.too_large(f"{self._most} bytes")
        if self._missing:
            self._missing -= size
            if not size:
                raise garbage(f"{self._missing} bytes are missing")


def slow() -> Problem:
    """Say that an endpoint takes too long."""
    return Problem(504, "endpoint-slow", "the endpoint behind this server did not answer in time; "
                   "ask for less: fewer patterns, narrower ones, a LIMIT")


def garbage(why: str) -> Problem:
    """Say that what came is no answer; why, is for whoever runs this server."""
    logging.getLogger(__name__).warning("the endpoint gives no SPARQL result: %s", why[:500])
    return Problem(502, "endpoint", "the endpoint behind this server did not give a whole SPARQL "
                   "result; ask again, or for less")


def _boolean(*, truth: bool) -> ox.QueryBoolean:
    found = ox.Store().query(f"ASK {{ FILTER({str(truth).lower()}) }}")
    assert isinstance(found, ox.QueryBoolean)
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
