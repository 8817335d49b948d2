"""The questions as SHACL executables, as SPARQL editors look for examples.

The IRIs stay what they are wherever the questions are served. A published text can be run as it
is: parameters with a default have it, the others are variables that match everything.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from clusterkg import binding, parameter
from clusterkg.errors import UsageError
from clusterkg.namespaces import expand, prefixes
from clusterkg.parameter import Parameter
from clusterkg.query import Query, every

ENDPOINT = "https://w3id.org/clusterkg/sparql"
GRAPH = f"{ENDPOINT}/.well-known/sparql-examples"
_PREFIXES = f"{GRAPH}#prefixes"
_NUMBERS = {"integer", "number"}

_Fact = tuple[str, str, ox.NamedNode | ox.Literal]  # subject's IRI, predicate's CURIE, value


def executables(questions: Iterable[Query]) -> list[ox.Quad]:
    """Describe each question and the prefix map, in the graph `GRAPH`, without blank nodes."""
    facts = [*_prefixes(), *(fact for question in questions for fact in _question(question))]
    return [ox.Quad(ox.NamedNode(subject), _node(predicate), value, ox.NamedNode(GRAPH))
            for subject, predicate, value in facts]


@lru_cache(maxsize=1)
def of_texts(texts: tuple[tuple[Path, str], ...]) -> Sequence[ox.Quad]:
    """Describe the questions in some files; the same are not read again by the next build."""
    return executables(every(dict(texts)))


def iri(question: Query) -> str:
    """Name a question."""
    return f"{GRAPH}/{question.name}"


def text(question: Query) -> str:
    """Write a question's SPARQL without its header, with defaults in place."""
    lines = [line for line in question.text.splitlines() if not line.startswith("#+")]
    return binding.place("\n".join(lines).strip() + "\n", dict(_terms(question)))


def _terms(question: Query) -> Iterator[tuple[str, str | None]]:
    for one in question.parameters:
        value = one.default
        if value is None and one.kind in _NUMBERS and not one.optional:
            # It may stand where no variable may, as after LIMIT.
            value = question.header.example.get(one.name, "10")
        yield one.variable, None if value is None else _term(one, value)


def _term(one: Parameter, value: str) -> str | None:
    """Write a value as a term; None for a label, which only a graph can tell the IRI of."""
    if one.kind != "iri":
        return parameter.literal(one, value)
    named = value.startswith(("http://", "https://", "urn:", "<"))
    try:
        return str(ox.NamedNode(value.strip("<>") if named else expand(value)))
    except (UsageError, ValueError):
        return None


def _question(question: Query) -> Iterator[_Fact]:
    subject = iri(question)
    yield subject, "rdf:type", _node("sh:SPARQLExecutable")
    yield subject, "rdf:type", _node("sh:SPARQLSelectExecutable")
    yield subject, "rdfs:comment", ox.Literal(question.summary, language="en")
    for language, title in question.header.titles.items():
        # Editors show a comment an example; the other languages are titles.
        yield subject, "dcterms:title", ox.Literal(title, language=language)
    if question.description:
        yield subject, "dcterms:description", ox.Literal(question.description, language="en")
    yield subject, "sh:prefixes", ox.NamedNode(_PREFIXES)
    yield subject, "sh:select", ox.Literal(text(question))
    for tag in question.header.tags:
        yield subject, "schema:keywords", ox.Literal(tag)
    yield subject, "schema:target", ox.NamedNode(ENDPOINT)


def _prefixes() -> Iterator[_Fact]:
    for prefix, namespace in sorted(prefixes().items()):
        one = f"{GRAPH}#prefix-{prefix}"
        yield _PREFIXES, "sh:declare", ox.NamedNode(one)
        yield one, "sh:prefix", ox.Literal(prefix)
        yield one, "sh:namespace", ox.Literal(namespace, datatype=_node("xsd:anyURI"))


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))
