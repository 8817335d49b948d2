"""Many names held against all labels of a graph at once: the labels pass by, the names stay.

The names are kept by what a label could have in common with them: all letters, those without the
legal form, those without the place, all but one letter, the sound, the beginning. So a label costs
a few look-ups, however many names there are, and the labels need not fit into memory. They pass in
parts that do not depend on one another, so that `crew` may have several processes take them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from clusterkg import reading
from clusterkg.lookup import Index
from clusterkg.matching import judge
from clusterkg.matching.asking import Asked, sound
from clusterkg.matching.judge import Verdict
from clusterkg.matching.name import Name, Reader
from clusterkg.matching.place import Around, Places
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


class Held(NamedTuple):
    """How a name is judged, and what it ranks by: that, with what the places in names say."""

    rank: float
    verdict: Verdict


Found = dict[int, dict[int, Held]]  # by the number of the name, and that of the resource


class Sweep:
    """The names by their keys, and what was found for each so far."""

    def __init__(self, asked: Sequence[Asked], places: Places):
        """Keep the names that are not masked."""
        self._asked, self._reading = asked, reading.dictionary()
        self._around = _Around(asked, places)
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
        found |= (heard_alike := self._sounds.get(heard, _NONE))
        for number in found:
            verdict = judge.names(self._asked[number].name, name)
            if number in heard_alike:
                verdict = max(judge.sounds(), verdict, key=lambda one: one.score)
            if verdict.score:
                self._note(number, resource, self._held(number, verdict, name))

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
            self._note(number, resource, Held(judge.UNLIKELY, judge.ALIKE))
            if few and len(self._found[number]) >= _GROUPED:
                few.discard(number)

    def _held(self, number: int, verdict: Verdict, name: Name) -> Held:
        agree = self._around.agree(number, name.places)
        return Held(judge.places(verdict, agree=agree).score, verdict)

    def _note(self, number: int, resource: int, held: Held) -> None:
        found = self._found.setdefault(number, {})
        before = found.get(resource)
        if before is None or held.rank > before.rank:
            found[resource] = held
            if len(found) > 5 * KEPT:
                self._found[number] = _best(found)


class _Around:
    """Whether the places of names agree with those in labels; each question is answered once."""

    def __init__(self, asked: Sequence[Asked], places: Places):
        self._asked, self._places = asked, places
        self._areas: dict[int, Around] = {}
        self._known: dict[tuple[frozenset[str], tuple[str, ...]], bool | None] = {}

    def agree(self, number: int, named: tuple[str, ...]) -> bool | None:
        """Tell whether what a label begins with is where a name is; None: unknown."""
        if not named:
            return None
        area = self._areas.get(number)
        if area is None:
            one = self._asked[number]
            area = self._areas[number] = self._places.around(
                one.places or self._places.meant(one.name.places))
        key = area.places, named
        if key not in self._known:
            self._known[key] = self._places.met(self._places.meant(named), area)
        return self._known[key]


_NONE: frozenset[int] = frozenset()


def merged(parts: Iterable[Found], size: int, index: Index) -> list[Kept]:
    """Put what parts found together, in the order of the labels; give the best of each, by IRI."""
    whole: list[dict[int, Held]] = [{} for _ in range(size)]
    for part in parts:
        for number, found in part.items():
            before = whole[number]
            better = {one: held for one, held in found.items()
                      if one not in before or held.rank > before[one].rank}
            whole[number] = _best(before | better)
    iris = dict(_iris(index, {one for found in whole for one in found}))
    return [{iris[one]: held.verdict for one, held in found.items()} for found in whole]


def _best(found: Mapping[int, Held]) -> dict[int, Held]:
    """Keep the best, and of those that only begin alike a few."""
    likely = {one: held for one, held in found.items() if held.verdict.score > judge.UNLIKELY}
    rest = nsmallest(_GROUPED, found.keys() - likely.keys())
    kept = nsmallest(KEPT, likely, key=lambda one: (-likely[one].rank, one))
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
