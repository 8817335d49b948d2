"""A real `clusterkg serve` on a free loopback port, and clients that see every byte."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

_START_SECONDS = 60.0

# A question that no engine answers in our time: everything thrice.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
# An answer that has no end, but begins at once.
STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@dataclass(frozen=True)
class Reply:
    """A whole answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A server that runs, with what it wrote to standard error."""

    port: int
    process: subprocess.Popen[bytes]
    errors: Path
    snapshot: Path
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, target: str, body: bytes | str | None = None,
            **headers: str) -> Reply:
        """Ask over a connection of its own; `_` in the names of headers stands for `-`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        began = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as sent:
            sent.request(method, target, body, self.headers | given)
            got = sent.getresponse()
            content = got.read()
            return Reply(got.status, {name.lower(): value for name, value in got.getheaders()},
                         content, time.monotonic() - began)

    def get(self, target: str, **headers: str) -> Reply:
        return self.ask("GET", target, **headers)

    def sparql(self, text: str, **headers: str) -> Reply:
        return self.get(query(text), **headers)

    def raw(self, data: bytes, timeout: float = 20) -> bytes:
        """Send bytes, and give all that comes until the server closes; fail where it does not."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as sent:
            with suppress(OSError):  # it has read enough
                sent.sendall(data)
            return drained(sent)

    def log(self) -> str:
        return self.errors.read_text(encoding="utf-8", errors="replace")

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]

    def executors(self) -> list[int]:
        """List the processes below the server that answer."""
        nurseries = set(self._below(b"clusterkg.server.nursery"))
        return [pid for pid in nurseries if parent(pid) in nurseries] \
            + self._below(b"clusterkg.server.executor")

    def fronts(self) -> list[int]:
        """List the processes below the server that hold connections, where there are several."""
        return self._below(b"clusterkg.server.front")

    def _below(self, module: bytes) -> list[int]:
        return [pid for pid in descendants(self.process.pid) if module in _command(pid)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal, and give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


def query(text: str, **more: str) -> str:
    """Write a query as the target of a GET."""
    return "/sparql?query=" + quote(text, safe="") + \
        "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())


def drained(sent: socket.socket) -> bytes:
    """Read until the other side closes; a reset is an end, too."""
    held = b""
    with suppress(ConnectionError):
        while data := sent.recv(65536):
            held += data
    return held


@contextmanager
def running(snapshot: Path, folder: Path, *options: str) -> Iterator[Server]:
    """Run a server; it is killed at the end of the block, where it still runs."""
    errors = folder / "serve.log"
    where = () if "--endpoint" in options else ("--snapshot", str(snapshot))
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "clusterkg", "serve", "--port", "0", *where, *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        server = Server(_port(process, errors), process, errors, snapshot)
        _wait_until_ready(server)
        yield server
    finally:
        end(process)


def end(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """End a process, in whatever way it takes."""
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=seconds)


def until(holds: Any, seconds: float = 10, what: str = "") -> None:
    """Wait until something holds; fail where it does not in time."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            pytest.fail(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """List the processes below another, as Linux tells."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, queue = list[int](), [pid]
    while queue:
        below = parents.get(queue.pop(), [])
        found += below
        queue += below
    return found


def parent(pid: int) -> int:
    """Give the process that started another; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def cpu_seconds(pid: int) -> float:
    """Give the processor time of a process and of all below it."""
    total = 0
    for each in (pid, *descendants(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / 100


def memory(pid: int) -> int:
    """Give the bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _port(process: subprocess.Popen[bytes], errors: Path) -> int:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        for line in errors.read_text(errors="replace").splitlines():
            if line.startswith("clusterkg: serving"):
                return int(line.rstrip("/").rpartition(":")[2])
        time.sleep(0.02)
    pytest.fail(f"the server did not start: {errors.read_text(errors='replace')[-500:]}")


def _wait_until_ready(server: Server) -> None:
    def ready() -> bool:
        try:
            return server.get("/health/ready").status == 200
        except OSError:
            return False
    until(ready, _START_SECONDS, f"ready; {server.log()[-500:]}")
