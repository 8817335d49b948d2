"""How it is told that memory is full, or a disk full or failing."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterkg import tables
from clusterkg.errors import ClusterkgError, RefusedError

_DISK = re.compile("no space left|quota|max_temp_directory_size", re.IGNORECASE)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what any engine raises for want of memory or disk into a RefusedError of one line."""
    try:
        yield
    except ClusterkgError:
        raise
    except (MemoryError, OSError, tables.Error, sqlite3.Error) as error:
        raise RefusedError(f"{_said(error)}; the snapshot there before still answers",
                           path=folder) from error


def _said(error: Exception) -> str:
    what = (str(error).splitlines() or ["no memory left"])[0]
    if _is_memory(error):
        return f"not enough memory: {what}; allow more with --memory, or close other programs"
    return f"the build could not be written: {what}; make room and build again"


def _is_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError | tables.OutOfMemory) and not _DISK.search(str(error))
