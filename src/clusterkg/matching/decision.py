"""What people decide of proposals, put beside what was decided before: row by row, none dropped.

A decision is about two things, whichever of both is its subject: another one about the same two
that says the same adds nothing, and one that says otherwise contradicts it.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from clusterkg import sssom
from clusterkg.errors import UnreadableError, UsageError, quoted
from clusterkg.namespaces import compress
from clusterkg.sssom import Decision, Sheet

_DECIDED, _FOUND = "semapv:ManualMappingCuration", "semapv:LexicalMatching"
_WHY, _WHEN = "mapping_justification", "mapping_date"
_SPREAD = (*sssom.VOUCHING, _WHEN)  # what a file may say of all its rows at once
_MAP = "curie_map"
_NAMED = 3  # of those who vouch
Row = Mapping[str, str]


class _Held(NamedTuple):
    """A row, and what it decides, if it does."""

    row: Row
    decision: Decision | None


@dataclass(frozen=True)
class Merged:
    """A file with what was decided before and what is new; `added` are the new and the changed."""

    sheet: Sheet
    kept: int
    new: int
    changed: int
    added: Sequence[Decision]

    def __str__(self) -> str:
        """Say it on one line, with those who vouch for it."""
        same = sum(one.is_same for one in self.added)
        said = f" ({same:,} the same, {len(self.added) - same:,} not)" if self.added else ""
        who = sorted({row.get(name, "") for _, row in self.sheet.rows
                      for name in sssom.VOUCHING} - {""})
        more = ", ..." if len(who) > _NAMED else ""
        return (f"{self.kept:,} kept, {self.new:,} new, {self.changed:,} changed{said}; "
                f"decided by {', '.join(who[:_NAMED])}{more}")


def read(path: Path, author: str = "") -> Sheet:
    """Read what somebody decided; `author` vouches for decisions that name nobody.

    What the file says of who decided, and when, stands in its rows afterwards. Raises UsageError
    where nothing is decided, and what `sssom.read` and its decisions raise.
    """
    given = sssom.read(path)
    whole = {name: _text(given.about[name]) for name in _SPREAD if given.about.get(name)}
    rows = [(line, _vouched(row, whole, author if _decides(given, line, row) else ""))
            for line, row in given.rows]
    columns = dict.fromkeys([*given.columns, *(name for _, row in rows for name in row)])
    about = {name: value for name, value in given.about.items() if name not in _SPREAD}
    found = Sheet(path, MappingProxyType(about), list(columns), rows)
    if not any(True for _ in found.decisions()):
        raise UsageError(f"nothing is decided in {path.name}; write skos:exactMatch in "
                         "predicate_id where two are one")
    return found


def merge(given: Sheet, before: Sheet | None = None, *, prefer: bool = False) -> Merged:
    """Put decisions beside those of before; with `prefer` they count where both contradict.

    Raises UnreadableError, with both lines, for a contradiction that nobody settled.
    """
    ours, theirs = _held(before) if before else {}, _held(_portable(given, before))
    changed = {two for two, held in theirs.items()
               if two in ours and held.decision and _says(held) != _says(ours[two])}
    if changed and before and not prefer:
        two = next(iter(two for two in theirs if two in changed))
        raise _contradicted(given, theirs[two], f"{before.path.name}:{_line(ours[two])}",
                            "leave one, or give --prefer for this file to count")
    taken = {two: held for two, held in theirs.items() if two in changed or two not in ours}
    added = [held.decision for held in taken.values() if held.decision]
    kept = sum(bool(held.decision) for held in ours.values()) - len(changed)
    return Merged(_sheet(given, before, {**ours, **taken}), kept, len(added) - len(changed),
                  len(changed), added)


def name_of(file: str) -> str:
    """Give the name of the source that a file of decisions becomes.

    Raises UsageError for a file whose name would hide it.
    """
    stem = Path(file.removesuffix(sssom.DECISIONS)).stem
    if not stem or stem.startswith("."):
        raise UsageError(f"{quoted(Path(file).name)} names no source; give the file another name")
    return f"{stem}.sssom"


def _decides(sheet: Sheet, line: int, row: Row) -> bool:
    return bool(row["predicate_id"]) and sheet.iri(row["predicate_id"], line) == sssom.SAME


def _vouched(row: Row, whole: Row, author: str) -> Row:
    """Say in a row who decides: whom it names, else whom the file names, else `author`."""
    said = {**row, **{name: row.get(name) or text for name, text in whole.items()}}
    if not author or any(said.get(name) for name in sssom.VOUCHING):
        return said
    return {**said, "author_label": author, _WHY: _DECIDED,
            _WHEN: said.get(_WHEN) or date.today().isoformat()}


def _text(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _held(sheet: Sheet) -> dict[Hashable, _Held]:
    """Give the rows by what they are about; raise UnreadableError where two contradict."""
    decided = {one.line: one for one in sheet.decisions()}
    found: dict[Hashable, _Held] = {}
    for line, row in sheet.rows:
        one = decided.get(line)
        here = _Held(row, one)
        held = found.setdefault(_two(sheet, row, line) if one else _said(sheet, row, line), here)
        if one and _says(held) != _says(here):
            raise _contradicted(sheet, here, f"{sheet.path.name}:{_line(held)}", "leave one")
    return found


def _two(sheet: Sheet, row: Row, line: int) -> frozenset[str]:
    """Name the two that a row is about."""
    return frozenset(_iri(sheet, row[name], line) for name in ("subject_id", "object_id"))


def _said(sheet: Sheet, row: Row, line: int) -> Hashable:
    """Name what a row says that decides nothing."""
    return tuple(_iri(sheet, row[name], line) for name in ("subject_id", "predicate_id",
                                                           "object_id"))


def _iri(sheet: Sheet, written: str, line: int) -> str:
    try:
        return sheet.iri(written, line)
    except UnreadableError:
        return written  # of a remark, which nobody follows


def _says(held: _Held) -> tuple[bool, str]:
    """Give what is decided; where two become one it matters which of them goes."""
    one = held.decision
    return (one.is_same, one.subject if one.is_same else "") if one else (False, "")


def _line(held: _Held) -> int:
    return held.decision.line if held.decision else 0


def _sheet(given: Sheet, before: Sheet | None, held: Mapping[Hashable, _Held]) -> Sheet:
    """Lay out what is held; a proposal goes once its two are decided."""
    first = before or given
    spaces = {**_spaces(given), **_spaces(first)}
    about = {**given.about, **first.about} | ({_MAP: spaces} if spaces else {})
    whole = Sheet(given.path, MappingProxyType(about),
                  list(dict.fromkeys([*first.columns, *given.columns])), [])
    rows = [one.row for one in held.values() if one.decision or one.row[_WHY] != _FOUND
            or _two(whole, one.row, 0) not in held]
    return Sheet(whole.path, whole.about, whole.columns, list(enumerate(rows, 1)))


def _portable(given: Sheet, before: Sheet | None) -> Sheet:
    """Write out the identifiers whose prefix means something else in the file of before."""
    here, there = _spaces(given), _spaces(before) if before else {}
    clashing = {prefix for prefix in here.keys() & there.keys() if here[prefix] != there[prefix]}
    if not clashing:
        return given
    rows = [(line, {name: given.iri(text, line) if text.partition(":")[0] in clashing else text
                    for name, text in row.items()}) for line, row in given.rows]
    return Sheet(given.path, given.about, given.columns, rows)


def _spaces(sheet: Sheet) -> dict[str, str]:
    own = sheet.about.get(_MAP)
    return {str(prefix): str(space) for prefix, space in own.items()} \
        if isinstance(own, dict) else {}


def _contradicted(sheet: Sheet, held: _Held, where: str, advice: str) -> UnreadableError:
    one = held.decision
    said = f"{compress(one.subject)} {'is' if one.is_same else 'is not'} {compress(one.object)}" \
        if one else ""
    return UnreadableError(f"{said}, but {where} says otherwise; {advice}", path=sheet.path,
                           line=_line(held))
