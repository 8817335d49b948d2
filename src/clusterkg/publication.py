"""The documents that a version was built with: its ontology, module by module, and its shapes.

A build keeps copies of them in the version's folders `ontology` and `shapes`; over an endpoint, and
for a version without copies, those that come with the program are taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from clusterkg import ntriples
from clusterkg.files import knowledge, rdf_files
from clusterkg.namespaces import expand

ONTOLOGY, SHAPES = "ontology", "shapes"
_TYPE, _ONTOLOGY, _VERSION = (NamedNode(expand(name)) for name in (
    "rdf:type", "owl:Ontology", "owl:versionIRI"))


@dataclass(frozen=True)
class Module:
    """A document of an ontology: the IRIs that name it, and what it says."""

    iris: frozenset[str]
    quads: tuple[Quad, ...]


def keep(folder: Path, ontology: Iterable[Path], shapes: Iterable[Path]) -> None:
    """Copy the files of a build into its folder, numbered, since two may have one name."""
    for kind, paths in ((ONTOLOGY, ontology), (SHAPES, shapes)):
        (folder / kind).mkdir()
        for number, path in enumerate(paths):
            (folder / kind / f"{number:03}-{path.name}").write_bytes(path.read_bytes())


def ontology(iri: str, built: Path | None) -> Module | None:
    """Find the module that has an IRI or a version IRI."""
    folder = _folder(built, ONTOLOGY)
    return next((each for each in _modules(folder, folder.stat().st_mtime_ns) if iri in each.iris),
                None)


def shapes(built: Path | None) -> list[Quad]:
    """Give all shapes as one document."""
    return [quad for path in rdf_files([_folder(built, SHAPES)]) for quad in _quads(path)]


def _folder(built: Path | None, kind: str) -> Path:
    if built and (built / kind).is_dir():
        return built / kind
    packaged = knowledge(ONTOLOGY)
    return packaged if kind == ONTOLOGY else packaged / SHAPES


@lru_cache(maxsize=2)
def _modules(folder: Path, _changed: int) -> tuple[Module, ...]:
    aligned = knowledge(ONTOLOGY) / "alignments"  # beside the ontology, imported by nothing
    return tuple(_module(path) for path in rdf_files([folder, aligned]))


def _module(path: Path) -> Module:
    quads = tuple(_quads(path))
    named = [quad.subject for quad in quads if quad.predicate == _TYPE and quad.object == _ONTOLOGY]
    versions = [quad.object for quad in quads if quad.predicate == _VERSION]
    return Module(frozenset(term.value for term in (*named, *versions)
                            if isinstance(term, NamedNode)), quads)


def _quads(path: Path) -> Iterable[Quad]:
    return (Quad(*triple) for triple in ntriples.triples(path))
