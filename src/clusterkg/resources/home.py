"""The start page: what the graph is, how much it holds, and the ways in."""

from collections import Counter
from collections.abc import Mapping

from clusterkg import caption, editor, glossary, sheet
from clusterkg.namespaces import BASE, expand
from clusterkg.retrieval import ask
from clusterkg.sheet import Sheet
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/": ("GET",)}
_LARGEST = 24  # classes that are shown


def respond(request: Request, world: World) -> Response:
    """Show it."""
    return sheet.answer(request, world.checksum, Sheet(
        "home.html", lambda: _values(request, world), [Link(BASE, "describes")]))


def _values(request: Request, world: World) -> Mapping[str, object]:
    source, reader = world.graph.source, sheet.reader(request)
    used = glossary.usage(source)
    terms = {term.iri: term for term in glossary.terms(source, world.built, reader)}
    asked = _asked(world)
    classes = [(terms[iri].label, number) for iri, number in used.items()
               if iri in terms and terms[iri].kind == glossary.CLASS]
    classes.sort(key=lambda pair: (-asked[pair[0].iri], -pair[1], pair[0].text))
    return {"title": "clusterkg", "classes": classes[:_LARGEST], "counts": _counts(world),
            "version": world.version,
            "has_dumps": world.built is not None,
            "questions": [(one.name, one.title(reader)) for one in editor.tour(world)]}


def _asked(world: World) -> Counter[str]:
    """Count the parameters that take things of a class; one that takes several counts in part."""
    found = Counter[str]()
    for one in world.questions:
        for each in one.parameters:
            found.update(dict.fromkeys(each.of_classes, 60 // max(1, len(each.of_classes))))
    return found


def _counts(world: World) -> dict[str, str]:
    """Give the size of the graph by the names of words, as a build counted it."""
    wanted = {expand("void:triples"): "statements", expand("void:entities"): "things"}
    found = {}
    for _, predicate, value in ask(world.graph.source, "counts", [expand("graph:all")]):
        name = wanted.get(caption.plain(predicate))
        if name:
            found[name] = caption.plain(value)
    return found
