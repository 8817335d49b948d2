"""A SPARQL 1.1 endpoint somewhere else, asked through SPARQLWrapper by POST."""

import io
import socket
import urllib.error
from collections.abc import Callable
from http.client import HTTPException
from math import ceil
from typing import Any

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLExceptions, SPARQLWrapper

from clusterkg import __version__
from clusterkg.answer import Answer, Reply
from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError
from clusterkg.tokens import form, is_update, significant, tokenise

_TIMEOUT = 60.0
_DOUBT = "is it a SPARQL endpoint?"
_RDF = {"text/turtle": RdfFormat.TURTLE, "application/n-triples": RdfFormat.N_TRIPLES,
        "application/rdf+xml": RdfFormat.RDF_XML}


class Remote:
    """Answer SPARQL from an endpoint; a `source.Source`.

    What is asked is the endpoint's default graph: the data must lie there, each triple once.
    """

    def __init__(self, url: str, timeout: float | None = None):
        """Name the endpoint and the seconds after which a silent one is given up."""
        self.url = url
        self.timeout = timeout or _TIMEOUT

    def __repr__(self) -> str:
        """Show the address."""
        return f"Remote({self.url!r})"

    def query(self, text: str) -> Reply:
        """Send a query and read the reply.

        Raises UsageError for a query that the endpoint calls malformed, RefusedError for one that
        it does not carry out or when it is out of reach, UnreadableError for a reply that is no
        SPARQL result.
        """
        tokens = significant(text)
        if is_update(tokens):
            raise RefusedError("the graph is read-only; ask with SELECT, ASK, CONSTRUCT, DESCRIBE")
        is_graph = form(tokens) in ("CONSTRUCT", "DESCRIBE")
        body, media_type = self._reply(text, TURTLE if is_graph else JSON)
        try:
            return _triples(body, media_type) if is_graph else _solutions(body)
        except (SyntaxError, ValueError) as error:
            raise UnreadableError(f"the reply is no SPARQL result ({_line(error)}); {_DOUBT}",
                                  path=self.url) from error

    def _reply(self, text: str, result_format: str) -> tuple[bytes, str]:
        wrapper = SPARQLWrapper(self.url, agent=f"clusterkg/{__version__}")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setReturnFormat(result_format)
        wrapper.setTimeout(ceil(self.timeout))
        wrapper.setQuery(_without_comments(text))
        return self._sent(wrapper.query)

    def _sent(self, send: Callable[[], Any]) -> tuple[bytes, str]:
        try:
            response = send().response
            return response.read(), response.headers.get_content_type()
        except SPARQLExceptions.QueryBadFormed as error:
            raise UsageError(f"{self.url} calls the query malformed: {_said(error)}") from error
        except (SPARQLExceptions.SPARQLWrapperException, urllib.error.HTTPError) as error:
            raise RefusedError(f"the endpoint did not answer: {_said(error)}; {_DOUBT}",
                               path=self.url) from error
        except (OSError, HTTPException, ValueError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> ClusterkgError:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError | socket.timeout):
            return RefusedError(f"no answer within {self.timeout:g} s; ask for less, or wait "
                                "longer", path=self.url)
        return RefusedError(f"cannot be reached ({_line(reason)}); check the address",
                            path=self.url)


def _without_comments(text: str) -> str:
    # SPARQLWrapper looks for the query form with patterns that a comment can mislead.
    return "".join(token.text for token in tokenise(text) if token.kind != "comment")


def _solutions(body: bytes) -> Answer | bool:
    found = pyoxigraph.parse_query_results(io.BytesIO(body), QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        return bool(found)
    columns = tuple(variable.value for variable in found.variables)
    return Answer(columns, tuple(tuple(solution[name] for name in columns) for solution in found))


def _triples(body: bytes, media_type: str) -> list[pyoxigraph.Triple]:
    rdf_format = _RDF.get(media_type, RdfFormat.TURTLE)
    return [quad.triple for quad in pyoxigraph.parse(io.BytesIO(body), format=rdf_format)]


def _said(error: Exception) -> str:
    """Take the endpoint's own first words out of an exception of SPARQLWrapper's or urllib's."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    body = error.args[0] if error.args else ""
    said = str(body).partition("Response:")[2] or str(body)
    said = said.strip().removeprefix("b'").removesuffix("'").replace("\\n", " ")
    return _line(said)


def _line(what: object) -> str:
    text = "".join(c if c.isprintable() else " " for c in str(what))
    return " ".join(text.split())[:200]
