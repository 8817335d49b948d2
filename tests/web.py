"""What the tests of the server share: a request and its answer, without a network."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from clusterkg.web import dispatch, target
from clusterkg.web.message import Headers, Response
from clusterkg.world import Settings, World

BASE = "http://127.0.0.1:7878"
_HELD = 65536  # bytes that the server keeps back until it knows that all goes well


class AbortedError(Exception):
    """The connection would have been cut: an answer had begun and could not be ended."""


@dataclass(frozen=True)
class Reply:
    """A whole answer; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def ask(world: World, method: str, address: str, body: bytes | str = b"",
        **headers: str | bool) -> Reply:
    """Ask as a client does: `ask(world, "GET", "/x", accept="text/turtle")`.

    In the names of headers `_` stands for `-`; `writer=True` stands for the right token.
    """
    writer = bool(headers.pop("writer", False))
    given = {name.replace("_", "-").lower(): str(value) for name, value in headers.items()}
    sent = body.encode() if isinstance(body, str) else body
    base = world.settings.base
    try:
        request = target.parsed(method, address, given, sent, base=base, writer=writer, id="test")
    except Exception as error:
        return _whole(dispatch.failure(error, target.parsed(method, "/", given, base=base)))
    response = dispatch.respond(request, world)
    try:
        return _whole(response)
    except AbortedError:
        raise
    except Exception as error:
        return _whole(dispatch.failure(error, request))


def opened(snapshot: Path, **settings: Any) -> World:
    """Open a snapshot as a server does."""
    return World.opened(Settings(snapshot=str(snapshot), base=BASE, **settings))


def _whole(response: Response) -> Reply:
    body = response.body
    return Reply(response.status, _lowered(response.headers),
                 body if isinstance(body, bytes) else _written(body))


def _written(write: Callable[[BinaryIO], None]) -> bytes:
    held = io.BytesIO()
    try:
        write(held)
    except Exception as error:
        if held.tell() > _HELD:
            raise AbortedError from error
        raise
    return held.getvalue()


def _lowered(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def laid(folder: Path, quads: Iterable[ox.Quad], **settings: Any) -> World:
    """Lay quads out as a version of a snapshot, without a build, and open it."""
    version = folder / "versions" / "1"
    version.mkdir(parents=True)
    store = ox.Store(str(version / "store"))
    store.bulk_extend(quads)
    store.flush()
    (version / "manifest.json").write_text("{}\n", encoding="utf-8")
    (folder / "CURRENT").write_text("1\n", encoding="ascii")
    return opened(folder, **settings)
