"""One request, one answer: the resource of its path, and what every answer carries."""

import logging
import re
import secrets
from typing import Any

from clusterkg.web import problem, refusal, route
from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.problem import Problem

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
           "base-uri 'none'; frame-ancestors 'none'")
_ALWAYS: Headers = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                    ("X-Frame-Options", "DENY"), ("Access-Control-Allow-Origin", "*"),
                    ("Access-Control-Expose-Headers", "Content-Disposition, ETag, Link, Location, "
                                                      "Repr-Digest, Retry-After, X-Request-Id, "
                                                      "X-Clusterkg-Version"))
_BODYLESS = (204, 304)


def respond(request: Request, world: Any) -> Response:
    """Give the whole answer to a request; every error is one, too, but for those of a body.

    Those are turned by `failure`. `world` is a `world.World`.
    """
    try:
        return complete(_answer(request, world), request)
    except Exception as error:
        return failure(error, request)


def failure(error: Exception, request: Request) -> Response:
    """Give the whole answer that says an error."""
    said = problem.of(error)
    if said.status == 500:
        logging.getLogger(__name__).error("request %s failed", request.id, exc_info=error)
    return complete(refusal.response(said, request), request)


def request_id(given: str | None) -> str:
    """Keep the client's own id of a request where it is harmless, else make one."""
    return given if given and _ID.fullmatch(given) else secrets.token_hex(8)


def complete(response: Response, request: Request) -> Response:
    """Add what every answer carries; of an answer to HEAD the body is left out."""
    headers = dict(_ALWAYS) | {"Vary": "Accept"}
    if request.id:
        headers["X-Request-Id"] = request.id
    if (response.header("Content-Type") or "").startswith("text/html"):
        headers["Content-Security-Policy"] = _POLICY
    body = response.body
    if isinstance(body, bytes) and response.status not in _BODYLESS:
        headers["Content-Length"] = str(len(body))
    if "frame-ancestors *" in (response.header("Content-Security-Policy") or ""):
        del headers["X-Frame-Options"]  # which says the contrary to browsers that obey it
    given = {name.lower() for name, _ in response.headers}
    added = tuple(pair for pair in headers.items() if pair[0].lower() not in given)
    return Response(response.status, response.headers + added,
                    b"" if request.method == "HEAD" else body)


def _answer(request: Request, world: Any) -> Response:
    if request.method == "OPTIONS":
        return _options(route.matching(request.path)[0])
    resource, captured = route.find(request.method, request.path)
    answer: Response = resource.respond(request, world, **captured)
    if isinstance(answer.body, bytes) and len(answer.body) > world.settings.bytes:
        raise Problem(422, "too-large", f"the answer has more than {world.settings.bytes} bytes, "
                                        "which is the most that is given here; ask for less")
    return answer


def _options(found: route.Route) -> Response:
    allowed = ", ".join(found.allowed())
    # No Authorization: what is written is not written by other sites' pages.
    return Response(204, (("Allow", allowed), ("Access-Control-Allow-Methods", allowed),
                          ("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, "
                                                           "If-None-Match, X-Request-Id"),
                          ("Access-Control-Max-Age", "86400")))
