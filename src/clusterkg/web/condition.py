"""Whether a client has what it asks for, or knows what it changes (RFC 9110, section 13)."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable

from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.problem import Problem

_TAGS = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_KEPT = ("etag", "cache-control", "vary", "content-location")


def etag(version: str, request: Request, representation: str) -> str:
    """Make the weak tag of an answer: of the version, the path, the query and its form.

    `version` is `World.checksum`; "" for none gives "". Weak, because a proxy may compress.
    """
    return tag(version, request.path, request.query, representation)


def tag(version: str, path: str, query: Iterable[tuple[str, str]], representation: str) -> str:
    """Make that tag where there is no request."""
    made = strong(version, path, sorted(query), representation)
    return f"W/{made}" if made else ""


def strong(version: str, *said: object) -> str:
    """Make a tag that If-Match takes: of the version and whatever else tells bytes apart."""
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    return f'"{version[:12]}-{digest[:16]}"' if version else ""


def is_fresh(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match holds the tag, compared weakly."""
    return bool(tag) and _holds(request.headers.get("if-none-match", ""), (tag,))


def check(request: Request, tags: Collection[str], *, exists: bool) -> None:
    """Raise Problem 412 for a change that If-Match or If-None-Match forbids.

    `tags` are those of all forms of what is to be changed, as it is now; `exists` says whether
    there is any. If-Match compares strongly.
    """
    wanted, unwanted = map(request.headers.get, ("if-match", "if-none-match"))
    if wanted is not None and not _holds(wanted, tags, exists=exists, strongly=True):
        raise Problem(412, "precondition", "nothing was changed: what is there is not what "
                      "If-Match names; read it again, and change that")
    if unwanted is not None and _holds(unwanted, tags, exists=exists):
        raise Problem(412, "precondition", "nothing was changed: If-None-Match forbids it, since "
                      "there is something already")


def answer(request: Request, tag: str, known: Headers, make: Callable[[], Response]) -> Response:
    """Make a whole answer, unless the client has it: 304 tells of the headers `known` before.

    Whether there is any answer, which "*" depends on, is only known when it is made.
    """
    asks = request.headers.get("if-none-match", "").strip()
    has = asks != "*" and is_fresh(request, tag)
    return tagged(Response(200, known) if has else make(), request, tag)


def tagged(response: Response, request: Request, tag: str) -> Response:
    """Add the tag to a whole answer, or answer 304 where the client has it."""
    if not tag or response.status != 200:
        return response
    headers = (*response.headers, ("ETag", tag))
    if response.header("Cache-Control") is None:
        headers = (*headers, ("Cache-Control", "no-cache"))
    if request.method in ("GET", "HEAD") and is_fresh(request, tag):
        return Response(304, tuple(each for each in headers if each[0].lower() in _KEPT))
    return Response(response.status, headers, response.body)


def _holds(said: str, tags: Iterable[str], *, exists: bool = True, strongly: bool = False) -> bool:
    """Tell whether a header names one of the tags, or with "*" whatever there is."""
    if said.strip() == "*":
        return exists
    named = {quoted for weak, quoted in _TAGS.findall(said) if not (weak and strongly)}
    return any(each in named if strongly else each.removeprefix("W/") in named for each in tags)
