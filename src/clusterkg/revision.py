"""The closure after a change: what is lost is deleted and rederived, the new closed from there.

    lost_quad, new_quad (g, s, p, o)          what graphs no longer, or newly, assert or adopt
    lost_inferred, new_inferred (g, s, p, o)  what is no longer, or newly, in `inferred`

A relation of the change itself: `lost` and `new` (s, p, o) are what `triple` holds no longer, or
newly, as asserted; `gone` what lost a support by that. Deletion follows the rules from what is
lost, over the triples as they were, but for what is still asserted. What of that follows in one
step from the rest comes back, in a step after all others, and is closed together with what is new:
so a triple's step stays above those of its premises (delete and rederive: Gupta, Mumick,
Subrahmanian 1993). Where words change their meaning, or most would be undone, all is closed anew.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from clusterkg import adoption, clash, closure, datatype, relation, schema
from clusterkg.clash import Clash
from clusterkg.errors import RefusedError
from clusterkg.rule import BIG, Branch, rules
from clusterkg.tables import Connection, count

_CONCLUSION = re.compile(r"\b(\w+\.\w+) AS ([spo])\b")
_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)\b")
# Where more may go than so many triples, and than one in so many, closing anew is quicker.
_FEW, _SHARE = 1000, 5

_TAKE = """
CREATE OR REPLACE TABLE adopted_before AS FROM adopted;
CREATE OR REPLACE TABLE withheld_before AS SELECT id FROM withheld;
CREATE OR REPLACE TABLE removed_quad AS FROM {removed};
CREATE OR REPLACE TABLE added_quad AS FROM {added};
DELETE FROM quad USING (FROM adopted UNION ALL FROM removed_quad) AS r
WHERE quad.g = r.g AND quad.s = r.s AND quad.p = r.p AND quad.o = r.o;
INSERT INTO quad FROM added_quad
"""
_TAKE_BACK = """
DELETE FROM quad USING adopted AS r
WHERE quad.g = r.g AND quad.s = r.s AND quad.p = r.p AND quad.o = r.o
"""
_QUADS = """
CREATE OR REPLACE TABLE lost_quad AS
SELECT * FROM (FROM removed_quad UNION FROM adopted_before) AS r
ANTI JOIN (FROM added_quad UNION ALL FROM adopted) AS a USING (g, s, p, o);
CREATE OR REPLACE TABLE new_quad AS
SELECT * FROM (FROM added_quad UNION FROM adopted) AS a
ANTI JOIN (FROM removed_quad UNION ALL FROM adopted_before) AS r USING (g, s, p, o)
"""
_TRIPLES = """
CREATE OR REPLACE TABLE turned AS
SELECT id FROM ((SELECT id FROM withheld EXCEPT SELECT id FROM withheld_before)
      UNION ALL (SELECT id FROM withheld_before EXCEPT SELECT id FROM withheld));
CREATE OR REPLACE TABLE doubtful AS
SELECT s, p, o FROM lost_quad UNION SELECT s, p, o FROM new_quad
UNION SELECT q.s, q.p, q.o FROM quad AS q SEMI JOIN turned AS t ON t.id = q.s
UNION SELECT q.s, q.p, q.o FROM quad AS q SEMI JOIN turned AS t ON t.id = q.o;
CREATE OR REPLACE TABLE held AS
SELECT d.s, d.p, d.o FROM doubtful AS d SEMI JOIN quad AS q USING (s, p, o)
ANTI JOIN withheld AS w ON w.id = d.s ANTI JOIN withheld AS x ON x.id = d.o;
CREATE OR REPLACE TABLE lost AS
SELECT d.s, d.p, d.o FROM doubtful AS d
SEMI JOIN (SELECT s, p, o FROM triple WHERE step = 0) AS t USING (s, p, o)
ANTI JOIN held AS h USING (s, p, o);
CREATE OR REPLACE TABLE new AS
SELECT h.s, h.p, h.o FROM held AS h
ANTI JOIN (SELECT s, p, o FROM triple WHERE step = 0) AS t USING (s, p, o)
"""
_START = """
CREATE OR REPLACE TABLE gone AS FROM lost;
CREATE OR REPLACE TABLE layer AS FROM lost;
CREATE OR REPLACE VIEW delta AS SELECT s, p, o FROM layer
"""
_CANDIDATES = "CREATE OR REPLACE TEMP TABLE candidate(s INTEGER, p INTEGER, o INTEGER)"
_CANDIDATE = "INSERT INTO candidate SELECT DISTINCT c.s, c.p, c.o FROM ({}) AS c"
_UNDERMINED = """
CREATE OR REPLACE TABLE layer AS
SELECT t.s, t.p, t.o FROM triple AS t SEMI JOIN candidate AS c USING (s, p, o)
ANTI JOIN gone AS g USING (s, p, o) WHERE t.step > 0;
INSERT INTO gone FROM layer
"""
# What was inferred of all that may change is kept, to tell afterwards what did.
_TAKE_OUT = """
CREATE OR REPLACE TABLE changing AS FROM gone UNION FROM new;
CREATE OR REPLACE TABLE inferred_before AS
SELECT t.s, t.p, t.o FROM triple AS t SEMI JOIN changing AS c USING (s, p, o) WHERE t.step > 0;
DELETE FROM triple USING changing AS c WHERE triple.s = c.s AND triple.p = c.p AND triple.o = c.o;
DELETE FROM axiom_triple USING changing AS c
WHERE axiom_triple.s = c.s AND axiom_triple.p = c.p AND axiom_triple.o = c.o;
INSERT INTO triple SELECT s, p, o, {step} FROM new;
CREATE OR REPLACE TABLE gone AS SELECT * FROM gone ANTI JOIN new USING (s, p, o)
"""
_BRING_BACK = """
INSERT INTO triple SELECT DISTINCT c.s, c.p, c.o, {step} FROM candidate AS c WHERE {worth}
"""
_SETTLE = """
UPDATE triple SET step = 0 FROM new AS n
WHERE triple.s = n.s AND triple.p = n.p AND triple.o = n.o;
UPDATE axiom_triple SET step = 0 FROM new AS n
WHERE axiom_triple.s = n.s AND axiom_triple.p = n.p AND axiom_triple.o = n.o;
CREATE OR REPLACE TABLE inferred_after AS SELECT s, p, o FROM triple WHERE step >= {step};
CREATE OR REPLACE TABLE layer AS FROM inferred_after UNION ALL FROM new
"""
_PUBLISHED = """
CREATE OR REPLACE TABLE {name} AS
SELECT 0 AS g, i.s, i.p, i.o FROM (FROM {these} EXCEPT FROM {those}) AS i
ANTI JOIN hidden AS h ON h.id = i.s ANTI JOIN hidden AS j ON j.id = i.p
ANTI JOIN hidden AS k ON k.id = i.o
"""
_CHANGED = """
CREATE OR REPLACE TABLE lost_inferred AS
SELECT 0 AS g, s, p, o FROM (FROM all_before EXCEPT SELECT s, p, o FROM inferred);
CREATE OR REPLACE TABLE new_inferred AS
SELECT 0 AS g, s, p, o FROM (SELECT s, p, o FROM inferred EXCEPT FROM all_before)
"""
_SCRATCH = ("adopted_before", "withheld_before", "removed_quad", "added_quad", "turned", "doubtful",
            "held", "lost", "new", "gone", "layer", "candidate", "changing", "inferred_before",
            "inferred_after", "all_before")


@dataclass(frozen=True)
class Revision:
    """What a change led to; `anew` tells that all was closed again."""

    clashes: tuple[Clash, ...]
    anew: bool


class _AnewError(Exception):
    """What changes is best, or only, closed anew."""


def revise(connection: Connection, removed: str, added: str) -> Revision:
    """Take quads out of `quad` and into it, and make all that follows as if it were closed anew.

    The relations (g, s, p, o) hold what files assert no longer, or newly. Raises RefusedError as
    `closure.infer` does.
    """
    connection.execute(_TAKE.format(removed=removed, added=added))
    connection.execute("BEGIN")
    try:
        clashes = _revise(connection)
        connection.execute("COMMIT")
        anew = False
    except (_AnewError, RefusedError):  # what is too much from here may not be from nothing
        connection.execute("ROLLBACK")
        clashes, anew = _close_anew(connection), True
    for name in _SCRATCH:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    return Revision(clashes, anew)


def _close_anew(connection: Connection) -> tuple[Clash, ...]:
    connection.execute("CREATE OR REPLACE TABLE all_before AS SELECT s, p, o FROM inferred")
    found = closure.infer(connection)
    connection.execute(_QUADS)
    connection.execute(_CHANGED)
    return found.clashes


def _revise(connection: Connection) -> tuple[Clash, ...]:
    if connection.execute("SELECT 1 FROM withheld WHERE inferred LIMIT 1").fetchone():
        raise _AnewError
    adoption.adopt(connection)
    connection.execute(_QUADS)
    connection.execute(_TRIPLES)
    if schema.has_words(connection, "(FROM lost UNION ALL FROM new)"):
        raise _AnewError
    branches = _branches(connection)
    _undermine(connection, branches)
    step = _rederive(connection, branches)
    _extend(connection, step)
    if adoption.withhold(connection):
        raise _AnewError
    return _clashes(connection)


def _branches(connection: Connection) -> Sequence[Branch]:
    empty = relation.empty(connection)
    return [branch for rule in rules() if rule.concludes and not rule.implied
            for branch in rule.spared if not branch.tables & empty]


def _undermine(connection: Connection, branches: Sequence[Branch]) -> None:
    """Fill `gone` with what is lost and all that followed by way of it, but is not asserted."""
    connection.execute(_START)
    most = max(_FEW, count(connection, "triple") // _SHARE)
    sought = relation.sought(connection, {name for branch in branches for name in branch.asked})
    while count(connection, "layer"):
        connection.execute(_CANDIDATES)
        met = _met(connection, sought, "layer")
        for branch in branches:
            for asked, (_, select) in zip(branch.asked, branch.on_delta(), strict=True):
                if asked in met:
                    connection.execute(_CANDIDATE.format(select))
        connection.execute(_UNDERMINED)
        if schema.has_axioms(connection, "layer") or count(connection, "gone") > most:
            raise _AnewError


def _rederive(connection: Connection, branches: Sequence[Branch]) -> int:
    """Take out what is gone, bring in what is new or follows still; give the step of both."""
    (last,) = connection.execute("SELECT coalesce(max(step), 0) FROM triple").fetchone() or (0,)
    connection.execute(_TAKE_OUT.format(step=last + 1))
    if count(connection, "gone"):
        connection.execute(_CANDIDATES)
        given = {branch: _given(branch) for branch in branches}
        met = _met(connection, relation.sought(connection, set(given.values())), "gone")
        for branch in (branch for branch in branches if given[branch] in met):
            connection.execute(_CANDIDATE.format(_concluding(branch)))
        connection.execute(_BRING_BACK.format(step=last + 1, worth=closure.worth(connection)))
    return int(last) + 1


def _met(connection: Connection, sought: Mapping[str, Set[int]], rows: str) -> Set[str]:
    """Name what gives predicates (see `Branch.asked`) that some row of a relation (s, p, o) has."""
    used = {row[0] for row in connection.execute(f"SELECT DISTINCT p FROM {rows}").fetchall()}
    return {name for name, predicates in sought.items() if predicates & used} | {""}


def _given(branch: Branch) -> str:
    """Name the `relation.column` that the predicate of a conclusion is from; "" for any."""
    columns = {column: name for name, column in _CONCLUSION.findall(branch.select)}
    alias, _, column = columns["p"].partition(".")
    table = {alias: table for table, alias in _TABLE.findall(branch.select)}.get(alias)
    return "" if table is None or table in BIG else f"{table}.{column}"


def _concluding(branch: Branch) -> str:
    """Narrow a rule's SELECT to what it concludes of `gone`."""
    columns = {column: name for name, column in _CONCLUSION.findall(branch.select)}
    of = " AND ".join(f"gone_.{column} = {columns[column]}" for column in "spo")
    joins, where, conditions = branch.select.partition("\nWHERE ")
    return f"{joins}\nJOIN gone AS gone_ ON {of}{where}{conditions}"


def _extend(connection: Connection, step: int) -> None:
    """Close over all from `step` on, and say what has changed of what is inferred."""
    datatype.equate(connection)
    relation.derive(connection, {"some_values_from"})
    closure.saturate(connection, step - 1)
    connection.execute(_SETTLE.format(step=step))
    if schema.has_axioms(connection, "inferred_after"):
        raise _AnewError
    relation.finish(connection)
    for name, these, those in (("lost_inferred", "inferred_before", "inferred_after"),
                               ("new_inferred", "inferred_after", "inferred_before")):
        connection.execute(_PUBLISHED.format(name=name, these=these, those=those))


def _clashes(connection: Connection) -> tuple[Clash, ...]:
    """Find clashes among what is new: before there were none."""
    connection.execute("CREATE OR REPLACE VIEW delta AS SELECT s, p, o FROM layer")
    empty = relation.empty(connection)
    found = any(connection.execute(f"SELECT 1 FROM ({select}) AS c LIMIT 1").fetchone()
                for rule in rules() if not rule.concludes
                for branch in rule.branches if not branch.tables & empty
                for select in _seeking(branch))
    connection.execute("CREATE OR REPLACE VIEW delta AS SELECT s, p, o FROM triple LIMIT 0")
    return clash.find(connection, rules(), empty) if found else ()


def _seeking(branch: Branch) -> list[str]:
    """Give what finds each clash of a branch that something new has a part in."""
    if branch.tables & relation.drawn():
        return [branch.select]
    return [select for _, select in branch.on_delta()]
