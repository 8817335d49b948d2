"""Validation after a change: only what the change can concern is checked again.

A version keeps its report in `report.json` and what can influence it in `influence.json`; what the
report says of all other shapes and focus nodes holds still.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from clusterkg.report import Report, Result
from clusterkg.shacl import finding, influence
from clusterkg.shacl.checking import Choice
from clusterkg.shacl.influence import Influences
from clusterkg.shacl.route import Route, Step
from clusterkg.tables import Connection
from clusterkg.vocabulary import RDF, RDFS

REPORT, INFLUENCE = "report.json", "influence.json"
AMONG = "checked_again"
_MOST = 20_000  # changed quads; where there are more, concerned shapes are checked whole
_BELOW = RDFS + "subClassOf"
# What a revision changed of what graphs assert or adopt; of types the classes above, too.
_CHANGED = "(SELECT s, p, o FROM lost_quad UNION SELECT s, p, o FROM new_quad)"
_PREDICATES = f"""
SELECT DISTINCT p.value FROM {_CHANGED} AS c JOIN term AS p ON p.id = c.p
"""
_CLASSES = f"""
WITH RECURSIVE above AS (
    SELECT DISTINCT c.o AS id FROM {_CHANGED} AS c
    JOIN term AS p ON p.id = c.p AND p.value = '{RDF}type'
    UNION
    SELECT q.o FROM above AS a JOIN quad AS q ON q.s = a.id
    JOIN term AS p ON p.id = q.p AND p.value = '{_BELOW}')
SELECT t.value FROM above AS a JOIN term AS t ON t.id = a.id
"""
_ROWS = f"SELECT p.value, c.s, c.o FROM {_CHANGED} AS c JOIN term AS p ON p.id = c.p"
_BACK = """
SELECT DISTINCT q.{here} FROM quad AS q SEMI JOIN (SELECT unnest(?::INTEGER[]) AS id) AS a
ON a.id = q.{there} WHERE q.p = {link}
"""
_LINKS = """
SELECT value, id FROM term WHERE kind = 'iri' AND value IN (SELECT unnest(?::VARCHAR[]))
"""
_AMONG = f"CREATE OR REPLACE TEMP TABLE {AMONG} AS SELECT unnest(?::INTEGER[]) AS this"
_NAMED = f"""
SELECT t.value, t.kind, t.datatype, t.language FROM term AS t
SEMI JOIN {AMONG} AS a ON a.this = t.id
"""


def keep(folder: Path, report: Report, influences: Influences) -> None:
    """Write a report, and what can influence it, into a version's folder."""
    text = json.dumps([asdict(result) for result in report.results], ensure_ascii=False)
    (folder / REPORT).write_text(text, encoding="utf-8")
    (folder / INFLUENCE).write_text(influence.written(influences), encoding="utf-8")


def kept(version: Path) -> tuple[Result, ...] | None:
    """Read the results that a version keeps; None where it keeps none."""
    try:
        rows = json.loads((version / REPORT).read_text(encoding="utf-8"))
        return tuple(Result(**row) for row in rows)
    except (OSError, ValueError, TypeError):
        return None


def influences(version: Path) -> Influences | None:
    """Read what can influence the results that a version keeps; None where it keeps nothing."""
    try:
        return influence.read((version / INFLUENCE).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choice(connection: Connection, known: Influences,
           results: Sequence[Result]) -> Choice | None:
    """Choose what a revision may have changed the results of, and the results that hold still.

    These come without places. None where it cannot be told whose results are whose.
    """
    every = frozenset[str | None]().union(*(one.parts for one in known.values()))
    if any(result.shape not in every for result in results):
        return None
    whole, part = _concerned(connection, known)
    again = _again(connection, (known[name].routes or () for name in part)) if part else set()
    if again is None:
        whole, part = whole | part, frozenset()
    connection.execute(_AMONG, [list(again or ())])
    still = _still(connection, known, results, whole, part)
    return Choice(whole, part, AMONG, still, closed=True)


def _still(connection: Connection, known: Influences, results: Sequence[Result],
           whole: Collection[str], part: Collection[str]) -> list[Result]:
    said, told = ({of for name in names for of in known[name].parts} for names in (whole, part))
    again = {finding.text(*row) for row in connection.execute(_NAMED).fetchall()}
    return [replace(result, file=None, line=None, origin=None) for result in results
            if result.shape not in said
            and not (result.shape in told and result.focus_node in again)]


def _concerned(connection: Connection, known: Influences) -> tuple[frozenset[str], frozenset[str]]:
    """Name the shapes that a change can concern: those to check whole, and those in part.

    Shapes that share a part go together: whose results are whose cannot be told.
    """
    predicates = {row[0] for row in connection.execute(_PREDICATES).fetchall()}
    classes = {row[0] for row in connection.execute(_CLASSES).fetchall()}
    touched = {name for name, one in known.items()
               if one.needs is None or one.needs.predicates & predicates
               or one.needs.classes & classes}
    whole, part = set[str](), set[str]()
    for kin in _kin({name: one.parts for name, one in known.items()}):
        if kin & touched:
            local = all(known[name].routes is not None for name in kin)
            (part if local and _BELOW not in predicates else whole).update(kin)
    return frozenset(whole), frozenset(part)


def _kin(parts: Mapping[str, frozenset[str]]) -> list[set[str]]:
    """Group the shapes that share parts."""
    groups: list[tuple[set[str], set[str]]] = []
    for name, own in parts.items():
        near = [group for group in groups if group[1] & own]
        groups = [group for group in groups if not group[1] & own]
        groups.append(({name}.union(*(names for names, _ in near)),
                       set(own).union(*(held for _, held in near))))
    return [names for names, _ in groups]


class _Turn(defaultdict[Step, "_Turn"]):
    """Routes with a common beginning: each next step, and what goes on from there."""

    def __init__(self) -> None:
        super().__init__(_Turn)


def _again(connection: Connection, routes: Iterable[Iterable[Route]]) -> set[int] | None:
    """Go back along routes from what changed to the focus nodes; None where there is too much."""
    rows = connection.execute(f"{_ROWS} LIMIT {_MOST + 1}").fetchall()
    if len(rows) > _MOST:
        return None
    changed = defaultdict[str, list[tuple[int, int]]](list)
    for predicate, subject, value in rows:
        changed[predicate].append((subject, value))
    start, links = _Turn(), set[str]()
    for way in (way for some in routes for way in some):
        turn = start
        for step in way:
            turn = turn[step]
            links.add(step.predicate)
    return _Way(connection, changed, links).before(start)


class _Way:
    """The way back along routes from what changed."""

    def __init__(self, connection: Connection, changed: Mapping[str, list[tuple[int, int]]],
                 links: Collection[str]):
        self.connection, self.changed = connection, changed
        self.ids = dict(connection.execute(_LINKS, [list(links)]).fetchall())

    def before(self, turn: _Turn) -> set[int]:
        """Give the nodes from which a turn's steps lead to what changed."""
        found = set[int]()
        for step, after in turn.items():
            found |= {row[not step.forward] for row in self.changed.get(step.predicate, ())}
            beyond = self.before(after)
            if beyond and step.predicate in self.ids:
                here, there = ("s", "o") if step.forward else ("o", "s")
                select = _BACK.format(here=here, there=there, link=self.ids[step.predicate])
                found |= {row[0] for row in self.connection.execute(
                    select, [list(beyond)]).fetchall()}
        return found
