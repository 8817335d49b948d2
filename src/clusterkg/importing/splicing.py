"""A file of sorted N-Triples made from the one before, of which most lines stay."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

_COPIED = 2**24  # bytes at a time
Change = tuple[bytes, Sequence[bytes], Sequence[bytes]]


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


def _grouped(path: Path) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    with path.open("rb") as file:
        yield from groupby(file, lambda line: line.partition(b" ")[0])


def _first(held: mmap.mmap, key: bytes, low: int) -> int:
    """Give where the first line begins, from the beginning of one on, that is not less than a key.
    """
    high = len(held)
    while low < high:
        middle = held.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = held.find(b"\n", middle) + 1 or len(held)
        if held[middle:middle + len(key)] < key:
            low = end
        else:
            high = middle
    return low


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    while start < end and (piece := source.read(min(_COPIED, end - start))):
        target.write(piece)
        start += len(piece)
