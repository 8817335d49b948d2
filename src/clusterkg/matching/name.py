"""What a name is made of: where it is, what tells it from others, what kind of body it names."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from clusterkg import fit
from clusterkg.matching.unit import Units, cut, joined
from clusterkg.matching.vocabulary import Words, words

_LEAST, _ENOUGH = 2, 3  # units that stay when a place is taken off, and one that may be a brand
_PLACES = 3  # places that a name begins with, one in the other


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts.

    `stem` is without the legal form, `core` without the place before it as well. A name `is_whole`
    that has a legal form, and `is_group` where that says so; of one that `is_masked` some
    letters are hidden. `inner` is the core without what may be a place in it, or a brand; `form`
    is what was taken off the end.
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

    def readings(self) -> "Iterator[Name]":
        """Give the name as it is read, and as it is if its core begins with a place, too."""
        yield self
        if self.inner:
            yield replace(self, core=self.inner, inner="")


class Reader:
    """Read names; `places` are the known names of places, folded and without spaces."""

    def __init__(self, places: Collection[str], weak: Collection[str] = frozenset(),
                 known: Words | None = None):
        """Take what is known of places, and of the parts of names.

        A `weak` name of a place may be a brand as well.
        """
        self._places, self._weak, self._known = places, weak, known or words()
        self._longest_place = max(map(len, places), default=0)
        self._longest = self._known.longest_form

    def read(self, text: str) -> Name:
        """Take any name apart."""
        return self.parted(fit.normalise(text))

    def parted(self, key: str) -> Name:
        """Take a name apart that `fit.normalise` folded."""
        key = self._unmarked(key)
        whole = cut(key)
        stem, is_group = self._without_form(whole)
        core, places = self._without_place(stem)
        is_whole = len(stem) < len(whole) and whole[len(stem):] not in self._known.tails
        return Name(joined(whole), stem, core, places, is_whole, is_group,
                    any(mask in key for mask in self._known.masks), self._inner(core),
                    joined(whole)[len(joined(stem)):])

    def _unmarked(self, key: str) -> str:
        """Take off what others set before an unspaced name."""
        found = next((mark for mark in self._known.marks if key.startswith(mark)), "")
        return key[len(found):] if fit.UNSPACED.match(key[len(found):]) else key

    def _without_form(self, some: Units) -> tuple[Units, bool]:
        """Take legal forms off the end, and in names of words off the beginning, too."""
        is_group = False
        while size := self._form_at_end(some):
            is_group = is_group or some[-size:] in self._known.groups
            some = some[:-size]
        while not isinstance(some, str) and len(some) > 1 and some[:1] in self._known.forms:
            some = some[1:]
        return some, is_group

    def _form_at_end(self, some: Units) -> int:
        for size in range(min(self._longest, len(some)), 0, -1):
            if some[-size:] in self._known.forms or (
                    not isinstance(some, str) and joined(some[-size:]) in self._known.forms):
                return size
        return 0

    def _inner(self, core: Units) -> Units:
        for size in range(min(self._longest_place, len(core) - _ENOUGH), 1, -1):
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
        for size in range(most, 0, -1):
            if joined(some[:size]) in self._places:
                return size
        return 0
