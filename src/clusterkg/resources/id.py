"""The IRIs of things: no documents, but the way to those about them (303, by Accept)."""

from contextlib import suppress

from clusterkg import address, representation
from clusterkg.web import link, negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import HTML
from clusterkg.web.problem import Problem
from clusterkg.world import World

_FORMATS = (representation.TRIPLES, representation.QUADS)  # the second where none of the first fits
PATHS = {"/id/{rest...}": ("GET",), "/voc/{rest...}": ("GET",)}


def respond(request: Request, world: World, rest: str) -> Response:
    """See the page or the data; raise Problem 404 or 410."""
    before = "/id/" if request.path.startswith("/id/") else "/voc/"
    iri = address.found(address.spellings(request, before), world.graph.source)
    path = address.path("data", iri)
    suffix = _suffix(request.headers.get("accept"))
    to = path + suffix if suffix else address.path("page", iri)
    return Response(303, (
        ("Location", representation.url(request.base, to)), ("Vary", "Accept"),
        ("Cache-Control", "no-cache"),
        ("Link", link.header((*representation.alternates(request.base, path),
                              representation.described(request.base))))))


def _suffix(accept: str | None) -> str:
    """Give the suffix of the data's form; "" for who would rather have, or takes, a page."""
    formats = _FORMATS if negotiation.prefers_rdf(accept) else tuple(
        (HTML, *some) for some in _FORMATS)
    for offered in formats:
        with suppress(Problem):
            chosen = negotiation.choose(accept, offered)
            return "" if chosen == HTML else chosen.suffix
    return ""
