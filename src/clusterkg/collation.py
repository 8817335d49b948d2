"""Two files of sorted N-Triples held against each other; what is alike is passed over in pieces."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_PIECE = 2**20  # bytes
# A subject of which not the same is said, with its lines then and now.
Change = tuple[bytes, Sequence[bytes], Sequence[bytes]]


def subjects(old: Path | None, new: Path | None) -> Iterator[Change]:
    """Give the lines of each subject that are not the same in both; None for no file.

    Raises ValueError where lines are not sorted.
    """
    for before, after in _unlike(_wholes(old), _wholes(new)):
        then, now = _grouped(before), _grouped(after)
        for subject in sorted({**then, **now}):
            lines = then.get(subject, []), now.get(subject, [])
            if lines[0] != lines[1]:
                yield subject, *lines


def lines(old: Path, new: Path) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Give, piece by piece, the lines that one of two files has and the other has not, sorted.

    Raises ValueError where lines are not sorted.
    """
    pieces, others = _pieces(old), _pieces(new)
    before, after = next(pieces, []), next(others, [])
    while before or after:
        last = min(some[-1] for some in (before, after) if some)
        cut, cut_new = bisect_right(before, last), bisect_right(after, last)
        if before[:cut] != after[:cut_new]:
            yield apart(before[:cut], after[:cut_new])
        before = before[cut:] or next(pieces, [])
        after = after[cut_new:] or next(others, [])


def apart(before: Iterable[bytes], after: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Give the lines that are gone and those that are new, sorted."""
    then, now = set(before), set(after)
    return sorted(then - now), sorted(now - then)


def _unlike(old: Iterator[list[bytes]], new: Iterator[list[bytes]]) -> Iterator[
        tuple[list[bytes], list[bytes]]]:
    """Cut both at the same subjects; leave out the pieces that are alike."""
    before, after = next(old, []), next(new, [])
    while before and after:
        last = min(_subject(before[-1]), _subject(after[-1])) + b"\xff"
        cut, cut_new = bisect_left(before, last), bisect_left(after, last)
        if before[:cut] != after[:cut_new]:
            yield before[:cut], after[:cut_new]
        before, after = _rest(before, cut) or next(old, []), _rest(after, cut_new) or next(new, [])
    while before or after:
        yield before, after
        before, after = next(old, []) if before else [], next(new, []) if after else []


def _rest(lines: list[bytes], cut: int) -> list[bytes]:
    """Leave out what stands before a cut; a piece may be as large as its subject is."""
    return lines[cut:] if cut else lines


def _wholes(path: Path | None) -> Iterator[list[bytes]]:
    """Read whole subjects, one of any size or some about as large as a piece."""
    rest: list[bytes] = []
    for lines in _pieces(path) if path else ():
        last = _subject(lines[-1])
        cut = bisect_left(lines, last + b" ")
        if cut or (rest and _subject(rest[-1]) != last):
            yield rest + lines[:cut]
            rest = []
        rest += lines[cut:]
    if rest:
        yield rest


def _pieces(path: Path) -> Iterator[list[bytes]]:
    """Read about so many bytes at a time; a line that ends a piece does not begin the next."""
    last = b""
    with path.open("rb") as file:
        while lines := file.readlines(_PIECE):
            if lines[0] < last or lines != sorted(lines):
                raise ValueError(f"{path} is not sorted")
            if new := lines[bisect_right(lines, last):]:
                yield new
            last = lines[-1]


def _grouped(lines: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for line in lines:
        found.setdefault(_subject(line), []).append(line)
    return found


def _subject(line: bytes) -> bytes:
    return line.partition(b" ")[0]
