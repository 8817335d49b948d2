"""A graph for rdflib and reasoners upon it, which wait for its own store most of their time."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import rdflib
from rdflib.paths import Path

Pattern = tuple[Any, Any, Any]  # of terms, and None for any


class Plain(rdflib.Graph):
    """Keep the triples of each pattern that has some, so that to find them is to look one up."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[Pattern, set[Pattern]] = {}

    def add(self, triple: Pattern) -> "Plain":
        if triple not in self._found:
            for pattern in _patterns(triple):
                self._found.setdefault(pattern, set()).add(triple)
        return self

    def remove(self, triple: Pattern) -> "Plain":
        for each in list(self.triples(triple)):
            for pattern in _patterns(each):
                self._found[pattern].discard(each)
                if not self._found[pattern]:
                    del self._found[pattern]
        return self

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]
        subject, predicate, object_ = triple
        if isinstance(predicate, Path):
            return ((s, predicate, o) for s, o in predicate.eval(self, subject, object_))
        return iter(self._found.get(triple, ()))

    def __contains__(self, triple: Any) -> bool:
        return triple in self._found

    def __len__(self) -> int:
        return len(self._found.get((None, None, None), ()))


def _patterns(triple: Pattern) -> Iterator[Pattern]:
    """Give the triple itself and all patterns that it fits."""
    subject, predicate, object_ = triple
    return product((subject, None), (predicate, None), (object_, None))
