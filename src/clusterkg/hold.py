"""Folders that are held as long as somebody reads them: an engine opens some files late.

On POSIX the lock goes with the process; elsewhere open files cannot be removed anyhow.
"""

import os
from contextlib import suppress
from pathlib import Path
from weakref import finalize

_SHARED = os.name == "posix"


class Hold:
    """Hold a folder until this is no longer referred to."""

    def __init__(self, folder: Path):
        """Take a shared lock; without one where the system has none."""
        with suppress(OSError):
            if _SHARED:
                finalize(self, os.close, _lock(folder, shared=True))


def is_free(folder: Path) -> bool:
    """Tell whether nobody holds a folder, as far as the system can tell."""
    if _SHARED and folder.is_dir():
        try:
            os.close(_lock(folder, shared=False))
        except BlockingIOError:
            return False
        except OSError:  # a disk without locks
            return True
    return True


def _lock(folder: Path, *, shared: bool) -> int:
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
