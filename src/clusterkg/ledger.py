"""What a version was built from: a checksum of each file that was read, and of the program.

A line of the ledger is kept in the manifest, so that the next build knows what has changed.
"""

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version as release
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from clusterkg import __version__
from clusterkg.errors import UsageError
from clusterkg.files import DECISIONS, checksum, checksum_once, rdf_files
from clusterkg.integrity import MANIFEST
from clusterkg.namespaces import expand

ONTOLOGY, INFERRED = "ontology", "inferred"
RESERVED = frozenset({ONTOLOGY, INFERRED, "all", "description"})
OWN = "="  # begins a name that is made of an IRI
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_PROGRAM = {".py", ".sql", ".rq"}
_ENGINES = ("duckdb", "pyoxigraph", "pyshacl", "rdflib")


@dataclass(frozen=True)
class Entry:
    """A file: `base` stands for the place that relative IRIs in it start from."""

    graph: str
    file: str
    sha256: str
    base: str


@dataclass(frozen=True)
class Ledger:
    """What is read, by name; of a file that several of one name shadow the last counts."""

    program: str
    ontology: Mapping[str, Entry]
    data: Mapping[str, Entry]
    shapes: Mapping[str, Entry]
    queries: Mapping[str, str]

    def closes_as(self, other: "Ledger") -> bool:
        """Tell whether the same follows from the same data."""
        return ((self.program, self.ontology, self.decisions)
                == (other.program, other.ontology, other.decisions))

    @property
    def decisions(self) -> Mapping[str, Entry]:
        """Give the sources that say of others what is one: see `joining`."""
        return {name: entry for name, entry in self.data.items() if entry.file.endswith(DECISIONS)}

    def changed(self, before: "Ledger") -> list[str]:
        """Name the sources that are new, different or no longer there."""
        return sorted(name for name in {**before.data, **self.data}
                      if before.data.get(name) != self.data.get(name))


def graph(name: str) -> str:
    """Give the IRI of the named graph of a source; `name_of` makes names of any IRI."""
    iri = unquote(name[len(OWN):]) if name.startswith(OWN) else ""
    if _IRI.fullmatch(iri):
        return iri
    return expand("graph:") + quote(name, safe="")


def name_of(iri: str) -> str:
    """Give the name of the source whose graph is `iri`.

    It is a file's name wherever it is stored: no slash, no capitals, not a dot at its beginning.
    """
    plain = "abcdefghijklmnopqrstuvwxyz0123456789-_."
    return OWN + "".join(chr(byte) if chr(byte) in plain else f"%{byte:02x}"
                          for byte in iri.encode())


def sources(data: Iterable[Path]) -> dict[str, Path]:
    """Map the name of each source to its file; raise UsageError for a name that is taken."""
    found: dict[str, Path] = {}
    taken = {graph(name) for name in RESERVED}
    for path in rdf_files(data):
        if graph(path.stem) in taken:
            raise UsageError(f"the name {path.stem!r} is taken; rename this source", path=path)
        taken.add(graph(path.stem))
        found[path.stem] = path
    return found


def take(ontology: Iterable[Path], data: Iterable[Path], shapes: Iterable[Path],
         queries: Path) -> Ledger:
    """Read the checksums of all that a build reads; raise UnreadableError for what can't be."""
    files = {"ontology": rdf_files(ontology), "data": [*sources(data).values()],
             "shapes": rdf_files(shapes), "queries": sorted(queries.glob("*.rq"))}
    with ThreadPoolExecutor() as pool:
        sums = {kind: list(pool.map(checksum_once, paths)) for kind, paths in files.items()}
    return Ledger(
        program(),
        {str(number): _entry(path, graph(ONTOLOGY), read)
         for number, (path, read) in enumerate(zip(files["ontology"], sums["ontology"],
                                                   strict=True))},
        {path.stem: _entry(path, graph(path.stem), read)
         for path, read in zip(files["data"], sums["data"], strict=True)},
        {str(number): _entry(path, "", read)
         for number, (path, read) in enumerate(zip(files["shapes"], sums["shapes"], strict=True))},
        {f"{number} {path.name}": read
         for number, (path, read) in enumerate(zip(files["queries"], sums["queries"],
                                                   strict=True))})


def of(version: Path) -> Ledger | None:
    """Read the ledger in a version's manifest; None where there is none of this kind."""
    try:
        kept: dict[str, Any] = json.loads(
            (version / MANIFEST).read_text(encoding="utf-8"))["built_from"]
        for kind in ("ontology", "data", "shapes"):
            kept[kind] = {name: Entry(**entry) for name, entry in kept[kind].items()}
        return Ledger(**kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def base(path: Path) -> str:
    """Give what stands for a place."""
    return sha256(path.resolve().as_uri().encode()).hexdigest()[:16]


def lines(ledger: Ledger) -> dict[str, Any]:
    """Give what `of` reads."""
    return asdict(ledger)


def program() -> str:
    """Give one checksum for the program, its rules and the releases of its engines."""
    engines = "".join(f"{name} {release(name)}\n" for name in _ENGINES)
    return sha256(f"{__version__}\n{engines}{_sums()}".encode()).hexdigest()


@cache
def _sums() -> str:
    """List the files of the program, which stays the one that this process began with."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in _PROGRAM)
    return "".join(f"{path.relative_to(package)} {checksum(path)}\n" for path in files)


def _entry(path: Path, of_graph: str, read: str) -> Entry:
    return Entry(of_graph, path.name, read, base(path))
