"""SPARQL 1.1 Protocol: queries, and updates where they are allowed."""

from clusterkg import evaluation, operation
from clusterkg.operation import Update
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/sparql": ("GET", "POST", "QUERY"), "/sparql/": ("GET", "POST", "QUERY")}


def respond(request: Request, world: World) -> Response:
    """Answer a query; without one describe the service."""
    operation.seconds(request, world.settings.timeout)
    asked = operation.read(request)
    if isinstance(asked, Update):
        return _update(asked, request, world)
    if asked is None:
        raise Problem(501, "not-offered", "not yet")
    return evaluation.evaluate(asked, request, world)


def _update(asked: Update, request: Request, world: World) -> Response:
    raise Problem(403, "read-only", "this server only answers questions; it takes no updates")
