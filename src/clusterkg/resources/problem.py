"""What the types of problems mean: each type is the IRI of such a page."""

from clusterkg import page, sheet
from clusterkg.sheet import Sheet
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
