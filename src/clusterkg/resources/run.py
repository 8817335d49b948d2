"""The answer to a question, as a page of rows or as a whole file."""

from collections.abc import Mapping
from urllib.parse import urlencode

from clusterkg import demand, library, offer, page
from clusterkg.answer import Source
from clusterkg.demand import Demand
from clusterkg.outcome import Outcome
from clusterkg.query import Query
from clusterkg.web import condition, link
from clusterkg.web.link import Link
from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.negotiation import HTML
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/queries/{name}/run": ("GET", "POST"), "/queries/{name}/run.{suffix}": ("GET", "POST")}
_VARY = ("Vary", "Accept, Accept-Language")
_MOST = 1_000_000  # rows of a file; a sheet holds 1,048,576


def respond(request: Request, world: World, name: str, suffix: str = "") -> Response:
    """Ask and answer.

    Raises Problem 404 for an unknown question, 422 that lists what its parameters allow, and what
    the source raises. A reader of pages gets the form again instead, with what is wrong.
    """
    one = library.found(name, world.graph.questions)
    try:
        return _answered(_demand(request, one, suffix, world), request, world)
    except Problem as problem:
        if problem.status == 422 and _is_for_people(request, suffix):
            return _asked_again(one, problem, request, world.graph.source)
        raise


def _demand(request: Request, one: Query, suffix: str, world: World) -> Demand:
    return demand.read(request, one, suffix, world.graph.source, world.most(demand.MOST_ROWS))


def _answered(asked: Demand, request: Request, world: World) -> Response:
    is_post = request.method == "POST"  # such an answer is not kept under its address
    edition = page.edition() if asked.form == HTML else ""
    tag = "" if is_post else condition.etag(
        world.checksum, request, f"{asked.form.name} {asked.language} {edition}")
    return condition.answer(request, tag, (_VARY,), lambda: _made(asked, request.base, world))


def _made(asked: Demand, base: str, world: World) -> Response:
    found = Outcome(asked, world.graph.source, world.most(_MOST))
    return Response(200, _headers(asked, found, base), found.body(base))


def _is_for_people(request: Request, suffix: str) -> bool:
    try:
        return demand.wanted(dict(request.query).get("format"), suffix,
                             request.headers.get("accept")) == HTML
    except Problem:
        return False


def _asked_again(one: Query, problem: Problem, request: Request, source: Source) -> Response:
    known = {*demand.OWN, *(each.name for each in one.parameters)}
    said = {name: value for name, value in request.query if name in known}
    lang = said.get("lang", "")
    language = lang if lang in page.languages() else demand.language(request, None)
    body = page.render("query.html", lang=language, base=request.base, title=one.title(language),
                       question=offer.question(one, language, request.base, source),
                       given={each.name: said.get(each.name, "") for each in one.parameters},
                       problem=problem.detail, near=_near(one, problem, said, request.base))
    return Response(422, (("Content-Type", HTML.media_type), _VARY,
                          ("Content-Language", language)), body)


def _near(one: Query, problem: Problem, said: Mapping[str, str],
          base: str) -> list[tuple[str, str]]:
    """Name what may have been meant, and where that is answered."""
    path = link.absolute(base, f"/queries/{one.name}/run.html")
    listed = problem.members().get("parameters")
    found = [(each["name"], near) for each in listed for near in each.get("nearest", ())] \
        if isinstance(listed, list) else []
    return [(near.get("label", near["value"]),
             f"{path}?{urlencode({**said, name: near['value']})}") for name, near in found]


def _headers(asked: Demand, found: Outcome, base: str) -> Headers:
    about = Link(link.absolute(base, f"/queries/{asked.question.name}"), "describedby")
    name = f"{asked.question.name}{asked.form.suffix}"
    return (("Content-Type", asked.form.media_type), _VARY,
            ("Content-Language", asked.language),
            ("Link", link.header([*found.links(base), about])),
            *([("Content-Disposition", f"attachment; filename*=UTF-8''{name}")]
              if asked.form in demand.WHOLE else []))
