"""Who vouches for the facts about a thing, and where in which document they say so.

A fact is vouched for by the accepted claims that state it; where there are none, by the records
that are its subject or object; and in each graph that states it without a claim, by the rows of a
register that its subject was read from: of these by those alone that name its object, if any do;
what many rows say, the first of them say for all.
For one triple of a snapshot `adoption/evidence.sql` says the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pyoxigraph import NamedNode

from clusterkg.answer import Row, Source, Term
from clusterkg.explanation import Evidence
from clusterkg.retrieval import ask

ROWS = 5  # of one graph, that vouch for one statement


class Statement(NamedTuple):
    """A triple that is compared by its terms."""

    subject: Term
    predicate: Term
    object: Term


class _Said(NamedTuple):
    """What vouches with a passage, and rows by what was read from them and their graph."""

    passages: Mapping[str, Sequence[Evidence]]
    rows: Mapping[tuple[str, str], Sequence[Evidence]]


def of(statements: Mapping[Statement, Collection[str]],
       source: Source) -> dict[Statement, list[Evidence]]:
    """Map each statement that is vouched for to what vouches for it, in a fixed order.

    Given with each are the graphs that state it.
    """
    claims = _claims(statements, source)
    vouchers = {iri for found in claims.values() for iri in found}
    vouchers |= {iri for one in statements for iri in _ends(one)}
    said = _evidence(vouchers, source)
    found = {one: [*_vouched(one, claims.get(one, {}), said.passages),
                   *_listed(one, graphs, claims.get(one, {}), said.rows)]
             for one, graphs in statements.items()}
    return {one: evidence for one, evidence in found.items() if evidence}


def _claims(statements: Collection[Statement],
            source: Source) -> Mapping[Statement, Mapping[str, set[str]]]:
    """Give the claims that state each, with the graphs that they are in."""
    subjects = {one.subject.value for one in statements if isinstance(one.subject, NamedNode)}
    found: dict[Statement, dict[str, set[str]]] = defaultdict(dict)
    for claim, s, p, o, graph in sorted(ask(source, "claims", subjects), key=str):
        stated = Statement(s, p, o)  # type: ignore[arg-type]  # the query binds all three
        if stated in statements and isinstance(claim, NamedNode):
            graphs = found[stated].setdefault(claim.value, set())
            graphs |= {graph.value} if isinstance(graph, NamedNode) else set()
    return dict(found)


def _evidence(vouchers: Collection[str], source: Source) -> _Said:
    said = _Said(defaultdict(list), defaultdict(list))
    for row in sorted(ask(source, "evidence", vouchers), key=str):
        evidence, graph = _read(row), row[-1]
        iri = evidence.voucher.value
        some = said.rows[iri, graph.value] if isinstance(graph, NamedNode) else said.passages[iri]
        some.append(evidence)  # type: ignore[attr-defined]  # a list, until it is given away
    return said


def _read(row: Row) -> Evidence:
    voucher, passage, document, *place, run, _ = row
    paragraph, start, end, line = (getattr(term, "value", "") for term in place)
    characters = f"{start}-{end}" if start else ""
    return Evidence(voucher, passage, document, paragraph, characters, line, run)  # type: ignore[arg-type]  # as in the .rq


def _vouched(one: Statement, claims: Iterable[str],
             passages: Mapping[str, Sequence[Evidence]]) -> Iterator[Evidence]:
    for claim in claims:
        yield from passages.get(claim) or [Evidence(NamedNode(claim))]
    if not claims:
        for iri in dict.fromkeys(_ends(one)):
            yield from passages.get(iri, ())


def _listed(one: Statement, graphs: Collection[str], claims: Mapping[str, set[str]],
            rows: Mapping[tuple[str, str], Sequence[Evidence]]) -> Iterator[Evidence]:
    """Give the rows of the subject in each graph that states it without a claim."""
    subject, object_ = (getattr(end, "value", "") for end in (one.subject, one.object))
    for graph in sorted(set(graphs).difference(*claims.values())):
        read = rows.get((subject, graph), ())
        named = ({other.row for other in rows.get((object_, graph), ())}
                 if isinstance(one.object, NamedNode) else set())
        yield from _some([row for row in read if row.row in named] or read)


def _some(rows: Sequence[Evidence]) -> Iterator[Evidence]:
    """Give the first rows; the last of them tells how many more there are."""
    first = sorted(rows, key=lambda one: (len(one.row), one.row))[:ROWS]
    left = len(rows) - len(first)
    yield from first[:-1] if left else first
    if left:
        yield replace(first[-1], row=f"{first[-1].row} + {left:,}")


def _ends(one: Statement) -> Iterator[str]:
    return (term.value for term in (one.subject, one.object) if isinstance(term, NamedNode))
