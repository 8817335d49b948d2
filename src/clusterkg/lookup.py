"""Look labels up in the index beside a store: what `labels` wrote, read only."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations, islice
from math import prod
from pathlib import Path
from threading import Lock

from clusterkg import fit, reading
from clusterkg.errors import UnreadableError
from clusterkg.labels import FILE, mark

_CANDIDATES = 2_000  # labels that are held against a text, of any number
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
_SCANNED = (f"SELECT key, resource FROM (SELECT key, resource FROM label WHERE sort IN ({_OF}) "
            "LIMIT 50000) WHERE instr(key, ?)")
_HOLDING = ("SELECT l.key, l.resource FROM gram AS g CROSS JOIN label AS l ON l.id = g.rowid "
            f"WHERE g.gram MATCH ? AND l.sort IN ({_OF})")
_RESOURCE = "SELECT ?, iri, name FROM resource WHERE id = ?"
_SHARING = "SELECT rowid FROM gram WHERE gram MATCH ?"
_LABEL_OF = f"SELECT l.key, r.iri, r.name FROM {_LABEL} WHERE l.sort IN ({_OF}) AND l.id = ?"
_AROUND = " -()/.,:;&+'\"[]{}<>*#%=!?@|~^`$\\、。·《》“”‘’—–…"  # words, in labels
_Row = tuple[str, str, str]  # key, iri, name
_Hit = tuple[str, int]  # key, resource


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

    def marks(self, groups: Sequence[str]) -> list[str]:
        """Give what restricts a search for trigrams to a scope; nothing where it takes longer."""
        sorts = {sort for group in groups for sort, in self.rows(_OF, group, most=_MARKS)}
        if "" in groups or len(sorts) >= _MARKS:
            return []
        return [_any(map(mark, sorted(sorts)))] * bool(sorts)


class _Syllables(dict[int, str]):
    """Look each character up once."""

    def __init__(self, index: Index):
        self._index = index

    def __missing__(self, code: int) -> str:
        character = chr(code)
        found = [] if character.isascii() else self._index.rows(
            "SELECT spelled FROM syllable WHERE text = ?", character)
        self[code] = found[0][0] if found else character
        return self[code]


class Lookup:
    """Look up in one scope; a `fit.Known`."""

    def __init__(self, index: Index, groups: Sequence[str]):
        """Take what the scope names, in the order of preference."""
        self._index, self._groups = index, groups
        self._names: dict[str, str] = {}
        self._last: tuple[tuple[str, str], list[_Hit]] = ("", ""), []

    def equal(self, key: str) -> list[str]:
        """Find what has just this label."""
        return self._first(self._equal(key, group) for group in self._groups)

    def beginning(self, key: str) -> list[str]:
        """Find what has a label that begins so."""
        return self._first(self._by_key("label", group, "BETWEEN ? AND ?", key, key + _LAST)
                           for group in self._groups)

    def read_as(self, sound: str) -> list[str]:
        """Find what is read so, or has these first letters of its syllables."""
        return self._first(self._by_key("sound", group, "= ?", sound) for group in self._groups)

    def read_from(self, sound: str) -> list[str]:
        """Find what is read so at its beginning."""
        return self._first(self._by_key("sound", group, "BETWEEN ? AND ?", sound, sound + _LAST)
                           for group in self._groups)

    def containing(self, key: str) -> list[str]:
        """Find what has a label with these whole words in it, or this part of an unspaced one."""
        return self._first(
            self._named(hit for hit in self._parts(key, group) if fit.holds(key, hit[0]))
            for group in self._groups)

    def reading_inside(self, sound: str) -> list[str]:
        """Find what has whole syllables that are read so."""
        return self._first(
            self._named(hit for hit in self._holding(fit.grams(sound[:_LONGEST]), group)
                        if self._reads(sound, hit[0])) for group in self._groups)

    def similar(self, key: str) -> list[str]:
        """Find the few that look or sound most alike, the nearest first."""
        key = key[:_LONGEST]
        spelled = self._spelled(key)
        rows = list(dict.fromkeys([*self._sharing(spelled), *self._few(key)]))
        heard = {self._spelled(row[0]): row[0] for row in rows}
        sounds = [(heard[near], much) for near, much in fit.likeness(spelled, heard)]
        looks = fit.likeness(key, dict.fromkeys(row[0] for row in rows))
        first = reading.CHINESE.search(key) or not looks or (sounds and sounds[0][1] > looks[0][1])
        ranked = sounds + looks if first else looks + sounds
        return self._unique(row for label, _ in ranked
                            for row in rows if row[0] == label)[:fit.SHOWN]

    def some(self) -> list[str]:
        """Give examples."""
        return self._unique(row for group in self._groups
                            for row in self._by_key("label", group, ">= ?", ""))

    def name(self, iri: str) -> str:
        """Give what a message calls a resource that was found."""
        return self._names[iri]

    def _first(self, found: Iterable[Iterable[_Row]]) -> list[str]:
        return next(filter(None, map(self._unique, found)), [])

    def _unique(self, rows: Iterable[_Row]) -> list[str]:
        names = {iri: name for _, iri, name in rows}
        self._names |= names
        return list(names)

    def _by_key(self, table: str, group: str, condition: str, *keys: str) -> list[_Row]:
        return sorted(self._index.rows(_BY_KEY[table] + condition, group, *keys, most=fit.MOST))

    def _equal(self, key: str, group: str) -> list[_Row]:
        # A seek for each sort of a small scope; in a wide one most of what has the label fits.
        if self._index.marks([group]):
            return self._by_key("label", group, "= ?", key)
        return sorted(self._index.rows(_EQUAL, key, group, most=fit.MOST))

    def _named(self, hits: Iterable[_Hit]) -> list[_Row]:
        """Name what has the labels, as many as are looked at of any number."""
        kept = dict.fromkeys(hits)
        return sorted(row for key, resource in islice(kept, fit.MOST)
                      for row in self._index.rows(_RESOURCE, key, resource))

    def _parts(self, key: str, group: str) -> Iterable[_Hit]:
        """Give the labels that hold a text, and some others."""
        if not fit.UNSPACED.search(key):
            ends = _ends(key) if len(key) < _SHORT else ()
            return self._holding(fit.grams(key[:_LONGEST]), group, ends)
        grams = fit.grams(self._spelled(key[:_LONGEST]))
        return self._holding(grams, group) if grams else self._index.rows(
            _SCANNED, group, key, most=_CANDIDATES)

    def _holding(self, grams: Iterable[str], group: str,
                 ends: Sequence[str] = ()) -> list[_Hit]:
        """Give the labels that hold the rarest of these trigrams, and both ends of a word."""
        held = [*map(_quoted, self._index.rarest(grams)[:_GRAMS]), *ends]
        asked = " AND ".join([*held, *self._index.marks([group])]), group
        last = self._last  # a word is asked for, then what is read so
        if held and last[0] != asked:
            last = self._last = asked, self._index.rows(_HOLDING, *asked, most=_CANDIDATES)
        return last[1] if held else []

    def _sharing(self, spelled: str) -> list[_Row]:
        """Give the labels that share most trigrams with a text that is misspelt in one place."""
        marks = self._index.marks(self._groups)
        found, filled = dict[int, None](), 0
        for grams in self._index.intact(spelled):
            match, before = " AND ".join([*map(_quoted, grams), *marks]), len(found)
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


def _bindable(value: object) -> object:
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _ends(word: str) -> list[str]:
    """Match the two ends of a word, each with what may stand beside it."""
    if len(word) == 1:
        sides = [(" ", after) for after in _AROUND] + [(before, " ") for before in _AROUND]
        return [_any(f"{before}{word}{after}" for before, after in sides)]
    return [_any(side + word[:2] for side in _AROUND), _any(word[-2:] + side for side in _AROUND)]


def _any(grams: Iterable[str]) -> str:
    return f"({' OR '.join(map(_quoted, grams))})"


def _quoted(gram: str) -> str:
    # In FTS5 whatever stands in quotes is text; a NUL would end the expression.
    return '"' + gram.replace('"', '""').replace("\0", " ") + '"'
