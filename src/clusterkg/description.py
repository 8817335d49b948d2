"""VoID and DCAT: what a graph holds, from which sources, in which formats it is to be had."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

import clusterkg
from clusterkg import discovery
from clusterkg.files import read_text
from clusterkg.namespaces import compress, expand, prefixes
from clusterkg.tables import Connection

_GRAPH = expand("graph:description")
_DATASET = expand("graph:all")
_TYPE, _LICENCE = expand("rdf:type"), expand("dcterms:license")
_CC_BY = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")

_DOCUMENTS = Path(__file__).with_suffix(".sql")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {"jsonld": "JSON-LD", "nquads": "N-Quads", "ntriples": "N-Triples",
                 "rdfxml": "RDF_XML", "trig": "TriG", "turtle": "Turtle"}

# Statements of named graphs but this one; each of their triples once; the classes of each subject.
_VIEWS = """
CREATE OR REPLACE TEMP TABLE described AS
SELECT DISTINCT r.g, r.s, r.p, r.o FROM {relation} AS r
JOIN term AS g ON g.id = r.g AND g.kind = 'iri' AND g.value <> '{own}' WHERE r.g <> 0;
CREATE OR REPLACE TEMP TABLE fact AS SELECT DISTINCT s, p, o FROM described;
CREATE OR REPLACE TEMP TABLE member AS
SELECT f.s, f.o AS class FROM fact AS f
JOIN term AS p ON p.id = f.p AND p.kind = 'iri' AND p.value = '{type}'
JOIN term AS o ON o.id = f.o AND o.kind = 'iri';
"""
_BY_PROPERTY = """
SELECT p.value, count(*) FROM fact AS f JOIN term AS p ON p.id = f.p GROUP BY p.value"""
_BY_CLASS = """
SELECT c.value, count(*) FROM member AS m JOIN term AS c ON c.id = m.class GROUP BY c.value"""
_BY_BOTH = """
SELECT c.value, p.value, n FROM (
    SELECT m.class, f.p, count(*) AS n FROM fact AS f JOIN member AS m USING (s)
    GROUP BY m.class, f.p) AS counted
JOIN term AS c ON c.id = counted.class JOIN term AS p ON p.id = counted.p"""
_TOTALS = """
SELECT (SELECT count(*) FROM fact), (SELECT count(DISTINCT p) FROM fact),
       (SELECT count(DISTINCT class) FROM member),
       (SELECT count(DISTINCT m.s) FROM member AS m JOIN term AS s ON s.id = m.s
        AND s.kind = 'iri'),
       (SELECT count(DISTINCT s) FROM fact), (SELECT count(DISTINCT o) FROM fact)"""
_NAMES = ("triples", "properties", "classes", "entities", "distinctSubjects", "distinctObjects")
_BY_GRAPH = """
SELECT g.value, count(*), min(o.value)
FROM described AS d JOIN term AS g ON g.id = d.g
LEFT JOIN term AS p ON p.id = d.p AND d.s = d.g AND p.value = '{licence}'
LEFT JOIN term AS o ON o.id = d.o AND p.id IS NOT NULL AND o.kind = 'iri'
GROUP BY g.value"""
_DOCUMENTS_OF = """
SELECT g.value, d.value FROM ({documents}) AS f JOIN term AS g ON g.id = f.g
JOIN term AS d ON d.id = f.document AND d.kind = 'iri'"""

_Fact = tuple[str, str, int | ox.NamedNode | ox.Literal]  # subject's IRI, predicate's CURIE, value


def describe(connection: Connection, relation: str = "quad") -> list[ox.Quad]:
    """Describe the named graphs of `relation` and their union, in the graph `graph:description`.

    `relation` is a table or a parenthesised SELECT with columns g, s, p, o. What lies in the
    default graph repeats the named graphs and is left out. Partitions have IRIs, so that no blank
    node needs a name. Numbers count distinct triples.
    """
    connection.execute(_VIEWS.format(relation=relation, own=_GRAPH, type=_TYPE))
    counts = _Counts(connection)
    facts = (*_dataset(counts), *_distributions(), *_partitions(counts), *_subsets(connection))
    connection.execute("DROP TABLE member; DROP TABLE fact; DROP TABLE described")
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


def _subsets(connection: Connection) -> Iterator[_Fact]:
    graphs = connection.execute(_BY_GRAPH.format(licence=_LICENCE)).fetchall()
    for graph, number, licence in graphs:
        yield _DATASET, "void:subset", ox.NamedNode(graph)
        yield graph, "rdf:type", _node("void:Dataset")
        yield graph, "void:triples", number
        yield graph, "dcterms:license", ox.NamedNode(licence) if licence else _CC_BY
    documents = _DOCUMENTS_OF.format(documents=read_text(_DOCUMENTS))
    for graph, document in connection.execute(documents).fetchall():
        yield graph, "dcterms:source", ox.NamedNode(document)


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
