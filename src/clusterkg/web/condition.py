"""Whether a client already has what it asks for (RFC 9110, section 13)."""

import hashlib
import re
from collections.abc import Iterable

from clusterkg.web.message import Request, Response

_TAGS = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def etag(version: str, request: Request, representation: str) -> str:
    """Make the weak tag of an answer: of the version, the path, the query and its form.

    `version` is `World.checksum`; "" for none gives "". Weak, because a proxy may compress.
    """
    return tag(version, request.path, request.query, representation)


def tag(version: str, path: str, query: Iterable[tuple[str, str]], representation: str) -> str:
    """Make that tag where there is no request."""
    said = "\n".join([path, *sorted(f"{k}={v}" for k, v in query), representation])
    digest = hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()
    return f'W/"{version[:12]}-{digest[:16]}"' if version else ""


def is_fresh(request: Request, tag: str) -> bool:
    """Tell whether If-None-Match holds the tag, compared weakly."""
    said = request.headers.get("if-none-match", "")
    wanted = tag.removeprefix("W/")
    return bool(tag) and (said.strip() == "*" or wanted in _TAGS.findall(said))


def tagged(response: Response, request: Request, tag: str) -> Response:
    """Add the tag to a whole answer, or answer 304 where the client has it."""
    if not tag or response.status != 200:
        return response
    headers = (*response.headers, ("ETag", tag))
    if response.header("Cache-Control") is None:
        headers = (*headers, ("Cache-Control", "no-cache"))
    if request.method in ("GET", "HEAD") and is_fresh(request, tag):
        kept = tuple(h for h in headers if h[0].lower() in ("etag", "cache-control", "vary",
                                                           "content-location"))
        return Response(304, kept)
    return Response(response.status, headers, response.body)
