"""A version of a built graph as one source: from disk at once, from memory when it is read there.

On disk what counts or groups much is up to five times slower than in memory.
"""

import json
import os
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pyoxigraph as ox

from clusterkg import labels, store, tables
from clusterkg.answer import Reply
from clusterkg.content import TABLES
from clusterkg.errors import ClusterkgError
from clusterkg.integrity import MANIFEST
from clusterkg.lookup import Index
from clusterkg.store import Store
from clusterkg.tokens import significant

# Measured: a triple takes 330 bytes, and as much again for a moment while it is read.
_BYTES = 700
_SHARE = 0.5  # of the memory that is available
_DEFAULT = f"(SELECT 0 AS g, s, p, o FROM {labels.FACTS})"


class Embedded:
    """Answer from one version of a built graph; an `answer.Source`, with an index of labels."""

    def __init__(self, version: Path):
        """Open the store and the index; raise UnreadableError when they can't be read."""
        self.labels = Index.of(version)
        self._version = version
        self._disk = Store.open(version / "store")
        self._held: Store | None = None
        self._closed = threading.Event()
        self._reader: threading.Thread | None = None

    def query(self, text: str) -> Reply:
        """Run one query; raise UsageError for a syntax error, RefusedError for a failed run."""
        held = self._held
        return (self._disk if held is None or _names_graphs(text) else held).query(text)

    @property
    def raw(self) -> ox.Store:
        """Give Oxigraph's own store on disk, to stream from."""
        return self._disk.raw

    @property
    def is_warm(self) -> bool:
        """Tell whether memory answers."""
        return self._held is not None

    def warm(self) -> bool:
        """Begin to read the default graph into memory, where it fits; it answers once it is there.

        Until then, and for queries that name graphs, the disk answers. False: it doesn't fit.
        """
        if self._reader is None and fits(self._version):
            self._reader = threading.Thread(target=self._read, name="clusterkg-warm")
            self._reader.start()
        return self._reader is not None

    def wait(self) -> None:
        """Wait until memory answers, or is known not to."""
        if self._reader is not None:
            self._reader.join()

    def close(self) -> None:
        """Stop reading, and let go of what was read; the disk still answers."""
        self._closed.set()
        self.wait()
        self._held = None

    def _read(self) -> None:
        try:
            self._held = read(self._version, self._is_over)
        except (ClusterkgError, tables.Error, OSError, ValueError, SyntaxError, MemoryError):
            self._held = None  # the disk answers on

    def _is_over(self) -> bool:
        return self._closed.is_set() or not threading.main_thread().is_alive()


def fits(version: Path) -> bool:
    """Tell whether the default graph fits into the memory that is available."""
    try:
        counts = json.loads((version / MANIFEST).read_text(encoding="utf-8"))["counts"]
        triples = counts["asserted"] + counts["inferred"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(triples * _BYTES < _available() * _SHARE)


def read(version: Path, is_over: Callable[[], bool] = lambda: False) -> Store | None:
    """Read the default graph of a version into memory; None where `is_over` says to stop."""
    held = ox.Store()
    with closing(tables.reopen(version / TABLES)) as connection:
        for lines in tables.lines(connection, store.NAMED.format(relation=_DEFAULT)):
            if is_over():
                return None
            held.bulk_load("\n".join(lines), ox.RdfFormat.N_QUADS, lenient=True)
        # Lines that are loaded get new blank nodes, which are others each time.
        unnamed = tables.quads(connection, store.UNNAMED.format(relation=_DEFAULT))
        held.bulk_extend(takewhile(lambda _: not is_over(), unnamed))
    return None if is_over() else Store(held)


def _available() -> int:
    """Give the bytes of memory that the system could hand out."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines
                    if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _names_graphs(text: str) -> bool:
    return any(token.is_word("GRAPH", "FROM") for token in significant(text))
