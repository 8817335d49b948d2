"""The graph described for machines: VoID and DCAT 3, with where it is served and as which files.

What a build counted lies in the graph `graph:description`; here is added what only a server knows.
Addresses begin with `base`, IRIs stay what they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad

from clusterkg import discovery, dump
from clusterkg.answer import Source, Term
from clusterkg.dump import Dump
from clusterkg.namespaces import BASE, expand
from clusterkg.representation import node, public
from clusterkg.retrieval import ask, some
from clusterkg.web import link

WHOLE, DESCRIPTION = expand("graph:all"), expand("graph:description")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"
_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")

_LOOKED_AT, _EXAMPLES = 12, 5
_OF_WHOLE = [node(name) for name in ("dcterms:title", "dcterms:description", "dcterms:license",
                                     "rdf:type", "void:triples", "void:entities")]

_Fact = tuple[NamedNode, str, Term]  # subject, predicate's CURIE or IRI, value


@dataclass(frozen=True)
class Service:
    """Where and as what the graph is served; `modified` is None for an endpoint."""

    base: str
    version: str = ""
    modified: datetime | None = None
    dumps: Mapping[str, Dump] = field(default_factory=dict)

    @property
    def files(self) -> Iterable[str]:
        """Name the files that the whole is offered as."""
        return dump.FORMATS if self.version else ()

    def at(self, path: str) -> NamedNode:
        """Give an address."""
        return NamedNode(link.absolute(self.base, path))


def void(source: Source, service: Service) -> list[Quad]:
    """Describe the graph as VoID does: what it holds, where it is asked and fetched."""
    own, whole = public("/void"), NamedNode(WHOLE)
    described = _described(source)
    facts: list[_Fact] = [
        (own, "rdf:type", node("void:DatasetDescription")), (own, "foaf:primaryTopic", whole),
        (whole, "rdf:type", node("void:Dataset")),
        (whole, "void:sparqlEndpoint", service.at("/sparql")),
        (whole, "void:uriSpace", Literal(f"{BASE}id/")),
        (whole, "foaf:homepage", service.at("/")),
        *((whole, "void:dataDump", service.at(f"/dumps/{name}")) for name in service.files),
        *((whole, "void:exampleResource", thing) for thing in _examples(described, source)),
        *_modified(whole, service)]
    return [*described, *map(_quad, facts)]


def catalogue(source: Source, service: Service) -> list[Quad]:
    """Describe catalogue, datasets, files and services as DCAT does."""
    own, whole = public("/catalogue"), NamedNode(WHOLE)
    described = _described(source)
    facts: list[_Fact] = [
        (own, "rdf:type", node("dcat:Catalog")),
        (own, "dcterms:title", _english("Catalogue of clusterkg")),
        (own, "dcterms:description", _english("The graph, its sources, its files, and the services "
                                              "that answer about it.")),
        (own, "foaf:homepage", service.at("/")), (own, "dcat:dataset", whole),
        (whole, "rdf:type", node("dcat:Dataset")), (whole, "dcat:landingPage", service.at("/")),
        *_modified(own, service), *_modified(whole, service), *_services(service, own),
        *(fact for name in service.files for fact in _file(name, service))]
    return [*_datasets(described, own), *map(_quad, facts)]


def _described(source: Source) -> list[Quad]:
    return [_quad(fact) for fact in ask(source, "graph", [DESCRIPTION])]


def _examples(described: Iterable[Quad], source: Source) -> list[NamedNode]:
    """Give a thing of each of the larger classes of things."""
    classes = {quad.subject: quad.object for quad in described
               if quad.predicate == node("void:class")}
    sizes = {quad.subject: int(quad.object.value) for quad in described
             if quad.predicate == node("void:entities") and isinstance(quad.object, Literal)}
    largest = sorted(classes, key=lambda part: (-sizes.get(part, 0), str(part)))
    found: list[NamedNode] = []
    for part in largest[:_LOOKED_AT]:
        thing = next(some(source, "things", [getattr(classes[part], "value", "")], 1), (None,))
        found += [one for one in thing if isinstance(one, NamedNode) and one not in found]
    return found[:_EXAMPLES]


def _datasets(described: Iterable[Quad], own: NamedNode) -> Iterator[Quad]:
    """Choose what is said of the whole and of its sources."""
    whole = NamedNode(WHOLE)
    parts = {quad.object for quad in described if quad.predicate == node("void:subset")}
    for quad in described:
        if quad.subject == whole and quad.predicate in _OF_WHOLE:
            yield quad
            if quad.predicate == node("dcterms:license"):
                yield Quad(own, quad.predicate, quad.object)
        elif quad.subject in parts:
            yield quad
    for part in parts:
        if isinstance(part, NamedNode):
            name = unquote(part.value.removeprefix(expand("graph:")))
            facts: tuple[_Fact, ...] = (
                (part, "rdf:type", node("dcat:Dataset")), (part, "dcterms:title", Literal(name)),
                (part, "dcterms:isPartOf", whole), (whole, "dcterms:hasPart", part))
            yield from map(_quad, facts)


def _file(name: str, service: Service) -> Iterator[_Fact]:
    """Describe a dump; its size and checksum once it is written."""
    part = NamedNode(f"{DESCRIPTION}.{dump.FORMATS[name]}")
    exporter = discovery.load("exporters", dump.FORMATS[name])
    yield NamedNode(WHOLE), "dcat:distribution", part
    yield part, "rdf:type", node("dcat:Distribution")
    yield part, "dcterms:title", _english((exporter.__doc__ or "").partition(":")[0])
    yield part, "dcat:accessURL", service.at("/catalogue")
    yield part, "dcat:downloadURL", service.at(f"/dumps/{name}")
    yield part, "dcat:mediaType", NamedNode(_MEDIA_TYPES + exporter.MEDIA_TYPE)
    yield part, "dcat:compressFormat", NamedNode(_MEDIA_TYPES + dump.MEDIA_TYPE)
    written = service.dumps.get(name)
    if written:
        checksum = NamedNode(f"{part.value}.checksum")
        yield part, "dcat:byteSize", Literal(str(written.size),
                                             datatype=node("xsd:nonNegativeInteger"))
        yield part, f"{_SPDX}checksum", checksum
        yield checksum, "rdf:type", NamedNode(f"{_SPDX}Checksum")
        yield checksum, f"{_SPDX}algorithm", NamedNode(f"{_SPDX}checksumAlgorithm_sha256")
        yield checksum, f"{_SPDX}checksumValue", Literal(written.sha256,
                                                         datatype=node("xsd:hexBinary"))


def _services(service: Service, own: NamedNode) -> Iterator[_Fact]:
    for path, title, description in (("/sparql", "SPARQL endpoint", "/sparql"),
                                     ("/queries", "Questions", "/openapi.json")):
        one = public(path)
        yield own, "dcat:service", one
        yield one, "rdf:type", node("dcat:DataService")
        yield one, "dcterms:title", _english(title)
        yield one, "dcat:endpointURL", service.at(path)
        yield one, "dcat:endpointDescription", service.at(description)
        yield one, "dcat:servesDataset", NamedNode(WHOLE)
    yield public("/sparql"), "dcterms:conformsTo", _PROTOCOL


def _modified(subject: NamedNode, service: Service) -> Iterator[_Fact]:
    if service.modified:
        yield subject, "dcterms:modified", Literal(service.modified.isoformat(),
                                                   datatype=node("xsd:dateTime"))
        yield subject, "dcat:version", Literal(service.version)


def _english(text: str) -> Literal:
    return Literal(text, language="en")


def _quad(fact: Iterable[Term | str | None]) -> Quad:
    subject, predicate, value = fact
    if isinstance(predicate, str):
        predicate = NamedNode(predicate if "/" in predicate else expand(predicate))
    return Quad(subject, predicate, value)  # type: ignore[arg-type]  # as facts are written here
