"""A thing for people: facts with their sources, both ways, and what is not known or disputed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from clusterkg import (
    address,
    document,
    entity,
    offer,
    portrait,
    provenance,
    representation,
    sheet,
)
from clusterkg.entity import Entity
from clusterkg.namespaces import expand
from clusterkg.representation import TRIPLES
from clusterkg.sheet import Sheet
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/page/{rest...}": ("GET",)}
_SHOWN = 500  # facts each way
_KINDS = frozenset(map(expand, ("rdf:type", "skos:inScheme")))
_JSON = next(each for each in TRIPLES if each.name == "jsonld")


def respond(request: Request, world: World, rest: str) -> Response:
    """Show it; raise Problem 404 or 410."""
    iri = address.found(address.spellings(request, "/page/"), world.graph.source)
    path = address.path("data", iri)
    links = [Link(iri, "describes"), *representation.alternates(request.base, path)]
    return sheet.answer(request, world.checksum, Sheet(
        "source.html", lambda: _values(iri, request, world), links))


def _values(iri: str, request: Request, world: World) -> Mapping[str, object]:
    source = world.graph.source
    thing = entity.facts(iri, source, world.most(_SHOWN))
    shown = portrait.of(thing, source, sheet.reader(request))
    path = address.path("data", iri)
    own = document.of(replace(thing, into=(), names={}, truncated=frozenset()), source, world.built)
    return {"title": shown.title.text, "thing": shown,
            "held": provenance.held(iri, source, sheet.reader(request)), "open": portrait.OPEN,
            "files": [(each.name, each.essence, representation.url("", path + each.suffix))
                      for each in TRIPLES],
            "json": representation.written(own, _JSON).decode(),
            "is_explained": world.built is not None,
            "questions": list(_questions(thing, world, sheet.reader(request)))}


def _questions(thing: Entity, world: World, reader: str) -> Iterator[tuple[str, str]]:
    """Give the address and the title of every question that needs no more than such a thing."""
    kinds = {fact.object.value for fact in thing.out
             if fact.predicate.value in _KINDS and isinstance(fact.object, NamedNode)}
    for one in world.questions:
        fitting = [each for each in one.parameters if kinds & {*each.of_classes, each.of_scheme}]
        needed = [each for each in one.parameters if offer.is_required(each)]
        if fitting and not [each for each in needed if each != fitting[0]]:
            given = {fitting[0].name: thing.iri, "lang": reader}
            yield f"/queries/{one.name}/run.html?{urlencode(given)}", one.title(reader)
