"""Worlds that are answered by endpoints: a real Fuseki and a real Virtuoso, on loopback.

Each is loaded as README says: every statement in its named graph, and all of them once more in the
graph that is asked by default. Fuseki has one without a name for that; of Virtuoso it is a graph
that `--default-graph` names.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import fuseki
from clusterkg import cli
from clusterkg.graph import Graph
from clusterkg.query import Files
from clusterkg.world import Settings, World
from conftest import ROOT, Requires

BASE = "http://127.0.0.1:7878"
NAMES = ("fuseki", "virtuoso")
WHOLE = "http://example.org/whole"  # Virtuoso's default graph
_BUFFERS = 10_000  # of Virtuoso, 85 MB


class Endpoint:
    """A server that runs; `load` replaces what it holds."""

    def __init__(self, name: str, address: str, load: Callable[[Path, Path], None],
                 *default_graphs: str):
        """Keep its address, what fills it with N-Triples and N-Quads, and its default graph.

        The address may be another after `load`.
        """
        self.name = name
        self.address, self.load, self.default_graphs = address, load, default_graphs
        self._held = ""
        self._world: World | None = None

    def hold(self, name: str, files: Callable[[], tuple[Path, Path]]) -> None:
        """Replace what it holds, unless that has this name."""
        if self._held != name:
            self.load(*files())
            self._held, self._world = name, None

    def world(self, files: Files) -> World:
        """Open it as a server does, once for what it holds."""
        given = Settings(endpoint=self.address, base=BASE, default_graphs=self.default_graphs)
        if self._world is None:
            self._world = World.opened(given)
        return World(Graph(self._world.graph.source, files), given)


@contextmanager
def running(name: str, requires: Requires, folder: Path) -> Iterator[Endpoint]:
    """Run an empty server."""
    with (_fuseki if name == "fuseki" else _virtuoso)(requires, folder) as endpoint:
        yield endpoint


def exported(snapshot: Path, folder: Path) -> tuple[Path, Path]:
    """Write a graph out by the command line: as triples, and as quads."""
    files = folder / "all.nt", folder / "all.nq"
    for file, form in zip(files, ("ntriples", "nquads"), strict=True):
        assert cli.run(["export", "--format", form, "--snapshot", str(snapshot),
                        "-o", str(file)]) == 0
    return files


def written(quads: list[ox.Quad], folder: Path) -> tuple[Path, Path]:
    """Write quads out, as triples and as quads."""
    files = folder / "all.nt", folder / "all.nq"
    triples = sorted({str(ox.Triple(*quad.triple)): quad.triple for quad in quads}.items())
    ox.serialize((triple for _, triple in triples), files[0], format=ox.RdfFormat.N_TRIPLES)
    ox.serialize(quads, files[1], format=ox.RdfFormat.N_QUADS)
    return files


@contextmanager
def _fuseki(requires: Requires, folder: Path) -> Iterator[Endpoint]:
    java, maven = requires.java(), requires.program("mvn")
    with fuseki.running(java, fuseki.jar(maven, folder), folder) as address:
        def load(triples: Path, quads: Path) -> None:
            fuseki.clear(address)
            fuseki.load(address, triples.read_bytes())
            fuseki.add_quads(address, quads.read_bytes())
        yield Endpoint("fuseki", f"{address}/sparql", load)


@contextmanager
def _virtuoso(requires: Requires, folder: Path) -> Iterator[Endpoint]:
    requires.program("virtuoso-t")
    requires.program("isql-vt")
    with ExitStack() as runs:
        def load(triples: Path, quads: Path) -> None:
            """Begin anew: one that is emptied plans by the numbers of what it held before."""
            runs.close()
            server = runs.enter_context(
                virtuoso().running(folder / "virtuoso", buffers=_BUFFERS))
            server.load(triples, WHOLE)
            server.load(quads, WHOLE)
            endpoint.address = server.url
        endpoint = Endpoint("virtuoso", "", load, WHOLE)
        yield endpoint


def virtuoso() -> Any:
    """Import what the benchmarks start Virtuoso with."""
    place = str(ROOT / "benchmarks")
    sys.path.insert(0, place)
    try:
        return importlib.import_module("virtuoso")
    finally:
        sys.path.remove(place)


def over(address: str, **settings: Any) -> World:
    """Open an endpoint as a server does."""
    return World.opened(Settings(endpoint=address, base=BASE, **settings))
