"""SPARQL 1.1 Protocol: queries, and updates where they are allowed."""

from clusterkg import (
    amendment,
    editor,
    evaluation,
    operation,
    relay,
    representation,
    service,
    writing,
)
from clusterkg.namespaces import prefixes
from clusterkg.operation import Update
from clusterkg.template import Language
from clusterkg.web import condition, negotiation
from clusterkg.web.message import Request, Response
from clusterkg.world import World
from clusterkg.writing import Turn

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
    def act(turn: Turn) -> Response:
        condition.check(request, (), exists=True)  # no form of /sparql has a strong tag
        return _updated(asked, world, turn)

    return writing.respond(request, world.settings, act)


def _updated(asked: Update, world: World, turn: Turn) -> Response:
    text = evaluation.permitted(asked.text, world.settings)
    language = Language(f"{world.settings.base}/sparql", prefixes())
    try:
        made = amendment.amended(text, asked.using, language, turn)
    except SyntaxError as error:
        raise evaluation.malformed(str(error), text) from error
    turn.write(made.graphs, made.gone)
    return Response(204)
