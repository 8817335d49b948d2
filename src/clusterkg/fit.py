"""How a text is held against labels: the one order of what counts as fitting, wherever they lie."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from clusterkg import reading

SHOWN = 5
MOST = 1000  # fitting resources that are looked at, of any number
# Scripts written without spaces: a part of a label counts as a word of it.
_LOOSE = re.compile(r"[^\S\n ]|  |^ | $", re.MULTILINE)
UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")


class Known(Protocol):
    """Look labels of a scope up; of several classes the first that fits wins.

    Keys are folded by `normalise`; each function gives the IRIs of at most `MOST` resources.
    """

    def equal(self, key: str) -> list[str]:
        """Find what has just this label."""
        ...

    def beginning(self, key: str) -> list[str]:
        """Find what has a label that begins so."""
        ...

    def containing(self, key: str) -> list[str]:
        """Find what has a label with these whole words in it, or this part of an unspaced one."""
        ...

    def read_as(self, sound: str) -> list[str]:
        """Find what is read so, or has these first letters of its syllables."""
        ...

    def read_from(self, sound: str) -> list[str]:
        """Find what is read so at its beginning."""
        ...

    def reading_inside(self, sound: str) -> list[str]:
        """Find what has whole syllables that are read so."""
        ...

    def similar(self, key: str) -> list[str]:
        """Find the few that look or sound most alike, the nearest first."""
        ...

    def some(self) -> list[str]:
        """Give examples."""
        ...

    def name(self, iri: str) -> str:
        """Give what a message calls a resource, one of those found."""
        ...


def fitting(key: str, known: Known) -> list[str]:
    """Give what fits best: whole labels first, then beginnings, then words, then pinyin."""
    return next((found for found in _ways(key, known) if found), [])


def _ways(key: str, known: Known) -> Iterator[list[str]]:
    yield known.equal(key)
    yield known.beginning(key)
    yield known.containing(key)
    if sound := reading.typed(key):
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
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", label) is not None


def grams(text: str) -> set[str]:
    """Cut a text into all runs of three characters."""
    return {text[at:at + 3] for at in range(len(text) - 2)}


def nearest(key: str, names: Iterable[str]) -> list[str]:
    """List the few names of which the whole, the beginning or a word looks most like `key`."""
    known, parts = list(names), dict[str, list[str]]()
    for name in known:
        for part in {name, name[:len(key)], *name.split()}:
            parts.setdefault(part, []).append(name)
    near = difflib.get_close_matches(key, parts, n=SHOWN, cutoff=0.6)
    found = [name for part in near for name in parts[part]]
    alike = found or [name for name in known if key and key[:2] in name]
    return list(dict.fromkeys(alike))[:SHOWN]
