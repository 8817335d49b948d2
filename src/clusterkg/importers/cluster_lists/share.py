"""The table by province: how many clusters, and to which regions each row is counted."""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from clusterkg import turtle
from clusterkg.importers.cluster_lists.curated import Fact, Facts, claim, record
from clusterkg.importers.cluster_lists.gazetteer import register
from clusterkg.importers.cluster_lists.naming import names, texts
from clusterkg.importers.cluster_lists.row import Row
from clusterkg.namespaces import compress
from clusterkg.turtle import about, iri

FILE = "national-amc-45-by-province.tsv"
COLUMNS = ("province_or_crossing_zh", "clusters", "region_zh(assigned here)",
           "key_region_zh(assigned here)", "source_url")
_REGIONS = {
    "东部": "place:region-cn-east",
    "中部": "place:region-cn-central",
    "西部": "place:region-cn-west",
    "东北": "place:region-cn-northeast",
}
# Only a part of Guangdong lies in the Pearl River Delta, and of Sichuan in the economic circle.
_KEY_REGIONS = {
    "长三角": "place:region-yangtze-river-delta",
    "京津冀": "place:region-beijing-tianjin-hebei",
}
# What a crossing row counts, and the province-level areas in its name that have no row.
_CROSSING = {
    "京津冀(跨省)": ("counted-group:crossing-beijing-tianjin-hebei",
                "place:cn-110000", "place:cn-120000"),
    "成渝(跨省)": ("counted-group:crossing-chengdu-chongqing", "place:cn-500000"),
}
_ASSIGNED: Facts = [
    ("ckg:basis", iri("basis:curator-inference")), *texts("ckg:basisNote", [
        ("en", "The page does not print this column; it was assigned in the transcription. The"
               " rows so assigned add up to the numbers by region that another text prints."),
        ("zh", "网页未印此栏，为转录时所定；如此归类的各行之和与另一文所印分区数字相符。")])]
_YEAR: Facts = [
    ("ckg:basis", iri("basis:date-inferred")), *texts("ckg:basisNote", [
        ("en", "The page prints no year; it is that of the list."),
        ("zh", "网页未印年份，取自名单。")])]


def meaning(row: Row) -> Iterator[Triple]:
    """Say what a row counts, and which regions contain the places that it names."""
    cell = row.cells["province_or_crossing_zh"]
    place = register().province(re.sub(r"^.*\((.{2,3})\)$", r"\1", cell.removesuffix("(跨省)")))
    assert place, f"{row.key}: no province {cell}"
    counted, *unlisted = _CROSSING.get(cell, (compress(place.value),))
    yield from _observation(row, place, iri(counted))
    inside = [place, *map(iri, unlisted)]
    region, key = (_REGIONS[row.cells["region_zh(assigned here)"]],
                   _KEY_REGIONS.get(row.cells["key_region_zh(assigned here)"]))
    yield from _within(row, inside, region)
    if key:
        yield from _within(row, [part for part in inside if part != iri(key)], key)


def _within(row: Row, inside: list[NamedNode], region: str) -> Iterator[Triple]:
    for place in inside:
        yield from claim(Fact(compress(place.value), names(place), "ckg:within", iri(region),
                              tuple(_ASSIGNED)), [row])


def _observation(row: Row, place: NamedNode, counted: NamedNode) -> list[Triple]:
    key = compress(place.value).removeprefix("place:")
    called = names(counted)
    return about(f"obs:cluster-lists-nam-45-{key}", [
        ("rdf:type", iri("ckg:StatisticalObservation")),
        *texts("rdfs:label", [("en", f"clusters on the list of 45: {called['en']}"),
                              ("zh", f"45个国家先进制造业集群：{called['zh']}")]),
        *_YEAR,
        ("ckg:comparator", iri("comparator:equal")),
        ("ckg:forCategory", counted),
        ("ckg:inBreakdown", iri("breakdown:cluster-lists-nam-45-by-province")),
        ("ckg:indicator", iri("indicator:cluster-count")),
        ("ckg:numericValue", turtle.typed(row.cells["clusters"] + ".0", "xsd:decimal")),
        ("ckg:observedSubject", iri("list:miit-nam-45")),
        ("ckg:referenceYear", turtle.typed("2022", "xsd:integer")),
        ("ckg:unit", iri("unit:count")),
        *record([row]),
    ])
