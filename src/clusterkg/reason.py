"""An explanation as a page shows it: statements in a tree, each with its rule or who says so."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from clusterkg import caption, explanation, exposition, tables
from clusterkg.answer import Source
from clusterkg.errors import UnreadableError, UsageError, shortened
from clusterkg.explanation import Evidence, Proof, Statement, Term
from clusterkg.justification import TABLES
from clusterkg.portrait import Note, Shown, question

_DEPTH = 12  # of the tree; what lies deeper has an address of its own
_LONGEST = 500  # statements of an explanation that is also written as text


@dataclass(frozen=True)
class Step:
    """A statement with what carries it; `why` is the query of its own explanation.

    `more`: why it is so stands above, or is too deep to be shown here.
    """

    statement: tuple[Shown, Shown, Shown]
    rule: str = ""
    meaning: str = ""
    premises: tuple["Step", ...] = ()
    graphs: tuple[Shown, ...] = ()
    notes: tuple[Note, ...] = ()
    accepted: bool = True
    more: str = ""  # "above", "deeper" or ""
    why: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a statement is there: the proof, as steps and as text; "" where that gets too long."""

    proof: Proof
    step: Step
    text: str


def statement(subject: str, predicate: str, value: str) -> Statement:
    """Read IRIs, and a value as N-Triples writes it; raise UsageError for what is none."""
    try:
        text = value if value[:1] in ("<", '"') else str(NamedNode(value))
        (quad,) = parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)
        if not isinstance(quad.object, NamedNode | Literal):
            raise ValueError("o is neither an IRI nor a literal")
        return Statement(NamedNode(subject), NamedNode(predicate), quad.object)
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{shortened(str(error))}; give s and p as IRIs, and o as N-Triples "
                         'writes it, such as <http://...> or "text"@en') from error


def find(asked: Statement, built: Path, source: Source, reader: str) -> Reason | None:
    """Explain a statement from the tables of a version; None where the graph does not say it.

    Raises UnreadableError for damaged tables, and RecursionError for too long a chain of reasons.
    """
    try:
        with closing(tables.reopen(built / TABLES)) as connection:
            proof = explanation.explain(connection, *asked)
            if proof is None:
                return None
            labels = caption.labels(source, exposition.terms(proof), reader)
            is_short = sum(1 for _ in proof.walk()) <= _LONGEST

            def expression(node: BlankNode) -> list[tuple[Term, Term]]:
                return explanation.expression(connection, node)

            text = exposition.text(proof, labels, expression) if is_short else ""
            return Reason(proof, _Telling(labels, expression).step(proof, 0), text)
    except tables.Error as error:
        raise UnreadableError(f"the tables are damaged ({error})", path=built / TABLES) from error


class _Telling:
    def __init__(self, labels: exposition.Labels, expression: exposition.Expression):
        self.labels, self.expression = labels, expression
        self.seen: set[Statement] = set()

    def step(self, proof: Proof, depth: int) -> Step:
        said = tuple(map(self.shown, proof.triple))
        why = "" if any(isinstance(term, BlankNode) for term in proof.triple) else \
            question(proof.triple)
        is_known = proof.triple in self.seen
        self.seen.add(proof.triple)
        if proof.rule and (is_known or depth >= _DEPTH):
            return Step(said, proof.rule, proof.meaning, why=why,  # type: ignore[arg-type]  # three
                        more="above" if is_known else "deeper")
        return Step(said, proof.rule, proof.meaning,  # type: ignore[arg-type]  # ditto
                    tuple(self.step(each, depth + 1) for each in proof.premises),
                    tuple(map(self.shown, proof.graphs)),
                    tuple(map(self.note, proof.evidence)), proof.accepted, why=why)

    def note(self, one: Evidence) -> Note:
        document = self.shown(one.document) if one.document else None
        return Note(self.shown(one.voucher), document, tuple(_places(one)),
                    self.shown(one.run) if one.run else None)

    def shown(self, term: Term) -> Shown:
        if isinstance(term, Literal):
            return Shown(caption.text(term, {}), "", term.language or "")
        if isinstance(term, BlankNode):
            return Shown(exposition.named(term, self.labels, self.expression))
        return Shown(caption.text(term, self.labels), term.value)


def _places(one: Evidence) -> Iterator[tuple[str, str]]:
    every = (("paragraph", one.paragraph), ("characters", one.characters), ("row", one.row))
    return ((name, number) for name, number in every if number)
