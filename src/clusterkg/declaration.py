"""What an ontology declares about its properties and classes, as exporters need it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from clusterkg.files import knowledge, rdf_files
from clusterkg.namespaces import expand

ID, LANGUAGE = "@id", "@language"

_XSD = expand("xsd:")
_TYPE, _RANGE, _SUBCLASS = expand("rdf:type"), expand("rdfs:range"), expand("rdfs:subClassOf")
_OBJECT_PROPERTY = expand("owl:ObjectProperty")
_PROPERTIES = {_OBJECT_PROPERTY, expand("owl:DatatypeProperty"), expand("owl:AnnotationProperty")}
_TAGGED = expand("rdf:langString")
# JSON has its own spelling of these, or needs none.
_UNSPOKEN = {expand(f"xsd:{name}") for name in ("string", "integer", "boolean")}


@cache
def packaged() -> tuple[Quad, ...]:
    """Read the ontology that comes with the package."""
    files = rdf_files([knowledge("ontology")])
    return tuple(quad for path in files if path.suffix == ".ttl"
                 for quad in parse(path=str(path), format=RdfFormat.TURTLE))


@dataclass
class _Survey:
    """Hold what statements declare about properties, and of what kind their values are."""

    kinds: dict[str, set[str]]
    ranges: dict[str, str]
    used: dict[str, set[str | None]]

    def coercion(self, iri: str) -> str | None:
        if _OBJECT_PROPERTY in self.kinds.get(iri, ()):
            return ID
        declared = self.ranges.get(iri)
        if declared is None:
            used = self.used.get(iri, {None})
            return next(iter(used)) if len(used) == 1 else None
        return LANGUAGE if declared == _TAGGED else _spoken(declared)


def declared(quads: Iterable[Quad]) -> dict[str, str | None]:
    """Map each declared property to what all its values are: `@id`, `@language`, a datatype, None.

    A property without a range is judged by how `quads` themselves use it.
    """
    survey = _surveyed(quads)
    return {iri: survey.coercion(iri) for iri in sorted(survey.kinds)}


def known(quads: Iterable[Quad]) -> dict[str, str | None]:
    """Map each property that is declared or used to what all its values are: see `declared`."""
    survey = _surveyed(quads)
    return {iri: survey.coercion(iri) for iri in sorted({*survey.kinds, *survey.used} - {_TYPE})}


def superclasses(quads: Iterable[Quad]) -> Mapping[str, set[str]]:
    """Map each class to the classes that are directly above it."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if (quad.predicate.value == _SUBCLASS and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode)):
            found[quad.subject.value].add(quad.object.value)
    return found


def _kind(term: object) -> str | None:
    if not isinstance(term, Literal):
        return ID
    return LANGUAGE if term.language else _spoken(term.datatype.value)


def _spoken(datatype: str) -> str | None:
    return datatype if datatype.startswith(_XSD) and datatype not in _UNSPOKEN else None


def _surveyed(quads: Iterable[Quad]) -> _Survey:
    survey = _Survey(defaultdict(set), {}, defaultdict(set))
    for quad in quads:
        survey.used[quad.predicate.value].add(_kind(quad.object))
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            if quad.predicate.value == _TYPE and quad.object.value in _PROPERTIES:
                survey.kinds[quad.subject.value].add(quad.object.value)
            elif quad.predicate.value == _RANGE:
                survey.ranges[quad.subject.value] = quad.object.value
    return survey
