"""Official lists of clusters, a year each, and who stands on them."""

from triples import Source, both, iri, text, typed
from world import World

from sources.records import claim, record

ISSUER = iri("organization:b-ministry")
YEARS = (2021, 2022, 2023, 2024)
_HONOURS = ("characteristic-sme-cluster", "national-advanced-manufacturing-cluster")


def write(world: World, out: Source) -> None:
    """Write four lists; two clusters of three are on one, the first ones of a year on two."""
    out.describe(ISSUER, {"rdf:type": iri("ckg:PublicAuthority"),
                          "rdfs:label": both("Norland Ministry of Industry", "北境工业部")})
    for year in YEARS:
        _edition(world, out, year)
    for cluster in world.clusters:
        if cluster.number % 3 < 2:
            year = YEARS[cluster.number % len(YEARS)]
            world.counts[f"list:b{year}"] += 1
            record(out, iri(f"designation:b{year}.{cluster.slug}"), ("ckg:Designation",
                   f"{cluster.english} on the list of {year}"),
                   {"ckg:designee": cluster.iri, "ckg:onList": iri(f"list:b{year}")},
                   cluster.passage(0))


def _edition(world: World, out: Source, year: int) -> None:
    here = iri(f"list:b{year}")
    passage = world.clusters[year % len(world.clusters)].passage(0)
    out.describe(here, {
        "rdf:type": iri("ckg:OfficialList"),
        "rdfs:label": both(f"{year} list of clusters of Norland", f"{year}年北境产业集群名单"),
        "ckg:confersHonour": iri(f"honour:{_HONOURS[year % 2]}"), "ckg:issuedBy": ISSUER})
    for predicate, value in (("listYear", typed(year, "integer")),
                             ("announcedOn", typed(f"{year}-05-12", "date")),
                             ("listStage", iri("list-stage:announced")),
                             ("documentNumber", text(f"N{year}-12"))):
        claim(out, (f"list-{year}-{predicate}", f"{predicate} of the list of {year}"),
              (here, f"ckg:{predicate}", value), passage)
