"""SPARQL 1.1 Graph Store Protocol: graphs read whole, and written where that is allowed."""

from clusterkg import evaluation, graphstore
from clusterkg.web import condition, negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/store": ("GET", "PUT", "POST", "DELETE")}


def respond(request: Request, world: World) -> Response:
    """Read a graph, or write one."""
    if request.method in ("GET", "HEAD"):
        return _read(request, world)
    raise Problem(403, "read-only", "this server's graphs are only read; they take no changes")


def _read(request: Request, world: World) -> Response:
    chosen = negotiation.choose(request.headers.get("accept"), negotiation.GRAPHS)
    triples = graphstore.triples(graphstore.named(request), world.store())
    answer = Response(200, (("Content-Type", chosen.media_type),),
                      evaluation.written(triples, chosen, world.settings))
    return condition.tagged(answer, request,
                            condition.etag(world.checksum, request, chosen.media_type))
