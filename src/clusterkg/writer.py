"""Who may change what was written into a snapshot folder: one at a time, server or command."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_LOCK = "writer.sqlite"


class BusyError(Exception):
    """Others write."""


@contextmanager
def turn(folder: Path, seconds: float) -> Iterator[None]:
    """Wait for one's turn; the system ends it with the process.

    Raises BusyError where others write for so many seconds.
    """
    with closing(sqlite3.connect(folder / _LOCK, timeout=seconds, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BusyError from error
        yield
