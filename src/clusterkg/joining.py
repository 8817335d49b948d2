"""What was decided to be one made one, in the tables: before anything is adopted or closed.

Every quad of the one that goes says the same of the one that stays, in its own graph; its labels
become alternative ones. What goes is left with its deprecation and what replaces it. A quad is
rewritten by itself, so that the sources of a change can be rewritten alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from clusterkg import sssom, tables
from clusterkg.errors import UnreadableError
from clusterkg.files import DECISIONS
from clusterkg.namespaces import compress, expand
from clusterkg.sssom import Decision, Sheet
from clusterkg.tables import Connection

_SHOWN = 3  # rows of each that is joined
_STAY = tuple(map(expand, ("owl:deprecated", "dcterms:isReplacedBy")))
_MAIN = tuple(map(expand, ("rdfs:label", "skos:prefLabel")))
_ALSO, _ROW = expand("skos:altLabel"), expand("ckg:sourceRow")

_JOINED = """
CREATE OR REPLACE TEMP TABLE joined AS
SELECT o.id AS old, n.id AS new
FROM (SELECT unnest(?::VARCHAR[]) AS old, unnest(?::VARCHAR[]) AS new) AS p
JOIN term AS o ON o.value = p.old AND o.kind = 'iri'
JOIN term AS n ON n.value = p.new AND n.kind = 'iri'
"""
_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT q.g, q.s, q.p, q.o,
       CASE WHEN s.old IS NULL OR list_contains($stay, q.p) THEN q.s ELSE s.new END AS s_new,
       CASE WHEN s.old IS NOT NULL AND list_contains($main, q.p) THEN $also ELSE q.p END AS p_new,
       coalesce(o.new, q.o) AS o_new
FROM {relation} AS q LEFT JOIN joined AS s ON s.old = q.s LEFT JOIN joined AS o ON o.old = q.o
WHERE (s.old IS NOT NULL AND NOT list_contains($stay, q.p)) OR o.old IS NOT NULL
"""
_REWRITE = """
DELETE FROM {relation} AS q USING touched AS t
WHERE q.g = t.g AND q.s = t.s AND q.p = t.p AND q.o = t.o;
INSERT INTO {relation}
SELECT DISTINCT g, s_new, p_new, o_new FROM touched EXCEPT SELECT g, s, p, o FROM {relation}
"""
_TOLD = """
SELECT o.value, n.value, count(*), list(DISTINCT r.value ORDER BY r.value)
           FILTER (r.value IS NOT NULL)
FROM touched AS t JOIN joined AS j ON j.old = t.s AND t.s <> t.s_new
JOIN term AS o ON o.id = j.old JOIN term AS n ON n.id = j.new
LEFT JOIN term AS r ON r.id = t.o AND t.p = ?
GROUP BY o.value, n.value ORDER BY o.value
"""
_TYPE = expand("rdf:type")
# What a graph is written with: what it links by, what it says things are, and its ontology's terms.
_TERMS = """
WITH held AS (SELECT g, s, p, o FROM quad{more}),
     link AS (SELECT DISTINCT p AS id FROM held),
     kind AS (SELECT DISTINCT o AS id FROM held WHERE p = $type),
     own AS (SELECT DISTINCT h.s AS id FROM held AS h SEMI JOIN joined AS j ON j.old = h.s
             JOIN term AS g ON g.id = h.g WHERE g.value = $fixed)
SELECT t.value FROM term AS t JOIN (SELECT old AS id FROM joined UNION SELECT new FROM joined) AS j
    USING (id)
WHERE t.id IN (FROM link UNION FROM kind UNION FROM own) ORDER BY t.value LIMIT 1
"""


@dataclass(frozen=True)
class Joined:
    """One that went into another: how many facts it had, the rows of registers it was in, and why.

    `where` is the line of a decision about it.
    """

    old: str
    new: str
    facts: int
    rows: Sequence[str]
    where: str

    def __str__(self) -> str:
        """Say it on one line."""
        shown = ", ".join(self.rows[:_SHOWN]) + (", ..." if len(self.rows) > _SHOWN else "")
        return (f"{compress(self.old)} into {compress(self.new)}: {self.facts:,} "
                f"fact{'' if self.facts == 1 else 's'}" + (f" of {shown}" if shown else "")
                + f", by {self.where}")


class _Said(NamedTuple):
    """A decision, and the file that has it."""

    path: Path
    one: Decision

    @property
    def where(self) -> str:
        """Name the line."""
        return f"{self.path.name}:{self.one.line}"


_Led = dict[str, dict[str, _Said]]  # what becomes what, and who says so


class Ends(dict[str, str]):
    """What becomes what in the end; `said` keeps a decision about each that has a part in it."""

    said: Mapping[str, _Said]


def pairs(paths: Iterable[Path]) -> Ends:
    """Read from files of decisions what becomes what, whatever stands between.

    Neither the order of the files nor that of the rows matters. Other files are passed over. Raises
    UnreadableError, with the lines, for decisions that contradict one another: that go round in a
    circle, that do not say which of two stays, or that keep apart what others make one.
    """
    return ends(sssom.read(path) for path in paths if path.name.endswith(DECISIONS))


def ends(sheets: Iterable[Sheet]) -> Ends:
    """Read it from decisions that were read already; raise what `pairs` raises."""
    said = [_Said(sheet.path, one) for sheet in sheets for one in sheet.decisions()]
    led: _Led = {}
    for each in said:
        if each.one.is_same:
            led.setdefault(each.one.subject, {}).setdefault(each.one.object, each)
    found = _ends(led)
    for each in said:
        if not each.one.is_same and _met(each.one.subject, found) == _met(each.one.object, found):
            ways = [set(_chain(one, led)) for one in (each.one.subject, each.one.object)]
            raise _contradicted(each, "is the same by", ways[0] ^ ways[1])
    made = Ends(found)
    same = [each for each in said if each.one.is_same]
    made.said = {each.one.object: each for each in same} | {each.one.subject: each for each in same}
    return made


def join(connection: Connection, ends: Ends, relation: str = "quad",
         fixed: str = "") -> list[Joined]:
    """Make one what `ends` says, in a relation (g, s, p, o); say what was there to be joined.

    Raises UnreadableError, with the line, where one of both is a class or a property, or where what
    is to go is described by the graph `fixed`.
    """
    if not ends:
        return []
    connection.execute(_JOINED, [list(ends), list(ends.values())])
    _check(connection, ends, relation, fixed)
    ids = tables.identify(connection, [*_STAY, *_MAIN, _ALSO, _ROW])
    connection.execute(_TOUCHED.format(relation=relation), {
        "stay": [ids[iri] for iri in _STAY], "main": [ids[iri] for iri in _MAIN],
        "also": ids[_ALSO]})
    told = [Joined(old, new, facts, rows or (), ends.said[old].where) for old, new, facts, rows in
            connection.execute(_TOLD, [ids[_ROW]]).fetchall()]
    for step in _REWRITE.split(";"):
        connection.execute(step.format(relation=relation))
    return told


def _check(connection: Connection, ends: Ends, relation: str, fixed: str) -> None:
    """Refuse terms: whoever makes a thing of a class changes what all its things are."""
    (kind,) = tables.identify(connection, [_TYPE]).values()
    more = "" if relation == "quad" else f" UNION ALL SELECT g, s, p, o FROM {relation}"
    found = connection.execute(_TERMS.format(more=more),
                               {"type": kind, "fixed": fixed}).fetchone()
    if found:
        said = ends.said[found[0]]
        raise UnreadableError(f"{compress(found[0])} is a term of the ontology, and no thing that "
                              "is another; name two things, or take this row out",
                              path=said.path, line=said.one.line)


def _ends(led: _Led) -> dict[str, str]:
    """Follow what becomes what to its one end."""
    found: dict[str, str] = {}
    for old in _in_order(led):
        ends = {_met(new, found): said for new, said in led.get(old, {}).items()}
        if len(ends) > 1:
            first, second, *_ = sorted(ends.values(), key=lambda said: said.where)
            raise _contradicted(second, "which of both stays is not said; it is another by",
                                [first])
        if ends:
            found[old], = ends
    return found


def _in_order(led: _Led) -> list[str]:
    """Put what others become before them."""
    try:
        return list(TopologicalSorter(led).static_order())
    except CycleError as error:
        circle = [led[old][new] for new, old in pairwise(error.args[1])]
        last = max(circle, key=lambda said: said.where)
        raise _contradicted(last, "goes round in a circle with",
                            [said for said in circle if said is not last]) from error


def _chain(start: str, led: _Led) -> Iterator[_Said]:
    """Give the decisions that lead from one to its end."""
    at = start
    while at in led:
        said = next(iter(led[at].values()))
        yield said
        at = said.one.object


def _met(iri: str, ends: Mapping[str, str]) -> str:
    return ends.get(iri, iri)


def _contradicted(said: _Said, why: str, others: Iterable[_Said]) -> UnreadableError:
    one = said.one
    lines = sorted({other.where for other in others})
    shown = ", ".join(lines[:_SHOWN]) + (", ..." if len(lines) > _SHOWN else "")
    return UnreadableError(
        f"{compress(one.subject)} {'is' if one.is_same else 'is not'} {compress(one.object)}, but "
        f"{why} {shown or 'itself'}; leave one decision", path=said.path, line=one.line)
