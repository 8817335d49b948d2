"""Look labels up in the index beside a store: what `labels` wrote, read only."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from itertools import combinations, islice
from math import prod
from pathlib import Path
from threading import Lock

from clusterkg import fit, reading, trigram
from clusterkg.errors import UnreadableError
from clusterkg.fit import Found
from clusterkg.labels import FILE, mark

# Labels that are held against a text, of any number; and where fewer than two of them fit.
_CANDIDATES, _MORE = 2_000, 50_000
_SOME, _MANY = 60, 100  # labels that share a set of trigrams with a misspelt text, and all sets
_ENOUGH = 2  # sets that some label has
_LEAST, _OF_QUARTER = 4, 2  # trigrams of a quarter of it, and those that are asked for
_LONGEST = 100  # characters of a text of which trigrams are looked up
_NEAR = 40  # labels whose distance from it is taken
_ALL = 200  # labels of a scope so small that the distance of each is taken
_SHORT = 5  # letters of a word that is asked for with what stands beside it
_GRAMS = 8  # trigrams that a search for a part asks for
_MARKS = 100  # sorts of a scope that are asked for among the trigrams
_LAST = "\U0010ffff"
_OF = "SELECT sort FROM member WHERE of = ?"
_LABEL = "label AS l CROSS JOIN resource AS r ON r.id = l.resource"
_BY_KEY = {
    "label": f"SELECT l.key, r.iri, r.name FROM {_LABEL} WHERE l.sort IN ({_OF}) AND l.key ",
    "sound": "SELECT l.key, r.iri, r.name FROM sound AS x CROSS JOIN label AS l ON l.id = x.id / 2 "
             f"CROSS JOIN resource AS r ON r.id = l.resource WHERE x.sort IN ({_OF}) AND x.key "}
_EQUAL = ("SELECT l.key, r.iri, r.name FROM label AS l INDEXED BY label_by_text "
          "CROSS JOIN resource AS r ON r.id = l.resource WHERE l.key = ? "
          "AND EXISTS (SELECT 1 FROM member AS m WHERE m.of = ? AND m.sort = l.sort)")
_ANY_LABEL = f"SELECT key, resource FROM label WHERE sort IN ({_OF})"
_HOLDING = ("SELECT l.key, l.resource FROM gram AS g CROSS JOIN label AS l ON l.id = g.rowid "
            f"WHERE g.gram MATCH ? AND l.sort IN ({_OF})")
_RESOURCE = "SELECT ?, iri, name FROM resource WHERE id = ?"
_SHARING = "SELECT rowid FROM gram WHERE gram MATCH ?"
_LABEL_OF = f"SELECT l.key, r.iri, r.name FROM {_LABEL} WHERE l.sort IN ({_OF}) AND l.id = ?"
_Row = tuple[str, str, str]  # key, iri, name
_Hit = tuple[str, int]  # key, resource
_Look = tuple[str, int]  # match, of how many labels
_Rows = tuple[list[_Row], bool]  # and that they are all


class Index:
    """Hold an index open; several threads may ask it."""

    def __init__(self, folder: Path):
        """Open the index in a version's folder; raise UnreadableError for a damaged one."""
        self.path = folder / FILE
        self._lock = Lock()
        try:
            self._connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True,
                check_same_thread=False)
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        self.total = int(self.rows("SELECT coalesce(max(id), 0) FROM label")[0][0])

    @classmethod
    def of(cls, version: Path) -> "Index | None":
        """Open the index of a version; None where it has none."""
        return cls(version) if (version / FILE).is_file() else None

    def among(self, groups: Sequence[str]) -> "Lookup":
        """Give the labels of members of classes or schemes, the preferred first; "" is all."""
        return Lookup(self, groups)

    # SQLite's rows have the types that the SELECT names.
    def rows(self, select: str, *values: object, most: int = -1) -> list[tuple]:  # type: ignore[type-arg]
        """Give at most so many rows of a SELECT; raise UnreadableError for a damaged index."""
        try:
            with self._lock:
                return self._connection.execute(f"{select} LIMIT {most}",
                                                [_bindable(value) for value in values]).fetchall()
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> UnreadableError:
        return UnreadableError(f"the index of labels is damaged ({error}); run `clusterkg build` "
                               "again", path=self.path)

    @cached_property
    def reading(self) -> reading.Reading:
        """Read Chinese by the syllables that were written with the labels."""
        words = self.rows("SELECT text, spelled FROM syllable WHERE length(text) = 2")
        return reading.Reading(_Syllables(self), dict(words))

    @cached_property
    def _often(self) -> dict[str, float]:
        return dict(self.rows("SELECT gram, share FROM often"))

    def share(self, gram: str) -> float:
        """Estimate how many labels hold a trigram."""
        return self._often.get(gram, 0.1) * self.total / 1000

    def rarest(self, grams: Iterable[str]) -> list[str]:
        """Put trigrams into the order of how few labels hold them."""
        return sorted(grams, key=lambda gram: (self.share(gram), gram))

    def intact(self, text: str) -> list[tuple[str, ...]]:
        """Give sets of trigrams one of which a slip in one place leaves, the rarest first.

        Of a long text each set is of two quarters, of a short one a run of five letters or less.
        """
        grams = [text[at:at + 3] for at in range(len(text) - 2)]
        size = -(-len(grams) // 4)
        if size < _LEAST:
            sets = [tuple(grams[at:at + 3]) for at in range(0, len(grams), 2)]
        else:
            quarters = [self.rarest(set(grams[at:at + size]))[:_OF_QUARTER]
                        for at in range(0, len(grams), size)]
            sets = [(*one, *two) for one, two in combinations(quarters, 2)]
        return sorted(sets, key=lambda held: prod(self.share(gram) for gram in held) **
                      (1 / len(held)))

    def marks(self, groups: Sequence[str]) -> str:
        """Give what restricts a search for trigrams to a scope; nothing where it takes longer."""
        sorts = {sort for group in groups for sort, in self.rows(_OF, group, most=_MARKS)}
        if "" in groups or len(sorts) >= _MARKS:
            return ""
        return trigram.either(map(mark, sorted(sorts))) if sorts else ""


class _Syllables(dict[int, str]):
    """Look each character up once."""

    def __init__(self, index: Index):
        self._index = index

    def __missing__(self, code: int) -> str:
        character = chr(code)
        found = [] if character.isascii() else self._index.rows(
            "SELECT spelled FROM syllable WHERE text = ?", character)
        self[code] = found[0][0] if found else character
        if not found and reading.CHINESE.match(character) and not self._index.rows(
                "SELECT 1 FROM syllable", most=1):  # nothing is written where no label is Chinese
            self[code] = reading.dictionary().syllables.get(code, character)
        return self[code]


class Lookup:
    """Look up in one scope; a `fit.Known`."""

    def __init__(self, index: Index, groups: Sequence[str]):
        """Take what the scope names, in the order of preference."""
        self._index, self._groups = index, groups
        self._names: dict[str, str] = {}
        self._last: tuple[tuple[str, str], list[_Hit]] = ("", ""), []

    def equal(self, key: str) -> Found:
        """Find what has just this label."""
        return self._first(self._equal(key, group) for group in self._groups)

    def beginning(self, key: str) -> Found:
        """Find what has a label that begins so."""
        return self._first(self._by_key("label", group, "BETWEEN ? AND ?", key, key + _LAST)
                           for group in self._groups)

    def read_as(self, sound: str) -> Found:
        """Find what is read so, or has these first letters of its syllables."""
        return self._first(self._by_key("sound", group, "= ?", sound) for group in self._groups)

    def read_from(self, sound: str) -> Found:
        """Find what is read so at its beginning."""
        return self._first(self._by_key("sound", group, "BETWEEN ? AND ?", sound, sound + _LAST)
                           for group in self._groups)

    def containing(self, key: str) -> Found:
        """Find what has a label with these whole words in it, or this part of an unspaced one."""
        return self._first(self._parts(key, group) for group in self._groups)

    def reading_inside(self, sound: str) -> Found:
        """Find what has whole syllables that are read so."""
        held, fits = self._rarest(sound), partial(self._reads, sound)
        return self._first(self._fitting([(held, _CANDIDATES), (held, _MORE)], group, fits)
                           for group in self._groups if held)

    def similar(self, key: str) -> Found:
        """Find the few that look or sound most alike, the nearest first."""
        key = key[:_LONGEST]
        spelled = self._spelled(key)
        rows = list(dict.fromkeys([*self._sharing(spelled), *self._few(key)]))
        heard = {self._spelled(row[0]): row[0] for row in rows}
        sounds = [(heard[near], much) for near, much in fit.likeness(spelled, heard)]
        looks = fit.likeness(key, dict.fromkeys(row[0] for row in rows))
        first = reading.CHINESE.search(key) or not looks or (sounds and sounds[0][1] > looks[0][1])
        ranked = sounds + looks if first else looks + sounds
        return Found(self._unique(row for label, _ in ranked
                                  for row in rows if row[0] == label)[:fit.SHOWN])

    def some(self) -> Found:
        """Give examples."""
        looked = [self._by_key("label", group, ">= ?", "") for group in self._groups]
        return Found(self._unique(row for rows, _ in looked for row in rows),
                     whole=all(whole for _, whole in looked))

    def name(self, iri: str) -> str:
        """Give what a message calls a resource that was found."""
        return self._names[iri]

    def _first(self, looked: Iterable[_Rows]) -> Found:
        return fit.first(Found(self._unique(rows), whole=whole) for rows, whole in looked)

    def _unique(self, rows: Iterable[_Row]) -> list[str]:
        names = {iri: name for _, iri, name in rows}
        self._names |= names
        return list(names)

    def _by_key(self, table: str, group: str, condition: str, *keys: str) -> _Rows:
        return _sorted(self._index.rows(_BY_KEY[table] + condition, group, *keys, most=fit.MOST))

    def _equal(self, key: str, group: str) -> _Rows:
        # A seek for each sort of a small scope; in a wide one most of what has the label fits.
        if self._index.marks([group]):
            return self._by_key("label", group, "= ?", key)
        return _sorted(self._index.rows(_EQUAL, key, group, most=fit.MOST))

    def _parts(self, key: str, group: str) -> _Rows:
        """Look for a text as a part of an unspaced label, or as words."""
        spaced = not fit.UNSPACED.search(key)
        held = self._rarest(key if spaced else self._spelled(key[:_LONGEST]))
        narrow = trigram.every([held, trigram.ends(key)]) if spaced else held
        wide = held if len(key) >= _SHORT else narrow
        return self._fitting([(wide, _CANDIDATES), (wide, _MORE), (narrow, _MORE)], group,
                             partial(fit.holds, key))

    def _rarest(self, text: str) -> str:
        """Match the labels that hold the rarest trigrams of a text, some others among them."""
        grams = self._index.rarest(fit.grams(text[:_LONGEST]))
        return trigram.every(map(trigram.quoted, grams[:_GRAMS]))

    def _fitting(self, looks: Iterable[_Look], group: str, fits: Callable[[str], bool]) -> _Rows:
        """Look until more than one resource fits, or all labels that match were seen."""
        hits, whole = dict[_Hit, None](), True
        for match, most in dict.fromkeys(looks):
            rows = self._matching(match, group, most)
            hits |= dict.fromkeys(hit for hit in rows if fits(hit[0]))
            whole = len(rows) < most
            if whole or len({resource for _, resource in hits}) > 1:
                break
        named = sorted(row for key, resource in islice(hits, fit.MOST)
                       for row in self._index.rows(_RESOURCE, key, resource))
        return named, whole and len(hits) <= fit.MOST

    def _matching(self, match: str, group: str, most: int) -> list[_Hit]:
        """Give so many labels that match; "" is any label."""
        if not match:
            return self._index.rows(_ANY_LABEL, group, most=most)
        asked = trigram.every([match, self._index.marks([group])]), group
        if most > _CANDIDATES:
            return self._index.rows(_HOLDING, *asked, most=most)
        last = self._last  # a word is asked for, then what is read so
        if last[0] != asked:
            last = self._last = asked, self._index.rows(_HOLDING, *asked, most=most)
        return last[1]

    def _sharing(self, spelled: str) -> list[_Row]:
        """Give the labels that share most trigrams with a text that is misspelt in one place."""
        marks = self._index.marks(self._groups)
        found, filled = dict[int, None](), 0
        for grams in self._index.intact(spelled):
            match, before = trigram.every([*map(trigram.quoted, grams), marks]), len(found)
            found |= dict.fromkeys(id_ for id_, in self._index.rows(_SHARING, match, most=_SOME))
            filled += len(found) > before
            if len(found) >= _MANY or filled == _ENOUGH:
                break
        rows = [row for id_ in found for group in self._groups
                for row in self._index.rows(_LABEL_OF, group, id_)]
        asked = fit.grams(spelled)
        shared = {row: len(asked & fit.grams(self._spelled(row[0]))) for row in rows}
        return sorted(shared, key=lambda row: (-shared[row], len(row[0]), row))[:_NEAR]

    def _few(self, key: str) -> list[_Row]:
        """Give all labels of a small scope, else some that begin alike."""
        held = [row for group in self._groups
                for row in self._index.rows(_BY_KEY["label"] + ">= ?", group, "", most=_ALL + 1)]
        return held if len(held) <= _ALL else [
            row for group in self._groups for row in self._index.rows(
                _BY_KEY["label"] + "BETWEEN ? AND ?", group, key[:2], key[:2] + _LAST, most=_NEAR)]

    def _reads(self, sound: str, label: str) -> bool:
        known = self._index.reading
        return (reading.sounds_inside(sound, known.usual(label))
                or reading.sounds_inside(sound, known.in_context(label)))

    def _spelled(self, key: str) -> str:
        return self._index.reading.usual(key).lower()


def _sorted(rows: list[_Row]) -> _Rows:
    return sorted(rows), len(rows) < fit.MOST


def _bindable(value: object) -> object:
    return value.encode(errors="replace").decode() if isinstance(value, str) else value
