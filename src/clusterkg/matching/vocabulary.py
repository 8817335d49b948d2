"""The words that matching knows, from the tables of the ontology: `ontology/tables/*.tsv`."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from clusterkg.errors import UnreadableError
from clusterkg.files import knowledge, read_text
from clusterkg.matching.unit import Units, units
from clusterkg.namespaces import expand

_PARTS, _TERMS, _SPELLINGS = "name-parts.tsv", "matching.tsv", "traditional.tsv"
_VARIANTS = "form-variants.tsv"


@dataclass(frozen=True)
class Words:
    """Parts of names by what they do, and the longest of each kind in units.

    `forms` say what kind of body something is, `groups` are those of a whole group, `tails` stand
    in short names, too; `branches` end the names of parts that are no body of their own; `generic`
    ones are borne by many; `areas` end the names of places; `masks` stand for what was hidden;
    `marks` are set before a name by others; `variants` give forms that are written in several ways
    in one of them, all without spaces.
    """

    forms: frozenset[Units]
    groups: frozenset[Units]
    tails: frozenset[Units]
    branches: frozenset[Units]
    generic: frozenset[Units]
    areas: tuple[Units, ...]
    masks: tuple[str, ...]
    marks: tuple[str, ...]
    variants: Mapping[str, str]

    @property
    def longest_form(self) -> int:
        """Give the units of the longest form, or word for a branch."""
        return max(map(len, self.forms | self.branches))


@cache
def words() -> Words:
    """Read the parts of names; raise UnreadableError for a table that is damaged."""
    kinds: dict[str, list[str]] = {}
    for part, kind, _ in _rows(_PARTS, ("part", "kind", "language")):
        kinds.setdefault(kind, []).append(part)
    forms, groups, tails, both, branches, generic, areas = (
        _cut(kinds.get(kind, ())) for kind in ("form", "group", "tail", "group-tail", "branch",
                                               "generic", "area"))
    return Words(frozenset([*forms, *groups, *tails, *both]), frozenset([*groups, *both]),
                 frozenset([*tails, *both]), frozenset(branches), frozenset(generic),
                 tuple(sorted(areas, key=len, reverse=True)), tuple(kinds.get("mask", ())),
                 tuple(sorted(kinds.get("mark", ()), key=len, reverse=True)),
                 dict(_rows(_VARIANTS, ("form", "same"))))


@cache
def simplified() -> Mapping[int, str]:
    """Give simplified characters for traditional ones, as `str.translate` takes them.

    The table is made from that of OpenCC (https://github.com/BYVoid/OpenCC, Apache-2.0).
    """
    return {ord(one): other for one, other in _rows(_SPELLINGS, ("traditional", "simplified"))}


@cache
def terms(role: str) -> tuple[str, ...]:
    """Give the IRIs of the classes and properties that play a role, the first before others."""
    return tuple(expand(term) for term in _played(role))


@cache
def prefix(role: str) -> str:
    """Give the one prefix that plays a role."""
    return _played(role)[0]


def _played(role: str) -> list[str]:
    found = [term for played, term in _rows(_TERMS, ("role", "term")) if played == role]
    if not found:
        raise UnreadableError(f"no term for {role!r}; install clusterkg again",
                              path=knowledge("ontology") / "tables" / _TERMS)
    return found


def _cut(parts: Sequence[str]) -> list[Units]:
    return [units(part) for part in parts]


def _rows(name: str, columns: Sequence[str]) -> Iterator[list[str]]:
    path = knowledge("ontology") / "tables" / name
    rows = csv.reader(io.StringIO(read_text(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    if next(rows, None) != list(columns):
        raise UnreadableError(f"the columns are not {', '.join(columns)}; install clusterkg again",
                              path=path, line=1)
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise UnreadableError(f"{len(row)} columns, not {len(columns)}", path=path, line=number)
        yield row
