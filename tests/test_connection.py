"""What a connection refuses before anybody answers: too long, too slow, malformed."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from clusterkg.server.connection import Connection, Phase
from clusterkg.server.told import Told
from clusterkg.world import Settings

HEAD = b"GET /x HTTP/1.1\r\nHost: x\r\n"


@dataclass
class App:
    """Answers with what it was sent; stands in for `application.Application`."""

    settings: Settings = field(default_factory=lambda: Settings(body=1000))
    told: Told = field(default_factory=Told)
    shortcut: Any = None
    connections: int = 100
    asked: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    refuses: bool = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        if self.refuses:
            await send({"type": "http.response.start", "status": 405,
                        "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if self.hold:
            await self.hold.wait()
        await send({"type": "http.response.start", "status": 200,
                    "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


class Shortcut:
    """Knows one answer."""

    def answer(self, target: bytes, accept: bytes, client: str) -> bytes | None:
        if b"long" in target:
            return None
        return b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nshort"


Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Test = Callable[[App, set[Connection], Callable[[], Awaitable[Client]]], Awaitable[None]]


def serve(test: Test, app: App | None = None) -> None:
    """Run a test in the loop of a server."""
    async def main() -> None:
        serving = app or App()
        config = uvicorn.Config(cast(Any, serving), log_config=None, access_log=False, ws="none")
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(config, state, {}), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await asyncio.wait_for(test(serving, cast(Any, state.connections),
                                        lambda: asyncio.open_connection("127.0.0.1", port)), 20)
        finally:
            server.close()
    asyncio.run(main())


async def status_of(client: Client, data: bytes) -> int:
    """Send bytes; give the status of the answer, after which the server has to close."""
    client[1].write(data)
    with contextlib.suppress(ConnectionError):
        await client[1].drain()
    answer = await client[0].read()
    return int(answer.split(b" ", 2)[1]) if answer else 0


MALFORMED = {
    "target": (HEAD.replace(b"/x", b"/" + b"a" * 40_000) + b"\r\n", 414),
    "endless target": (b"GET /" + b"a" * 900_000, 414),
    "header": (HEAD + b"X: " + b"a" * 40_000 + b"\r\n\r\n", 431),
    "endless header": (HEAD + b"X: " + b"a" * 900_000, 431),
    "headers": (HEAD + b"X: 1\r\n" * 101 + b"\r\n", 431),
    "body": (HEAD.replace(b"GET", b"POST") + b"Content-Length: 1001\r\n\r\n", 413),
    "two lengths": (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "length and chunks": (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0", 400),
    "chunk": (HEAD.replace(b"GET", b"POST")
              + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", 400),
    "no host": (b"GET /x HTTP/1.1\r\n\r\n", 400),
    "two hosts": (HEAD + b"host: y\r\n\r\n", 400),
    "no host's name": (b"GET /x HTTP/1.1\r\nHost: a/b<c>\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /x\r\n\r\n", 400),
    "fold": (HEAD + b"X: a\r\n b\r\n\r\n", 400),
    "nul": (HEAD + b"X: a\x00b\r\n\r\n", 400),
    "bare line feed": (b"GET /x HTTP/1.1\nHost: x\n\n", 400),
    "preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "method": (b"STEAL / HTTP/1.1\r\n\r\n", 400),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_is_no_fair_request_is_refused(kind: str) -> None:
    data, status = MALFORMED[kind]

    async def test(app: App, _: set[Connection], connect: Any) -> None:
        client = await connect()
        answer = await status_of(client, data)
        assert answer == status
        if status != 400:
            assert app.asked == []
    serve(test)


def test_a_refusal_is_a_problem_document_that_is_counted() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        writer.write(b"nonsense\r\n\r\n")
        answer = (await reader.read()).decode().lower()
        for part in ("content-type: application/problem+json", "connection: close",
                     "x-content-type-options: nosniff", "x-request-id: ", '"status": 400'):
            assert part in answer
        assert 'status="400"} 1' in app.told.metric.text("").decode()
    serve(test)


def test_of_a_refused_request_the_rest_is_not_awaited() -> None:
    async def test(app: App, connections: set[Connection], connect: Any) -> None:
        app.refuses = True
        reader, writer = await connect()
        begun = HEAD.replace(b"GET", b"PUT") + b"Content-Length: 900\r\n\r\n"
        writer.write(begun + b"a" * 900)  # came at once: the next is answered
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 405 ")
        writer.write(begun + b"a")
        assert (await reader.read()).startswith(b"HTTP/1.1 405 ")
        (connection,) = connections
        writer.write(b"a" * 100)
        await writer.drain()
        await asyncio.sleep(0.02)
        assert connection.phase is Phase.END
        connection.look(connection.since + Phase.END.value + 0.1)
        assert connection.transport.is_closing()
    serve(test)


SLOW = {
    "silent": (b"", Phase.FIRST, 0),
    "head": (HEAD + b"X: a", Phase.HEAD, 408),
    "body": (HEAD.replace(b"GET", b"POST") + b"Content-Length: 9\r\n\r\nab", Phase.BODY, 408),
}


@pytest.mark.parametrize("kind", SLOW)
def test_who_is_too_slow_is_told_so(kind: str) -> None:
    data, phase, status = SLOW[kind]

    async def test(app: App, connections: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        writer.write(data)
        await asyncio.sleep(0.05)
        (connection,) = connections
        assert connection.phase is phase
        connection.look(connection.since + phase.value - 0.1)
        assert not connection.transport.is_closing()
        connection.look(connection.since + phase.value + 0.1)
        answer = await reader.read()
        assert (int(answer.split(b" ", 2)[1]) if answer else 0) == status
        if status:
            connection.look(connection.since + Phase.END.value + 0.1)
            assert connection.transport.is_closing()
    serve(test)


def test_a_drop_at_a_time_does_not_move_the_deadline() -> None:
    async def test(app: App, connections: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        writer.write(HEAD)
        await asyncio.sleep(0.02)
        (connection,) = connections
        since = connection.since
        for _ in range(5):
            writer.write(b"X: a\r\n")
            await asyncio.sleep(0.02)
        assert connection.since == since
        connection.look(since + Phase.HEAD.value + 0.1)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
    serve(test)


def test_who_waits_for_an_answer_is_not_slow_but_who_reads_nothing_is() -> None:
    async def test(app: App, connections: set[Connection], connect: Any) -> None:
        app.hold = asyncio.Event()
        reader, writer = await connect()
        writer.write(HEAD + b"\r\n")
        await asyncio.sleep(0.05)
        (connection,) = connections
        connection.look(connection.since + 1e6)
        assert not connection.transport.is_closing()
        app.hold.set()
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(0.02)
        assert connection.phase is Phase.NEXT
        connection.pause_writing()
        connection.look(connection.since + 1)
        assert not connection.transport.is_closing()
        connection.look(connection.since + 31)
        assert connection.transport.is_closing()
    serve(test)


def test_nothing_is_put_into_an_answer_that_is_on_its_way() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        app.hold = asyncio.Event()
        reader, writer = await connect()
        writer.write(HEAD + b"\r\n" + b"nonsense\r\n\r\n")
        await asyncio.sleep(0.05)
        app.hold.set()
        with contextlib.suppress(ConnectionError):
            assert b"400" not in await reader.read()
    serve(test)


def test_requests_in_a_row_are_answered_in_a_row() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        for number in range(300):
            writer.write(HEAD.replace(b"GET /x", b"POST /%d" % number)
                         + b"Content-Length: 3\r\n\r\n%03d" % number)
        for number in range(300):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert await reader.readexactly(3) == b"%03d" % number
        assert app.asked == [f"/{number}" for number in range(300)]
    serve(test)


SHORT = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n"


def test_only_a_plain_request_goes_the_short_road() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        writer.write(SHORT + b"\r\n")
        assert (await reader.readuntil(b"short")).startswith(b"HTTP/1.1 200 ")
        assert app.asked == []
        others = [b"If-None-Match: x", b"Authorization: Bearer x", b"Range: bytes=0-1",
                  b"Accept: text/csv", b"Content-Length: 0", b"X-Request-Id: a", b"Expect: x"]
        for number, header in enumerate(others, 1):
            writer.write(SHORT + header + b"\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            assert len(app.asked) == number, header
        for line in (SHORT.replace(b"GET", b"HEAD"), SHORT.replace(b"ASK", b"long")):
            writer.write(line + b"\r\n")
            await reader.readuntil(b"\r\n\r\n")
        assert len(app.asked) == len(others) + 2
    serve(test, App(shortcut=Shortcut()))


def test_who_offers_another_protocol_is_answered_in_this_one() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        for number in range(3):
            writer.write(HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                         b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            writer.write(HEAD + b"\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            assert len(app.asked) == 2 * (number + 1)
    serve(test)


def test_both_roads_keep_the_order_of_requests() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        reader, writer = await connect()
        long = HEAD.replace(b"GET", b"POST") + b"Content-Length: 4\r\n\r\nlong"
        writer.write((SHORT + b"\r\n" + long) * 50)
        for expected in (b"short", b"long") * 50:
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])
            got = await reader.readexactly(length)
            assert got in (expected, b"" if expected == b"short" else expected)
    serve(test, App(shortcut=Shortcut()))


def test_who_asks_without_reading_is_not_read_either() -> None:
    async def test(app: App, connections: set[Connection], connect: Any) -> None:
        app.shortcut = Shortcut()
        app.shortcut.answer = lambda *_: b"HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n" \
            + b"a" * 60000
        _, writer = await connect()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        writer.write((SHORT + b"\r\n") * 20_000)
        await asyncio.sleep(1)
        (connection,) = connections
        assert connection.transport.get_write_buffer_size() < 64e6
    serve(test)


def test_where_connections_become_scarce_who_keeps_one_for_nothing_is_closed_first() -> None:
    async def test(app: App, connections: set[Connection], connect: Any) -> None:
        app.connections = 4
        clients = [await connect() for _ in range(4)]
        clients[0][1].write(HEAD)
        await asyncio.sleep(0.05)
        for connection in tuple(connections):
            connection.look(connection.since + 6)
        await asyncio.sleep(0.05)
        assert {connection.phase for connection in connections} == {Phase.HEAD}
    serve(test)


def test_too_many_connections_are_told_so() -> None:
    async def test(app: App, _: set[Connection], connect: Any) -> None:
        app.connections = 2
        kept = [await connect() for _ in range(2)]
        reader, _writer = await connect()
        assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
        kept[0][1].write(HEAD + b"\r\n")
        assert (await kept[0][0].readline()).startswith(b"HTTP/1.1 200 ")
    serve(test)
