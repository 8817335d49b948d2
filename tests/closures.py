"""Closing small graphs in tests, and the reference that they are compared with."""

import re
import tempfile
from pathlib import Path

import duckdb
import owlrl
import pyoxigraph as ox
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, XSD

from clusterkg import closure, tables

PREFIXES = """
@prefix : <http://example.org/> .
@prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix status: <https://w3id.org/clusterkg/voc/status/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
EX = "http://example.org/"
# All that may be compared: cells, which stand for the rest of a list, are the engine's own; blank
# nodes as predicates can't be written.
_ASSERTED = "(SELECT 0 AS g, s, p, o FROM triple WHERE step = 0)"
_CLOSED = """(
    SELECT 0 AS g, s, p, o FROM triple JOIN term ON term.id = p AND kind = 'iri'
    WHERE NOT EXISTS (SELECT 1 FROM cell AS c WHERE c.id IN (s, p, o)))"""

_REFLEXIVE = {OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty, RDFS.subClassOf,
              RDFS.subPropertyOf}

Triples = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


def load(*sources: str | Path) -> duckdb.DuckDBPyConnection:
    """Load files, and Turtle without its prefixes, each into a graph of its own."""
    connection = tables.connect()
    for number, source in enumerate(sources):
        graph = ox.NamedNode(f"{EX}graph/{number}")
        if isinstance(source, Path):
            tables.load(connection, source, graph)
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "in.ttl"
            path.write_text(PREFIXES + source, encoding="utf-8")
            tables.load(connection, path, graph)
    return connection


def closed(*sources: str | Path) -> tuple[duckdb.DuckDBPyConnection, closure.Closure]:
    connection = load(*sources)
    return connection, closure.infer(connection)


def inferred(*sources: str | Path) -> set[ox.Triple]:
    connection, _ = closed(*sources)
    return {quad.triple for quad in tables.quads(connection, "inferred")}


def triples(turtle: str) -> set[ox.Triple]:
    parsed = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return {quad.triple for quad in parsed}


def graph(connection: duckdb.DuckDBPyConnection, relation: str) -> rdflib.Graph:
    """Give a relation to rdflib, blank nodes under IRIs so that both sides call them the same."""
    lines = "".join(f"{quad.triple} .\n" for quad in tables.quads(connection, relation))
    named = re.sub(r"(^| )_:(\w+)", r"\1<blank:\2>", lines, flags=re.MULTILINE)
    parsed = rdflib.Graph()
    parsed.parse(data=named, format="nt")
    return parsed


def compare(connection: duckdb.DuckDBPyConnection) -> tuple[Triples, Triples]:
    """Give what owlrl infers and the tables lack, and what it does not infer."""
    reference = graph(connection, _ASSERTED)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False,
                           datatype_axioms=False).expand(reference)
    theirs = {triple for triple in reference if not noise(triple)}
    ours = {triple for triple in graph(connection, _CLOSED) if not noise(triple)}
    return theirs - ours, ours - theirs


def noise(triple: tuple[rdflib.term.Node, ...]) -> bool:
    """Tell what owlrl adds and nobody wants in a store.

    Literals as subjects; blank nodes as predicates; reflexive owl:sameAs; `a owl:Thing`; axiomatic
    triples: what datatypes, annotation properties, owl:Thing and owl:Nothing are, whatever the
    graph; its error nodes. Not noise, but left out on both sides: that a class or property is below
    or equivalent to itself, which owlrl finds for declared ones only.
    """
    s, p, o = triple
    return (isinstance(s, rdflib.Literal) or str(p).startswith("blank:")
            or (s == o and p in _REFLEXIVE)
            or (p, o) == (RDF.type, OWL.Thing) or _axiomatic(s, p, o)
            or "http://www.daml.org/2002/03/agents" in f"{p}{o}")


def _axiomatic(s: rdflib.term.Node, p: rdflib.term.Node, o: rdflib.term.Node) -> bool:
    standard = any(str(s).startswith(str(space)) for space in (OWL, RDF, RDFS, XSD))
    if p == RDF.type and o in {RDFS.Datatype, OWL.AnnotationProperty, OWL.Class}:
        return standard
    if p == OWL.disjointWith and str(s).startswith(str(XSD)):
        return standard
    return s in {OWL.Thing, OWL.Nothing} and o in {OWL.Thing, OWL.Nothing}
