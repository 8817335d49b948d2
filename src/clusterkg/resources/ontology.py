"""The ontology's IRIs: its modules and their versions as RDF, for editors such as Protégé.

A page is for those alone who name text/html; editors ask for */* as well as for RDF.
"""

from clusterkg import publication, representation
from clusterkg.representation import Document
from clusterkg.web import link, negotiation
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import Format
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/ns": ("GET",), "/ns.{form}": ("GET",), "/ns/{rest...}": ("GET",)}


def respond(request: Request, world: World, form: str = "", rest: str = "") -> Response:
    """Give a module; raise Problem 404 for what is none and for another version."""
    path, named = representation.parted(request.path)
    module = publication.ontology(representation.public(path).value, world.built)
    if module is None:
        raise Problem(404, "not-found", f"no part of the ontology has the address {path}, or its "
                                        "version is another one; /ns has the present one")
    accept = request.headers.get("accept")
    if named is None and negotiation.prefers_html(accept, representation.TRIPLES):
        return Response(303, (("Location", link.absolute(request.base, "/page/ns")),
                              ("Vary", "Accept"), ("Cache-Control", "no-cache")))
    return representation.answer(request, world.checksum, Document(path, lambda: module.quads),
                                 named or _chosen(accept))


def _chosen(accept: str | None) -> Format:
    """Choose a format; Turtle for who names none of them, so that there is always RDF.

    Of equals it is RDF/XML: OWLAPI names many, and asks again for each parser that does not fit.
    """
    offered = representation.TRIPLES
    if negotiation.prefers_rdf(accept):
        offered = tuple(sorted(offered, key=lambda each: each.name != "rdfxml"))
    try:
        return negotiation.choose(accept, offered)
    except Problem:
        return representation.TRIPLES[0]
