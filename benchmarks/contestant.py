"""The servers that are held against each other, and what their processes take."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from virtuoso import free_port

_START = 60  # seconds at most
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Contestant:
    """A server that runs: its name, where it answers queries, and its first process."""

    name: str
    port: int
    path: str
    process: "subprocess.Popen[bytes]"

    @property
    def before(self) -> str:
        """Give what stands before a percent-encoded query."""
        return f"{self.path}?query="

    def ask(self, value: str) -> bytes:
        """Give the body of an answer; raise ValueError for any but 200."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as sent:
            sent.request("GET", self.before + value,
                         headers={"Accept": "application/sparql-results+json"})
            got = sent.getresponse()
            if got.status != 200:
                raise ValueError(f"{self.name} answers {got.status}")
            return got.read()

    def processor(self) -> float:
        """Give the seconds of processor that it has taken, with all its processes."""
        return sum((int(stat[11]) + int(stat[12])) / _TICKS for _, stat in self._processes())

    def memory(self) -> float:
        """Give the megabytes that it holds; what processes share counts once."""
        total = 0
        for pid, _ in self._processes():
            with suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1000

    def _processes(self) -> Iterator[tuple[int, list[str]]]:
        """List its processes: the first and all below it."""
        found = dict(_all())
        ours = {self.process.pid}
        while more := {pid for pid, stat in found.items() if int(stat[1]) in ours} - ours:
            ours |= more
        return ((pid, found[pid]) for pid in ours if pid in found)


def _all() -> Iterator[tuple[int, list[str]]]:
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            yield int(file.parent.name), file.read_text().rpartition(")")[2].split()


@contextmanager
def raw(program: str, store: Path) -> Iterator[Contestant]:
    """Run Oxigraph's own server on a store."""
    port = free_port()
    with _running("oxigraph", port, "/query", program, "serve-read-only", "--location", str(store),
                  "--bind", f"127.0.0.1:{port}") as contestant:
        yield contestant


@contextmanager
def ours(snapshot: Path, *options: str) -> Iterator[Contestant]:
    """Run our server on a snapshot."""
    port = free_port()
    with _running("clusterkg", port, "/sparql", sys.executable, "-m", "clusterkg", "serve",
                  "--port", str(port), "--snapshot", str(snapshot), *options) as contestant:
        yield contestant


@contextmanager
def _running(name: str, port: int, path: str, *command: str) -> Iterator[Contestant]:
    # As somebody would run it: what it writes of each request goes to a file.
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            contestant = Contestant(name, port, path, process)
            _await(contestant)
            yield contestant
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(contestant: Contestant) -> None:
    stop = monotonic() + _START
    while monotonic() < stop:
        with suppress(OSError, HTTPException, ValueError):
            contestant.ask(quote("ASK {}", safe=""))
            return
        if contestant.process.poll() is not None:
            break
        sleep(0.1)
    raise RuntimeError(f"{contestant.name} does not answer")
