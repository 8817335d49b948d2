"""The solutions of a query that is surely small, written as the engine writes them."""

from itertools import islice
from json.encoder import encode_basestring as quoted

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from clusterkg import evaluation
from clusterkg.server.bounded import Bounded, Value
from clusterkg.web.negotiation import Format

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_DEFAULT = DefaultGraph()
_ROWS = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}


def found(query: Bounded, store: Store, chosen: Format, most: int, base: str) -> bytes | None:
    """Write the answer; None where it has more than `most` rows, or may have.

    Raises what the engine raises, and ValueError for terms that are not written here.
    """
    if query.value is not None and chosen.name == "json":
        return _values(query.value, store, query.limit, most)
    solutions = store.query(query.text, base_iri=base)
    assert not isinstance(solutions, ox.QueryTriples)
    written = solutions.serialize(format=evaluation.RESULTS[chosen.name]) or b""
    # At least as many as there are rows: in values the mark can stand, too.
    return written if written.count(_ROWS[chosen.name]) < most else None


def _values(asked: Value, store: Store, limit: int | None, most: int) -> bytes | None:
    """Write the values of a property as JSON: less work than SPARQL."""
    quads = store.quads_for_pattern(NamedNode(asked.subject), NamedNode(asked.predicate), None,
                                    _DEFAULT)
    rows = [f'{{"{asked.variable}":{_term(quad.object)}}}'
            for quad in islice(quads, most + 1 if limit is None else limit)]
    if len(rows) > most:
        return None
    return (f'{{"head":{{"vars":["{asked.variable}"]}},"results":{{"bindings":['
            f'{",".join(rows)}]}}}}').encode()


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Write a term; raise ValueError for one that the engine alone knows to write."""
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if isinstance(term, Literal):
        return _literal(term)
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":"{term.value}"}}'
    raise ValueError("a triple as a term")


def _literal(literal: Literal) -> str:
    written = f'{{"type":"literal","value":{quoted(literal.value)}'
    if literal.language:
        if literal.direction is not None:
            raise ValueError("text with a direction")
        return f'{written},"xml:lang":"{literal.language}"}}'
    kind = literal.datatype.value
    return written + ("}" if kind == _STRING else f',"datatype":{quoted(kind)}}}')
