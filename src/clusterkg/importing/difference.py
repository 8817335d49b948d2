"""What is different between two editions: by lines, to go from one to the other; and in words.

Both are files of sorted N-Triples.
"""

import gzip
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from clusterkg import collation
from clusterkg.collation import Change
from clusterkg.csvw.terms import NAMING
from clusterkg.extent import Edit
from clusterkg.namespaces import compress, expand

GONE, NEW = "gone.nt.gz", "new.nt.gz"
_SHOWN = 5
_NAMING = {f"<{iri}>".encode() for iri in NAMING}
_ROW, _LABEL = expand("ckg:sourceRow"), expand("rdfs:label")


@dataclass
class Difference:
    """Count things and facts; `shown` says of the first few things in words how they changed.

    `moved` things say the same in another row of the file. `renamed` counts those that have none of
    the names that they had, and `fresh` those added, by what their IRIs begin with: see `renaming`.
    What describes the import itself is left out of all.
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
    renamed: dict[str, int] = field(default_factory=dict)
    fresh: dict[str, int] = field(default_factory=dict)


def take(changes: Iterable[Change], into: Path, own: Collection[str],
         stems: Sequence[str] = ()) -> Difference:
    """Sum up what changes, subject by subject; write what is gone and new beside `into`.

    `own` are the IRIs of what describes the import, `stems` what those of things begin with.
    """
    found = Difference()
    apart = {f"<{iri}>".encode() for iri in own}
    with _packed(into / GONE) as gone, _packed(into / NEW) as added:
        for subject, before, after in changes:
            less, more = collation.apart(before, after)
            gone.writelines(less)
            added.writelines(more)
            if subject not in apart:
                _count(found, subject, (before, after), (less, more), stems)
    return found


def edit(change: Path, stem: Path) -> Edit:
    """Unpack what `take` wrote, for a build to read."""
    gone, new = (stem.with_name(f"{stem.name}.{name.removesuffix('.gz')}") for name in (GONE, NEW))
    return Edit(gone, new, _unpacked(change / GONE, gone), _unpacked(change / NEW, new))


def _unpacked(path: Path, to: Path) -> int:
    """Write a packed file as it was; give its lines."""
    count = 0
    with gzip.open(path) as packed, to.open("wb") as plain:
        for count, line in enumerate(packed, 1):  # noqa: B007  # it is the last that counts
            plain.write(line)
    return count


def _packed(path: Path) -> gzip.GzipFile:
    return gzip.GzipFile(path, "wb", compresslevel=1, mtime=0)


def _count(found: Difference, subject: bytes, lines: tuple[Sequence[bytes], Sequence[bytes]],
           changed: tuple[Sequence[bytes], Sequence[bytes]], stems: Sequence[str]) -> None:
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
    if kind == "added":
        _add(found.fresh, subject, stems)
    elif kind == "changed" and _is_renamed(before, after):
        _add(found.renamed, subject, stems)
    if len(found.shown[kind]) < _SHOWN:
        said = f": {_said(less, more)}" if kind == "changed" else ""
        found.shown[kind].append(_name(subject, after or before) + said)


def _add(counts: dict[str, int], subject: bytes, stems: Sequence[str]) -> None:
    iri = subject[1:-1].decode()
    stem = next((stem for stem in stems if iri.startswith(stem)), "")
    counts[stem] = counts.get(stem, 0) + 1


def _is_renamed(before: Sequence[bytes], after: Sequence[bytes]) -> bool:
    """Tell whether a thing that had names has others only."""
    had, has = set(_names(before)), set(_names(after))
    return bool(had and has) and had.isdisjoint(has)


def _names(lines: Sequence[bytes]) -> Iterator[bytes]:
    """Give the names as they are written, without their languages."""
    for line in lines:
        _, link, text = line.split(b" ", 2)
        if link in _NAMING:
            yield text.rpartition(b'"')[0]


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
