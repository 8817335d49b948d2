"""Why a triple is there: what asserts it, or the rule and the premises that give it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pyoxigraph as ox

from clusterkg import adoption, relation, tables
from clusterkg.rule import Branch, Rule, rules, tacit
from clusterkg.tables import Connection

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Row = tuple[int, int, int]
_LAST = 2**31 - 1  # after every round
_TRIED = 1000  # derivations by one rule; a LIMIT above a DISTINCT hangs DuckDB 2.0.0 now and then
_READ = ("imported", "importer", "mapping", "checksum")  # what evidence.sql says of a run
_ASKED = "CREATE OR REPLACE TEMP TABLE asked(s INTEGER, p INTEGER, o INTEGER)"


@dataclass(frozen=True)
class Evidence:
    """A record, claim or thing that vouches for a triple, and where its document says so.

    Paragraph and characters are as the document's passages count them; "" where not given. Of a
    row, `run` is the import that read it and `read` says more of that: names of facts, and values.
    """

    voucher: Term
    passage: Term | None = None
    document: Term | None = None
    paragraph: str = ""
    characters: str = ""
    row: str = ""
    run: Term | None = None
    read: tuple[tuple[str, str], ...] = field(default=(), compare=False)


class Statement(NamedTuple):
    """A triple; within a proof an anonymous inverse property may be its predicate."""

    subject: Term
    predicate: Term
    object: Term


@dataclass(frozen=True)
class Proof:
    """A triple with what carries it.

    Asserted: `graphs` that hold it and `evidence`; `accepted` is False where its record is not, so
    that nothing is inferred from it. Inferred: `rule`, its `meaning`, the proofs of its premises.
    """

    triple: Statement
    graphs: tuple[Term, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    accepted: bool = True
    rule: str = ""
    meaning: str = ""
    premises: tuple["Proof", ...] = ()

    def walk(self) -> Iterator["Proof"]:
        """Give this proof and all below it, each triple once."""
        seen: set[Statement] = set()
        waiting = [self]
        while waiting:
            proof = waiting.pop()
            if proof.triple not in seen:
                seen.add(proof.triple)
                yield proof
                waiting += reversed(proof.premises)


def explain(connection: Connection, subject: Term, predicate: Term,
            object_: Term) -> Proof | None:
    """Explain a triple of closed tables; None where it is neither asserted nor inferred.

    What follows without being written, by a tacit rule or for owl:Thing, is explained as well.
    """
    s, p, o = (_identify(connection, term) for term in (subject, predicate, object_))
    if s is None or p is None or o is None:
        return None
    return proof_of(connection, (s, p, o))


def proof_of(connection: Connection, row: Row) -> Proof | None:
    """Explain a triple that is given by its terms' ids."""
    return _Search(connection).proof(row)


def objects(connection: Connection, subject: Term, predicate: Term) -> list[Term]:
    """List the literals that a subject has for a predicate."""
    s, p = (_identify(connection, term) for term in (subject, predicate))
    rows = connection.execute("""
        SELECT DISTINCT term.* EXCLUDE (id) FROM quad JOIN term ON term.id = quad.o
        WHERE quad.s = ? AND quad.p = ? AND quad.o < 0 ORDER BY ALL""", [s, p]).fetchall()
    return [tables.term(*row) for row in rows]


def expression(connection: Connection,
               node: ox.BlankNode) -> list[tuple[Term, Term]]:
    """List what is asserted of a blank node, so that it can be shown in place of its name."""
    rows = connection.execute("""
        SELECT p.* EXCLUDE (id), o.* EXCLUDE (id) FROM triple AS t
        JOIN term AS s ON s.id = t.s JOIN term AS p ON p.id = t.p JOIN term AS o ON o.id = t.o
        WHERE s.value = ? AND s.kind = 'blank' AND t.step = 0 ORDER BY ALL""",
        [node.value]).fetchall()
    return [(tables.term(*row[:4]), tables.term(*row[4:])) for row in rows]


class _Search:
    """One explanation: every proof is made once, and premises are always of an earlier round."""

    def __init__(self, connection: Connection):
        self.connection = connection.cursor()
        self.connection.execute(_ASKED)
        self.made: dict[Row, Proof] = {}

    @cached_property
    def branches(self) -> Sequence[tuple[Rule, Branch]]:
        empty = relation.empty(self.connection)
        return [(rule, branch) for rule in (*rules(), *tacit()) if rule.concludes
                for branch in rule.branches if not branch.tables & empty]

    @cached_property
    def words(self) -> Mapping[str, int]:
        found = self.connection.execute("FROM vocabulary")
        names = [column[0] for column in found.description or ()]
        return dict(zip(names, found.fetchone() or (), strict=True))

    @cached_property
    def cells(self) -> frozenset[int]:
        rows = self.connection.execute("SELECT id FROM cell").fetchall()
        return frozenset(row[0] for row in rows)

    def proof(self, row: Row) -> Proof | None:
        step = self.step(row)
        if step:
            return self.inferred(row, step)
        graphs = self.graphs(row)
        if graphs:
            return self.asserted(row, graphs, accepted=step is not None)
        return self.inferred(row, _LAST) if any(self.found(row, _LAST)) else None

    def step(self, row: Row) -> int | None:
        found = self.connection.execute(
            "SELECT step FROM triple WHERE s = ? AND p = ? AND o = ?", row).fetchone()
        return found[0] if found else None

    def inferred(self, row: Row, step: int) -> Proof:
        if row not in self.made:
            rule, premises = min(self.found(row, step), key=lambda one: self.cost(*one))
            proofs = tuple(self.flat(premise) for premise in premises)
            joined = tuple(dict.fromkeys(proof for group in proofs for proof in group))
            self.made[row] = Proof(self.triple(row), rule=rule.name, meaning=rule.meaning,
                                   premises=joined)
        return self.made[row]

    def flat(self, row: Row) -> tuple[Proof, ...]:
        """Give a premise's proof; for a cell, which is no fact, what it was made of."""
        proof = self.proof(row)
        if proof is None:  # cannot be: premises come from `triple`
            return ()
        return proof.premises if row[1] in self.cells else (proof,)

    def found(self, row: Row, step: int) -> Iterator[tuple[Rule, tuple[Row, ...]]]:
        for rule, branch in self.branches:
            if self.words.get(branch.predicate, row[1]) != row[1]:
                continue
            columns = ", ".join(f"r.s{n}, r.p{n}, r.o{n}" for n in range(1, branch.premises + 1))
            for flat in self.connection.execute(
                    f"SELECT DISTINCT {columns or 'r.s'} FROM ({branch.select}) AS r "
                    "WHERE r.s = ? AND r.p = ? AND r.o = ?", row).fetchmany(_TRIED):
                premises = tuple((flat[i], flat[i + 1], flat[i + 2])
                                 for i in range(0, 3 * branch.premises, 3))
                if all(self.before(premise, step) for premise in premises):
                    yield rule, premises

    def before(self, row: Row, step: int) -> bool:
        found = self.step(row)
        return found is not None and found < step

    def cost(self, rule: Rule, premises: tuple[Row, ...]) -> tuple[int, int, str, str]:
        """Rank by the rounds that a proof takes, then by names, so that it is always the same."""
        steps = [self.step(premise) or 0 for premise in premises]
        said = str([self.triple(row) for row in premises])
        return max(steps, default=0), sum(steps), rule.name, said

    def graphs(self, row: Row) -> tuple[Term, ...]:
        rows = self.connection.execute("""
            SELECT DISTINCT g.* EXCLUDE (id) FROM quad LEFT JOIN term AS g ON g.id = quad.g
            WHERE quad.s = ? AND quad.p = ? AND quad.o = ? ORDER BY ALL""", row).fetchall()
        return tuple(tables.resource(value, kind) if value else ox.NamedNode("urn:x-default-graph")
                     for value, kind, *_ in rows)

    def asserted(self, row: Row, graphs: tuple[Term, ...], *, accepted: bool) -> Proof:
        if row not in self.made:
            self.connection.execute("DELETE FROM asked")
            self.connection.execute("INSERT INTO asked VALUES (?, ?, ?)", row)
            rows = self.connection.execute(adoption.text("evidence")).fetchall()
            evidence = tuple(sorted((self.evidence(*found) for found in rows), key=str))
            self.made[row] = Proof(self.triple(row), graphs, evidence, accepted)
        return self.made[row]

    def evidence(self, voucher: int, passage: int | None, document: int | None,
                 *place: Any) -> Evidence:
        paragraph, start, end, row = (text or "" for text in place[:4])
        run, *read = place[4:]
        known = self.terms([one for one in (voucher, passage, document, run) if one is not None])
        return Evidence(
            known[voucher], known.get(passage or 0), known.get(document or 0), paragraph,
            f"{start}-{end}" if start else "", row, known.get(run or 0),
            tuple((name, text) for name, text in zip(_READ, read, strict=True) if text))

    def triple(self, row: Row) -> Statement:
        known = self.terms(row)
        return Statement(*(known[one] for one in row))

    def terms(self, ids: Sequence[int]) -> Mapping[int, Term]:
        rows = self.connection.execute(
            "SELECT * FROM term WHERE id IN (SELECT unnest(?::INTEGER[]))", [list(ids)]).fetchall()
        return {row[0]: tables.term(*row[1:]) for row in rows}


def _identify(connection: Connection, term: Term) -> int | None:
    if isinstance(term, ox.Literal):
        wanted = (term.value, "literal", term.datatype.value, term.language or "")
    else:
        wanted = (term.value, "iri" if isinstance(term, ox.NamedNode) else "blank", "", "")
    row = connection.execute("SELECT id FROM term WHERE value = ? AND kind = ? AND datatype = ? "
                             "AND language = ?", wanted).fetchone()
    return row[0] if row else None
