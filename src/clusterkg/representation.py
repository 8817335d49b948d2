"""One document of triples in the formats that it is offered in, with the head that says so."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import NamedNode, Quad

from clusterkg import canonical, discovery
from clusterkg.errors import RefusedError, shortened
from clusterkg.namespaces import BASE, expand
from clusterkg.web import condition, link, negotiation
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import GRAPHS, Format
from clusterkg.web.problem import Problem

_ORDER = ("turtle", "jsonld", "rdfxml", "ntriples")
TRIPLES: tuple[Format, ...] = tuple(sorted(
    (each for each in GRAPHS if each.name in _ORDER), key=lambda each: _ORDER.index(each.name)))
QUADS: tuple[Format, ...] = tuple(each for each in GRAPHS if each.name not in _ORDER)


@dataclass(frozen=True)
class Document:
    """A document: its own path, without a suffix, as an IRI writes it, and what it says."""

    path: str
    quads: Callable[[], Iterable[Quad]]
    offered: Sequence[Format] = TRIPLES
    links: Sequence[Link] = ()
    state: str = ""  # what it says beside what the version does, for its tag


def node(curie: str) -> NamedNode:
    """Give the IRI of a CURIE as a term."""
    return NamedNode(expand(curie))


def parted(address: str, offered: Sequence[Format] = TRIPLES) -> tuple[str, Format | None]:
    """Part the suffix of a format from an address; None where there is none."""
    found = next((each for each in offered if address.endswith(each.suffix)), None)
    return (address.removesuffix(found.suffix), found) if found else (address, None)


def suffixed(form: str) -> Format | None:
    """Give the format of a suffix without its dot; None for none. Raises Problem 404."""
    found = next((each for each in TRIPLES if each.suffix == f".{form}"), None)
    if form and found is None:
        offered = ", ".join(each.suffix for each in TRIPLES)
        raise Problem(404, "not-found", f"this document is not offered as .{shortened(form)}, but "
                                        f"as {offered}")
    return found


def answer(request: Request, version: str, document: Document, named: Format | None) -> Response:
    """Give the document in the format that was `named`, else as Accept prefers.

    `version` is `World.checksum`. Raises Problem 406 with what is offered.
    """
    form = named or negotiation.choose(request.headers.get("accept"), document.offered)
    tag = condition.etag(version, request, f"{form.name} {document.state}")
    headers = (("Content-Type", form.media_type), ("Vary", "Accept"),
               ("Content-Location", url(request.base, document.path + form.suffix)),
               ("Link", link.header((*alternates(request.base, document.path, document.offered),
                                     *document.links, described(request.base)))))
    return condition.answer(request, tag, headers, lambda: Response(
        200, headers, written(document.quads(), form, document.offered)))


def alternates(base: str, path: str, offered: Sequence[Format] = TRIPLES) -> list[Link]:
    """Give a link to each form of a document."""
    return [Link(url(base, path + each.suffix), "alternate", each.essence)
            for each in offered]


def described(base: str) -> Link:
    """Give the link to what describes the whole graph."""
    return Link(link.absolute(base, "/.well-known/void"), "describedby")


def written(quads: Iterable[Quad], form: Format, offered: Sequence[Format] = TRIPLES) -> bytes:
    """Write quads, all in one graph where the format is one of triples.

    Raises Problem 406 for what the format cannot say, with those that can.
    """
    out = io.BytesIO()
    said = canonical.merged(quads) if form in TRIPLES else quads
    try:
        discovery.load("exporters", form.name).export(said, out)
    except RefusedError as error:
        others = [each.essence for each in offered if each != form]
        raise Problem(406, "not-acceptable", str(error), available=others) from error
    return out.getvalue()


def url(base: str, path: str) -> str:
    """Join what links begin with and a path as IRIs write it: what is escaped stays so."""
    return base.rstrip("/") + quote(path, safe="/:@!$&'()*+,;=~%")


def public(path: str) -> NamedNode:
    """Give the IRI that a path has wherever it is served."""
    return NamedNode(BASE.rstrip("/") + path)
