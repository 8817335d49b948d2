"""What readers wrote about the rows, in `curated.ttl`, turned into records with their evidence."""

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from clusterkg.errors import UnreadableError
from clusterkg.files import knowledge
from clusterkg.importers.cluster_lists.naming import Names, names, statement, texts
from clusterkg.importers.cluster_lists.row import Publishers, Row
from clusterkg.namespaces import compress
from clusterkg.turtle import about, iri

RUN = "run:2026-11-22-cluster-lists"
_QUALIFIERS = ("ckg:basis", "ckg:basisNote")

Facts = list[tuple[str, NamedNode | Literal]]


@dataclass(frozen=True)
class Fact:
    """A statement that needs a claim: about what, under which names, and what qualifies it."""

    subject: str
    names: Names
    predicate: str
    value: NamedNode | Literal
    qualifiers: tuple[tuple[str, NamedNode | Literal], ...] = ()


def slug(*parts: str) -> str:
    """Make a short stable key: `x-` and 10 base32 characters of a SHA-256 over the parts."""
    digest = sha256("|".join(parts).encode()).digest()
    return "x-" + base64.b32encode(digest).decode().lower()[:10]


def record(evidence: Iterable[Row], status: str | None = "status:accepted") -> Facts:
    """State what every record carries: evidence, run, and a review status unless it has one."""
    return [
        *(("ckg:evidencedBy", iri(row.passage)) for row in evidence),
        ("ckg:producedBy", iri(RUN)),
        *([("ckg:reviewStatus", iri(status))] if status else []),
    ]


def claim(fact: Fact, evidence: Iterable[Row]) -> list[Triple]:
    """Make an accepted claim of a fact; the same fact of two rows is one claim."""
    key = slug(fact.subject, fact.predicate, str(fact.value)).removeprefix("x-")
    literal = isinstance(fact.value, Literal)
    return about(f"claim:cluster-lists-{key}", [
        ("rdf:type", iri("ckg:Claim")),
        *texts("rdfs:label", statement(fact.names, fact.predicate, fact.value)),
        ("ckg:claimSubject", iri(fact.subject)),
        ("ckg:claimPredicate", iri(fact.predicate)),
        ("ckg:claimLiteral" if literal else "ckg:claimObject", fact.value),
        *fact.qualifiers,
        *record(evidence),
    ])


def read(path: Path, rows: Mapping[str, Row]) -> list[Triple]:
    """Read curated Turtle; raise UnreadableError for a row that the transcriptions lack."""
    subjects: dict[str, Facts] = defaultdict(list)
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode | Literal)
        subjects[compress(quad.subject.value)].append(
            (compress(quad.predicate.value), quad.object))
    return [triple for subject, facts in subjects.items()
            for triple in _subject(subject, facts, _evidence(path, facts, rows))]


def publishers(triples: Iterable[Triple]) -> Publishers:
    """Map every label of a media organisation to the organisation."""
    found = list(triples)
    media = {t.subject for t in found if t.object == iri("ckg:MediaOrganization")}
    return {t.object.value: t.subject for t in found
            if t.subject in media and isinstance(t.subject, NamedNode)
            and isinstance(t.object, Literal)}


def _evidence(path: Path, facts: Facts, rows: Mapping[str, Row]) -> list[Row]:
    keys = [value.value for predicate, value in facts if predicate == "ckg:sourceRow"]
    missing = [key for key in keys if key not in rows]
    if missing:
        raise UnreadableError(f"no row {missing[0]} in the folder; correct its ckg:sourceRow",
                              path=path)
    return [rows[key] for key in keys]


def _subject(subject: str, facts: Facts, evidence: list[Row]) -> list[Triple]:
    plain = [fact for fact in facts if fact[0] != "ckg:sourceRow"]
    if not evidence:
        return about(subject, plain)
    records, claimed = _vocabulary()
    own: Facts = []
    if any(value in records for predicate, value in plain if predicate == "rdf:type"):
        stated = any(predicate == "ckg:reviewStatus" for predicate, _ in plain)
        own = record(evidence, None if stated else "status:accepted")
    qualifiers = () if own else tuple(fact for fact in plain if fact[0] in _QUALIFIERS)
    needing = [fact for fact in plain if fact[0] in claimed]
    rest = [fact for fact in plain if fact not in needing and fact not in qualifiers]
    own_names = {value.language or "": value.value for predicate, value in plain
                 if predicate == "rdfs:label" and isinstance(value, Literal)}
    called = own_names or names(iri(subject)) or {"en": subject}
    return about(subject, rest + own) + [
        triple for predicate, value in needing
        for triple in claim(Fact(subject, called, predicate, value, qualifiers), evidence)]


@cache
def _vocabulary() -> tuple[set[NamedNode], set[str]]:
    """List the classes of records, and the properties that need a claim."""
    records, claimed = {iri("ckg:Record")}, set[str]()
    quads = list(parse(path=str(knowledge("ontology") / "clusterkg.ttl")))
    for _ in range(2):  # records have subclasses of subclasses, no deeper
        records |= {q.subject for q in quads if q.predicate == iri("rdfs:subClassOf")
                    and q.object in records and isinstance(q.subject, NamedNode)}
    for q in quads:
        if q.predicate == iri("ckg:evidencePolicy") and isinstance(q.subject, NamedNode) \
                and isinstance(q.object, Literal) and q.object.value == "claim":
            claimed.add(compress(q.subject.value))
    return records, claimed
