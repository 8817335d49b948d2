"""The ways from a focus node to each triple that its check may look at.

A route is a tuple of steps; the last of them is along the triple in question, and the triples of
the others have to be there for it to count. So a change concerns the focus nodes that are found by
going back from what changed. What has no such routes, as a path of any length or a join by nothing
but a constant, is not local: a change may concern every focus node.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from rdflib import BNode, URIRef
from rdflib.namespace import RDF
from rdflib.paths import AlternativePath, InvPath, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from clusterkg import algebra
from clusterkg.shacl import path
from clusterkg.shacl.constraint import Constraint
from clusterkg.shacl.dependence import FOLLOWED
from clusterkg.shacl.model import Model, Targets


class Step(NamedTuple):
    """Along a predicate, from subject to object or back."""

    predicate: str
    forward: bool


Route = tuple[Step, ...]
Ends = frozenset[Route]
_TYPE = Step(str(RDF.type), forward=True)
_HERE: Ends = frozenset({()})
_MOST = 500  # routes of a shape


class NotLocal(Exception):  # noqa: N818  # no error: the answer is "anywhere"
    """Says that a change may concern focus nodes to which no route leads back."""


def of(model: Model, node: Node) -> frozenset[Route] | None:
    """Give the routes of a shape that SQL covers; None where its check is not local."""
    found = _Routes(model)
    try:
        found.target(model.targets(node))
        found.shape(node, _HERE, reported=True)
    except (path.NotCovered, algebra.NotCovered, NotLocal):
        return None
    return frozenset(found.routes)


class _Routes:
    """Routes of one shape, gathered."""

    def __init__(self, model: Model):
        self.model = model
        self.routes: set[Route] = set()

    def target(self, targets: Targets) -> None:
        self.routes |= {(_TYPE,)} if targets.classes else set()
        self.routes |= {(Step(str(link), forward=True),) for link in targets.subjects_of}
        self.routes |= {(Step(str(link), forward=False),) for link in targets.objects_of}

    def along(self, ends: Ends, step: Step) -> Ends:
        found = frozenset((*end, step) for end in ends)
        self.routes |= found
        if len(self.routes) > _MOST:
            raise NotLocal
        return found

    def shape(self, node: Node, ends: Ends, *, reported: bool) -> None:
        """Follow a shape from focus nodes at `ends`; the results of inner ones tell other nodes."""
        read = self.model.shape(node)
        if reported and ends is not _HERE and read.properties:
            raise NotLocal
        values = ends if read.path is None else self._walk(ends, read.path)
        for constraint in read.constraints:
            self._constraint(constraint, ends, values)
        for query in read.queries:
            _Pattern(self).query(query.text, ends)
        for inner in read.nested:
            own = reported and inner in read.properties
            if own and values is not _HERE:
                raise NotLocal
            self.shape(inner, values, reported=own)

    def _constraint(self, constraint: Constraint, ends: Ends, values: Ends) -> None:
        if constraint.component.name in FOLLOWED:
            self.along(ends, Step(str(constraint.values["$property"]), forward=True))
        if "instance" in constraint.values:
            self.along(values, _TYPE)

    def _walk(self, ends: Ends, way: path.Path) -> Ends:
        if isinstance(way, path.Step):
            return self.along(ends, Step(str(way.predicate), not way.inverse))
        if isinstance(way, path.Sequence):
            for part in way.paths:
                ends = self._walk(ends, part)
            return ends
        if isinstance(way, path.Alternative):
            return frozenset[Route]().union(*(self._walk(ends, part) for part in way.paths))
        if way.many:
            raise NotLocal
        return ends | self._walk(ends, way.path)


_Known = Mapping[Node, Ends]  # what solutions bind for certain, and the ways there
_THIS = Variable("this")
_THROUGH = {"SelectQuery", "Project", "Distinct", "Reduced", "OrderBy", "AggregateJoin"}


class _Pattern:
    """Follow the graph patterns of a query from the pre-bound focus node."""

    def __init__(self, found: _Routes):
        self.found = found

    def query(self, text: str, ends: Ends) -> None:
        self._follow(algebra.translated(text), {_THIS: ends})

    def _follow(self, node: CompValue, known: _Known) -> _Known:
        """Give what is known after a pattern: what it binds for certain, and was known before."""
        if node.name in _THROUGH:
            return self._follow(node.p, known)
        follow = getattr(self, f"_{node.name.lower()}", None)
        if follow is None:
            raise NotLocal
        after: _Known = follow(node, known)
        return after

    def _bgp(self, node: CompValue, known: _Known) -> _Known:
        known, left = dict(known), list(node.triples or ())
        while left:
            start = next((triple for triple in left if triple[0] in known or triple[2] in known),
                         None)
            if start is None:
                raise NotLocal
            left.remove(start)
            self._triple(start, known)
        return known

    def _triple(self, triple: tuple[Node, object, Node], known: dict[Node, Ends]) -> None:
        subject, link, value = triple
        here, there, forward = (subject, value, True) if subject in known else \
            (value, subject, False)
        ends = self._along(known[here], link, forward=forward)
        if isinstance(there, Variable | BNode) and there not in known:
            known[there] = ends

    def _along(self, ends: Ends, link: object, *, forward: bool) -> Ends:
        if isinstance(link, URIRef):
            return self.found.along(ends, Step(str(link), forward))
        if isinstance(link, InvPath):
            return self._along(ends, link.arg, forward=not forward)
        if isinstance(link, SequencePath):
            for part in link.args if forward else reversed(link.args):
                ends = self._along(ends, part, forward=forward)
            return ends
        if isinstance(link, AlternativePath):
            return frozenset[Route]().union(*(self._along(ends, part, forward=forward)
                                              for part in link.args))
        raise NotLocal

    def _join(self, node: CompValue, known: _Known) -> _Known:
        for one, other in ((node.p1, node.p2), (node.p2, node.p1)):
            before = set(self.found.routes)
            try:
                return self._follow(other, self._follow(one, known))
            except NotLocal:
                self.found.routes = before
        raise NotLocal

    def _leftjoin(self, node: CompValue, known: _Known) -> _Known:
        after = self._follow(node.p1, known)
        own = self._own(node.p1, after)
        self._follow(node.p2, own)
        self._exists(node.expr, own)
        return after

    def _union(self, node: CompValue, known: _Known) -> _Known:
        self._follow(node.p1, known)
        self._follow(node.p2, known)
        return known

    def _filter(self, node: CompValue, known: _Known) -> _Known:
        after = self._follow(node.p, known)
        self._exists(node.expr, self._own(node.p, after))
        return after

    def _extend(self, node: CompValue, known: _Known) -> _Known:
        after = self._follow(node.p, known)
        self._exists(node.expr, self._own(node.p, after))
        return after

    def _tomultiset(self, node: CompValue, known: _Known) -> _Known:
        """Follow a SELECT inside: the focus node has to be what it is about."""
        if getattr(node.p, "name", "") != "Project" or _THIS not in node.p.PV:
            raise NotLocal
        self._follow(node.p, {_THIS: known[_THIS]})
        return known

    def _group(self, node: CompValue, known: _Known) -> _Known:
        if _THIS not in (node.expr or ()):
            raise NotLocal
        self._follow(node.p, known)
        return {_THIS: known[_THIS]}

    def _exists(self, node: object, known: _Known) -> None:
        """Follow what EXISTS asks anywhere in an expression."""
        if isinstance(node, CompValue):
            if node.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
                self._follow(node.graph, known)
                return
            node = list(node.values())
        if isinstance(node, Collection) and not isinstance(node, str | Node):
            for part in node:
                self._exists(part, known)

    def _own(self, node: CompValue, known: _Known) -> _Known:
        """Keep what the pattern itself names: no other variable is replaced inside of EXISTS."""
        named = {_THIS, *_variables(node)}
        return {name: ends for name, ends in known.items() if name in named}


def _variables(node: object) -> Iterator[Node]:
    """Name what the patterns bind for certain where they bind anything."""
    if isinstance(node, CompValue) and node.name == "BGP":
        yield from (end for triple in node.triples or () for end in (triple[0], triple[2]))
    elif isinstance(node, CompValue):
        parts = {"Join": (node.p1, node.p2), "LeftJoin": (node.p1,), "Filter": (node.p,),
                 "Extend": (node.p,)}
        for part in parts.get(node.name, ()):
            yield from _variables(part)
