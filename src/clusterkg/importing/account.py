"""Where the rows of a table are: each in the graph, in quarantine, or skipped by a rule.

    grid(row, c1, ...)                            what was read
    refused(row, col, value, wrong, advice)       why a row is in quarantine; col 0: the whole row
    skipped(row, rule)                            by which rule a row was left out
    spoken(row, s)                                what a row speaks of that is not refused
    standing(row)                                 rows that entered, and were not converted again
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clusterkg.errors import ClusterkgError
from clusterkg.tables import Connection

_EMPTY = "the mapping makes nothing of it"
# A row is in one place: what is refused says nothing, and is not skipped.
_SETTLED = """
CREATE TABLE IF NOT EXISTS standing(row BIGINT);
CREATE OR REPLACE TEMP TABLE quarantined AS SELECT DISTINCT row FROM refused;
CREATE OR REPLACE TEMP TABLE entered AS SELECT DISTINCT row FROM spoken UNION ALL FROM standing;
DELETE FROM skipped WHERE row IN (FROM quarantined);
INSERT INTO skipped
SELECT g.row, $empty FROM grid AS g ANTI JOIN quarantined AS q USING (row)
ANTI JOIN skipped AS s USING (row) ANTI JOIN entered AS e USING (row)
"""
_COUNTS = """
SELECT (SELECT count(*) FROM entered), (SELECT count(*) FROM quarantined),
       (SELECT count(DISTINCT row) FROM skipped)
"""
_TWICE = """
SELECT count(*) FROM (
    SELECT row FROM (FROM entered UNION ALL FROM quarantined UNION ALL
                     SELECT DISTINCT row FROM skipped)
    GROUP BY row HAVING count(*) > 1)
"""
_MOST = 1_000  # reasons that are told apart
_GROUPS = """
WITH reason AS (
    SELECT *, row_number() OVER (ORDER BY n DESC, col, wrong) AS place FROM (
        SELECT count(DISTINCT row) AS n, col, wrong, arg_min(value, row) AS value,
               arg_min(advice, row) AS advice, min(row) AS first
        FROM refused GROUP BY col, wrong))
SELECT n, col, wrong, value, advice, first FROM (
    FROM reason WHERE place <= $most UNION ALL
    SELECT sum(n)::BIGINT, 0, 'other things are wrong, ' || count(*) || ' of them',
           arg_min(value, first), arg_min(advice, first), min(first), $most + 1
    FROM reason WHERE place > $most HAVING count(*) > 0)
ORDER BY place
"""
_RULES = "SELECT rule, count(DISTINCT row) AS n FROM skipped GROUP BY rule ORDER BY n DESC, rule"


@dataclass(frozen=True)
class Account:
    """Rows: `read` as the reader counted them, the others as the tables hold them."""

    read: int
    entered: int
    quarantined: int
    skipped: int


@dataclass(frozen=True)
class Reason:
    """Why so many rows are in quarantine, and the first of them."""

    rows: int
    column: int
    wrong: str
    value: str
    advice: str
    first: int


def settle(connection: Connection, read: int) -> Account:
    """Put each row into one place, and count; rows that say nothing are skipped for that.

    Raises ClusterkgError where the three do not add up to what was read.
    """
    for statement in _SETTLED.split(";\n"):
        given = {"empty": _EMPTY} if "$empty" in statement else None
        connection.execute(statement, given)
    account = Account(read, *(connection.execute(_COUNTS).fetchone() or ()))
    (twice,) = connection.execute(_TWICE).fetchone() or (0,)
    if twice or account.entered + account.quarantined + account.skipped != read:
        raise ClusterkgError(f"the account is wrong: {account}, {twice} rows in two places; "
                             "nothing was entered: report it with the file")
    return account


def reasons(connection: Connection) -> list[Reason]:
    """List why rows are in quarantine, the commonest first; the last stands for very rare ones."""
    found = connection.execute(_GROUPS, {"most": _MOST}).fetchall()
    return [Reason(*row) for row in found]


def rules(connection: Connection) -> Sequence[tuple[str, int]]:
    """List the rules that rows were skipped by, with their numbers."""
    found: Sequence[tuple[str, int]] = connection.execute(_RULES).fetchall()
    return found
