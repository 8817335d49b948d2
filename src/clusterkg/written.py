"""The graphs that were written through the server: each a file in the snapshot's folder `written`.

A build reads them with its other data. Files that a build is to try are put in place before it and
taken out again unless the version that answers afterwards was built from them: whatever ends the
process, or the power, the next build finds what was agreed. (Where a system cannot flush folders,
that holds of the process alone.)

    written/
        <name>.nt      sorted N-Triples; `ledger.name_of` the graph's IRI
        <name>.sssom.tsv   decisions, under the name `<name>.sssom`
        .before/       the files that were there before, and plan.json: the checksums of the new
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from clusterkg import ledger, version
from clusterkg.extent import Edit
from clusterkg.files import DECISIONS, checksum_once, flush, replaced, sweep, tidied, unbroken

FOLDER = "written"
_BEFORE, _PLAN, _SUFFIX = ".before", "plan.json", ".nt"
_DECIDING = ".sssom"  # the name of a file of decisions ends so
_SMALL = 2**20  # bytes
_LONGEST = 230  # bytes of a name: file systems take 255, and a temporary name is longer

# By name: the bytes of a file, or a file that is taken over as it is; None: the file is to go.
Contents = Mapping[str, bytes | Path | None]


def _agreed(built: Path) -> None:
    """Object to nothing."""


@dataclass(frozen=True)
class Trial:
    """What a build is to try; `check` raises where the version it made must not answer.

    `edits` are the changes that are known already, by name: see `extent`. What shapes refuse leaves
    its tables in `rest`, if that is given; a build that finds some there goes on from them where
    all that is other is known `since` (see `resumption`).
    """

    contents: Contents
    check: Callable[[Path], None] = _agreed
    edits: Mapping[str, Edit] = field(default_factory=dict)
    rest: Path | None = None
    since: Mapping[str, Edit] = field(default_factory=dict)

    def swap_in(self, folder: Path, aside: Path) -> Path:
        """Make what was built aside the version that answers, unless `check` raises."""
        self.check(aside)
        return version.swap_in(folder, aside)


NOTHING = Trial({})


def is_fit(name: str) -> bool:
    """Tell whether the name of a graph is short enough for a file."""
    return len(name) <= _LONGEST


def files(folder: Path) -> list[Path]:
    """List the files of a snapshot folder that were written, by name."""
    return sorted(path for path in (folder / FOLDER).glob("[!.]*")
                  if path.name.endswith((_SUFFIX, DECISIONS)))


def place(folder: Path, name: str) -> Path:
    """Locate what is written under a name, if anything is."""
    return folder / FOLDER / _file(name)


def _file(name: str) -> str:
    # The name of an IRI may end in anything.
    is_deciding = name.endswith(_DECIDING) and not name.startswith(ledger.OWN)
    return name.removesuffix(_DECIDING) + DECISIONS if is_deciding else f"{name}{_SUFFIX}"


def befores(folder: Path) -> list[Path]:
    """List the files that were there before those that a build tries."""
    return sorted((folder / FOLDER / _BEFORE).glob(f"*{_SUFFIX}"))


@contextmanager
def tried(folder: Path, contents: Contents) -> Iterator[None]:
    """Put files in place for a build; they stay if the version that answers then has them.

    The caller holds the lock of the build.
    """
    settle(folder)
    if not contents:
        yield
        return
    with tidied(lambda: settle(folder)):
        with unbroken():
            _put_by(folder, contents)
            for name, content in contents.items():
                _place(place(folder, name), content)
            flush(folder / FOLDER)
        yield


def _put_by(folder: Path, contents: Contents) -> None:
    """Keep what is there, and say what will be: both are there, or none."""
    making = folder / FOLDER / f"{_BEFORE}.new"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    plan = {name: _checksum(content) for name, content in contents.items()}
    for name in plan:
        old = place(folder, name)
        if old.exists():
            _take_over(old, making / old.name)
    (making / _PLAN).write_text(json.dumps(plan), encoding="ascii")
    flush(making / _PLAN)
    flush(making)
    making.rename(folder / FOLDER / _BEFORE)
    flush(folder / FOLDER)


def _place(path: Path, content: bytes | Path | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    with replaced(path) as temporary:
        if isinstance(content, Path):
            temporary.unlink()
            _take_over(content, temporary)
        else:
            temporary.write_bytes(content)


def _take_over(file: Path, copy: Path) -> None:
    """Link a file where that can be: whoever has one of the names replaces it, and writes no more.

    What is small is copied, so that it may be mended by hand in place.
    """
    if file.stat().st_size > _SMALL:
        with suppress(OSError):
            os.link(file, copy)
            return
    shutil.copyfile(file, copy)
    flush(copy)


def _checksum(content: bytes | Path | None) -> str | None:
    if isinstance(content, Path):
        return checksum_once(content)
    return None if content is None else sha256(content).hexdigest()


def is_settled(folder: Path) -> bool:
    """Tell whether no build is trying files, and none that was killed has left any."""
    return not (folder / FOLDER / _BEFORE).exists()


def agreed(folder: Path) -> dict[str, Path]:
    """Map the names of files to those that the version that answers has, whatever is tried now."""
    before = folder / FOLDER / _BEFORE
    found = {path.name: path for path in files(folder)}
    with suppress(FileNotFoundError):
        plan: dict[str, Any] = json.loads((before / _PLAN).read_text(encoding="ascii"))
        if _sums(folder, plan) != plan:
            for name in map(_file, plan):
                found.pop(name, None)
                if (before / name).exists():
                    found[name] = before / name
    return found


def settle(folder: Path) -> None:
    """Keep what was put in place if the version that answers was built from it, else undo it.

    The caller holds the lock of the build.
    """
    before = folder / FOLDER / _BEFORE
    sweep(folder / FOLDER)
    if not before.is_dir():
        return
    plan: dict[str, Any] = json.loads((before / _PLAN).read_text(encoding="ascii"))
    if _sums(folder, plan) != plan:
        for name in plan:
            old = before / _file(name)
            _place(place(folder, name), old if old.exists() else None)
        flush(folder / FOLDER)
    done = before.with_name(f"{_BEFORE}.new")
    shutil.rmtree(done, ignore_errors=True)
    before.rename(done)
    shutil.rmtree(done, ignore_errors=True)


def _sums(folder: Path, names: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Give the checksums of files that the version that answers was built from.

    None where that is not known: then nothing was agreed.
    """
    current = version.glanced(folder)
    built = ledger.of(current) if current else None
    if built is None:
        return None
    return {name: built.data[name].sha256 if name in built.data else None for name in names}
