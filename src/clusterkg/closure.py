"""What follows, by the OWL 2 RL/RDF rules (W3C OWL 2 Profiles, section 4.3), as SQL on integers.

    triple(s, p, o, step)   step 0: asserted or adopted; n: inferred in round n
    inferred(g, s, p, o)    view: what is worth publishing of the rest, in the default graph

What a revision may call: `saturate(connection, since)` closes over the rows of `triple` with
step > since, whose conclusions get later steps, and takes axioms among them into the relations;
`Branch.on_delta()` gives a rule's SELECTs with `delta`, `delta_type`, ... in the place of one big
table each, and `delta` may be defined at will; `relation.empty` names what can be left out.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from clusterkg import adoption, clash, coverage, relation
from clusterkg.rule import Rule, rules
from clusterkg.tables import Connection

_CURRENT = "CREATE OR REPLACE VIEW delta AS SELECT s, p, o FROM triple WHERE step = {step}"
_INFERRED = """
CREATE OR REPLACE VIEW inferred AS
SELECT 0 AS g, t.s, t.p, t.o FROM triple AS t
WHERE t.step > 0
  AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.id = t.s)
  AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.id = t.p)
  AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.id = t.o)
"""
_ASSERTED = """
CREATE OR REPLACE TABLE triple AS
SELECT DISTINCT q.s, q.p, q.o, 0::INTEGER AS step FROM quad AS q
WHERE NOT EXISTS (SELECT 1 FROM withheld AS w WHERE w.id = q.s)
  AND NOT EXISTS (SELECT 1 FROM withheld AS w WHERE w.id = q.o)
ORDER BY q.p
"""
_CANDIDATES = "CREATE OR REPLACE TEMP TABLE candidate(s INTEGER, p INTEGER, o INTEGER)"
_COLLECT = """
INSERT INTO candidate
SELECT c.s, c.p, c.o FROM ({select}) AS c
WHERE c.s > 0 AND NOT (c.s = c.o AND c.p = {same}) AND NOT (c.p = {type} AND c.o = {thing})
"""
_ADD = """
INSERT INTO triple
SELECT c.s, c.p, c.o, {step} FROM (SELECT DISTINCT s, p, o FROM candidate) AS c
WHERE NOT EXISTS (SELECT 1 FROM triple AS t WHERE t.s = c.s AND t.p = c.p AND t.o = c.o)
"""


@dataclass(frozen=True)
class Closure:
    """What a run found.

    `inferred` counts what is published; `remarks` name what the rules cover in part.
    """

    inferred: int
    rounds: int
    clashes: tuple[clash.Clash, ...]
    remarks: tuple[str, ...]


def infer(connection: Connection) -> Closure:
    """Fill `triple` and `inferred` from what is accepted in `quad`.

    What turns out to be a record, and is not accepted, is withheld in another run.
    Raises RefusedError for a construct that no rule covers and for a malformed list.
    """
    adoption.adopt(connection)
    found = _close(connection)
    while adoption.withhold(connection):
        found = _close(connection)
    return found


def _close(connection: Connection) -> Closure:
    connection.execute(_ASSERTED)
    connection.execute(_CURRENT.format(step=0))
    relation.prepare(connection)
    coverage.refuse(connection)
    remarks = coverage.remarks(connection)
    every = rules()
    concluding = [rule for rule in every if rule.concludes]
    schema = [rule for rule in concluding if rule.name.startswith("scm-")]
    collect = _collect(connection)
    rounds = _saturate(connection, schema, collect, 0)
    rounds = _saturate(connection, concluding, collect, rounds)
    relation.finish(connection)
    connection.execute(_INFERRED)
    (count,) = connection.execute("SELECT count(*) FROM inferred").fetchone() or (0,)
    clashes = clash.find(connection, every, relation.empty(connection))
    return Closure(count, rounds, clashes, remarks)


def saturate(connection: Connection, since: int) -> int:
    """Close over the rows of `triple` later than step `since`; give the last step."""
    connection.execute(_CURRENT.format(step=since + 1))
    concluding = [rule for rule in rules() if rule.concludes]
    return _saturate(connection, concluding, _collect(connection), since + 1,
                     relation.refresh(connection))


def _saturate(connection: Connection, concluding: Iterable[Rule], collect: str,
              step: int, changed: frozenset[str] | None = None) -> int:
    """Run rounds until one adds nothing; give the number of the last that did."""
    while True:
        connection.execute(_CANDIDATES)
        for select in _selects(concluding, relation.empty(connection), changed):
            connection.execute(collect.format(select=select))
        (added,) = connection.execute(_ADD.format(step=step + 1)).fetchone() or (0,)
        if not added:
            return step
        step += 1
        connection.execute(_CURRENT.format(step=step))
        changed = relation.refresh(connection)


def _selects(concluding: Iterable[Rule], empty: Set[str],
             changed: frozenset[str] | None) -> Iterator[str]:
    """Give what to run: all over again where an axiom is new, else on the new triples alone."""
    for branch in (b for rule in concluding for b in rule.branches if not b.tables & empty):
        if changed is None or branch.tables & changed:
            yield branch.select
        else:
            yield from (select for table, select in branch.on_delta() if table not in empty)


def _collect(connection: Connection) -> str:
    row = connection.execute("SELECT owl_same_as, rdf_type, owl_thing FROM vocabulary").fetchone()
    names = dict(zip(("same", "type", "thing"), row or (), strict=True))
    return _COLLECT.format(select="{select}", **names)
