"""A page to ask SPARQL by hand: a form, examples, and the answer as a table; without a script."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

import pyoxigraph as ox

from clusterkg import caption, discovery, evaluation, library, query, relay, sheet
from clusterkg.answer import Answer, Term
from clusterkg.dataset import Dataset
from clusterkg.errors import UsageError
from clusterkg.files import read_text
from clusterkg.portrait import Shown
from clusterkg.query import Query
from clusterkg.sheet import Sheet
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

ROWS = 200  # of an answer that are shown
_TOUR = "tour"  # the tag of questions that are shown first
_TRIPLE = ("subject", "predicate", "object")

Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class Table:
    """The beginning of an answer; `truth` is that of ASK."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Shown, ...], ...] = ()
    more: bool = False
    truth: bool | None = None


def page(request: Request, world: World) -> Response:
    """Show the form, with an example in it, or with a query and its answer.

    What is no SPARQL is said above the form. Raises what an evaluation raises.
    """
    text, reader = request.one("query") or "", sheet.reader(request)
    table, wrong = None, None
    try:
        table = answered(text, world, reader) if text.strip() else None
    except Problem as problem:
        if problem.status != 400:
            raise
        wrong = problem
    named = request.one("example") or ""
    shown = sheet.answer(request, "" if text else world.checksum, Sheet("sparql.html", lambda: {
        "text": text or example(named, world), "table": table, "wrong": wrong,
        "samples": [(one.title(reader), bare(one.text)) for one in samples()],
        "questions": [(one.name, one.title(reader)) for one in tour(world)]}, chosen=True))
    return Response(400, shown.headers, shown.body) if wrong else shown


def answered(text: str, world: World, reader: str) -> Table:
    """Ask, and lay out the first rows; raise Problem 400 for what is no query, 403 for SERVICE."""
    found = _found(evaluation.permitted(text, world.settings), world)
    if isinstance(found, bool):
        return Table(truth=found)
    (columns, rows), most = found, world.most(ROWS)
    try:
        first = list(islice(rows, most + 1))
    except (OSError, ValueError, RuntimeError) as error:
        raise evaluation.failed(error) from error
    labels = caption.labels(world.graph.source, (term for row in first for term in row if term),
                            reader)
    shown = tuple(tuple(_shown(term, labels) for term in row) for row in first[:most])
    return Table(columns, shown, len(first) > most)


@cache
def samples() -> tuple[Query, ...]:
    """Read the examples that come with the program; any graph can be asked them."""
    files = discovery.data_files("samples", ".rq")
    return tuple(query.outline(path, read_text(path)) for path in files)


def example(name: str, world: World) -> str:
    """Give the text of a question with its example's values in it, else that of a sample.

    Raises Problem 404 for no question.
    """
    if not name:
        return bare(samples()[0].text)
    one = library.found(name, world.graph.questions)
    try:
        return bare(query.bind(one, one.header.example, world.graph.source))
    except UsageError:  # its example is not in this graph
        return bare(one.text)


def tour(world: World) -> Iterator[Query]:
    """Give the questions that show best what the graph is about."""
    return (one for one in world.questions if _TOUR in one.header.tags)


def bare(text: str) -> str:
    """Drop the header of a question."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def _found(text: str, world: World) -> bool | tuple[tuple[str, ...], Iterable[Row]]:
    if world.built is None:
        return _relayed(text, world)
    found = evaluation.run(text, Dataset(), world)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return _TRIPLE, ((one.subject, one.predicate, one.object) for one in found)
    columns = tuple(variable.value for variable in found.variables)
    return columns, (tuple(row) for row in found)


def _relayed(text: str, world: World) -> bool | tuple[tuple[str, ...], Iterable[Row]]:
    reply = world.graph.source.query(relay.checked(text, world)[0])
    if isinstance(reply, Answer):
        return reply.columns, reply.rows
    if isinstance(reply, bool):
        return reply
    return _TRIPLE, ((one.subject, one.predicate, one.object) for one in reply)


def _shown(term: Term | None, labels: Mapping[str, str]) -> Shown:
    if isinstance(term, ox.NamedNode):
        return Shown(caption.text(term, labels), term.value)
    language = term.language or "" if isinstance(term, ox.Literal) else ""
    return Shown(caption.text(term, labels), "", language)
