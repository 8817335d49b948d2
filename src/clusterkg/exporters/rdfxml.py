"""RDF/XML: sorted, for tools that read nothing else; all graphs in one."""

import re
from collections.abc import Iterable
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad

from clusterkg import canonical
from clusterkg.errors import RefusedError
from clusterkg.layout import Object, Properties, Subject, laid_out, predicate_order
from clusterkg.markup import attribute, content, unsayable
from clusterkg.namespaces import expand, prefixes

MEDIA_TYPE = "application/rdf+xml"
SUFFIX = ".rdf"

# What every edition of XML 1.0 takes as a name's letters, and nothing more.
_LETTER = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u4e00-\u9fa5"
_LOCAL_NAME = re.compile(rf"[{_LETTER}][{_LETTER}0-9.-]*\Z")
_XML = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
_RDF = expand("rdf:")
# RDF/XML 1.1, 7.2.5: syntax terms and withdrawn terms are no property elements; rdf:li is counted.
_TAKEN = {_RDF + name for name in (
    "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description",
    "aboutEach", "aboutEachPrefix", "bagID", "li")}
_ADVICE = "; export as turtle or ntriples"


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write the distinct triples of all graphs.

    Raises RefusedError for a predicate that cannot be an element's name, and for a literal with a
    character that XML 1.0 cannot hold.
    """
    layout = laid_out(canonical.union(quads))
    subjects = layout.graphs.get(DefaultGraph(), {})
    names = _names({predicate.value for found in subjects.values() for predicate in found})
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(_opening(names).encode())
    for subject, properties in subjects.items():
        out.write(_element(subject, properties, names).encode())
    out.write(b"</rdf:RDF>\n")


def _names(predicates: set[str]) -> dict[str, tuple[str, str, str]]:
    """Map each predicate to (prefix, namespace, local name)."""
    known = {namespace: prefix for prefix, namespace in prefixes().items()}
    split = {iri: _split(iri) for iri in sorted(predicates)}
    strange = sorted({namespace for namespace, _ in split.values()} - known.keys())
    known |= {namespace: f"ns{number}" for number, namespace in enumerate(strange, 1)}
    return {iri: (known[namespace], namespace, local) for iri, (namespace, local) in split.items()}


def _split(iri: str) -> tuple[str, str]:
    local = _LOCAL_NAME.search(iri)
    if local is None or iri in _TAKEN or iri[:local.start()] in _XML:
        raise RefusedError(f"RDF/XML has no element name for the predicate <{iri}>{_ADVICE}")
    return iri[:local.start()], local[0]


def _opening(names: dict[str, tuple[str, str, str]]) -> str:
    taken = {(prefix, namespace) for prefix, namespace, _ in names.values()} | {("rdf", _RDF)}
    lines = "".join(f"\n    xmlns:{prefix}={attribute(namespace)}"
                    for prefix, namespace in sorted(taken))
    return f"<rdf:RDF{lines}>\n"


def _element(subject: Subject, properties: Properties,
             names: dict[str, tuple[str, str, str]]) -> str:
    lines = [f"    {_property(names[predicate.value], term)}\n"
             for predicate in sorted(properties, key=predicate_order)
             for term in properties[predicate]]
    return (f"  <rdf:Description {_reference(subject, 'about')}>\n{''.join(lines)}"
            "  </rdf:Description>\n")


def _property(name: tuple[str, str, str], term: Object) -> str:
    tag = f"{name[0]}:{name[2]}"
    if not isinstance(term, Literal):
        return f"<{tag} {_reference(term, 'resource')}/>"
    if unsayable(term.value):
        raise RefusedError(f"RDF/XML cannot hold a character of the literal {term}{_ADVICE}")
    return f"<{tag}{_kind(term)}>{content(term.value)}</{tag}>"


def _kind(literal: Literal) -> str:
    if literal.language:
        return f" xml:lang={attribute(literal.language)}"
    plain = literal.datatype.value == expand("xsd:string")
    return "" if plain else f" rdf:datatype={attribute(literal.datatype.value)}"


def _reference(term: Subject, role: str) -> str:
    if isinstance(term, BlankNode):
        return f'rdf:nodeID="{term.value}"'
    return f"rdf:{role}={attribute(term.value)}"
