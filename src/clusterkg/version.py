"""The versions of a snapshot folder: built aside, swapped in whole, never half there.

    snapshot/
        CURRENT            the name of the version that answers and its manifest's checksum;
                           replaced by one atomic rename
        lock.sqlite        held by the one build that may run; the system frees it with the process
        versions/<n>/      store/  closure.duckdb  manifest.json  queries/
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterkg import allowance, hold, integrity, spill
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import replaced, sweep, tidied, unbroken
from clusterkg.hold import Hold
from clusterkg.integrity import Damage

_CURRENT = "CURRENT"
_BUILDING = ".building"
_LOCK = "lock.sqlite"
_LONGEST = 200  # characters of CURRENT


def current(folder: Path) -> Path:
    """Locate the version that answers; raise UnreadableError when nothing was built yet.

    Raises it, too, where a file is missing, has another size, or is not listed as it was built.
    """
    version, checksum = _pointed(folder)
    if not version.is_dir():
        raise _damaged(folder, f"version {version.name!r} is missing")
    found = integrity.glance(version, checksum) if checksum else None
    if found:
        raise _damaged(folder, str(found))
    return version


def damages(folder: Path) -> list[Damage]:
    """List the damaged files of the version that answers, reading all of it.

    Raises UnreadableError when nothing was built yet.
    """
    version, checksum = _pointed(folder)
    if not version.is_dir() or not checksum:
        return [Damage(folder / _CURRENT, "no version with its checksum in it, as every build "
                                          "writes there")]
    return integrity.damages(version, checksum)


def glanced(folder: Path) -> Path | None:
    """Give the version that answers when its files seem whole, unread; else None."""
    try:
        return current(folder)
    except UnreadableError:
        return None


def recorded(folder: Path) -> Path | None:
    """Give the version that answers if its manifest is what was written, whatever else is not."""
    name, checksum = pointer(folder)
    there = folder / "versions" / name
    return there if name and integrity.is_listed(there, checksum) else None


def damage(folder: Path) -> str:
    """Say the first damage of the version that answers; "" for none and where none was built."""
    try:
        return next(map(str, damages(folder)), "")
    except UnreadableError:
        return ""


def unguarded_damage(folder: Path) -> str:
    """Say the first damage in files that only the manifest has checksums of; "" for none."""
    version, checksum = _pointed(folder)
    return next(map(str, integrity.unguarded_damages(version, checksum)), "")


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Give a folder to build in, and hold the lock; what is left in it is thrown away.

    Raises RefusedError while another build holds the lock, where nothing can be written, and for
    a folder that holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _LOCK).is_file():
        raise RefusedError("this folder holds something else; name an empty one", path=folder)
    _make(folder)  # the lock first: by it a folder is known, wherever a build is killed
    with _locked(folder / _LOCK, folder):
        aside = folder / "versions" / _BUILDING
        shutil.rmtree(aside, ignore_errors=True)
        sweep(folder)
        _make(aside / allowance.SPILL)
        with (tidied(lambda: shutil.rmtree(aside, ignore_errors=True)),
              _temporary(aside / allowance.SPILL)):
            yield aside


def mirror(folder: Path, other: Path) -> list[Hold]:
    """Have another folder answer as this one does, as long as what is given is kept.

    Raises UnreadableError when nothing was built yet.
    """
    there = current(folder)
    held = [Hold(path) for path in there.iterdir() if path.is_dir()]
    (other / "versions").mkdir()
    (other / "versions" / there.name).symlink_to(there.resolve(), target_is_directory=True)
    shutil.copyfile(folder / _CURRENT, other / _CURRENT)
    (other / _LOCK).touch()  # by it a folder is known
    return held


def clear(aside: Path) -> None:
    """Throw away what was built so far."""
    for path in aside.iterdir():
        if path.name != allowance.SPILL:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def swap_in(folder: Path, built: Path) -> Path:
    """Make `built` the version that answers; keep the one before it, and what is being read."""
    versions = folder / "versions"
    older = {p.name: p for p in versions.iterdir() if p.name.isdecimal()}
    before, _ = pointer(folder)
    new = versions / str(max(map(int, older), default=0) + 1)
    shutil.rmtree(built / allowance.SPILL, ignore_errors=True)
    checksum = integrity.seal(built, versions / before if before else None)
    try:
        with unbroken():
            built.rename(new)
            with replaced(folder / _CURRENT) as temporary:
                temporary.write_text(f"{new.name} {checksum}\n", encoding="ascii")
    except RefusedError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    for path in (path for name, path in older.items() if name != before):
        if all(map(hold.is_free, path.iterdir())):  # else a later build removes it
            shutil.rmtree(path, ignore_errors=True)
    return new


def pointer(folder: Path) -> tuple[str, str]:
    """Read the name of the version that answers, and its checksum; "" for what is not there."""
    try:
        with (folder / _CURRENT).open(encoding="ascii", errors="replace") as file:
            name, _, checksum = file.read(_LONGEST).strip().partition(" ")
    except OSError:
        return "", ""
    return (name if name.isdecimal() else ""), checksum


def _pointed(folder: Path) -> tuple[Path, str]:
    name, checksum = pointer(folder)
    if not name and not (folder / _CURRENT).exists():
        raise UnreadableError("no snapshot here; run `clusterkg build` first, or name another "
                              "with --snapshot DIR", path=folder)
    return folder / "versions" / (name or "?"), checksum


def _damaged(folder: Path, what: str) -> UnreadableError:
    return UnreadableError(f"the snapshot is damaged ({what}); run `clusterkg build --full` to "
                           "make it anew from its sources", path=folder)


@contextmanager
def _temporary(folder: Path) -> Iterator[None]:
    """Have temporary files made where the next build clears away what a killed one leaves."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        spill.leave(folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"cannot make this folder: {error.strerror}; choose another with "
                           "--snapshot DIR", path=folder) from error


@contextmanager
def _locked(path: Path, folder: Path) -> Iterator[None]:
    try:
        lock = sqlite3.connect(path, timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        busy = "locked" in str(error)
        what = "another build is running; wait for it to end" if busy else \
            f"cannot lock: {error}; delete {path.name} there"
        raise RefusedError(what, path=folder) from error
    try:
        yield
    finally:
        lock.close()
