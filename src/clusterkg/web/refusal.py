"""How a problem is told: as JSON, as plain text, or as a page, which a resource makes."""

import json

from clusterkg import discovery
from clusterkg.web import negotiation
from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.negotiation import HTML, Format
from clusterkg.web.problem import Problem

PROBLEM = Format("json", "application/problem+json", ".json", ("application/json",))
_PLAIN = Format("text", "text/plain; charset=utf-8", ".txt")


def response(problem: Problem, request: Request) -> Response:
    """Say it as Accept says; who takes none of the formats gets JSON."""
    try:
        chosen = negotiation.choose(request.headers.get("accept"), (PROBLEM, _PLAIN, HTML))
    except Problem:
        chosen = PROBLEM
    headers: Headers = (("Content-Type", chosen.media_type), *problem.headers)
    if chosen == HTML:
        page: Response = discovery.load("resources", "problem").refused(problem, request)
        return Response(problem.status, (*headers, *page.headers), page.body)
    return Response(problem.status, headers, _text(problem) if chosen == _PLAIN else json.dumps(
        problem.members(), ensure_ascii=False, default=str).encode(errors="replace") + b"\n")


def _text(problem: Problem) -> bytes:
    return f"{problem.status} {problem.title}: {problem.detail}\n".encode(errors="replace")
