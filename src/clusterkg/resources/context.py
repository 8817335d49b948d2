"""The JSON-LD context of the ontology, at an address that does not change."""

import hashlib
import io

from clusterkg.exporters import jsonld
from clusterkg.web import condition
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/context.jsonld": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """Give the context; it changes with the program, not with the graph."""
    out = io.BytesIO()
    jsonld.write_context(out)
    body = out.getvalue()
    headers = (("Content-Type", jsonld.MEDIA_TYPE), ("Cache-Control", "public, max-age=86400"))
    tag = condition.etag(hashlib.sha256(body).hexdigest(), request, "jsonld")
    return condition.tagged(Response(200, headers, body), request, tag)
