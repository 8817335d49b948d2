"""JSON-LD 1.1: compact, keys by local name, the context inline; named graphs kept."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from clusterkg import canonical, context
from clusterkg.context import Context, Key
from clusterkg.declaration import ID, LANGUAGE
from clusterkg.layout import (
    TYPE,
    Graph,
    Layout,
    Object,
    Properties,
    Subject,
    laid_out,
    object_order,
    predicate_order,
)
from clusterkg.namespaces import expand

MEDIA_TYPE = "application/ld+json"
SUFFIX = ".jsonld"

_XSD_STRING = expand("xsd:string")
# Shorter than 16 digits: JSON readers keep whole numbers exactly up to 2^53.
_NATIVE = {expand("xsd:integer"): re.compile("0|-?[1-9][0-9]{0,14}"),
           expand("xsd:boolean"): re.compile("true|false")}


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write a dataset with the context that it needs."""
    ordered = canonical.dataset(quads)
    terms = Context(context.keys(ordered), _schemes(ordered))
    graph = _graph(ordered, terms)
    _write({"@context": terms.document(), "@graph": graph}, out)


def export_by_reference(quads: Iterable[Quad], out: BinaryIO, url: str) -> None:
    """Write a dataset with the address of the context that `write_context` gives."""
    ordered = canonical.dataset(quads)
    terms = Context(context.ontology_keys(), _schemes(ordered))
    hidden = dict.fromkeys(sorted(terms.shadowed))
    _write({"@context": [url, hidden] if hidden else url, "@graph": _graph(ordered, terms)}, out)


def write_context(out: BinaryIO) -> None:
    """Write the context of the whole ontology as a document of its own."""
    _write({"@context": context.whole()}, out)


def _write(document: dict[str, object], out: BinaryIO) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=2)
    out.write(f"{text}\n".encode())


def _schemes(quads: Iterable[Quad]) -> frozenset[str]:
    """Collect the schemes of all IRIs: `field:x` must not be read as a CURIE."""
    iris = {term.value for quad in quads for term in (*quad.triple, quad.graph_name)
            if isinstance(term, NamedNode)}
    iris |= {quad.object.datatype.value for quad in quads if isinstance(quad.object, Literal)}
    return frozenset(iri.partition(":")[0] for iri in iris)


def _graph(quads: Iterable[Quad], terms: Context) -> list[object]:
    layout = laid_out(quads)
    nodes = _Nodes(layout, terms)
    found: list[object] = []
    for graph in layout.graphs:
        inside = [nodes.node(subject, graph) for subject in layout.roots(graph)]
        if isinstance(graph, DefaultGraph):
            found = [*inside, *found]
        else:
            found.append({"@id": nodes.name(graph), "@graph": inside})
    return found


class _Nodes:
    """Turn subjects and values of a layout into JSON."""

    def __init__(self, layout: Layout, terms: Context):
        self._layout = layout
        self._terms = terms

    def name(self, term: Subject) -> str:
        return str(term) if isinstance(term, BlankNode) else self._terms.compact(term.value)

    def node(self, subject: Subject, graph: Graph) -> dict[str, object]:
        properties = self._layout.graphs[graph][subject]
        return {"@id": self.name(subject), **self._properties(properties, graph)}

    def _properties(self, properties: Properties, graph: Graph) -> dict[str, object]:
        found: dict[str, object] = {}
        for predicate in sorted(properties, key=predicate_order):
            fit, misfit = self._parted(properties[predicate], predicate)
            key = Key("@type", ID) if predicate == TYPE else self._terms.key(predicate)
            if fit:
                found[key.name] = self._values(fit, key, graph)
            if misfit:
                # Under the bare IRI nothing is assumed about a value.
                found[predicate.value] = self._values(misfit, Key(predicate.value, None), graph)
        return found

    def _parted(self, objects: Sequence[Object], predicate: NamedNode) -> (
            tuple[list[Object], list[Object]]):
        ordered = sorted(objects, key=object_order)
        fit = [term for term in ordered if self._fits(term, predicate)]
        return fit, [term for term in ordered if not self._fits(term, predicate)]

    def _fits(self, term: Object, predicate: NamedNode) -> bool:
        if predicate == TYPE:
            return not isinstance(term, Literal) and term not in self._layout.nested
        coercion = self._terms.key(predicate).coercion
        if not isinstance(term, Literal):
            return coercion in (None, ID)
        return coercion in (None, LANGUAGE if term.language else term.datatype.value)

    def _values(self, terms: list[Object], key: Key, graph: Graph) -> object:
        if key.coercion == LANGUAGE:
            return _by_language(terms)
        values = [self._value(term, key, graph) for term in terms]
        return values[0] if len(values) == 1 else values

    def _value(self, term: Object, key: Key, graph: Graph) -> object:
        if isinstance(term, Literal):
            return term.value if key.coercion else self._literal(term)
        if isinstance(term, BlankNode) and term in self._layout.nested:
            return self._in_place(term, graph)
        return self.name(term) if key.coercion else {"@id": self.name(term)}

    def _in_place(self, node: BlankNode, graph: Graph) -> object:
        members = self._layout.lists.get(node)
        if members is not None:
            bare = Key("", None)
            return {"@list": [_explicit(self._value(m, bare, graph)) for m in members]}
        return self._properties(self._layout.graphs[graph].get(node, {}), graph)

    def _literal(self, term: Literal) -> object:
        datatype = term.datatype.value
        if term.language:
            return {"@value": term.value, "@language": term.language}
        if datatype == _XSD_STRING:
            return term.value
        if datatype in _NATIVE and _NATIVE[datatype].fullmatch(term.value):
            return json.loads(term.value)
        return {"@value": term.value, "@type": self._terms.compact(datatype)}


def _by_language(terms: list[Object]) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for term in terms:
        if isinstance(term, Literal) and term.language:
            found.setdefault(term.language, []).append(term.value)
    return {language: texts[0] if len(texts) == 1 else texts for language, texts in found.items()}


def _explicit(value: object) -> object:
    """Keep a list's bare string or number from being read as what its key is about."""
    return value if isinstance(value, dict) else {"@value": value}
