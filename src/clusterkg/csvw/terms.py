"""The classes and properties that a mapping may name, and what is known of each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from clusterkg.declaration import packaged
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import compress, expand

TYPE = expand("rdf:type")
NAMING = frozenset({expand("rdfs:label"), expand("skos:prefLabel")})
_CLASS = {expand("owl:Class"), expand("rdfs:Class")}
_OBJECT, _DATA = expand("owl:ObjectProperty"), expand("owl:DatatypeProperty")
_ANNOTATION = expand("owl:AnnotationProperty")
_RANGE, _SINGLE = expand("rdfs:range"), expand("ckg:singleValued")
_SHOWN, _LONGEST = 5, 100


@dataclass(frozen=True)
class Terms:
    """What an ontology declares; all names are IRIs in full."""

    classes: frozenset[str]
    things: frozenset[str]
    literals: frozenset[str]
    either: frozenset[str]
    ranges: dict[str, str]
    single: frozenset[str]

    @property
    def properties(self) -> frozenset[str]:
        """Give all properties."""
        return self.things | self.literals | self.either

    def known(self, name: str, kind: str) -> str:
        """Give the IRI of a CURIE or IRI; raise UsageError that names what is like it.

        `kind` is 'class' or 'property'.
        """
        there = self.classes if kind == "class" else self.properties
        iri = name if "://" in name else expand(name)
        if iri in there:
            return iri
        raise UsageError(f"no {kind} {quoted(name)} in the ontology; near it are "
                         f"{', '.join(_nearest(compress(iri), map(compress, there)))}")


def _nearest(given: str, names: Iterable[str]) -> list[str]:
    """Give the few names of which most letters, behind the prefix, are those of the given one."""
    wanted = _letters(given)
    matcher = SequenceMatcher(b=wanted)

    def unlike(name: str) -> tuple[float, str]:
        letters = _letters(name)
        matcher.set_seq1(letters)
        holds = bool(letters) and (letters in wanted or wanted in letters)
        return -matcher.ratio() - holds, name

    return sorted(names, key=unlike)[:_SHOWN]


def _letters(name: str) -> str:
    return re.split("[:/#]", name)[-1].casefold()[:_LONGEST]


def terms(quads: Iterable[Quad]) -> Terms:
    """Read the declarations among the quads."""
    kinds: dict[str, set[str]] = {}
    ranges: dict[str, str] = {}
    single: set[str] = set()
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate.value == TYPE and isinstance(quad.object, NamedNode):
            kinds.setdefault(quad.object.value, set()).add(quad.subject.value)
        elif quad.predicate.value == _RANGE and isinstance(quad.object, NamedNode):
            ranges[quad.subject.value] = quad.object.value
        elif quad.predicate.value == _SINGLE and isinstance(quad.object, Literal):
            single.add(quad.subject.value)
    classes = frozenset[str]().union(*(kinds.get(kind, ()) for kind in _CLASS))
    texts = {expand("rdfs:label"), expand("rdfs:comment")}
    return Terms(classes, frozenset(kinds.get(_OBJECT, set()) | {TYPE}),
                 frozenset(kinds.get(_DATA, set()) | texts),
                 frozenset(kinds.get(_ANNOTATION, set()) - texts), ranges, frozenset(single))


@cache
def known() -> Terms:
    """Read the ontology that comes with the package."""
    return terms(packaged())
