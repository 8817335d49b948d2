"""N-Triples: one statement a line, sorted, all graphs in one; of any size."""

from collections.abc import Iterable
from typing import BinaryIO

from pyoxigraph import Quad

from clusterkg import canonical

MEDIA_TYPE = "application/n-triples"
SUFFIX = ".nt"


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write the distinct triples of all graphs in the byte order of their lines."""
    out.writelines(canonical.lines(canonical.merged(quads)))
