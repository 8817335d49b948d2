"""A version of a built graph as one source: from disk at once, from memory when it is read there.

On disk what counts or groups much is up to five times slower than in memory.
"""

from pathlib import Path

from clusterkg.answer import Reply
from clusterkg.lookup import Index
from clusterkg.store import Store


class Embedded:
    """Answer from one version of a built graph; an `answer.Source`, with an index of labels."""

    def __init__(self, version: Path):
        """Open the store and the index; raise UnreadableError when they can't be read."""
        self.labels = Index.of(version)
        self._disk = Store.open(version / "store")

    def query(self, text: str) -> Reply:
        """Run one query; raise UsageError for a syntax error, RefusedError for a failed run."""
        return self._disk.query(text)
