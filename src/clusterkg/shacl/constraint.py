"""Shapes as the shapes graph has them, read into small records.

What is not read, as it is irregular or needs more than SHACL Core and SHACL-SPARQL, raises
NotCovered with the reason: pySHACL then runs the shape, or refuses it as ever.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH, XSD
from rdflib.term import Node

from clusterkg.shacl import component
from clusterkg.shacl.component import Component
from clusterkg.shacl.path import NotCovered

Value = Node | tuple[Node, ...] | int | bool | str | list[str]
Values = Sequence[Value]
_KINDS: Mapping[Node, list[str]] = {
    SH.IRI: ["iri"], SH.BlankNode: ["blank"], SH.Literal: ["literal"],
    SH.BlankNodeOrIRI: ["blank", "iri"], SH.BlankNodeOrLiteral: ["blank", "literal"],
    SH.IRIOrLiteral: ["iri", "literal"]}


@dataclass(frozen=True)
class Constraint:
    """One constraint of a shape: what goes where in its component's SELECT.

    `values` maps slots to values; `shapes` are the nodes whose `failing` is asked for.
    """

    component: Component
    values: Mapping[str, Value]
    shapes: tuple[Node, ...] = ()


def read(graph: Graph, node: Node) -> Iterator[Constraint]:
    """Give the constraints of SHACL Core on the shape `node`, those of sh:property left out."""
    for kind in component.every():
        if kind.name != "PropertyConstraintComponent":
            yield from _of(graph, node, kind)


def nested(name: str, shape: Node) -> Constraint:
    """Make the constraint `name` that asks for conformance to one shape."""
    kind = next(kind for kind in component.every() if kind.name == name)
    return Constraint(kind, {}, (shape,))


def _of(graph: Graph, node: Node, kind: Component) -> Iterator[Constraint]:
    first, *rest = (SH[need.property] for need in kind.needs)
    if (node, first, None) not in graph:
        if any((node, other, None) in graph for other in rest):
            raise NotCovered(f"{rest[0]} without {first}")
        return
    if kind.of_property and (node, SH.path, None) not in graph:
        raise NotCovered(f"{first} on a node shape")
    found = [_READ[need.kind](graph, node, SH[need.property]) for need in kind.needs]
    for values in product(*found):
        slots = dict(zip((need.slot for need in kind.needs), values, strict=True))
        shapes = slots.pop("failing", ())
        yield Constraint(kind, slots, shapes if isinstance(shapes, tuple) else ())


def only(graph: Graph, node: Node, link: URIRef) -> Node:
    """Give the one value there is; raise NotCovered where there are several or none."""
    found = list(graph.objects(node, link))
    if len(found) != 1:
        raise NotCovered(f"{len(found)} values of {link}")
    return found[0]


def items(graph: Graph, node: Node) -> tuple[Node, ...]:
    """Give the members of an RDF list; raise NotCovered for one without end."""
    try:
        return tuple(graph.items(node))
    except ValueError as error:
        raise NotCovered("a list that bites its tail") from error


def _each(graph: Graph, node: Node, link: URIRef) -> Values:
    return list(graph.objects(node, link))


def _count(graph: Graph, node: Node, link: URIRef) -> Values:
    if (node, link, None) not in graph:
        return []
    found = only(graph, node, link)
    if not (isinstance(found, Literal) and found.datatype == XSD.integer
            and isinstance(found.value, int) and found.value >= 0):
        raise NotCovered(f"a value of {link} that is no count")
    return [found.value]


def _iri(graph: Graph, node: Node, link: URIRef) -> Values:
    found = only(graph, node, link)
    if not isinstance(found, URIRef):
        raise NotCovered(f"a value of {link} that is no IRI")
    return [str(found)]


def _property(graph: Graph, node: Node, link: URIRef) -> Values:
    found = _each(graph, node, link)
    if not all(isinstance(value, URIRef) for value in found):
        raise NotCovered(f"a value of {link} that is no IRI")
    return found


def _kinds(graph: Graph, node: Node, link: URIRef) -> Values:
    found = only(graph, node, link)
    if found not in _KINDS:
        raise NotCovered("an unknown kind of nodes")
    return [_KINDS[found]]


def _literals(graph: Graph, node: Node, link: URIRef) -> Values:
    found = _each(graph, node, link)
    if not all(isinstance(value, Literal) for value in found):
        raise NotCovered(f"a value of {link} that is no literal")
    return found


def _patterns(graph: Graph, node: Node, link: URIRef) -> Values:
    flags = tuple(graph.objects(node, SH.flags))
    found = [value for value in _literals(graph, node, link) if isinstance(value, Literal)]
    if len(flags) > 1 or not all(isinstance(flag, Literal) for flag in flags):
        raise NotCovered("flags that are no single literal")
    for pattern in found:
        try:
            re.compile(str(pattern))
        except (re.error, RecursionError) as error:
            raise NotCovered("a pattern that cannot be read") from error
    return [(pattern, *flags) for pattern in found]


def _words(graph: Graph, node: Node, link: URIRef) -> Values:
    found = items(graph, only(graph, node, link))
    if not all(isinstance(word, Literal) and isinstance(word.value, str) for word in found):
        raise NotCovered(f"a value of {link} that is no string")
    return [[str(word).lower() for word in found]]


def _flag(graph: Graph, node: Node, link: URIRef) -> Values:
    found = only(graph, node, link)
    if not (isinstance(found, Literal) and isinstance(found.value, bool)):
        raise NotCovered(f"a value of {link} that is neither true nor false")
    return [True] if found.value else []


def _properties(graph: Graph, node: Node, link: URIRef) -> Values:
    allowed = {item for value in graph.objects(node, link) for item in items(graph, value)}
    shapes = list(graph.objects(node, SH.property))
    return [tuple(sorted(allowed | {only(graph, shape, SH.path) for shape in shapes}, key=str))]


def _terms(graph: Graph, node: Node, link: URIRef) -> Values:
    return [items(graph, only(graph, node, link))]


def _shape(graph: Graph, node: Node, link: URIRef) -> Values:
    return [(value,) for value in graph.objects(node, link)]


def _shapes(graph: Graph, node: Node, link: URIRef) -> Values:
    found = [items(graph, value) for value in graph.objects(node, link)]
    if not all(found):
        raise NotCovered("an empty list of shapes")
    return found


def _qualified(graph: Graph, node: Node, link: URIRef) -> Values:
    """Give each shape with its siblings (SHACL 4.7.3), where these count."""
    if (node, SH.path, None) not in graph:
        return []
    if not {SH.qualifiedMinCount, SH.qualifiedMaxCount} & set(graph.predicates(node)):
        raise NotCovered("a qualified value shape without count")
    disjoint = any(isinstance(value, Literal) and value.value is True
                   for value in graph.objects(node, SH.qualifiedValueShapesDisjoint))
    near = {sibling for parent in graph.subjects(SH.property, node) if disjoint
            for shape in graph.objects(parent, SH.property)
            for sibling in graph.objects(shape, link)}
    return [(value, *sorted(near - {value}, key=str)) for value in graph.objects(node, link)]


_READ: Mapping[str, Callable[[Graph, Node, URIRef], Values]] = {
    "bound": _literals, "class": _each, "count": _count, "flag": _flag, "iri": _iri,
    "kinds": _kinds, "pattern": _patterns, "properties": _properties, "property": _property,
    "qualified": _qualified, "shape": _shape, "shapes": _shapes, "term": _each, "terms": _terms,
    "words": _words}


@cache
def custom(graph: Graph) -> frozenset[Node]:
    """Name the parameters of constraint components that the shapes graph itself declares."""
    kinds = {SH.ConstraintComponent, *graph.subjects(RDFS.subClassOf, SH.ConstraintComponent)}
    return frozenset(path for kind in kinds for made in graph.subjects(RDF.type, kind)
                     if not str(made).startswith(str(SH))
                     for parameter in graph.objects(made, SH.parameter)
                     for path in graph.objects(parameter, SH.path))
