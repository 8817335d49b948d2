"""The questions that can be asked: their list, and each by itself."""

import json
from typing import Any

from clusterkg import examples, library, offer, representation, sheet
from clusterkg.errors import shortened
from clusterkg.query import Query
from clusterkg.representation import Document
from clusterkg.sheet import Sheet
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
    if not name:
        return _listed(request, world, _form(request, suffix, _LISTED))
    one = library.found(name, world.graph.questions)
    return _described(one, request, world, _form(request, suffix, _OFFERED))


def _form(request: Request, suffix: str, offered: tuple[Format, ...]) -> Format:
    if not suffix:
        return negotiation.choose(request.headers.get("accept"), offered)
    found = next((each for each in offered if each.suffix == f".{suffix}"), None)
    if found is None:
        raise Problem(404, "not-found", f"this is not to be had as .{shortened(suffix)}, but as "
                                        f"{', '.join(each.suffix for each in offered)}")
    return found


def _listed(request: Request, world: World, form: Format) -> Response:
    language = sheet.reader(request)
    entries = [offer.entry(one, language, request.base)
               for one in world.questions]
    links = _links(request, "/queries", form, _LISTED)
    if form == HTML:
        return sheet.answer(request, world.checksum, Sheet(
            "queries.html", lambda: {"tags": _by_tag(entries)}, links, chosen=True))
    return _data(request, world, form, _json(entries), links)


def _by_tag(entries: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Group questions by their first tag, in the order of the tags."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        found.setdefault(next(iter(entry["tags"]), ""), []).append(entry)
    return sorted(found.items())


def _described(one: Query, request: Request, world: World, form: Format) -> Response:
    path = f"/queries/{one.name}"
    if form == _TURTLE:
        return representation.answer(request, world.checksum, Document(
            path, lambda: examples.executables([one]), (_TURTLE,)), form)
    links = _links(request, path, form, _OFFERED)
    if form == _TEXT:
        return _data(request, world, form, one.text.encode(), links)
    said = offer.question(one, sheet.reader(request), request.base, world.graph.source)
    if form == JSON:
        return _data(request, world, form, _json(said), links)
    values = {"title": said["title"], "question": said, "problem": "", "near": (),
              "given": {each.name: "" for each in one.parameters}}
    return sheet.answer(request, world.checksum, Sheet("query.html", lambda: values, links,
                                                         chosen=True))


def _links(request: Request, path: str, form: Format, offered: tuple[Format, ...]) -> list[Link]:
    return [Link(link.absolute(request.base, path + each.suffix), "alternate", each.essence)
            for each in offered if each != form]


def _data(request: Request, world: World, form: Format, body: bytes,
          links: list[Link]) -> Response:
    language = sheet.reader(request)
    headers = (("Content-Type", form.media_type), ("Vary", "Accept, Accept-Language"),
               ("Content-Language", language),
               ("Link", link.header([*links, representation.described(request.base)])))
    return condition.tagged(Response(200, headers, body), request, condition.etag(
        world.checksum, request, f"{form.name} {language}"))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
