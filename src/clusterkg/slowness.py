"""Find the shapes of a question that the embedded engine answers slowly, each measured there.

Oxigraph looks a pattern up solution by solution only where it can tell that its ends are bound;
what it cannot tell is read from one end of the store to the other and joined afterwards.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clusterkg.pattern import Element, elements
from clusterkg.tokens import Token, closing, significant

_LATE = ("OPTIONAL", "MINUS", "BIND", "GROUP")


@dataclass(frozen=True)
class Group:
    """Hold a group of a query: its elements, what opens it, and the variables around it."""

    elements: Sequence[Element]
    opening: str
    outer: Collection[str]

    @property
    def triples(self) -> list[Element]:
        """List the triple patterns that stand in the group itself."""
        return [element for element in self.elements if element.kind == "TRIPLE"]


@dataclass(frozen=True)
class Finding:
    """Say what stands on a line: the shape's name and what to write instead."""

    line: int
    shape: str
    advice: str


def find(text: str, transitive: Collection[str] = ()) -> list[Finding]:
    """Find the slow shapes of a query; `transitive` are CURIEs of closed properties."""
    found = [Finding(line, shape, advice) for group in _groups(text)
             for shape, (advice, look) in _SHAPES.items() for line in look(group)]
    found += [Finding(line, "path-that-is-closed", "the closure holds all its pairs; leave * or + "
                      "out") for line in _closed_paths(significant(text), transitive)]
    return sorted(found, key=lambda finding: (finding.line, finding.shape))


def _groups(text: str) -> Iterator[Group]:
    tokens = significant(text)
    for index, token in enumerate(tokens):
        if token.is_mark("{") and not any(t.is_word("VALUES") for t in tokens[index - 2:index]):
            end = closing(tokens, index)
            inner = tokens[index + 1:end]
            if inner and not inner[0].is_word("SELECT"):
                before = tokens[index - 1].text.upper()
                yield Group(list(elements(text, inner)), before,
                            _variables([*tokens[:index], *tokens[end:]]))


def _variables(tokens: Sequence[Token]) -> set[str]:
    return {token.text for token in tokens if token.kind == "variable"}


def _options(group: Group) -> Iterator[int]:
    if group.opening == "OPTIONAL" and len(group.triples) > 1 and not _has_values(group):
        yield group.triples[1].line


def _has_values(group: Group) -> bool:
    return any(element.kind == "VALUES" for element in group.elements)


def _late(group: Group) -> Iterator[int]:
    seen = ""
    for element in group.elements:
        if element.kind in _LATE and not seen:
            seen = element.kind
        elif element.kind == "TRIPLE" and seen in ("OPTIONAL", "MINUS", "BIND"):
            yield element.line


def _exists(group: Group) -> Iterator[int]:
    if group.opening != "EXISTS" or len(group.triples) < 2:
        return
    shared = _variables(significant(" ".join(e.text for e in group.triples))) & set(group.outer)
    constant = [e for e in group.triples if significant(e.text)[-2].kind in ("name", "iri")]
    if len(shared) > 1 and constant:
        yield constant[0].line


def _closed_paths(tokens: Sequence[Token], transitive: Collection[str]) -> Iterator[int]:
    for name, mark in pairwise(tokens):
        if name.kind == "name" and mark.is_mark("*", "+") and name.text in transitive:
            yield name.line


_SHAPES: dict[str, tuple[str, Callable[[Group], Iterator[int]]]] = {
    "several-patterns-in-option": (
        "an OPTIONAL of several patterns is read whole; put each into its own OPTIONAL, one in the "
        "other, or into FILTER EXISTS", _options),
    "pattern-after-option": (
        "a pattern after OPTIONAL, MINUS or BIND is joined by reading all of it; put it before "
        "them", _late),
    "constant-in-exists": (
        "a constant is where EXISTS with two outer variables begins, for each solution; ask for it "
        "in a FILTER EXISTS inside", _exists)}
