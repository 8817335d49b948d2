"""The classes and properties of the ontology as a page shows them, each with its neighbours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from clusterkg import caption, publication
from clusterkg.answer import Source
from clusterkg.namespaces import BASE, compress, expand
from clusterkg.portrait import Shown
from clusterkg.retrieval import ask

NAMESPACE = f"{BASE}ns#"
CLASS = expand("owl:Class")
KINDS = tuple(map(expand, ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty",
                           "owl:AnnotationProperty")))
_TYPE = expand("rdf:type")
_IMPORTS = NamedNode(expand("owl:imports"))
# What a term is told beside its labels, and the same seen from the other end.
_NEIGHBOURS = {"rdfs:subClassOf": ("above", "below"), "rdfs:subPropertyOf": ("above", "below"),
               "rdfs:domain": ("domain", "described_by"), "rdfs:range": ("range", "value_of"),
               "owl:inverseOf": ("inverse", "inverse"),
               "owl:disjointWith": ("disjoint", "disjoint"),
               "owl:propertyDisjointWith": ("disjoint", "disjoint")}
_ORDER = ("above", "below", "domain", "range", "inverse", "disjoint", "described_by", "value_of")


@dataclass(frozen=True)
class Term:
    """A class or property; `neighbours` are by the name of a word, in the order of the page."""

    iri: str
    anchor: str
    kind: str
    label: Shown
    names: tuple[Shown, ...] = ()
    definition: Shown | None = None
    traits: tuple[str, ...] = ()
    neighbours: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    examples: tuple[Shown, ...] = ()
    used: int | None = None


@dataclass(frozen=True)
class Branch:
    """A class in the tree of classes."""

    term: Shown
    below: tuple["Branch", ...] = ()


def terms(source: Source, built: Path | None, reader: str) -> list[Term]:
    """List every class and property by its label; none is used where nothing was counted."""
    book = _Book(_quads(built), reader)
    used = usage(source)
    found = [book.term(iri, kind, used) for iri, kind in book.kinds()]
    return sorted(found, key=lambda term: (KINDS.index(term.kind), term.label.text.lower()))


def usage(source: Source) -> dict[str, int]:
    """Map classes to the number of their things, and properties to that of their statements."""
    rows = ask(source, "usage", [expand("graph:all")])
    return {term.value: int(number.value) for _, term, number in rows
            if isinstance(term, NamedNode) and isinstance(number, Literal)}


def tree(found: Iterable[Term]) -> list[Branch]:
    """Put classes below those above them; one with two stands twice."""
    classes = {term.iri: term for term in found if term.kind == CLASS}
    roots = [term for term in classes.values()
             if not any(each.iri in classes for each in term.neighbours.get("above", ()))]
    return [_branch(term, classes, frozenset()) for term in roots]


def _branch(term: Term, classes: Mapping[str, Term], above: frozenset[str]) -> Branch:
    within = above | {term.iri}
    return Branch(term.label, tuple(
        _branch(classes[each.iri], classes, within) for each in term.neighbours.get("below", ())
        if each.iri in classes and each.iri not in within))


def _quads(built: Path | None) -> list[Quad]:
    """Give the ontology and all that it imports from its own documents."""
    found: list[Quad] = []
    waiting, seen = [NAMESPACE.rstrip("#")], set[str]()
    while waiting:
        iri = waiting.pop()
        module = None if iri in seen else publication.ontology(iri, built)
        seen.add(iri)
        if module:
            found += module.quads
            waiting += [quad.object.value for quad in module.quads
                        if quad.predicate == _IMPORTS and isinstance(quad.object, NamedNode)]
    return found


class _Book:
    """What an ontology says, by subject and property."""

    def __init__(self, quads: Iterable[Quad], reader: str):
        self.reader = reader
        self.said: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        self.near: dict[tuple[str, str], set[str]] = defaultdict(set)
        words = {expand(name): pair for name, pair in _NEIGHBOURS.items()}
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                said = self.said[quad.subject.value, quad.predicate.value]
                if quad.object not in said:
                    said.append(quad.object)
                if quad.predicate.value in words and isinstance(quad.object, NamedNode):
                    one, other = words[quad.predicate.value]
                    self.near[quad.subject.value, one].add(quad.object.value)
                    self.near[quad.object.value, other].add(quad.subject.value)

    def kinds(self) -> Iterator[tuple[str, str]]:
        for (iri, predicate), values in tuple(self.said.items()):
            if predicate == _TYPE and iri.startswith(NAMESPACE):
                kinds = {value.value for value in values}
                found = next((kind for kind in KINDS if kind in kinds), None)
                if found:
                    yield iri, found

    def term(self, iri: str, kind: str, used: Mapping[str, int]) -> Term:
        labels = self.texts(iri, "rdfs:label")
        definitions = self.texts(iri, "skos:definition")
        best = caption.preferred(labels, self.reader) if labels else None
        return Term(
            iri, iri.removeprefix(NAMESPACE), kind, self.shown(iri),
            tuple(Shown(each.value, "", each.language or "") for each in labels if each != best),
            self.worded(caption.preferred(definitions, self.reader)) if definitions else None,
            self.traits(iri), self.neighbours(iri),
            tuple(map(self.worded, self.texts(iri, "skos:example"))), used.get(iri))

    def neighbours(self, iri: str) -> dict[str, tuple[Shown, ...]]:
        found = {word: self.near.get((iri, word), set()) for word in _ORDER}
        return {word: tuple(sorted(map(self.shown, iris), key=lambda one: one.text.lower()))
                for word, iris in found.items() if iris}

    def traits(self, iri: str) -> tuple[str, ...]:
        kinds = (value.value for value in self.said[iri, _TYPE])
        return tuple(sorted(compress(kind) for kind in kinds if kind not in KINDS))

    def texts(self, iri: str, curie: str) -> list[Literal]:
        found = self.said.get((iri, expand(curie)), ())
        return [value for value in found if isinstance(value, Literal)]

    def shown(self, iri: str) -> Shown:
        labels = self.texts(iri, "rdfs:label")
        if not labels:
            return Shown(compress(iri), iri)
        return self.worded(caption.preferred(labels, self.reader), iri)

    def worded(self, text: Literal, iri: str = "") -> Shown:
        return Shown(text.value, iri, text.language or "")
