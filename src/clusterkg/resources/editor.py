"""SPARQL by hand: a form, and its answer as a page."""

from clusterkg import editor
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/sparql.html": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """Show the form, and with `query` the answer; raise what a query raises."""
    return editor.page(request, world)
