"""The one place that knows the order: read, adopt, infer, check, store, swap in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from clusterkg import (
    __version__,
    closure,
    description,
    location,
    query,
    store,
    tables,
    validation,
    version,
)
from clusterkg.errors import RefusedError, UsageError
from clusterkg.files import knowledge, rdf_files
from clusterkg.namespaces import expand
from clusterkg.report import Report, Result, Severity
from clusterkg.source import default_folder

STORE, TABLES, QUERIES, MANIFEST = "store", "closure.duckdb", "queries", "manifest.json"
ONTOLOGY, INFERRED = "ontology", "inferred"
RESERVED = {ONTOLOGY, INFERRED, "all", "description"}

_DECLARED = """(
    SELECT DISTINCT q.s FROM quad AS q JOIN term AS s ON s.id = q.s AND s.kind = 'iri'
    JOIN term AS p ON p.id = q.p
    AND p.value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
    JOIN term AS o ON o.id = q.o AND o.value SIMILAR TO 'http://www.w3.org/2002/07/owl#({})')"""
_ASSERTED = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad)"
_NAMED = "(SELECT g, s, p, o FROM quad UNION ALL SELECT {inferred}, s, p, o FROM inferred)"
_DEFAULT = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad UNION ALL SELECT 0, s, p, o FROM inferred)"

_COUNTED = {"asserted": _ASSERTED, "inferred": "inferred", "classes": _DECLARED.format("Class"),
            "properties": _DECLARED.format("(Object|Datatype|Annotation)Property")}


@dataclass(frozen=True)
class Inputs:
    """Name what a build reads; each path is a file or a folder of files."""

    ontology: Sequence[Path]
    data: Sequence[Path]
    shapes: Sequence[Path]
    queries: Path

    @classmethod
    def packaged(cls) -> "Inputs":
        """Name the knowledge that comes with clusterkg."""
        ontology = knowledge("ontology")
        return cls((ontology,), (knowledge("data"),), (ontology / "shapes",), knowledge("queries"))


@dataclass(frozen=True)
class Built:
    """Say what a build made: `version` is None where the report kept it from being swapped in.

    `counts` are numbers of things; `seconds` the wall time of each part.
    """

    version: Path | None
    report: Report
    counts: dict[str, int]
    seconds: dict[str, float]


def inputs(named: Mapping[str, Any]) -> Inputs:
    """Take the packaged knowledge, but for each of `Inputs`' names that `named` gives paths for."""
    own = {key: paths for key in ("ontology", "data", "shapes", "queries")
           if (paths := named.get(key))}
    return replace(Inputs.packaged(), **own)


def build(inputs: Inputs, folder: Path | None = None,
          say: Callable[[str], None] = lambda text: None) -> Built:
    """Build a snapshot in `folder` and swap it in if it conforms; else the old one stays.

    Raises UnreadableError for an input that cannot be read, RefusedError for a full disk, for a
    build that is running and for a construct that no rule covers.
    """
    folder = folder or default_folder()
    with version.building(folder) as aside, _told(folder):
        return _Build(inputs, folder, aside, say).run()


class _Build:
    """One build: what its steps share."""

    def __init__(self, inputs: Inputs, folder: Path, aside: Path, say: Callable[[str], None]):
        self.inputs, self.folder, self.aside, self.say = inputs, folder, aside, say
        self.seconds: dict[str, float] = {}
        self.sources: dict[str, dict[str, str | int]] = {}
        self.connection = tables.connect(aside / TABLES)

    def run(self) -> Built:
        """Go through the steps in their order."""
        try:
            report = self._check()
            counts = self._store() if report.conforms else {}
        finally:
            self.connection.close()
        made = version.swap_in(self.folder, self.aside) if report.conforms else None
        return Built(made, report, counts, self.seconds)

    def _check(self) -> Report:
        with self._step("read"):
            self._read()
        with self._step("infer"):
            report = _consistency(closure.infer(self.connection))
        if report.conforms:
            with self._step("validate"):
                report += self._validate()
        return report

    def _read(self) -> None:
        for path in rdf_files(self.inputs.ontology):
            self._load(path, ONTOLOGY)
        for path in rdf_files(self.inputs.data):
            if path.stem in self.sources or path.stem in RESERVED:
                raise UsageError(f"the name {path.stem!r} is taken; rename this source", path=path)
            self._load(path, path.stem)
        self.questions = query.every(query.folder(self.inputs.queries))

    def _load(self, path: Path, name: str) -> None:
        graph = _graph(name)
        count = tables.load(self.connection, path, NamedNode(graph))
        checksum = sha256(path.read_bytes()).hexdigest()
        self.sources[path.stem] = {"graph": graph, "file": path.name, "sha256": checksum,
                                   "quads": count}

    def _validate(self) -> Report:
        shapes = validation.read_shapes(rdf_files(self.inputs.shapes))
        self.shapes = shapes.declared
        return validation.check(self.connection, shapes, say=self.say,
                                locate=location.finder(rdf_files(self.inputs.data)))

    def _store(self) -> dict[str, int]:
        with self._step("store"):
            counts = self._counts()
            named = _NAMED.format(inferred=tables.identify(self.connection, [_graph(INFERRED)])[
                _graph(INFERRED)])
            tables.insert(self.connection, description.describe(self.connection, named))
            store.write(self.aside / STORE, chain(tables.quads(self.connection, named),
                                                  tables.quads(self.connection, _DEFAULT)))
            self._keep_questions()
            manifest = {"clusterkg": __version__, "counts": counts, "sources": self.sources}
            text = json.dumps(manifest, indent=1, sort_keys=True)
            (self.aside / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return counts

    def _keep_questions(self) -> None:
        (self.aside / QUERIES).mkdir()
        for question in self.questions:
            (self.aside / QUERIES / question.path.name).write_text(question.text, encoding="utf-8")

    def _counts(self) -> dict[str, int]:
        counts = {name: tables.count(self.connection, of) for name, of in _COUNTED.items()}
        own = [source for source in self.sources.values() if source["graph"] != _graph(ONTOLOGY)]
        return counts | {"sources": len(own), "questions": len(self.questions),
                         "shapes": self.shapes}

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.say(name)
        start = perf_counter()
        yield
        self.seconds[name] = perf_counter() - start


def _graph(name: str) -> str:
    return expand("graph:") + quote(name, safe="")


def _consistency(closed: closure.Closure) -> Report:
    return Report(Result(severity=Severity.VIOLATION, component=clash.rule,
                         messages={"en": clash.message},
                         focus_node=str(clash.triples[0].subject) if clash.triples else "")
                  for clash in closed.clashes)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what a full or failing disk raises in any engine into one line."""
    try:
        yield
    except (OSError, tables.Error) as error:
        raise RefusedError(f"the build could not be written: {error}; make room and build again, "
                           "the snapshot there before still answers", path=folder) from error
