"""Figures of clusters, provinces and lists, with a breakdown of each list's total."""

from sources.lists import YEARS
from sources.records import record
from triples import Source, iri, typed
from world import World

_OF_CLUSTERS = (("enterprise-count", "count", 40), ("output-value", "cny", 9_000_000),
                ("local-matching-rate", "percent", 1))


def write(world: World, out: Source) -> None:
    """Write three figures a cluster, the later ones for each second one alone."""
    for cluster in world.clusters:
        for number, (indicator, unit, factor) in enumerate(_OF_CLUSTERS):
            if number < 2 or cluster.number % 2:
                value = factor * (1 + (cluster.number * 37 + number) % 90)
                figure(out, f"{cluster.slug}-{indicator}", cluster.iri, (indicator, value, unit),
                       2020 + cluster.number % 5, cluster.passage(2))
    for year in YEARS:
        _totals(world, out, year)


def figure(out: Source, name: str, subject: str, measured: tuple[str, int, str], year: int,
           passage: str, **more: str) -> None:
    """Write one observation: indicator, number and unit."""
    indicator, value, unit = measured
    record(out, iri(f"obs:{name}"), "ckg:StatisticalObservation", f"{indicator} {name}", {
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
    figure(out, f"b{year}-total", here, ("cluster-count", sum(parts.values()), "count"), year,
           passage)
    record(out, iri(f"breakdown:b{year}"), "ckg:Breakdown", f"clusters of {year} by province",
           {"ckg:breakdownKind": iri("breakdown-kind:exhaustive-partition"),
            "ckg:breakdownTotal": iri(f"obs:b{year}-total")}, passage)
    for area, count in parts.items():
        figure(out, f"b{year}-{area.code}", here, ("cluster-count", count, "count"), year, passage,
               forCategory=area.iri, inBreakdown=iri(f"breakdown:b{year}"))
