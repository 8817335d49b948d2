"""One request and its answer, as ASGI carries them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing
from dataclasses import replace
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from clusterkg.server import log, token
from clusterkg.server.job import Head
from clusterkg.server.log import Entry
from clusterkg.web import dispatch, target
from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.problem import Problem

if TYPE_CHECKING:
    from clusterkg.server.application import Application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_KEPT_BACK = frozenset({"authorization", "proxy-authorization", "cookie"})
_BODIES = 8  # times the size of a body: what all together may hold, in all fronts
SMALL = 65536  # bytes of a body that is always taken
_GONE = 499  # in the log: nobody was there any more


class BrokenOffError(Exception):
    """An answer had begun and cannot be ended: the connection has to be cut."""


class GoneError(Exception):
    """The client has closed the connection."""


class Exchange:
    """Read a request, send its answer, and know what was sent."""

    def __init__(self, application: "Application", scope: Message, receive: Receive, send: Send):
        """Take what ASGI gives."""
        self._app, self._scope, self._receive, self._out = application, scope, receive, send
        self.headers = _headers(scope["headers"])
        self.id = dispatch.request_id(self.headers.get("x-request-id"))
        self.request = Request(scope["method"], "/", "/", headers=self.headers, id=self.id)
        self.status, self.bytes, self._held = 0, 0, 0
        self._client: str = (scope.get("client") or ("", 0))[0]
        self._time, self._began = time(), monotonic()

    async def run(self) -> None:
        """Answer; raise BrokenOffError where the connection has to be cut."""
        try:
            await self._answer_or_refuse()
        except GoneError:
            self.status = self.status or _GONE
        finally:
            self._app.held -= self._held
            self._app.told.of(self._entry())

    def _entry(self) -> Entry:
        request = self.request
        return Entry(self._time, self.id, request.method, request.path, self.status, self.bytes,
                     monotonic() - self._began, self._client, log.text_of(request))

    async def _answer_or_refuse(self) -> None:
        try:
            await self._answer()
        except Problem as problem:
            if self.status:
                raise BrokenOffError(str(problem)) from problem
            await self._whole(dispatch.failure(problem, self.request))

    async def _answer(self) -> None:
        self.request = self._asked()
        _check(self.headers)
        at_once = self._app.at_once(self.request)
        if at_once:
            await self._whole(dispatch.complete(at_once, self.request))
            return
        self.request = replace(self.request, body=await self._body())
        if self._app.watch:
            self._app.watch.look(now=self._app.settings.is_writable)
        asking = asyncio.ensure_future(self._ask())
        gone = asyncio.ensure_future(self._gone(asking))
        try:
            await asking
        except asyncio.CancelledError:
            if gone.done():
                raise GoneError from None
            raise
        finally:
            gone.cancel()

    async def _ask(self) -> None:
        limit = self._app.limit(self.request, self._client)
        async with aclosing(self._app.pool.run(self.request, limit)) as got:
            async for piece in got:
                if isinstance(piece, Head):
                    await self._begin(piece.status, piece.headers)
                else:
                    await self._go_on(piece)
        await self._send({"type": "http.response.body"})

    async def _gone(self, asking: asyncio.Future[None]) -> None:
        """Give up what is asked when the client is gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        asking.cancel()

    def _asked(self) -> Request:
        scope, secret = self._scope, self._app.secret
        asked = scope["query_string"]
        address = scope["raw_path"] + (b"?" + asked if asked else b"")
        is_writer = bool(secret) and token.matches(self.headers.get("authorization"), secret or b"")
        kept = {name: value for name, value in self.headers.items() if name not in _KEPT_BACK}
        return target.parsed(scope["method"], address.decode("latin-1"), kept,
                             base=self._app.settings.base, writer=is_writer, id=self.id)

    async def _body(self) -> bytes:
        """Read what the client sends; raise Problem 413 for too much of it, 503 of all together."""
        most, held = self._app.settings.body, bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            held += message.get("body", b"")
            if len(held) > most:
                raise Problem(413, "body-too-large", f"a request may have {most:,} bytes here; "
                                                     "send less")
            self._hold(len(held))
            if not message.get("more_body"):
                return bytes(held)

    def _hold(self, size: int) -> None:
        """Count what all hold; who may write has half of it alone."""
        self._app.held += size - self._held
        self._held = size
        settings = self._app.settings
        most = settings.body * max(2, _BODIES // settings.processes)
        if size > SMALL and self._app.held > (most if self.request.writer else most // 2):
            raise Problem(503, "busy", "too much is being sent at once; send it again in a moment",
                          headers=(("Retry-After", "5"),))

    async def _send(self, message: Message) -> None:
        try:
            await self._out(message)
        except RuntimeError as error:
            if "closed" not in str(error):
                raise
            raise GoneError from error  # uvloop says so of a client that has just gone

    async def _whole(self, response: Response) -> None:
        assert isinstance(response.body, bytes)
        await self._begin(response.status, response.headers)
        self.bytes += len(response.body)
        await self._send({"type": "http.response.body", "body": response.body})

    async def _begin(self, status: int, headers: Headers) -> None:
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]})

    async def _go_on(self, piece: bytes) -> None:
        self.bytes += len(piece)
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _check(headers: Mapping[str, str]) -> None:
    """Refuse what is not understood; raise Problem."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "content-encoding", "send the body as it is, not compressed",
                      headers=(("Accept-Encoding", "identity"),))
    if headers.get("expect", "100-continue").lower() != "100-continue":
        raise Problem(417, "expectation", "leave out the header Expect")
