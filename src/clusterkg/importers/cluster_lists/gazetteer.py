"""Which places a Chinese name names, by the register of places; never a guess among several."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from clusterkg.files import knowledge
from clusterkg.turtle import iri

_REGIONS = {
    "京津冀": "place:region-beijing-tianjin-hebei",
    "成渝": "place:region-chengdu-chongqing",
    "川渝": "place:region-sichuan-chongqing",
}
_LIST = re.compile(r"\(([^()]*、[^()]*)\)$")


class Gazetteer:
    """The places of China by full name, and by name without its last character (市, 县, 区, 省)."""

    def __init__(self, parents: dict[NamedNode, NamedNode], names: dict[NamedNode, str]) -> None:
        """Index the names of places whose parents are given."""
        self._parents = parents
        self._full: defaultdict[str, set[NamedNode]] = defaultdict(set)
        self._short: defaultdict[str, set[NamedNode]] = defaultdict(set)
        for place, name in names.items():
            self._full[name].add(place)
            if len(name) > 2:
                self._short[_stem(name)].add(place)

    def named(self, name: str) -> NamedNode | None:
        """Find the one place of this full name."""
        return _only(self._full.get(name, set()))

    def province(self, name: str) -> NamedNode | None:
        """Find the province, or the region of several, of which this is the short name."""
        if name in _REGIONS:
            return iri(_REGIONS[name])
        found = self._short.get(name, set()) - set(self._deeper)
        return _only(found)

    def leading(self, text: str) -> list[NamedNode]:
        """List the places that a name begins with, or ends with in brackets."""
        bracketed = _LIST.search(text)
        parts = (bracketed[1] if bracketed else text).split("、")
        found = [self._prefix(part) for part in parts]
        return [place for place in found if place] if all(found) else []

    @property
    def _deeper(self) -> Iterator[NamedNode]:
        china = iri("place:cn")
        return (place for place, parent in self._parents.items() if parent != china)

    def _prefix(self, text: str) -> NamedNode | None:
        for region, name in _REGIONS.items():
            if text.startswith(region):
                return iri(name)
        return self._inside(text, None)

    def _inside(self, text: str, outer: NamedNode | None) -> NamedNode | None:
        for index in (self._full, self._short):
            for length in range(min(len(text), 12), 1, -1):
                found = {p for p in index.get(text[:length], ()) if outer in {None, *self._up(p)}}
                if found:
                    place = _only(found)
                    return place and (self._inside(text[length:], place) or place)
        return None

    def _up(self, place: NamedNode) -> Iterator[NamedNode]:
        while place in self._parents:
            place = self._parents[place]
            yield place


@cache
def register() -> Gazetteer:
    """Read the packaged register of places."""
    parents: dict[NamedNode, NamedNode] = {}
    names: dict[NamedNode, str] = {}
    path = knowledge("data") / "cn-divisions.ttl"
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        if quad.predicate == iri("ckg:directlyWithin") and isinstance(quad.object, NamedNode):
            parents[_node(quad.subject)] = quad.object
        elif quad.predicate == iri("rdfs:label") and isinstance(quad.object, Literal):
            names[_node(quad.subject)] = quad.object.value
    return Gazetteer(parents, {place: name for place, name in names.items() if place in parents})


def _node(term: object) -> NamedNode:
    assert isinstance(term, NamedNode)
    return term


def _only(places: set[NamedNode]) -> NamedNode | None:
    return next(iter(places)) if len(places) == 1 else None


def _stem(name: str) -> str:
    return re.sub(r"(壮族|回族|维吾尔)?自治区$|.$", "", name, count=1)
