"""What a name is made of: where it is, what tells it from others, what kind of body it names."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from clusterkg import fit
from clusterkg.matching.unit import Units, cut, joined
from clusterkg.matching.vocabulary import Words, simplified, words

_LEAST, _ENOUGH = 2, 3  # units that stay when a place is taken off, and one that may be a brand
_PLACES = 3  # places that a name begins with, one in the other


class Name(NamedTuple):
    """A name in parts.

    `stem` is without the legal form, `core` without the place before it as well. A name `is_whole`
    that has a legal form, and `is_group` where that says so; of one that `is_masked` some
    letters are hidden; one that `is_branch` names a part of a body, one that `is_place` nothing but
    a place. `inner` is the core without what may be a place in it, or a brand; `form` is what was
    taken off the end, or both ends.
    """

    plain: str
    stem: Units
    core: Units
    places: tuple[str, ...] = ()
    is_whole: bool = False
    is_group: bool = False
    is_masked: bool = False
    inner: Units = ""
    form: str = ""
    is_branch: bool = False
    is_place: bool = False

    def readings(self) -> "Iterator[Name]":
        """Give the name as it is read, and as it is if its core begins with a place, too."""
        yield self
        if self.inner:
            yield self._replace(core=self.inner, inner="")


class Reader:
    """Read names; `places` are the known names of places, folded and without spaces."""

    def __init__(self, places: Collection[str], weak: Collection[str] = frozenset(),
                 known: Words | None = None):
        """Take what is known of places, and of the parts of names.

        A `weak` name of a place may be a brand as well.
        """
        self._places, self._weak, self._known = places, weak, known or words()
        # What may be there is told from two letters: most names are passed over at once.
        self._sizes, self._weak_sizes = _by_beginning(places), _by_beginning(weak)
        self._longest_place = max(map(len, places), default=0)
        self._form_sizes, self._branch_sizes = (
            _sizes((part[-1], len(part)) for part in some if isinstance(part, str))
            for some in (self._known.forms, self._known.branches))
        self._longest = self._known.longest_form
        self._simple = simplified()
        self._other = re.compile(f"[{''.join(map(chr, self._simple))}]")
        self._marks, self._mask = tuple(self._known.marks), re.compile(
            "|".join(map(re.escape, self._known.masks)) or "(?!)")

    def read(self, text: str) -> Name:
        """Take any name apart."""
        return self.parted(fit.normalise(text))

    def parted(self, key: str) -> Name:
        """Take a name apart that `fit.normalise` folded."""
        key = self._unmarked(key.translate(self._simple) if self._other.search(key) else key)
        whole = cut(key)
        if branch := self._size_at_end(whole, self._branch_sizes, self._known.branches):
            stem, is_group = whole[:-branch], False
        else:
            stem, is_group = self._without_form(whole)
        core, places = self._without_place(stem)
        is_whole = (len(stem) < len(whole) and not branch
                    and whole[len(stem):] not in self._known.tails)
        plain = joined(whole)
        return Name(plain, stem, core, places, is_whole, is_group,
                    self._mask.search(key) is not None, self._inner(core),
                    plain.replace(joined(stem), "", 1), bool(branch), joined(core) in self._places)

    def _unmarked(self, key: str) -> str:
        """Take off what others set before an unspaced name."""
        if not key.startswith(self._marks):
            return key
        found = next(mark for mark in self._marks if key.startswith(mark))
        return key[len(found):] if fit.UNSPACED.match(key[len(found):]) else key

    def _without_form(self, some: Units) -> tuple[Units, bool]:
        """Take legal forms off the end, and in names of words off the beginning, too."""
        is_group = False
        while size := self._size_at_end(some, self._form_sizes, self._known.forms):
            is_group = is_group or some[-size:] in self._known.groups
            some = some[:-size]
        while not isinstance(some, str) and len(some) > 1 and some[:1] in self._known.forms:
            some = some[1:]
        return some, is_group

    def _size_at_end(self, some: Units, sizes: Mapping[str, list[int]],
                     known: Collection[Units]) -> int:
        """Give how many units at the end are one of those known."""
        if isinstance(some, str):
            return next((size for size in sizes.get(some[-1:], ()) if some[-size:] in known), 0)
        for size in range(min(self._longest, len(some)), 0, -1):
            if some[-size:] in known or joined(some[-size:]) in known:
                return size
        return 0

    def _inner(self, core: Units) -> Units:
        most = min(self._longest_place, len(core) - _ENOUGH)
        for size in _fitting(core, self._weak_sizes, most):
            if joined(core[:size]) in self._weak:
                return core[size:]
        return ""

    def _without_place(self, some: Units) -> tuple[Units, tuple[str, ...]]:
        found: list[str] = []
        while len(found) < _PLACES and (size := self._place_at(some)):
            found.append(joined(some[:size]))
            some = some[size:]
        return some, tuple(found)

    def _place_at(self, some: Units) -> int:
        most = min(self._longest_place, len(some) - (_LEAST if isinstance(some, str) else 1))
        return next((size for size in _fitting(some, self._sizes, most)
                     if joined(some[:size]) in self._places), 0)


def _fitting(some: Units, sizes: Mapping[str, list[int]], most: int) -> Iterable[int]:
    """Give the lengths that what a name begins with may have, the longest first."""
    if isinstance(some, str):
        return [size for size in sizes.get(some[:2], ()) if size <= most]
    return range(most, 0, -1)


def _by_beginning(names: Iterable[str]) -> Mapping[str, list[int]]:
    return _sizes((name[:2], len(name)) for name in names)


def _sizes(pairs: Iterable[tuple[str, int]]) -> Mapping[str, list[int]]:
    """Give the lengths for each key, the longest first."""
    found: dict[str, set[int]] = {}
    for key, size in pairs:
        found.setdefault(key, set()).add(size)
    return {key: sorted(some, reverse=True) for key, some in found.items()}
