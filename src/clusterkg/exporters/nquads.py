"""N-Quads: one statement with its named graph a line, sorted; of any size."""

from collections.abc import Iterable
from typing import BinaryIO

from pyoxigraph import Quad

from clusterkg import canonical

MEDIA_TYPE = "application/n-quads"
SUFFIX = ".nq"


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write distinct quads in the byte order of their lines."""
    out.writelines(canonical.lines(quads))
