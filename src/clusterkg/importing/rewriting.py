"""What a table says when rows of it were refused after it was written: only that changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterkg.extent import Edit
from clusterkg.importing import facts, splicing
from clusterkg.importing.facts import Origin
from clusterkg.tables import Connection

_FALLEN = "CREATE OR REPLACE TEMP TABLE fallen AS FROM entered SEMI JOIN refused USING (row)"
_LOST = "SELECT DISTINCT s FROM tie SEMI JOIN fallen USING (row) WHERE s IS NOT NULL"
_NARROWED = f"""
ALTER TABLE named RENAME TO every;
CREATE TABLE named AS FROM every
SEMI JOIN (SELECT row FROM tie SEMI JOIN ({_LOST}) USING (s)) USING (row)
"""
_WIDENED = "DROP TABLE IF EXISTS named; ALTER TABLE every RENAME TO named"


def note(connection: Connection) -> None:
    """Note which of the rows that were `entered` (see `account`) are refused by now."""
    connection.execute(_FALLEN)


def rewrite(connection: Connection, path: Path, origin: Origin) -> Edit | None:
    """Write the facts anew in place of a file that has what the noted rows said, too.

    Gives the lines that are others; None where there are no such rows.
    """
    lost = [s for s, in connection.execute(_LOST).fetchall()]
    if not lost:
        return None
    was, part = path.with_suffix(".was.nt"), path.with_suffix(".part.nt")
    path.replace(was)
    with _narrowed(connection):
        facts.write(connection, part, origin)
    return splicing.edit(splicing.splice(was, part, [*origin.own, *lost], path),
                         path.with_suffix(".since"))


@contextmanager
def _narrowed(connection: Connection) -> Iterator[None]:
    """Have the views speak of the rows alone that share a thing with those that were noted."""
    connection.execute(_NARROWED)
    try:
        yield
    finally:
        connection.execute(_WIDENED)
