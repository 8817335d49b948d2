"""Tables of other people's files, as text in DuckDB, with every row accounted for.

    grid(row, c1, ... cN)                 text as it stands; NULL where a cell is missing
    refused(row, col, value, wrong, advice)     what cannot be taken; col 0 is the whole row
    skipped(row, rule)                    what is no row of data, and which rule says so

`row` is the 1-based line where a row begins, or the row of the sheet. Each row read is in one of
`grid`, `refused` with col 0, and `skipped`; a refused cell (col > 0) is of a row in `grid`, where
it is NULL. One module in `readers` reads one format.
"""

from dataclasses import replace
from pathlib import Path

from clusterkg import discovery
from clusterkg.errors import UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular.grid import Dialect, Grid, in_one_line
from clusterkg.tabular.unpacking import Packed

__all__ = ["Dialect", "Grid", "load", "suffixes"]

_READERS = "tabular/readers"


def load(connection: Connection, path: Path, dialect: Dialect | None = None) -> Grid:
    """Make the tables `grid`, `refused` and `skipped` anew from a file, and say what was found.

    Raises UnreadableError for a file that is no table, RefusedError for one that is too large,
    UsageError for a dialect that cannot be.
    """
    dialect = dialect or Dialect()
    dialect.check()
    packed = Packed(path, dialect.member)
    suffix = Path(packed.name).suffix.lower()
    found = [name for name, those in suffixes().items() if suffix in those]
    if not found:
        known = ", ".join(sorted(s for those in suffixes().values() for s in those))
        raise UnreadableError(f"no table is read from {suffix or 'a file without suffix'}; "
                              f"give one of {known}", path=path)
    reader = discovery.load(_READERS, found[0])
    grid = reader.read(connection, packed, dialect)
    assert isinstance(grid, Grid)
    return replace(grid, name=in_one_line(grid.name), sheet=grid.sheet and in_one_line(grid.sheet))


def suffixes() -> dict[str, tuple[str, ...]]:
    """Map each format to the endings of its files."""
    return {name: discovery.constant(_READERS, name, "NAMED")["suffixes"]
            for name in discovery.names(_READERS)}
