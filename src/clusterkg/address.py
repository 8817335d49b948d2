"""From the address of a thing to its IRI and back, whatever the host: `/page/<type>/<key>`.

Things have the IRIs `<BASE>id/<type>/<key>`, concepts `<BASE>voc/<scheme>/<key>`; behind `/page/`
and `/data/` the first lack their `id/`.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from pyoxigraph import NamedNode

from clusterkg import entity
from clusterkg.answer import Source
from clusterkg.errors import shortened
from clusterkg.namespaces import BASE
from clusterkg.web import link
from clusterkg.web.link import Link
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

_THINGS, _CONCEPTS = "id/", "voc/"
_NOT_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_HARMLESS = re.compile(r"(?:%(?!2[35Ff]|3[Ff])[0-9A-Fa-f]{2})+")  # but for # % / ?
_SPELLED = (re.compile("(?!)"), _NOT_ASCII, _HARMLESS)  # what is written out; first nothing
_QUESTION = re.compile("%3[Ff]")


def rest(iri: str) -> str | None:
    """Give what follows `/page/` and `/data/` in a thing's addresses; None for no such thing."""
    local = iri.removeprefix(BASE)
    if iri.startswith(BASE + _THINGS):
        return local.removeprefix(_THINGS)
    return local if iri.startswith(BASE + _CONCEPTS) else None


def path(kind: str, iri: str) -> str:
    """Give the path of a thing's `page` or `data`; raise ValueError for no such thing.

    What follows a `?` belongs to the IRI, so that it is escaped in the path.
    """
    found = rest(iri)
    if not found:
        raise ValueError(f"{iri} has no {kind}")
    return f"/{kind}/{found.replace('?', '%3F')}"


def spellings(request: Request, before: str) -> list[str]:
    """List the IRIs that a path can mean, the likeliest first; `before` is dropped from it.

    A path is an IRI as URLs spell it: what is escaped may be written out in the IRI, or not. An IRI
    that is asked for by itself may have a query, that of a page or of data is the reader's.
    """
    whole = request.target.partition("#")[0]
    raw = whole.partition("?")[0]
    asked = [whole, raw] if before.removeprefix("/") in (_THINGS, _CONCEPTS) else [raw]
    given = [pattern.sub(_written_out, each) for each in asked for pattern in _SPELLED]
    given += [_QUESTION.sub("?", each) for each in given]
    ends = [each.removeprefix(before) for each in given if each.startswith(before)]
    return list(dict.fromkeys(iri for end in ends if end for iri in _iri(before, end)))


def found(iris: Sequence[str], source: Source) -> str:
    """Choose the first that something is known of.

    Raises Problem 404 where none ever was, 410 for one that was withdrawn.
    """
    gone = entity.withdrawn(iris, source)
    for iri in iris:
        if iri in gone:
            raise withdrawn(iri, gone[iri])
        if entity.known([iri], source):
            return iri
    raise Problem(404, "not-found", f"nothing is known of {shortened(iris[0])}; look for its "
                                    "name at /" if iris else "this is no address of a thing")


def withdrawn(iri: str, successors: tuple[str, ...]) -> Problem:
    """Say that a thing was withdrawn, and what replaces it."""
    links = link.header(Link(each, "successor-version") for each in successors)
    instead = f"; see {', '.join(successors)}" if successors else "; nothing replaces it"
    return Problem(410, "withdrawn", f"{iri} was withdrawn{instead}",
                   headers=(("Link", links),) if links else (), isReplacedBy=list(successors))


def _written_out(escaped: re.Match[str]) -> str:
    return unquote(escaped[0], errors="replace")


def _iri(before: str, end: str) -> Iterator[str]:
    own = before.removeprefix("/")
    start = own if own in (_THINGS, _CONCEPTS) else "" if end.startswith(_CONCEPTS) else _THINGS
    try:
        yield NamedNode(f"{BASE}{start}{end}").value
    except ValueError:
        return
