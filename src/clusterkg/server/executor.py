"""A process that answers one request at a time, so that it may be killed at any moment.

Forked by `nursery`, or started as `python -m clusterkg.server.executor`; frames come on standard
input.
"""

import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from clusterkg import discovery
from clusterkg.errors import UnreadableError
from clusterkg.server import frame
from clusterkg.server.frame import Kind
from clusterkg.server.log import Lines
from clusterkg.server.reply import Reply
from clusterkg.web import dispatch, target
from clusterkg.web.message import Request
from clusterkg.world import Settings, World

if sys.platform != "win32":
    import resource

_MAPPED = 6 << 30  # bytes: libraries, threads, stores and tables, with room to spare
_PARENT_SECONDS = 0.5  # between two looks whether the front still lives
_NOBODY = Request("GET", "/", "/")


class Executor:
    """Hold the world of the last version that was named, and answer by it."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO):
        """Read frames from one stream, write them to the other."""
        self._in, self._out = incoming, outgoing
        self._settings = Settings()
        self._named = ""
        self._world: World | None = None

    def run(self) -> None:
        """Answer until the stream ends."""
        with suppress(EOFError):
            while True:
                self._step(*frame.read(self._in))

    def _step(self, kind: Kind, payload: bytes) -> None:
        said: dict[str, Any] = json.loads(payload)
        if kind is Kind.OPEN:
            self._open(said)
        else:
            self._answer(said, self._body())

    def _open(self, said: dict[str, Any]) -> None:
        if "settings" in said:
            self._settings = Settings.read(said["settings"])
            _bound(self._settings)
        try:
            self._send(Kind.READY, _described(self._of(said["version"])))
        except Exception as error:  # told to the front, which goes on with other executors
            self._send(Kind.FAIL, {"error": f"{type(error).__name__}: {error}"})

    def _of(self, version: str) -> World:
        """Open a version where it is another than the last; a failure leaves none open."""
        if self._world is None or version != self._named or self._world.is_stale:
            self._world = None
            gc.collect()  # its files stay open, and on disk, as long as a circle refers to them
            self._world = self._opened(version)
            self._named = version
        return self._world

    def _opened(self, version: str) -> World:
        try:
            return World.opened(self._settings, Path(version) if version else None)
        except UnreadableError as error:  # two builds later it is no longer there
            logging.getLogger(__name__).warning(
                "%s is not opened, but the version that answers now: %s", version, error)
            return World.opened(self._settings)

    def _body(self) -> bytes:
        held = bytearray()
        while (arrived := frame.read(self._in))[0] is Kind.CHUNK:
            held += arrived[1]
        return bytes(held)

    def _answer(self, said: dict[str, Any], body: bytes) -> None:
        reply, asked = Reply(self._out, bodyless=said["method"] == "HEAD"), _NOBODY
        try:
            asked = _request(said, body)
            reply.send(dispatch.respond(asked, self._of(said["version"])))
        except BrokenPipeError:
            raise SystemExit from None
        except Exception as error:  # the answer says it, and the log says more
            reply.fail(dispatch.failure(error, asked))

    def _send(self, kind: Kind, said: dict[str, Any]) -> None:
        self._out.write(frame.packed(kind, json.dumps(said).encode()))
        self._out.flush()


def _request(said: dict[str, Any], body: bytes) -> Request:
    """Make the request that a job describes; raise Problem for an unfit address."""
    return target.parsed(said["method"], said["target"], said["headers"], body, base=said["base"],
                         writer=said["writer"], id=said["id"])


def _described(world: World) -> dict[str, Any]:
    return {"version": world.version, "built": world.manifest().get("built", ""),
            "questions": len(world.graph.questions)}


def _bound(settings: Settings) -> None:
    """Have the system stop what takes memory faster than the front can look.

    What is mapped is more than what is used, so this is far above the limit of a query. A process
    that may write builds, and a build takes what it needs.
    """
    if sys.platform != "win32" and settings.memory and not settings.is_writable:
        most = _MAPPED + 2 * settings.memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _import() -> None:
    """Import every resource, so that no request waits for that; a broken one harms no other."""
    for name in discovery.names("resources"):
        try:
            discovery.load("resources", name)
        except Exception:
            logging.getLogger(__name__).exception("the resource %s cannot be imported", name)


def _outgoing() -> BinaryIO:
    """Take standard output for frames; what is printed goes to standard error from now on."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "wb", 4 * frame.PIECE)
    os.dup2(2, 1)
    return out


def _follow(parent: int) -> None:
    """End this process soon after the front that started it, whatever it is doing."""
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os._exit(0)


def prepare() -> None:
    """Do what does not depend on the front: import everything, say how to log."""
    written = logging.StreamHandler()
    written.setFormatter(Lines())
    logging.basicConfig(handlers=[written], level=logging.WARNING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, which lets jobs end
    _import()


def serve(parent: int) -> None:
    """Answer what comes on standard input until it ends, or the parent does."""
    if os.name == "posix":
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    with os.fdopen(os.dup(0), "rb") as incoming:
        Executor(incoming, _outgoing()).run()


if __name__ == "__main__":
    prepare()
    serve(os.getppid())
