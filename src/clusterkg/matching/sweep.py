"""Many names held against all labels of a graph at once: the labels pass by, the names stay.

The names are kept by what a label could have in common with them: all letters, those without the
legal form, those without the place, all but one letter, the sound, the beginning. So a label costs
a few look-ups, however many names there are, and the labels need not fit into memory. They pass in
parts that do not depend on one another, so that `crew` may have several processes take them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest

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
SELECT l.id, l.key, l.resource FROM label AS l WHERE l.id > ? AND l.id <= ?
AND +l.sort IN (SELECT sort FROM member WHERE of = ?) ORDER BY l.id"""
_IRIS = "SELECT id, iri FROM resource WHERE id IN ({})"
_MISSPELT = 4  # letters of a core that may be
PART = 100_000  # labels that are held against the names by themselves
Kept = Mapping[str, Verdict]
Found = dict[int, dict[int, Verdict]]  # by the number of the name, and that of the resource


class Sweep:
    """The names by their keys, and what was found for each so far."""

    def __init__(self, asked: Sequence[Asked]):
        """Keep the names that are not masked."""
        self._asked, self._reading = asked, reading.dictionary()
        self._keys: dict[str, set[int]] = defaultdict(set)
        self._near: dict[str, set[int]] = defaultdict(set)
        self._sounds: dict[str, set[int]] = defaultdict(set)
        self._shorts: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        self._wholes: dict[str, set[int]] = defaultdict(set)
        self._few: dict[str, set[int]] = {}  # by the beginning, until enough are alike
        self._found: Found = {}
        for number, one in enumerate(asked):
            if one.name.plain and not one.name.is_masked:
                for name in one.name.readings():
                    self._keep(number, name)

    def _keep(self, number: int, name: Name) -> None:
        core = joined(name.core)
        for key in {name.plain, joined(name.stem), core}:
            self._keys[key].add(number)
        if len(core) >= _MISSPELT:
            for key in (core, *shortened(core, judge.BRAND)):
                self._near[key].add(number)
        if heard := sound(name, self._reading):
            self._sounds[heard].add(number)
        if name.core and name.is_whole:
            self._wholes[judge.brand(name.core)].add(number)
        elif name.core:
            self._shorts[judge.brand(name.core)].append((number, frozenset(name.core)))

    def over(self, index: Index, reader: Reader, among: str) -> list[Kept]:
        """Hold the names against the labels of a class; give the best of each, by IRI."""
        parts = (self.part(index, reader, among, after) for after in range(0, index.total, PART))
        return merged(parts, len(self._asked), index)

    def part(self, index: Index, reader: Reader, among: str, after: int) -> Found:
        """Hold them against the labels of a class in one part; give the best, by resource."""
        self._found = {}
        self._few = {brand: {*self._wholes.get(brand, ()),
                             *(number for number, _ in self._shorts.get(brand, ()))}
                     for brand in self._wholes.keys() | self._shorts.keys()}
        for rows in _chunks(index, among, after):
            names = [reader.parted(key) for _, key, _ in rows]
            for (_, _, resource), name, heard in zip(rows, names, self._heard(names), strict=True):
                if name.core and not name.is_masked:
                    self._meet(name, heard, resource)
        return {number: _best(found) for number, found in self._found.items()}

    def _heard(self, names: Sequence[Name]) -> list[str]:
        whole = self._reading.usual("\n".join(joined(name.core) for name in names))
        return reading.letters(whole).split("\n")

    def _meet(self, name: Name, heard: str, resource: int) -> None:
        found = set[int]()
        for one in name.readings() if name.inner else (name,):
            self._add_possible(one, found)
            self._add_alike(one, found)
            self._note_alike(one, resource)
        for number in found:
            self._note(number, resource, judge.names(self._asked[number].name, name))
        for number in self._sounds.get(heard, ()):
            self._note(number, resource, judge.names(self._asked[number].name, name))
            self._note(number, resource, judge.sounds())

    def _add_possible(self, name: Name, found: set[int]) -> None:
        keys, near, core = self._keys, self._near, joined(name.core)
        for key in (name.plain, joined(name.stem), core):
            if key in keys:
                found |= keys[key]
        if len(core) < _MISSPELT:
            return
        if core in near:
            found |= near[core]
        for at in range(judge.BRAND, len(core)):  # another beginning is never likely to be one
            key = core[:at] + core[at + 1:]
            if key in near:
                found |= near[key]

    def _add_alike(self, name: Name, found: set[int]) -> None:
        """Add those that begin alike and may be more: one of both is short, and is in the other."""
        brand = judge.brand(name.core)
        if not name.is_whole:
            found |= self._wholes.get(brand, _NONE)
            found.update(number for number, _ in self._shorts.get(brand, ()))
        elif brand in self._shorts:
            letters = frozenset(name.stem)
            found.update(number for number, needed in self._shorts[brand] if needed <= letters)

    def _note_alike(self, name: Name, resource: int) -> None:
        few = self._few.get(judge.brand(name.core))
        for number in tuple(few or ()):
            self._note(number, resource, judge.ALIKE)
            if few and len(self._found[number]) >= _GROUPED:
                few.discard(number)

    def _note(self, number: int, resource: int, verdict: Verdict) -> None:
        found = self._found.setdefault(number, {})
        before = found.get(resource)
        if verdict.score and (before is None or verdict.score > before.score):
            found[resource] = verdict
            if len(found) > 5 * KEPT:
                self._found[number] = _best(found)


_NONE: frozenset[int] = frozenset()


def merged(parts: Iterable[Found], size: int, index: Index) -> list[Kept]:
    """Put what parts found together, in the order of the labels; give the best of each, by IRI."""
    whole: list[dict[int, Verdict]] = [{} for _ in range(size)]
    for part in parts:
        for number, found in part.items():
            held = whole[number]
            better = {one: verdict for one, verdict in found.items()
                      if one not in held or verdict.score > held[one].score}
            whole[number] = _best(held | better)
    iris = dict(_iris(index, {one for found in whole for one in found}))
    return [{iris[one]: verdict for one, verdict in found.items()} for found in whole]


def _best(found: Mapping[int, Verdict]) -> dict[int, Verdict]:
    """Keep the best, and of those that only begin alike a few."""
    likely = {one: verdict for one, verdict in found.items() if verdict.score > judge.UNLIKELY}
    rest = nsmallest(_GROUPED, found.keys() - likely.keys())
    kept = nsmallest(KEPT, likely, key=lambda one: (-likely[one].score, one))
    return {one: found[one] for one in (*kept, *rest)}


def _chunks(index: Index, among: str, after: int) -> Iterator[list[tuple[int, str, int]]]:
    last = after
    while rows := index.rows(_LABELS, last, after + PART, among, most=_CHUNK):
        yield rows
        last = rows[-1][0]


def _iris(index: Index, wanted: Iterable[int]) -> Iterator[tuple[int, str]]:
    some = sorted(wanted)
    for start in range(0, len(some), _CHUNK):
        numbers = ", ".join(map(str, some[start:start + _CHUNK]))
        yield from index.rows(_IRIS.format(numbers))
