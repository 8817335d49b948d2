"""What a shape's results can depend on, so that a change that touches none of it is not checked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.paths import NegatedPath, Path
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from clusterkg import algebra, shape
from clusterkg.shacl import path
from clusterkg.shacl.constraint import Constraint
from clusterkg.shacl.model import Model
from clusterkg.shape import Shapes

FOLLOWED = {"EqualsConstraintComponent", "DisjointConstraintComponent",
             "LessThanConstraintComponent", "LessThanOrEqualsConstraintComponent"}


@dataclass(frozen=True)
class Dependence:
    """The IRIs of predicates and of classes; of rdf:type only the triples of these classes count,
    unless it is one of the predicates.

    Members of their subclasses count as theirs: a change of rdfs:subClassOf is one of a predicate.
    """

    predicates: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()

    def __or__(self, other: "Dependence") -> "Dependence":
        """Join two."""
        return Dependence(self.predicates | other.predicates, self.classes | other.classes)


class _Anything(Exception):  # noqa: N818  # no error: the answer is "anything"
    """Says that results can depend on any triple."""


def of(shapes: Shapes) -> dict[str, Dependence | None]:
    """Map each shape with targets, in N-Triples notation, to what it depends on; None: anything."""
    model = Model(shapes.graph)
    return {shape.text(node): _of(model, node) for node in model.targeted}


def _of(model: Model, node: Node) -> Dependence | None:
    try:
        model.cover(node)
        targets = model.targets(node)
        links = {str(link) for link in targets.subjects_of | targets.objects_of}
        found = _shape(model, node, reported=True)
        return found | _classes(targets.classes) | Dependence(frozenset(links))
    except (path.NotCovered, algebra.NotCovered, _Anything):
        return None


def _shape(model: Model, node: Node, *, reported: bool) -> Dependence:
    """Follow a shape; `reported` where its results are seen, not only whether there are any."""
    read, found = model.shape(node), Dependence()
    if reported and read.constraints and not read.messages:
        raise _Anything  # general messages describe blank nodes
    if read.path is not None:
        found |= _predicates(path.predicates(read.path))
    for constraint in read.constraints:
        found |= _constraint(constraint)
    for query in read.queries:
        found |= _query(query.text)
    for inner in read.nested:
        found |= _shape(model, inner, reported=reported and inner in read.properties)
    return found


def _constraint(constraint: Constraint) -> Dependence:
    if constraint.component.name == "ClosedConstraintComponent":
        raise _Anything
    if constraint.component.name in FOLLOWED:
        return _predicates({constraint.values["$property"]})
    wanted = constraint.values.get("instance")
    return _classes(frozenset({wanted})) if isinstance(wanted, Node) else Dependence()


def _predicates(nodes: Collection[object]) -> Dependence:
    return Dependence(frozenset(map(str, nodes)))


def _classes(classes: frozenset[Node]) -> Dependence:
    links = frozenset({str(RDFS.subClassOf)}) if classes else frozenset[str]()
    return Dependence(links, frozenset(map(str, classes)))


def _query(text: str) -> Dependence:
    found = Dependence()
    for _, link, value in _triples(algebra.translated(text)):
        if link == RDF.type and isinstance(value, URIRef):
            found |= Dependence(classes=frozenset({str(value)}))
        else:
            found |= _predicates(set(_links(link)))
    return found


def _triples(node: object) -> Iterator[tuple[Node, object, Node]]:
    if isinstance(node, CompValue):
        yield from node.triples or [] if node.name == "BGP" else []
        for key in [*node, "graph"]:
            if key not in {"_vars", "triples"}:
                yield from _triples(getattr(node, key, None))
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _triples(part)


def _links(link: object) -> Iterator[Node]:
    if isinstance(link, Variable | NegatedPath):
        raise _Anything
    if isinstance(link, Path):
        parts = getattr(link, "args", None) or [getattr(link, "arg", getattr(link, "path", None))]
        for part in parts:
            yield from _links(part)
    elif isinstance(link, Node):
        yield link
