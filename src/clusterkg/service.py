"""What the SPARQL endpoint says of itself (SPARQL Service Description)."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from clusterkg.world import World

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
            "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
_REGIME = NamedNode("http://www.w3.org/ns/entailment/OWL-RDF-Based")
_PROFILE = NamedNode("http://www.w3.org/ns/owl-profile/RL")

Term = NamedNode | BlankNode


def description(world: World) -> Iterator[Quad]:
    """Describe the endpoint that `world` stands behind; blank nodes have fixed names."""
    service, endpoint = BlankNode("service"), NamedNode(f"{world.settings.base}/sparql")
    said: list[tuple[Term, str, Term]] = [
        (service, "endpoint", endpoint), (service, "supportedLanguage", _sd("SPARQL11Query"))]
    said += [(service, "resultFormat", NamedNode(_FORMATS + name)) for name in _RESULTS]
    if world.settings.is_writable:
        said.append((service, "supportedLanguage", _sd("SPARQL11Update")))
    if world.settings.services:
        said.append((service, "feature", _sd("BasicFederatedQuery")))
    yield _quad(service, _TYPE, _sd("Service"))
    if world.built is not None:
        said += [(service, "defaultEntailmentRegime", _REGIME),
                 (service, "defaultSupportedEntailmentProfile", _PROFILE),
                 (service, "defaultDataset", BlankNode("dataset"))]
        yield from _dataset(world)
    yield from (_quad(subject, _sd(name), value) for subject, name, value in said)


def _dataset(world: World) -> Iterator[Quad]:
    """Name the graphs; how large they are, says the description of the data."""
    dataset, default = BlankNode("dataset"), BlankNode("default")
    yield _quad(dataset, _TYPE, _sd("Dataset"))
    yield _quad(dataset, _sd("defaultGraph"), default)
    yield _quad(default, _TYPE, _sd("Graph"))
    names = sorted(graph.value for graph in world.store().named_graphs()
                   if isinstance(graph, NamedNode))
    for number, name in enumerate(names):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield _quad(dataset, _sd("namedGraph"), named)
        yield _quad(named, _TYPE, _sd("NamedGraph"))
        yield _quad(named, _sd("name"), NamedNode(name))
        yield _quad(named, _sd("graph"), graph)
        yield _quad(graph, _TYPE, _sd("Graph"))


def _quad(subject: Term, predicate: NamedNode, value: Term) -> Quad:
    return Quad(subject, predicate, value, DefaultGraph())


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
