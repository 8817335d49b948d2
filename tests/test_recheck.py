"""A report after a change is the report of a check from nothing, whatever was there before."""

import os
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clusterkg import recheck, validation
from clusterkg.report import Result
from clusterkg.shacl import influence
from clusterkg.shape import Shapes
from clusterkg.tables import Connection
from revisions import closed, revise

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://example.org/> .
:Plain a sh:NodeShape ; sh:targetClass :A ;
    sh:property [ sh:path :p ; sh:minCount 1 ; sh:class :B ] ,
                [ sh:path ( :p :q ) ; sh:maxCount 1 ] , [ sh:path [ sh:inversePath :r ] ;
                  sh:nodeKind sh:IRI ; sh:maxCount 1 ] .
:Nested a sh:NodeShape ; sh:targetSubjectsOf :q ; sh:property [ sh:path :q ; sh:node :Inner ] ;
    sh:not [ sh:property [ sh:path :p ; sh:hasValue :a ] ] .
:Inner a sh:NodeShape ; sh:property [ sh:path :r ; sh:minCount 1 ] ;
    sh:or ( [ sh:class :A ] [ sh:property [ sh:path ( :r :p ) ; sh:minCount 1 ] ] ) .
:Counted a sh:NodeShape ; sh:targetObjectsOf :p ; sh:property [ sh:path :q ;
    sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMaxCount 1 ] .
:Far a sh:NodeShape ; sh:targetObjectsOf :p ;
    sh:property [ sh:path [ sh:zeroOrMorePath :q ] ; sh:maxCount 3 ] .
:Closed a sh:NodeShape ; sh:targetClass :D ; sh:closed true ; sh:ignoredProperties ( rdf:type :p ) ;
    sh:property [ sh:path :name ; sh:datatype xsd:integer ] .
:Pairs a sh:NodeShape ; sh:targetClass :B ; sh:property [ sh:path :p ; sh:disjoint :q ] ,
    [ sh:path :q ; sh:equals :r ] , [ sh:path [ sh:alternativePath ( :p :r ) ] ; sh:minCount 1 ] .
:One a sh:NodeShape ; sh:targetNode :a , :d ; sh:property [ sh:path [ sh:zeroOrOnePath :p ] ;
    sh:class :A ] .
:Asked a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ sh:message "no way" ; sh:select \"\"\"
    SELECT $this ?value WHERE {
        $this <http://example.org/p> ?value . OPTIONAL { ?value <http://example.org/q> ?far }
        FILTER NOT EXISTS { ?far <http://example.org/r>/<http://example.org/p> $this } } \"\"\" ] .
:Less a sh:NodeShape ; sh:targetClass :B ; sh:sparql [ sh:message "more" ; sh:select \"\"\"
    SELECT $this (?n AS ?value) WHERE {
        { SELECT $this (COUNT(?o) AS ?n) WHERE { $this ^<http://example.org/q> ?o } GROUP BY $this }
        FILTER NOT EXISTS { $this a <http://example.org/D> } FILTER(?n > 1) } \"\"\" ] ;
    sh:sparql [ sh:message "any" ; sh:select \"\"\"
    SELECT $this ?value WHERE { { $this <http://example.org/r> ?value } UNION
        { ?value <http://example.org/p> ?x . ?x <http://example.org/q> $this } } \"\"\" ] .
"""
ONTOLOGY = ":B rdfs:subClassOf :A . :E rdfs:subClassOf :B . :p rdfs:range :B . "
THINGS = st.sampled_from([":a", ":b", ":c", ":d", ":e", "_:x"])
CLAIM = (":claim a ckg:Claim ; ckg:reviewStatus status:{} ; ckg:claimSubject {} ; "
         "ckg:claimPredicate {} ; ckg:claimObject {} .")
PROPERTIES = st.sampled_from([":p", ":q", ":r"])
FACTS = st.one_of(
    st.builds("{} {} {} .".format, THINGS, PROPERTIES, THINGS),
    st.builds("{} {} {} .".format, THINGS, PROPERTIES, THINGS),
    st.builds("{} a {} .".format, THINGS, st.sampled_from([":A", ":B", ":D", ":E"])),
    st.builds("{} :name {} .".format, THINGS, st.sampled_from(["1", '"x"'])),
    st.builds(CLAIM.format, st.sampled_from(["accepted", "rejected"]), THINGS, PROPERTIES, THINGS),
    st.sampled_from([":D rdfs:subClassOf :A .", ":A rdfs:label 1 ."]))
SOURCES = st.dictionaries(st.sampled_from(["one", "two"]),
                          st.lists(FACTS, min_size=1, max_size=9).map("\n".join), min_size=1)
EXAMPLES = os.environ.get("CLUSTERKG_EXAMPLES")
SETTINGS = settings(max_examples=int(EXAMPLES or 6), derandomize=not EXAMPLES, deadline=None,
                    phases=[Phase.generate], print_blob=True, database=None,
                    suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Shapes:
    path = tmp_path_factory.mktemp("shapes") / "s.ttl"
    # What has no message of its own tells more than its routes lead to.
    text = SHAPES.replace("[ sh:path", '[ sh:message "m" ; sh:path')
    path.write_text(text.replace("NodeShape ;", 'NodeShape ; sh:message "m" ;'), encoding="utf-8")
    return validation.read_shapes([path])


@SETTINGS
@given(st.lists(SOURCES, min_size=2, max_size=3))
def test_a_report_after_a_change_is_one_from_nothing(
        shapes: Shapes, worlds: list[dict[str, str]]) -> None:
    worlds = [{"ontology": ONTOLOGY, **world} for world in worlds]
    connection, _ = closed(worlds[0])
    influences = influence.of(shapes)
    results = validation.check(connection, shapes).results
    for before, after in pairwise(worlds):
        if revise(connection, before, after).clashes:
            return
        only = recheck.choice(connection, influences, results)
        results = validation.check(connection, shapes, only=only).results
        assert _said(results) == _said(_anew(after, shapes))


def test_the_shapes_here_are_checked_in_part(shapes: Shapes) -> None:
    local = [name for name, one in influence.of(shapes).items() if one.routes is not None]
    assert len(local) > 5


def _anew(world: dict[str, str], shapes: Shapes) -> tuple[Result, ...]:
    connection: Connection = closed(world)[0]
    return tuple(validation.check(connection, shapes).results)


def _said(results: tuple[Result, ...]) -> Counter[str]:
    return Counter(str(replace(result, file=None, line=None, origin=None)) for result in results)
