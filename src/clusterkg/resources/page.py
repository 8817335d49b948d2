"""A thing for people: facts with their sources, both ways, and what is not known or disputed."""

from collections.abc import Mapping
from dataclasses import replace

from clusterkg import address, document, entity, portrait, provenance, representation, sheet
from clusterkg.representation import TRIPLES
from clusterkg.sheet import Sheet
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/page/{rest...}": ("GET",)}
_SHOWN = 500  # facts each way
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
    thing = entity.facts(iri, source, _SHOWN)
    shown = portrait.of(thing, source, sheet.reader(request))
    path = address.path("data", iri)
    own = document.of(replace(thing, into=(), names={}, truncated=frozenset()), source, world.built)
    return {"title": shown.title.text, "thing": shown,
            "held": provenance.held(iri, source, sheet.reader(request)), "open": portrait.OPEN,
            "files": [(each.name, each.essence, representation.url("", path + each.suffix))
                      for each in TRIPLES],
            "json": representation.written(own, _JSON).decode(),
            "is_explained": world.built is not None}
