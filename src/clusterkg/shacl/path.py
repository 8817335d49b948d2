"""Property paths of SHACL (2.3.1): read from the shapes graph, walked over `fact(s, p, o)`."""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

_DEEPEST = 10  # where pySHACL stops with an error
_FORMS = (RDF.first, SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath,
          SH.zeroOrOnePath)


class NotCovered(Exception):  # noqa: N818  # nothing is wrong with the shape
    """Says why SQL is not made of a shape; pySHACL then runs it."""


@dataclass(frozen=True)
class Step:
    """One predicate, followed from subject to object or back."""

    predicate: URIRef
    inverse: bool = False


@dataclass(frozen=True)
class Sequence:
    """Paths one after the other."""

    paths: tuple["Path", ...]


@dataclass(frozen=True)
class Alternative:
    """Any of several paths."""

    paths: tuple["Path", ...]


@dataclass(frozen=True)
class Repeat:
    """A path walked `least` (0 or 1) times or more; at most once where not `many`."""

    path: "Path"
    least: int
    many: bool


Path = Step | Sequence | Alternative | Repeat


def read(graph: Graph, node: Node, *, inverse: bool = False, depth: int = 0) -> Path:
    """Read the path that begins at `node`; raise NotCovered where pySHACL has words of its own."""
    if isinstance(node, URIRef):
        return Step(node, inverse)
    if depth >= _DEEPEST:
        raise NotCovered("a path that is nested too deep")
    forms = [(form, value) for form in _FORMS for value in graph.objects(node, form)]
    if len(forms) != 1:
        raise NotCovered("a path of no single form")
    form, value = forms[0]
    if form == RDF.first:
        if inverse:
            raise NotCovered("the inverse of a sequence of paths")
        return Sequence(tuple(_members(graph, node, inverse, depth)))
    if form == SH.inversePath:
        return read(graph, value, inverse=not inverse, depth=depth + 1)
    if form == SH.alternativePath:
        return Alternative(tuple(read(graph, item, inverse=inverse, depth=depth + 1)
                                 for item in members(graph, value)))
    return Repeat(read(graph, value, inverse=inverse, depth=depth + 1),
                  int(form == SH.oneOrMorePath), form != SH.zeroOrOnePath)


def members(graph: Graph, node: Node) -> list[Node]:
    """List the members of an RDF list; raise NotCovered for one of fewer than two."""
    try:
        found = list(graph.items(node))
    except ValueError as error:
        raise NotCovered("a list that bites its tail") from error
    if len(found) < 2:
        raise NotCovered("a path list of fewer than two members")
    return found


def predicates(path: Path) -> frozenset[URIRef]:
    """Name the predicates that a path follows."""
    if isinstance(path, Step):
        return frozenset({path.predicate})
    parts = (path.path,) if isinstance(path, Repeat) else path.paths
    return frozenset().union(*map(predicates, parts))


def _members(graph: Graph, node: Node, inverse: bool, depth: int) -> Iterator[Path]:
    # pySHACL goes one deeper with each member.
    for place, item in enumerate(members(graph, node)):
        if depth + place >= _DEEPEST:
            raise NotCovered("a path that is nested too deep")
        yield read(graph, item, inverse=inverse, depth=depth + place + 1)
