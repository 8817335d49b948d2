"""What a request to a SPARQL endpoint wants (SPARQL 1.1 Protocol, section 2)."""

import math
from dataclasses import dataclass

from pyoxigraph import NamedNode

from clusterkg.dataset import Dataset
from clusterkg.tokens import significant
from clusterkg.web import target
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_TEXTS = {QUERY: "query", UPDATE: "update"}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Query:
    """A query's text, and the dataset that the request names."""

    text: str
    dataset: Dataset


@dataclass(frozen=True)
class Update:
    """An update's text; `using` is what its WHERE clauses see."""

    text: str
    using: Dataset


def read(request: Request) -> Query | Update | None:
    """Read a request; None where it asks nothing, and so for the description of the service.

    Raises Problem 400 or 415.
    """
    pairs = _parameters(request)
    queries, updates = _all(pairs, "query"), _all(pairs, "update")
    if len(queries) + len(updates) > 1:
        raise Problem(400, "several-operations", f"{len(queries)} queries and {len(updates)} "
                                                 "updates in one request; send one")
    if updates and request.method != "POST":
        raise Problem(400, "update-by-get", "an update is sent by POST")
    if updates:
        return Update(updates[0], _using(updates[0], pairs))
    if queries:
        return Query(queries[0], _dataset(pairs, "default-graph-uri", "named-graph-uri"))
    if request.method in ("GET", "HEAD"):
        return None
    raise Problem(400, "no-query", "there is neither a query nor an update in the request; send "
                                   "query=...")


def seconds(request: Request, most: float) -> float:
    """Give the time that the address asks for with `timeout`, `most` at most.

    Raises Problem 400 for what is no number of seconds.
    """
    said = request.one("timeout")
    try:
        wanted = most if said is None else float(said)
    except ValueError:
        wanted = math.nan
    if not wanted > 0:
        raise Problem(400, "parameter", "timeout takes a number of seconds", parameter="timeout")
    return min(wanted, most)


def _parameters(request: Request) -> Pairs:
    """Put together what stands in the address and in the body."""
    if request.method in ("GET", "HEAD"):
        return request.query
    kind = request.media_type()
    if kind not in (*_TEXTS, FORM):
        raise Problem(415, "media-type", f"send a body as {QUERY}, {UPDATE} or {FORM}",
                      headers=(("Accept-Post", ", ".join((QUERY, UPDATE, FORM))),))
    text = _decoded(request)
    body = target.pairs(text) if kind == FORM else ((_TEXTS[kind], text),)
    return request.query + body


def _decoded(request: Request) -> str:
    _, _, said = request.headers.get("content-type", "").lower().partition("charset=")
    charset = said.partition(";")[0].strip(' "')
    try:
        if charset in ("", "utf-8", "utf8"):
            return request.body.decode()
    except UnicodeDecodeError:
        charset = "what is no UTF-8"
    raise Problem(400, "charset", f"the body is in {charset[:40]}; send it as UTF-8")


def _using(text: str, pairs: Pairs) -> Dataset:
    using = _dataset(pairs, "using-graph-uri", "using-named-graph-uri")
    if not using.is_own and any(t.is_word("USING", "WITH") for t in significant(text)):
        raise Problem(400, "two-datasets", "the update names graphs with USING or WITH, and the "
                                           "request with using-graph-uri; use one of the two")
    return using


def _dataset(pairs: Pairs, default: str, named: str) -> Dataset:
    chosen = tuple(map(_iri, _all(pairs, default))), tuple(map(_iri, _all(pairs, named)))
    return Dataset(*chosen) if any(chosen) else Dataset()


def _iri(text: str) -> str:
    try:
        return NamedNode(text).value
    except ValueError as error:
        raise Problem(400, "iri", f"{text[:80]!r} is not the IRI of a graph: {error}") from error


def _all(pairs: Pairs, name: str) -> list[str]:
    return [value for key, value in pairs if key == name]
