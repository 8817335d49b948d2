"""From rows of text to the tables of a grid, by way of files that DuckDB reads quickly."""

import csv
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from clusterkg import spill, tables
from clusterkg.errors import ClusterkgError
from clusterkg.tables import Connection
from clusterkg.tabular import grid

_BATCH = 5_000  # rows that are written at once
_READ = """
INSERT INTO {table}({names}) SELECT * FROM read_csv($path, columns = {{{types}}},
    delim = $delimiter, quote = '"', escape = '"', header = false, auto_detect = false,
    nullstr = $null, new_line = '\\n', max_line_size = 8388608, buffer_size = 16777216,
    parallel = {parallel})
"""

Cells = Sequence[str | None]


class Landing:
    """Take rows, refusals and skipped rows, and make the tables of a grid of them in the end."""

    def __init__(self, connection: Connection, delimiter: str = ","):
        """Put aside what is taken, in a folder of this process."""
        self._connection, self.delimiter = connection, delimiter
        self._null = f"\x01{secrets.token_hex(12)}"  # no cell says this
        self._folder = spill.own() / f"grid-{secrets.token_hex(4)}"
        self._parts, self._rows = list[_Aside](), list[list[object]]()
        self.width = 0  # cells of a row
        self.broken = False  # whether a cell has a line break

    def __enter__(self) -> Self:
        """Make the folder."""
        self._folder.mkdir()
        self._refused = self._aside("refused", ["col", "value", "wrong", "advice"])
        self._skipped = self._aside("skipped", ["rule"])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        """Remove what was put aside."""
        for aside in (*self._parts, self._refused, self._skipped):
            aside.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def widen(self, width: int) -> None:
        """Expect rows of so many cells from now on; those before it have nothing there."""
        self.width = width

    def lines(self, text: str, count: int) -> None:
        """Take rows as they are to be read: number and cells, no quote and no break in a cell."""
        self._part().write(text, count)

    def add(self, row: int, cells: Cells) -> None:
        """Take a row."""
        self._rows.append([row, *(self._null if cell is None else cell for cell in cells)])
        if len(self._rows) >= _BATCH:
            self._flush()

    def refuse(self, row: int, value: str, wrong: str, advice: str, *, col: int = 0) -> None:
        """Take a row that cannot be read, or a cell of a row that can."""
        shown = value[:grid.SHOWN].replace("\0", "\N{SYMBOL FOR NULL}")
        shown = shown.encode("utf-8", "replace").decode("utf-8")
        self._refused.rows([[row, col, shown, wrong, advice]])

    def skip(self, row: int, rule: str) -> None:
        """Take a row that is no row of data."""
        self._skipped.rows([[row, rule]])

    def land(self) -> int:
        """Make the tables and give the number of rows read."""
        self._flush()
        grid.begin(self._connection, self.width)
        for aside in (*self._parts, self._refused, self._skipped):
            aside.land(self._connection, self._null, parallel=not self.broken)
        return grid.read(self._connection)

    def _aside(self, table: str, columns: list[str]) -> "_Aside":
        path = self._folder / f"{table}-{len(self._parts)}"
        return _Aside(path, table, columns, self.delimiter)

    def _part(self) -> "_Aside":
        """Give the file for rows as wide as they are now; one is open at a time."""
        if not self._parts or self._parts[-1].width != self.width:
            for part in self._parts[-1:]:
                part.close()
            columns = [f"c{n}" for n in range(1, self.width + 1)]
            self._parts.append(self._aside("grid", columns))
        return self._parts[-1]

    def _flush(self) -> None:
        if self._rows:
            for row in self._rows:
                row.extend([self._null] * (self.width + 1 - len(row)))
            self._part().rows(self._rows)
            self._rows = []


class _Aside:
    """Rows of one table in a file."""

    def __init__(self, path: Path, table: str, columns: list[str], delimiter: str):
        self._table, self._columns, self._delimiter = table, columns, delimiter
        self._path, self._count, self.width = path, 0, len(columns)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter, quoting=csv.QUOTE_ALL,
                                  lineterminator="\n")

    def write(self, text: str, count: int) -> None:
        self._file.write(text)
        self._count += count

    def rows(self, rows: list[list[object]]) -> None:
        self._writer.writerows(rows)
        self._count += len(rows)

    def close(self) -> None:
        self._file.close()

    def land(self, connection: Connection, null: str, *, parallel: bool) -> None:
        self.close()
        if not self._count:
            return
        names = ["row", *self._columns]
        types = ", ".join(f"'{n}': '{'BIGINT' if n == 'row' else 'VARCHAR'}'" for n in names)
        before = tables.count(connection, self._table)
        connection.execute(
            _READ.format(table=self._table, names=", ".join(names), types=types,
                         parallel=str(parallel).lower()),
            {"path": str(self._path), "delimiter": self._delimiter, "null": null})
        if tables.count(connection, self._table) - before != self._count:
            raise ClusterkgError(f"of {self._count:,} rows for {self._table!r} some were lost")
