"""A real Apache Jena Fuseki on a free loopback port, its jar from Maven Central by Maven's client.

5.6.0 is the newest release that runs on Java 17; 6 needs Java 21.
"""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import end

COORDINATES = "org.apache.jena:jena-fuseki-server:5.6.0"
_FETCH_SECONDS = 300
_START_SECONDS = 60


def jar(maven: str, folder: Path) -> Path:
    """Copy the jar out of Maven's own store, fetched there once."""
    copy = [maven, "-q", "-B", f"-DoutputDirectory={folder}", f"-Dartifact={COORDINATES}",
            "dependency:copy"]
    done = subprocess.run(copy, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False)
    found = sorted(folder.glob("*.jar"))
    if done.returncode or not found:
        pytest.fail(f"Maven could not fetch {COORDINATES}: {done.stdout[-500:]}")
    return found[0]


@contextmanager
def running(java: str, program: Path, folder: Path) -> Iterator[str]:
    """Run a server with one updatable dataset in memory, and give the dataset's address."""
    port = _free_port()
    log = (folder / "fuseki.log").open("wb")
    server = subprocess.Popen(
        [java, "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",  # it lives for a minute
         "-jar", str(program), "--localhost", f"--port={port}", "--ping", "--mem", "--update",
         "/world"],
        stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder)
    try:
        _wait(f"http://127.0.0.1:{port}/$/ping", server, folder / "fuseki.log")
        yield f"http://127.0.0.1:{port}/world"
    finally:
        end(server, 20)
        log.close()


def load(address: str, content: bytes) -> None:
    """Put Turtle into the default graph over the Graph Store Protocol."""
    _send("PUT", f"{address}/data?default", content, "text/turtle")


def add_quads(address: str, content: bytes) -> None:
    """Add N-Quads, each to its own graph."""
    _send("POST", f"{address}/data", content, "application/n-quads")


def clear(address: str) -> None:
    """Leave nothing."""
    _send("POST", f"{address}/update", b"CLEAR ALL", "application/sparql-update")


def _send(method: str, url: str, content: bytes, media_type: str) -> None:
    request = urllib.request.Request(url, data=content, method=method,
                                     headers={"Content-Type": media_type})
    with _direct().open(request, timeout=60) as reply:
        assert reply.status in (200, 201, 204)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        try:
            with _direct().open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"Fuseki did not start: {log.read_text(errors='replace')[-500:]}")


def _direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
