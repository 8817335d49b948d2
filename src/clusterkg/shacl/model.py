"""The shapes of a shapes graph, read one by one when they are asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rdflib import BNode, Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from clusterkg.shacl import constraint, path
from clusterkg.shacl.constraint import Constraint
from clusterkg.shacl.path import NotCovered, Path
from clusterkg.shape import path_text

_DEEPEST = 14  # shapes inside one another; pySHACL stops at 15 with an error
_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_ELSEWHERE = (SH.expression, SH.js, SH.rule)
_PATH, _THIS = re.compile(r"([\s{}()])[$?]PATH\b"), re.compile(r"[\s{}()][$?]this\b")
_UNBOUND = re.compile(r"[$?](shapesGraph|currentShape)\b")


@dataclass(frozen=True)
class Targets:
    """What makes nodes focus nodes of a shape (SHACL 2.1.3), each part a set."""

    nodes: frozenset[Node] = frozenset()
    classes: frozenset[Node] = frozenset()
    subjects_of: frozenset[Node] = frozenset()
    objects_of: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class Query:
    """A SPARQL-based constraint (SHACL 5): its text with prefixes and path, its messages."""

    node: Node
    text: str
    messages: tuple[Literal, ...]


@dataclass(frozen=True)
class Shape:
    """A node shape, or with a path a property shape; `properties` are its property shapes."""

    node: Node
    path: Path | None
    constraints: tuple[Constraint, ...]
    queries: tuple[Query, ...]
    properties: tuple[Node, ...]
    severity: Node
    messages: tuple[Literal, ...]
    deactivated: bool

    @property
    def nested(self) -> set[Node]:
        """Name the shapes it refers to."""
        return {*self.properties, *(node for part in self.constraints for node in part.shapes)}


class Model:
    """The shapes of one graph."""

    def __init__(self, graph: Graph):
        """Keep `graph`; nothing is read yet."""
        self.graph = graph
        self._shapes: dict[Node, Shape] = {}

    @cached_property
    def targeted(self) -> list[Node]:
        """List the shapes that have targets, in a fixed order."""
        found = {node for link in (*_TARGETS, SH.target) for node in self.graph.subjects(link)}
        return sorted(found | set(self._implicit()), key=str)

    @property
    def terms(self) -> set[Node]:
        """Name every term of the shapes, and those that targets and classes ask for."""
        return {RDF.type, RDFS.subClassOf, *(term for triple in self.graph for term in triple)}

    @property
    def nodes(self) -> set[Node]:
        """Name the nodes that are targets themselves, be they in the data or not."""
        return set(self.graph.objects(None, SH.targetNode))

    @property
    def queries(self) -> list[Query]:
        """List the queries of all shapes that were read."""
        return [query for shape in self._shapes.values() for query in shape.queries]

    def targets(self, node: Node) -> Targets:
        """Read the targets of a shape; a shape that is a class too targets its instances."""
        if (node, SH.target, None) in self.graph:
            raise NotCovered("sh:target")
        if any(isinstance(term, BNode) for term in self.graph.objects(node, SH.targetNode)):
            raise NotCovered("a blank node as target")
        nodes, classes, subjects, objects = (frozenset(self.graph.objects(node, link))
                                             for link in _TARGETS)
        own = {node} if node in self._implicit() else set()
        return Targets(nodes, classes | own, subjects, objects)

    def shape(self, node: Node) -> Shape:
        """Read one shape; raise NotCovered with the reason where only pySHACL can run it."""
        if node not in self._shapes:
            self._shapes[node] = self._read(node)
        return self._shapes[node]

    def cover(self, node: Node) -> None:
        """Raise NotCovered unless a shape and all that it refers to are covered."""
        self._cover(node, ())

    def _cover(self, node: Node, above: tuple[Node, ...]) -> None:
        if node in above:
            raise NotCovered("a shape that refers to itself")
        if len(above) >= _DEEPEST:
            raise NotCovered("shapes too deep inside one another")
        shape = self.shape(node)
        if any(not self._is_property(inner) for inner in shape.properties):
            raise NotCovered("a value of sh:property without path")
        if any(self._is_property(inner) for inner in self.graph.objects(node, SH.node)):
            raise NotCovered("a value of sh:node with a path")
        for inner in shape.nested:
            self._cover(inner, (*above, node))

    def _is_property(self, node: Node) -> bool:
        return (node, SH.path, None) in self.graph

    def _implicit(self) -> set[Node]:
        classes = {RDFS.Class, OWL.Class, *self.graph.subjects(RDFS.subClassOf, RDFS.Class)}
        made = {node for kind in classes for node in self.graph.subjects(RDF.type, kind)}
        return {node for node in made if self._is_shape(node)}

    def _is_shape(self, node: Node) -> bool:
        return (any((node, link, None) in self.graph for link in (SH.property, SH.node, *_TARGETS))
                or bool({SH.NodeShape, SH.PropertyShape} & set(self.graph.objects(node, RDF.type)))
                or any(str(link).startswith(str(SH)) for link in self.graph.predicates(None, node)))

    def _read(self, node: Node) -> Shape:
        graph, predicates = self.graph, set(self.graph.predicates(node))
        if isinstance(node, Literal) or predicates & {*_ELSEWHERE, *constraint.custom(graph)}:
            raise NotCovered("more than SHACL Core and SHACL-SPARQL")
        paths = list(graph.objects(node, SH.path))
        if len(paths) > 1 or (not paths and (node, RDF.type, SH.PropertyShape) in graph):
            raise NotCovered("a property shape without a single path")
        if paths and (node, RDF.type, SH.NodeShape) in graph:
            raise NotCovered("a node shape with a path")
        severity = list(graph.objects(node, SH.severity)) or [SH.Violation]
        if len(severity) > 1:
            raise NotCovered("several severities")
        return Shape(node, path.read(graph, paths[0]) if paths else None,
                     tuple(constraint.read(graph, node)), tuple(self._queries(node)),
                     tuple(graph.objects(node, SH.property)), severity[0],
                     self._messages(node), self._deactivated(node))

    def _deactivated(self, node: Node) -> bool:
        found = list(self.graph.objects(node, SH.deactivated))
        if len(found) > 1 or not all(isinstance(value, Literal) for value in found):
            raise NotCovered("sh:deactivated that is neither true nor false")
        return any(bool(value.value) for value in found if isinstance(value, Literal))

    def _messages(self, node: Node) -> tuple[Literal, ...]:
        found = list(self.graph.objects(node, SH.message))
        if not all(isinstance(message, Literal) for message in found):
            raise NotCovered("a message that is no literal")
        return tuple(sorted(message for message in found if isinstance(message, Literal)))

    def _queries(self, shape: Node) -> Iterator[Query]:
        for node in self.graph.objects(shape, SH.sparql):
            text = constraint.only(self.graph, node, SH.select)
            if self._deactivated(node):
                continue
            if _UNBOUND.search(str(text)) or not _THIS.search(str(text)):
                raise NotCovered("a query without $this, or with $currentShape or $shapesGraph")
            asked = self._with_path(shape, str(text))
            yield Query(node, self._prologue(node, asked) + asked, self._messages(node))

    def _with_path(self, shape: Node, text: str) -> str:
        if not _PATH.search(text):
            return text
        written = path_text(self.graph, constraint.only(self.graph, shape, SH.path))
        return _PATH.sub(lambda found: f"{found[1]}{written}", text)

    def _prologue(self, node: Node, text: str) -> str:
        """Write the prefixes of a query as pySHACL finds them, after those that rdflib knows.

        What the text cannot mean is left out: each line takes rdflib a millisecond.
        """
        names = {str(prefix): str(iri) for prefix, iri in Graph().namespaces()}
        names |= {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL)}
        ontologies = set(self.graph.subjects(RDF.type, OWL.Ontology))
        for holder in self.graph.objects(node, SH.prefixes):
            own = set(self.graph.objects(holder, SH.declare))
            near = set() if own and holder in ontologies else {
                declared for ontology in ontologies
                for declared in self.graph.objects(ontology, SH.declare)}
            for declared in sorted(own | near, key=str):
                prefix = constraint.only(self.graph, declared, SH.prefix)
                names[str(prefix)] = str(constraint.only(self.graph, declared, SH.namespace))
        return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in names.items()
                       if f"{prefix}:" in text or "\\" in text)


