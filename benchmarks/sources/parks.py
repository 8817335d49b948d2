"""What is said of parks: which are demonstration parks, their rank, and their platforms."""

from triples import Source, both, iri
from world import World

from sources.records import claim, record
from sources.statistics import figure

EVERY = 10  # a park in each tenth county


def write(world: World, out: Source) -> None:
    """Write three records for each park, with a passage of some cluster's article."""
    for number, area in list(enumerate(world.counties))[::EVERY]:
        name, park = f"park-{area.code}", iri(f"place:b-park-{area.code}")
        passage = world.clusters[number % len(world.clusters)].passage(3)
        figure(out, f"{name}-rank", park, ("national-zone-rank", 1 + number % 200, "rank", 2024),
               passage)
        if number % (3 * EVERY) == 0:
            record(out, iri(f"designation:{name}"), ("ckg:Designation",
                   f"{area.english} zone is a demonstration park"),
                   {"ckg:designee": park,
                    "ckg:designatesAs": iri("honour:cooperation-demonstration-park")}, passage)
            platform = iri(f"platform:{name}")
            out.describe(platform, {"rdf:type": iri("ckg:InnovationPlatform"),
                                    "rdfs:label": both(f"{area.english} test bench",
                                                       f"{area.chinese}试验台")})
            claim(out, (f"{name}-platform", f"the {area.english} zone has a test bench"),
                  (park, "ckg:hasPlatform", platform), passage)
