"""Products: one a trade, three grades of each, and what goes into what."""

from trades import GRADES
from triples import Source, both, iri, text
from world import World

NEEDS = 3, 7  # how many rows further down the table of trades stands what goes into a product
SCHEME = iri("product:b-catalogue")


def write(world: World, out: Source) -> None:
    """Write the products; each needs the products of two other trades."""
    out.describe(SCHEME, {"rdf:type": iri("skos:ConceptScheme"),
                          "rdfs:label": both("catalogue of made-up products", "虚构产品目录"),
                          "skos:prefLabel": both("catalogue of made-up products", "虚构产品目录")})
    for number, trade in enumerate(world.trades):
        needs = [world.trades[(number + step) % len(world.trades)] for step in NEEDS]
        _product(out, trade.slug, trade.english, trade.chinese, {
            "skos:topConceptOf": SCHEME,
            "ckg:requiresInput": [iri(f"product:{need.slug}") for need in needs]})
        for english, chinese in GRADES:
            _product(out, f"{trade.slug}-{english}", f"{english} {trade.english}",
                     chinese + trade.chinese, {"skos:broader": iri(f"product:{trade.slug}")})


def _product(out: Source, slug: str, english: str, chinese: str,
             more: dict[str, str | list[str]]) -> None:
    out.describe(iri(f"product:{slug}"), {
        "rdf:type": iri("ckg:ProductCategory"), "rdfs:label": both(english, chinese),
        "skos:prefLabel": both(english, chinese),
        "skos:definition": both(f"Made-up product: {english}.", f"虚构产品：{chinese}。"),
        "skos:notation": text(slug), "skos:inScheme": SCHEME, **more})
