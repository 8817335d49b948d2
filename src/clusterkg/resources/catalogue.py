"""The DCAT catalogue: the graph, its sources, its files with checksums, its services."""

from clusterkg import dcat, document, dump, representation
from clusterkg.dcat import Service
from clusterkg.representation import Document
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/catalogue": ("GET",), "/catalogue.{form}": ("GET",)}


def respond(request: Request, world: World, form: str = "") -> Response:
    """Give it in the format of the suffix, else as Accept prefers; raise Problem 404 or 406.

    Sizes and checksums of files are told once those are written.
    """
    source, date = world.graph.source, document.modified(world.built)
    files = dump.listed(world.built) if world.built else {}
    service = Service(request.base, world.version, date, files)
    return representation.answer(request, world.checksum, Document(
        "/catalogue", lambda: dcat.catalogue(source, service),
        state=f"{date} {'with checksums' if files else ''}"), representation.suffixed(form))
