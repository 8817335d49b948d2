"""The graphs that were written through the server: each a file in the snapshot's folder `written`.

A build reads them with its other data. Files that a build is to try are put in place before it and
taken out again unless the version that answers afterwards was built from them: whatever ends the
process, or the power, the next build finds what was agreed. (Where a system cannot flush folders,
that holds of the process alone.)

    written/
        <name>.nt      sorted N-Triples; `ledger.name_of` the graph's IRI
        .before/       the files that were there before, and plan.json: the checksums of the new
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from clusterkg import ledger, version
from clusterkg.files import replaced

FOLDER = "written"
_BEFORE, _PLAN, _SUFFIX = ".before", "plan.json", ".nt"
_LONGEST = 230  # bytes of a name: file systems take 255, and a temporary name is longer

Contents = Mapping[str, bytes | None]  # by name; None: the file is to go


def _agreed(built: Path) -> None:
    """Object to nothing."""


@dataclass(frozen=True)
class Trial:
    """What a build is to try; `check` raises where the version it made must not answer."""

    contents: Contents
    check: Callable[[Path], None] = _agreed

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
    return sorted((folder / FOLDER).glob(f"[!.]*{_SUFFIX}"))


@contextmanager
def tried(folder: Path, contents: Contents) -> Iterator[None]:
    """Put files in place for a build; they stay if the version that answers then has them.

    The caller holds the lock of the build.
    """
    _settle(folder)
    if not contents:
        yield
        return
    _put_by(folder / FOLDER, contents)
    try:
        for name, content in contents.items():
            _place(folder / FOLDER / f"{name}{_SUFFIX}", content)
        _flush(folder / FOLDER)
        yield
    finally:
        _settle(folder)


def _put_by(place: Path, contents: Contents) -> None:
    """Keep what is there, and say what will be: both are there, or none."""
    making = place / f"{_BEFORE}.new"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    plan = {name: None if content is None else sha256(content).hexdigest()
            for name, content in contents.items()}
    for name in plan:
        old = place / f"{name}{_SUFFIX}"
        if old.exists():
            shutil.copyfile(old, making / old.name)
            _flush(making / old.name)
    (making / _PLAN).write_text(json.dumps(plan), encoding="ascii")
    _flush(making / _PLAN)
    _flush(making)
    making.rename(place / _BEFORE)
    _flush(place)


def _place(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    with replaced(path) as temporary:
        temporary.write_bytes(content)


def _settle(folder: Path) -> None:
    """Keep what was put in place if the version that answers was built from it, else undo it."""
    before = folder / FOLDER / _BEFORE
    if not before.is_dir():
        return
    plan: dict[str, Any] = json.loads((before / _PLAN).read_text(encoding="ascii"))
    if _sums(folder, plan) != plan:
        for name in plan:
            file = f"{name}{_SUFFIX}"
            old = before / file
            _place(folder / FOLDER / file, old.read_bytes() if old.exists() else None)
        _flush(folder / FOLDER)
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


def _flush(path: Path) -> None:
    """Have the system write a file, or the names in a folder, where power does not keep them."""
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
