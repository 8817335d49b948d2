"""SPARQL 1.1 Graph Store Protocol: graphs read whole, and written where that is allowed."""

from clusterkg import evaluation, graphstore, payload, relay, writing
from clusterkg.web import condition, negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import Format
from clusterkg.web.problem import Problem
from clusterkg.world import World
from clusterkg.writing import Turn

PATHS = {"/store": ("GET", "PUT", "POST", "DELETE")}


def respond(request: Request, world: World) -> Response:
    """Read a graph, or write one."""
    if request.method in ("GET", "HEAD"):
        return _read(request, world)
    act = {"PUT": _put, "POST": _post, "DELETE": _delete}[request.method]
    return writing.respond(request, world.settings, lambda turn: act(request, turn))


def _read(request: Request, world: World) -> Response:
    chosen = negotiation.choose(request.headers.get("accept"), negotiation.GRAPHS)
    graph = graphstore.named(request)
    triples = relay.triples(graph, world.endpoint) if world.endpoint else \
        graphstore.triples(graph, world.store())
    answer = Response(200, (("Content-Type", chosen.media_type),),
                      evaluation.written(triples, chosen, world.settings))
    return condition.tagged(answer, request, _tag(world.checksum, graph, chosen))


def _tag(version: str, graph: str | None, form: Format) -> str:
    """Make a tag for If-Match; it is another as soon as anything is written, to whatever graph."""
    return condition.strong(version, graph, form.name)


def _allowed(request: Request, turn: Turn) -> str:
    """Give the graph to write; raise Problem, 412 where it is not what the client takes it for."""
    named = graphstore.named(request)
    graph = named or writing.DEFAULT
    turn.check(graph)
    tags = [_tag(turn.checksum, named, form) for form in negotiation.GRAPHS]
    condition.check(request, tags, exists=named is None or turn.has(graph))
    return graph


def _put(request: Request, turn: Turn) -> Response:
    graph = _allowed(request, turn)
    triples, existed = payload.read(request, graph), turn.has(graph)
    turn.write({graph: triples} if triples or existed else {})
    return Response(201 if triples and not existed else 204)


def _post(request: Request, turn: Turn) -> Response:
    """Merge into a graph; where none is named, into a new one, and say which."""
    if not request.all("graph") and not request.all("default"):
        graph = writing.new_name()
        condition.check(request, (), exists=False)
        turn.write({graph: payload.read(request, graph)})
        return Response(201, (("Location", graph),))
    graph = _allowed(request, turn)
    existed = turn.has(graph)
    triples = payload.read(request, graph)
    turn.write({graph: turn.triples(graph).union(triples)} if triples else {})
    return Response(201 if triples and not existed else 204)


def _delete(request: Request, turn: Turn) -> Response:
    graph = _allowed(request, turn)
    if not turn.has(graph):
        raise Problem(404, "no-graph", f"no graph {graph[:200]!r} was written")
    turn.write({graph: ()})
    return Response(204)
