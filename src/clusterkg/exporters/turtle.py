"""Turtle: grouped by subject, sorted, blank nodes in place; all graphs in one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from clusterkg import canonical
from clusterkg.layout import (
    TYPE,
    Graph,
    Layout,
    Object,
    Properties,
    Subject,
    laid_out,
    object_order,
    predicate_order,
)
from clusterkg.spelling import Spelling

MEDIA_TYPE = "text/turtle"
SUFFIX = ".ttl"

_INDENT = "    "


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write the distinct triples of all graphs, and the prefixes they take."""
    layout = laid_out(canonical.union(quads))
    spelling = Spelling()
    text = "\n".join(Blocks(layout, spelling).of(DefaultGraph())) if layout.graphs else ""
    out.write(f"{spelling.prefix_lines()}\n{text}".encode())


class Blocks:
    """Write the subjects of a layout as Turtle blocks."""

    def __init__(self, layout: Layout, spelling: Spelling):
        """Take the statements, and the spelling that collects their prefixes."""
        self._layout = layout
        self._spelling = spelling

    def of(self, graph: Graph) -> list[str]:
        """Give one block a subject, IRIs by their spelling, blank nodes last."""
        spelled = ((self.resource(subject), subject) for subject in self._layout.roots(graph))
        return [f"{name} {self._properties(self._layout.graphs[graph][subject], graph, 1)} .\n"
                for name, subject in sorted(spelled, key=_name_order)]

    def resource(self, term: Subject) -> str:
        """Spell an IRI or the label of a blank node."""
        return str(term) if isinstance(term, BlankNode) else self._spelling.iri(term.value)

    def _properties(self, properties: Properties, graph: Graph, depth: int) -> str:
        """Join predicates by semicolons: `a`, labels, then the others by IRI."""
        ordered = sorted(properties, key=predicate_order)
        lines = (f"{self._predicate(p)} {self._objects(properties[p], graph, depth)}"
                 for p in ordered)
        return f" ;\n{_INDENT * depth}".join(lines)

    def _predicate(self, predicate: NamedNode) -> str:
        return "a" if predicate == TYPE else self._spelling.iri(predicate.value)

    def _objects(self, objects: Sequence[Object], graph: Graph, depth: int) -> str:
        ordered = sorted(objects, key=object_order)
        return f",\n{_INDENT * (depth + 1)}".join(
            self._object(term, graph, depth + 1) for term in ordered)

    def _object(self, term: Object, graph: Graph, depth: int) -> str:
        if isinstance(term, Literal):
            return self._spelling.literal(term)
        if isinstance(term, BlankNode) and term in self._layout.nested:
            return self._in_place(term, graph, depth)
        return self.resource(term)

    def _in_place(self, node: BlankNode, graph: Graph, depth: int) -> str:
        if node in self._layout.lists:
            members = self._layout.lists[node]
            return "( " + " ".join(self._object(m, graph, depth) for m in members) + " )"
        properties = self._layout.graphs[graph].get(node)
        return f"[ {self._properties(properties, graph, depth)} ]" if properties else "[]"


def _name_order(named: tuple[str, Subject]) -> tuple[bool, str]:
    name, subject = named
    return isinstance(subject, BlankNode), name


def indented(block: str) -> Iterator[str]:
    """Give the lines of a block, indented once; literals hold no line break."""
    return (f"{_INDENT}{line}" if line else "" for line in block.split("\n"))
