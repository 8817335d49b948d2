"""What an edition knows of its rows, so that the next one converts but those that are others.

    digest(row, sum)                 of the cells of each row
    remark(row, col, value, wrong)   what the reader said of rows, by refusing or skipping them
    refused, skipped, entered        where each row was in the end: see `account`
    blamed                           what shapes refused, as in `refused`
    tie(row, key, s)                 what rows share with one another: see `csvw.agreement`
    told<k>                          what the texts of a column were resolved to
    basis(text)                      a checksum of all else that a row's facts depend on

Rows that are others are converted, and all that share a thing or a key with them, as they were or
as they are, and with these; and rows that shapes refused. The others say what they said. Where too
many are others, or a text names another thing by now, the whole table is converted.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from clusterkg import ledger, tables
from clusterkg.csvw import conversion
from clusterkg.csvw.frame import Frame
from clusterkg.csvw.mapping import Mapping
from clusterkg.files import checksum, knowledge
from clusterkg.resolving import Known
from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.tabular import Grid

FILE = "rows.duckdb"
_SHARE = 10  # where more than one row in so many is another, all are converted
_TURNS = 5  # times that rows are converted, for what the time before showed to be shared
_NOTED = """
CREATE OR REPLACE TABLE digest AS SELECT row, unhex(sha256({text})[:32]) AS sum FROM grid;
CREATE OR REPLACE TABLE unread AS FROM refused;
CREATE OR REPLACE TABLE unused AS FROM skipped;
CREATE OR REPLACE TABLE remark AS SELECT row, col, value, wrong FROM unread
    UNION ALL SELECT row, NULL, NULL, rule FROM unused;
CREATE OR REPLACE TABLE standing(row BIGINT);
CREATE OR REPLACE TABLE blamed AS FROM refused LIMIT 0
"""
_AGAIN = """
DELETE FROM refused; INSERT INTO refused FROM unread;
DELETE FROM skipped; INSERT INTO skipped FROM unused;
DELETE FROM standing
"""
_OTHERS = """
CREATE OR REPLACE TABLE part AS
SELECT row FROM digest AS now FULL JOIN old.digest AS was USING (row)
WHERE now.sum IS DISTINCT FROM was.sum
UNION SELECT row FROM ((FROM remark EXCEPT ALL FROM old.remark)
                       UNION ALL (FROM old.remark EXCEPT ALL FROM remark))
UNION SELECT row FROM old.tie WHERE s IN (SELECT unnest($own))
UNION SELECT row FROM old.blamed
"""
# Rows that had something in common with those of `part`, or have with what these are now.
_SHARING = """
INSERT INTO part SELECT DISTINCT row FROM old.tie AS t
SEMI JOIN (SELECT key FROM old.tie SEMI JOIN part USING (row){now}) USING (key)
ANTI JOIN part USING (row)
"""
_PART = "CREATE OR REPLACE TABLE grid AS FROM whole SEMI JOIN part USING (row)"
_UNLIKE = """
SELECT count(*) FROM (FROM old.{told} EXCEPT FROM {told})
"""
_MERGED = """
DELETE FROM refused WHERE row NOT IN (FROM part);
INSERT INTO refused FROM old.refused ANTI JOIN part USING (row);
DELETE FROM skipped WHERE row NOT IN (FROM part);
INSERT INTO skipped FROM old.skipped ANTI JOIN part USING (row);
INSERT INTO standing FROM old.entered ANTI JOIN part USING (row);
INSERT INTO tie FROM old.tie ANTI JOIN part USING (row)
"""
_SPOKEN = """
CREATE OR REPLACE TABLE gone AS
SELECT DISTINCT s FROM old.tie SEMI JOIN part USING (row) WHERE s IS NOT NULL
"""
_GONE = "SELECT s FROM gone"
_KEPT = ("digest", "remark", "refused", "skipped", "entered", "tie", "blamed")


@dataclass(frozen=True)
class Recall:
    """What is known of an edition: its folder, None for none; `own` as `Origin.own`."""

    before: Path | None
    own: Sequence[str]
    mapping_sha256: str

    def convert(self, connection: Connection, mapping: Mapping, grid: Grid,
                known: Known) -> bool:
        """Do what `conversion.convert` does; tell whether only a part had to be converted.

        Then `fact` and the like speak of the rows of `part` alone; `standing(row)` are others that
        entered, and `gone(s)` is what the rows of `part` spoke of before. What was in `refused`
        and `skipped` before is kept. Where what is known is damaged, all is converted.
        """
        _note(connection, len(grid.columns))
        if self.before and self._is_kept(mapping, grid) and not known.facts:
            with _damage_passed_over(), _attached(connection, self.before / FILE):
                if self._is_like(connection, grid) and self._part(connection, mapping, grid, known):
                    return True
            connection.execute(_AGAIN)
        conversion.convert(connection, mapping, grid, known)
        return False

    def whole(self, connection: Connection, mapping: Mapping, grid: Grid, known: Known) -> None:
        """Convert all rows after a part of them; what shapes refused stays so."""
        connection.execute(_AGAIN)
        conversion.convert(connection, mapping, grid, known)
        connection.execute("INSERT INTO refused FROM blamed")

    def keep(self, connection: Connection, mapping: Mapping, grid: Grid, folder: Path) -> None:
        """Write down what is known of an edition that has been accounted for."""
        if not _can_be_parted(mapping, grid):
            return
        names = (*_KEPT, *_told(mapping))
        connection.execute(f"ATTACH {literal(folder / FILE)} AS kept")
        try:
            connection.execute("CREATE TABLE kept.basis AS SELECT ? AS text", [self._basis(grid)])
            for name in names:
                connection.execute(f"CREATE TABLE kept.{name} AS FROM {name}")
        finally:
            connection.execute("DETACH kept")

    def _is_kept(self, mapping: Mapping, grid: Grid) -> bool:
        return bool(self.before and (self.before / FILE).is_file()) and _can_be_parted(mapping,
                                                                                       grid)

    def _is_like(self, connection: Connection, grid: Grid) -> bool:
        try:
            found = connection.execute("SELECT text FROM old.basis").fetchone()
        except tables.Error:
            return False
        return found == (self._basis(grid),)

    def _basis(self, grid: Grid) -> str:
        """Say of what a row's facts are made, but for the row and what its texts name."""
        said = (_program(), self.mapping_sha256, grid.origin, grid.columns, grid.dialect.header,
                sorted(self.own))
        return sha256(repr(said).encode()).hexdigest()

    def _part(self, connection: Connection, mapping: Mapping, grid: Grid, known: Known) -> bool:
        connection.execute(_OTHERS, {"own": list(self.own)})
        connection.execute("ALTER TABLE grid RENAME TO whole")
        try:
            done = self._settled(connection, mapping, grid, known)
        finally:
            connection.execute("DROP TABLE IF EXISTS grid; ALTER TABLE whole RENAME TO grid")
        if done:
            connection.execute(_SPOKEN)
            connection.execute(_MERGED)
        return done

    def _settled(self, connection: Connection, mapping: Mapping, grid: Grid, known: Known) -> bool:
        """Convert until nothing else is shared; tell whether that is enough."""
        now = ""
        for _ in range(_TURNS):
            grown = _grow(connection, now)
            if tables.count(connection, "part") * _SHARE > grid.read:
                return False
            if now and not grown:
                return not any(connection.execute(_UNLIKE.format(told=told)).fetchone() != (0,)
                               for told in _told(mapping))
            now = " UNION ALL SELECT key FROM tie"
            connection.execute(_AGAIN)
            connection.execute(_PART)
            conversion.convert(connection, mapping, grid, known, earlier="old")
        return False


@cache
def _program() -> str:
    """Give one checksum for the program and the knowledge that comes with it."""
    files = sorted(path for path in knowledge("ontology").rglob("*") if path.is_file())
    return f"{ledger.program()} {[checksum(path) for path in files]}"


def gone(connection: Connection) -> list[str]:
    """Name what the rows that were converted, or are no more, spoke of before."""
    return [s for s, in connection.execute(_GONE).fetchall()]


def _note(connection: Connection, width: int) -> None:
    cells = [f"c{number}" for number in range(1, width + 1)]
    sizes = ", ".join(f"coalesce(strlen({cell}), -1)" for cell in cells)
    text = f"concat({', '.join(cells)}, '|', concat_ws(',', {sizes}))"
    connection.execute(_NOTED.format(text=text))


def _grow(connection: Connection, now: str) -> int:
    """Add rows to `part` until none shares anything with them; give how many were added."""
    before = tables.count(connection, "part")
    there = -1
    while there != (there := tables.count(connection, "part")):
        connection.execute(_SHARING.format(now=now))
    return there - before


def _can_be_parted(mapping: Mapping, grid: Grid) -> bool:
    """Tell whether rows have to do with one another by `tie` alone."""
    return not mapping.foreign_keys and not Frame(mapping, grid).is_numbered


def _told(mapping: Mapping) -> Iterator[str]:
    return (f"told{number}" for number, column in enumerate(mapping.columns, 1)
            if column.resolution)


@contextmanager
def _damage_passed_over() -> Iterator[None]:
    """Go on after the block where tables in it are none: the engine has no one error for that."""
    try:
        yield
    except tables.OutOfMemory:
        raise
    except tables.Error:
        return


@contextmanager
def _attached(connection: Connection, path: Path) -> Iterator[None]:
    connection.execute(f"ATTACH {literal(path)} AS old (READ_ONLY)")
    try:
        yield
    finally:
        connection.execute("DETACH old")
