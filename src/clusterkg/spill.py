"""Where tables in memory put aside what does not fit: a folder that does not outlive its process.

Each process has one in each folder for temporary files that it uses, locked while it lives. On
POSIX, what a killed process leaves is known by being unlocked, and is removed by the next one that
needs such a folder. Elsewhere nothing tells it from what is in use: it stays, as do files that are
still open when their process ends.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from clusterkg.errors import RefusedError

_PREFIX = "clusterkg-spill-"
_LOCKS = os.name == "posix"
_numbers = count()


class _Made(NamedTuple):
    """A folder that this module made; `lock` is an open descriptor, 0 for none."""

    process: int
    within: str
    path: Path
    lock: int


_made: list[_Made] = []


def folder() -> Path:
    """Name a folder that is not there yet, for one connection: two in one would mix their files.

    Raises what `own` raises.
    """
    return own() / str(next(_numbers))


def own() -> Path:
    """Give the folder of this process where temporary files belong now; it goes with the process.

    Raises RefusedError where none can be made.
    """
    try:
        key = os.getpid(), tempfile.gettempdir()
        for made in [made for made in _made if made[:2] == key]:
            if made.path.is_dir():
                return made.path
            _drop(made)  # it lay in a folder that is gone
        sweep()
        made = _Made(*key, *_locked())
    except OSError as error:
        raise RefusedError(f"no folder for temporary files can be made: {error.strerror}; make "
                           "room, or name one with TMPDIR") from error
    _made.append(made)
    return made.path


def sweep() -> None:
    """Remove what killed processes of this user left."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _LOCKS else ():
        with suppress(OSError):
            if left.lstat().st_uid == os.getuid() and (lock := _lock(left, wait=False)):
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)


def leave(within: Path | None = None) -> None:
    """Remove what this process made in one folder for temporary files, or in all."""
    for made in list(_made):
        if made.process == os.getpid() and within in {None, Path(made.within)}:
            _drop(made)


atexit.register(leave)


def _drop(made: _Made) -> None:
    _made.remove(made)
    shutil.rmtree(made.path, ignore_errors=True)
    if made.lock:
        os.close(made.lock)


def _locked() -> tuple[Path, int]:
    while True:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _lock(made, wait=True) if _LOCKS else 0
        # Where the disk has no locks, a folder that is still there will do.
        if lock or made.is_dir():
            return made, lock


def _lock(path: Path, *, wait: bool) -> int:
    """Lock a folder and give the open descriptor; 0 where it is held, or gone meanwhile."""
    import fcntl

    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if os.path.samestat(os.fstat(descriptor), path.lstat()):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)
    return 0
