"""Statements laid out by graph and subject, and which blank nodes may be written in place.

A blank node is written in place, as `[...]` or `(...)`, where exactly one statement refers to it,
in the graph that holds all of its own statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from clusterkg.namespaces import expand

Object = NamedNode | BlankNode | Literal
Subject = NamedNode | BlankNode
Graph = NamedNode | BlankNode | DefaultGraph
Properties = Mapping[NamedNode, Sequence[Object]]

TYPE, FIRST, REST, NIL, _LABEL = (NamedNode(expand(name)) for name in (
    "rdf:type", "rdf:first", "rdf:rest", "rdf:nil", "rdfs:label"))
_DEEPEST = 20  # so that a writer that recurses never runs out of stack


@dataclass(frozen=True)
class Layout:
    """Hold the statements of a dataset by graph, subject and predicate, in the order given."""

    graphs: Mapping[Graph, Mapping[Subject, Properties]]
    nested: frozenset[BlankNode]
    lists: Mapping[BlankNode, Sequence[Object]]

    def roots(self, graph: Graph) -> Iterator[Subject]:
        """Give the subjects of a graph that are not written in place."""
        return (subject for subject in self.graphs[graph] if subject not in self.nested)


def predicate_order(predicate: NamedNode) -> tuple[int, str]:
    """Put types first, labels second, the others by IRI."""
    early = (TYPE, _LABEL)
    return early.index(predicate) if predicate in early else len(early), predicate.value


def object_order(term: Object) -> tuple[str, str]:
    """Put resources and plain literals first, then literals by language."""
    return (term.language or "" if isinstance(term, Literal) else ""), str(term)


def laid_out(quads: Iterable[Quad]) -> Layout:
    """Lay out distinct quads; blank nodes of several graphs are the same node."""
    graphs: dict[Graph, dict[Subject, dict[NamedNode, list[Object]]]] = {}
    references: dict[BlankNode, list[Quad]] = defaultdict(list)
    homes: dict[BlankNode, set[Graph]] = defaultdict(set)
    for quad in quads:
        subjects = graphs.setdefault(quad.graph_name, {})
        properties = subjects.setdefault(quad.subject, {})  # type: ignore[arg-type]  # no Triple
        properties.setdefault(quad.predicate, []).append(quad.object)  # type: ignore[arg-type]  # same
        if isinstance(quad.object, BlankNode):
            references[quad.object].append(quad)
        if isinstance(quad.subject, BlankNode):
            homes[quad.subject].add(quad.graph_name)
    single = {node: found[0] for node, found in references.items()
              if len(found) == 1 and node not in graphs
              and homes[node] <= {found[0].graph_name}}
    lists = _lists(graphs, single)
    return Layout(graphs, frozenset(_in_place(single, lists)),
                  {head: members for head, (members, _) in lists.items()})


_Lists = dict[BlankNode, tuple[list[Object], list[BlankNode]]]


def _lists(graphs: Mapping[Graph, Mapping[Subject, Properties]],
           single: Mapping[BlankNode, Quad]) -> _Lists:
    """Find well-formed lists from their ends: head -> (members, cells)."""
    cells = {node: graphs[quad.graph_name][node] for node, quad in single.items()
             if _is_cell(graphs[quad.graph_name].get(node, {}))}
    found: _Lists = {}
    for node, properties in cells.items():
        if properties[REST][0] == NIL:
            chain = [node]
            while (before := single[chain[-1]]).predicate == REST and before.subject in cells:
                chain.append(before.subject)  # type: ignore[arg-type]  # keys of cells are blank
            chain.reverse()
            found[chain[0]] = [cells[cell][FIRST][0] for cell in chain], chain
    return found


def _is_cell(properties: Properties) -> bool:
    return properties.keys() == {FIRST, REST} and all(len(v) == 1 for v in properties.values())


def _in_place(single: Mapping[BlankNode, Quad], lists: _Lists) -> Iterator[BlankNode]:
    """Leave out one node of every cycle, and break chains that are too deep to nest."""
    head = {cell: chain[0] for _, chain in lists.values() for cell in chain}
    depths: dict[object, int] = {}
    for node in single:
        path: list[BlankNode] = []
        at: object = head.get(node, node)
        while isinstance(at, BlankNode) and at in single and at not in depths:
            depths[at] = -1
            path.append(at)
            at = single[at].subject
            at = head.get(at, at) if isinstance(at, BlankNode) else at
        depth = max(depths.get(at, 0), 0)
        for passed in reversed(path):
            depth = depths[passed] = 0 if passed is path[-1] and at in path else depth + 1
    for node in single:
        if depths[head.get(node, node)] % _DEEPEST:
            yield node
