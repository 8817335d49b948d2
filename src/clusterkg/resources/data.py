"""What is said of a thing and what points at it, as RDF."""

from clusterkg import address, document, entity, representation
from clusterkg.representation import Document
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import Format
from clusterkg.world import World

PATHS = {"/data/{rest...}": ("GET",)}
_OFFERED = (*representation.TRIPLES, *representation.QUADS)


def respond(request: Request, world: World, rest: str) -> Response:
    """Give the document in the format of its suffix, else as Accept prefers.

    Raises Problem 404, 406 or 410.
    """
    source = world.graph.source
    iri, named = _meant(request, world)
    path = address.path("data", iri)
    page = Link(representation.url(request.base, address.path("page", iri)), "alternate",
                "text/html")
    return representation.answer(request, world.checksum, Document(
        path, lambda: document.of(entity.facts(iri, source, world.most(entity.LIMIT)), source,
                                  world.built), _OFFERED,
        (Link(iri, "describes"), page), str(document.modified(world.built))), named)


def _meant(request: Request, world: World) -> tuple[str, Format | None]:
    """Give the IRI and the format; what looks like a suffix may also end a key."""
    whole = address.spellings(request, "/data/")
    _, named = representation.parted(request.path, _OFFERED)
    if named is None:
        return address.found(whole, world.graph.source), None
    stems = [iri.removesuffix(named.suffix) for iri in whole]
    found = address.found([*stems, *whole], world.graph.source)
    return found, named if found in stems else None
