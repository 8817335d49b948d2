"""How a front gets executors: forked from a nursery where the system can, else started anew."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Protocol

from clusterkg.server import frame

_HELD = 2 * frame.PIECE  # bytes that may wait in the front; then the executor waits
_SECONDS = 60.0  # that a nursery may take to begin
_log = logging.getLogger(__name__)


class Process(Protocol):
    """What asyncio's processes have, too."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """Give None as long as it is not known to have ended."""
        ...

    def kill(self) -> None:
        """End it at once; raise ProcessLookupError where it has ended."""
        ...

    async def wait(self) -> int:
        """Wait for its end."""
        ...


Started = tuple[Process, asyncio.StreamReader, asyncio.StreamWriter]


async def started() -> Started:
    """Start an executor as a program."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clusterkg.server.executor", stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, limit=_HELD, start_new_session=os.name == "posix")
    assert process.stdin
    assert process.stdout
    return process, process.stdout, process.stdin


class Nursery:
    """Have executors forked; where that fails, start them as programs."""

    def __init__(self) -> None:
        """Start the nursery with the first executor."""
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: socket.socket | None = None
        self._turn = asyncio.Lock()

    async def executor(self) -> Started:
        """Give a new executor; raise OSError where no process can be started."""
        if sys.platform != "linux":
            return await started()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                async with self._turn:
                    pid, pidfd = await asyncio.to_thread(self._forked, theirs.fileno())
            except (OSError, IndexError) as error:
                _log.warning("no executor can be forked, one is started: %s", error)
                ours.close()
                self.close()
                return await started()
        reader, writer = await asyncio.open_connection(sock=ours, limit=_HELD)
        return Forked(pid, pidfd, writer), reader, writer

    def close(self) -> None:
        """End the nursery; its executors end soon after."""
        if self._process and self._asked:
            self._asked.close()
            self._process.kill()
            self._process.wait()
        self._process = self._asked = None

    def _forked(self, theirs: int) -> tuple[int, int]:
        """Ask for a fork that talks by a socket; give its pid and pidfd."""
        asked = self._asked or self._begun()
        socket.send_fds(asked, [b"."], [theirs])
        said, pidfds, _, _ = socket.recv_fds(asked, 4, 1)
        return int.from_bytes(said, "little"), pidfds[0]

    def _begun(self) -> socket.socket:
        self._asked, theirs = socket.socketpair()
        with theirs:
            self._asked.settimeout(_SECONDS)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "clusterkg.server.nursery"], stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL, start_new_session=True)
        return self._asked


class Forked:
    """A process that another has forked, known by its pidfd: its pid may be another's later."""

    def __init__(self, pid: int, pidfd: int, writer: asyncio.StreamWriter):
        """Wait for its end."""
        self.pid, self._pidfd, self._writer = pid, pidfd, writer
        self.returncode: int | None = None
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(pidfd, self._end)

    def kill(self) -> None:
        """End it at once; raise ProcessLookupError where it has ended."""
        if sys.platform == "linux" and self.returncode is None:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end; how it ended is not known."""
        await self._ended.wait()
        return self.returncode or 0

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        self.returncode = 0
        with suppress(OSError, RuntimeError):
            self._writer.close()
        self._ended.set()
