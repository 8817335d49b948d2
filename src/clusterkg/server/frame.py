"""What goes through the pipes between a front and an executor: frames of a kind and a payload.

To an executor: OPEN; JOB, CHUNKs of the body, END. Back: READY or FAIL to an OPEN; HEAD, CHUNKs,
END to a JOB, and FAIL in place of END where an answer that has begun cannot be ended.
Payloads are JSON, but for chunks; nothing is ever unpickled.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO

PIECE = 65536  # bytes of a chunk at most; so much of an answer is held back until it is whole
HEAD = struct.Struct("<BQ")
_LONGEST = 1 << 28  # bytes: more is no frame


class Kind(IntEnum):
    """What a frame says."""

    OPEN = 1
    READY = 2
    JOB = 3
    HEAD = 4
    CHUNK = 5
    END = 6
    FAIL = 7


Frame = tuple[Kind, bytes]


def packed(kind: Kind, payload: bytes = b"") -> bytes:
    """Write a frame."""
    return HEAD.pack(kind, len(payload)) + payload


def chunks(body: bytes) -> Iterator[bytes]:
    """Write a body as frames."""
    for start in range(0, len(body), PIECE):
        yield packed(Kind.CHUNK, body[start:start + PIECE])


def read(stream: BinaryIO) -> Frame:
    """Read a frame; raise EOFError where the stream ends, ValueError for what is no frame."""
    kind, length = opened(_exactly(stream, HEAD.size))
    return kind, _exactly(stream, length)


def opened(head: bytes) -> tuple[Kind, int]:
    """Read the kind of a frame and its payload's length; raise ValueError for what is no frame."""
    kind, length = HEAD.unpack(head)
    if length > _LONGEST:
        raise ValueError("no frame")
    return Kind(kind), length


def _exactly(stream: BinaryIO, length: int) -> bytes:
    held = stream.read(length)
    if len(held) < length:
        raise EOFError
    return held
