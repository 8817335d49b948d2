"""One process that holds connections, with its executors."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import cast

import uvicorn

from clusterkg.server.application import Application
from clusterkg.server.connection import Connection
from clusterkg.server.pool import Pool
from clusterkg.server.watch import Watch
from clusterkg.world import Settings

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """End on a signal without passing it on, at once on the second; look at every connection."""

    async def on_tick(self, counter: int) -> bool:
        """Do what is done ten times a second; tell whether it is time to end."""
        if counter % 10 == 0:
            now = monotonic()
            for connection in tuple(self.server_state.connections):
                cast(Connection, connection).look(now)
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals while it serves."""
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let what runs end, for a while."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(settings: Settings, listener: socket.socket, secret: bytes | None = None) -> None:
    """Serve until a signal comes."""
    watch = None if settings.endpoint else Watch(Path(settings.snapshot))
    pool = Pool(settings.text(), watch.version if watch else "", queue=settings.queue,
                seconds=settings.timeout)
    if watch:
        watch.told = pool.switch
    config = uvicorn.Config(
        Application(settings, pool, watch, secret), http=Connection, ws="none", lifespan="on",
        log_config=None, access_log=False, server_header=False, proxy_headers=False,
        headers=[("server", "clusterkg")], timeout_keep_alive=75,
        timeout_graceful_shutdown=int(settings.timeout) + 1)
    Server(config).run(sockets=[listener])
