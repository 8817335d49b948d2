"""The description of the questions for programs that make clients of it."""

import json

from clusterkg import library, openapi
from clusterkg.web import condition
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import JSON
from clusterkg.world import World

PATHS = {"/openapi.json": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """Give it, as OpenAPI 3.1."""
    tag = condition.etag(world.checksum, request, "openapi")
    headers = (("Content-Type", JSON.media_type),)
    if condition.is_fresh(request, tag):
        return condition.tagged(Response(200, headers), request, tag)
    said = openapi.document(library.every(world.graph.questions), request.base, world.version)
    body = json.dumps(said, ensure_ascii=False).encode() + b"\n"
    return condition.tagged(Response(200, headers, body), request, tag)
