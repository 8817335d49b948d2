"""Where the graph comes from: its named graphs, their licences and documents."""

from clusterkg import provenance, sheet
from clusterkg.sheet import Sheet
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/sources": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """List them; what one holds is on its own page."""
    return sheet.answer(request, world.checksum, Sheet("sources.html", lambda: {
        **dict(zip(("parts", "more"), provenance.parts(world.graph.source, sheet.reader(request)),
                   strict=True)),
        "has_dumps": world.built is not None}))
