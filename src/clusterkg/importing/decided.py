"""What people decided about placements: a source of its own, so that it outlives what it is about.

A file of decisions is a table: organisation (IRI, code or name), rule, decision, by, date, note,
and code and name of the organisation, if they are there: they have to be its own.
What is decided stays until a later file decides otherwise, or has it withdrawn.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from clusterkg import tables, tabular
from clusterkg.errors import UnreadableError, UsageError, quoted
from clusterkg.ledger import graph
from clusterkg.namespaces import expand
from clusterkg.tables import Connection
from clusterkg.tabular import Dialect

SOURCE = "placement-decisions"
WITHDRAWN = "withdrawn"
OUTCOMES: Mapping[str, str] = {"confirmed": "accepted", "rejected": "rejected"}
_WORDS = (*OUTCOMES, WITHDRAWN)
_NEEDED = ("organisation", "rule", "decision", "by")
_COLUMNS = (*_NEEDED, "date", "note")
_BESIDE = ("code", "name")
_LOCAL = re.compile(r"[^/#:]*$")
# A cell that a spreadsheet would run is written with this before it, and read without it.
MARKED = re.compile(r"'(?=[=+\-@\t\r'])")
_ASKED = """
CREATE OR REPLACE TEMP TABLE asked(row BIGINT, who VARCHAR, rule VARCHAR, code VARCHAR,
                                   name VARCHAR)
"""
_REVIEWED = """
CREATE OR REPLACE TEMP TABLE reviewed(organisation VARCHAR, rule VARCHAR, decision VARCHAR,
                                      author VARCHAR, day VARCHAR, note VARCHAR)
"""


@dataclass(frozen=True, order=True)
class Decision:
    """What somebody decided about an organisation (an IRI) and a rule (its name)."""

    organisation: str
    rule: str
    word: str
    by: str
    day: str = ""
    note: str = ""

    @property
    def about(self) -> tuple[str, str]:
        """Give what it is about: of two decisions about one thing the later counts."""
        return self.organisation, self.rule


class Line(NamedTuple):
    """A row of a file that decides something."""

    row: int
    who: str
    rule: str
    word: str
    by: str
    day: str
    note: str
    code: str = ""
    name: str = ""


class Stray(NamedTuple):
    """A row whose decision was not taken, and why."""

    row: int
    who: str
    rule: str
    why: str


@dataclass(frozen=True)
class Taken:
    """What holds after a file was read, by what it is about; and what of the file was not taken."""

    decisions: Mapping[tuple[str, str], Decision]
    stray: tuple[Stray, ...] = ()


def read(path: Path) -> list[Line]:
    """Read the rows that decide something; raise UnreadableError for what is no decision."""
    with tables.connect() as connection:
        grid = tabular.load(connection, path, Dialect())
        missing = [name for name in _NEEDED if name not in grid.columns]
        if missing:
            raise UnreadableError(f"no column {missing[0]}; decisions have {', '.join(_COLUMNS)}",
                                  path=path, line=1)
        cells = ", ".join(f"trim(coalesce(c{grid.columns.index(name) + 1}, ''))"
                          if name in grid.columns else "''" for name in (*_COLUMNS, *_BESIDE))
        rows = connection.execute(f"SELECT row, {cells} FROM grid ORDER BY row").fetchall()
        lost = connection.execute("SELECT row, wrong, advice FROM refused ORDER BY row").fetchall()
    for row, wrong, advice in lost:
        raise UnreadableError(f"{wrong}; {advice}", path=path, line=row)
    found = [Line(row, *(MARKED.sub("", cell, count=1) if MARKED.match(cell) else cell
                         for cell in rest)) for row, *rest in rows]
    lines = [line for line in found if line.word]
    for line in lines:
        if wrong := _wrong(line):
            raise UnreadableError(wrong, path=path, line=line.row)
    return [line._replace(rule=_name(line.rule), who=_expanded(line.who)) for line in lines]


def taken(connection: Connection, lines: Iterable[Line], path: Path | None,
          kept: Mapping[tuple[str, str], Decision]) -> Taken:
    """Add the decisions of a file to those that are `kept`; `named` says of whom they are.

    Raises UnreadableError for two that contradict each other, however they name whom they mean.
    """
    named = dict(connection.execute(
        "SELECT row, list(DISTINCT organisation ORDER BY organisation) FROM named "
        "GROUP BY row").fetchall())
    others = dict(connection.execute("FROM misnamed").fetchall())
    rules = {name for (name,) in connection.execute("SELECT rule FROM rule").fetchall()}
    now, first, stray = dict(kept), dict[tuple[str, str], Line](), list[Stray]()
    for line in lines:
        meant = named.get(line.row, [])
        if why := _why(line, meant, rules) or others.get(line.row, ""):
            stray.append(Stray(line.row, line.who, line.rule, why))
            continue
        decision = Decision(meant[0], line.rule, *line[3:7])
        before = first.setdefault(decision.about, line)
        if before.word != line.word:
            raise UnreadableError(
                f"lines {before.row} and {line.row} contradict each other: {quoted(before.who)} is "
                f"{before.word} by {before.rule}, {quoted(line.who)}, which is the same, is "
                f"{line.word}; keep one", path=path, line=line.row)
        now[decision.about] = decision
    return Taken({about: one for about, one in sorted(now.items()) if one.word != WITHDRAWN},
                 tuple(stray))


def ask(connection: Connection, lines: Iterable[Line],
        kept: Mapping[tuple[str, str], Decision]) -> None:
    """Lay down whom lines name, and what is known from before, for the SQL that finds them."""
    connection.execute(_ASKED)
    _insert(connection, "asked", [(*line[:3], line.code, line.name) for line in lines])
    review(connection, kept.values())


def review(connection: Connection, decisions: Iterable[Decision]) -> None:
    """Fill `reviewed` with what was decided."""
    connection.execute(_REVIEWED)
    _insert(connection, "reviewed", [astuple(one) for one in decisions])


def write(path: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions as sorted N-Triples."""
    lines = {f"{triple} .\n" for one in decisions for triple in _triples(one)}
    path.write_text("".join(sorted(lines | {f"{triple} .\n" for triple in _graph()})),
                    encoding="utf-8", newline="\n")


def _wrong(line: Line) -> str:
    if line.word not in _WORDS:
        return f"{quoted(line.word)} is no decision; give {', '.join(_WORDS)} or nothing"
    if not line.by:
        return f"nobody vouches for this decision about {quoted(line.who)}; fill in by"
    if line.day and not _is_day(line.day):
        return f"{quoted(line.day)} is no day; write it as 2026-01-31, or leave it out"
    # Somewhere it is tomorrow already.
    if line.day and date.fromisoformat(line.day) > date.today() + timedelta(days=1):
        return f"{quoted(line.day)} is yet to come; give the day of the decision, or leave it out"
    return ""


def _why(line: Line, meant: list[str], rules: Iterable[str]) -> str:
    if line.rule not in rules:
        return f"there is no rule {quoted(line.rule)}"
    if not meant:
        return "no organisation of the graph has this IRI, code or name"
    return f"{len(meant)} organisations are called so; give the IRI" if len(meant) > 1 else ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _name(rule: str) -> str:
    found = _LOCAL.search(rule)
    return found.group() if found else rule


def _expanded(who: str) -> str:
    try:
        return expand(who)
    except UsageError:
        return who


def _insert(connection: Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Insert all at once: a row at a time takes a minute for 100,000."""
    if rows:
        columns = ", ".join(["unnest(?)"] * len(rows[0]))
        connection.execute(f"INSERT INTO {table} SELECT {columns}", list(map(list, zip(*rows,
                                                                                 strict=True))))


def _triples(one: Decision) -> Iterator[ox.Triple]:
    key = sha256("|".join(one.about).encode()).hexdigest()[:16]
    about = ox.NamedNode(expand(f"placement-decision:{key}"))
    for predicate, value in (
            ("rdf:type", ox.NamedNode(expand("ckg:PlacementDecision"))),
            ("rdfs:label", ox.Literal(f"{one.rule}: {one.word} by {one.by}", language="en")),
            ("rdfs:label", ox.Literal(f"{one.rule}：{_ZH[one.word]}，{one.by}", language="zh")),
            ("ckg:decisionAbout", ox.NamedNode(one.organisation)),
            ("ckg:decisionRule", ox.NamedNode(expand(f"placement-rule:{one.rule}"))),
            ("ckg:decisionOutcome", ox.NamedNode(expand(f"status:{OUTCOMES[one.word]}"))),
            ("dcterms:creator", ox.Literal(one.by)),
            ("dcterms:created", one.day and ox.Literal(one.day, datatype=_DAY)),
            ("dcterms:description", one.note and ox.Literal(one.note))):
        if value:
            yield ox.Triple(about, ox.NamedNode(expand(predicate)), value)


def _graph() -> Iterator[ox.Triple]:
    """Say what the graph of decisions is."""
    about = ox.NamedNode(graph(SOURCE))
    for text, language in (("Decisions about placements", "en"), ("定位审核决定", "zh")):
        yield ox.Triple(about, ox.NamedNode(expand("dcterms:title")),
                        ox.Literal(text, language=language))


_ZH = {"confirmed": "确认", "rejected": "否定"}
_DAY = ox.NamedNode(expand("xsd:date"))
