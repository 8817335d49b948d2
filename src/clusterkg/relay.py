"""SPARQL over an endpoint: checked here, answered there, written here in the format asked for.

What is answered there is read and written anew, row by row: so limits count, an answer that breaks
off is never taken for whole, and every format is offered whatever the endpoint can write.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import BinaryIO

import pyoxigraph as ox

from clusterkg import arrival, evaluation, guard, operation
from clusterkg.answer import Answer
from clusterkg.arrival import Arrival
from clusterkg.evaluation import Found
from clusterkg.namespaces import prefixes
from clusterkg.operation import Query
from clusterkg.tokens import Token, tokenise
from clusterkg.upstream import GRAPHS, SOLUTIONS, Upstream, without_comments
from clusterkg.web import negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

# Functions that run code or read files on a server that does not forbid it: Virtuoso's and Jena's.
_FOREIGN = ("bif", "sql", "java", "js")
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):")


def evaluate(query: Query, request: Request, world: World, endpoint: Upstream) -> Response:
    """Answer a query as `evaluation.evaluate` does, by an endpoint; raise Problem."""
    text, kind = checked(query.text, world)
    chosen = negotiation.choose(request.headers.get("accept"), evaluation.offered(kind))
    is_graph = isinstance(kind, ox.QueryTriples)
    arriving = endpoint.send(text, GRAPHS if is_graph else SOLUTIONS, query.dataset,
                             operation.seconds(request, world.settings.timeout))
    if is_graph:
        body = evaluation.written(arriving.triples(), chosen, world.settings)
    else:
        body = evaluation.content(_found(arriving, type(kind)), chosen, world.settings)
    if isinstance(body, bytes):
        arriving.close()
    return Response(200, (("Content-Type", chosen.media_type),),
                    body if isinstance(body, bytes) else _told(body, arriving))


def triples(graph: str | None, endpoint: Upstream) -> Iterable[ox.Triple]:
    """Walk through a named graph, or the default graph; raise Problem 404 for none."""
    pattern = "?s ?p ?o" if graph is None else f"GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }}"
    # Not by ASK: Virtuoso says yes to it where the graph is not among those that it is told.
    some = endpoint.query(f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1")
    if graph is not None and isinstance(some, Answer) and not some.rows:
        raise Problem(404, "no-graph", f"there is no graph {graph[:200]!r}; ask at /sparql for the "
                                       "graphs there are: SELECT DISTINCT ?g { GRAPH ?g {} }")
    return _walk(endpoint.send(f"SELECT ?s ?p ?o WHERE {{ {pattern} }}", SOLUTIONS))


def checked(text: str, world: World) -> tuple[str, Found]:
    """Give the text that may be sent, and what kind of answer it has.

    It must be a query to our own parser, too. Raises Problem 400 for what is none, 403 for SERVICE
    and for functions that reach beyond the graph.
    """
    bare = without_comments(text)
    evaluation.permitted(bare, world.settings)
    tokens = list(tokenise(bare))
    _check_local(tokens)
    quiet = "".join(guard.defused(token) if token.kind == "string" else token.text
                    for token in tokens)
    missing, base = evaluation.undeclared(quiet), f"{world.settings.base}/sparql"
    try:
        kind = ox.Store().query(quiet, prefixes=missing, base_iri=base)
    except SyntaxError as error:
        raise evaluation.malformed(str(error), text) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise evaluation.failed(error) from error
    return _prologue(tokens, missing, base) + quiet, kind


def _check_local(tokens: Iterable[Token]) -> None:
    for token in tokens:
        if token.kind == "iri":
            named = _SCHEME.match(guard.unescaped(token.text))
            scheme = named[1] if named else ""
        else:
            scheme = token.text.partition(":")[0] if token.kind == "name" else ""
        if scheme.lower() in _FOREIGN:
            raise Problem(403, "function", f"{scheme}: names functions that can reach beyond the "
                                           "graph; leave them out")


def _prologue(tokens: Iterable[Token], missing: Iterable[str], base: str) -> str:
    """Declare on the first line what our own parser was told beside the text."""
    declared = [f"PREFIX {name}: <{prefixes()[name]}> " for name in sorted(missing)]
    is_relative = any(token.kind == "iri" and not _SCHEME.match(token.text) for token in tokens)
    return (f"BASE {ox.NamedNode(base)} " if is_relative else "") + "".join(declared)


def _found(arriving: Arrival, wanted: type[Found]) -> ox.QuerySolutions | ox.QueryBoolean:
    with arriving.told():
        found = arriving.results()
        if not isinstance(found, wanted):
            raise arrival.garbage("a boolean where solutions are asked for, or the reverse")
        return found


def _walk(arriving: Arrival) -> Iterator[ox.Triple]:
    with closing(arriving), arriving.told():
        found = _found(arriving, ox.QuerySolutions)
        assert isinstance(found, ox.QuerySolutions)
        for row in found:
            yield ox.Triple(row["s"], row["p"], row["o"])


def _told(write: Callable[[BinaryIO], None], arriving: Arrival) -> Callable[[BinaryIO], None]:
    """Say in a body that what arrived was no answer."""
    def body(out: BinaryIO) -> None:
        with closing(arriving), arriving.told():
            write(out)
    return body
