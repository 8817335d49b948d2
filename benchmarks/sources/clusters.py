"""An article about each cluster: where it lies, its chain and stages, its strength and its gap."""

from hashlib import sha256

from triples import Source, both, iri, text, typed
from world import STAGE_NAMES, STAGES, Cluster, World

from sources import bulletin
from sources.records import INFERRED, RUN, claim, record

_FIELDS = ("high-end-equipment", "new-materials", "next-gen-it", "new-energy-vehicles",
           "rail-transit", "energy-saving-environment")
PAPERS = 8


def write(world: World, out: Source) -> None:
    """Write the papers, then all that each cluster's article says."""
    out.describe(RUN, {"rdf:type": iri("ckg:ExtractionRun"),
                       "rdfs:label": text("made-up curation", "en")})
    for number in range(PAPERS):
        out.describe(iri(f"organization:b-paper-{number}"), {
            "rdf:type": iri("ckg:MediaOrganization"),
            "rdfs:label": both(f"Norland Courier {number}", f"北境信使报{number}")})
    for cluster in world.clusters:
        _article(world, out, cluster)
        _cluster(world, out, cluster)
        _chain(out, cluster)
        _doubts(world, out, cluster)


def _article(world: World, out: Source, cluster: Cluster) -> None:
    publisher = bulletin.interested(world, cluster.number) or iri(
        f"organization:b-paper-{cluster.number % PAPERS}")
    name, title = cluster.slug, f"article on the {cluster.english}"
    day = f"20{20 + cluster.number % 5}-{1 + cluster.number % 12:02d}-{1 + cluster.number % 28:02d}"
    out.describe(iri(f"doc:{name}"), {
        "rdf:type": iri("ckg:SourceDocument"), "rdfs:label": both(title, f"{cluster.chinese}报道"),
        "ckg:contentSha256": text(sha256(name.encode()).hexdigest()),
        "ckg:fileName": text(f"{name}.txt"), "dcterms:issued": typed(day, "date"),
        "ckg:publishedBy": publisher,
        "dcterms:language": text("zh"), "dcterms:title": text(title, "en")})
    for number in range(4):
        start = 100 * number + cluster.number % 40
        out.describe(cluster.passage(number), {
            "rdf:type": iri("ckg:Passage"),
            "rdfs:label": text(f"{name} [{start}, {start + 60})", "en"),
            "ckg:charStart": typed(start, "integer"), "ckg:charEnd": typed(start + 60, "integer"),
            "ckg:inDocument": iri(f"doc:{name}"), "ckg:paragraphNumber": typed(number, "integer"),
            "ckg:textSha256": text(sha256(f"{name}-{number}".encode()).hexdigest())})


def _cluster(world: World, out: Source, cluster: Cluster) -> None:
    name, english = cluster.slug, cluster.english
    county = world.counties[cluster.county].iri
    out.describe(cluster.iri, {"rdf:type": iri("ckg:Cluster"),
                               "rdfs:label": both(english, cluster.chinese)})
    claim(out, (f"{name}-location", f"where the {english} lies"),
          (cluster.iri, "ckg:locatedIn", county), cluster.passage(0))
    field = _FIELDS[cluster.number % len(_FIELDS)]
    claim(out, (f"{name}-field", f"field of the {english}"),
          (cluster.iri, "ckg:focusesOnField", iri(f"field:{field}")), cluster.passage(0))
    product = iri(f"product:{cluster.trade.slug}")
    claim(out, (f"{name}-base", f"production base of the {english}"),
          (county, "ckg:productionBaseFor", product), cluster.passage(2))
    if cluster.number % 4 == 1:
        other = world.clusters[cluster.number - 1]
        claim(out, (f"{name}-location-again", f"where the {english} lies, from elsewhere"),
              (cluster.iri, "ckg:locatedIn", county), other.passage(3))
    if cluster.number % 3 == 0:
        claim(out, (f"{name}-technologies", f"technologies of the {english}"),
              (cluster.iri, "ckg:coversTechnology",
               [iri("technology:fuel-power"), iri("technology:hydrogen-power")]),
              cluster.passage(3))
        record(out, iri(f"party-strength:{name}"),
               ("ckg:Strength", f"strength behind the {english}"),
               {"ckg:strengthOf": county, "ckg:strengthIn": product,
                "ckg:strengthKind": iri("strength:industry-leading")}, cluster.passage(3))


def _chain(out: Source, cluster: Cluster) -> None:
    name, chain = cluster.slug, iri(f"chain:{cluster.slug}")
    out.describe(chain, {"rdf:type": iri("ckg:IndustrialChain"),
                         "rdfs:label": both(f"chain of the {cluster.english}",
                                            f"{cluster.chinese}产业链")})
    claim(out, (f"{name}-chain", f"the {cluster.english} forms a chain"),
          (cluster.iri, "ckg:hasChain", chain), cluster.passage(1))
    claim(out, (f"{name}-stages", f"stages of the {cluster.english}"),
          (chain, "ckg:hasStage", [cluster.stage(kind) for kind in range(5)]), cluster.passage(1))
    for kind, stage in enumerate(STAGES):
        out.describe(cluster.stage(kind), {
            "rdf:type": iri("ckg:ChainStage"), "ckg:stageKind": iri(f"stage-kind:{stage}"),
            "rdfs:label": both(f"{stage.replace('-', ' ')} of the {cluster.english}",
                               f"{cluster.chinese}{STAGE_NAMES[stage]}环节")})
        if kind < 4:
            claim(out, (f"{name}-feeds-{kind}", f"what the {stage} of the {cluster.english} feed"),
                  (cluster.stage(kind), "ckg:feedsInto",
                   cluster.stage(4 if kind == 3 else kind + 1 + (kind == 2))), cluster.passage(1))
    product = iri(f"product:{cluster.trade.slug}")
    claim(out, (f"{name}-output", f"what leaves the chain of the {cluster.english}"),
          (cluster.stage(4), "ckg:stageOutput", product), cluster.passage(2))
    claim(out, (f"{name}-input", f"what enters the chain of the {cluster.english}"),
          (cluster.stage(0), "ckg:stageOutput", iri("product:basic-component")),
          cluster.passage(2), INFERRED)


def _doubts(world: World, out: Source, cluster: Cluster) -> None:
    """Write how far the article covers the stages, and what it says is missing."""
    kind = cluster.number % 5
    record(out, iri(f"chain-coverage:{cluster.slug}"), ("ckg:Coverage",
           f"how far the {cluster.english} is covered"),
           {"ckg:coversStage": cluster.stage(kind),
            "ckg:coverageKind": iri(f"coverage:{('partial', 'complete')[cluster.number % 2]}")},
           cluster.passage(1))
    if cluster.number % 4 == 0:
        needed = world.clusters[cluster.number // 2].trade
        record(out, iri(f"gap:{cluster.slug}"), ("ckg:ReportedGap",
               f"what the {cluster.english} lacks"),
               {"ckg:gapOf": cluster.iri, "ckg:gapIn": iri(f"product:{needed.slug}")},
               cluster.passage(3))
