"""What was decided to be one made one, in the tables: before anything is adopted or closed.

Every quad of the one that goes says the same of the one that stays, in its own graph; its labels
become alternative ones. What goes is left with its deprecation and what replaces it. A quad is
rewritten by itself, so that the sources of a change can be rewritten alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterkg import sssom, tables
from clusterkg.errors import UnreadableError
from clusterkg.files import DECISIONS
from clusterkg.namespaces import compress, expand
from clusterkg.sssom import Decision
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
_FIXED = """
SELECT t.value FROM {relation} AS q JOIN joined AS j ON j.old = q.s
JOIN term AS t ON t.id = q.s JOIN term AS g ON g.id = q.g AND g.value = ?
ORDER BY t.value LIMIT 1
"""


@dataclass(frozen=True)
class Joined:
    """One that went into another: how many facts it had, and the rows of registers it was in."""

    old: str
    new: str
    facts: int
    rows: Sequence[str]

    def __str__(self) -> str:
        """Say it on one line."""
        shown = ", ".join(self.rows[:_SHOWN]) + (", ..." if len(self.rows) > _SHOWN else "")
        return (f"{compress(self.old)} into {compress(self.new)}: {self.facts:,} "
                f"fact{'' if self.facts == 1 else 's'}" + (f" of {shown}" if shown else ""))


def pairs(paths: Iterable[Path]) -> Mapping[str, str]:
    """Read from files of decisions what becomes what, whatever stands between.

    Other files are passed over. Raises UnreadableError, with the line, for decisions that
    contradict one another.
    """
    said = [(path, one) for path in paths if path.name.endswith(DECISIONS)
            for one in sssom.read(path).decisions()]
    next_: dict[str, str] = {}
    for path, one in said:
        if one.is_same and next_.setdefault(one.subject, one.object) != one.object:
            raise _contradicted(path, one, f"is already {compress(next_[one.subject])}")
    ends = {old: _end(old, next_) for old in next_}
    for path, one in said:
        if one.is_same and ends[one.subject] == "":
            raise _contradicted(path, one, "goes round in a circle")
        if not one.is_same and _met(one.subject, ends) == _met(one.object, ends):
            raise _contradicted(path, one, "is the same by other decisions")
    return ends


def join(connection: Connection, ends: Mapping[str, str], relation: str = "quad",
         fixed: str = "") -> list[Joined]:
    """Make one what `ends` says, in a relation (g, s, p, o); say what was there to be joined.

    Raises UnreadableError where what is to go is described by the graph `fixed`.
    """
    if not ends:
        return []
    connection.execute(_JOINED, [list(ends), list(ends.values())])
    found = connection.execute(_FIXED.format(relation=relation), [fixed]).fetchone()
    if found:
        raise UnreadableError(f"{compress(found[0])} is a term of the ontology and cannot become "
                              "another; take it out of the decisions")
    ids = tables.identify(connection, [*_STAY, *_MAIN, _ALSO, _ROW])
    connection.execute(_TOUCHED.format(relation=relation), {
        "stay": [ids[iri] for iri in _STAY], "main": [ids[iri] for iri in _MAIN],
        "also": ids[_ALSO]})
    told = [Joined(old, new, facts, rows or ()) for old, new, facts, rows in
            connection.execute(_TOLD, [ids[_ROW]]).fetchall()]
    for step in _REWRITE.split(";"):
        connection.execute(step.format(relation=relation))
    return told


def _end(start: str, next_: Mapping[str, str]) -> str:
    """Follow what becomes what to its end; "" for a circle."""
    passed, at = {start}, next_[start]
    while at in next_:
        if at in passed:
            return ""
        passed.add(at)
        at = next_[at]
    return at


def _met(iri: str, ends: Mapping[str, str]) -> str:
    return ends.get(iri, iri)


def _contradicted(path: Path, one: Decision, why: str) -> UnreadableError:
    relation = "is" if one.is_same else "is not"
    return UnreadableError(f"{compress(one.subject)} {relation} {compress(one.object)}, but {why}; "
                           "leave one decision", path=path, line=one.line)
