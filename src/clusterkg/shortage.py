"""How it is told that memory is full, or a disk full or failing; a bug stays a bug."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterkg import allowance, tables
from clusterkg.errors import ClusterkgError, RefusedError

# In the words of the system, of DuckDB, SQLite and RocksDB.
_DISK = re.compile(
    "no space left|disk quota|file too large|disk is full|disk I/O|IO error|input/output error|"
    "max_temp_directory_size|too many open files", re.IGNORECASE)
_SHUT = re.compile("read-only file system|readonly database|permission denied|"
                   "operation not permitted", re.IGNORECASE)
# How DuckDB tells of what went wrong beside it: as JSON in its message.
_WRAPPED = re.compile(r'.*"exception_message":"((?:[^"\\]|\\.)*)".*')


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what any engine raises for want of memory or disk into a RefusedError of one line."""
    try:
        yield
    except ClusterkgError:
        raise
    except (MemoryError, OSError, RuntimeError, tables.Error, sqlite3.Error) as error:
        said = _said(error)
        if not said:
            raise
        raise RefusedError(f"{said}; the snapshot there before still answers",
                           path=folder) from error


def _said(error: Exception) -> str:
    """Say what is short and what to do; "" where nothing is."""
    what = (str(error).splitlines() or ["no memory left"])[0]
    what = _WRAPPED.sub(lambda found: found[1].replace('\\"', '"'), what)
    if _SHUT.search(str(error)):
        return f"the build could not be written: {what}; have that allowed, and build again"
    if _DISK.search(str(error)):
        return f"the build could not be written: {what}; make room and build again"
    if allowance.is_short(error):
        return f"not enough memory: {what}; allow more with --memory, or close other programs"
    return ""
