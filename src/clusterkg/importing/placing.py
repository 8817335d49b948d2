"""Rules of the ontology place makers by what they make, as a source that is imported.

`placements/placed.sql` says who is placed, `decided` what people said of that. What comes of it is
a table, to read and to decide in; a mapping makes a source of it.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clusterkg import discovery, resolving, snapshot, tables, version, written
from clusterkg.errors import RefusedError, UsageError, quoted
from clusterkg.files import knowledge, rdf_files, read_text, replaced
from clusterkg.importing import decided, entry, ground, history, mirror, ruling
from clusterkg.importing.decided import Decision, Stray, Taken
from clusterkg.importing.entry import Imported
from clusterkg.importing.preparation import Order
from clusterkg.namespaces import compress
from clusterkg.sql import literal
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect
from clusterkg.written import Trial

SOURCE = "placements"
_FOLDER = "placements"
_SHOWN = 20  # decisions about what is not placed, and as many that were not taken
_NOBODY = "nothing is placed: no product that a source lists for somebody fits a rule"
_NOTHING = ("nothing is placed: no source lists for anybody what is made, thing by thing; give its "
            "mapping ckg:productLineOf and ckg:lineProduct, as import --suggest drafts them")
_Say = Callable[[str], None]
_Kept = Mapping[tuple[str, str], Decision]
_WRITTEN = """
COPY (SELECT {columns} FROM proposal ORDER BY code, organisation, rule)
TO {path} (FORMAT csv, DELIMITER '\t', HEADER true, QUOTE '"', ESCAPE '"')
"""
_ENTERED = """organisation, kind, product, rule_iri, status, reason_en, reason_zh, rule_en,
    rule_zh, lines, made"""
_TEXTS = ("code", "name", "made", "author", "note")
_SHEET = """organisation, {code} AS code, {name} AS name, rule, kind, product, {made} AS made,
    round(share, 6) AS share, decision, {author} AS by, day AS date, {note} AS note"""
# What a spreadsheet would run as a formula is text with this before it.
_MARK = "CASE WHEN regexp_matches({0}, '^[=+\\-@\\t\\r'']') THEN '''' || {0} ELSE {0} END"
_HIT = """
INSERT INTO hit
SELECT name, $rule, CASE WHEN $exception <> '' THEN nullif(regexp_extract(name, $exception), '') END
FROM (SELECT DISTINCT name FROM line) WHERE regexp_matches(name, $pattern)
"""


@dataclass(frozen=True)
class Placed:
    """What came of it: how many names had which outcome, and how many placements which status.

    `held` decisions hold, of which `idle` concern nothing that is placed now; `stray` are those of
    the file that were not taken. Nothing is `imported` where nothing was ever placed.
    """

    outcomes: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, int], ...]
    held: int
    idle: tuple[tuple[str, str], ...]
    stray: tuple[Stray, ...]
    imported: Imported | None


def place(folder: Path, decisions: Path | None = None, *, output: Path | None = None,
          dry: bool = False, say: _Say = lambda text: None) -> Placed:
    """Apply the rules to the version that answers, and enter what they give upon that very version.

    Raises UnreadableError for a file of decisions that is none, or that contradicts itself, and
    what `entry.enter` raises.
    """
    if dry:
        return mirror.tried(folder, lambda other: _place(other, (decisions, output), say, dry=True))
    with ground.alone(folder):
        return _place(folder, (decisions, output), say, dry=False)


def _place(folder: Path, files: tuple[Path | None, Path | None], say: _Say, *,
           dry: bool) -> Placed:
    decisions, output = files
    lines = decided.read(decisions) if decisions else []
    with tempfile.TemporaryDirectory() as aside:
        if history.editions(folder, decided.SOURCE):
            raise UsageError(f"{decided.SOURCE!r} was imported, and is the name under which "
                             "decisions are kept; undo it, and import it by another name")
        work = _Work(folder, Path(aside), say, dry=dry)
        with tables.connect(work.aside / "work.duckdb") as connection:
            say("apply rules")
            taken = work.decide(connection, lines, decisions)
            _write(connection, work.table, _ENTERED)
            if output:
                with replaced(output) as temporary:
                    _write(connection, temporary, _sheet())
            outcomes = connection.execute("FROM outcome ORDER BY names DESC, what").fetchall()
            statuses = connection.execute(
                "SELECT status, count(*) FROM proposal GROUP BY status ORDER BY status").fetchall()
            idle = connection.execute("FROM idle").fetchall()
        return Placed(tuple(outcomes), tuple(statuses), len(taken.decisions), tuple(idle),
                      taken.stray, work.enter(taken, is_any=bool(statuses)))


def text(done: Placed) -> str:
    """Say how many names of what is made had which outcome, and what was decided."""
    lines = [f"names: {number:>8,}  {what}" for what, number in done.outcomes]
    lines += [f"{status}: {number:,}" for status, number in done.statuses]
    if done.held:
        lines.append(f"decisions: {done.held:,} hold, {len(done.idle):,} of them about nothing "
                     "that is placed now")
    lines += [f"  kept, and placed by nothing now: {compress(who)} by {quoted(rule)}"
              for who, rule in done.idle[:_SHOWN]]
    if len(done.idle) > _SHOWN:
        lines.append(f"  and {len(done.idle) - _SHOWN:,} more")
    lines += [f"not taken: line {one.row}: {quoted(one.who)} by {quoted(one.rule)}: {one.why}"
              for one in done.stray[:_SHOWN]]
    if len(done.stray) > _SHOWN:
        lines.append(f"not taken: {len(done.stray) - _SHOWN:,} more")
    if done.imported is None:
        lines.append(_NOBODY if done.outcomes else _NOTHING)
    return "\n".join(lines)


class _Work:
    """What the steps of one `place` share."""

    def __init__(self, folder: Path, aside: Path, say: _Say, *, dry: bool):
        self.folder, self.aside, self.say, self.dry = folder, aside, say, dry
        self.table = aside / f"{SOURCE}.tsv"

    def decide(self, connection: Connection, lines: list[decided.Line], path: Path | None) -> Taken:
        """Make `proposal`, with what was and is decided of it."""
        current = version.current(self.folder)
        look(connection, current, rdf_files(ground.inputs(self.folder).ontology))
        kept = _kept(connection)
        decided.ask(connection, lines, kept)
        _apply(connection, current, "named")
        taken = decided.taken(connection, lines, path, kept)
        decided.review(connection, taken.decisions.values())
        _apply(connection, current, "decided")
        return taken

    def enter(self, taken: Taken, *, is_any: bool) -> Imported | None:
        """Enter placements, and what was decided, by one build."""
        beside = self.beside(taken)
        done = None
        if is_any or history.editions(self.folder, SOURCE):
            mapping = knowledge("ontology") / "mappings" / f"{SOURCE}.json"
            done = entry.enter_alone(Order(self.table, mapping, self.folder, SOURCE, self.dry,
                                           Dialect("utf-8", "\t"), beside, replace=True), self.say)
        if beside and not self.dry and (done is None or done.unchanged):
            made = snapshot.build(ground.inputs(self.folder), self.folder, self.say,
                                  trial=Trial(beside))
            if made.version is None:
                raise RefusedError("nothing was kept: with these decisions the graph does not "
                                   f"conform: {made.report.results[0].message()}")
        return done

    def beside(self, taken: Taken) -> dict[str, Path]:
        """Write down what is decided; give nothing where that is there already."""
        old, new = written.place(self.folder, decided.SOURCE), self.aside / f"{decided.SOURCE}.nt"
        decided.write(new, taken.decisions.values())
        is_same = old.read_bytes() == new.read_bytes() if old.exists() else not taken.decisions
        return {} if is_same else {decided.SOURCE: new}


def look(connection: Connection, current: Path, files: Iterable[Path] = ()) -> None:
    """Make `proposal`; a statement for each rule, since a pattern is quick where it is one.

    Raises UnreadableError for rules that nobody could follow, with the line that one of the `files`
    has them at.
    """
    _apply(connection, current, "looked")
    ruling.check(connection, files)
    rules = connection.execute("SELECT id, pattern, coalesce(exception, '') FROM rule").fetchall()
    for given in rules:
        connection.execute(_HIT, dict(zip(("rule", "pattern", "exception"), given, strict=True)))
    _apply(connection, current, "placed")
    _apply(connection, current, "known")


def _apply(connection: Connection, current: Path, name: str) -> None:
    with resolving.attached(connection, current):
        (path,) = (one for one in discovery.data_files(_FOLDER, ".sql") if one.stem == name)
        for statement in read_text(path).split(";\n"):
            connection.execute(resolving.identified(connection, statement))


def _kept(connection: Connection) -> _Kept:
    found = [Decision(*row) for row in connection.execute("FROM kept").fetchall()]
    return {one.about: one for one in found}


def _write(connection: Connection, path: Path, columns: str) -> None:
    connection.execute(_WRITTEN.format(columns=columns, path=literal(path)))


def _sheet() -> str:
    return _SHEET.format(**{name: _MARK.format(name) for name in _TEXTS})
