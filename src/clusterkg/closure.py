"""What follows, by the OWL 2 RL/RDF rules (W3C OWL 2 Profiles, section 4.3), as SQL on integers.

    triple(s, p, o, step)   step 0: asserted or adopted; n: inferred in round n
    inferred(g, s, p, o)    view: what is worth publishing of the rest, in the default graph

What a revision may call: `saturate(connection, since)` closes over the rows of `triple` with
step > since, whose conclusions get later steps, and takes axioms among them into the relations;
`Branch.on_delta()` gives a rule's SELECTs with `delta`, `delta_type`, ... in the place of one big
table each, and `delta` may be defined at will; `relation.empty` names what can be left out.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from itertools import groupby

from clusterkg import adoption, clash, coverage, doubling, relation
from clusterkg.errors import UncoveredError
from clusterkg.rule import rules
from clusterkg.tables import Connection
from clusterkg.turn import Turn, is_schema, place
from clusterkg.vocabulary import VIEWS

# A step may conclude so many triples, or so many for each that is there: beyond lies the square of
# the data, which no disk holds.
LEAST, GROWTH = 20_000_000, 30
_NEWER = "CREATE OR REPLACE VIEW delta AS SELECT s, p, o FROM triple WHERE step > {step}"
_INFERRED = """
CREATE OR REPLACE VIEW inferred AS
SELECT 0 AS g, t.s, t.p, t.o FROM triple AS t
WHERE t.step > 0
  AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.id = t.s)
  AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.id = t.p)
  AND NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.id = t.o)
"""
# Few are hidden, so that finding those is quicker than letting all others through.
_COUNT = """
SELECT (SELECT count(*) FROM triple WHERE step > 0) - (SELECT count(*) FROM (
    SELECT t.s, t.p, t.o FROM triple AS t JOIN hidden AS h ON h.id = t.s WHERE t.step > 0
    UNION SELECT t.s, t.p, t.o FROM triple AS t JOIN hidden AS h ON h.id = t.p WHERE t.step > 0
    UNION SELECT t.s, t.p, t.o FROM triple AS t JOIN hidden AS h ON h.id = t.o WHERE t.step > 0))
"""
_ASSERTED = """
CREATE OR REPLACE TABLE triple AS
SELECT DISTINCT q.s, q.p, q.o, 0::INTEGER AS step FROM quad AS q
WHERE NOT EXISTS (SELECT 1 FROM withheld AS w WHERE w.id = q.s)
  AND NOT EXISTS (SELECT 1 FROM withheld AS w WHERE w.id = q.o)
ORDER BY q.p
"""
# In one statement: to plan each SELECT on its own takes twice as long, and most find little.
_COLLECT = """
CREATE OR REPLACE TEMP TABLE candidate AS
SELECT c.s, c.p, c.o FROM ({selects}) AS c WHERE {worth}
"""
_WORTH = "c.s > 0 AND NOT (c.s = c.o AND c.p = {}) AND NOT (c.p = {} AND c.o = {})"
_ADD = """
INSERT INTO triple
SELECT c.s, c.p, c.o, {step} FROM (SELECT DISTINCT s, p, o FROM candidate) AS c
WHERE NOT EXISTS (SELECT 1 FROM triple AS t
                  WHERE t.s = c.s AND t.p = c.p AND t.o = c.o AND t.p IN ({predicates}))
"""
_ADD_AXIOMS = """
INSERT INTO axiom_triple
SELECT a.number, c.s, c.p, c.o, {step} FROM (SELECT DISTINCT s, p, o FROM candidate) AS c
JOIN axiom AS a ON a.p = c.p AND a.o IS NULL
WHERE NOT EXISTS (SELECT 1 FROM axiom_triple AS t WHERE t.s = c.s AND t.p = c.p AND t.o = c.o)
"""
_TAKE_AXIOMS = """
INSERT INTO triple SELECT s, p, o, step FROM axiom_triple WHERE step > {step} ORDER BY step
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
    Raises UncoveredError for a construct that no rule covers and for a malformed list.
    """
    adoption.adopt(connection)
    found = close(connection)
    while adoption.withhold(connection):
        found = close(connection)
    return found


def close(connection: Connection) -> Closure:
    """Fill `triple` and `inferred` from what is in `quad`, but what `adoption` withholds."""
    connection.execute(_ASSERTED)
    connection.execute(_NEWER.format(step=-1))
    relation.prepare(connection)
    coverage.refuse(connection)
    remarks = coverage.remarks(connection)
    rounds = _Run(connection).finish()
    relation.finish(connection)
    connection.execute(_INFERRED)
    (count,) = connection.execute(_COUNT).fetchone() or (0,)
    clashes = clash.find(connection, rules(), relation.empty(connection))
    return Closure(count, rounds, clashes, remarks)


def saturate(connection: Connection, since: int) -> int:
    """Close over the rows of `triple` later than step `since`; give the last step."""
    return _Run(connection, since).finish()


def worth(connection: Connection) -> str:
    """Give the condition on a conclusion `c` to be kept: not what is true of everything."""
    row = connection.execute("SELECT owl_same_as, rdf_type, owl_thing FROM vocabulary").fetchone()
    return _WORTH.format(*row or ())


class _Run:
    """One saturation: always the first turn that has something new to see.

    Axioms are gone through first and among themselves, then properties, then the types that follow
    from properties, then the classes above, then what needs types and properties at once: what
    the later ones read is complete when they run, so that little is found twice.
    """

    def __init__(self, connection: Connection, since: int | None = None):
        self.connection, self.since, self.worth = connection, since, worth(connection)
        run = [rule for rule in rules() if rule.concludes and not rule.implied]
        self.schema = [rule for rule in run if is_schema(rule)]
        self.asked = {asked for rule in run for branch in rule.spared for asked in branch.asked}
        data = sorted((rule for rule in run if not is_schema(rule)), key=place)
        self.turns = [Turn(tuple(same), since) for _, same in groupby(data, place)]
        self.step = self.number("SELECT coalesce(max(step), 0) FROM triple")
        self.axioms = self.ids("SELECT DISTINCT p FROM axiom")
        self.read = frozenset[str]().union(*(rule.tables for rule in self.schema))
        self.predicates = [(-1, self.used(-1))]
        self.most = max(LEAST, GROWTH * self.number("SELECT count(*) FROM triple"))
        if since is not None:
            self.predicates.append((self.step, self.used(since)))
        self.empty = relation.empty(connection) - VIEWS.keys()
        self.sought = relation.sought(connection, self.asked)
        self.newer: int | None = None  # what `delta` is later than

    def finish(self) -> int:
        """Run until nothing is new; give the number of the last step that added something."""
        self.take(None if self.since is None else relation.extend(self.connection, self.since + 1))
        while turn := next((turn for turn in self.turns if self.waits(turn)), None):
            self.run(turn)
        return self.step

    def waits(self, turn: Turn) -> bool:
        return bool(turn.seen is None or turn.changed or turn.seen < self.step)

    def run(self, turn: Turn) -> None:
        """Add what the rules of a turn conclude as a step of its own."""
        start, first = self.step, turn.seen is None and turn.doubling
        if first:
            self.double(turn)
        else:
            self.join(turn)
        once = first or all(rule.one_pass for rule in turn.rules)
        turn.seen, turn.changed = self.step if once else start, frozenset()
        if self.step > start:
            used = self.used(start)
            self.predicates.append((self.step, used))
            self.take(relation.extend(self.connection, start + 1) if used & self.axioms else set())

    def join(self, turn: Turn) -> None:
        """Add what a turn's rules conclude from what is new to them."""
        selects = list(turn.selects(self.empty, self.met(-1), self.met(turn.seen or 0)))
        if selects and turn.seen not in (None, self.newer):
            self.connection.execute(_NEWER.format(step=turn.seen))
            self.newer = turn.seen
        if selects and self.collect(selects):
            self.add(_ADD)

    def double(self, turn: Turn) -> None:
        """Close what a turn's rules put end to end, of any length, in steps that double it."""
        for branch in (branch for rule in turn.rules for branch in rule.spared):
            predicates = set[int]().union(*(self.sought.get(asked, ()) for asked in branch.asked))
            if branch.tables & self.empty or not predicates:
                continue
            listed = ", ".join(map(str, predicates))
            self.connection.execute(doubling.ENDS.format(predicates=listed))
            while self.number("SELECT count(*) FROM stride"):
                self.refuse_beyond(self.number(doubling.WAYS))
                once = branch.put_together("short", "stride")
                self.collect([f"SELECT DISTINCT w.s, w.p, w.o FROM ({once}) AS w"])
                self.connection.execute(doubling.STRIDE.format(
                    twice=branch.put_together("stride", "stride"), worth=self.worth))
                self.add(_ADD)
            self.connection.execute(doubling.END)

    def take(self, changed: Set[str] | None) -> None:
        """Go through the axioms to their end, and tell every turn which relations changed.

        None: all have.
        """
        if changed is not None and not changed:
            return
        start, everything, found = self.step, frozenset(changed or ()), set[str]()
        self.look(everything)
        turn = Turn(self.schema, None if changed is None else start, everything)
        while (self.collect(turn.selects(self.empty, frozenset(), frozenset()))
               and self.add(_ADD_AXIOMS)):
            turn.changed = relation.changed(self.connection, self.step, self.read)
            turn.seen = self.step
            found |= turn.changed
            self.look(turn.changed)
        found |= relation.derive(self.connection, found)
        self.look(found)
        everything |= found
        self.connection.execute(_TAKE_AXIOMS.format(step=start))
        self.predicates.append((self.step, self.used(start)))
        self.sought = relation.sought(self.connection, self.asked)
        for turn in self.turns:
            turn.changed |= everything

    def look(self, changed: Set[str]) -> None:
        """See which of the relations that changed are empty now."""
        self.empty = self.empty - changed | relation.without_rows(self.connection, changed)

    def used(self, since: int) -> frozenset[int]:
        """Give the predicates of the triples later than a step."""
        return self.ids(f"SELECT DISTINCT p FROM triple WHERE step > {since}")

    def ids(self, select: str) -> frozenset[int]:
        """Give the ids that a SELECT finds."""
        return frozenset(row[0] for row in self.connection.execute(select).fetchall())

    def met(self, since: int) -> frozenset[str]:
        """Name what asks for predicates that triples later than a step have."""
        used = frozenset[int]().union(*(some for step, some in self.predicates if step > since
                                        or since < 0))
        return frozenset(asked for asked, sought in self.sought.items() if sought & used) | {""}

    def collect(self, selects: Iterable[str]) -> int:
        """Fill `candidate`; give the number of its rows."""
        together = " UNION ALL ".join(selects)
        if not together:
            return 0
        found = self.number(_COLLECT.format(selects=together, worth=self.worth))
        self.refuse_beyond(found)
        return found

    def refuse_beyond(self, found: int) -> None:
        """Raise UncoveredError where a step would find more than fits."""
        if found > self.most:
            raise UncoveredError(
                f"more than {self.most:,} conclusions would be drawn in one step: a transitive "
                "property, a chain, a hierarchy or owl:sameAs leads too far; split it up or take "
                "the axiom out")

    def add(self, statement: str) -> int:
        """Add the candidates that are new, as the next step if there are any."""
        predicates = ""
        if "{predicates}" in statement:  # triples lie together by these
            found = self.ids("SELECT DISTINCT p FROM candidate")
            predicates = ", ".join(map(str, found)) or "NULL"
        added = self.number(statement.format(step=self.step + 1, predicates=predicates))
        self.step += bool(added)
        return added

    def number(self, statement: str) -> int:
        (number,) = self.connection.execute(statement).fetchone() or (0,)
        return int(number)
