"""What breaks the project's shapes, so many times each; all else about it is as it should be.

The focus node of a fault has the name of the shape in its IRI, behind `wrong-`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import names
from triples import Source, fresh, iri, text, typed
from world import World

from sources.records import claim, record
from sources.statistics import figure


@dataclass(frozen=True)
class Fault:
    """The place of one fault: where it is written, what it is called, and evidence for it."""

    world: World
    out: Source
    name: str
    number: int

    @property
    def passage(self) -> str:
        """Spell a passage that is as it should be."""
        return self.world.clusters[0].passage(0)

    def node(self, prefix: str) -> str:
        """Spell the focus node."""
        return fresh(f"{prefix}:{self.name}")


def write(world: World, out: Source, times: int) -> dict[str, int]:
    """Write each fault; give how many violations each shape has to find."""
    found = {}
    for shape, (fault, results) in _FAULTS.items():
        for number in range(times):
            fault(Fault(world, out, f"wrong-{shape}-{number}", number))
        found[shape] = results * times
    return found


def _admin_code(at: Fault) -> None:
    above = at.world.provinces[0]
    at.out.describe(at.node("place"), {
        "rdf:type": iri("ckg:CountyLevelArea"), "rdfs:label": text(at.name, "en"),
        "ckg:adminCode": text(f"{above.code[:2]}{at.number:06d}"),
        "ckg:directlyWithin": above.iri})


def _enterprise(at: Fault, suffix: str, code: str) -> None:
    here = fresh(f"ent:{at.name}{suffix}")
    at.out.describe(here, {"rdf:type": iri("ckg:Enterprise"), "rdfs:label": text(at.name, "en")})
    claim(at.out, (f"{at.name}{suffix}-code", at.name),
          (here, "ckg:unifiedSocialCreditCode", text(code)), at.passage)


def _credit_code_form(at: Fault) -> None:
    _enterprise(at, "", f"lower-{at.number}")


def _credit_code_unique(at: Fault) -> None:
    for suffix in ("-a", "-b"):
        _enterprise(at, suffix, names.credit_code("990000", at.number))


def _observation(at: Fault) -> None:
    _figure(at, ("enterprise-count", 40, "count"), {"ckg:comparator": ()})


def _percent_range(at: Fault) -> None:
    _figure(at, ("local-matching-rate", 140, "percent"), {})


def _date_form(at: Fault) -> None:
    at.out.describe(at.node("doc"), {
        "rdf:type": iri("ckg:SourceDocument"), "rdfs:label": text(at.name, "en"),
        "ckg:contentSha256": text(f"{at.number:064x}"), "dcterms:issued": text("12 May 2024"),
        "ckg:publishedBy": iri("organization:b-paper-0"), "dcterms:language": text("en"),
        "dcterms:title": text(at.name, "en")})


def _subset(at: Fault) -> None:
    whole = fresh(f"obs:{at.name}-whole")
    figure(at.out, f"{at.name}-whole", at.world.clusters[0].iri,
           ("enterprise-count", 40, "count", 2024), at.passage)
    _figure(at, ("enterprise-count", 41, "count"), {"ckg:subsetOf": whole})


def _figure(at: Fault, measured: tuple[str, int, str],
            more: dict[str, str | tuple[str, ...]]) -> None:
    indicator, value, unit = measured
    record(at.out, at.node("obs"), ("ckg:StatisticalObservation", at.name), {
        "ckg:observedSubject": at.world.clusters[0].iri,
        "ckg:indicator": iri(f"indicator:{indicator}"),
        "ckg:numericValue": typed(f"{value}.0", "decimal"), "ckg:unit": iri(f"unit:{unit}"),
        "ckg:comparator": iri("comparator:equal"), "ckg:referenceYear": typed(2024, "integer"),
        **more}, at.passage)


def _passage(at: Fault) -> None:
    at.out.describe(at.node("passage"), {
        "rdf:type": iri("ckg:Passage"), "ckg:charStart": typed(90, "integer"),
        "ckg:charEnd": typed(30, "integer"), "ckg:inDocument": iri("doc:b0"),
        "ckg:textSha256": text(f"{at.number:064x}")})


def _evidence(at: Fault) -> None:
    record(at.out, at.node("goal"), ("ckg:Goal", at.name),
           {"ckg:goalHolder": at.world.counties[0].iri, "ckg:evidencedBy": ()}, at.passage)


def _doubt(at: Fault) -> None:
    record(at.out, at.node("goal"), ("ckg:Goal", at.name),
           {"ckg:goalHolder": at.world.counties[0].iri,
            "ckg:reviewStatus": iri("status:rejected")}, at.passage)


def _described(at: Fault) -> None:
    record(at.out, at.node("goal"), ("ckg:Goal", at.name),
           {"ckg:goalHolder": at.node("ent")}, at.passage)


def _adopted(at: Fault) -> None:
    here = at.node("cluster")
    at.out.describe(here, {"rdf:type": iri("ckg:Cluster"), "rdfs:label": text(at.name, "en"),
                           "ckg:locatedIn": at.world.counties[0].iri})


def _list_count(at: Fault) -> None:
    claim(at.out, (at.name, at.name),
          (at.world.clusters[0].iri, "ckg:coversTechnology", [iri("technology:fuel-power")]),
          at.passage, {"ckg:enumerationKind": iri("enumeration:exhaustive"),
                       "ckg:statedCount": typed(2, "integer")})


def _honour(at: Fault) -> None:
    record(at.out, at.node("designation"), ("ckg:Designation", at.name),
           {"ckg:designee": at.world.clusters[0].iri,
            "ckg:designatesAs": iri("honour:little-giant")}, at.passage)


_FAULTS: dict[str, tuple[Callable[[Fault], None], int]] = {
    "AdminCode": (_admin_code, 1), "CreditCodeForm": (_credit_code_form, 1),
    "CreditCodeUnique": (_credit_code_unique, 2), "ObservationShape": (_observation, 1),
    "PercentRange": (_percent_range, 1), "DateForm": (_date_form, 1),
    "SubsetNotLarger": (_subset, 1), "PassageShape": (_passage, 1),
    "RecordEvidence": (_evidence, 1), "ReasonForDoubt": (_doubt, 1),
    "Described": (_described, 1), "AdoptedNeedsClaim": (_adopted, 1),
    "ExhaustiveListCount": (_list_count, 1), "HonourFitsDesignee": (_honour, 1)}
