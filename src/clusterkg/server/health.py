"""Whether this process lives, and whether it can answer: told without an executor."""

import json
from dataclasses import asdict

from clusterkg.server.metric import MEDIA_TYPE, Metric
from clusterkg.server.pool import Pool
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem

_READING = "GET, HEAD, OPTIONS"


def respond(request: Request, pool: Pool) -> Response:
    """Answer what begins with /health/; raise Problem."""
    if request.path not in ("/health/live", "/health/ready"):
        raise Problem(404, "not-found", "there is /health/live and /health/ready")
    return _only_read(request) or (_live() if request.path == "/health/live" else _ready(pool))


def measured(request: Request, metric: Metric, pool: Pool) -> Response:
    """Answer /metrics."""
    metric.load(*pool.load)
    version = pool.ready.version if pool.ready else ""
    return _only_read(request) or Response(
        200, (("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store")), metric.text(version))


def _only_read(request: Request) -> Response | None:
    """Answer OPTIONS; raise Problem for what is no reading."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise Problem(405, "method-not-allowed", f"this address takes {_READING}",
                      headers=(("Allow", _READING),))
    return Response(204, (("Allow", _READING),)) if request.method == "OPTIONS" else None


def _live() -> Response:
    return Response(200, (("Content-Type", "text/plain; charset=utf-8"),
                          ("Cache-Control", "no-store")), b"ok\n")


def _ready(pool: Pool) -> Response:
    if pool.ready is None:
        raise Problem(503, "unready", "no process can answer yet; ask again in a moment",
                      headers=(("Retry-After", "1"),))
    return Response(200, (("Content-Type", "application/json"), ("Cache-Control", "no-store")),
                    json.dumps(asdict(pool.ready)).encode() + b"\n")
