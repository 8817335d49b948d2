"""The graphs of a store as the Graph Store Protocol names them, section 4.2, and reads them."""

from collections.abc import Iterator

import pyoxigraph as ox

from clusterkg import examples
from clusterkg.namespaces import expand
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem


def named(request: Request) -> str | None:
    """Give the IRI of the graph that the address names, None for the default graph.

    Raises Problem 400 for both, for neither and for what is no absolute IRI.
    """
    default, iri = request.one("default"), request.one("graph")
    if (default is None) == (iri is None):
        raise Problem(400, "graph", "name one graph: ?default, or ?graph=IRI")
    return None if iri is None else absolute(iri)


def absolute(iri: str) -> str:
    """Give an IRI back; raise Problem 400 for a relative one and for what is none."""
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise Problem(400, "iri", f"{iri[:80]!r} is not the IRI of a graph: {error}") from error


def triples(graph: str | None, store: ox.Store) -> Iterator[ox.Triple]:
    """Walk through a graph; raise Problem 404 for one that is not there: none is empty."""
    if graph is None:
        return _default(store)
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    first = next(quads, None)
    if first is None:
        raise Problem(404, "no-graph", f"there is no graph {graph[:200]!r}; ask at /sparql for the "
                                       "graphs there are: SELECT DISTINCT ?g { GRAPH ?g {} }")
    return _with(first, quads)


def _with(first: ox.Quad, others: Iterator[ox.Quad]) -> Iterator[ox.Triple]:
    yield first.triple
    yield from (quad.triple for quad in others)


def _default(store: ox.Store) -> Iterator[ox.Triple]:
    """Walk through the default graph without what describes the graph itself.

    That lies there for queries; who reads the graph to write it back must not take it for data.
    """
    own = set(_own(store))
    return (quad.triple
            for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
            if quad.triple not in own)


def _own(store: ox.Store) -> Iterator[ox.Triple]:
    ours = {ox.NamedNode(expand("graph:description")), ox.NamedNode(examples.GRAPH)}
    for graph in ours:
        for quad in store.quads_for_pattern(None, None, None, graph):
            holders = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if {each.graph_name for each in holders} <= {*ours, ox.DefaultGraph()}:
                yield quad.triple
