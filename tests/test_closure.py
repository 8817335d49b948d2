import re
import time
from functools import cache
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from closures import EX, closed, compare, inferred, load, own, together, triples
from clusterkg import adoption, closure, rule, tables
from clusterkg.cli import run
from clusterkg.errors import RefusedError
from near import near

ROOT = Path(__file__).parents[1]
ENTAILMENTS = sorted((Path(__file__).parent / "entailments").iterdir())
RULES = {found.name: found for found in rule.rules()}
CLASHES = [folder for folder in ENTAILMENTS if not (folder / "out.ttl").exists()]
PAIRS = [folder for folder in ENTAILMENTS if (folder / "out.ttl").exists()]
ONTOLOGY = [ROOT / "ontology" / f"{name}.ttl" for name in ("clusterkg", "rules", "vocabularies")]
EXAMPLE = Path(__file__).parent / "example.ttl"


def read(path: Path) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(path))}


def apart(path: Path) -> str:
    """Give a case with names of its own, so that many go into one graph."""
    return path.read_text(encoding="utf-8").replace(EX, f"{EX}{path.parent.name}/")


@cache
def closed_once(path: Path) -> tuple[duckdb.DuckDBPyConnection, closure.Closure]:
    return closed(path)


def test_every_rule_has_an_entailment_or_a_clash() -> None:
    assert [folder.name for folder in ENTAILMENTS] == sorted(RULES)
    assert {folder.name for folder in CLASHES} == {r.name for r in RULES.values()
                                                   if not r.concludes}


@pytest.mark.parametrize("folder", PAIRS, ids=lambda f: f.name)
def test_these_triples_give_those_and_nothing_more(folder: Path) -> None:
    asserted, expected = read(folder / "in.ttl"), read(folder / "out.ttl")
    assert expected
    assert not asserted & expected
    connection, found = closed_once(folder / "in.ttl")
    assert not found.clashes
    assert {quad.triple for quad in tables.quads(connection, "inferred")} == expected
    assert found.inferred == len(expected)


@pytest.mark.parametrize("folder", ENTAILMENTS, ids=lambda f: f.name)
def test_every_part_of_the_rule_has_its_case(folder: Path) -> None:
    connection, _ = closed_once(folder / "in.ttl")
    for branch in RULES[folder.name].branches:
        new = (" JOIN triple AS t ON t.s = r.s AND t.p = r.p AND t.o = r.o AND t.step > 0"
               if branch.concludes else "")
        assert connection.execute(f"SELECT 1 FROM ({branch.select}) AS r{new}").fetchall()


@pytest.mark.parametrize("folder", CLASHES, ids=lambda f: f.name)
def test_a_clash_is_named_with_its_premises(folder: Path) -> None:
    connection, found = closed_once(folder / "in.ttl")
    assert {clash.rule for clash in found.clashes} == {folder.name}
    known = {quad.triple for quad in tables.quads(
        connection, "(SELECT 0 AS g, s, p, o FROM triple JOIN term ON id = p AND kind = 'iri')")}
    for clash in found.clashes:
        assert clash.triples
        assert set(clash.triples) <= known
        assert folder.name in clash.message


# What follows there has a restriction with a name as a superclass, which is refused when asserted.
NAMED = {"scm-svf1", "scm-svf2", "scm-avf1", "scm-avf2"}


def test_inferring_again_gives_nothing_new() -> None:
    assert not inferred(*[apart(folder / name) for folder in PAIRS if folder.name not in NAMED
                          for name in ("in.ttl", "out.ttl")])


# owlrl 7.6 takes agreement on some property of a key, or a missing one, for agreement on the key.
OWLRL_IS_WRONG = "prp-key"


@pytest.mark.parametrize("folder", ENTAILMENTS, ids=lambda f: f.name)
def test_owlrl_agrees_on_the_entailments(folder: Path) -> None:
    missing, extra = compare(closed_once(folder / "in.ttl")[0])
    assert not extra
    assert bool(missing) is (folder.name == OWLRL_IS_WRONG)


REFUSED = {
    "owl:disjointUnionOf": ":C owl:disjointUnionOf ( :A :B ) .",
    "owl:hasSelf": ":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ] .",
    "owl:ReflexiveProperty": ":p a owl:ReflexiveProperty .",
    "owl:minCardinality": ":C rdfs:subClassOf [ owl:onProperty :p ; owl:minCardinality 1 ] .",
    "owl:cardinality": ":C rdfs:subClassOf [ owl:onProperty :p ; owl:cardinality 1 ] .",
    "owl:minQualifiedCardinality":
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:minQualifiedCardinality 1 ; "
        "owl:onClass :D ] .",
    "owl:qualifiedCardinality":
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:qualifiedCardinality 1 ; owl:onClass :D ] .",
    "owl:maxCardinality": ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 2 ] .",
    "owl:maxQualifiedCardinality":
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 3 ; "
        "owl:onClass :D ] .",
    "owl:onDataRange":
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; "
        "owl:onDataRange xsd:string ] .",
    "owl:withRestrictions":
        ":p rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ; "
        "owl:withRestrictions ( [ xsd:minInclusive 5 ] ) ] .",
    "owl:datatypeComplementOf":
        ":p rdfs:range [ a rdfs:Datatype ; owl:datatypeComplementOf xsd:string ] .",
    "owl:oneOf": ":p rdfs:range [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ] .",
    "someValuesFrom at": "[] owl:onProperty :p ; owl:someValuesFrom :T ; rdfs:subClassOf :C . "
                         ":T a rdfs:Datatype .",
    "owl:someValuesFrom": ":C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :D ] .",
    "owl:allValuesFrom": "[] owl:onProperty :p ; owl:allValuesFrom :D ; rdfs:subClassOf :C .",
    "owl:complementOf": "[] owl:complementOf :D ; rdfs:subClassOf :C .",
    "owl:Thing": "owl:Thing rdfs:subClassOf :C .",
    "owl:topObjectProperty": ":p owl:inverseOf owl:topObjectProperty .",
}


@pytest.mark.parametrize("construct", REFUSED)
def test_what_no_rule_covers_is_refused_by_name(construct: str) -> None:
    connection = load(REFUSED[construct])
    with pytest.raises(RefusedError, match=construct) as caught:
        closure.infer(connection)
    assert f"{EX}graph/0" in str(caught.value)


@pytest.mark.parametrize(("position", "construct"), [
    (":C owl:equivalentClass [ owl:onProperty :p ; owl:someValuesFrom :D ] .", "someValuesFrom"),
    (":p rdfs:domain [ owl:onProperty :p ; owl:someValuesFrom :D ] .", "someValuesFrom"),
    (":C rdfs:subClassOf [ owl:intersectionOf ( :A [ owl:onProperty :p ; owl:someValuesFrom :D ] )"
     " ] .", "someValuesFrom"),
    (":C rdfs:subClassOf [ owl:complementOf [ owl:onProperty :p ; owl:allValuesFrom :D ] ] .",
     "allValuesFrom"),
    (":C owl:disjointWith [ owl:complementOf :D ] .", "complementOf"),
])
def test_the_side_of_an_axiom_decides(position: str, construct: str) -> None:
    with pytest.raises(RefusedError, match=construct):
        closed(position)


@pytest.mark.parametrize(("turtle", "construct", "reason"), [
    (":o owl:imports :other .", "owl:imports", "not followed"),
    (":r a <http://www.w3.org/2003/11/swrl#Imp> .", "swrl#Imp", "not run"),
    (":c a ckg:Claim ; ckg:reviewStatus status:accepted ; ckg:claimSubject :p ; "
     "ckg:claimPredicate rdfs:domain ; ckg:claimObject :C . :a :p :b .", "rdfs:domain",
     "not for a claim"),
    (":c a ckg:Claim ; ckg:reviewStatus status:accepted ; ckg:claimSubject :p ; ckg:claimPredicate "
     "rdf:type ; ckg:claimObject owl:SymmetricProperty . :a :p :b .", "owl:SymmetricProperty",
     "not for a claim"),
    (":c a ckg:Claim ; ckg:reviewStatus status:accepted ; ckg:claimSubject :r ; ckg:claimPredicate "
     "ckg:reviewStatus ; ckg:claimObject status:accepted . :r a ckg:Record .", "ckg:reviewStatus",
     "not for a claim")])
def test_what_has_no_effect_is_remarked_on(turtle: str, construct: str, reason: str) -> None:
    connection, found = closed(turtle)
    (remark,) = found.remarks
    assert construct in remark
    assert reason in remark
    assert not tables.count(connection, "adopted")
    assert not found.inferred


def test_imports_that_are_there_are_followed() -> None:
    _, found = closed(":o owl:imports :other, :version .", ":other a owl:Ontology .",
                      ":o2 owl:versionIRI :version .")
    assert not found.remarks


def test_alternatives_as_a_superclass_are_remarked_on() -> None:
    connection, found = closed(":p rdfs:domain [ owl:unionOf ( :A :B ) ] . :a :p :b .")
    assert "owl:unionOf" in found.remarks[0]
    assert found.inferred == 0
    assert connection


@pytest.mark.parametrize(("cells", "what"), [
    (":l rdf:first :A ; rdf:rest :l .", "circle"),
    (":l rdf:first :A .", "stops short"),
    (":l rdf:rest () .", "stops short"),
    (":l rdf:first :A, :B ; rdf:rest () .", "branches"),
    (":l rdf:first :A ; rdf:rest (), :m . :m rdf:first :B ; rdf:rest () .", "branches"),
])
def test_malformed_lists_are_refused(cells: str, what: str) -> None:
    with pytest.raises(RefusedError, match=f"owl:unionOf of <{EX}C>.*{what}"):
        closed(f":C owl:unionOf :l . {cells}")


def test_lists_that_are_data_are_left_alone() -> None:
    assert not inferred(":x :items :l . :l rdf:first :A .")


def test_noise_is_not_inferred() -> None:
    assert inferred(":p a owl:FunctionalProperty . :p rdfs:domain owl:Thing . :a :p :b . "
                    ":q owl:inverseOf :r . :a :q \"text\" .") == set()


def clashing(cases: str) -> set[int]:
    """Give the numbers of the cases, each about an `:a<number>`, that contradict themselves."""
    found = closed(cases)[1].clashes
    assert all(clash.triples for clash in found)
    return {int(number) for clash in found
            for number in re.findall(rf"{EX}a(\d+)>", str(clash.triples))}


ILL_TYPED = [
    ('"5"^^xsd:integer', False), ('"5a"^^xsd:integer', True), ('"128"^^xsd:byte', True),
    ('"2023-02-29"^^xsd:date', True), ('"2024-02-29"^^xsd:date', False),
    ('"INF"^^xsd:double', False),
    ('"yes"^^xsd:boolean', True), ('"2021"^^xsd:gYear', False), ('"21"^^xsd:gYear', True),
    ('"-1"^^xsd:nonNegativeInteger', True), ('"x"^^:unknown', False), ('"x"@en', False),
    ('"99999999999999999999999999999999999999999999"^^xsd:integer', False),
    ('"a b"^^xsd:anyURI', False)]  # any text is one


def test_ill_typed_literals_clash() -> None:
    found = clashing("".join(f":a{n} :p {literal} . "
                             for n, (literal, _) in enumerate(ILL_TYPED)))
    assert [(text, n in found) for n, (text, _) in enumerate(ILL_TYPED)] == ILL_TYPED


SHARED = ":l rdf:first :a ; rdf:rest :m . :m rdf:first :b ; rdf:rest :n . " \
         ":n rdf:first :c ; rdf:rest rdf:nil . "


@pytest.mark.parametrize("name", ["_:", ":"])
@pytest.mark.parametrize(("axioms", "facts", "expected"), [
    (":p owl:propertyChainAxiom :l . :K owl:hasKey :l .",
     ":x a :K ; :b 1 ; :c 2 . :y a :K ; :b 1 ; :c 2 . :w :a :x .", ""),
    (":C owl:intersectionOf :l . :p owl:propertyChainAxiom :l .", ":x a :b, :c . :b :a :c .", ""),
    (":p owl:propertyChainAxiom :l .", ":x :b :y . :y :c :z .", ""),
    (":p owl:propertyChainAxiom :l . :q owl:propertyChainAxiom :l . :C owl:intersectionOf :l .",
     ":w :a :x . :x :b :y . :y :c :z .", ":w :p :z ; :q :z ."),
])
def test_a_list_stands_for_nothing_in_itself(name: str, axioms: str, facts: str,
                                             expected: str) -> None:
    def named(turtle: str) -> str:
        return re.sub(r":([lmn])\b", rf"{name}\1", turtle)

    connection, _ = closed(named(SHARED + axioms) + facts)
    schema = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    found = {quad.triple for quad in tables.quads(connection, "inferred")}
    assert {triple for triple in found if triple.predicate.value != schema} == triples(expected)
    assert compare(connection)[1] == set()


RANGES = [
    ("integer", '"5"^^xsd:int', False), ("int", "5.0", False), ("integer", "5.5", True),
    ("integer", "5e0", True), ("string", '"x"@en', True), ("positiveInteger", "0", True),
    ("token", '"a  b"', True), ("decimal", "5", False), ("gYear", "2021", True)]


def test_literals_outside_the_range_clash() -> None:
    found = clashing("".join(f":p{n} rdfs:range xsd:{range_} . :a{n} :p{n} {literal} . "
                             for n, (range_, literal, _) in enumerate(RANGES)))
    assert [(*case[:2], n in found) for n, case in enumerate(RANGES)] == RANGES


VALUES = [
    ("1", '"01"^^xsd:integer', False), ("1", "1.0", False), ("1", "1.5", True), ("1", "1e0", True),
    ('"a"', '"a"@en', True), ("true", '"1"^^xsd:boolean', False), ("-0.50", "-.5", False),
    ('"2020-01-01T10:00:00Z"^^xsd:dateTime', '"2020-01-01T11:00:00+01:00"^^xsd:dateTime', False)]


def test_values_decide_whether_literals_differ() -> None:
    found = clashing("".join(f":p{n} a owl:FunctionalProperty . :a{n} :p{n} {one}, {other} . "
                             for n, (one, other, _) in enumerate(VALUES)))
    assert [(*case[:2], n in found) for n, case in enumerate(VALUES)] == VALUES


def test_axioms_that_are_inferred_take_effect() -> None:
    assert triples(":a :q :b . :b a :C . :a a :D .") <= inferred(
        ":meta rdfs:subPropertyOf rdfs:subPropertyOf . :p :meta :q . :a :p :b .",
        ":q rdfs:range :C . :same owl:sameAs owl:disjointWith . :D owl:unionOf ( :E :F ) . "
        ":E owl:sameAs :G . :a a :G .")


# ---- adoption

RECORDS = """
ckg:ChainPosition rdfs:subClassOf ckg:Record .
ckg:Claim rdfs:subClassOf ckg:Record .
ckg:hasChainPosition owl:inverseOf ckg:positionHolder .
ckg:positionHolder rdfs:domain ckg:ChainPosition .
ckg:operatesAtStage owl:propertyChainAxiom ( ckg:hasChainPosition ckg:atStage ) .
ckg:memberOf owl:inverseOf ckg:hasMember .
"""
ADOPTED = triples(":e ckg:operatesAtStage :s .")


STATUSES = [
    "", "ckg:reviewStatus status:rejected ;", "ckg:reviewStatus status:unreviewed ;",
    "ckg:reviewStatus status:accepted, status:rejected ;", 'ckg:reviewStatus "accepted" ;']


@pytest.mark.parametrize("position", [
    "{r} a ckg:ChainPosition ; {status} ckg:positionHolder {e} ; ckg:atStage {s} .",
    "{r} a ckg:ChainPosition ; {status} ckg:atStage {s} . {e} ckg:hasChainPosition {r} .",
    "{r} {status} ckg:positionHolder {e} ; ckg:atStage {s} .",
    "{r} {status} ckg:atStage {s} . {e} ckg:hasChainPosition {r} ."])
def test_records_that_are_not_accepted_leak_nothing(position: str) -> None:
    def said(status: str, key: object) -> str:
        return position.format(status=status, r=f":r{key}", e=f":e{key}", s=f":s{key}")

    held = said("ckg:reviewStatus status:accepted ;", "")
    found = inferred(RECORDS, held, *[said(status, n) for n, status in enumerate(STATUSES)])
    assert found >= ADOPTED
    assert not [triple for triple in found if re.search(rf"{EX}[res]\d", str(triple))]


LEAKS = {
    "adopted type": ":c a ckg:Claim ; ckg:reviewStatus status:accepted ; ckg:claimSubject :r ; "
                    "ckg:claimPredicate rdf:type ; ckg:claimObject ckg:Record .",
    "adopted property": ":c a ckg:Claim ; ckg:reviewStatus status:accepted ; ckg:claimSubject :x ; "
                        "ckg:claimPredicate :has ; ckg:claimObject :r . "
                        ":has rdfs:range ckg:Record .",
    "equivalent class": ":Note owl:equivalentClass ckg:Record . :r a :Note .",
    "equivalent to a class": "ckg:Record owl:equivalentClass :Note . :r a :Note .",
    "intersection": ":says rdfs:domain [ owl:intersectionOf ( :Z ckg:Record ) ] . :r :says :o .",
    "union": ":says rdfs:domain [ owl:unionOf ( ckg:Claim ckg:Record ) ] . :r :says :o .",
    "part of a union": "ckg:Record owl:unionOf ( :Z :Note ) . :r a :Note .",
    "range": ":has rdfs:range ckg:Record . :x :has :r .",
    "inverse": ":has rdfs:range ckg:Record . :of owl:inverseOf :has . :r :of :x .",
    "inverse the other way": ":has rdfs:range ckg:Record . :has owl:inverseOf :of . :r :of :x .",
    "property below": ":has rdfs:range ckg:Record . :own rdfs:subPropertyOf :has . :x :own :r .",
    "equivalent property": ":has rdfs:range ckg:Record . :has owl:equivalentProperty :own . "
                           ":x :own :r .",
    "same property": ":has rdfs:range ckg:Record . :has owl:sameAs :own . :x :own :r .",
    "value": "[] owl:onProperty :kind ; owl:hasValue :k ; rdfs:subClassOf ckg:Record . "
             ":r :kind :k .",
    "chain": ":far owl:propertyChainAxiom ( :a :b ) ; rdfs:range ckg:Record . "
             ":w :a :v . :v :b :r .",
}


# What only inference finds to be records; the rest is known before, to validation too.
INFERRED = {"same property", "value", "chain"}


# Those are tried apart, as they make the rest be looked at twice.
@pytest.mark.parametrize("ways", [sorted(LEAKS.keys() - INFERRED), sorted(INFERRED)],
                         ids=["known before", "inferred"])
def test_whatever_is_a_record_leaks_nothing_unless_accepted(ways: list[str]) -> None:
    fact = ":r :holder :h . :holder rdfs:range :H ."
    accepted = ":r ckg:reviewStatus status:accepted ."
    names = {way.replace(" ", "-"): LEAKS[way] for way in ways}
    found = inferred(*[own(text + fact, f"{name}/not/") for name, text in names.items()],
                     *[own(text + fact + accepted, f"{name}/yes/") for name, text in names.items()])
    held = {name: [triples(own(":h a :H .", f"{name}/{kind}/")) <= found
                   for kind in ("not", "yes")] for name in names}
    assert held == {name: [False, True] for name in names}


@pytest.mark.parametrize("way", LEAKS)
def test_records_are_known_before_inference(way: str) -> None:
    connection = load(LEAKS[way])
    adoption.adopt(connection)
    withheld = connection.execute("SELECT 1 FROM withheld JOIN term USING (id) WHERE value = ?",
                                  [f"{EX}r"]).fetchall()
    assert bool(withheld) is (way not in INFERRED)


def test_what_is_above_or_beside_records_is_none() -> None:
    assert triples(":n a :H .") <= inferred(
        ":super rdfs:range :C . :has rdfs:subPropertyOf :super ; rdfs:range ckg:Record . "
        ":holder rdfs:range :H . :m :super :o . :o :holder :n . "
        ":either rdfs:domain [ owl:unionOf ( :Z ckg:Record ) ] . :o :either :m .")


def test_a_claim_that_turns_out_to_be_withheld_is_taken_back() -> None:
    connection, _ = closed(
        ":c ckg:reviewStatus status:accepted, status:rejected ; ckg:claimSubject :a ; "
        "ckg:claimPredicate :p ; ckg:claimObject :b . "
        ":d ckg:reviewStatus status:accepted ; ckg:claimSubject :d2 ; ckg:claimPredicate :q ; "
        "ckg:claimObject :e . :q rdfs:domain ckg:Record .")
    assert {quad.triple for quad in tables.quads(connection, "adopted")} == triples(":d2 :q :e .")
    assert not tables.count(connection, "(SELECT 1 FROM triple AS t JOIN term ON term.id = t.s "
                            f"WHERE value IN ('{EX}d2', '{EX}c', '{EX}a'))")


def test_literals_are_no_records() -> None:
    assert triples(":b a :C .") <= inferred(
        ":has rdfs:range ckg:Record . :a :has \"5\" . :b :v \"5\" . "
        "[] owl:onProperty :v ; owl:hasValue \"5\" ; rdfs:subClassOf :C .")


@pytest.mark.parametrize("status", ["", "ckg:reviewStatus status:contested ;"])
@pytest.mark.parametrize("kind", ["a ckg:Claim ;", "a ckg:EnumerationClaim ;", ""])
def test_claims_that_are_not_accepted_leak_nothing(status: str, kind: str) -> None:
    claim = f":c {kind} {status} ckg:claimSubject :k ; ckg:claimPredicate ckg:hasMember ; " \
            "ckg:listedItem :e, :f ."
    assert not any(EX in str(triple) for triple in inferred(RECORDS, claim))


def test_accepted_claims_state_plain_triples_in_their_own_graph() -> None:
    connection, _ = closed(RECORDS, ":c a ckg:Claim ; ckg:reviewStatus status:accepted ; "
                           "ckg:claimSubject :k ; ckg:claimPredicate ckg:hasMember ; "
                           "ckg:claimObject :e ; ckg:listedItem :f ; ckg:claimLiteral 7 .")
    stated = {quad for quad in tables.quads(connection, "adopted")}
    assert {quad.triple for quad in stated} == triples(":k ckg:hasMember :e, :f, 7 .")
    assert {str(quad.graph_name) for quad in stated} == {f"<{EX}graph/1>"}
    assert stated <= set(tables.quads(connection))
    assert triples(":e ckg:memberOf :k . :f ckg:memberOf :k .") <= {
        quad.triple for quad in tables.quads(connection, "inferred")}


# ---- the project, and references

def test_the_project_is_consistent_and_needs_no_refusal() -> None:
    data = sorted((ROOT / "data").glob("*.ttl"))
    assert data
    _, found = closed(*ONTOLOGY, *data)
    assert not found.clashes
    assert not found.remarks
    assert found.inferred > 1000


def test_owlrl_agrees_on_the_example_world() -> None:
    connection, found = closed(*ONTOLOGY[:2], EXAMPLE)
    assert not found.clashes
    assert compare(connection) == (set(), set())


def test_owlrl_agrees_on_the_real_data(root: Path, tmp_path: Path) -> None:
    data = sorted((root / "data").glob("*.ttl"))
    assert len(data) > 5
    some = near([triple for path in data for triple in read(path)])
    (tmp_path / "near.nt").write_bytes(ox.serialize(some, format=ox.RdfFormat.N_TRIPLES) or b"")
    connection, found = closed(*ONTOLOGY, tmp_path / "near.nt")
    assert not found.clashes
    assert compare(connection) == (set(), set())


NAMES = st.sampled_from([f":{name}" for name in "abc"])
CLASSES = st.sampled_from([f":{name}" for name in "ABCD"])
PROPERTIES = st.sampled_from([":p", ":q", ":r"])
AXIOMS = st.one_of(
    st.builds("{} rdfs:subClassOf {} .".format, CLASSES, CLASSES),
    st.builds("{} owl:equivalentClass {} .".format, CLASSES, CLASSES),
    st.builds("{} owl:intersectionOf ( {} {} {} ) .".format, CLASSES, CLASSES, CLASSES, CLASSES),
    st.builds("{} owl:unionOf ( {} {} ) .".format, CLASSES, CLASSES, CLASSES),
    st.builds("{} owl:oneOf ( {} {} ) .".format, CLASSES, NAMES, NAMES),
    st.builds("[] owl:onProperty {} ; owl:someValuesFrom {} ; rdfs:subClassOf {} .".format,
              PROPERTIES, CLASSES, CLASSES),
    st.builds("{} rdfs:subClassOf [ owl:onProperty {} ; owl:allValuesFrom {} ] .".format,
              CLASSES, PROPERTIES, CLASSES),
    st.builds("{} owl:equivalentClass [ owl:onProperty {} ; owl:hasValue {} ] .".format,
              CLASSES, PROPERTIES, NAMES),
    st.builds("{} rdfs:subClassOf [ owl:onProperty {} ; owl:maxCardinality "
              "\"1\"^^xsd:nonNegativeInteger ] .".format, CLASSES, PROPERTIES),
    st.builds("{} rdfs:{} {} .".format, PROPERTIES, st.sampled_from(["domain", "range"]), CLASSES),
    st.builds("{} {} {} .".format, PROPERTIES, st.sampled_from([
        "rdfs:subPropertyOf", "owl:inverseOf", "owl:equivalentProperty"]), PROPERTIES),
    st.builds("{} a owl:{}Property .".format, PROPERTIES, st.sampled_from([
        "Transitive", "Symmetric", "Functional", "InverseFunctional"])),
    st.builds("{} owl:propertyChainAxiom ( {} {} ) .".format, PROPERTIES, PROPERTIES, PROPERTIES),
    st.builds("{} owl:propertyChainAxiom ( {} {} {} ) .".format, PROPERTIES, PROPERTIES,
              PROPERTIES, PROPERTIES))
FACTS = st.one_of(st.builds("{} {} {} .".format, NAMES, PROPERTIES, NAMES),
                  st.builds("{} a {} .".format, NAMES, CLASSES),
                  st.builds("{} owl:sameAs {} .".format, NAMES, NAMES))


@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.lists(AXIOMS, min_size=1, max_size=4),
                          st.lists(FACTS, min_size=2, max_size=6)), min_size=1, max_size=5))
def test_owlrl_agrees_on_random_ontologies(cases: list[tuple[list[str], list[str]]]) -> None:
    connection, _ = closed(together(cases))
    assert compare(connection) == (set(), set())


DATA_PROPERTIES, LITERALS = st.sampled_from([":d", ":e"]), st.sampled_from(["1", "01", "2", "+1"])
DATA_AXIOMS = st.one_of(
    st.builds("{} owl:equivalentClass [ owl:onProperty {} ; owl:hasValue {} ] .".format, CLASSES,
              DATA_PROPERTIES, LITERALS),
    st.builds("{} a owl:InverseFunctionalProperty .".format, DATA_PROPERTIES),
    st.builds("{} owl:hasKey ( {} ) .".format, CLASSES, DATA_PROPERTIES),
    st.just(":d rdfs:subPropertyOf :e ."))
DATA_FACTS = st.one_of(st.builds("{} a {} .".format, NAMES, CLASSES),
                       st.builds("{} {} {} .".format, NAMES, DATA_PROPERTIES, LITERALS))


# rdflib writes equal integers the same when it reads them, so that owlrl takes them for the same.
@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(st.lists(DATA_AXIOMS, min_size=2, max_size=4), st.lists(DATA_FACTS, min_size=4, max_size=8))
def test_owlrl_agrees_on_literals_of_equal_value(axioms: list[str], facts: list[str]) -> None:
    connection, _ = closed("\n".join(axioms + facts))
    missing, extra = compare(connection)
    assert not extra
    assert not missing or "owl:hasKey" in "".join(axioms)  # see OWLRL_IS_WRONG


SAME = [
    ("1", "1.0", True), ("1", "1e0", False), ("true", '"1"^^xsd:boolean', True),
    ('"a"', '"a"^^xsd:token', True), ('"a"', '"a"@en', False), ('"a"', '" a"^^xsd:token', False),
    ('"2020-01-01T10:00:00Z"^^xsd:dateTime', '"2020-01-01T11:00:00+01:00"^^xsd:dateTime', True),
    ('"2020-01-01T10:00:00.0000001Z"^^xsd:dateTime',
     '"2020-01-01T10:00:00.0000002Z"^^xsd:dateTime', False)]


def test_values_decide_whether_literals_are_the_same() -> None:
    found = inferred("".join(
        f":p{n} a owl:InverseFunctionalProperty . :a{n} :p{n} {one} . :b{n} :p{n} {other} . "
        for n, (one, other, _) in enumerate(SAME)))
    assert [(*case[:2], triples(f":a{n} owl:sameAs :b{n} .") <= found)
            for n, case in enumerate(SAME)] == SAME


# ---- what is large

def test_rules_that_are_spared_would_add_nothing() -> None:
    assert not additions(closed(*[apart(folder / "in.ttl") for folder in ENTAILMENTS])[0])


@settings(max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.lists(AXIOMS, min_size=2, max_size=6),
                          st.lists(FACTS, min_size=2, max_size=6)), min_size=1, max_size=5))
def test_every_rule_is_closed_on_random_ontologies(
        cases: list[tuple[list[str], list[str]]]) -> None:
    assert not additions(closed(together(cases))[0])


def additions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[int, int, int]]]:
    """Give what each rule, run whole, would still add."""
    collected = """
        SELECT DISTINCT c.s, c.p, c.o FROM ({}) AS c CROSS JOIN vocabulary AS v
        WHERE c.s > 0 AND NOT (c.s = c.o AND c.p = v.owl_same_as)
          AND NOT (c.p = v.rdf_type AND c.o = v.owl_thing)
          AND NOT EXISTS (SELECT 1 FROM triple AS t WHERE t.s = c.s AND t.p = c.p AND t.o = c.o)"""
    found = {name: connection.execute(collected.format(branch.select)).fetchall()
             for name, one in RULES.items() if one.concludes for branch in one.branches}
    return {name: rows for name, rows in found.items() if rows}


def test_one_value_in_three_thousand_spellings_takes_a_second() -> None:
    spelt = " ".join(f':i{n} :v "{"0" * n}7"^^xsd:integer .' for n in range(3000))
    connection = load(spelt + "[] owl:onProperty :v ; owl:hasValue 7 ; rdfs:subClassOf :Seven .")
    start = time.process_time()
    found = closure.infer(connection)
    assert time.process_time() - start < 3
    assert found.inferred == 5999  # the class, and the value as the restriction writes it
    assert tables.count(connection, "equal_literal") == 3000


def test_long_lists_are_followed_to_their_end() -> None:
    parts = " ".join(f":P{n}" for n in range(100))
    types = ", ".join(f":P{n}" for n in range(100))
    found = inferred(f":C owl:intersectionOf ( {parts} ) . :x a {types} . :y a :C .")
    assert triples(":x a :C . :y a :P0, :P99 .") <= found


def test_what_is_run_gives_the_conclusion_alone() -> None:
    for found in RULES.values():
        for whole, spared in zip(found.branches, found.spared, strict=True):
            assert spared.concludes == whole.concludes
            assert spared.predicate == whole.predicate
            assert spared.premises == (0 if whole.concludes else whole.premises)


def test_what_would_follow_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    links = " ".join(f":n{n} :p :n{n + 1} ." for n in range(400))
    connection = load(":p a owl:TransitiveProperty . " + links)
    monkeypatch.setattr(closure, "LEAST", 10_000)
    with pytest.raises(RefusedError, match="transitive property"):
        closure.infer(connection)


def test_types_reach_a_datatype_through_a_property_above() -> None:
    assert triples(":a a :C .") <= inferred(
        ":p rdfs:subPropertyOf :q . [] owl:onProperty :q ; owl:someValuesFrom xsd:integer ; "
        "rdfs:subClassOf :C . :a :p 5 .")


# ---- the command

def test_infer_writes_what_is_new(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.ttl"
    path.write_text("@prefix : <http://example.org/> . @prefix owl: "
                    "<http://www.w3.org/2002/07/owl#> . :p owl:inverseOf :q . :a :p :b .")
    assert run(["infer", str(path)]) == 0
    assert capfd.readouterr().out == f"<{EX}b> <{EX}q> <{EX}a> .\n"
    assert run(["infer", str(path), "-o", str(tmp_path / "out.ttl")]) == 0
    assert read(tmp_path / "out.ttl") == triples(":b :q :a .")


def test_infer_says_that_blank_nodes_have_new_names(tmp_path: Path,
                                                    capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.ttl"
    path.write_text("@prefix : <http://example.org/> . :p <http://www.w3.org/2002/07/owl#inverseOf>"
                    " :q . _:known :p :b ; :name 1 .")
    assert run(["infer", str(path)]) == 0
    assert "--whole" in capfd.readouterr().err
    assert run(["infer", "--whole", str(path)]) == 0
    both = capfd.readouterr()
    assert not both.err
    (named,) = {line.split()[0] for line in both.out.splitlines() if "name>" in line}
    assert f"<{EX}b> <{EX}q> {named} ." in both.out


def test_infer_looks_at_the_suffix_first(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["infer", "none.ttl", "-o", "x.foo"]) == 2
    assert ".foo" in capfd.readouterr().err


@pytest.mark.parametrize(("turtle", "code", "said"), [
    ("<x:a> a <x:B>, <x:C> . <x:B> <http://www.w3.org/2002/07/owl#disjointWith> <x:C> .", 1,
     "cax-dw"),
    ("<x:a> a <x:B>\n\n<x:a>", 3, "in.ttl:3"),
    ("<x:C> <http://www.w3.org/2002/07/owl#hasSelf> true .", 4, "owl:hasSelf")])
def test_infer_ends_with_one_line_and_its_code(
        turtle: str, code: int, said: str, tmp_path: Path,
        capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.ttl"
    path.write_text(turtle)
    assert run(["infer", str(path)]) == code
    written = capfd.readouterr()
    assert said in written.err
    assert len(written.err.splitlines()) == 1
    assert not written.out


def test_a_hundred_thousand_triples_take_seconds(tmp_path: Path) -> None:
    path = tmp_path / "many.nt"
    with path.open("w") as out:
        for n in range(50_000):
            out.write(f"<{EX}i{n}> <{EX}p> <{EX}i{n % 97}> .\n<{EX}i{n}> <{EX}v> \"{n}\" .\n")
    start = time.perf_counter()
    _, found = closed(":p rdfs:domain :A . :A rdfs:subClassOf :B . :q owl:inverseOf :p .", path)
    assert found.inferred > 150_000
    assert time.perf_counter() - start < 20
