"""A SPARQL endpoint as a server stands before it: bounded in time and size, and not trusted.

It is sent a query, one type to accept, and graphs; nothing of what a client sent with its own
request. Redirects are not followed and the environment's proxies not used. What goes wrong there is
a Problem: 502 where it cannot be reached, fails, answers with what is no SPARQL result or only with
a part, 504 where it takes too long, 503 where it has too much to do, 422 where it does not take a
query.
"""

import logging
import re
from collections.abc import Iterator
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import socket
from time import monotonic
from urllib.parse import urlencode, urlsplit

from pyoxigraph import NamedNode, QuerySolutions

from clusterkg import __version__, arrival, syntax
from clusterkg.answer import Answer, Reply
from clusterkg.arrival import Arrival
from clusterkg.dataset import Dataset
from clusterkg.errors import UsageError, quoted
from clusterkg.tokens import significant, tokenise
from clusterkg.web.problem import Problem

GRAPHS, SOLUTIONS = "text/turtle", "application/sparql-results+json"
# Types that endpoints give instead, with what we ask for in them.
_ALSO = {GRAPHS: (GRAPHS, "application/x-turtle", "application/n-triples", "text/plain"),
         SOLUTIONS: (SOLUTIONS, "application/json")}
MOST_GRAPHS = 1000
# Virtuoso takes minutes for the same with DISTINCT, just after it was loaded.
NAMED = f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g LIMIT {MOST_GRAPHS + 1}"
# Virtuoso says by these that it left something out.
_PARTIAL = ("X-SPARQL-MaxRows", "X-SQL-State")
_SAID = 2000  # bytes of an error that are looked at


class Upstream:
    """Ask the endpoint at `url`, `default_graphs` merged where it is not said what to ask.

    An `answer.Source`. Seconds and bytes are those of one answer.
    """

    def __init__(self, url: str, *, seconds: float = 30.0, most: int = 2_000_000_000,
                 default_graphs: tuple[str, ...] = ()):
        """Take an address; nothing is sent yet. Raises UsageError for one that is unfit."""
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("http", "https") or not _host(url):
            raise UsageError(f"{quoted(url)} is not an address of an endpoint; it begins with "
                             "http(s)://, and holds neither a name nor a password")
        try:
            self._default = tuple(NamedNode(iri).value for iri in default_graphs)
        except ValueError as error:
            raise UsageError(f"the IRI of a default graph is none: {error}") from error
        self._seconds, self._most = seconds, most

    def __repr__(self) -> str:
        """Show the address."""
        return f"Upstream({self._parts.geturl()!r})"

    def query(self, text: str) -> Reply:
        """Ask, and hold the whole answer.

        Raises RefusedError for an update, UsageError for what is no SPARQL or what the endpoint
        does not take, and Problem.
        """
        bare = without_comments(text)
        is_graph = syntax.check(bare) in ("CONSTRUCT", "DESCRIBE")
        with self._taken(bare, GRAPHS if is_graph else SOLUTIONS) as arriving, arriving.told():
            if is_graph:
                return list(arriving.triples())
            found = arriving.results()
            if not isinstance(found, QuerySolutions):
                return bool(found)
            columns = tuple(variable.value for variable in found.variables)
            return Answer(columns, tuple(tuple(row[name] for name in columns) for row in found))

    def send(self, text: str, accept: str, dataset: Dataset | None = None,
             seconds: float | None = None) -> Arrival:
        """Send a query, and give its answer as it arrives; accept GRAPHS or SOLUTIONS.

        Raises Problem.
        """
        seconds = min(seconds or self._seconds, self._seconds)
        # The front ends what takes its whole time; this is told a moment before.
        ends = monotonic() + seconds - min(0.5, seconds / 10)
        asked = [("query", text), *self._graphs(text, dataset or Dataset())]
        connection = self._connection(ends)
        try:
            reply, held = _exchange(connection, self._target, urlencode(asked).encode(), accept)
            arriving = Arrival(reply, held, ends, self._most)
            _check(reply, arriving, _ALSO[accept])
        except TimeoutError as error:
            connection.close()
            raise arrival.slow() from error
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            logging.getLogger(__name__).warning("the endpoint cannot be reached: %s", error)
            raise Problem(502, "endpoint", "the endpoint behind this server cannot be reached; "
                          "ask again later") from error
        return arriving

    @cached_property
    def named_graphs(self) -> tuple[str, ...]:
        """List the named graphs, without those that make up the default graph."""
        found = Upstream(self._parts.geturl(), seconds=self._seconds).query(NAMED)
        rows = found.rows if isinstance(found, Answer) else ()
        if len(rows) > MOST_GRAPHS:
            raise Problem(422, "endpoint-refused", f"the endpoint has over {MOST_GRAPHS} named "
                          "graphs; say which: FROM <...> FROM NAMED <...>")
        iris = {row[0].value for row in rows if isinstance(row[0], NamedNode)}
        return tuple(sorted(iris - set(self._default)))

    def _taken(self, text: str, accept: str) -> Arrival:
        try:
            return self.send(text, accept)
        except Problem as problem:
            if problem.status == 422:
                raise UsageError(problem.detail) from problem
            raise

    def _graphs(self, text: str, dataset: Dataset) -> Iterator[tuple[str, str]]:
        """Say what to ask; where one kind of graph is said, an endpoint takes none of the other."""
        if dataset.is_own:
            words = {token.text.upper() for token in significant(text) if token.kind == "word"}
            if not self._default or "FROM" in words:
                return
            dataset = Dataset(self._default, self.named_graphs if "GRAPH" in words else ())
        yield from (("default-graph-uri", iri) for iri in dataset.default or ())
        yield from (("named-graph-uri", iri) for iri in dataset.named or ())

    @property
    def _target(self) -> str:
        return (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")

    def _connection(self, ends: float) -> HTTPConnection:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        return kind(str(self._parts.hostname), self._parts.port,
                    timeout=max(0.001, ends - monotonic()))


def without_comments(text: str) -> str:
    """Leave comments out, in which some engines look for orders; lines stay lines."""
    return "".join(token.text for token in tokenise(text) if token.kind != "comment")


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return None if "@" in parts.netloc or parts.port == 0 else parts.hostname
    except ValueError:
        return None


def _exchange(connection: HTTPConnection, target: str, body: bytes,
              accept: str) -> tuple[HTTPResponse, socket]:
    connection.connect()
    held: socket = connection.sock  # the connection forgets it where this is its last answer
    connection.request("POST", target, body, {
        "Accept": accept, "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"clusterkg/{__version__}"})
    return connection.getresponse(), held


def _check(reply: HTTPResponse, arriving: Arrival, accepted: tuple[str, ...]) -> None:
    if reply.status != 200:
        said = arriving.beginning(_SAID)
        arriving.close()
        raise _failure(reply.status, said)
    if any(reply.headers.get(name) for name in _PARTIAL):
        arriving.close()
        raise Problem(502, "endpoint-incomplete", "the endpoint behind this server gives only a "
                      "part of the answer; ask for less, with LIMIT and OFFSET")
    if reply.headers.get_content_type() not in accepted:
        arriving.close()
        raise arrival.garbage(f"its type is {reply.headers.get_content_type()}")


def _failure(status: int, said: bytes) -> Problem:
    """Say what a status means here; why a query is not taken is in the endpoint's own words."""
    text = re.sub(r"[^\x20-\x7e\xa0-\uffff]+|\s+", " ", said.decode(errors="replace"))[:200].strip()
    logging.getLogger(__name__).warning("the endpoint answers %s: %s", status, text)
    if status in (400, 413, 414, 422):
        return Problem(422, "endpoint-refused", f"the endpoint does not take this query: {text}")
    if status in (408, 504):
        return arrival.slow()
    if status in (429, 503):
        return Problem(503, "endpoint-busy", "the endpoint behind this server has too much to do, "
                       "or gave up; ask again later, or for less",
                       headers=(("Retry-After", "30"),))
    return Problem(502, "endpoint", f"the endpoint behind this server failed (HTTP {status}); "
                                    "ask again later, or for less")
