"""Which named shapes the results of a shape with targets may come from."""

from collections.abc import Iterable, Mapping

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from clusterkg import shape
from clusterkg.shape import Shapes


def parts(shapes: Shapes, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Map shapes to themselves and the shapes within them, all in N-Triples notation."""
    nodes = {shape.text(node): node for node in shapes.graph.subjects(unique=True)}
    return {name: frozenset(shape.text(part) for part in _reached(shapes.graph, nodes[name]))
            for name in names}


def _reached(graph: Graph, start: Node) -> set[Node]:
    waiting, seen = [start], {start}
    while waiting:
        for link, node in graph.predicate_objects(waiting.pop()):
            if node not in seen and link != SH.prefixes and _is_part(graph, node):
                seen.add(node)
                waiting.append(node)
    return {node for node in seen if isinstance(node, URIRef) or node == start}


def _is_part(graph: Graph, node: Node) -> bool:
    return isinstance(node, BNode) or any(str(link).startswith(str(SH))
                                          for link in graph.predicates(node))
