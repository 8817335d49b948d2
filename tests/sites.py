"""What the tests of writing share: a small world that is built, asked and written to."""

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from clusterkg import snapshot, version
from clusterkg.namespaces import expand
from clusterkg.world import World
from test_build import FILES
from web import Reply, ask, opened

TURTLE = "text/turtle"
NOTHING = {"ontology/o.ttl": "", "queries/firms.rq": """#+ summary: What is there?
#+ x-clusterkg:
#+   columns: {thing: {en: thing, zh: 事物}}
SELECT ?thing WHERE { ?thing ?p ?o } ORDER BY ?thing
""", "shapes/s.ttl": """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:nobody> ; sh:nodeKind sh:IRI .
"""}


_kept: list[TemporaryDirectory[str]] = []


class Site:
    """A server's world without the network: each request sees the version of its moment.

    Of a `template` the snapshot is a copy, which goes on reading the template's own files: builds
    of files at another place begin from nothing.
    """

    def __init__(self, folder: Path, template: Path | None = None, **settings: object):
        self.folder, self._settings = folder / "snapshot", {"is_writable": True} | settings
        own = template or folder
        data = own / "data"
        self.inputs = snapshot.Inputs((own / "ontology",), (data,) if data.is_dir() else (),
                                      (own / "shapes",), own / "queries")
        if template:
            shutil.copytree(template / "snapshot", self.folder, symlinks=True)
        else:
            made = snapshot.build(self.inputs, self.folder)
            assert made.version, made.report.groups
        self._world: World | None = None

    @property
    def world(self) -> World:
        if self._world is None or self._world.built != version.current(self.folder):
            self._world = opened(self.folder, **self._settings)
        return self._world

    def ask(self, method: str, address: str, body: bytes | str = b"",
            **headers: str | bool) -> Reply:
        return ask(self.world, method, address, body, **headers)

    def write(self, method: str, address: str, body: bytes | str = b"", kind: str = TURTLE,
              **headers: str | bool) -> Reply:
        """Ask with the right token."""
        return self.ask(method, address, body, writer=True, content_type=kind, **headers)

    def update(self, text: str, address: str = "/sparql", **headers: str | bool) -> Reply:
        return self.write("POST", address, text, "application/sparql-update", **headers)

    def graph(self, iri: str) -> set[ox.Triple] | None:
        """Read a graph as a client does; None where there is none."""
        reply = self.ask("GET", f"/store?graph={iri}", accept="application/n-triples")
        if reply.status == 404:
            return None
        assert reply.status == 200, reply
        return {quad.triple for quad in ox.parse(reply.body, ox.RdfFormat.N_TRIPLES)}

    def is_true(self, pattern: str) -> bool:
        store = self.world.store()
        known = {"": "https://example.org/", "graph": expand("graph:"), "ckg": expand("ckg:")}
        return bool(store.query(f"ASK {{ {pattern} }}", prefixes=known))

    def files(self) -> dict[str, bytes]:
        """Give what lies in the folder of written graphs, hidden files too."""
        return {str(path.relative_to(self.folder / "written")): path.read_bytes()
                for path in (self.folder / "written").rglob("*") if path.is_file()}

    @property
    def version(self) -> str:
        return version.current(self.folder).name


def firms(folder: Path, **settings: object) -> Site:
    """Give the world of the tests of builds: firms have names, and are no towns."""
    return Site(folder, _firms(), **settings)


def empty(folder: Path, **settings: object) -> Site:
    """Give a world that holds nothing but what is written."""
    return Site(folder, _empty(), **settings)


@cache
def _firms() -> Path:
    return _built(FILES)


@cache
def _empty() -> Path:
    return _built(NOTHING)


def _built(files: Mapping[str, str]) -> Path:
    """Build a world that many copy; it goes when the tests end."""
    _kept.append(TemporaryDirectory(prefix="clusterkg-site-"))
    folder = Path(_kept[-1].name)
    lay(folder, files)
    Site(folder)
    return folder


def lay(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
