"""SPARQL 1.1 Protocol: queries, and updates where they are allowed."""

from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/sparql": ("GET", "POST", "QUERY"), "/sparql/": ("GET", "POST", "QUERY")}


def respond(request: Request, world: World) -> Response:
    """Answer a query."""
    raise Problem(501, "not-offered", "not yet offered")
