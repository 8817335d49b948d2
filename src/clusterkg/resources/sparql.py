"""SPARQL 1.1 Protocol: queries, and updates where they are allowed."""

from clusterkg import editor, evaluation, operation, relay, representation, service
from clusterkg.operation import Update
from clusterkg.web import condition, negotiation
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
        return _described(request, world)
    if world.endpoint:
        return relay.evaluate(asked, request, world, world.endpoint)
    return evaluation.evaluate(asked, request, world)


def _described(request: Request, world: World) -> Response:
    """Describe the service in RDF; to people show a form."""
    accept = request.headers.get("accept")
    if negotiation.prefers_html(accept):
        return editor.page(request, world)
    chosen = negotiation.choose(accept, negotiation.GRAPHS)
    body = representation.written(service.description(world), chosen)
    answer = Response(200, (("Content-Type", chosen.media_type),), body)
    return condition.tagged(answer, request,
                            condition.etag(world.checksum, request, chosen.media_type))


def _update(asked: Update, request: Request, world: World) -> Response:
    raise Problem(403, "read-only", "this server only answers questions; it takes no updates")
