"""The DCAT catalogue: the graph, its sources, its files with checksums, its services."""

from clusterkg import dcat, dump, representation
from clusterkg.dcat import Service
from clusterkg.document import modified
from clusterkg.representation import Document
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/catalogue": ("GET",), "/catalogue.{form}": ("GET",)}


def respond(request: Request, world: World, form: str = "") -> Response:
    """Give it in the format of the suffix, else as Accept prefers; raise Problem 404 or 406.

    Sizes and checksums of files are told once those are written.
    """
    built, source = world.built, world.graph.source
    files = dump.listed(built) if built else {}
    service = Service(request.base, world.version, modified(built) if built else None, files)
    return representation.answer(request, world.checksum, Document(
        "/catalogue", lambda: dcat.catalogue(source, service),
        state="with checksums" if files else ""), representation.suffixed(form))
