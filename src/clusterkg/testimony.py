"""Who vouches for the facts about a thing, and where in which document they say so.

A fact is vouched for by the accepted claims that state it; where there are none, by the records
that are its subject or object, and by the row of a register that its subject was read from. For
one triple of a snapshot `adoption/evidence.sql` says the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode

from clusterkg.answer import Row, Source, Term
from clusterkg.explanation import Evidence
from clusterkg.retrieval import ask


class Statement(NamedTuple):
    """A triple that is compared by its terms."""

    subject: Term
    predicate: Term
    object: Term


def of(statements: Sequence[Statement], source: Source) -> dict[Statement, list[Evidence]]:
    """Map each statement that is vouched for to what vouches for it, in a fixed order."""
    claims = _claims(statements, source)
    vouchers = {iri for found in claims.values() for iri in found}
    vouchers |= {iri for one in statements if one not in claims for iri in _ends(one)}
    said = _evidence(vouchers, source)
    found = {one: list(_vouched(one, claims, said)) for one in statements}
    return {one: evidence for one, evidence in found.items() if evidence}


def _claims(statements: Sequence[Statement], source: Source) -> Mapping[Statement, list[str]]:
    wanted = set(statements)
    subjects = {one.subject.value for one in statements if isinstance(one.subject, NamedNode)}
    found: dict[Statement, list[str]] = defaultdict(list)
    for claim, *triple in sorted(ask(source, "claims", subjects), key=str):
        stated = Statement(*_bound(triple))
        if stated in wanted and isinstance(claim, NamedNode):
            found[stated].append(claim.value)
    return dict(found)


def _bound(terms: Iterable[Term | None]) -> Iterator[Term]:
    return (term for term in terms if term is not None)


def _evidence(vouchers: Iterable[str], source: Source) -> Mapping[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in sorted(ask(source, "evidence", set(vouchers)), key=str):
        evidence = _read(row)
        found[evidence.voucher.value].append(evidence)
    return found


def _read(row: Row) -> Evidence:
    voucher, passage, document, *place = row
    paragraph, start, end, line = (getattr(term, "value", "") for term in place)
    return Evidence(voucher, passage, document, paragraph,  # type: ignore[arg-type]  # as in the .rq
                    f"{start}-{end}" if start else "", line)


def _vouched(one: Statement, claims: Mapping[Statement, list[str]],
             said: Mapping[str, list[Evidence]]) -> Iterator[Evidence]:
    if one in claims:
        for claim in claims[one]:
            yield from said.get(claim) or [Evidence(NamedNode(claim))]
        return
    for iri in dict.fromkeys(_ends(one)):
        for evidence in said.get(iri, ()):
            if evidence.passage is not None or NamedNode(iri) == one.subject:
                yield evidence


def _ends(one: Statement) -> Iterator[str]:
    return (term.value for term in (one.subject, one.object) if isinstance(term, NamedNode))
