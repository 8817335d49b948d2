"""Figures of clusters, provinces and lists, with a breakdown of each list's total."""

from triples import Source, iri, typed
from world import Area, Cluster, World

from sources.lists import YEARS
from sources.records import record

_FIELDS = ("high-end-equipment", "new-materials", "next-gen-it")
_OF_LISTS = (("output-value", 9_000_000_000, "cny"), ("innovation-centre-count", 12, "count"),
             ("innovation-centre-share", 40, "percent"))
_OF_CLUSTERS = (("enterprise-count", "count", 40), ("output-value", "cny", 9_000_000),
                ("local-matching-rate", "percent", 1))


def write(world: World, out: Source) -> None:
    """Write figures of each cluster, then those of lists and provinces."""
    for cluster in world.clusters:
        _of_cluster(out, cluster)
    for year in YEARS:
        _totals(world, out, year)
        _of_list(world, out, year)
    for number, area in enumerate(world.provinces):
        _of_province(out, area, world.clusters[number % len(world.clusters)].passage(2))


def _of_cluster(out: Source, cluster: Cluster) -> None:
    name, year, passage = cluster.slug, 2020 + cluster.number % 5, cluster.passage(2)
    for number, (indicator, unit, factor) in enumerate(_OF_CLUSTERS):
        if number < 2 or cluster.number % 2:
            value = factor * (1 + (cluster.number * 37 + number) % 90)
            figure(out, f"{name}-{indicator}", cluster.iri, (indicator, value, unit, year), passage)
    if cluster.number % 3 == 0:
        figure(out, f"{name}-giants", cluster.iri, ("little-giant-count", 3, "count", year),
               passage, subsetOf=iri(f"obs:{name}-enterprise-count"))


def figure(out: Source, name: str, subject: str, measured: tuple[str, int, str, int],
           passage: str, **more: str) -> None:
    """Write one observation: `measured` is an indicator, a number, a unit and a year."""
    indicator, value, unit, year = measured
    record(out, iri(f"obs:{name}"), ("ckg:StatisticalObservation", f"{indicator} {name}"), {
        "ckg:observedSubject": subject, "ckg:indicator": iri(f"indicator:{indicator}"),
        "ckg:numericValue": typed(f"{value}.0", "decimal"), "ckg:unit": iri(f"unit:{unit}"),
        "ckg:comparator": iri("comparator:equal"), "ckg:referenceYear": typed(year, "integer"),
        **{f"ckg:{predicate}": term for predicate, term in more.items()}}, passage)


def _totals(world: World, out: Source, year: int) -> None:
    here, passage = iri(f"list:b{year}"), world.clusters[year % len(world.clusters)].passage(2)
    parts = {area: 0 for area in world.provinces}
    for cluster in world.clusters:
        if cluster.number % 3 < 2 and YEARS[cluster.number % len(YEARS)] == year:
            parts[world.province(cluster.county)] += 1
    figure(out, f"list-{year}-total", here, ("cluster-count", sum(parts.values()), "count", year),
           passage)
    record(out, iri(f"breakdown:b{year}"), ("ckg:Breakdown", f"clusters of {year} by province"),
           {"ckg:breakdownKind": iri("breakdown-kind:exhaustive-partition"),
            "ckg:breakdownTotal": iri(f"obs:list-{year}-total")}, passage)
    for area, count in parts.items():
        figure(out, f"list-{year}-{area.code}", here, ("cluster-count", count, "count", year),
               passage, forCategory=area.iri, inBreakdown=iri(f"breakdown:b{year}"))


def _of_list(world: World, out: Source, year: int) -> None:
    here, passage = iri(f"list:b{year}"), world.clusters[year % len(world.clusters)].passage(2)
    for measured in _OF_LISTS:
        figure(out, f"list-{year}-{measured[0]}", here, (*measured, year), passage)
    record(out, iri(f"breakdown:b{year}-field"), ("ckg:Breakdown", f"clusters of {year} by field"),
           {"ckg:breakdownKind": iri("breakdown-kind:overlapping"),
            "ckg:breakdownTotal": iri(f"obs:list-{year}-total")}, passage)
    for field in _FIELDS:
        figure(out, f"list-{year}-{field}", here, ("cluster-count", 2, "count", year), passage,
               forCategory=iri(f"field:{field}"), inBreakdown=iri(f"breakdown:b{year}-field"))


def _of_province(out: Source, area: Area, passage: str) -> None:
    category = iri("field:equipment-manufacturing")
    for indicator, value, unit in (("industry-scale", 90_000_000_000, "cny"),
                                   ("growth-rate", 4, "percent")):
        figure(out, f"{area.code}-{indicator}", area.iri, (indicator, value, unit, 2024), passage,
               forCategory=category)
    figure(out, f"{area.code}-parks", area.iri, ("demonstration-park-count", 3, "count", 2024),
           passage)
