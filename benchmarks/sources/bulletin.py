"""The small source of about a thousand facts, in a first and in an edited version."""

from collections import Counter

from triples import Source, both, iri, text
from world import World

from sources.records import claim
from sources.statistics import figure

FACTS, _EACH = 1_000, 27


def interested(world: World, cluster: int) -> str:
    """Spell the newcomer that publishes the article about its own cluster; empty for most."""
    found = [number for number in range(2, _count(world), 10)
             if number * 7 % len(world.clusters) == cluster]
    return iri(f"ent:b-new-{found[0]}") if found else ""


def _count(world: World) -> int:
    return max(5, min(FACTS, world.triples // 20) // _EACH)


def write(world: World, out: Source, edited: bool) -> Counter[int]:
    """Write newcomers and figures; the edited version drops, changes and adds one in five.

    Gives how many newcomers each cluster has.
    """
    count = _count(world)
    if not edited:
        kept = [(number, 0) for number in range(count)]
    else:
        kept = [(number, number % 5 == 1) for number in range(count + count // 5) if
                number >= count or number % 5]
    members: Counter[int] = Counter()
    for number, changed in kept:
        members[_newcomer(world, out, number, int(changed))] += 1
    return members


def _newcomer(world: World, out: Source, number: int, changed: int) -> int:
    cluster = world.clusters[(number * 7 + changed) % len(world.clusters)]
    trade = world.trades[(number + changed) % len(world.trades)]
    county = world.counties[(cluster.county + changed) % len(world.counties)].iri
    here, name = iri(f"ent:b-new-{number}"), f"news-{number}"
    out.describe(here, {
        "rdf:type": iri(f"reg:{trade.name}"),
        "rdfs:label": both(f"Newcomer {number} {trade.english} company",
                           f"新来{number}{trade.chinese}有限公司"),
        "reg:seat": county, "reg:inCluster": cluster.iri,
        "ckg:sourceRow": text(f"bulletin.csv!{number + 2}")})
    claim(out, (name, f"what newcomer {number} makes"),
          (here, "ckg:produces", iri(f"product:{trade.slug}")), cluster.passage(2))
    figure(out, name, cluster.iri, ("enterprise-count", 40 + 3 * number + changed, "count", 2025),
           cluster.passage(2))
    return cluster.number
