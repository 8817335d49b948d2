"""Names reconciled with things: the Reconciliation Service API, 0.2 and 1.0-draft.

0.2 is asked at /reconcile itself; 1.0-draft below it, with its manifest at /reconcile/1.0-draft.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote

from clusterkg import entity, page, portrait, sheet
from clusterkg.answer import Source
from clusterkg.reconciliation import answering, asked, extending, finding, manifest, suggesting
from clusterkg.web import target
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import HTML
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/reconcile": ("GET", "POST"), "/reconcile/1.0-draft": ("GET",),
         "/reconcile/match": ("POST",), "/reconcile/1.0-draft/match": ("POST",),
         "/reconcile/extend": ("POST",), "/reconcile/1.0-draft/extend": ("POST",),
         "/reconcile/extend/propose": ("GET",), "/reconcile/1.0-draft/extend/propose": ("GET",),
         "/reconcile/suggest/{kind}": ("GET",), "/reconcile/1.0-draft/suggest/{kind}": ("GET",),
         "/reconcile/preview": ("GET",), "/reconcile/1.0-draft/preview": ("GET",),
         "/reconcile/view": ("GET",), "/reconcile/1.0-draft/view": ("GET",)}
_RESERVED = "%/:=&?~#+!$,;'@()*[]"
_FORM = "application/x-www-form-urlencoded"
_POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
           "form-action 'none'; frame-ancestors *")
_ASKED, _ROWS = 100, 8  # facts that a preview asks for, and properties that it shows


def respond(request: Request, world: World, kind: str = "") -> Response:
    """Answer; raise Problem 400 for what cannot be read, 404 for no such thing, 413 for too much.

    A server over another endpoint has no index to find names with: Problem 404.
    """
    if world.built is None:
        raise Problem(404, "not-embedded", "this server asks another endpoint, and has no index of "
                                           "names")
    path = request.path.removeprefix("/reconcile").removeprefix("/1.0-draft")
    source, language = world.graph.source, sheet.reader(request)
    if kind:
        return _suggested(kind, request, source, language)
    if not path:
        return _root(request, source, language)
    return {"/match": _matched, "/extend": _extended, "/extend/propose": _proposed,
            "/preview": _previewed, "/view": _viewed}[path](request, source, language)


def _root(request: Request, source: Source, language: str) -> Response:
    types = suggesting.default_types(source, language)
    if request.path.endswith("1.0-draft"):
        return _json(manifest.new(request.base + request.path, types))
    given = _parameters(request)
    if "queries" in given:
        queries = asked.old(given["queries"])
        written = answering.candidates(finding.answers(list(queries.values()), source), source,
                                       language, is_old=True)
        return _json({key: {"result": some} for key, some in zip(queries, written, strict=True)})
    if "extend" in given:
        meta, rows = extending.extended(*asked.extension(asked.parsed(given["extend"])), source,
                                        language)
        return _json({"meta": meta, "rows": rows})
    if request.method == "POST":
        raise Problem(400, "request", "send queries or extend, as a form")
    return _json(manifest.old(request.base + "/reconcile", types))


def _parameters(request: Request) -> Mapping[str, str]:
    pairs = request.query
    if request.method == "POST":
        if request.media_type() not in (_FORM, ""):
            raise Problem(415, "media-type", f"send queries as {_FORM}",
                          headers=(("Accept-Post", _FORM),))
        pairs = (*pairs, *target.pairs(request.body.decode(errors="replace")))
    for name in ("queries", "extend"):
        if sum(one == name for one, _ in pairs) > 1:
            raise Problem(400, "request", f"{name} is sent twice; send all of it at once")
    return dict(pairs)


def _matched(request: Request, source: Source, language: str) -> Response:
    found = finding.answers(asked.new(request), source)
    written = answering.candidates(found, source, language, is_old=False)
    return _json({"results": [{"candidates": some} for some in written]})


def _extended(request: Request, source: Source, language: str) -> Response:
    meta, rows = extending.extended(*asked.extension(asked.body(request)), source, language)
    return _json({"meta": meta, "rows": [
        {"id": one, "properties": [{"id": link, "values": some} for link, some in values.items()]}
        for one, values in rows.items()]})


def _proposed(request: Request, source: Source, language: str) -> Response:
    most = _number(request, "limit", suggesting.MOST)
    of = asked.iri(request.one("type") or "")
    try:
        found = suggesting.properties(of, source, language, most)
    except ValueError as error:
        raise Problem(400, "request", "type is no IRI") from error
    return _json({"limit": most, "properties": found} | ({"type": of} if of else {}))


def _suggested(kind: str, request: Request, source: Source, language: str) -> Response:
    if kind not in suggesting.KINDS:
        raise Problem(404, "not-found", f"suggest knows {', '.join(suggesting.KINDS)}")
    start = max(_number(request, "cursor", 0), _number(request, "offset", 0))
    part = slice(start, start + _number(request, "limit", suggesting.MOST))
    return _json({"result": suggesting.found(kind, request.one("prefix") or "", source, language,
                                             part)})


def _previewed(request: Request, source: Source, language: str) -> Response:
    iri = _known(request, source)
    shown = portrait.of(entity.facts(iri, source, _ASKED), source, language)
    made = page.render("preview.html", lang=language, base=request.base, thing=shown, most=_ROWS)
    return Response(200, (("Content-Type", HTML.media_type), ("Content-Security-Policy", _POLICY),
                          ("Vary", "Accept-Language")), made)


def _viewed(request: Request, source: Source, language: str) -> Response:
    iri = _known(request, source)
    to = page.href(iri)
    if not to:
        raise Problem(404, "not-found", "there is no page of this")
    place = request.base + to if to.startswith("/") else to
    return Response(303, (("Location", quote(place, safe=_RESERVED)),))


def _known(request: Request, source: Source) -> str:
    """Give the IRI that is asked for; raise Problem 404 for one that the graph does not name."""
    iri = asked.iri(request.one("id") or "")
    if not finding.is_known(iri, source):
        raise Problem(404, "not-found", "the graph names nothing so; give the id of a candidate")
    return iri


def _number(request: Request, name: str, otherwise: int) -> int:
    said = request.one(name)
    if said is None or said == "":
        return otherwise
    if not said.isascii() or not said.isdecimal() or len(said) > 6:
        raise Problem(400, "request", f"{name} takes a number")
    return int(said)


def _json(content: object) -> Response:
    return Response(200, (("Content-Type", "application/json"), ("Vary", "Accept-Language")),
                    json.dumps(content, ensure_ascii=False).encode(errors="replace"))


