"""What files assert, with what their accepted claims state, ready to be validated."""

from collections.abc import Sequence
from pathlib import Path

from clusterkg import adoption, tables

_ASSERTED = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad)"


def read(files: Sequence[Path]) -> bytes:
    """Read RDF files and adopt their accepted claims; give N-Triples, sorted.

    Raises UnreadableError with `path:line`.
    """
    connection = tables.connect()
    try:
        for path in files:
            tables.load(connection, path)
        adoption.adopt(connection)
        triples = {str(quad.triple) for quad in tables.quads(connection, _ASSERTED)}
    finally:
        connection.close()
    return "".join(f"{triple} .\n" for triple in sorted(triples)).encode()
