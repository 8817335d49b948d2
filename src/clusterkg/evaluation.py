"""A query's answer in the format that was asked for, written while it is found."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, cast

import pyoxigraph as ox
from pyoxigraph import QueryResultsFormat, RdfFormat

from clusterkg import guard, limit, syntax
from clusterkg.dataset import Dataset
from clusterkg.errors import ClusterkgError, RefusedError, UsageError
from clusterkg.namespaces import prefixes
from clusterkg.operation import Query
from clusterkg.tokens import is_update, prefixes_declared, prefixes_used, significant
from clusterkg.web import condition, negotiation
from clusterkg.web.message import Body, Headers, Request, Response
from clusterkg.web.negotiation import Format
from clusterkg.web.problem import Problem
from clusterkg.world import Settings, World

RESULTS = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML,
            "csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
RDF = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML,
       "jsonld": RdfFormat.JSON_LD, "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS}
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE|SERVICE)\b", re.IGNORECASE)
_SIGNS = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")  # one of them is part of each

_VARIABLE = r"\s*[?$](\w+)"
_PATTERN = rf"\s*\{{{_VARIABLE}{_VARIABLE}{_VARIABLE}\s*\.?\s*\}}"
_WHOLE = re.compile(rf"\s*CONSTRUCT(?:{_PATTERN})?\s*WHERE{_PATTERN}\s*", re.IGNORECASE)

Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def evaluate(query: Query, request: Request, world: World) -> Response:
    """Answer a query; raise Problem 400 for what is none, 403 for SERVICE, 406 and what limits say.

    Solutions and triples are found while they are written.
    """
    text = permitted(query.text, world.settings)
    found = run(text, query.dataset, world)
    chosen = negotiation.choose(request.headers.get("accept"), offered(found))
    body = written(_default(world.store()), chosen, world.settings) \
        if query.dataset.is_own and _is_whole(text) else content(found, chosen, world.settings)
    answer = Response(200, _headers(chosen), body)
    if request.method == "POST" or is_volatile(text):
        return answer
    return condition.tagged(answer, request,
                            condition.etag(world.checksum, request, chosen.media_type))


def is_volatile(text: str) -> bool:
    """Tell whether a text may have another answer when it is asked again."""
    upper = text.upper()  # much quicker than the expression alone
    for sign in _SIGNS:
        if sign in upper:
            return _VOLATILE.search(text) is not None
    return False


def permitted(text: str, settings: Settings) -> str:
    """Give the text that may run; raise Problem 400 for its size and 403 for SERVICE."""
    if guard.is_plain(text):
        return text
    try:
        return guard.local(guard.cut(text), settings.services)
    except UsageError as error:
        raise Problem(400, "too-complex", str(error)) from error
    except RefusedError as error:
        raise Problem(403, "service", str(error)) from error


def run(text: str, dataset: Dataset, world: World) -> Found:
    """Parse a query and begin to answer it; the known prefixes need no declaration."""
    engine, more = world.store(), {"base_iri": f"{world.settings.base}/sparql", **_graphs(dataset)}
    try:
        try:
            return engine.query(text, **more)
        except SyntaxError:
            return engine.query(text, prefixes=undeclared(text), **more)
    except SyntaxError as error:
        raise malformed(str(error), text) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise failed(error) from error


def undeclared(text: str) -> dict[str, str]:
    """Give the known prefixes that a text uses and does not declare; raise Problem 400."""
    tokens = significant(text)
    if is_update(tokens):
        raise Problem(400, "update-as-query", "this is an update; send it as update=... by POST")
    missing = prefixes_used(tokens).keys() - prefixes_declared(tokens)
    return {name: prefixes()[name] for name in missing & prefixes().keys()}


def malformed(message: str, text: str) -> Problem:
    """Say where a text is no SPARQL."""
    mistake = syntax.mistake(message, text)
    return Problem(400, "syntax", mistake.what, line=mistake.line, column=mistake.column,
                   token=mistake.token)


def failed(error: Exception) -> Problem:
    """Say that a query that is well formed could not be answered."""
    if "Corruption" in str(error):
        return Problem(503, "unreadable", "the graph is damaged; whoever runs this server must "
                                          "build it again")
    if "is not supported" in str(error):
        return Problem(400, "not-supported", f"{error}; ask without it")
    return Problem(500, "failed", f"the query failed: {error}")


def written(triples: Iterable[ox.Triple], chosen: Format, settings: Settings) -> Body:
    """Give a body that writes triples in a format while they are found."""
    def write(out: BinaryIO) -> None:
        writer = limit.Writer(out, settings.bytes)
        if isinstance(triples, ox.QueryTriples) and not settings.rows:
            triples.serialize(cast(BinaryIO, writer), RDF[chosen.name])
        else:
            ox.serialize(limit.counted(triples, settings.rows), cast(BinaryIO, writer),
                         RDF[chosen.name])
        writer.finish()
    return _guarded(write)


def content(found: Found, chosen: Format, settings: Settings) -> Body:
    """Give a body that writes an answer in a format while it is found."""
    if isinstance(found, ox.QueryBoolean):
        return found.serialize(format=RESULTS[chosen.name]) or b""
    if isinstance(found, ox.QueryTriples):
        return written(found, chosen, settings)

    def write(out: BinaryIO) -> None:
        writer = limit.Writer(out, settings.bytes, settings.rows, limit.counter(chosen.name))
        found.serialize(cast(BinaryIO, writer), RESULTS[chosen.name])
        writer.finish()
    return _guarded(write)


def _guarded(write: Callable[[BinaryIO], None]) -> Callable[[BinaryIO], None]:
    """Turn what the engine raises into a Problem; what the writer raises is left as it is."""
    def body(out: BinaryIO) -> None:
        try:
            write(out)
        except (ClusterkgError, ConnectionError):
            raise
        except (OSError, ValueError, RuntimeError) as error:
            raise failed(error) from error
    return body


def _is_whole(text: str) -> bool:
    """Tell whether a query copies the default graph, whose triples need no comparing then.

    The engine remembers every triple that it constructs, so as to give none of them twice.
    """
    match = _WHOLE.fullmatch(text)
    if match is None:
        return False
    template, pattern = match.groups()[:3], match.groups()[3:]
    return len(set(pattern)) == 3 and template in (pattern, (None, None, None))


def _default(store: ox.Store) -> Iterator[ox.Triple]:
    return (quad.triple
            for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def offered(found: Found) -> tuple[Format, ...]:
    """Give the formats of a kind of answer."""
    if isinstance(found, ox.QueryBoolean):
        return negotiation.BOOLEANS
    return negotiation.GRAPHS if isinstance(found, ox.QueryTriples) else negotiation.RESULTS


def _headers(chosen: Format) -> Headers:
    return (("Content-Type", chosen.media_type),)


def _graphs(dataset: Dataset) -> dict[str, Any]:
    """Name both kinds as soon as one is given: else the engine would take the store's own."""
    if dataset.is_own:
        return {}
    return {"default_graph": [ox.NamedNode(iri) for iri in dataset.default or ()],
            "named_graphs": [ox.NamedNode(iri) for iri in dataset.named or ()]}
