"""VoID: what the graph holds, counted, and where it is asked."""

from clusterkg import dcat, representation
from clusterkg.dcat import Service
from clusterkg.document import modified
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
    service = Service(request.base, world.version, modified(world.built) if world.built else None)
    return representation.answer(request, world.checksum, Document(
        "/void", lambda: dcat.void(world.graph.source, service)), representation.suffixed(form))
