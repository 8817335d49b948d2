"""Rules of the ontology place makers by what they make, as a source that is imported.

`placements/placed.sql` says who is placed, `placements/decided.sql` what people decided of that.
What comes of it is a table, to read and to decide in; a mapping makes a source of it.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clusterkg import discovery, resolving, tables, tabular, version
from clusterkg.errors import UnreadableError, quoted
from clusterkg.files import knowledge, read_text
from clusterkg.importing import entry
from clusterkg.importing.entry import Imported
from clusterkg.importing.preparation import Order
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect

SOURCE = "placements"
_FOLDER = "placements"
_WORDS = ("confirmed", "rejected")
_NEEDED = ("organisation", "rule", "decision")
_COLUMNS = (*_NEEDED, "by", "date", "note")
_WRITTEN = """
COPY (SELECT organisation, code, name, rule, kind, product, made, round(share, 6) AS share,
             CASE status WHEN 'accepted' THEN 'confirmed' WHEN 'rejected' THEN 'rejected' END
                 AS decision,
             NULL AS by, NULL AS date, NULL AS note, status, reason_en, reason_zh, rule_iri,
             rule_en, rule_zh, lines, rows
      FROM proposal)
TO '{path}' (FORMAT csv, DELIMITER '\t', HEADER true, QUOTE '"', ESCAPE '"')
"""
_HIT = """
INSERT INTO hit
SELECT name, $rule, CASE WHEN $exception <> '' THEN nullif(regexp_extract(name, $exception), '') END
FROM (SELECT DISTINCT name FROM line) WHERE regexp_matches(name, $pattern)
"""
_DECIDED = """
CREATE OR REPLACE TEMP TABLE decided(row BIGINT, who VARCHAR, rule VARCHAR, decision VARCHAR,
                                     author VARCHAR, day VARCHAR, note VARCHAR)
"""


@dataclass(frozen=True)
class Placed:
    """What came of it: how many names had which outcome, decisions about nothing, the import."""

    outcomes: tuple[tuple[str, int], ...]
    stray: tuple[tuple[int, str, str], ...]
    statuses: tuple[tuple[str, int], ...]
    imported: Imported


def place(snapshot: Path, decisions: Path | None = None, *, output: Path | None = None,
          dry: bool = False, say: Callable[[str], None] = lambda text: None) -> Placed:
    """Apply the rules to the version that answers, and enter what they give.

    Raises UnreadableError for a file of decisions that is none.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{SOURCE}.tsv"
        with tables.connect(Path(folder) / "work.duckdb") as connection:
            say("apply rules")
            _look(connection, version.current(snapshot))
            stray = _decide(connection, decisions, version.current(snapshot))
            connection.execute(_WRITTEN.format(path=str(path).replace("'", "''")))
            outcomes = connection.execute("FROM outcome ORDER BY names DESC, what").fetchall()
            statuses = connection.execute(
                "SELECT status, count(*) FROM proposal GROUP BY status ORDER BY status").fetchall()
        if output:
            output.write_bytes(path.read_bytes())
        mapping = knowledge("ontology") / "mappings" / f"{SOURCE}.json"
        done = entry.enter(Order(path, mapping, snapshot, SOURCE, dry,
                                 Dialect("utf-8", "\t")), say)
    return Placed(tuple(outcomes), tuple(stray), tuple(statuses), done)


def text(done: Placed) -> str:
    """Say how many names of what is made had which outcome, and what was decided of nothing."""
    lines = [f"names: {number:>8,}  {what}" for what, number in done.outcomes]
    lines += [f"{status}: {number:,}" for status, number in done.statuses]
    lines += [f"not placed, so that nothing is decided: line {row}: {quoted(who)} by {quoted(rule)}"
              for row, who, rule in done.stray]
    return "\n".join(lines)


def _look(connection: Connection, folder: Path) -> None:
    """Make `proposal`; a statement for each rule, since a pattern is quick where it is one."""
    _apply(connection, folder, "looked")
    rules = connection.execute("SELECT id, pattern, coalesce(exception, '') FROM rule").fetchall()
    for given in rules:
        connection.execute(_HIT, dict(zip(("rule", "pattern", "exception"), given, strict=True)))
    _apply(connection, folder, "placed")


def _apply(connection: Connection, folder: Path, name: str) -> None:
    with resolving.attached(connection, folder):
        (path,) = (one for one in discovery.data_files(_FOLDER, ".sql") if one.stem == name)
        for statement in read_text(path).split(";\n"):
            connection.execute(resolving.identified(connection, statement))


def _decide(connection: Connection, decisions: Path | None,
            folder: Path) -> list[tuple[int, str, str]]:
    if decisions is None:
        return []
    with tables.connect() as other:
        found = _read(other, decisions)
    connection.execute(_DECIDED)
    if found:
        connection.executemany("INSERT INTO decided VALUES (?, ?, ?, ?, ?, ?, ?)", found)
    _apply(connection, folder, "decided")
    return list(connection.execute("FROM stray").fetchall())


def _read(connection: Connection, path: Path) -> list[tuple[str, ...]]:
    """Read the rows that decide something; raise UnreadableError for what is no decision."""
    grid = tabular.load(connection, path, Dialect())
    missing = [name for name in _NEEDED if name not in grid.columns]
    if missing:
        raise UnreadableError(f"no column {missing[0]}; decisions have {', '.join(_COLUMNS)}",
                              path=path, line=1)
    cells = ", ".join(f"trim(coalesce(c{grid.columns.index(name) + 1}, ''))"
                      if name in grid.columns else "''" for name in _COLUMNS)
    rows = connection.execute(f"SELECT row, {cells} FROM grid ORDER BY row").fetchall()
    rows = [row for row in rows if row[3]]
    seen = dict[tuple[str, str], str]()
    for row, who, rule, decision, *_ in rows:
        if decision not in _WORDS:
            raise UnreadableError(f"{quoted(decision)} is no decision; give confirmed, rejected or "
                                  "nothing", path=path, line=row)
        if seen.setdefault((who, rule), decision) != decision:
            raise UnreadableError(f"{quoted(who)} by {quoted(rule)} is both confirmed and "
                                  "rejected; keep one", path=path, line=row)
    return rows
