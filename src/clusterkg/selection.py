"""Which quads to export: everything, one source or one entity, of a snapshot or an endpoint.

A snapshot's quads come from its tables, which keep literals as they were written; its store only
says which ones belong to an entity. Every statement comes with its named graph. The default graph,
which repeats them all, is left out.
"""

import re
from collections.abc import Iterable, Iterator, Set
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from clusterkg import tables
from clusterkg.answer import Answer, Source
from clusterkg.errors import RefusedError, UnreadableError, UsageError, quoted
from clusterkg.files import read_text
from clusterkg.namespaces import expand
from clusterkg.tables import Connection

_FOLDER = Path(__file__).parent / "selections"
_ENTITY = re.compile(r"\$entity\b")
_ASSERTED = "SELECT g, s, p, o FROM quad WHERE g <> 0"
_INFERRED = "SELECT {graph} AS g, s, p, o FROM inferred"


@dataclass(frozen=True)
class Selection:
    """Name what is wanted: by default everything; `source` is the name of a named graph."""

    source: str | None = None
    entity: NamedNode | None = None
    inferred: bool = True


def from_snapshot(selection: Selection, version: Path, store: Source) -> Iterator[Quad]:
    """Read from the tables of a snapshot's version; `store` answers for the same version.

    Raises UsageError for an unknown source, UnreadableError where the tables cannot be read.
    """
    try:
        connection = tables.reopen(version / "closure.duckdb")
    except tables.Error as error:
        raise UnreadableError(f"no readable tables ({error}); run `clusterkg build` again",
                              path=version) from error
    with closing(connection):
        wanted = None
        if selection.entity:
            wanted = _Wanted(_ask(store, "entity", selection.entity))
        for quad in tables.quads(connection, _relation(connection, selection, wanted)):
            if wanted is None or quad in wanted:
                yield quad


def from_endpoint(selection: Selection, endpoint: Source) -> Iterator[Quad]:
    """Ask an endpoint; what only its default graph holds stays in the default graph.

    Raises UsageError for an unknown source, RefusedError for an endpoint that answers too little.
    """
    name = "entity" if selection.entity else "everything"
    found = _ask(endpoint, name, selection.entity)
    if selection.source:
        graph = _graph(selection.source, {q.graph_name.value for q in found
                                          if isinstance(q.graph_name, NamedNode)})
        return (quad for quad in found if quad.graph_name == NamedNode(graph))
    hidden = None if selection.inferred else _inferred_graph()
    return (quad for quad in _without_copies(found) if quad.graph_name != hidden)


class _Wanted:
    """Tell whether a quad of the tables is among those of the store, which rewrites literals."""

    def __init__(self, quads: Iterable[Quad]):
        found = list(quads)
        self.subjects = {quad.subject for quad in found}
        self._resources = {q.triple for q in found if not isinstance(q.object, Literal)}
        self._values = {(q.subject, q.predicate) for q in found if isinstance(q.object, Literal)}

    def __contains__(self, quad: Quad) -> bool:
        if isinstance(quad.object, Literal):
            return (quad.subject, quad.predicate) in self._values
        return quad.triple in self._resources


def _ask(source: Source, name: str, entity: NamedNode | None) -> list[Quad]:
    text = read_text(_FOLDER / f"{name}.rq")
    reply = source.query(_ENTITY.sub(lambda _: str(entity), text) if entity else text)
    if not isinstance(reply, Answer):
        raise RefusedError("the endpoint does not answer a SELECT with solutions")
    return [Quad(s, p, o, g or DefaultGraph())  # type: ignore[arg-type]  # the query binds s p o
            for g, s, p, o in reply.rows]


def _without_copies(quads: list[Quad]) -> Iterator[Quad]:
    named = {quad.triple for quad in quads if quad.graph_name != DefaultGraph()}
    return (quad for quad in quads
            if quad.graph_name != DefaultGraph() or quad.triple not in named)


def _relation(connection: Connection, selection: Selection,
              wanted: _Wanted | None) -> str:
    """Say in SQL where the quads lie, as far as ids can tell; ids are whole numbers."""
    inferred = _ids(connection, [_inferred_graph().value], "iri")
    parts = [_ASSERTED]
    if selection.inferred or selection.source:
        parts += [_INFERRED.format(graph=graph) for graph in inferred]
    union = " UNION ALL ".join(parts)
    if selection.source:
        known = _graphs(connection, union)
        (graph,) = _ids(connection, [_graph(selection.source, known)], "iri")
        return f"(SELECT * FROM ({union}) WHERE g = {graph})"
    if wanted is None:
        return f"({union})"
    ids = [*_ids(connection, [s.value for s in wanted.subjects if isinstance(s, NamedNode)], "iri"),
           *_ids(connection, [s.value for s in wanted.subjects if isinstance(s, BlankNode)],
                 "blank")]
    chosen = ", ".join(str(number) for number in ids) or "0"
    return f"(SELECT * FROM ({union}) WHERE s IN ({chosen}))"


def _ids(connection: Connection, values: list[str], kind: str) -> list[int]:
    rows = connection.execute("SELECT id FROM term WHERE kind = ? AND value IN (SELECT unnest(?))",
                              [kind, values]).fetchall()
    return [int(number) for number, in rows]


def _graphs(connection: Connection, union: str) -> set[str]:
    rows = connection.execute(f"SELECT value FROM term WHERE id IN (SELECT g FROM ({union}))")
    return {value for value, in rows.fetchall()}


def _graph(source: str, known: Set[str]) -> str:
    """Turn a source's name into the IRI of its named graph."""
    namespace = expand("graph:")
    graph = namespace + quote(source, safe="")
    if graph not in known:
        names = sorted(unquote(iri.removeprefix(namespace)) for iri in known
                       if iri.startswith(namespace))
        there = f"there are {', '.join(names)}" if names else "there is no named graph"
        raise UsageError(f"no source {quoted(source)}; {there}")
    return graph


def _inferred_graph() -> NamedNode:
    return NamedNode(expand("graph:inferred"))
