"""The questions that can be asked: their list, and each by itself."""

import json
from dataclasses import dataclass
from typing import Any

from clusterkg import demand, examples, library, offer, page, representation
from clusterkg.errors import shortened
from clusterkg.query import Query
from clusterkg.representation import Document
from clusterkg.web import condition, link, negotiation
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import GRAPHS, HTML, JSON, Format
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/queries": ("GET",), "/queries.{suffix}": ("GET",), "/queries/{name}": ("GET",),
         "/queries/{name}.{suffix}": ("GET",)}
_TEXT = Format("rq", "text/plain; charset=utf-8", ".rq", ("application/sparql-query",))
_TURTLE = next(each for each in GRAPHS if each.suffix == ".ttl")
_LISTED = (JSON, HTML)
_OFFERED = (JSON, HTML, _TURTLE, _TEXT)


def respond(request: Request, world: World, name: str = "", suffix: str = "") -> Response:
    """List the questions or describe one; raise Problem 404 with those whose names are near."""
    form = _form(request, suffix, _OFFERED if name else _LISTED)
    language = demand.language(request, request.one("lang"))
    if not name:
        return _listed(request, world, form, language)
    return _described(library.found(name, world.graph.questions), request, world, form, language)


def _form(request: Request, suffix: str, offered: tuple[Format, ...]) -> Format:
    if not suffix:
        return negotiation.choose(request.headers.get("accept"), offered)
    found = next((each for each in offered if each.suffix == f".{suffix}"), None)
    if found is None:
        raise Problem(404, "not-found", f"this is not to be had as .{shortened(suffix)}, but as "
                                        f"{', '.join(each.suffix for each in offered)}")
    return found


def _listed(request: Request, world: World, form: Format, language: str) -> Response:
    entries = [offer.entry(one, language, request.base)
               for one in library.every(world.graph.questions)]
    if form == HTML:
        body = page.render("queries.html", lang=language, base=request.base,
                           tags=_by_tag(entries))
    else:
        body = _json(entries)
    return _tagged(request, world, _Form(form, language, _LISTED, "/queries"), body)


def _by_tag(entries: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Group questions by their first tag, in the order of the tags."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        found.setdefault(next(iter(entry["tags"]), ""), []).append(entry)
    return sorted(found.items())


def _described(one: Query, request: Request, world: World, form: Format,
               language: str) -> Response:
    path = f"/queries/{one.name}"
    if form == _TURTLE:
        return representation.answer(request, world.checksum, Document(
            path, lambda: examples.executables([one]), (_TURTLE,)), form)
    said = offer.question(one, language, request.base, world.graph.source)
    if form == HTML:
        body = page.render("query.html", lang=language, base=request.base, title=said["title"],
                           question=said, given={each.name: "" for each in one.parameters})
    else:
        body = one.text.encode() if form == _TEXT else _json(said)
    return _tagged(request, world, _Form(form, language, _OFFERED, path), body)


@dataclass(frozen=True)
class _Form:
    """How a document is written, and how else it could be."""

    chosen: Format
    language: str
    offered: tuple[Format, ...]
    path: str


def _tagged(request: Request, world: World, form: _Form, body: bytes) -> Response:
    links = [Link(link.absolute(request.base, form.path + each.suffix), "alternate", each.essence)
             for each in form.offered if each != form.chosen]
    headers = (("Content-Type", form.chosen.media_type), ("Vary", "Accept, Accept-Language"),
               ("Content-Language", form.language),
               ("Link", link.header([*links, representation.described(request.base)])))
    return condition.tagged(Response(200, headers, body), request, condition.etag(
        world.checksum, request, f"{form.chosen.name} {form.language}"))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
