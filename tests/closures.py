"""Closing small graphs in tests, and the reference that they are compared with."""

import re
import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import duckdb
import owlrl
import pyoxigraph as ox
import rdflib

from clusterkg import closure, tables
from plain import Plain

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
_NOISE = [re.compile(line) for line in (Path(__file__).parents[1] / "benchmarks/noise.txt")
          .read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

Triples = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


def load(*sources: str | Path) -> duckdb.DuckDBPyConnection:
    """Load files, and Turtle without its prefixes, each into a graph of its own."""
    connection = tables.connect()
    graphs = [ox.NamedNode(f"{EX}graph/{number}") for number in range(len(sources))]
    with tempfile.TemporaryDirectory() as folder:
        paths = [source if isinstance(source, Path) else written(source, Path(folder) / str(number))
                 for number, source in enumerate(sources)]
        tables.load_all(connection, paths, graphs)
    return connection


def written(turtle: str, folder: Path) -> Path:
    """Write Turtle without its prefixes to a file with them."""
    folder.mkdir()
    path = folder / "in.ttl"
    path.write_text(PREFIXES + turtle, encoding="utf-8")
    return path


def closed(*sources: str | Path) -> tuple[duckdb.DuckDBPyConnection, closure.Closure]:
    connection = load(*sources)
    return connection, closure.infer(connection)


def inferred(*sources: str | Path) -> set[ox.Triple]:
    connection, _ = closed(*sources)
    return {quad.triple for quad in tables.quads(connection, "inferred")}


def own(turtle: str, folder: str) -> str:
    """Give the names of a case an own place, so that many go into one graph."""
    return f"@prefix : <{EX}{folder}> . {turtle}"


def together(cases: Iterable[Iterable[list[str]]]) -> str:
    """Put cases, each of lists of statements, into one graph: to close one alone takes as long."""
    return "".join(own("\n".join(chain.from_iterable(lists)) + "\n", f"{number}/")
                   for number, lists in enumerate(cases))


def triples(turtle: str) -> set[ox.Triple]:
    parsed = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return {quad.triple for quad in parsed}


def graph(connection: duckdb.DuckDBPyConnection, relation: str) -> rdflib.Graph:
    """Give a relation to rdflib, blank nodes under IRIs so that both sides call them the same."""
    lines = "".join(f"{quad.triple} .\n" for quad in tables.quads(connection, relation))
    named = re.sub(r"(^| )_:(\w+)", r"\1<blank:\2>", lines, flags=re.MULTILINE)
    parsed = Plain()
    parsed.parse(data=named, format="nt")
    return parsed


def compare(connection: duckdb.DuckDBPyConnection) -> tuple[Triples, Triples]:
    """Give what owlrl infers and the tables lack, and what it does not infer."""
    reference = graph(connection, _ASSERTED)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False,
                           datatype_axioms=False).expand(reference)
    theirs, ours = set(reference), set(graph(connection, _CLOSED))
    return _loud(theirs - ours), _loud(ours - theirs)


def _loud(triples: Triples) -> Triples:
    return {triple for triple in triples if not noise(triple)}


def noise(triple: tuple[rdflib.term.Node, ...]) -> bool:
    """Tell what is left out on both sides; `noise.txt` says why."""
    line = " ".join(f"<{term}>" if isinstance(term, rdflib.URIRef) else term.n3()
                    for term in triple)
    return any(noise.search(line) for noise in _NOISE)
