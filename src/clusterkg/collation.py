"""Two files of sorted N-Triples held against each other; what is alike is passed over in pieces."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

_PIECE = 2**20  # bytes


def subjects(old: Path | None, new: Path | None) -> Iterator[
        tuple[bytes, Sequence[bytes], Sequence[bytes]]]:
    """Give the lines of each subject that are not the same in both; None for no file.

    Raises ValueError where lines are not sorted.
    """
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
            if lines != sorted(lines):
                raise ValueError(f"{path} is not sorted")
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
