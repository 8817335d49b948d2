"""The whole graph as files with checksums."""

import base64
from collections.abc import Callable
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

from clusterkg import dump
from clusterkg.dump import Dump
from clusterkg.errors import shortened
from clusterkg.web import condition, link
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem
from clusterkg.world import World

PATHS = {"/dumps": ("GET",), "/dumps/{name}": ("GET",)}
_SUM = ".sha256"
_WAIT = 3.0  # seconds for a small graph's to be written
_PIECE = 65536


def respond(request: Request, world: World, name: str = "") -> Response:
    """Give a file, or with `.sha256` its checksum; the list of them is the catalogue.

    Raises Problem 404, and 503 while they are being written.
    """
    if not name:
        return Response(303, (("Location", link.absolute(request.base, "/catalogue")),))
    built, of = world.built, name.removesuffix(_SUM)
    if built is None or of not in dump.FORMATS:
        files = ", ".join(dump.FORMATS) if built else "none of an endpoint's graph"
        raise Problem(404, "not-found", f"no dump is called {shortened(name)}; there are {files}")
    found = _written(built).get(of)
    if found is None:
        raise Problem(503, "being-written", "the dumps of this version are being written; ask "
                      "again in a moment", headers=(("Retry-After", "5"),))
    tag = condition.etag(found.sha256, request, name)
    if name.endswith(_SUM):
        body = f"{found.sha256}  {found.name}\n".encode()
        plain = (("Content-Type", "text/plain; charset=utf-8"),)
        return condition.tagged(Response(200, plain, body), request, tag)
    path = dump.folder(built) / found.name
    return condition.tagged(Response(200, _headers(request, found), _reader(path)), request, tag)


def _written(built: Path) -> dict[str, Dump]:
    return dict(dump.wait(built, _WAIT))


def _headers(request: Request, found: Dump) -> tuple[tuple[str, str], ...]:
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    checksum = Link(link.absolute(request.base, f"/dumps/{found.name}{_SUM}"), "describedby",
                    "text/plain")
    return (("Content-Type", dump.MEDIA_TYPE), ("Content-Length", str(found.size)),
            ("Content-Disposition", f"attachment; filename*=UTF-8''{found.name}"),
            ("Repr-Digest", f"sha-256=:{digest}:"), ("Digest", f"sha-256={digest}"),
            ("Link", link.header([checksum])))


def _reader(path: Path) -> Callable[[BinaryIO], None]:
    def read(out: BinaryIO) -> None:
        with path.open("rb") as file:
            copyfileobj(file, out, _PIECE)

    return read
