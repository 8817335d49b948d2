"""Why the graph says something: who asserts it, or the rule and the premises that give it."""

from clusterkg import exposition, reason, representation, sheet
from clusterkg.errors import UsageError
from clusterkg.reason import Reason
from clusterkg.sheet import Sheet
from clusterkg.web import condition, link, negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import HTML, JSON, Format
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/why": ("GET",)}
_TEXT = Format("text", "text/plain; charset=utf-8", ".txt")
_NAMES = ("s", "p", "o")


def respond(request: Request, world: World) -> Response:
    """Explain the statement `s p o`, as a page, as JSON or as text.

    Raises Problem 400 for what is no statement, 404 for what the graph does not say and over an
    endpoint, 422 for reasons without end.
    """
    form = negotiation.choose(request.headers.get("accept"), (HTML, JSON, _TEXT))
    found = _found(request, world)
    if form == HTML:
        return sheet.answer(request, world.checksum, Sheet("why.html", lambda: {
            "title": " ".join(one.text for one in found.step.statement), "reason": found},
            chosen=True))
    body = exposition.as_json(found.proof) if form == JSON else found.text
    headers = (("Content-Type", form.media_type), ("Vary", "Accept, Accept-Language"),
               ("Link", link.header([representation.described(request.base)])))
    tag = condition.etag(world.checksum, request, f"{form.name} {sheet.reader(request)}")
    return condition.tagged(Response(200, headers, body.encode()), request, tag)


def _found(request: Request, world: World) -> Reason:
    given = [request.one(name) for name in _NAMES]
    missing = [name for name, value in zip(_NAMES, given, strict=True) if not value]
    if missing:
        raise Problem(400, "request", f"{', '.join(missing)} is missing; give s and p as IRIs, and "
                                      "o as N-Triples writes it")
    asked = reason.statement(*(value or "" for value in given))
    if world.built is None:
        raise Problem(404, "not-embedded", "this server asks another endpoint, so that it cannot "
                                           "explain what that has inferred")
    try:
        found = reason.find(asked, world.built, world.graph.source, sheet.reader(request))
    except UsageError as error:
        raise Problem(400, "request", str(error)) from error
    except RecursionError as error:
        raise Problem(422, "too-large", "the chain of reasons is too long to be told") from error
    if found is None:
        raise Problem(404, "not-stated", "the graph does not say so; it neither holds this "
                                         "statement nor infers it")
    return found
