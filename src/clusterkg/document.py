"""The RDF document about one thing: its facts, names for what they mention, and what it is itself.

Facts keep their named graphs, for the formats that can tell them; of a document in another format
every graph is one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from clusterkg import address
from clusterkg.answer import Source, Term
from clusterkg.entity import INFERRED, Entity, Fact
from clusterkg.integrity import MANIFEST
from clusterkg.representation import node, public
from clusterkg.retrieval import ask

_WHOLE = node("graph:all")


def of(thing: Entity, source: Source, built: Path | None) -> list[Quad]:
    """Give all that a document about a thing says; `built` is the folder of the version."""
    facts = [*thing.out, *thing.into]
    return [*(quad for fact in facts for quad in _quads(fact)),
            *(_quad(*statement) for statement in thing.nested), *_names(thing),
            *_about(thing, source, built)]


def modified(built: Path | None) -> datetime | None:
    """Tell when a version was built, or copied without its times; None for an endpoint.

    Tags of documents that say so depend on it, for a copy may have another date.
    """
    if built is None:
        return None
    return datetime.fromtimestamp(int((built / MANIFEST).stat().st_mtime), UTC)


def _quads(fact: Fact) -> Iterator[Quad]:
    graphs = (INFERRED,) if fact.inferred else fact.graphs
    for graph in graphs:
        yield Quad(*fact.statement, NamedNode(graph))  # type: ignore[arg-type]  # as the engine gave it
    if not graphs:
        yield _quad(*fact.statement)


def _quad(subject: Term, predicate: Term, value: Term) -> Quad:
    return Quad(subject, predicate, value, DefaultGraph())  # type: ignore[arg-type]  # ditto


def _names(thing: Entity) -> Iterator[Quad]:
    own = {fact.statement for fact in thing.out}
    for iri, labels in thing.names.items():
        for label in labels:
            if (NamedNode(iri), node("rdfs:label"), label) not in own:
                yield _quad(NamedNode(iri), node("rdfs:label"), label)


def _about(thing: Entity, source: Source, built: Path | None) -> Iterator[Quad]:
    own = public(address.path("data", thing.iri))
    yield _quad(own, node("rdf:type"), node("foaf:Document"))
    yield _quad(own, node("foaf:primaryTopic"), NamedNode(thing.iri))
    yield _quad(own, node("void:inDataset"), _WHOLE)
    date = modified(built)
    if date:
        yield _quad(own, node("dcterms:modified"),
                    Literal(date.isoformat(), datatype=node("xsd:dateTime")))
    graphs = {graph for fact in (*thing.out, *thing.into) for graph in fact.graphs}
    documents = {one.document.value for one in thing.sources
                 if isinstance(one.document, NamedNode)}
    for iri in sorted(graphs | documents):
        yield _quad(own, node("dcterms:source"), NamedNode(iri))
    for licence in {licence for _, licence in ask(source, "licences", graphs) if licence}:
        yield _quad(own, node("dcterms:license"), licence)
    for side in sorted(thing.truncated):
        yield _quad(own, node("rdfs:comment"), Literal(_SHORTENED[side], language="en"))


_SHORTENED = {
    "into": "Not every statement that points at this thing is here; ask for all at the endpoint.",
    "out": "Not every statement about this thing is here; ask for all at the endpoint."}
