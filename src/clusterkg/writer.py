"""Who may change what was written into a snapshot folder: one at a time, server or command."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from clusterkg.errors import RefusedError

_LOCK = "writer.sqlite"


class BusyError(Exception):
    """Others write."""


@contextmanager
def turn(folder: Path, seconds: float) -> Iterator[None]:
    """Wait for one's turn; the system ends it with the process.

    Raises BusyError where others write for so many seconds, RefusedError for a folder that nobody
    may write to.
    """
    _refuse_unwritable(folder)
    with closing(sqlite3.connect(folder / _LOCK, timeout=seconds, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise BusyError from error
            raise RefusedError(f"cannot lock: {error}; delete this file",
                               path=folder / _LOCK) from error
        yield


def _refuse_unwritable(folder: Path) -> None:
    shut = [path for path in (folder, *sorted(folder.iterdir()))
            if path.is_dir() and not os.access(path, os.W_OK)]
    if shut:
        raise RefusedError("this may be read here, and not be written; have that allowed, or name "
                           "a copy of the snapshot with --snapshot DIR", path=shut[0])
