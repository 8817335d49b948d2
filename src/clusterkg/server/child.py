"""An executor as its front sees it: a process to ask, to watch and to kill."""

import asyncio
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterkg.errors import ClusterkgError
from clusterkg.server import frame
from clusterkg.server.fork import Started
from clusterkg.server.frame import Frame, Kind

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_GENTLE = 10  # niceness


@dataclass(frozen=True)
class Ready:
    """What an executor says of the version that it opened."""

    version: str
    built: str
    questions: int


class Child:
    """Ask it one job at a time."""

    def __init__(self, started: Started):
        """Keep the process and what goes in and out; it is of use once `open` has returned."""
        self._process, self._out, self._in = started
        self._statm = Path(f"/proc/{self.pid}/statm")
        self._begun: tuple[Kind, int] | None = None  # a frame whose payload is still to come
        self._is_killed = False
        self.is_gentle = False
        self.is_ready = False  # it has opened a version once
        self.version = ""  # the last that it was asked to open

    @property
    def pid(self) -> int:
        """Give the number of the process."""
        return self._process.pid

    @property
    def is_usable(self) -> bool:
        """Tell whether it may get another job."""
        return not (self._is_killed or self.is_gentle) and self._process.returncode is None

    async def open(self, version: str, settings: str | None = None) -> Ready:
        """Have it open a version; raise ClusterkgError, with its reason, where it cannot.

        Raises EOFError where it ends meanwhile.
        """
        said = {"version": version} | ({"settings": settings} if settings else {})
        self.version = version
        self.send(frame.packed(Kind.OPEN, json.dumps(said).encode()))
        kind, payload = await self.receive()
        answer: dict[str, Any] = json.loads(payload)
        if kind is not Kind.READY:
            raise ClusterkgError(str(answer.get("error")))
        self.is_ready = True
        return Ready(**answer)

    def send(self, frames: bytes) -> None:
        """Write frames; what has ended already is found out by `receive`."""
        if not self._in.is_closing():
            self._in.write(frames)

    async def receive(self) -> Frame:
        """Read its next frame, as often as it is cancelled; raise EOFError where it has ended."""
        try:
            if self._begun is None:
                self._begun = frame.opened(await self._out.readexactly(frame.HEAD.size))
            kind, length = self._begun
            payload = await self._out.readexactly(length) if length else b""
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise EOFError from error
        self._begun = None
        return kind, payload

    def memory(self) -> int:
        """Give the bytes of memory that it takes; 0 where the system does not say."""
        try:
            return int(self._statm.read_bytes().split()[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return 0

    def be_gentle(self) -> None:
        """Let everybody else go first from now on; there is no way back."""
        self.is_gentle = True
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, _GENTLE)

    def kill(self) -> None:
        """End it at once."""
        self._is_killed = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def gone(self) -> None:
        """Wait for its end."""
        await self._process.wait()
