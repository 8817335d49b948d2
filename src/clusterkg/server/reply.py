"""An answer on its way from an executor: held back until it is whole, or too long to be held."""

import io
import json
from collections.abc import Mapping
from typing import BinaryIO, cast

from clusterkg.server import frame
from clusterkg.server.frame import PIECE, Kind
from clusterkg.web.message import Headers, Response

_BODYLESS = (204, 304)


class Reply(io.RawIOBase):
    """Write one answer as frames; what a body writes goes out in pieces of 64 KiB."""

    def __init__(self, out: BinaryIO, *, bodyless: bool = False):
        """Write to `out`; to HEAD, whose answers are `bodyless`, no length is made up."""
        super().__init__()
        self._out, self._bodyless = out, bodyless
        self._held = bytearray()
        self._response = Response(500)
        self.has_begun = False

    def send(self, response: Response) -> None:
        """Send a whole answer; what its body raises is passed on, see `fail`."""
        self._response = response
        if isinstance(response.body, bytes):
            self._end(response.body)
            return
        response.body(cast(BinaryIO, self))
        self._end(bytes(self._held))

    def fail(self, instead: Response) -> None:
        """Send another answer in place of one that cannot be ended, or break off where it began."""
        if self.has_begun:
            self._out.write(frame.packed(Kind.FAIL, b"{}"))
            self._out.flush()
        else:
            self._held.clear()
            self.send(instead)

    def writable(self) -> bool:
        """Tell engines that this takes bytes."""
        return True

    def write(self, data: object) -> int:
        """Take some of the body."""
        held = self._held
        before = len(held)
        held += memoryview(data)  # type: ignore[arg-type]  # whatever bytes an engine gives
        taken = len(held) - before
        while len(held) >= PIECE:
            self._put(bytes(held[:PIECE]))
            del held[:PIECE]
        return taken

    def _put(self, piece: bytes) -> None:
        if not self.has_begun:
            self.has_begun = True
            self._out.write(_head(self._response, self._response.headers))
        self._out.write(frame.packed(Kind.CHUNK, piece))
        self._out.flush()

    def _end(self, body: bytes) -> None:
        if not self.has_begun:
            headers = self._response.headers if self._bodyless else \
                _measured(self._response, body)
            self._out.write(_head(self._response, headers))
        for piece in frame.chunks(body):
            self._out.write(piece)
        self._out.write(frame.packed(Kind.END))
        self._out.flush()


def _head(response: Response, headers: Headers) -> bytes:
    said: Mapping[str, object] = {"status": response.status, "headers": headers}
    return frame.packed(Kind.HEAD, json.dumps(said).encode())


def _measured(response: Response, body: bytes) -> Headers:
    """Say the length of a body that is whole; of an answer without one its head says it."""
    if response.status in _BODYLESS or response.header("Content-Length") is not None:
        return response.headers
    return (*response.headers, ("Content-Length", str(len(body))))
