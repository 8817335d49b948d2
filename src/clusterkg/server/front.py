"""One process that holds connections, with its executors.

Where there are several, `supervisor` starts each as `python -m clusterkg.server.front`: its orders
come as a line on standard input, which stays open as long as the supervisor lives.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import cast

import uvicorn

from clusterkg import output
from clusterkg.errors import ClusterkgError
from clusterkg.server import listener, log, token
from clusterkg.server.application import CONNECTIONS, Application
from clusterkg.server.child import Ready
from clusterkg.server.connection import Connection
from clusterkg.server.exchange import BrokenOffError
from clusterkg.server.metric import Metric
from clusterkg.server.pool import Pool
from clusterkg.server.shortcut import Shortcut
from clusterkg.server.told import Told
from clusterkg.server.watch import Watch
from clusterkg.world import Settings

if sys.platform != "win32":
    import resource

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LOOKS = 10  # ticks of a tenth of a second between two looks at every connection


@dataclass(frozen=True)
class Orders:
    """What a front is told: what to serve, where, and which row of the metrics is its own."""

    settings: Settings
    host: str
    port: int
    token_file: str = ""
    metrics: str = ""  # the file that all fronts count in
    row: int = 0

    def text(self) -> str:
        """Write them as JSON, on one line."""
        return json.dumps({**vars(self), "settings": self.settings.text()})

    @classmethod
    def read(cls, text: str) -> "Orders":
        """Read them again."""
        said = json.loads(text)
        return cls(**{**said, "settings": Settings.read(said["settings"])})


class Server(uvicorn.Server):
    """End on a signal without passing it on, at once on the second; look after what is open."""

    def __init__(self, config: uvicorn.Config, application: Application,
                 told: Callable[[Ready], None]):
        """Say to `told` when the first executor is ready."""
        super().__init__(config)
        self._application, self._told, self._is_told = application, told, False

    async def on_tick(self, counter: int) -> bool:
        """Do what is done ten times a second; tell whether it is time to end."""
        application, now = self._application, monotonic()
        if application.watch:
            application.watch.look()
        application.told.metric.load(*application.pool.load)
        if counter % _LOOKS == 0:
            for connection in tuple(self.server_state.connections):
                cast(Connection, connection).look(now)
        if not self._is_told and application.pool.ready:
            self._is_told = True
            self._told(application.pool.ready)
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
        """Let what runs end, for a while; the second time end it."""
        if self.should_exit:
            self._application.pool.kill()
            if self._application.told.journal:
                self._application.told.journal.close()
            os._exit(0)
        self.should_exit = True


def serve(orders: Orders, at: socket.socket, told: Callable[[Ready], None]) -> None:
    """Serve until a signal comes; say to `told` when the first executor is ready."""
    settings = orders.settings
    watch = None if settings.endpoint else Watch(Path(settings.snapshot))
    pool = Pool(settings.text(), watch.version if watch else "",
                queue=max(1, settings.queue // settings.processes), seconds=settings.timeout)
    if watch:
        watch.told = pool.switch
    journal = log.begun()
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    counted = Metric(Path(orders.metrics), orders.row) if orders.metrics else Metric()
    application = Application(settings, pool, watch, Told(counted, journal))
    application.secret = token.read(Path(orders.token_file)) if orders.token_file else None
    application.connections = _allowed_connections()
    config = uvicorn.Config(
        application, http=Connection, ws="none", lifespan="on", log_config=None,
        access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=75,
        headers=[("server", "clusterkg")], timeout_graceful_shutdown=int(settings.timeout) + 1)
    server = Server(config, application, told)
    if watch:
        application.shortcut = Shortcut(settings, watch, application.told,
                                        lambda: server.server_state.default_headers)
    try:
        server.run(sockets=[at])
    finally:
        journal.close()


def _allowed_connections() -> int:
    """Give how many connections may be open, with as many files as the system allows."""
    if sys.platform == "win32":
        return 500  # what its loop takes, with room for pipes
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft // 2)


def main() -> None:
    """Serve as a supervisor orders, until it says so or is gone."""
    orders = Orders.read(sys.stdin.readline())
    threading.Thread(target=_follow, daemon=True).start()
    try:
        with listener.shared(orders.host, orders.port) as at:
            serve(orders, at, _tell)
    except ClusterkgError as error:
        output.say(str(error))
        sys.exit(error.exit_code)


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out what uvicorn says of malformed requests and of answers that are cut off."""
    error = record.exc_info and record.exc_info[1]
    return bool(error) and not isinstance(error, BrokenOffError | asyncio.CancelledError)


def _follow() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(ready: Ready) -> None:
    print(json.dumps(asdict(ready)), flush=True)


if __name__ == "__main__":
    main()
