"""What records of every kind share."""

from collections.abc import Iterable

from triples import Source, iri, text

ACCEPTED = iri("status:accepted")
RUN = iri("run:b-made-up")


def record(out: Source, subject: str, kind: str, label: str,
           facts: dict[str, str | Iterable[str]], passages: str | Iterable[str] = ()) -> None:
    """Write an accepted record with its passages."""
    out.describe(subject, {"rdf:type": iri(kind), "rdfs:label": text(label, "en"), **facts,
                           "ckg:evidencedBy": passages, "ckg:producedBy": RUN,
                           "ckg:reviewStatus": ACCEPTED})


def claim(out: Source, name: str, label: str, statement: tuple[str, str, str | list[str]],
          passages: str | Iterable[str]) -> None:
    """Write an accepted claim: subject, predicate (a CURIE), and its value or values."""
    subject, predicate, value = statement
    several = isinstance(value, list)
    literal = isinstance(value, str) and value.startswith('"')
    facts: dict[str, str | Iterable[str]] = {
        "ckg:claimSubject": subject, "ckg:claimPredicate": iri(predicate),
        "ckg:listedItem" if several else "ckg:claimLiteral" if literal else "ckg:claimObject": value}
    if several:
        facts["ckg:enumerationKind"] = iri("enumeration:illustrative")
    record(out, iri(f"claim:{name}"), "ckg:EnumerationClaim" if several else "ckg:Claim", label,
           facts, passages)
