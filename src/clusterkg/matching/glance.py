"""A few names held against the labels of a graph by their index: what a server has time for.

The ways go from the cheap to the dear, and end with the first that finds what is likely.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from clusterkg import fit, trigram
from clusterkg.lookup import Index
from clusterkg.matching import judge
from clusterkg.matching.asking import Asked, sound
from clusterkg.matching.judge import Verdict
from clusterkg.matching.name import Reader
from clusterkg.matching.place import Places
from clusterkg.matching.unit import Units, joined
from clusterkg.matching.vocabulary import simplified

_MOST = 50  # labels of one way
_GRAMS, _SETS, _SHARING = 6, 3, 30
_LONGEST = 60  # letters that are looked for
_LAST = "\U0010ffff"
_LIKE = ("SELECT l.key, r.iri FROM label AS l INDEXED BY label_by_text "
         "CROSS JOIN resource AS r ON r.id = l.resource WHERE l.key BETWEEN ? AND ? "
         "AND EXISTS (SELECT 1 FROM member AS m WHERE m.of = ? AND m.sort = l.sort)")
_READ = ("SELECT l.key, r.iri FROM sound AS x CROSS JOIN label AS l ON l.id = x.id / 2 "
         "CROSS JOIN resource AS r ON r.id = l.resource WHERE x.sort IN ("
         "SELECT sort FROM member WHERE of = ?) AND x.key BETWEEN ? AND ?")
_HOLDING = ("SELECT l.key, r.iri FROM gram AS g CROSS JOIN label AS l ON l.id = g.rowid "
            "CROSS JOIN resource AS r ON r.id = l.resource WHERE g.gram MATCH ? "
            "AND EXISTS (SELECT 1 FROM member AS m WHERE m.of = ? AND m.sort = l.sort)")
_Rows = Iterable[tuple[str, str]]  # key, IRI


class Glance:
    """Look names up in the members of some classes; "" is everything."""

    def __init__(self, index: Index, reader: Reader, places: Places, among: Sequence[str]):
        """Take what there is to look in."""
        self._index, self._reader, self._places = index, reader, places
        self._among = among or ("",)
        self._marks = {group: index.marks([group]) for group in self._among}

    def at(self, asked: Asked) -> Mapping[str, Verdict]:
        """Give what a name may mean, by IRI; nothing for one that is masked."""
        found: dict[str, Verdict] = {}
        if not asked.name.plain or asked.name.is_masked or len(asked.text) > _LONGEST * 4:
            return found
        heard = sound(asked.name, self._index.reading)
        for way in self._ways(asked, heard):
            for key, iri in dict.fromkeys(row for group in self._among for row in way(group)):
                verdict = self._judged(asked, heard, key)
                if verdict.score > found.get(iri, judge.NOTHING).score:
                    found[iri] = verdict
            if any(verdict.is_likely for verdict in found.values()):
                break
        return found

    def _judged(self, asked: Asked, heard: str, key: str) -> Verdict:
        known = self._reader.parted(key)
        verdict = judge.names(asked.name, known)
        if not verdict.is_likely and heard and not known.is_masked \
                and sound(known, self._index.reading) == heard:
            return judge.sounds()
        return verdict

    def _ways(self, asked: Asked, heard: str) -> Iterator[Callable[[str], _Rows]]:
        key = fit.normalise(asked.text)
        yield lambda group: [row for text in dict.fromkeys((key, key.translate(simplified())))
                             for row in self._like(text, text, group)]
        yield lambda group: [row for text in self._beginnings(asked)
                             for row in self._like(text, text + _LAST, group)]
        yield lambda group: self._holding(asked.name.core, group)
        yield lambda group: self._index.rows(_READ, group, heard, heard + _LAST, most=_MOST) \
            if heard else ()
        yield lambda group: self._near(asked.name.core, group)

    def _beginnings(self, asked: Asked) -> list[str]:
        """Write a name without its legal form, and with the names of its place before it."""
        name = asked.name
        meant = asked.places or self._places.meant(name.places)
        before = [text for one in islice(meant, 3) for text in self._places.texts.get(one, ())]
        core = _spaced(name.core)
        return list(dict.fromkeys([_spaced(name.stem), core, *(text + core for text in before)]))

    def _like(self, low: str, high: str, group: str) -> _Rows:
        return self._index.rows(_LIKE, low, high, group, most=_MOST)

    def _holding(self, core: Units, group: str) -> _Rows:
        grams = self._index.rarest(fit.grams(self._spelled(core)))
        if not grams:
            return ()
        return self._matching([trigram.quoted(gram) for gram in grams[:_GRAMS]], group, _MOST)

    def _near(self, core: Units, group: str) -> _Rows:
        sets = self._index.intact(self._spelled(core))[:_SETS]
        return [row for grams in sets for row in
                self._matching(map(trigram.quoted, grams), group, _SHARING)]

    def _matching(self, grams: Iterable[str], group: str, most: int) -> _Rows:
        return self._index.rows(_HOLDING, trigram.every([*grams, self._marks[group]]), group,
                                most=most)

    def _spelled(self, core: Units) -> str:
        return self._index.reading.usual(_spaced(core)[:_LONGEST]).lower()


def _spaced(some: Units) -> str:
    """Write units as labels are folded: words with spaces between, what is unspaced without."""
    if isinstance(some, str):
        return some
    text = " ".join(some)
    return text if not fit.UNSPACED.search(text) else joined(some)
