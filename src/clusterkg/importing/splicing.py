"""A file of sorted N-Triples made from the one before, of which most lines stay."""

import mmap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from clusterkg import collation
from clusterkg.collation import Change
from clusterkg.extent import Edit

_COPIED = 2**24  # bytes at a time
_STEP = 2**10  # bytes ahead where a line is first looked for


def exchange(old: Path, less: Path, more: Path, to: Path) -> None:
    """Write the lines of `old` without those of `less` and with those of `more`.

    All are sorted. Lines of `less` that are not there are passed over.
    """
    with (old.open("rb") as file, old.open("rb") as source, less.open("rb") as left,
          more.open("rb") as come, to.open("wb") as target,
          mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held):
        at = 0
        for line, is_new in merge(((line, False) for line in left),
                                  ((line, True) for line in come)):
            place = _first(held, line, at)
            _copy(source, target, at, place)
            at = place
            if is_new:
                target.write(line)
            elif held[at:at + len(line)] == line:
                at += len(line)
        _copy(source, target, at, len(held))


def splice(old: Path, new: Path, gone: Iterable[str], to: Path) -> Iterator[Change]:
    """Write `old` with the lines of `new` in place of all that it says of their subjects.

    Neither has anything to say any more of the subjects `gone`, but what is in `new`. Gives the
    subjects of which not the same is said, in their order, with their lines then and now; the file
    is whole when all have been given. Both are sorted.
    """
    now = {subject: list(lines) for subject, lines in _grouped(new)}
    subjects = sorted({*now, *(f"<{iri}>".encode() for iri in gone)})
    with (old.open("rb") as file, old.open("rb") as source, to.open("wb") as target,
          mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held):
        at = 0
        for subject in subjects:
            start = _first(held, subject + b" ", at)
            end = _first(held, subject + b"!", start)  # the character after the space
            before, after = held[start:end].splitlines(keepends=True), now.get(subject, [])
            _copy(source, target, at, start)
            target.writelines(after)
            at = end
            if before != after:
                yield subject, before, after
        _copy(source, target, at, len(held))


def edit(changes: Iterable[Change], stem: Path) -> Edit:
    """Write down which lines are others, in files whose names begin with a stem."""
    found = Edit(stem.with_name(f"{stem.name}.gone.nt"), stem.with_name(f"{stem.name}.new.nt"),
                 0, 0)
    with found.gone.open("wb") as gone, found.new.open("wb") as new:
        for _, before, after in changes:
            less, more = collation.apart(before, after)
            gone.writelines(less)
            new.writelines(more)
            found = replace(found, less=found.less + len(less), more=found.more + len(more))
    return found


def _grouped(path: Path) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    with path.open("rb") as file:
        yield from groupby(file, lambda line: line.partition(b" ")[0])


def _first(held: mmap.mmap, key: bytes, low: int) -> int:
    """Give where the first line begins, from the beginning of one on, that is not less than a key.

    What is near is found soon.
    """
    high, step = len(held), _STEP
    while low + step < high:
        middle = _begin(held, low, low + step)
        if held[middle:middle + len(key)] < key:
            low = _end(held, middle)
            step *= 2
        else:
            high = middle
    while low < high:
        middle = _begin(held, low, (low + high) // 2)
        if held[middle:middle + len(key)] < key:
            low = _end(held, middle)
        else:
            high = middle
    return low


def _begin(held: mmap.mmap, low: int, place: int) -> int:
    """Give where the line of a place begins; it is not before `low`."""
    return held.rfind(b"\n", low, place) + 1 or low


def _end(held: mmap.mmap, start: int) -> int:
    """Give where the line ends that begins at a place."""
    return held.find(b"\n", start) + 1 or len(held)


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    if start < end:
        source.seek(start)
    while start < end and (piece := source.read(min(_COPIED, end - start))):
        target.write(piece)
        start += len(piece)
