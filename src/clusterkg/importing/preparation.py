"""From a file and its mapping to tables: what was read, and what each row says."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from clusterkg import tabular
from clusterkg.csvw import dialect, metadata, usage
from clusterkg.csvw.mapping import Mapping
from clusterkg.errors import UsageError
from clusterkg.importing import mending
from clusterkg.importing.recall import Recall
from clusterkg.resolving import Known
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid

Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What is asked for: a file, its mapping, into which snapshot; `dry`: only to try it.

    `source` is None where it is named after the file, behind a `prefix`; what `dialect` leaves
    open, the mapping says. What seems to be another table takes the place of one only to `replace`
    it. Rows that somebody `mended` stand in for those of an `edition`, by its folder.
    `together` are the files of all tables that are read with it.
    `beside` are other sources by name, with the files that the same build is to write for them.
    """

    file: Path
    mapping: Path
    snapshot: Path
    source: str | None = None
    dry: bool = False
    dialect: Dialect = field(default_factory=Dialect)
    beside: Map[str, Path] = field(default_factory=dict)
    prefix: str | None = None
    replace: bool = False
    mended: Path | None = None
    edition: Path | None = None
    together: frozenset[str] = frozenset()


class Prepared(NamedTuple):
    """What was read, and by which mapping; how many rows of it had been mended.

    `partly`: `fact` speaks only of rows that are others than in the edition before (see `recall`).
    """

    grid: Grid
    mapping: Mapping
    mended: int = 0
    partly: bool = False


def prepare(connection: Connection, order: Order, version: tuple[Known, Recall],
            say: Say) -> Prepared:
    """Fill `grid`, `refused`, `skipped` and `fact`; names are looked up in a built version.

    What is known of the edition before may stand in for what most rows say.

    Raises UnreadableError for a file or mapping that cannot be read.
    """
    mapping = metadata.read(order.mapping, order.file.name)
    if left := sorted(mapping.tied - order.together):
        raise UsageError(f"foreign keys tie this table to {', '.join(left)}: rows enter with those "
                         "that they lead to; import the folder that has all of them",
                         path=order.file)
    say("read")
    grid = tabular.load(connection, order.file, dialect.merged(order.dialect, mapping.dialect))
    grid, mended = mending.take(connection, grid, order.edition, order.mended)
    say("convert")
    known, recall = version
    partly = recall.convert(connection, mapping, grid, known)
    remarks = (*grid.remarks, *usage.remarks(mapping, grid))
    return Prepared(replace(grid, remarks=remarks), mapping, mended, partly)
