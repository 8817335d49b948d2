"""Areas: a country, provinces, prefectures and counties, and a park in every tenth county."""

from triples import Source, both, iri, text
from world import Area, World

from sources.parks import EVERY

COUNTRY = iri("place:b-country")


def write(world: World, out: Source) -> None:
    """Write the areas from the top."""
    out.describe(COUNTRY, {"rdf:type": iri("ckg:Country"),
                           "rdfs:label": both("Norland", "北境")})
    for area in world.provinces:
        _area(out, area, "ckg:ProvinceLevelArea", COUNTRY, ("Province", "省"))
    for area in world.prefectures:
        _area(out, area, "ckg:PrefectureLevelArea", world.provinces[area.above].iri, ("City", "市"))
    for number, area in enumerate(world.counties):
        _area(out, area, "ckg:CountyLevelArea", world.prefectures[area.above].iri, ("County", "县"))
        if number % EVERY == 0:
            _park(out, area)


def _area(out: Source, area: Area, kind: str, above: str, suffix: tuple[str, str]) -> None:
    out.describe(area.iri, {
        "rdf:type": iri(kind),
        "rdfs:label": both(f"{area.english} {suffix[0]}", area.chinese + suffix[1]),
        "ckg:adminCode": text(area.code), "ckg:directlyWithin": above})


def _park(out: Source, area: Area) -> None:
    out.describe(iri(f"place:b-park-{area.code}"), {
        "rdf:type": iri("ckg:HighTechZone"),
        "rdfs:label": both(f"{area.english} High-tech Zone", f"{area.chinese}高新区"),
        "ckg:directlyWithin": area.iri})
