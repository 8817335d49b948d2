"""The answer to a question, as a page of rows or as a whole file."""

from clusterkg import demand, library, page
from clusterkg.demand import Demand
from clusterkg.outcome import Outcome
from clusterkg.web import condition, link
from clusterkg.web.link import Link
from clusterkg.web.message import Headers, Request, Response
from clusterkg.web.negotiation import HTML
from clusterkg.world import World

PATHS = {"/queries/{name}/run": ("GET", "POST"), "/queries/{name}/run.{suffix}": ("GET", "POST")}
_VARY = ("Vary", "Accept, Accept-Language")
_MOST = 1_000_000  # rows of a file; a sheet holds 1,048,576


def respond(request: Request, world: World, name: str, suffix: str = "") -> Response:
    """Ask and answer.

    Raises Problem 404 for an unknown question, 422 that lists what its parameters allow, and what
    the source raises.
    """
    source = world.graph.source
    asked = demand.read(request, library.found(name, world.graph.questions), suffix, source)
    is_post = request.method == "POST"  # such an answer is not kept under its address
    edition = page.edition() if asked.form == HTML else ""
    tag = "" if is_post else condition.etag(
        world.checksum, request, f"{asked.form.name} {asked.language} {edition}")
    # "*" holds whatever there is, but only asking tells whether there is an answer.
    if request.headers.get("if-none-match") != "*" and condition.is_fresh(request, tag):
        return condition.tagged(Response(200, (_VARY,)), request, tag)
    found = Outcome(asked, source, min(world.settings.rows or _MOST, _MOST))
    return condition.tagged(Response(200, _headers(asked, found, request.base),
                                     found.body(request.base)), request, tag)


def _headers(asked: Demand, found: Outcome, base: str) -> Headers:
    about = Link(link.absolute(base, f"/queries/{asked.question.name}"), "describedby")
    name = f"{asked.question.name}{asked.form.suffix}"
    return (("Content-Type", asked.form.media_type), _VARY,
            ("Content-Language", asked.language),
            ("Link", link.header([*found.links(base), about])),
            *([("Content-Disposition", f"attachment; filename*=UTF-8''{name}")]
              if asked.form in demand.WHOLE else []))
