"""What follows, by the OWL 2 RL/RDF rules (W3C OWL 2 Profiles, section 4.3), as SQL on integers.

    triple(s, p, o, step)   step 0: asserted or adopted; n: inferred in round n
    inferred(g, s, p, o)    view: what is worth publishing of the rest, in the default graph

What a revision may call: `saturate(connection, since)` closes over the rows of `triple` with
step > since, whose conclusions get later steps, and takes axioms among them into the relations;
`Branch.on_delta()` gives a rule's SELECTs with `delta`, `delta_type`, ... in the place of one big
table each, and `delta` may be defined at will; `relation.empty` names what can be left out.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from clusterkg import adoption, clash, coverage, doubling, relation
from clusterkg.errors import UncoveredError
from clusterkg.rule import BIG, Rule, rules
from clusterkg.tables import Connection
from clusterkg.vocabulary import AXIOM_PREDICATES, VIEWS

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
_CANDIDATES = "CREATE OR REPLACE TEMP TABLE candidate(s INTEGER, p INTEGER, o INTEGER)"
_COLLECT = "INSERT INTO candidate SELECT c.s, c.p, c.o FROM ({select}) AS c WHERE {worth}"
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


@dataclass
class _Turn:
    """Rules that run together: the step up to which they have seen all, and changed relations.

    None in the place of the step: nothing yet.
    """

    rules: Sequence[Rule]
    seen: int | None
    changed: Set[str] = frozenset()

    @property
    def doubling(self) -> bool:
        """Tell a turn whose rules put triples of one kind end to end."""
        return all(rule.doubling for rule in self.rules)

    def selects(self, empty: Set[str], there: Set[str], new: Set[str]) -> Iterator[str]:
        """Give what to run: all over again where a relation changed, else on what is new.

        `there` and `new` name what some triple, or new triple, has the predicates of.
        """
        for branch in (branch for rule in self.rules for branch in rule.spared):
            if branch.tables & empty or not set(branch.asked) <= there:
                continue
            if self.seen is None or branch.tables & self.changed:
                yield branch.select
            else:
                yield from (select for asked, (_, select) in zip(
                    branch.asked, branch.on_delta(), strict=True) if asked in new)


class _Run:
    """One saturation: always the first turn that has something new to see.

    Axioms are gone through first and among themselves, then properties, then the types that follow
    from properties, then the classes above, then what needs types and properties at once: what
    the later ones read is complete when they run, so that little is found twice.
    """

    def __init__(self, connection: Connection, since: int | None = None):
        self.connection, self.since, self.worth = connection, since, worth(connection)
        run = [rule for rule in rules() if rule.concludes and not rule.implied]
        self.schema = [rule for rule in run if _is_schema(rule)]
        self.asked = {asked for rule in run for branch in rule.spared for asked in branch.asked}
        data = sorted((rule for rule in run if not _is_schema(rule)), key=_place)
        self.turns = [_Turn(tuple(same), since) for _, same in groupby(data, _place)]
        self.step = self.number("SELECT coalesce(max(step), 0) FROM triple")
        self.predicates = [(-1, self.used(0))]
        self.most = max(LEAST, GROWTH * self.number("SELECT count(*) FROM triple"))
        if since is not None:
            self.predicates.append((self.step, self.used(since + 1)))
        self.empty = relation.empty(connection) - VIEWS.keys()
        self.sought = relation.sought(connection, self.asked)

    def finish(self) -> int:
        """Run until nothing is new; give the number of the last step that added something."""
        self.take(None if self.since is None else relation.extend(self.connection, self.since + 1))
        while turn := next((turn for turn in self.turns if self.waits(turn)), None):
            self.run(turn)
        return self.step

    def waits(self, turn: _Turn) -> bool:
        return bool(turn.seen is None or turn.changed or turn.seen < self.step)

    def run(self, turn: _Turn) -> None:
        """Add what the rules of a turn conclude as a step of its own."""
        start, first = self.step, turn.seen is None and turn.doubling
        if first:
            self.double(turn)
        else:
            self.join(turn)
        once = first or all(rule.one_pass for rule in turn.rules)
        turn.seen, turn.changed = self.step if once else start, frozenset()
        if self.step > start:
            self.predicates.append((self.step, self.used(start + 1)))
            self.take(relation.extend(self.connection, start + 1))

    def join(self, turn: _Turn) -> None:
        """Add what a turn's rules conclude from what is new to them."""
        selects = list(turn.selects(self.empty, self.met(-1), self.met(turn.seen or 0)))
        if selects and turn.seen is not None:
            self.connection.execute(_NEWER.format(step=turn.seen))
        if selects and self.collect(selects):
            self.add(_ADD)

    def double(self, turn: _Turn) -> None:
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
        start, everything = self.step, frozenset(changed or ())
        self.empty = relation.empty(self.connection) - VIEWS.keys()
        turn = _Turn(self.schema, None if changed is None else start, everything)
        while (self.collect(turn.selects(self.empty, frozenset(), frozenset()))
               and self.add(_ADD_AXIOMS)):
            turn.seen, turn.changed = self.step, relation.changed(self.connection, self.step)
            everything |= turn.changed
            self.empty = relation.empty(self.connection) - VIEWS.keys()
        self.connection.execute(_TAKE_AXIOMS.format(step=start))
        self.predicates.append((self.step, self.used(start + 1)))
        self.sought = relation.sought(self.connection, self.asked)
        for turn in self.turns:
            turn.changed |= everything

    def used(self, step: int) -> frozenset[int]:
        """Give the predicates of the triples from a step on."""
        rows = self.connection.execute(
            "SELECT DISTINCT p FROM triple WHERE step >= ?", [step]).fetchall()
        return frozenset(row[0] for row in rows)

    def met(self, since: int) -> frozenset[str]:
        """Name what asks for predicates that triples later than a step have."""
        used = frozenset[int]().union(*(some for step, some in self.predicates if step > since
                                        or since < 0))
        return frozenset(asked for asked, sought in self.sought.items() if sought & used) | {""}

    def collect(self, selects: Iterable[str]) -> int:
        """Fill `candidate`; give the number of its rows."""
        self.connection.execute(_CANDIDATES)
        found = 0
        for select in selects:
            found += self.number(_COLLECT.format(select=select, worth=self.worth))
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
        rows = self.connection.execute("SELECT DISTINCT p FROM candidate").fetchall()
        predicates = ", ".join(str(row[0]) for row in rows)  # triples lie together by these
        added = self.number(statement.format(step=self.step + 1, predicates=predicates or "NULL"))
        self.step += bool(added)
        return added

    def number(self, statement: str) -> int:
        (number,) = self.connection.execute(statement).fetchone() or (0,)
        return int(number)


def _is_schema(rule: Rule) -> bool:
    """Tell rules that lead from axioms to axioms alone."""
    return not rule.tables & BIG and rule.predicates <= AXIOM_PREDICATES


def _place(rule: Rule) -> tuple[int, bool, bool]:
    """Give the place of a rule in the order of turns: the less it needs, the earlier."""
    fixed = "" not in rule.predicates
    if rule.tables & BIG == {"same_as"}:  # what is the same is known before what follows from it
        return -1, not rule.one_pass, rule.doubling
    if "type" not in rule.tables:
        return int(fixed), not rule.one_pass, rule.doubling
    last = 2 if fixed and "triple" not in rule.tables else 3
    return last, not rule.one_pass, rule.doubling
