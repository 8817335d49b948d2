"""The solutions of a query that is surely small, written as the engine writes them."""

from itertools import islice
from json.encoder import encode_basestring as quoted
from math import prod

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from clusterkg import evaluation
from clusterkg.server.bounded import Bounded, Star
from clusterkg.web.negotiation import Format

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_PRODUCT = 1000  # solutions that a star may have on the way
_DEFAULT = DefaultGraph()
_ROWS = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}


def found(query: Bounded, store: Store, chosen: Format, most: int, base: str) -> bytes | None:
    """Write the answer; None where it has more than `most` rows, or may have.

    Raises what the engine raises, and ValueError for terms that are not written here.
    """
    if query.star is not None:
        arms = _arms(query.star, store, most)
        if arms is None:
            return None
        if chosen.name == "json" and _is_simple(arms):
            return _json(query, query.star, arms, most)
    return _by_engine(query, store, chosen, most, base)


def _by_engine(query: Bounded, store: Store, chosen: Format, most: int, base: str) -> bytes | None:
    solutions = store.query(query.text, base_iri=base)
    assert not isinstance(solutions, ox.QueryTriples)
    written = solutions.serialize(format=evaluation.RESULTS[chosen.name]) or b""
    # At least as many as there are rows: in values the mark can stand, too.
    return written if written.count(_ROWS[chosen.name]) < most else None


def _arms(star: Star, store: Store, most: int) -> list[list[ox.Quad]] | None:
    """Find the values of each property; None for so many that their product is not small."""
    subject = NamedNode(star.subject)
    arms = [list(islice(store.quads_for_pattern(subject, NamedNode(predicate), None, _DEFAULT),
                        most + 1)) for predicate, _ in star.arms]
    return arms if prod(len(arm) or 1 for arm in arms) <= max(_PRODUCT, most) else None


def _is_simple(arms: list[list[ox.Quad]]) -> bool:
    """Tell whether their order does not depend on how the engine joins."""
    return len(arms) == 1 or all(len(arm) <= 1 for arm in arms)


def _json(query: Bounded, star: Star, arms: list[list[ox.Quad]], most: int) -> bytes | None:
    """Write as JSON; None for more rows than `most`, and for terms of RDF 1.2."""
    if len(arms) == 1:
        quads = arms[0] if query.limit is None else arms[0][:query.limit]
        name = star.columns[0]
        rows = [f'{{"{name}":{_term(quad.object)}}}' for quad in quads]
    else:
        values = {name: quad.object for (_, name), arm in zip(star.arms, arms, strict=True)
                  for quad in arm}
        rows = ["{" + ",".join(f'"{name}":{_term(values[name])}' for name in star.columns) + "}"] \
            if len(values) == len(arms) else []
    if len(rows) > most:
        return None
    names = ",".join(f'"{name}"' for name in star.columns)
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{",".join(rows)}]}}}}'.encode()


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
