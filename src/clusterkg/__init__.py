"""clusterkg: an open knowledge graph of industrial clusters with a semantic query layer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from clusterkg.graph import Graph

__version__ = "0.1.0"
__all__ = ["connect", "open"]


def open(snapshot: "Path | str | None" = None) -> "Graph":
    """Open a built graph: $CLUSTERKG_SNAPSHOT or ./snapshot where no folder is named.

    Raises UnreadableError where nothing was built.
    """
    from clusterkg.graph import open_graph

    return open_graph(snapshot)


def connect(url: str, *, timeout: float | None = None) -> "Graph":
    """Ask the same questions of any SPARQL 1.1 endpoint; `timeout` is in seconds."""
    from clusterkg.graph import connect as connected

    return connected(url, timeout=timeout)
