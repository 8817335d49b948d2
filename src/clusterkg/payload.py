"""The graph that a request carries: RDF in any format, or several files of a form."""

from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from pathlib import PurePath

import pyoxigraph as ox

from clusterkg import ntriples
from clusterkg.errors import UnreadableError
from clusterkg.files import RDF_SUFFIXES
from clusterkg.web import negotiation
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

_FORM = "multipart/form-data"
_MOST = 1000  # files of a form
_TYPES = (*(each.essence for each in negotiation.GRAPHS), _FORM)


def read(request: Request, base: str) -> list[ox.Triple]:
    """Read the triples; relative IRIs start from `base`, blank nodes get new names.

    Raises Problem 415 for another type, 400 for what cannot be read and for what is no graph.
    """
    if request.media_type() != _FORM:
        return list(_triples(request.body, request.headers.get("content-type", ""), base))
    return [triple for body, kind in _files(request) for triple in _triples(body, kind, base)]


def _triples(body: bytes, content_type: str, base: str) -> Iterator[ox.Triple]:
    form = _form(content_type)
    try:
        text = body.decode("utf-8-sig")
        ntriples.refuse_hostile_text(text, form)
        for quad in ox.parse(text, form, base_iri=base, rename_blank_nodes=True):
            yield _plain(quad)
    except SyntaxError as error:
        raise Problem(400, "syntax", f"the graph cannot be read: {error.msg}; mend it and send it "
                      "again", line=error.lineno) from error
    except (UnicodeDecodeError, UnreadableError) as error:
        what = error if isinstance(error, UnreadableError) else "it is not UTF-8"
        raise Problem(400, "syntax", f"the graph cannot be read: {what}") from error


def _plain(quad: ox.Quad) -> ox.Triple:
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        raise Problem(400, "several-graphs", "the body names graphs of its own; send the triples "
                                             "of one graph, whose IRI is in the address")
    if not is_known(quad.object):
        raise new_term(quad.object)
    return quad.triple


def is_known(term: object) -> bool:
    """Tell a term of RDF 1.1 from those that came with RDF 1.2."""
    if isinstance(term, ox.Literal):
        return term.direction is None
    return isinstance(term, ox.NamedNode | ox.BlankNode)


def new_term(term: object) -> Problem:
    """Say that a term is not known."""
    return Problem(400, "rdf-1.2", f"{str(term)[:200]} is a term of RDF 1.2; say it in RDF 1.1")


def _form(content_type: str) -> ox.RdfFormat:
    """Tell the format of a type; `choose` knows its other names, too."""
    essence, _, parameters = content_type.lower().partition(";")
    known = {name.partition(";")[0]: each.essence for each in negotiation.GRAPHS
             for name in (*(a for a in each.aliases if "rdf" in a or "turtle" in a),
                          each.media_type)}
    found = ox.RdfFormat.from_media_type(known.get(essence.strip(), ""))
    if found is None:
        raise Problem(415, "media-type", f"send a graph as one of {', '.join(_TYPES)}",
                      headers=(("Accept-Post", ", ".join(_TYPES)),))
    _, said, charset = parameters.partition("charset=")
    if said and charset.partition(";")[0].strip(' "') not in ("utf-8", "utf8"):
        raise Problem(400, "charset", "send the graph as UTF-8")
    return found


def _files(request: Request) -> Iterator[tuple[bytes, str]]:
    """Take a form apart: each file, with its type or, where it says none, that of its suffix."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    try:
        message = message_from_bytes(head + request.body, policy=policy.HTTP)
        parts = list(message.iter_parts())
    except (RecursionError, ValueError, LookupError) as error:
        raise _no_form() from error
    if not parts or len(parts) > _MOST or message.defects:
        raise _no_form()
    for part in parts:
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            raise _no_form()
        yield body, _type(dict(part.items()), part.get_filename() or "")


def _type(headers: Mapping[str, str], name: str) -> str:
    said = {key.lower(): value for key, value in headers.items()}.get("content-type", "")
    if said.partition(";")[0].strip().lower() in ("", "application/octet-stream"):
        return RDF_SUFFIXES.get(PurePath(name).suffix.lower(), said)
    return said


def _no_form() -> Problem:
    return Problem(400, "form", f"the body is no {_FORM} with up to {_MOST} files")
