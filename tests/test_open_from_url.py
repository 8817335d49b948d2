"""The ontology opened from its address by OWLAPI itself, as Protégé does.

Before the server stands one that sends every address on, as w3id.org does for the IRIs.
"""

import http.server
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import servers
from clusterkg.files import knowledge
from clusterkg.namespaces import BASE
from conftest import Requires

PROGRAM = Path(__file__).parent / "owl" / "OpenFromUrl.java"
MODULES = {"ns": "clusterkg.ttl", "ns/rules": "rules.ttl", "ns/vocabularies": "vocabularies.ttl"}
Open = Callable[[str, dict[str, str]], list[str]]


@pytest.fixture(scope="module")
def opened(requires: Requires, classpath: str) -> Open:
    def run(header: str, places: dict[str, str]) -> list[str]:
        pairs = [part for name, place in places.items() for part in (BASE + name, place)]
        done = subprocess.run(
            [requires.java(), "-Xmx1g", "-cp", classpath, str(PROGRAM), places["ns"], header,
             *pairs], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr[-3000:]
        return sorted(done.stdout.splitlines())

    return run


@pytest.fixture(scope="module")
def wanted(opened: Open) -> list[str]:
    """Give what the files say."""
    folder = knowledge("ontology")
    return opened("default", {name: (folder / file).as_uri() for name, file in MODULES.items()})


@contextmanager
def redirecting(to: str) -> Iterator[tuple[str, list[str]]]:
    """Run a server that sends every request on to another; give its address, and what it saw."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is http.server's
            seen.append(str(self.headers["Accept"]))
            self.send_response(303)
            self.send_header("Location", to + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def url(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.running(built, tmp_path_factory.mktemp("served")) as server:
        yield server.url


def test_files_have_axioms(wanted: list[str]) -> None:
    assert f"iri\t{BASE}ns" in wanted
    assert sum(int(line.split("\t")[3]) for line in wanted if line.startswith("module")) > 1000


@pytest.mark.parametrize(("header", "beginning"), [
    ("default", "application/rdf+xml, application/xml; q=0.7"),
    ("parsers", "application/n-quads; q=1.0, application/ld+json; q=1.0")])
def test_the_ontology_opens_from_its_address(header: str, beginning: str, opened: Open,
                                             wanted: list[str], url: str) -> None:
    with redirecting(url) as (front, seen):
        found = opened(header, {name: f"{front}/{name}" for name in MODULES})
    assert found == wanted
    assert seen[0].startswith(beginning)
    assert len(seen) == len(MODULES)  # nothing had to be asked for twice
