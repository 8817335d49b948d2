"""The description of the questions for programs that make clients of it."""

import json

from clusterkg import demand, openapi
from clusterkg.web import condition
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import JSON
from clusterkg.world import World

PATHS = {"/openapi.json": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """Give it, as OpenAPI 3.1."""
    tag = condition.etag(world.checksum, request, "openapi")
    headers = (("Content-Type", JSON.media_type),)
    return condition.answer(request, tag, headers, lambda: Response(200, headers, _body(
        request, world)))


def _body(request: Request, world: World) -> bytes:
    said = openapi.document(world.questions, request.base, world.version,
                            world.most(demand.MOST_ROWS))
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"
