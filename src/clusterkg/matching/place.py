"""The places that names begin with and entries name: which is inside which."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import NamedNode

from clusterkg.answer import Answer, Source
from clusterkg.matching.unit import joined, units
from clusterkg.matching.vocabulary import terms, words

_ASKED = """
SELECT DISTINCT ?area ?label ?large WHERE {
  ?area a <%(area)s> ; <http://www.w3.org/2000/01/rdf-schema#label> ?label .
  OPTIONAL { ?area a ?kind . VALUES ?kind { %(short)s } BIND(true AS ?large) }
}"""
_CODES = "SELECT ?area ?code WHERE { ?area a <%s> ; <%s> ?code }"
_WITHIN = "SELECT ?area ?larger WHERE { ?area a <%s> ; <%s> ?larger }"


_SEVERAL = 2
_LONGEST = 100  # characters that may name a place


class Around(NamedTuple):
    """Some places, and those with all that they lie in."""

    places: frozenset[str]
    with_larger: frozenset[str]


@dataclass(frozen=True)
class Places:
    """Places by their names, folded; `larger` gives all that one lies in, and itself.

    `weak` names are short ones of small places: many of them are brands as well.
    """

    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    larger: Mapping[str, frozenset[str]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()

    @cached_property
    def texts(self) -> Mapping[str, list[str]]:
        """Give the names of each place, folded."""
        found: dict[str, list[str]] = {}
        for name, iris in self.named.items():
            for iri in iris:
                found.setdefault(iri, []).append(name)
        return found

    @cached_property
    def coded(self) -> Mapping[str, frozenset[str]]:
        """Give the places that have a code."""
        found: dict[str, set[str]] = {}
        for iri, code in self.codes.items():
            found.setdefault(code, set()).add(iri)
        return {code: frozenset(some) for code, some in found.items()}

    @cached_property
    def longest(self) -> int:
        """Give the letters of the longest name."""
        return max(map(len, self.named), default=0)

    def of(self, text: str) -> frozenset[str]:
        """Give what a text may mean: by its code or name, else by what it begins with."""
        return self.coded.get(text.strip()) or self._of(joined(units(text[:_LONGEST])))

    def _of(self, key: str) -> frozenset[str]:
        if key in self.named:
            return self.named[key]
        for size in range(min(len(key) - 1, self.longest), 1, -1):
            if key[:size] in self.named:
                inner = self._of(key[size:])
                kept = {one for one in inner
                        if self.named[key[:size]] & self.larger.get(one, frozenset())}
                return frozenset(kept) or self.named[key[:size]]
        return frozenset()

    def meant(self, names: Iterable[str]) -> frozenset[str]:
        """Give what names one after the other mean: the last that is inside those before."""
        found: frozenset[str] = frozenset()
        for name in names:
            here = self.named.get(name, frozenset())
            inside = frozenset(one for one in here
                               if found & self.larger.get(one, frozenset({one})))
            found = inside or found or here
        return found

    def narrowest(self, some: Iterable[str]) -> set[str]:
        """Leave out those that hold another: what lies in a town lies in its country, too."""
        given = set(some)
        if len(given) < _SEVERAL:
            return given
        holding = {one for other in given for one in self.larger.get(other, ()) if one != other}
        return given - holding

    def agree(self, some: Iterable[str], others: Collection[str]) -> bool | None:
        """Tell whether one of some is, or is in, one of others, or they in them; None: unknown."""
        return self.met(others, self.around(some))

    def met(self, some: Collection[str], area: Around) -> bool | None:
        """Tell the same of an area that was prepared; None: nothing is known of one of both."""
        return self.meets(some, area) if some and area.places else None

    def around(self, some: Iterable[str]) -> Around:
        """Prepare what is asked of many: which of them are, or are in, one of some."""
        here = self.narrowest(some)
        return Around(frozenset(here), frozenset(one for each in here
                                                 for one in self.larger.get(each, (each,))))

    def meets(self, some: Iterable[str], area: Around) -> bool:
        """Tell whether one of some is, or is in, one of an area, or that in it."""
        return any(one in area.with_larger
                   or not area.places.isdisjoint(self.larger.get(one, (one,)))
                   for one in self.narrowest(some))


def read(source: Source) -> Places:
    """Ask a source for its places."""
    (area,) = terms("area")
    short = " ".join(f"<{iri}>" for iri in terms("short-area"))
    named: dict[str, set[str]] = {}
    weak: dict[str, set[str]] = {}
    for place, label, is_large in _rows(source, _ASKED % {"area": area, "short": short}):
        key = joined(units(label.value))
        named.setdefault(key, set()).add(place.value)
        for name in _shortened(key):
            (named if is_large else weak).setdefault(name, set()).add(place.value)
    only = frozenset(name for name in weak.keys() - named.keys() if len(name) > 1)
    above: dict[str, set[str]] = {}
    for within in terms("within"):
        for place, larger in _rows(source, _WITHIN % (area, within)):
            if isinstance(place, NamedNode) and isinstance(larger, NamedNode):
                above.setdefault(place.value, set()).add(larger.value)
    codes = {place.value: code.value for role in terms("area-code")
             for place, code in _rows(source, _CODES % (area, role))}
    return Places(
        {name: frozenset(iris) for name, iris in named.items() if len(name) > 1},
        {iri: frozenset(_closed(iri, above)) for iris in named.values() for iri in iris}, codes,
        only)


def _shortened(key: str) -> Iterable[str]:
    ends = (joined(end) for end in words().areas)
    found = next((key[:-len(end)] for end in ends if key.endswith(end)), "")
    return (found,) if len(found) > 1 else ()


def _closed(iri: str, above: Mapping[str, set[str]]) -> set[str]:
    found, more = {iri}, {iri}
    while more:
        more = {larger for one in more for larger in above.get(one, ())} - found
        found |= more
    return found


def _rows(source: Source, query: str) -> Iterable[tuple]:  # type: ignore[type-arg]  # terms
    reply = source.query(query)
    return reply.rows if isinstance(reply, Answer) else ()

