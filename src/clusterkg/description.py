"""VoID and DCAT: what a graph holds, from which sources, in which formats it is to be had."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

import clusterkg
from clusterkg import census, discovery
from clusterkg.files import read_text
from clusterkg.namespaces import compress, expand, prefixes
from clusterkg.tables import Connection

_GRAPH = expand("graph:description")
_DATASET = expand("graph:all")
_LICENCE = expand("dcterms:license")
_CC_BY = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")

_DOCUMENTS = Path(__file__).with_suffix(".sql")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {"jsonld": "JSON-LD", "nquads": "N-Quads", "ntriples": "N-Triples",
                 "rdfxml": "RDF_XML", "trig": "TriG", "turtle": "Turtle"}

_BY_PROPERTY = "SELECT p.value, c.n FROM census_property AS c JOIN term AS p ON p.id = c.p"
_BY_CLASS = "SELECT k.value, c.n FROM census_class AS c JOIN term AS k ON k.id = c.class"
_BY_BOTH = """
SELECT k.value, p.value, c.n FROM census_both AS c
JOIN term AS k ON k.id = c.class JOIN term AS p ON p.id = c.p"""
_TOTALS = """
SELECT triples, (SELECT count(*) FROM census_property), (SELECT count(*) FROM census_class),
       entities, subjects, objects FROM census_total"""
_NAMES = ("triples", "properties", "classes", "entities", "distinctSubjects", "distinctObjects")
_BY_GRAPH = """
SELECT g.value, c.n, l.licence FROM census_graph AS c JOIN term AS g ON g.id = c.g
LEFT JOIN (
    SELECT d.g, min(o.value) AS licence FROM {relation} AS d
    JOIN term AS o ON o.id = d.o AND o.kind = 'iri'
    WHERE d.s = d.g AND d.p = (SELECT id FROM term WHERE kind = 'iri' AND value = '{licence}')
    GROUP BY d.g) AS l ON l.g = c.g"""
_DESCRIBED = """
CREATE OR REPLACE TEMP VIEW described AS
SELECT r.g, r.s, r.p, r.o FROM {relation} AS r WHERE r.g IN {graphs}"""
_DOCUMENTS_OF = """
SELECT g.value, d.value FROM ({documents}) AS f JOIN term AS g ON g.id = f.g
JOIN term AS d ON d.id = f.document AND d.kind = 'iri'"""

_Fact = tuple[str, str, int | ox.NamedNode | ox.Literal]  # subject's IRI, predicate's CURIE, value


def describe(connection: Connection, relation: str = "quad") -> list[ox.Quad]:
    """Describe the named graphs of `relation` and their union, in the graph `graph:description`.

    `relation` is a table or a parenthesised SELECT with columns g, s, p, o, of which the tables of
    `census` hold the counts. What lies in the default graph repeats the named graphs and is left
    out. Partitions have IRIs, so that no blank node needs a name. Numbers count distinct triples.
    """
    counts = _Counts(connection)
    facts = (*_dataset(counts), *_distributions(), *_partitions(counts),
             *_subsets(connection, relation))
    return sorted({_quad(*fact) for fact in facts}, key=str)


class _Counts:
    """Count triples by class and property."""

    def __init__(self, connection: Connection):
        self.of_property: dict[str, int] = dict(connection.execute(_BY_PROPERTY).fetchall())
        self.of_class: dict[str, int] = dict(connection.execute(_BY_CLASS).fetchall())
        self.within: dict[str, dict[str, int]] = defaultdict(dict)
        for kind, link, number in connection.execute(_BY_BOTH).fetchall():
            self.within[kind][link] = number
        numbers = connection.execute(_TOTALS).fetchone() or ()
        self.totals: dict[str, int] = dict(zip(_NAMES, numbers, strict=True))


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


def _subsets(connection: Connection, relation: str) -> Iterator[_Fact]:
    graphs = connection.execute(_BY_GRAPH.format(relation=relation, licence=_LICENCE)).fetchall()
    for graph, number, licence in graphs:
        yield _DATASET, "void:subset", ox.NamedNode(graph)
        yield graph, "rdf:type", _node("void:Dataset")
        yield graph, "void:triples", number
        yield graph, "dcterms:license", ox.NamedNode(licence) if licence else _CC_BY
    named = census.counted(connection)
    connection.execute(_DESCRIBED.format(relation=relation, graphs=named))
    documents = _DOCUMENTS_OF.format(documents=read_text(_DOCUMENTS))
    for graph, document in connection.execute(documents).fetchall():
        yield graph, "dcterms:source", ox.NamedNode(document)
    connection.execute("DROP VIEW described")


def _quad(subject: str, predicate: str, value: int | ox.NamedNode | ox.Literal) -> ox.Quad:
    if isinstance(value, int):
        value = ox.Literal(str(value), datatype=_node("xsd:integer"))
    return ox.Quad(ox.NamedNode(subject), _node(predicate), value, ox.NamedNode(_GRAPH))


@cache
def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


@lru_cache(maxsize=10_000)
def _name(iri: str) -> str:
    """Give a part of a local name: the CURIE with a dot, or a checksum where there is none."""
    curie = compress(iri)
    if curie.startswith("<"):
        return sha256(iri.encode()).hexdigest()[:12]
    return curie.replace(":", ".")
