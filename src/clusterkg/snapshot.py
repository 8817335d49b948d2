"""The one place that knows the order: read, adopt, infer, check, store, swap in.

A build looks first at what the version before was made from. Where nothing changed, that version
stays; where sources, shapes or questions did, it is the ground of the new one (`reuse`); where the
ontology or the program did, or the version is damaged, all is made anew (`fresh`). Both ways give
the same graph.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from pyoxigraph import Quad

from clusterkg import (
    __version__,
    allowance,
    custody,
    examples,
    ledger,
    location,
    publication,
    query,
    recheck,
    resumption,
    reuse,
    shortage,
    validation,
    version,
    written,
)
from clusterkg.clash import Clash
from clusterkg.content import STORE, TABLES, counts
from clusterkg.files import rdf_files
from clusterkg.fresh import Fresh
from clusterkg.inputs import Inputs, inputs
from clusterkg.integrity import MANIFEST
from clusterkg.joining import Joined
from clusterkg.ledger import Ledger
from clusterkg.report import Report, Result, Severity
from clusterkg.resumption import Resumed
from clusterkg.reuse import Ground, Reuse
from clusterkg.shacl import checking, influence
from clusterkg.shacl.influence import Influences
from clusterkg.shape import Shapes
from clusterkg.source import default_folder
from clusterkg.written import Trial

__all__ = ["MANIFEST", "QUERIES", "STORE", "TABLES", "Built", "Inputs", "build", "check", "inputs"]
QUERIES = "queries"


@dataclass(frozen=True)
class Built:
    """Say what a build made: `version` is None where the report kept it from being swapped in.

    `counts` are numbers of things; `seconds` the wall time of each part; `changed` names the
    sources that differ from the version before, `besides` what else does, None where that was not
    built upon; `damaged` says why it could not be; `joined` is what became one by decision.
    """

    version: Path | None
    report: Report
    counts: dict[str, int]
    seconds: dict[str, float] = field(default_factory=dict)
    changed: Sequence[str] | None = None
    besides: Sequence[str] = ()
    kept: bool = False
    damaged: str = ""
    joined: Sequence[Joined] = ()


def build(inputs: Inputs, folder: Path | None = None,
          say: Callable[[str], None] = lambda text: None, *, full: bool = False,
          trial: Trial = written.NOTHING) -> Built:
    """Build a snapshot in `folder` and swap it in if it conforms; else the old one stays.

    What was written through the server, or imported, is part of it, with the changes of `trial`,
    which stay only if the version does. `full` builds from nothing, whatever is there.
    Raises UnreadableError for an input that cannot be read, RefusedError for a full disk, for too
    little memory, for a build that is running and for a construct that no rule covers.
    """
    folder = folder or default_folder()
    files = rdf_files([*inputs.ontology, *inputs.data])
    allowance.of_tables(sum(path.stat().st_size for path in files))  # refused before it is begun
    with (version.building(folder) as aside, shortage.told(folder),
          written.tried(folder, trial.contents)):
        custody.refuse(folder, trial.contents)
        named, inputs = inputs, replace(inputs, data=(*inputs.data, *written.files(folder)))
        made = _made(inputs, (folder, aside), trial, say, full=full)
        if made.version:
            named.keep(folder)
        return made


def check(inputs: Inputs, folder: Path, say: Callable[[str], None] = lambda text: None, *,
          trial: Trial) -> Built:
    """Read, infer and validate as `build` would with these files; nothing is kept."""
    writes = {name: path for name, path in trial.contents.items() if isinstance(path, Path)}
    with version.building(folder) as aside, shortage.told(folder):
        others = [path for path in written.files(folder) if path.stem not in writes]
        inputs = replace(inputs, data=(*inputs.data, *others, *writes.values()))
        now = ledger.take(inputs.ontology, inputs.data, inputs.shapes, inputs.queries)
        if rest := resumption.ground(trial, now, inputs):
            return _Build(inputs, now, say, (aside, trial.rest), rest).tried()
        before = version.glanced(folder)
        olds = {name: written.place(folder, name) for name in writes}
        known = reuse.ground(before, now, inputs, (olds, trial.edits), aside) if before else None
        return _Build(inputs, now, say, (aside, trial.rest), known).tried()


def _made(inputs: Inputs, place: tuple[Path, Path], trial: Trial, say: Callable[[str], None], *,
          full: bool) -> Built:
    folder, aside = place
    now = ledger.take(inputs.ontology, inputs.data, inputs.shapes, inputs.queries)
    with ThreadPoolExecutor(1) as pool:
        reading = None if full else pool.submit(version.damage, folder)

        def damage() -> str:
            return reading.result() if reading else ""

        before = None if full else version.glanced(folder)
        then = ledger.of(before) if before else None
        if before and then == now and not damage():
            trial.check(before)
            return Built(before, Report(recheck.kept(before) or ()), _kept(before)["counts"],
                         changed=(), kept=True)

        def build(ground: Ground | None, damage: Callable[[], str] = lambda: "") -> Built:
            return _Build(inputs, now, say, (aside, trial.rest), ground).run(
                lambda: trial.swap_in(*place), damage)

        if rest := resumption.ground(trial, now, inputs):
            return replace(build(rest), damaged=damage())
        if before and then != now and not version.unguarded_damage(folder):
            olds = {path.stem: path for path in written.befores(folder)}
            known = reuse.ground(before, now, inputs, (olds, trial.edits), aside)
            made = _unless(damage, lambda: build(known, damage)) if known else None
            if made:
                return made
            version.clear(aside)
        return replace(build(None), damaged=damage())


def _unless(damage: Callable[[], str], build: Callable[[], Built]) -> Built | None:
    """Build while the version before is still being read through; None where that is damaged."""
    try:
        made = build()
    except Exception:  # a damaged file may do anything to its readers
        if damage():
            return None
        raise
    return None if damage() else made


class _Build:
    """One build: what its steps share."""

    def __init__(self, inputs: Inputs, now: Ledger, say: Callable[[str], None],
                 folders: tuple[Path, Path | None], ground: Ground | None):
        self.inputs, self.now, self.say, (self.aside, rest) = inputs, now, say, folders
        self.rest, self.seconds = rest, dict[str, float]()
        data = ledger.sources(inputs.data)
        self.changed: Sequence[str] | None = None
        self.report = Report(())
        self.besides: Sequence[str] = ()
        self.known: dict[str, Any] = {}
        self.results: Sequence[Result] | None = None
        self.influences: Influences = {}
        self.asked_before = False
        self.executables: Sequence[Quad] | None = None
        before = ground.version if ground else None
        if before and (then := ledger.of(before)):
            self.changed = now.changed(then)
            self.besides = [*["shapes"] * (then.shapes != now.shapes),
                            *["questions"] * (then.queries != now.queries)]
            self.known = _kept(before)["sources"]
            if then.shapes == now.shapes:
                self.results = recheck.kept(before)
                self.influences = recheck.influences(before) or {}
            self.asked_before = then.queries == now.queries and before != rest
        self.way = (Fresh(self.aside, rdf_files(inputs.ontology), data)
                    if ground is None or self.changed is None
                    else Resumed(self.aside, ground, data, self.changed) if before == rest
                    else Reuse(self.aside, ground, data, self.changed))
        if before == rest:  # which is no version
            self.changed = None

    def run(self, swap_in: Callable[[], Path], damage: Callable[[], str] = lambda: "") -> Built:
        """Go through the steps in their order; nothing is swapped in if there is a `damage`."""
        numbers: dict[str, int] = {}
        with self._opened():
            report = self._check()
            if report.conforms and not damage():
                with self._step("store"):
                    numbers = self._store()
        made = swap_in() if report.conforms and not damage() else None
        return Built(made, report, numbers, self.seconds, self.changed, self.besides,
                     joined=self.way.joined)

    def tried(self) -> Built:
        """Go through the steps as far as the report."""
        with self._opened():
            return Built(None, self._check(), {}, self.seconds, self.changed, self.besides)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Close the tables in the end; put them by where shapes refuse what was read from nothing.
        """
        try:
            yield
        finally:
            self.way.connection.close()
            if self.rest and not self.report.conforms and self.way.is_whole:
                resumption.leave(self.rest, self.aside / TABLES, (self.report, self.influences),
                                 self._manifest())

    def _check(self) -> Report:
        """Check the data; the shapes are read meanwhile, as the tables leave time for that."""
        with ThreadPoolExecutor(1) as pool:
            return self._checked(pool.submit(self._read_shapes))

    def _checked(self, shapes: Future[Shapes]) -> Report:
        with self._step("read"):
            self.way.read()
            self.questions = query.folder(self.inputs.queries)
            if not self.asked_before:
                self.executables = examples.of_texts(tuple(self.questions.items()))
        with self._step("infer"):
            report = _consistency(self.way.infer())
        if report.conforms:
            with self._step("validate"):
                return self._validate(shapes.result())
        files = rdf_files([*self.inputs.ontology, *self.inputs.data])
        return validation.place(self.way.connection, report.results, location.finder(files))

    def _read_shapes(self) -> Shapes:
        known = self.results is not None
        shapes = validation.read_shapes(rdf_files(self.inputs.shapes), known=known)
        self.influences = self.influences or influence.of(shapes)
        checking.prepare(shapes)
        return shapes

    def _validate(self, shapes: Shapes) -> Report:
        self.shapes, connection = shapes.declared, self.way.connection
        locate = location.finder(rdf_files(self.inputs.data))
        only = None if self.results is None else recheck.choice(connection, self.influences,
                                                                self.results)
        self.report = validation.check(connection, shapes, say=self.say, locate=locate, only=only)
        return self.report

    def _store(self) -> dict[str, int]:
        numbers = counts(self.way.connection) | {
            "sources": len(self.now.data), "questions": len(self.questions), "shapes": self.shapes}
        self.way.store(self.aside, self.executables)
        (self.aside / QUERIES).mkdir()
        for path, text in self.questions.items():
            (self.aside / QUERIES / path.name).write_text(text, encoding="utf-8")
        publication.keep(self.aside, rdf_files(self.inputs.ontology), rdf_files(self.inputs.shapes))
        custody.keep(self.aside, rdf_files(self.inputs.data))
        recheck.keep(self.aside, self.report, self.influences)
        written = json.dumps({"clusterkg": __version__, "counts": numbers, **self._manifest()},
                             indent=1, sort_keys=True)
        (self.aside / MANIFEST).write_text(written + "\n", encoding="utf-8")
        return numbers

    def _manifest(self) -> dict[str, Any]:
        return {"sources": self._sources(), "built_from": ledger.lines(self.now)}

    def _sources(self) -> dict[str, dict[str, str | int]]:
        entries = {Path(entry.file).stem: entry for entry in self.now.ontology.values()}
        entries |= self.now.data
        return {name: {"graph": entry.graph, "file": entry.file, "sha256": entry.sha256,
                       "quads": self.way.quads[name] if name in self.way.quads
                       else self.known[name]["quads"]}
                for name, entry in entries.items()}

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.say(name)
        start = perf_counter()
        yield
        self.seconds[name] = perf_counter() - start


def _kept(before: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((before / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _consistency(clashes: Sequence[Clash]) -> Report:
    return Report(Result(severity=Severity.VIOLATION, component=clash.rule,
                         messages={"en": clash.message},
                         focus_node=str(clash.triples[0].subject) if clash.triples else "")
                  for clash in clashes)
