"""What the types of problems mean, each type is the IRI of such a page; and a problem as a page."""

from urllib.parse import urlencode

from clusterkg import page, sheet
from clusterkg.sheet import Sheet
from clusterkg.web import negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/problem": ("GET",), "/problem/{name}": ("GET",)}


def respond(request: Request, world: World, name: str = "") -> Response:
    """Explain one type, or list all; raise Problem 404 for what is none."""
    every = page.problems(sheet.reader(request))
    if name and name not in every:
        raise Problem(404, "not-found", "there is no such type of problem; /problem lists all")
    return sheet.answer(request, world.checksum, Sheet("problem.html", lambda: {
        "name": name, "problems": {name: every[name]} if name else every}))


def refused(problem: Problem, request: Request) -> Response:
    """Tell a reader, in their language as far as it goes, what was not done, why, and what helps.

    Whatever was asked, it is told: a language that is none is no matter here.
    """
    lang = next((said for said in request.all("lang") if said in page.languages()), None) or \
        negotiation.language(request.headers.get("accept-language"), page.languages())
    meaning = page.problems(lang).get(problem.name, "")
    kept = [(name, value) for name, value in request.query if name != "lang"]
    return Response(problem.status, (("Content-Language", lang),
                                     ("Vary", "Accept, Accept-Language")), page.render(
        "refused.html", lang=lang, base=request.base, title=page.title(problem.title, lang),
        status=problem.status, meaning=meaning, problem=problem, known=bool(meaning),
        there=f"?{urlencode([*kept, ('lang', page.other(lang))], errors='replace')}"))
