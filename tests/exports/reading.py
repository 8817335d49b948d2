"""Read exports back with two independent readers, and compare datasets up to blank node names."""

import io
from collections.abc import Callable, Iterable
from importlib import import_module

import pyoxigraph as ox
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

FORMATS = {"turtle": (ox.RdfFormat.TURTLE, "turtle"), "trig": (ox.RdfFormat.TRIG, "trig"),
           "ntriples": (ox.RdfFormat.N_TRIPLES, "nt"), "nquads": (ox.RdfFormat.N_QUADS, "nquads"),
           "rdfxml": (ox.RdfFormat.RDF_XML, "xml"), "jsonld": (ox.RdfFormat.JSON_LD, "json-ld")}


def written(name: str, quads: Iterable[ox.Quad]) -> bytes:
    out = io.BytesIO()
    export: Callable[[Iterable[ox.Quad], io.BytesIO], None] = import_module(
        f"clusterkg.exporters.{name}").export
    export(quads, out)
    return out.getvalue()


def canonical(quads: Iterable[ox.Quad]) -> set[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def union(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return [ox.Quad(q.subject, q.predicate, q.object) for q in quads]


def by_oxigraph(name: str, data: bytes) -> list[ox.Quad]:
    return list(ox.parse(data, format=FORMATS[name][0]))


def by_rdflib(name: str, data: bytes) -> list[ox.Quad]:
    """Read without letting rdflib rewrite literals."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        dataset = rdflib.Dataset()
        into = dataset if name in ("jsonld", "nquads", "trig") else dataset.default_graph
        into.parse(data=data, format=FORMATS[name][1])
        return [_quad(*quad) for quad in dataset.quads()]
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _quad(s: rdflib.term.Node, p: rdflib.term.Node, o: rdflib.term.Node,
          g: rdflib.term.Node | None) -> ox.Quad:
    graph = ox.DefaultGraph() if g in (None, DATASET_DEFAULT_GRAPH_ID) else _term(g)
    return ox.Quad(_term(s), _term(p), _term(o), graph)  # type: ignore[arg-type]  # by place


def _term(node: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, rdflib.Literal)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
    return ox.Literal(str(node), datatype=datatype)
