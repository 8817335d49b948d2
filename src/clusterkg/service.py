"""What the SPARQL endpoint says of itself: in RDF (SPARQL Service Description), or as a page."""

import html
from collections.abc import Iterator
from urllib.parse import quote

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

# A page for people who come with a browser; it works without a script and asks no other host.
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SPARQL</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">
<link rel="alternate" type="text/turtle" href="/sparql"></head>
<body><main><h1>SPARQL</h1>
<form action="/sparql" method="get">
<p><label for="query">Query</label><br>
<textarea id="query" name="query" rows="16" cols="80" spellcheck="false" required>{first}</textarea>
</p><p><button>Ask</button></p></form>
<p>The known prefixes need no declaration. The default graph holds every statement once, stated or
inferred; each source has a named graph of its own.</p>
<h2>Examples</h2><ul>{examples}</ul>
<p><a href="/queries">All questions</a> &middot; <a href="/">Start page</a></p>
</main></body></html>
"""
_EXAMPLES = {
    "Which classes have members?":
        "SELECT ?class (COUNT(?thing) AS ?members)\nWHERE { ?thing a ?class }\n"
        "GROUP BY ?class ORDER BY DESC(?members)",
    "Which named graphs are there?":
        "SELECT ?graph (COUNT(*) AS ?triples)\nWHERE { GRAPH ?graph { ?s ?p ?o } }\n"
        "GROUP BY ?graph ORDER BY DESC(?triples)",
    "Which things have a label?": "SELECT ?thing ?label\nWHERE { ?thing rdfs:label ?label }\n"
                                  "LIMIT 20",
    "Which examples does the graph itself hold?":
        "SELECT ?question ?text\nWHERE { ?question a sh:SPARQLExecutable ; rdfs:comment ?text }\n"
        "LIMIT 100"}


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


def page() -> bytes:
    """Write the page with a form and examples."""
    examples = "".join(f'<li><a href="/sparql?query={quote(text, safe="")}">{html.escape(title)}'
                       f"</a><pre>{html.escape(text)}</pre></li>"
                       for title, text in _EXAMPLES.items())
    first = next(iter(_EXAMPLES.values()))
    return _PAGE.format(first=html.escape(first), examples=examples).encode()


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
