"""The terms of RDF, RDFS and OWL that rules and relations speak of.

`TERMS` gives the columns of the one-row table `vocabulary`; the others say which small table
(columns s, p, o) holds the triples of which predicate, or the types of which class.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
_NAMESPACES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}


def _expanded(table: str) -> Mapping[str, str]:
    pairs = (line.split() for line in table.strip().splitlines())
    return MappingProxyType({name: _iri(term) for name, term in pairs})


def _iri(term: str) -> str:
    prefix, _, local = term.partition(":")
    return _NAMESPACES[prefix] + local


# relation -> predicate
PREDICATES = _expanded("""
    sub_class rdfs:subClassOf
    sub_property rdfs:subPropertyOf
    property_domain rdfs:domain
    property_range rdfs:range
    equivalent_class owl:equivalentClass
    equivalent_property owl:equivalentProperty
    inverse_of owl:inverseOf
    disjoint_class owl:disjointWith
    disjoint_property owl:propertyDisjointWith
    complement_of owl:complementOf
    on_property owl:onProperty
    on_class owl:onClass
    some_values_from owl:someValuesFrom
    all_values_from owl:allValuesFrom
    has_value owl:hasValue
    max_cardinality owl:maxCardinality
    max_qualified_cardinality owl:maxQualifiedCardinality
    members owl:members
    distinct_members owl:distinctMembers
    intersection_of owl:intersectionOf
    union_of owl:unionOf
    one_of owl:oneOf
    property_chain owl:propertyChainAxiom
    has_key owl:hasKey
    source_individual owl:sourceIndividual
    assertion_property owl:assertionProperty
    target_individual owl:targetIndividual
    target_value owl:targetValue
    list_first rdf:first
    list_rest rdf:rest
""")

# relation -> class of which it holds the rdf:type triples
KINDS = _expanded("""
    class_declaration owl:Class
    object_property owl:ObjectProperty
    datatype_property owl:DatatypeProperty
    functional_property owl:FunctionalProperty
    inverse_functional_property owl:InverseFunctionalProperty
    irreflexive_property owl:IrreflexiveProperty
    symmetric_property owl:SymmetricProperty
    asymmetric_property owl:AsymmetricProperty
    transitive_property owl:TransitiveProperty
    all_different owl:AllDifferent
    all_disjoint_classes owl:AllDisjointClasses
    all_disjoint_properties owl:AllDisjointProperties
""")

# relations whose objects are lists
LISTS = ("members", "distinct_members", "intersection_of", "union_of", "one_of", "property_chain",
         "has_key")

# relation -> (relation of the cardinality, the number that it asks for)
CARDINALITIES = MappingProxyType({
    "max_zero": ("max_cardinality", 0), "max_one": ("max_cardinality", 1),
    "max_qualified_zero": ("max_qualified_cardinality", 0),
    "max_qualified_one": ("max_qualified_cardinality", 1)})

# views of the big table `triple`, with the column of `vocabulary` that their predicate is
VIEWS = MappingProxyType({"type": "rdf_type", "same_as": "owl_same_as",
                          "different_from": "owl_different_from"})


def _column(iri: str) -> str:
    prefix = next(p for p, namespace in _NAMESPACES.items() if iri.startswith(namespace))
    local = iri[len(_NAMESPACES[prefix]):]
    return f"{prefix}_{re.sub(r'(?<!^)(?=[A-Z])', '_', local).lower()}"


_MORE = ("rdf:type", "rdf:nil", "owl:sameAs", "owl:differentFrom",
         "owl:Thing", "owl:Nothing", "rdfs:Datatype", "owl:AnnotationProperty", "rdfs:label",
         "rdfs:comment", "rdfs:seeAlso", "rdfs:isDefinedBy", "owl:deprecated", "owl:versionInfo",
         "owl:priorVersion", "owl:backwardCompatibleWith", "owl:incompatibleWith")
# relation or view -> column of `vocabulary` that is the predicate of all its rows
PREDICATE_OF = MappingProxyType({
    **VIEWS, **{name: _column(iri) for name, iri in PREDICATES.items()},
    **dict.fromkeys(KINDS, "rdf_type")})
AXIOM_PREDICATES = frozenset(map(_column, PREDICATES.values()))
TERMS = MappingProxyType({_column(iri): iri for iri in (
    *PREDICATES.values(), *KINDS.values(), *map(_iri, _MORE))})
