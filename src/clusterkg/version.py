"""The versions of a snapshot folder: built aside, swapped in whole, never half there.

    snapshot/
        CURRENT            the name of the version that answers; replaced by one atomic rename
        lock.sqlite        held by the one build that may run; the system frees it with the process
        versions/<n>/      store/  closure.duckdb  manifest.json  queries/
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import replaced

_CURRENT = "CURRENT"
_BUILDING = ".building"
_LOCK = "lock.sqlite"


def current(folder: Path) -> Path:
    """Locate the version that answers; raise UnreadableError when nothing was built yet."""
    name = _name(folder)
    if name is None:
        raise UnreadableError("no snapshot here; run `clusterkg build` first, or name another "
                              "with --snapshot DIR", path=folder)
    version = folder / "versions" / name
    if not name.isdecimal() or not version.is_dir():
        raise UnreadableError(f"the snapshot is damaged: version {name!r} is missing; "
                              "run `clusterkg build` again", path=folder)
    return version


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Give an empty folder to build in, and hold the lock; what is left in it is thrown away.

    Raises RefusedError while another build holds the lock, where nothing can be written, and for
    a folder that holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _LOCK).is_file():
        raise RefusedError("this folder holds something else; name an empty one", path=folder)
    _make(folder / "versions")
    with _locked(folder / _LOCK, folder):
        aside = folder / "versions" / _BUILDING
        shutil.rmtree(aside, ignore_errors=True)
        _make(aside)
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def swap_in(folder: Path, built: Path) -> Path:
    """Make `built` the version that answers; keep the one before it for those who read it."""
    versions = folder / "versions"
    older = {p.name: p for p in versions.iterdir() if p.name.isdecimal()}
    before = _name(folder)
    new = versions / str(max(map(int, older), default=0) + 1)
    built.rename(new)
    with replaced(folder / _CURRENT) as temporary:
        temporary.write_text(f"{new.name}\n", encoding="ascii")
    for path in (path for name, path in older.items() if name != before):
        shutil.rmtree(path, ignore_errors=True)
    return new


def _name(folder: Path) -> str | None:
    try:
        with (folder / _CURRENT).open(encoding="ascii") as file:
            return file.read(64).strip()
    except (OSError, UnicodeDecodeError):
        return None


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
