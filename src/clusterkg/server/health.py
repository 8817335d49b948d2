"""Whether this process lives, and whether it can answer: told without an executor."""

import json
from dataclasses import asdict

from clusterkg.server.pool import Pool
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem


def respond(request: Request, pool: Pool) -> Response:
    """Answer what begins with /health/; raise Problem."""
    if request.path not in ("/health/live", "/health/ready"):
        raise Problem(404, "not-found", "there is /health/live and /health/ready")
    if request.method == "OPTIONS":
        return Response(204, (("Allow", "GET, HEAD, OPTIONS"),))
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, "method-not-allowed", "this address takes GET, HEAD, OPTIONS",
                      headers=(("Allow", "GET, HEAD, OPTIONS"),))
    return _live() if request.path == "/health/live" else _ready(pool)


def _live() -> Response:
    return Response(200, (("Content-Type", "text/plain; charset=utf-8"),
                          ("Cache-Control", "no-store")), b"ok\n")


def _ready(pool: Pool) -> Response:
    if pool.ready is None:
        raise Problem(503, "unready", "no process can answer yet; ask again in a moment",
                      headers=(("Retry-After", "1"),))
    return Response(200, (("Content-Type", "application/json"), ("Cache-Control", "no-store")),
                    json.dumps(asdict(pool.ready)).encode() + b"\n")
