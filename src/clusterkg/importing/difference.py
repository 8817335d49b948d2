"""What is different between two editions: by lines, to go from one to the other; and in words.

Both are files of sorted N-Triples. What is alike is passed over in large pieces.
"""

import gzip
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path

import pyoxigraph as ox

from clusterkg.namespaces import compress, expand

GONE, NEW = "gone.nt.gz", "new.nt.gz"
_PIECE = 2**20  # bytes
_SHOWN = 5
_ROW, _LABEL = expand("ckg:sourceRow"), expand("rdfs:label")


@dataclass
class Difference:
    """Count things and facts; `shown` says of the first few things in words how they changed.

    `moved` things say the same in another row of the file. What describes the import itself is left
    out of all.
    """

    added: int = 0
    gone: int = 0
    changed: int = 0
    moved: int = 0
    facts_added: int = 0
    facts_gone: int = 0
    is_any: bool = False
    shown: dict[str, list[str]] = field(default_factory=lambda: {
        "added": [], "gone": [], "changed": []})


def take(old: Path | None, new: Path | None, into: Path, own: Collection[str]) -> Difference:
    """Compare two editions, None for one that is not; write what is gone and new beside `into`.

    `own` are the IRIs of what describes the import.
    """
    found = Difference()
    apart = {f"<{iri}>".encode() for iri in own}
    with _packed(into / GONE) as gone, _packed(into / NEW) as added:
        for subject, before, after in _subjects(old, new):
            less, more = sorted(set(before) - set(after)), sorted(set(after) - set(before))
            gone.writelines(less)
            added.writelines(more)
            if subject not in apart:
                _count(found, subject, (before, after), (less, more))
    return found


def back(path: Path, change: Path, to: Path) -> None:
    """Write the edition that was there before a change to `path`, as it was byte for byte."""
    with (path.open("rb") as now, gzip.open(change / NEW) as added,
          gzip.open(change / GONE) as gone, to.open("wb") as then):
        then.writelines(merge(_without(now, added), gone))


def _without(lines: Iterable[bytes], others: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out lines; both are sorted."""
    out = next(others, None)
    for line in lines:
        if line == out:
            out = next(others, None)
        else:
            yield line


def _packed(path: Path) -> gzip.GzipFile:
    return gzip.GzipFile(path, "wb", compresslevel=1, mtime=0)


def _count(found: Difference, subject: bytes, lines: tuple[Sequence[bytes], Sequence[bytes]],
           changed: tuple[Sequence[bytes], Sequence[bytes]]) -> None:
    found.is_any = True
    before, after = lines
    less, more = ([line for line in some if not _is_row(line)] for some in changed)
    found.facts_added += len(changed[1])
    found.facts_gone += len(changed[0])
    kind = "gone" if not after else "added" if not before else "changed"
    if kind == "changed" and not less and not more:
        found.moved += 1
        return
    setattr(found, kind, getattr(found, kind) + 1)
    if len(found.shown[kind]) < _SHOWN:
        said = f": {_said(less, more)}" if kind == "changed" else ""
        found.shown[kind].append(_name(subject, after or before) + said)


def _is_row(line: bytes) -> bool:
    return line.split(b" ", 2)[1] == f"<{_ROW}>".encode()


def _said(less: Sequence[bytes], more: Sequence[bytes]) -> str:
    """Say of each property what it was and what it is."""
    was, now = _values(less), _values(more)
    return "; ".join(f"{compress(link)} {', '.join(was.get(link, ['nothing']))} → "
                     f"{', '.join(now.get(link, ['nothing']))}" for link in sorted({**was, **now}))


def _values(lines: Sequence[bytes]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for quad in ox.parse(b"".join(lines), ox.RdfFormat.N_TRIPLES):
        value = quad.object
        said = compress(value.value) if isinstance(value, ox.NamedNode) else value.value
        found.setdefault(quad.predicate.value, []).append(said)
    return found


def _name(subject: bytes, lines: Sequence[bytes]) -> str:
    iri = subject[1:-1].decode()
    labels = _values([line for line in lines
                      if line.split(b" ", 2)[1] == f"<{_LABEL}>".encode()]).get(_LABEL)
    return f"{labels[0]} ({compress(iri)})" if labels else compress(iri)


def _subjects(old: Path | None, new: Path | None) -> Iterator[
        tuple[bytes, Sequence[bytes], Sequence[bytes]]]:
    """Give the lines of each subject that are not the same in both."""
    for before, after in _unlike(_pieces(old), _pieces(new)):
        then, now = _grouped(before), _grouped(after)
        for subject in sorted({**then, **now}):
            lines = then.get(subject, []), now.get(subject, [])
            if lines[0] != lines[1]:
                yield subject, *lines


def _unlike(old: Iterator[list[bytes]], new: Iterator[list[bytes]]) -> Iterator[
        tuple[list[bytes], list[bytes]]]:
    """Cut both at the same subjects; leave out the pieces that are alike."""
    before, after = next(old, []), next(new, [])
    while before and after:
        last = min(_subject(before[-1]), _subject(after[-1])) + b"\xff"
        cut, cut_new = bisect_left(before, last), bisect_left(after, last)
        if before[:cut] != after[:cut_new]:
            yield before[:cut], after[:cut_new]
        before, after = before[cut:] or next(old, []), after[cut_new:] or next(new, [])
    while before or after:
        yield before, after
        before, after = next(old, []) if before else [], next(new, []) if after else []


def _pieces(path: Path | None) -> Iterator[list[bytes]]:
    """Read whole subjects, about so many bytes at a time."""
    if path is None:
        return
    with path.open("rb") as file:
        rest: list[bytes] = []
        while lines := file.readlines(_PIECE):
            lines = rest + lines
            last = _subject(lines[-1])
            cut = bisect_left(lines, last + b" ")
            if cut:
                yield lines[:cut]
            rest = lines[cut:]
        if rest:
            yield rest


def _grouped(lines: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for line in lines:
        found.setdefault(_subject(line), []).append(line)
    return found


def _subject(line: bytes) -> bytes:
    return line.partition(b" ")[0]
