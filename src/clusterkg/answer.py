"""What a SPARQL query gives back, and the one thing the query layer asks of whatever answers it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class Answer:
    """Hold the solutions of a SELECT, in the order in which they came."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> tuple[Term | None, ...]:
        """Give one variable's values; raise ValueError for a variable that was not selected."""
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)

    def terms(self) -> Iterator[Term]:
        """Walk through every bound value, row by row."""
        return (term for row in self.rows for term in row if term is not None)


Reply = Answer | bool | list[Triple]


class Source(Protocol):
    """Answer SPARQL queries: an embedded snapshot, or an endpoint somewhere else."""

    def query(self, text: str) -> Reply:
        """Give an Answer for SELECT, a bool for ASK, triples for CONSTRUCT and DESCRIBE.

        Raises UsageError for a query that the engine does not understand and RefusedError for
        one that it does not carry out.
        """
        ...


def table(triples: list[Triple]) -> Answer:
    """Lay triples out as an Answer of three columns, sorted."""
    ordered = sorted(triples, key=str)
    return Answer(("subject", "predicate", "object"),
                  tuple((t.subject, t.predicate, t.object) for t in ordered))
