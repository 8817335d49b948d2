"""Things by their labels, and the things of a class."""

from collections.abc import Mapping

from pyoxigraph import NamedNode

from clusterkg import caption, seek, sheet
from clusterkg.errors import UsageError
from clusterkg.namespaces import expand
from clusterkg.seek import Hits
from clusterkg.sheet import Sheet
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/search": ("GET",)}
_LONGEST = 200  # characters that are looked for


def respond(request: Request, world: World) -> Response:
    """List what a text may mean, or some things of a class; raise Problem 400 for no class."""
    text = (request.one("q") or "").strip()[:_LONGEST]
    among = _class(request.one("among") or "")
    return sheet.answer(request, world.checksum, Sheet(
        "search.html", lambda: _values(text, among, request, world)))


def _values(text: str, among: str, request: Request, world: World) -> Mapping[str, object]:
    source, reader = world.graph.source, sheet.reader(request)
    hits = Hits()
    if text:
        hits = seek.by_label(text, among, source, reader)
    elif among:
        hits = seek.members(among, source, reader)
    named = caption.text(NamedNode(among), caption.labels(source, [NamedNode(among)], reader)) \
        if among else ""
    return {"text": text, "among": among, "named": named, "hits": hits}


def _class(named: str) -> str:
    """Read an IRI or a CURIE."""
    if not named:
        return ""
    try:
        return NamedNode(named if "://" in named else expand(named)).value
    except (UsageError, ValueError) as error:
        raise Problem(400, "request", "among is no class; give its IRI") from error
