"""The ontology for people: every class and property, under the anchor of its name."""

from collections.abc import Mapping

from clusterkg import glossary, representation, sheet
from clusterkg.representation import TRIPLES
from clusterkg.sheet import Sheet
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/page/ns": ("GET",)}


def respond(request: Request, world: World) -> Response:
    """List them all on one page, for their IRIs differ behind the # alone."""
    links = [Link(glossary.NAMESPACE.rstrip("#"), "describes"),
             *representation.alternates(request.base, "/ns")]
    return sheet.answer(request, world.checksum, Sheet(
        "ontology.html", lambda: _values(request, world), links))


def _values(request: Request, world: World) -> Mapping[str, object]:
    found = glossary.terms(world.graph.source, world.built, sheet.reader(request))
    return {"groups": [(kind.rpartition("#")[2], [term for term in found if term.kind == kind])
                       for kind in glossary.KINDS],
            "tree": glossary.tree(found), "iri": glossary.NAMESPACE.rstrip("#"),
            "files": [(each.name, each.essence, f"/ns{each.suffix}") for each in TRIPLES]}
