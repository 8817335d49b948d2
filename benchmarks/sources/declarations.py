"""Cooperation declarations between counties, with who speaks for them."""

from triples import Source, both, iri, text, typed
from world import World

from sources.catalogue import NEEDS
from sources.records import claim, record

_KINDS = ("rd-platform", "share-policy", "sub-chain", "regional-brand")


def write(world: World, out: Source) -> None:
    """Write one declaration of three to five parties for each sixty clusters."""
    for number in range(max(2, len(world.clusters) // 60)):
        _declaration(world, out, number)


def _declaration(world: World, out: Source, number: int) -> None:
    name, here = f"b{number}", iri(f"declaration:b{number}")
    cluster = world.clusters[number]
    parties = list(dict.fromkeys(
        world.counties[world.clusters[(number * 11 + step) % len(world.clusters)].county].iri
        for step in range(3 + number % 3)))
    commitments = {kind: iri(f"commitment:{name}.{kind}") for kind in _KINDS[:2 + number % 3]}
    record(out, here, ("ckg:CooperationDeclaration", f"declaration {number}"),
           {"ckg:hasCommitment": commitments.values()}, cluster.passage(3))
    claim(out, (f"{name}-parties", f"parties of declaration {number}"),
          (here, "ckg:hasParty", parties), cluster.passage(3),
          {"ckg:enumerationKind": iri("enumeration:exhaustive"),
           "ckg:statedCount": typed(len(parties), "integer")})
    claim(out, (f"{name}-parties-again", f"other parties of declaration {number}"),
          (here, "ckg:hasParty", [*parties[:1], world.provinces[0].iri]), cluster.passage(2),
          {"ckg:reviewStatus": iri("status:rejected"),
           "ckg:statusReason": text("A province in the place of its county.", "en")})
    _strength(world, out, number, parties)
    claim(out, (f"{name}-signed", f"date of declaration {number}"),
          (here, "ckg:signedOn", typed(f"2024-{1 + number % 12:02d}-08", "date")),
          cluster.passage(3))
    for kind, subject in commitments.items():
        record(out, subject, ("ckg:Commitment", f"commitment of declaration {number}: {kind}"),
               {"ckg:commitmentKind": iri(f"commitment-kind:{kind}")}, cluster.passage(3))
    _statement(out, number, parties[0], cluster.iri, cluster.passage(3))
    _gap(world, out, number, parties)


def _strength(world: World, out: Source, number: int, parties: list[str]) -> None:
    """Make the second party strong in what the clusters of the first need."""
    first = world.clusters[number * 11 % len(world.clusters)]
    need = world.trades[(world.trades.index(first.trade) + NEEDS[0]) % len(world.trades)]
    record(out, iri(f"party-strength:b-{number}"), ("ckg:Strength", f"strength {number}"),
           {"ckg:strengthOf": parties[-1], "ckg:strengthIn": iri(f"product:{need.slug}-precision"),
            "ckg:strengthKind": iri("strength:ranks-first")}, first.passage(3))


def _gap(world: World, out: Source, number: int, parties: list[str]) -> None:
    """Have the speaker say what the first party lacks and the last one needs."""
    product = world.trades[number % len(world.trades)].slug
    record(out, iri(f"gap:b-{number}"), ("ckg:ReportedGap", f"gap of declaration {number}"),
           {"ckg:gapOf": parties[0], "ckg:gapIn": iri(f"product:{product}"),
            "ckg:neededBy": parties[-1], "ckg:statedIn": iri(f"statement:b{number}")},
           world.clusters[number].passage(3))


def _statement(out: Source, number: int, county: str, about: str, passage: str) -> None:
    person, office = iri(f"person:b{number}"), iri(f"organization:b-office-{number}")
    out.describe(person, {"rdf:type": iri("ckg:Person"),
                          "rdfs:label": both(f"Speaker {number}", f"发言人{number}")})
    out.describe(office, {"rdf:type": iri("ckg:PublicAuthority"),
                          "rdfs:label": both(f"Industry Office {number}", f"工业办公室{number}")})
    record(out, iri(f"post:b{number}"), ("ckg:Post", f"post of speaker {number}"),
           {"ckg:postHolder": person, "ckg:postIn": office,
            "ckg:roleTitle": text("director", "en")}, passage)
    record(out, iri(f"statement:b{number}"), ("ckg:QuotedStatement", f"statement {number}"),
           {"ckg:about": about, "ckg:speaker": person, "ckg:spokeAs": iri(f"post:b{number}")},
           passage)
    record(out, iri(f"goal:b{number}"), ("ckg:Goal", f"goal {number}"),
           {"ckg:about": about, "ckg:goalHolder": county,
            "ckg:appliesStrategy": iri("strategy:supplement"),
            "ckg:targetYear": typed(2030, "integer"),
            "ckg:statedIn": iri(f"statement:b{number}")}, passage)
