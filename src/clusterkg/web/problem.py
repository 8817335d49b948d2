"""An answer that is an error, as clients read it (RFC 9457)."""

import html
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError
from clusterkg.namespaces import BASE
from clusterkg.web import negotiation
from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.negotiation import Format

TITLES = {400: "Bad request", 401: "Not known", 403: "Not allowed", 404: "Not found",
          405: "Method not allowed", 406: "No such format", 408: "Too slow", 409: "In conflict",
          410: "Withdrawn", 413: "Request too large", 414: "Address too long",
          415: "Unfit media type", 417: "Expectation not met", 422: "Not carried out",
          429: "Too many requests", 431: "Header too large", 500: "Internal error",
          501: "Not offered", 502: "The endpoint failed", 503: "Not now",
          504: "The endpoint is too slow"}
PROBLEM = Format("json", "application/problem+json", ".json", ("application/json",))
_PLAIN = Format("text", "text/plain; charset=utf-8", ".txt")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{root}/style.css"></head>
<body><header><a class="site" href="{root}/">clusterkg</a></header>
<main><h1>{status} {title}</h1><p>{detail}</p>{more}
<p><a href="{root}/problem/{name}">What this means</a></p></main></body></html>
"""


class Problem(ClusterkgError):  # noqa: N818 # the word of RFC 9457
    """An answer that is an error; `more` are its extension members.

    `name` is the last segment of its type, whose address the server explains.
    """

    def __init__(self, status: int, name: str, detail: str, *, headers: Headers = (),
                 **more: object):
        """Keep what the client is told; `detail` says what to do, too."""
        super().__init__(detail)
        self.status, self.name, self.headers, self.more = status, name, headers, more

    @property
    def detail(self) -> str:
        """Say what is wrong and what to do, on one line."""
        return str(self)

    def members(self) -> Mapping[str, object]:
        """Give the members of the JSON object."""
        return {"type": f"{BASE}problem/{self.name}", "title": TITLES.get(self.status, self.name),
                "status": self.status, "detail": self.detail, **self.more}


def of(error: Exception) -> Problem:
    """Map any error to what a client may know of it; of an unexpected one that is nothing."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, UsageError):
        return Problem(400, "request", str(error))
    if isinstance(error, UnreadableError):
        return Problem(503, "unreadable", "the graph cannot be read now; ask again later",
                       headers=(("Retry-After", "30"),))
    if isinstance(error, RefusedError):
        return Problem(503, "refused", str(error), headers=(("Retry-After", "30"),))
    return Problem(500, "internal", "something went wrong here; ask again, and tell whoever runs "
                                    "this server the request's id")


def response(problem: Problem, request: Request) -> Response:
    """Say it in JSON, in plain text or as a page, as Accept says."""
    try:
        chosen = negotiation.choose(request.headers.get("accept"),
                                    (PROBLEM, _PLAIN, negotiation.HTML))
    except Problem:
        chosen = PROBLEM
    if chosen == negotiation.HTML:
        body = _page(problem, urlsplit(request.base).path.rstrip("/"))
    else:
        body = _text(problem) if chosen == _PLAIN else _json(problem)
    return Response(problem.status, (("Content-Type", chosen.media_type), *problem.headers), body)


def _json(problem: Problem) -> bytes:
    return json.dumps(problem.members(), ensure_ascii=False, default=str).encode(
        errors="replace") + b"\n"


def _text(problem: Problem) -> bytes:
    title = TITLES.get(problem.status, problem.name)
    return f"{problem.status} {title}: {problem.detail}\n".encode(errors="replace")


def _page(problem: Problem, root: str) -> bytes:
    more = "".join(f"<dt>{html.escape(str(name))}</dt><dd>{_member(value, root)}</dd>"
                   for name, value in problem.more.items())
    return _PAGE.format(status=problem.status, root=html.escape(root), name=problem.name,
                        title=html.escape(TITLES.get(problem.status, problem.name)),
                        detail=html.escape(problem.detail),
                        more=f'<dl class="facts">{more}</dl>' if more else "").encode(
                            errors="replace")


def _member(value: object, root: str) -> str:
    """Write a member for people; what is the project's own becomes a link."""
    if isinstance(value, list):
        return "<br>".join(_member(each, root) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{html.escape(str(name))}: {_member(each, root)}"
                         for name, each in value.items())
    said = html.escape(str(value))
    if isinstance(value, str) and value.startswith(BASE) and not value.startswith(f"{BASE}/"):
        return f'<a href="{root}/{said.removeprefix(BASE)}">{said}</a>'
    return said
