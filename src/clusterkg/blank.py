"""Names for blank nodes that depend on the dataset alone: `_:b0`, `_:b1`, ...

A node whose statements are like no other node's is named after them; that names most nodes, and
long lists from both ends, in linear time. What is left looks alike and goes to RDF Dataset
Canonicalization 1.0, which is exact and takes exponential time at worst.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad

_Term = object


def named(quads: Iterable[Quad]) -> list[Quad]:
    """Rename the blank nodes of distinct quads."""
    found = list(quads)
    marks = _marks(found)
    marked = Dataset(_renamed(quad, marks) for quad in found)
    marked.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    numbers: dict[_Term, _Term] = {mark: BlankNode(f"b{number}") for number, mark in enumerate(
        sorted(marks.values(), key=lambda mark: mark.value))}
    return [_final(quad, numbers) for quad in marked]


def _marks(quads: list[Quad]) -> dict[_Term, NamedNode]:
    """Find, round by round, nodes that differ from all others; give each an IRI of its own."""
    about: dict[BlankNode, list[tuple[_Term, ...]]] = defaultdict(list)
    for quad in quads:
        for node in {term for term in _terms(quad) if isinstance(term, BlankNode)}:
            about[node].append(_terms(quad))
    marks: dict[_Term, NamedNode] = {}
    alike: dict[str, set[BlankNode]] = defaultdict(set)
    seen: dict[BlankNode, str] = {}
    changed = set(about)
    turn = 0
    while changed:
        touched = _compared(changed, seen, alike, {n: _signature(n, about[n], marks)
                                                   for n in changed})
        fresh = {node: signature for signature in touched if len(alike[signature]) == 1
                 for node in alike.pop(signature)}
        marks |= {node: _mark(turn, signature) for node, signature in fresh.items()}
        changed = {term for node in fresh for terms in about[node] for term in terms
                   if isinstance(term, BlankNode) and term not in marks}
        turn += 1
    return marks


def _compared(changed: set[BlankNode], seen: dict[BlankNode, str],
              alike: dict[str, set[BlankNode]], signatures: Mapping[BlankNode, str]) -> set[str]:
    """Move nodes to the group of their new signature; give the signatures whose groups changed."""
    touched = set(signatures.values())
    for node in changed:
        if node in seen:
            alike[seen[node]].discard(node)
            touched.add(seen[node])
        seen[node] = signatures[node]
        alike[seen[node]].add(node)
    return touched


def _signature(node: BlankNode, about: list[tuple[_Term, ...]],
               marks: Mapping[_Term, NamedNode]) -> str:
    lines = (" ".join(_told(term, node, marks) for term in terms) for terms in about)
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _told(term: _Term, node: BlankNode, marks: Mapping[_Term, NamedNode]) -> str:
    if not isinstance(term, BlankNode):
        return str(term)
    return "_:self" if term == node else str(marks.get(term, "_:other"))


def _mark(turn: int, signature: str) -> NamedNode:
    return NamedNode(f"urn:sha256:{turn}-{signature}")


def _terms(quad: Quad) -> tuple[_Term, ...]:
    return quad.subject, quad.predicate, quad.object, quad.graph_name


def _renamed(quad: Quad, names: Mapping[_Term, _Term]) -> Quad:
    terms = (names.get(term, term) for term in _terms(quad))
    return Quad(*terms)  # type: ignore[arg-type]  # only blank nodes have other names


def _final(quad: Quad, numbers: Mapping[_Term, _Term]) -> Quad:
    names = {term: numbers[term] for term in _terms(quad) if term in numbers}
    for term in _terms(quad):
        if isinstance(term, BlankNode):
            names[term] = BlankNode(f"b{len(numbers) + int(term.value.removeprefix('c14n'))}")
    return _renamed(quad, names)
