"""What a table is: how it is written, how its columns are called, and where its cells lie."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError, quoted
from clusterkg.tables import Connection

MOST_COLUMNS = 1_000
LONGEST = 1_000_000  # characters of a row
SHOWN = 1_000  # characters of a refused value
LOST = "\N{REPLACEMENT CHARACTER}"
# What programs write for characters that they lost, and that as GB18030 has it.
_LOST = re.compile(f"{LOST}|锟斤拷")
_UNSEEN = " \t\r\n\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"

_TABLES = """
CREATE OR REPLACE TABLE grid(row BIGINT{columns});
CREATE OR REPLACE TABLE refused(
    row BIGINT, col INTEGER, value VARCHAR, wrong VARCHAR, advice VARCHAR);
CREATE OR REPLACE TABLE skipped(row BIGINT, rule VARCHAR)
"""
_READ = """
SELECT count(DISTINCT row), count(*) FROM (
    SELECT row FROM grid UNION ALL SELECT row FROM refused WHERE col = 0
    UNION ALL SELECT row FROM skipped)
"""


@dataclass(frozen=True)
class Dialect:
    """Say how a table is written; None is to be found out, and a quote of "" is no quoting.

    `member` names a file of an archive, `sheet` one of a workbook; `skip` rows stand above the
    header, or above the data where `header` is False and columns are called `_col.1`, `_col.2`.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool = True
    skip: int = 0
    sheet: str | None = None
    member: str | None = None

    def check(self) -> None:
        """Raise UsageError where this is no dialect."""
        marks = [mark for mark in (self.delimiter, self.quote) if mark]
        if any(len(mark) != 1 or mark in "\r\n\0" for mark in marks) or self.delimiter == "":
            raise UsageError("a delimiter is one character, such as a comma or a tab; a quote, too")
        if len(set(marks)) < len(marks):
            raise UsageError("delimiter and quote are the same; name another")
        if self.skip < 0:
            raise UsageError("the number of rows to skip is 0 or more")


@dataclass(frozen=True)
class Grid:
    """Say what was read: `read` rows of data, and in `remarks` what somebody ought to know.

    In cells of one that is `plain` is nothing that N-Triples escape.
    """

    name: str
    sheet: str | None
    columns: tuple[str, ...]
    dialect: Dialect
    read: int
    remarks: tuple[str, ...] = ()
    plain: bool = False

    @property
    def origin(self) -> str:
        """Give what stands before the exclamation mark of an address."""
        return self.sheet or self.name

    def address(self, row: int, col: int = 0) -> str:
        """Give the address of a cell, such as `Sheet1!B17`, or of a row: `register.csv!17`."""
        return f"{self.origin}!{letters(col)}{row}"


def in_one_line(name: str) -> str:
    """Write what a file or a sheet is called in one line, without signs that steer a terminal."""
    return "".join("_" if unicodedata.category(one).startswith("C") else one for one in name)


def letters(col: int) -> str:
    """Name a 1-based column as spreadsheets do: A, B, ... Z, AA; "" for 0."""
    found = ""
    while col > 0:
        col, letter = divmod(col - 1, 26)
        found = chr(65 + letter) + found
    return found


def columns(header: Sequence[str | None], path: Path, row: int) -> tuple[str, ...]:
    """Name the columns as a header does, with `_col.N` for what has no name.

    Raises UnreadableError for a name that is there twice, RefusedError for too many.
    """
    if len(header) > MOST_COLUMNS:
        raise RefusedError(f"{len(header):,} columns, more than {MOST_COLUMNS:,}; keep those that "
                           "are needed, or name the delimiter", path=path, line=row)
    names = [" ".join((name or "").strip(_UNSEEN).split()) or f"_col.{n}"
             for n, name in enumerate(header, 1)]
    seen = dict[str, int]()
    for number, name in enumerate(names, 1):
        if name in seen:
            raise UnreadableError(f"two columns are called {quoted(name)}: {letters(seen[name])} "
                                  f"and {letters(number)}; rename one", path=path, line=row)
        seen[name] = number
    return tuple(names)


def flaw(text: str) -> tuple[str, str] | None:
    """Say what is wrong with the text of a row, whatever its cells are, and what to do."""
    if len(text) > LONGEST:
        return f"more than {LONGEST:,} characters", "keep such texts elsewhere"
    if "\0" in text:
        return "a NUL character", "take it out; the file may be damaged here"
    if not text.isascii() and _LOST.search(text):
        return ("a character that was lost when the file was made",
                "put the right one in its place, or make the file anew")
    return None


def begin(connection: Connection, width: int) -> None:
    """Make the three tables, empty."""
    named = "".join(f", c{number} VARCHAR" for number in range(1, width + 1))
    connection.execute(_TABLES.format(columns=named))


def read(connection: Connection) -> int:
    """Count the rows read; raise ClusterkgError where one is lost or counted twice."""
    distinct, rows = connection.execute(_READ).fetchone() or (0, 0)
    if distinct != rows:
        raise ClusterkgError(f"{rows - distinct} rows are counted twice")
    return int(rows)
