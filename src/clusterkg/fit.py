"""How a text is held against labels: the one order of what counts as fitting, wherever they lie."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from clusterkg import reading

SHOWN = 5
MOST = 1000  # fitting resources that are looked at, of any number
# Scripts written without spaces: a part of a label counts as a word of it.
_LOOSE = re.compile(r"[^\S\n ]|  |^ | $", re.MULTILINE)
_ALIKE = 0.6  # of the letters, at least, stand in both in the same order
UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")


class Found(list[str]):
    """List the IRIs of resources; `whole` says that no limit kept others from being seen."""

    def __init__(self, iris: Iterable[str] = (), *, whole: bool = True):
        """Take them in their order."""
        super().__init__(iris)
        self.whole = whole


def first(ways: Iterable[Found]) -> Found:
    """Give what the first way finds that finds any; whole where each way up to it was."""
    whole = True
    for found in ways:
        whole = whole and found.whole
        if found:
            return Found(found, whole=whole)
    return Found(whole=whole)


class Known(Protocol):
    """Look labels of a scope up; of several classes the first that fits wins.

    Keys are folded by `normalise`; each function gives at most `MOST` resources.
    """

    def equal(self, key: str) -> Found:
        """Find what has just this label."""
        ...

    def beginning(self, key: str) -> Found:
        """Find what has a label that begins so."""
        ...

    def containing(self, key: str) -> Found:
        """Find what has a label with these whole words in it, or this part of an unspaced one."""
        ...

    def read_as(self, sound: str) -> Found:
        """Find what is read so, or has these first letters of its syllables."""
        ...

    def read_from(self, sound: str) -> Found:
        """Find what is read so at its beginning."""
        ...

    def reading_inside(self, sound: str) -> Found:
        """Find what has whole syllables that are read so."""
        ...

    def similar(self, key: str) -> Found:
        """Find the few that look or sound most alike, the nearest first."""
        ...

    def some(self) -> Found:
        """Give examples."""
        ...

    def name(self, iri: str) -> str:
        """Give what a message calls a resource, one of those found."""
        ...


def fitting(key: str, known: Known) -> Found:
    """Give what fits best: whole labels first, then beginnings, then words, then pinyin."""
    return first(_ways(key, known))


def _ways(key: str, known: Known) -> Iterator[Found]:
    yield known.equal(key)
    yield known.beginning(key)
    yield known.containing(key)
    for sound in reading.typed(key):
        yield known.read_as(sound)
        yield known.read_from(sound)
        yield known.reading_inside(sound)


def normalise(text: str) -> str:
    """Fold case, width and spaces, so that what reads the same compares equal."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def normalised(texts: Sequence[str]) -> list[str]:
    """Do the same to many at once."""
    whole = "\n".join(texts)
    if whole.count("\n") >= len(texts):
        return [normalise(text) for text in texts]
    folded = unicodedata.normalize("NFKC", whole).casefold()
    keys = folded.split("\n")
    return [" ".join(key.split()) for key in keys] if _LOOSE.search(folded) else keys


def holds(key: str, label: str) -> bool:
    """Tell whether a label contains the key as whole words, or as a part where it is unspaced."""
    if UNSPACED.search(key):
        return key in label
    return key in label and re.search(rf"(?<!\w){re.escape(key)}(?!\w)", label) is not None


def grams(text: str) -> set[str]:
    """Cut a text into all runs of three characters."""
    return {text[at:at + 3] for at in range(len(text) - 2)}


def nearest(key: str, names: Iterable[str]) -> list[str]:
    """List the few names of which the whole, the beginning or a word looks most like `key`."""
    return [name for name, _ in likeness(key, names)]


def likeness(key: str, names: Iterable[str]) -> list[tuple[str, float]]:
    """Do the same, and say how much they do, 0 to 1."""
    known, parts = list(names), dict[str, list[str]]()
    for name in known:
        for part in {name, name[:len(key)], *name.split()}:
            parts.setdefault(part, []).append(name)
    alike: dict[str, float] = {}
    for part, ratio in _closest(key, parts):
        for name in sorted(parts[part], key=len):
            alike.setdefault(name, ratio)
    alike = alike or {name: 0.0 for name in known if key and key[:2] in name}
    return list(alike.items())[:SHOWN]


def _closest(key: str, texts: Iterable[str]) -> list[tuple[str, float]]:
    """Do what `difflib.get_close_matches` does, with `difflib` for the few that may be among them.

    Its ratio counts letters that stand in both in the same order, at most the longest such run.
    """
    masks, matcher = _masks(key), difflib.SequenceMatcher(b=key)
    bounds = sorted(((bound, text) for text in texts
                     if (bound := _bound(masks, len(key), text)) >= _ALIKE), reverse=True)
    best: list[tuple[float, str]] = []
    for bound, text in bounds:
        if len(best) == SHOWN and bound < best[-1][0]:
            break
        matcher.set_seq1(text)
        if (ratio := matcher.ratio()) >= _ALIKE:
            best = sorted([*best, (ratio, text)], reverse=True)[:SHOWN]
    return [(text, ratio) for ratio, text in best]


def _masks(key: str) -> dict[str, int]:
    """Map each letter to the bits of its places."""
    masks: dict[str, int] = {}
    for at, letter in enumerate(key):
        masks[letter] = masks.get(letter, 0) | 1 << at
    return masks


def _bound(masks: Mapping[str, int], size: int, text: str) -> float:
    """Give the longest common subsequence's share of both texts, 0 where lengths rule it out.

    After Hyyrö (2004): a bit is 0 where the subsequence so far gains from that place of the key.
    """
    both = size + len(text)
    if not text or 2 * min(size, len(text)) < _ALIKE * both:
        return 0
    full = (1 << size) - 1
    row = full
    for letter in text:
        taken = row & masks.get(letter, 0)
        row = (row + taken | row - taken) & full
    return 2 * (size - row.bit_count()) / both
