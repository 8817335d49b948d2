"""The questions as SHACL executables, where SPARQL editors look for examples."""

from clusterkg import examples, library, representation
from clusterkg.representation import Document
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/sparql/.well-known/sparql-examples": ("GET",),
         "/sparql/.well-known/sparql-examples.{form}": ("GET",),
         "/sparql/.well-known/sparql-examples/{name}": ("GET",)}
_PATH = "/sparql/.well-known/sparql-examples"


def respond(request: Request, world: World, form: str = "", name: str = "") -> Response:
    """Give all of them or one, in RDF; raise Problem 404 or 406."""
    files = world.graph.questions
    if not name:
        return representation.answer(request, world.checksum, Document(
            _PATH, lambda: examples.executables(world.questions)),
            representation.suffixed(form))
    key, named = representation.parted(name)
    one = library.found(key, files)
    return representation.answer(request, world.checksum, Document(
        f"{_PATH}/{one.name}", lambda: examples.executables([one])), named)
