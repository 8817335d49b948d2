"""Where tables in memory put aside what does not fit: a folder that does not outlive its process.

Each process has one, locked while it lives. What a killed one leaves is known by being unlocked,
and is removed by the next process that needs such a folder.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

_PREFIX = "clusterkg-spill-"
_LOCKS = os.name == "posix"
_numbers = count()


def folder() -> Path:
    """Name a folder that is not there yet, for one connection: two in one would mix their files."""
    return own() / str(next(_numbers))


def own() -> Path:
    """Give the folder of this process; it goes when the process ends."""
    made = _made(os.getpid())
    if not made.is_dir():  # it lay in a folder that is gone
        _made.cache_clear()
        made = _made(os.getpid())
    return made


def sweep() -> None:
    """Remove what killed processes of this user left."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _LOCKS else ():
        with suppress(OSError):
            if left.lstat().st_uid == os.getuid() and (lock := _lock(left, wait=False)):
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)


@cache
def _made(process: int) -> Path:
    sweep()
    while True:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # Where the disk has no locks, a folder that is still there will do.
        if not _LOCKS or _lock(made, wait=True) or made.is_dir():
            atexit.register(_remove, made, process)
            return made


def _remove(made: Path, process: int) -> None:
    if os.getpid() == process:  # not a fork of it
        shutil.rmtree(made, ignore_errors=True)


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
