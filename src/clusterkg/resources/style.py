"""The style sheet of the pages."""

from clusterkg import page
from clusterkg.web import condition
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/style.css": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """Give it; whoever has it already is told so."""
    body = page.style()
    return condition.tagged(Response(200, (("Content-Type", "text/css; charset=utf-8"),), body),
                            request, condition.etag(page.edition(), request, "css"))
