"""The SHACL shapes that every version conforms to, as one document."""

from clusterkg import publication, representation
from clusterkg.representation import Document
from clusterkg.web.message import Request, Response
from clusterkg.world import World

PATHS = {"/shapes": ("GET",), "/shapes.{form}": ("GET",)}


def respond(request: Request, world: World, form: str = "") -> Response:
    """Give them in the format of the suffix, else as Accept prefers; raise Problem 404 or 406."""
    named = representation.suffixed(form)
    return representation.answer(request, world.checksum, Document(
        "/shapes", lambda: publication.shapes(world.built)), named)
