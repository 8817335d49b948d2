"""Many names held against all labels of a graph at once: the labels pass by, the names stay.

The names are kept by what a label could have in common with them: all letters, those without the
legal form, those without the place, all but one letter, the sound, the beginning. So a label costs
a few look-ups, however many names there are, and the labels need not fit into memory.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest

from clusterkg import reading
from clusterkg.lookup import Index
from clusterkg.matching import judge
from clusterkg.matching.asking import Asked, sound
from clusterkg.matching.judge import Verdict
from clusterkg.matching.name import Name, Reader
from clusterkg.matching.unit import joined, shortened

KEPT = 10  # of one name, the best
_GROUPED = 2  # that only seem to be of the same group
_CHUNK = 20_000
_LABELS = """
SELECT l.id, l.key, l.resource FROM label AS l WHERE l.id > ?
AND l.sort IN (SELECT sort FROM member WHERE of = ?) ORDER BY l.id"""
_IRIS = "SELECT id, iri FROM resource WHERE id IN ({})"
_MISSPELT = 4  # letters of a core that may be
Kept = Mapping[str, Verdict]


class Sweep:
    """The names by their keys, and what was found for each so far."""

    def __init__(self, asked: Sequence[Asked]):
        """Keep the names that are not masked."""
        self._asked, self._reading = asked, reading.dictionary()
        self._keys: dict[str, set[int]] = defaultdict(set)
        self._near: dict[str, set[int]] = defaultdict(set)
        self._sounds: dict[str, set[int]] = defaultdict(set)
        self._brands: dict[str, set[int]] = defaultdict(set)
        self._wholes: dict[str, set[int]] = defaultdict(set)
        self._few: dict[str, set[int]] = defaultdict(set)  # of these, until enough are alike
        self._found: list[dict[int, Verdict]] = [{} for _ in asked]
        for number, one in enumerate(asked):
            if one.name.plain and not one.name.is_masked:
                for name in one.name.readings():
                    self._keep(number, name)

    def _keep(self, number: int, name: Name) -> None:
        core = joined(name.core)
        for key in {name.plain, joined(name.stem), core}:
            self._keys[key].add(number)
        if len(core) >= _MISSPELT:
            for key in (core, *shortened(core)):
                self._near[key].add(number)
        if heard := sound(name, self._reading):
            self._sounds[heard].add(number)
        if name.core:
            for kept in (self._wholes, self._few) if name.is_whole else (self._brands,):
                kept[judge.brand(name.core)].add(number)

    def over(self, index: Index, reader: Reader, among: str) -> list[Kept]:
        """Hold the names against the labels of a class; give the best of each, by IRI."""
        for rows in _chunks(index, among):
            names = [reader.parted(key) for _, key, _ in rows]
            sounds = self._heard(names)
            for (_, _, resource), name, heard in zip(rows, names, sounds, strict=True):
                self._meet(name, heard, resource)
        self._trim()
        iris = dict(_iris(index, {one for found in self._found for one in found}))
        return [{iris[one]: verdict for one, verdict in found.items()} for found in self._found]

    def _heard(self, names: Sequence[Name]) -> list[str]:
        whole = self._reading.usual("\n".join(joined(name.core) for name in names))
        return reading.letters(whole).split("\n")

    def _meet(self, name: Name, heard: str, resource: int) -> None:
        if name.is_masked or not name.core:
            return
        possible, alike = set[int](), set[int]()
        for one in name.readings():
            possible |= self._possible(one)
            alike |= self._alike(one, resource)
        for number in possible:
            self._note(number, resource, judge.names(self._asked[number].name, name))
        for number in alike - possible:
            self._note(number, resource, judge.names(self._asked[number].name, name))
        for number in self._sounds.get(heard, ()):
            self._note(number, resource, judge.names(self._asked[number].name, name))
            self._note(number, resource, judge.sounds())

    def _possible(self, name: Name) -> set[int]:
        keys, core = self._keys, joined(name.core)
        found = set[int]()
        for key in (name.plain, joined(name.stem), core):
            found |= keys.get(key, _NONE)
        if len(core) >= _MISSPELT:
            found |= self._near.get(core, _NONE)
            for key in shortened(core):
                found |= self._near.get(key, _NONE)
        return found

    def _alike(self, name: Name, resource: int) -> set[int]:
        """Give those that begin alike and may be more; of two whole names no more can come."""
        brand = judge.brand(name.core)
        found = self._brands.get(brand, _NONE)
        if not name.is_whole:
            return {*found, *self._wholes.get(brand, _NONE)}
        few = self._few.get(brand, set())
        for number in tuple(few):
            self._note(number, resource, judge.ALIKE)
            if len(self._found[number]) >= _GROUPED:
                few.discard(number)
        return set(found)

    def _note(self, number: int, resource: int, verdict: Verdict) -> None:
        found = self._found[number]
        before = found.get(resource)
        if verdict.score and (before is None or verdict.score > before.score):
            found[resource] = verdict
            if len(found) > 5 * KEPT:
                self._found[number] = _best(found)

    def _trim(self) -> None:
        self._found = [_best(found) for found in self._found]


_NONE: frozenset[int] = frozenset()


def _best(found: Mapping[int, Verdict]) -> dict[int, Verdict]:
    """Keep the best, and of those that only begin alike a few."""
    likely = {one: verdict for one, verdict in found.items() if verdict.score > judge.UNLIKELY}
    rest = nlargest(_GROUPED, found.keys() - likely.keys(), key=lambda one: -one)
    kept = nlargest(KEPT, likely, key=lambda one: (likely[one].score, -one))
    return {one: found[one] for one in (*kept, *rest)}


def _chunks(index: Index, among: str) -> Iterator[list[tuple[int, str, int]]]:
    last = 0
    while rows := index.rows(_LABELS, last, among, most=_CHUNK):
        yield rows
        last = rows[-1][0]


def _iris(index: Index, wanted: Iterable[int]) -> Iterator[tuple[int, str]]:
    some = sorted(wanted)
    for start in range(0, len(some), _CHUNK):
        numbers = ", ".join(map(str, some[start:start + _CHUNK]))
        yield from index.rows(_IRIS.format(numbers))
