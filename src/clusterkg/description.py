"""VoID and DCAT: what a graph holds, from which sources, in which formats it is to be had."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import cast

import pyoxigraph as ox

import clusterkg
from clusterkg import discovery
from clusterkg.files import read_text
from clusterkg.namespaces import compress, expand, prefixes

_GRAPH = expand("graph:description")
_DATASET = expand("graph:all")
_INFERRED = expand("graph:inferred")
_TYPE, _LICENCE = expand("rdf:type"), expand("dcterms:license")
_CC_BY = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")

_QUERY = Path(__file__).with_suffix(".rq")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {"jsonld": "JSON-LD", "nquads": "N-Quads", "ntriples": "N-Triples",
                 "rdfxml": "RDF_XML", "trig": "TriG", "turtle": "Turtle"}

_Fact = tuple[str, str, int | ox.NamedNode | ox.Literal]  # subject's IRI, predicate's CURIE, value


def describe(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Describe the named graphs of `quads` and their union, in the graph `graph:description`.

    What lies in the default graph repeats the named graphs and is left out. Partitions have IRIs,
    so that no blank node needs a name. Numbers count distinct triples.
    """
    named = [quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode)
             and quad.graph_name.value != _GRAPH]
    counts = _Counts({quad.triple for quad in named})
    facts = (*_dataset(counts), *_distributions(), *_partitions(counts), *_subsets(named))
    return sorted({_quad(*fact) for fact in facts}, key=str)


class _Counts:
    """Count triples by class and property."""

    def __init__(self, triples: set[ox.Triple]):
        types = _types(triples)
        self.of_property = Counter(triple.predicate.value for triple in triples)
        self.of_class = Counter(kind for kinds in types.values() for kind in kinds)
        self.within: dict[str, Counter[str]] = defaultdict(Counter)
        for triple in triples:
            for kind in types.get(triple.subject, ()):
                self.within[kind][triple.predicate.value] += 1
        self.totals = {"triples": len(triples), "properties": len(self.of_property),
                       "classes": len(self.of_class),
                       "entities": sum(isinstance(node, ox.NamedNode) for node in types),
                       "distinctSubjects": len({triple.subject for triple in triples}),
                       "distinctObjects": len({triple.object for triple in triples})}


def _types(triples: Iterable[ox.Triple]) -> Mapping[object, set[str]]:
    found: dict[object, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
            found[triple.subject].add(triple.object.value)
    return found


def _dataset(counts: _Counts) -> Iterator[_Fact]:
    yield _GRAPH, "rdf:type", _node("void:DatasetDescription")
    yield _GRAPH, "foaf:primaryTopic", ox.NamedNode(_DATASET)
    yield _GRAPH, "dcterms:license", _CC_BY
    yield _DATASET, "rdf:type", _node("void:Dataset")
    yield _DATASET, "rdf:type", _node("dcat:Dataset")
    yield _DATASET, "dcterms:license", _CC_BY
    name, _, summary = (clusterkg.__doc__ or "").strip().partition(": ")
    yield _DATASET, "dcterms:title", ox.Literal(name, language="en")
    yield _DATASET, "dcterms:description", ox.Literal(summary, language="en")
    for term, number in counts.totals.items():
        yield _DATASET, f"void:{term}", number
    for namespace in prefixes().values():
        if any(iri.startswith(namespace) for iri in (*counts.of_class, *counts.of_property)):
            yield _DATASET, "void:vocabulary", ox.NamedNode(namespace)


def _distributions() -> Iterator[_Fact]:
    for name in discovery.names("exporters"):
        module = discovery.load("exporters", name)
        title, _, _ = (module.__doc__ or "").partition(":")
        part = f"{_GRAPH}.{name}"
        yield _DATASET, "dcat:distribution", ox.NamedNode(part)
        yield part, "rdf:type", _node("dcat:Distribution")
        yield part, "dcterms:title", ox.Literal(title, language="en")
        yield part, "dcterms:license", _CC_BY
        yield part, "dcat:mediaType", ox.NamedNode(_MEDIA_TYPES + module.MEDIA_TYPE)
        if name in _FORMAT_NAMES:
            yield _DATASET, "void:feature", ox.NamedNode(_FORMATS + _FORMAT_NAMES[name])


def _partitions(counts: _Counts) -> Iterator[_Fact]:
    yield from _by_property(_DATASET, _GRAPH, counts.of_property)
    for kind, number in counts.of_class.items():
        part = f"{_GRAPH}.{_name(kind)}"
        yield _DATASET, "void:classPartition", ox.NamedNode(part)
        yield part, "void:class", ox.NamedNode(kind)
        yield part, "void:entities", number
        yield from _by_property(part, part, counts.within[kind])


def _by_property(whole: str, stem: str, numbers: Mapping[str, int]) -> Iterator[_Fact]:
    for iri, number in numbers.items():
        part = f"{stem}.{_name(iri)}"
        yield whole, "void:propertyPartition", ox.NamedNode(part)
        yield part, "void:property", ox.NamedNode(iri)
        yield part, "void:triples", number


def _subsets(named: list[ox.Quad]) -> Iterator[_Fact]:
    stated = {str(quad.graph_name): quad.object for quad in named
              if quad.subject == quad.graph_name and quad.predicate.value == _LICENCE}
    for graph, number in Counter(quad.graph_name for quad in set(named)).items():
        if isinstance(graph, ox.NamedNode):
            licence = stated.get(str(graph))
            yield _DATASET, "void:subset", graph
            yield graph.value, "rdf:type", _node("void:Dataset")
            yield graph.value, "void:triples", number
            yield graph.value, "dcterms:license", (
                licence if isinstance(licence, ox.NamedNode) else _CC_BY)
    yield from _documents(named)


def _documents(named: list[ox.Quad]) -> Iterator[_Fact]:
    store = ox.Store()
    store.bulk_extend(quad for quad in named if quad.graph_name != ox.NamedNode(_INFERRED))
    for graph, document in cast(ox.QuerySolutions, store.query(read_text(_QUERY))):
        if isinstance(graph, ox.NamedNode) and isinstance(document, ox.NamedNode):
            yield graph.value, "dcterms:source", document


def _quad(subject: str, predicate: str, value: int | ox.NamedNode | ox.Literal) -> ox.Quad:
    if isinstance(value, int):
        value = ox.Literal(str(value), datatype=_node("xsd:integer"))
    return ox.Quad(ox.NamedNode(subject), _node(predicate), value, ox.NamedNode(_GRAPH))


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def _name(iri: str) -> str:
    """Give a part of a local name: the CURIE with a dot, or a checksum where there is none."""
    curie = compress(iri)
    if curie.startswith("<"):
        return sha256(iri.encode()).hexdigest()[:12]
    return curie.replace(":", ".")
