"""One connection: uvicorn's own, with limits of size and time, and a short road for small answers.

`Connection.look` is called about once a second for each. Tests guard what is taken from uvicorn's
class: where its ways change, they fail.
"""

from __future__ import annotations

import asyncio
import re
from enum import Enum
from time import monotonic, time
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from clusterkg.server.log import Entry
from clusterkg.web import dispatch
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

if TYPE_CHECKING:
    from clusterkg.server.application import Application

_HEAD, _TARGET, _FIELDS = 32768, 32768, 100  # bytes, bytes, and how many
_SHORT = b"/sparql?query="
_SHORTEST_ROAD = 8192  # bytes of a target that goes it
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")
# What has a say in an answer, beside Accept, or in how it is sent: such requests go the long road.
_MATTERS = frozenset({
    b"authorization", b"connection", b"content-encoding", b"content-length", b"expect",
    b"if-match", b"if-modified-since", b"if-none-match", b"if-range", b"if-unmodified-since",
    b"range", b"te", b"transfer-encoding", b"upgrade", b"x-request-id"})


class Phase(Enum):
    """What is awaited of the client, and for how many seconds."""

    FIRST = 10.0  # its first request
    HEAD = 10.5  # the rest of a head
    BODY = 30.0  # the rest of a body
    NOTHING = float("inf")  # it is our turn
    NEXT = 75.0  # its next request
    END = 2.0  # that it closes


_SCARCE = 0.75  # of the connections that may be open
_HURRY = 5.0  # seconds for who asks nothing, where connections become scarce
_STALLED = 30.0  # seconds in which a client takes nothing of what it asked for


class Connection(HttpToolsProtocol):
    """Read requests, refuse what is unfair, give the others to the application."""

    phase, since = Phase.FIRST, 0.0
    _pending = 0  # bytes of a head that is not yet whole
    _short: bytes | None = None  # Accept, where the request may go the short road
    _stalled: float | None = None  # since when the client takes nothing
    _refusal: Problem | None = None

    @property
    def _application(self) -> Application:
        return cast("Application", self.config.app)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begin to count the seconds; turn away what is too much."""
        super().connection_made(transport)
        self._await(Phase.FIRST)
        if len(self.connections) > self._application.connections:
            self.refuse(Problem(503, "busy", "too many connections; come back in a moment",
                                headers=(("Retry-After", "1"),)))

    def look(self, now: float) -> None:
        """Close what has been silent too long, or takes nothing of its answer."""
        if self._stalled is not None and now - self._stalled > _STALLED:
            self.transport.abort()
        elif self.flow.read_paused:
            self.since = now  # it is not its turn
        elif now - self.since > self._patience():
            self._time_out()

    def refuse(self, problem: Problem) -> None:
        """Say what is wrong and close; where an answer is on its way, only close."""
        if self.transport.is_closing():
            return
        if self._is_body_of_first():
            self.cycle.disconnected = self.cycle.response_complete = True
            self.cycle.message_event.set()
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        known = dispatch.request_id(None)
        answer = _written(problem, known, self.server_state.default_headers)
        self.transport.write(answer)
        self._application.told.of(Entry(time(), known, "", "", problem.status, len(answer), 0.0,
                                        self.client[0] if self.client else ""))
        self._end()

    def _end(self) -> None:
        """Say no more, but throw away what the client still sends: so it reads what we said."""
        self._await(Phase.END)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def _is_body_of_first(self) -> bool:
        """Tell whether what is refused is the body of a request that nobody answers yet."""
        return self.phase is Phase.BODY and self.cycle is not None and not self.pipeline \
            and not self.cycle.response_started

    def _patience(self) -> float:
        """Give the seconds that may pass; fewer where many keep a connection for nothing."""
        is_scarce = len(self.connections) > self._application.connections * _SCARCE
        is_idle = self.phase in (Phase.FIRST, Phase.NEXT)
        return _HURRY if is_scarce and is_idle else self.phase.value

    # What the transport says

    def data_received(self, data: bytes) -> None:
        """Feed the parser; refuse a head that grows beyond all measure."""
        if self.phase is Phase.END:
            return
        self._pending += len(data)
        super().data_received(data)
        if self.phase is Phase.HEAD and (self._pending > _HEAD + _TARGET
                                         or len(self.url) > _TARGET):
            self.refuse(_too_long(self.url))

    def pause_writing(self) -> None:
        """Take no further requests of a client that does not read."""
        self._stalled = monotonic()
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        """Go on with both."""
        self._stalled = None
        super().resume_writing()
        self.flow.resume_reading()

    # What the parser says

    def on_message_begin(self) -> None:
        """Begin a request; what the application sees of it is made when its head is whole."""
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self._pending, self._short = 0, None
        self._await(Phase.HEAD)

    def on_headers_complete(self) -> None:
        """Choose the road; refuse what is too long."""
        self._refusal = self._unfair()
        if self._refusal:
            raise ValueError  # ends the parser; `send_400_response` then says why
        self._await(Phase.BODY)
        if self._may_be_short():
            return
        self._begin()

    def on_message_complete(self) -> None:
        """Answer at once where the short road leads to an answer."""
        self._await(Phase.NOTHING)
        if self._short is not None and not self._answer_shortly(self._short):
            self._begin()
            self._short = None
        if self._short is None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, but not for the rest of one that is answered."""
        is_early = self.phase is Phase.BODY and not self.pipeline
        super().on_response_complete()
        if is_early and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._end()
        if self.phase is Phase.NOTHING and not self.pipeline:
            self._await(Phase.NEXT)

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with what is no request, or with one that was refused."""
        self.refuse(self._refusal or Problem(400, "request", "this is no HTTP/1.1 request"))

    # The two roads

    def _may_be_short(self) -> bool:
        if not (self.url.startswith(_SHORT) and self._application.shortcut
                and len(self.url) <= _SHORTEST_ROAD and self.parser.get_method() == b"GET"
                and self._is_free()):
            return False
        accept: bytes | None = None
        for name, value in self.headers:
            if name == b"accept":
                if accept is not None:
                    return False
                accept = value
            elif name in _MATTERS and (name, value.lower()) != (b"connection", b"keep-alive"):
                return False
        self._short = accept or b""
        return True

    def _is_free(self) -> bool:
        """Tell whether an answer could be written now, and the connection kept."""
        return (self.cycle is None or self.cycle.response_complete) and not self.pipeline \
            and not self.flow.write_paused and not self.transport.is_closing() \
            and self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive()

    def _answer_shortly(self, accept: bytes) -> bool:
        shortcut = self._application.shortcut
        client = self.client[0] if self.client else ""
        answer = shortcut.answer(self.url, accept, client) if shortcut else None
        if answer is None:
            return False
        self.transport.write(answer)
        self.server_state.total_requests += 1
        self._await(Phase.NEXT)
        return True

    def _begin(self) -> None:
        """Give the request to the application, as uvicorn does."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    # Limits

    def _unfair(self) -> Problem | None:
        hosts, size, body = 0, 0, 0
        for name, value in self.headers:  # one loop: it is gone through for every request
            size += len(name) + len(value)
            if name == b"host":
                hosts += 1 if _HOST.fullmatch(value) else 2
            elif name == b"content-length":
                body = int(value)
        version = self.parser.get_http_version()
        if version not in ("1.1", "1.0"):
            return Problem(400, "request", "this is no HTTP/1.1 request")
        if hosts != 1 and (hosts or version == "1.1"):
            return Problem(400, "request", "a request names one Host")
        if len(self.url) > _TARGET or size > _HEAD or len(self.headers) > _FIELDS:
            return _too_long(self.url)
        most = self._application.settings.body
        if body > most:
            return Problem(413, "body-too-large", f"a request may have {most:,} bytes here; send "
                                                  "less")
        return None

    def _time_out(self) -> None:
        if self.phase in (Phase.END, Phase.NEXT, Phase.FIRST):
            self.transport.close()
            return
        self.refuse(Problem(408, "too-slow", "the request did not arrive in time; send it faster"))

    def _await(self, phase: Phase) -> None:
        self.phase, self.since = phase, monotonic()


def _too_long(target: bytes) -> Problem:
    if len(target) > _TARGET:
        return Problem(414, "address-too-long", f"an address may have {_TARGET:,} bytes here; send "
                                                "a long query by POST")
    return Problem(431, "head-too-large", f"a head may have {_FIELDS} fields and {_HEAD:,} bytes "
                                          "here; send less")


def _written(problem: Problem, known: str, always: list[tuple[bytes, bytes]]) -> bytes:
    """Write a whole answer, after which the connection is closed."""
    response = dispatch.failure(problem, Request("GET", "/", "/", id=known))
    head = [*always, *((name.lower().encode(), value.encode()) for name, value in response.headers),
            (b"connection", b"close")]
    assert isinstance(response.body, bytes)
    return b"".join([STATUS_LINE[response.status],
                     *(name + b": " + value + b"\r\n" for name, value in head), b"\r\n",
                     response.body])
