"""What records of every kind share."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from triples import Source, iri, text

ACCEPTED = iri("status:accepted")
RUN = iri("run:b-made-up")
INFERRED = {"ckg:basis": iri("basis:curator-inference"),
            "ckg:basisNote": text("Named after the stage.", "en")}


def record(out: Source, subject: str, what: tuple[str, str],
           facts: dict[str, str | Iterable[str]], passage: str) -> None:
    """Write an accepted record: `what` is its class, a CURIE, and its label."""
    kind, label = what
    out.describe(subject, {"rdf:type": iri(kind), "rdfs:label": text(label, "en"),
                           "ckg:evidencedBy": passage, "ckg:producedBy": RUN,
                           "ckg:reviewStatus": ACCEPTED, **facts})


def claim(out: Source, what: tuple[str, str], statement: tuple[str, str, str | list[str]],
          passage: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Write an accepted claim: `what` is its local name and its label.

    A statement is a subject, a predicate (a CURIE), and a value or a list of them.
    """
    (name, label), (subject, predicate, value) = what, statement
    facts: dict[str, str | Iterable[str]] = {"ckg:claimSubject": subject,
                                             "ckg:claimPredicate": iri(predicate)}
    if isinstance(value, list):
        kind = "ckg:EnumerationClaim"
        facts |= {"ckg:listedItem": value,
                  "ckg:enumerationKind": iri("enumeration:illustrative")}
    else:
        kind = "ckg:Claim"
        facts["ckg:claimLiteral" if value.startswith('"') else "ckg:claimObject"] = value
    record(out, iri(f"claim:{name}"), (kind, label), {**facts, **more}, passage)
