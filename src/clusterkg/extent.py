"""How much of what a version was built from has changed since, and which lines of its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clusterkg import collation
from clusterkg.files import checksum_once
from clusterkg.ledger import Ledger

_LINE = 100  # bytes of a file for a quad, more or less
# Where more quads change than so many, and than one in so many, all is sooner made anew.
_FEW, _SHARE = 20_000, 3
_BLANK = (b"_:", b" _:")


@dataclass(frozen=True)
class Edit:
    """The lines, as N-Triples, that a file has no more, and that it has from now on."""

    gone: Path
    new: Path
    less: int
    more: int


def edits(then: Ledger, data: Mapping[str, Path], olds: Mapping[str, Path],
          told: Mapping[str, Edit], aside: Path) -> dict[str, Edit]:
    """Hold files against the `olds` that a version was built from; write the lines aside.

    What has been `told` of a file that is still the old one is taken for true. Left out are files
    with blank nodes, whose names mean something only in their whole file, and files that are not
    sorted N-Triples.
    """
    found = {}
    for name, old in olds.items():
        known = then.data.get(name)
        if name in data and known and old.is_file() and checksum_once(old) == known.sha256:
            try:
                found[name] = told.get(name) or _edit(old, data[name], aside / name)
            except ValueError:
                continue
    return found


def is_much(then: Ledger, now: Ledger, data: Mapping[str, Path], quads: Mapping[str, int],
            known: Mapping[str, Edit]) -> bool:
    """Tell whether so much has changed that a version is sooner made anew than from the last."""
    changed = sum(_changed(name, data.get(name), quads, known) for name in now.changed(then))
    return changed > max(_FEW, sum(quads.values()) // _SHARE)


def _changed(name: str, path: Path | None, quads: Mapping[str, int],
             known: Mapping[str, Edit]) -> int:
    if name in known:
        return known[name].less + known[name].more
    there = quads.get(name, 0)
    return max(there, path.stat().st_size // _LINE) if path else there


def _edit(old: Path, new: Path, stem: Path) -> Edit:
    gone, added = stem.with_name(f"{stem.name}.gone.nt"), stem.with_name(f"{stem.name}.new.nt")
    less = more = 0
    with gone.open("wb") as out, added.open("wb") as into:
        for left, come in collation.lines(old, new):
            if any(line.startswith(_BLANK[0]) or _BLANK[1] in line for line in left + come):
                raise ValueError("blank nodes")
            out.writelines(left)
            into.writelines(come)
            less, more = less + len(left), more + len(come)
    return Edit(gone, added, less, more)
