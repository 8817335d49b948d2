"""From a file and its mapping to tables: what was read, and what each row says."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from clusterkg import tabular
from clusterkg.csvw import conversion, dialect, metadata
from clusterkg.csvw.mapping import Mapping
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect, Grid


@dataclass(frozen=True)
class Order:
    """What is asked for: a file, its mapping, into which snapshot; `dry`: only to try it.

    `source` is None where it is named after the file; what `dialect` leaves open, the mapping says.
    `beside` are other sources by name, with the files that the same build is to write for them.
    """

    file: Path
    mapping: Path
    snapshot: Path
    source: str | None = None
    dry: bool = False
    dialect: Dialect = field(default_factory=Dialect)
    beside: Map[str, Path] = field(default_factory=dict)


class Prepared(NamedTuple):
    """What was read, and by which mapping."""

    grid: Grid
    mapping: Mapping


def prepare(connection: Connection, order: Order, version: Path,
            say: Callable[[str], None]) -> Prepared:
    """Fill `grid`, `refused`, `skipped` and `fact`; names are looked up in a built version.

    Raises UnreadableError for a file or mapping that cannot be read.
    """
    mapping = metadata.read(order.mapping)
    say("read")
    grid = tabular.load(connection, order.file, dialect.merged(order.dialect, mapping.dialect))
    say("convert")
    conversion.convert(connection, mapping, grid, version)
    return Prepared(grid, mapping)
