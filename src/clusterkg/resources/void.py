"""VoID: what the graph holds, counted, and where it is asked."""

from clusterkg import dcat, document, representation
from clusterkg.dcat import Service
from clusterkg.representation import Document
from clusterkg.web import link
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/.well-known/void": ("GET",), "/void": ("GET",), "/void.{form}": ("GET",)}


def respond(request: Request, world: World, form: str = "") -> Response:
    """Give it in the format of the suffix, else as Accept prefers; raise Problem 404 or 406."""
    if request.path == "/.well-known/void":
        return Response(303, (("Location", link.absolute(request.base, "/void")),
                              ("Vary", "Accept")))
    date = document.modified(world.built)
    service = Service(request.base, world.version, date)
    named = representation.suffixed(form)
    return representation.answer(request, world.checksum, Document(
        "/void", lambda: dcat.void(world.graph.source, service), state=str(date)), named)
