"""Changes of written graphs: each is a build of its own, and counts only if that conforms.

What a build reads from its own files, and what it computes, is not changed by anybody.
"""

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from clusterkg import (
    examples,
    ledger,
    permission,
    snapshot,
    store,
    tables,
    version,
    writer,
    written,
)
from clusterkg.errors import UncoveredError
from clusterkg.hold import Hold
from clusterkg.namespaces import expand
from clusterkg.report import Report, Result
from clusterkg.reporting import html, json, text, ttl
from clusterkg.web import negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import Format
from clusterkg.web.problem import Problem
from clusterkg.web.refusal import PROBLEM
from clusterkg.world import Settings, checksum
from clusterkg.written import Trial

DEFAULT = expand("graph:default")  # what is written to the default graph lies here
COMPUTED = frozenset({ledger.graph(ledger.INFERRED), ledger.graph("description"), examples.GRAPH})
_DRAFT = ".draft"
_TRIES, _PAUSE = 20, 0.02  # seconds
_REPORTS = {PROBLEM: None, negotiation.GRAPHS[0]: ttl, negotiation.HTML: html,
            Format("text", "text/plain; charset=utf-8", ".txt"): text}
_HELD = "(SELECT * FROM quad WHERE g = {} EXCEPT SELECT * FROM adopted)"


class NotConformingError(Problem):
    """The graph would not conform with the change; nothing was changed."""

    def __init__(self, report: Report):
        """Keep what is wrong."""
        found = Report(_placed(result) for result in report.results if result.disallows)
        what = found.results[0]
        super().__init__(422, "not-conforming", f"nothing was changed: {len(found.results)} "
                         f"violations, first at {what.focus_node}: {what.message()}",
                         report=json.content(found))
        self.report = found


def respond(request: Request, settings: Settings, act: Callable[["Turn"], Response]) -> Response:
    """Let a client that may write do so in its turn.

    Raises Problem 403 where nothing is written here, 401 for a client that is not known, 503 when
    others write for too long, and what the change deserves.
    """
    permission.check(request, settings.is_writable)
    try:
        with _turn(settings) as turn:
            answer = act(turn)
            return Response(answer.status, (*answer.headers, (
                "X-Clusterkg-Version", turn.version.name)), answer.body)
    except NotConformingError as error:
        return _told(error, request)
    except UncoveredError as error:
        raise Problem(422, "not-covered", f"nothing was changed: {error}") from error


def new_name() -> str:
    """Name a graph that a client left unnamed."""
    return expand(f"graph:x-{secrets.token_hex(8)}")


class Turn:
    """The turn of one writer: what answers now, and what it makes of it."""

    def __init__(self, folder: Path, inputs: snapshot.Inputs):
        """Begin with the version that answers; it is held."""
        self._folder, self._inputs = folder, inputs
        self.version = version.current(folder)
        self._held = Hold(self.version / snapshot.STORE)

    @cached_property
    def checksum(self) -> str:
        """Give what the tags of the version that answers are made of."""
        return checksum(self.version)

    @cached_property
    def protected(self) -> Collection[str]:
        """List the graphs that come from files of the build, or are computed."""
        imported = {path.stem for path in written.files(self._folder)
                    if not path.stem.startswith(ledger.OWN)}
        names = {*ledger.sources(self._inputs.data), *ledger.RESERVED, *imported}
        return COMPUTED | {ledger.graph(name) for name in names}

    def check(self, graph: str) -> None:
        """Raise Problem 403 for a protected graph, 400 for one that no file can be named after."""
        if graph in self.protected:
            raise Problem(403, "protected", f"the graph {graph[:200]} comes from a file of the "
                          "build or is computed; it is not written here", graph=graph)
        if not written.is_fit(ledger.name_of(graph)):
            raise Problem(400, "iri-too-long", f"the IRI {graph[:80]!r} is too long for a graph")

    def has(self, graph: str) -> bool:
        """Tell whether a graph was written."""
        return graph in self.graphs

    @cached_property
    def graphs(self) -> Collection[str]:
        """List the graphs that were written, as the version that answers has them."""
        then = ledger.of(self.version)
        return {entry.graph for entry in then.data.values()} - {*self.protected} if then else set()

    def triples(self, graph: str) -> set[ox.Triple]:
        """Give what was written into a graph, as it was spelled; blank nodes as in the store."""
        with closing(tables.reopen(self.version / snapshot.TABLES)) as connection:
            number = tables.known(connection, [graph]).get(graph)
            if number is None:
                return set()
            return {quad.triple for quad in tables.quads(connection, _HELD.format(number))}

    @contextmanager
    def draft(self) -> Iterator[ox.Store]:
        """Give a copy of the store to try something on."""
        versions = self.version.parent
        for left in versions.glob(f"{_DRAFT}*"):  # by who was killed
            _discard(left)
        place = Path(tempfile.mkdtemp(dir=versions, prefix=_DRAFT))
        try:
            yield store.copied(self.version / snapshot.STORE, place / snapshot.STORE)
        finally:
            _discard(place)

    def write(self, graphs: Mapping[str, Iterable[ox.Triple]],
              gone: Collection[ox.Quad] = ()) -> None:
        """Have these graphs hold these triples from now on; without any a graph is gone.

        Raises Problem 422 where the whole would not conform, and 409 where quads that have to be
        `gone` would still be there: they follow from something. (Those with blank nodes, whose
        names are others in a graph that is written anew, are taken for gone.)
        """
        for graph in graphs:
            self.check(graph)
        if not graphs:
            _check_gone(gone, self.version)
            return
        contents = {ledger.name_of(graph): _lines(triples) for graph, triples in graphs.items()}
        named = [quad for quad in gone if not any(isinstance(t, ox.BlankNode) for t in quad)]
        made = snapshot.build(self._inputs, self._folder, trial=Trial(
            contents, lambda built: _check_gone(named, built)))
        if made.version is None:
            raise NotConformingError(made.report)
        self.version = made.version


@contextmanager
def _turn(settings: Settings) -> Iterator[Turn]:
    """Wait for one's turn; the system ends it with the process."""
    folder = Path(settings.snapshot)
    inputs = snapshot.Inputs.of(folder)
    if inputs is None:
        raise Problem(503, "unready", "it is not known what this graph was built from; whoever "
                                      "runs this server must build it again")
    try:
        with writer.turn(folder, settings.timeout):
            yield Turn(folder, inputs)
    except writer.BusyError as error:
        raise Problem(503, "busy", "others are writing; write again in a moment",
                      headers=(("Retry-After", "5"),)) from error


def _check_gone(gone: Collection[ox.Quad], built: Path) -> None:
    """Raise Problem for a quad that a version holds all the same."""
    if not gone:
        return
    now = ox.Store.read_only(str(built / snapshot.STORE))
    for quad in gone:
        if quad in now:
            statement, graph = str(quad.triple), quad.graph_name
            more = {"graph": graph.value} if isinstance(graph, ox.NamedNode) else {}
            raise Problem(409, "follows", f"nothing was changed: {statement[:300]} would still "
                          "follow from what is said, or describes the graph itself; remove what it "
                          "follows from", headers=(), statement=statement[:2000], **more)


def _discard(place: Path) -> None:
    """Delete a folder in which a store may still be writing."""
    for _ in range(_TRIES):
        shutil.rmtree(place, ignore_errors=True)
        if not place.exists():
            return
        time.sleep(_PAUSE)


def _lines(triples: Iterable[ox.Triple]) -> bytes | None:
    """Write triples as sorted N-Triples; None for no triple."""
    whole = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(set(whole.splitlines(keepends=True)))) or None


def _placed(result: Result) -> Result:
    """Say the graph in place of a written file, and no path of this machine."""
    if result.file is None:
        return result
    path = Path(result.file)
    if path.parent.name == written.FOLDER:
        return replace(result, file=ledger.graph(path.stem), line=None)
    return replace(result, file=path.name)


def _told(error: NotConformingError, request: Request) -> Response:
    """Give the report as the client wants it: within the problem, as Turtle, text or a page."""
    try:
        chosen = negotiation.choose(request.headers.get("accept"), tuple(_REPORTS))
    except Problem:
        raise error from None
    module = _REPORTS[chosen]
    if module is None:
        raise error
    return Response(422, (("Content-Type", chosen.media_type),),
                    module.write(error.report).encode())
