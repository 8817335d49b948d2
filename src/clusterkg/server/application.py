"""The server as an ASGI application: has executors answer, and says what happened.

Any ASGI server can run it; `connection.Connection` guards it against what is no fair request.
"""

from typing import Protocol

from clusterkg import operation, permission
from clusterkg.server import health
from clusterkg.server.exchange import SMALL, Exchange, Message, Receive, Send
from clusterkg.server.job import Limit
from clusterkg.server.pool import Pool
from clusterkg.server.told import Told
from clusterkg.server.watch import Watch
from clusterkg.web import route
from clusterkg.web.message import Request, Response
from clusterkg.world import Settings

_WRITING = 10  # times the limit of a query: a write is a build
CONNECTIONS = 4000  # that may be open, where the system allows as many


class Shortcut(Protocol):
    """What answers some queries within the front, at once."""

    def answer(self, target: bytes, accept: bytes, client: str) -> bytes | None:
        """Give the whole HTTP response to a GET, ready to write; None sends it the long road.

        No other header of the request has a say in its answer. It has been told to `Told`, with
        the address of the client.
        """
        ...


class Application:
    """Answer by the executors of a pool, each request by the version of its moment."""

    def __init__(self, settings: Settings, pool: Pool, watch: Watch | None = None,
                 told: Told | None = None):
        """Take all that it works with; what happens is told to `told`."""
        self.settings, self.pool, self.watch, self.told = settings, pool, watch, told or Told()
        self.secret: bytes | None = None  # the digest of the token that allows writing
        self.shortcut: Shortcut | None = None
        self.connections = CONNECTIONS
        self.held = 0  # bytes of bodies

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end with the server."""
        if scope["type"] == "http":
            await Exchange(self, scope, receive, send).run()
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    def at_once(self, request: Request) -> Response | None:
        """Answer what needs no executor, nor a body; raise Problem for what is refused anyway."""
        if request.path.startswith("/health/"):
            return health.respond(request, self.pool)
        if request.path == "/metrics" and self.settings.metrics:
            return health.measured(request, self.told.metric, self.pool)
        self._check(request)
        return None

    def _check(self, request: Request) -> None:
        """Raise Problem for what is refused whatever its body says."""
        route.taking(request.method, request.path)
        if permission.is_change(request) and _is_large(request):
            permission.check(request, self.settings.is_writable)

    def limit(self, request: Request, client: str) -> Limit:
        """Say what a request may take; raise Problem 400 for an unfit `timeout`."""
        kind = route.matching(request.path)[0].module
        most = self.settings.timeout
        if request.writer and permission.is_change(request):
            return Limit(most * _WRITING, spared=True, kind=kind, client=client)
        return Limit(operation.seconds(request, most), self.settings.memory, kind=kind,
                     client=client)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and end the executors with the server."""
        await receive()
        self.pool.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


def _is_large(request: Request) -> bool:
    """Tell whether the body is, or may become, more than what is always read."""
    return "transfer-encoding" in request.headers \
        or int(request.headers.get("content-length", 0)) > SMALL
