"""A closure that is revised is the closure of what is there now, whatever was there before."""

import os
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clusterkg import adoption, closure, content, explanation, tables
from clusterkg.tables import Connection
from revisions import Files, closed, revise, said, state

ONTOLOGY = """
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :D owl:equivalentClass :E . :D a owl:Class .
:p rdfs:domain :A ; rdfs:range :D ; rdfs:subPropertyOf :q . :q owl:inverseOf :r .
:t a owl:TransitiveProperty . :s a owl:SymmetricProperty . :f a owl:FunctionalProperty .
:i a owl:InverseFunctionalProperty . :same owl:equivalentProperty :q .
:u owl:propertyChainAxiom ( :p :t ) . :w owl:propertyChainAxiom ( :p :t :s ) .
:K owl:hasKey ( :name :code ) . :V owl:equivalentClass [ owl:onProperty :name ; owl:hasValue 1 ] .
[] owl:onProperty :t ; owl:someValuesFrom :A ; rdfs:subClassOf :S .
[] owl:onProperty :code ; owl:someValuesFrom xsd:integer ; rdfs:subClassOf :S .
:X owl:intersectionOf ( :A :S :F ) . :U owl:unionOf ( :F :X ) . :F owl:oneOf ( :one :other ) .
:A rdfs:subClassOf [ owl:onProperty :s ; owl:allValuesFrom :G ] .
:G rdfs:subClassOf [ owl:onProperty :t ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .
:N owl:disjointWith :C . :holds rdfs:range ckg:Record . ckg:Claim rdfs:subClassOf ckg:Record .
[] owl:onProperty :name ; owl:hasValue 3 ; rdfs:subClassOf ckg:Record .
"""
THINGS = st.sampled_from([":a", ":b", ":c", ":d", "_:x", "_:y"])
CLASSES = st.sampled_from([":A", ":B", ":D", ":F", ":K", ":S", ":G", ":N"])
PROPERTIES = st.sampled_from([f":{name}" for name in ("p", "q", "r", "t", "s", "f", "i", "u")])
LITERALS = st.sampled_from(["1", "01", "+1", "2", "3", '"x"', '"x"@en', "true"])
STATUSES = st.sampled_from(["accepted", "accepted", "rejected", "unreviewed"])
CLAIM = (":claim{} a ckg:Claim ; ckg:reviewStatus status:{} ; ckg:claimSubject {} ; "
         "ckg:claimPredicate {} ; ckg:claimObject {} .")
FACTS = st.one_of(
    st.builds("{} {} {} .".format, THINGS, PROPERTIES, THINGS),
    st.builds("{} {} {} .".format, THINGS, PROPERTIES, THINGS),
    st.builds("{} a {} .".format, THINGS, CLASSES),
    st.builds("{} {} {} .".format, THINGS, st.sampled_from([":name", ":code"]), LITERALS),
    st.builds("{} :f {} .".format, THINGS, LITERALS),
    st.builds("{} owl:sameAs {} .".format, THINGS, THINGS),
    st.builds("{0} owl:sameAs {0}, {1} . {1} owl:sameAs {0} .".format, THINGS, THINGS),
    st.builds("{0} owl:sameAs {1} . {1} owl:sameAs {0} .".format, THINGS, THINGS),
    st.builds(CLAIM.format, st.integers(0, 2), STATUSES, THINGS, PROPERTIES, THINGS),
    st.builds("{} :holds {} .".format, THINGS, st.sampled_from([":claim0", ":claim1", ":b"])),
    st.builds("{} :items ( {} {} ) .".format, THINGS, THINGS, THINGS),
    st.sampled_from([":F rdfs:subClassOf :G .", ":t rdfs:domain :D .", ":p owl:sameAs :t .",
                     ":q owl:propertyChainAxiom ( :t :t ) .", ":a a [ owl:unionOf ( :A :D ) ] ."]))
SOURCES = st.dictionaries(st.sampled_from(["one", "two", "three"]),
                          st.lists(FACTS, max_size=6).map("\n".join), max_size=3)
# A few that stay the same; CLUSTERKG_EXAMPLES asks for so many, and others each time.
EXAMPLES = os.environ.get("CLUSTERKG_EXAMPLES")
SETTINGS = settings(max_examples=int(EXAMPLES or 6), derandomize=not EXAMPLES, deadline=None,
                    phases=[Phase.generate], print_blob=True, database=None,
                    suppress_health_check=list(HealthCheck))


@SETTINGS
@given(st.lists(SOURCES, min_size=2, max_size=3))
def test_a_revision_equals_a_closure_from_nothing(worlds: list[dict[str, str]]) -> None:
    worlds = [{"ontology": ONTOLOGY, **world} for world in worlds]
    connection, _ = closed(worlds[0])
    for before, after in pairwise(worlds):
        published = said(connection, "inferred")
        found = revise(connection, before, after)
        fresh, expected = closed(after)
        assert state(connection) == state(fresh)
        assert found.clashes == expected.clashes
        lost, new = said(connection, "lost_inferred"), said(connection, "new_inferred")
        assert (published - lost) | new == said(connection, "inferred")
        same(connection, adoption.ONCE, "SELECT DISTINCT s, p, o FROM quad")
        same(connection, content.inferred("quad"),
             "SELECT s, p, o FROM inferred WHERE s IN (SELECT s FROM quad)")
        if found.clashes:  # such a version is never built upon
            return
    explained(connection, 3)


def same(connection: Connection, one: str, other: str) -> None:
    """Compare the rows of two SELECTs, and how often each comes."""
    rows, others = (connection.execute(select).fetchall() for select in (one, other))
    assert sorted(rows) == sorted(others)


def explained(connection: Connection, most: int = 30) -> None:
    """Find a proof of every triple that is inferred: one from earlier steps alone."""
    for row in connection.execute("SELECT s, p, o FROM inferred LIMIT ?", [most]).fetchall():
        proof = explanation.proof_of(connection, row)
        assert proof is not None
        assert all(part.rule or part.graphs for part in proof.walk())


# before and after, of what is said beside the axioms; whether all has to be closed anew
CASES = {
    "one of two supports": (":t a owl:TransitiveProperty .",
                            {"one": ":a :t :b . :b :t :c .", "two": ":a :t :d . :d :t :c ."},
                            {"one": ":a :t :b . :b :t :c ."}, False),
    "a cycle's only support": (":q owl:inverseOf :r . :s a owl:SymmetricProperty .",
                               {"one": ":a :q :b . :c :s :d . :a a :A ."}, {"one": ":a a :A ."},
                               False),
    "one of two graphs": (":p rdfs:domain :A .", {"one": ":a :p :b .", "two": ":a :p :b ."},
                          {"one": ":a :p :b ."}, False),
    "asserted and inferred": (":p rdfs:domain :A .", {"one": ":a :p :b .", "two": ":a a :A ."},
                              {"one": ":a :p :b ."}, False),
    "inferred, then asserted": (":p rdfs:domain :A .", {"one": ":a :p :b ."},
                                {"one": ":a :p :b .", "two": ":a a :A ."}, False),
    "a claim accepted": ("", {"one": CLAIM.format(1, "unreviewed", ":a", ":p", ":b")},
                         {"one": CLAIM.format(1, "accepted", ":a", ":p", ":b")}, False),
    "a claim rejected": (":p rdfs:domain :A .",
                         {"one": CLAIM.format(1, "accepted", ":a", ":p", ":b")},
                         {"one": CLAIM.format(1, "rejected", ":a", ":p", ":b")}, False),
    "a claim asserted": (":p rdfs:domain :A .",
                         {"one": CLAIM.format(1, "accepted", ":a", ":p", ":b")},
                         {"one": CLAIM.format(1, "accepted", ":a", ":p", ":b") + ":a :p :b ."},
                         False),
    "a source removed": (":p rdfs:range :A .", {"one": ":a :p :b .", "two": ":c :p _:x ."},
                         {"one": ":a :p :b ."}, False),
    "a source added": (":p rdfs:range :A .", {"one": ":a :p _:x ."},
                       {"one": ":a :p _:x .", "two": ":c :p _:x ."}, False),
    "a source renamed": (":p rdfs:range :A .", {"one": ":a :p _:x ."}, {"two": ":a :p _:x ."},
                         False),
    "no longer the same": (":f a owl:FunctionalProperty .", {"one": ":a :f :b, :c . :b :v 1 ."},
                           {"one": ":a :f :b . :b :v 1 ."}, False),
    "no longer said to be itself": ("", {"one": ":a owl:sameAs :b . :b owl:sameAs :a .",
                                         "two": ":a owl:sameAs :a ."},
                                    {"one": ":a owl:sameAs :b . :b owl:sameAs :a ."}, False),
    "a literal of equal value": (":i a owl:InverseFunctionalProperty .", {"one": ":a :i 1 ."},
                                 {"one": ":a :i 1 . :b :i 01 ."}, False),
    "a list that is data": ("", {"one": ":a :items ( 1 2 ) ."}, {"one": ":a :items ( 1 ) ."},
                            False),
    "a clash": (":N owl:disjointWith :C . :p rdfs:domain :C .", {"one": ":a a :N ."},
                {"one": ":a a :N ; :p :b ."}, False),
    "a second value": (":f a owl:FunctionalProperty .", {"one": ":a :f 1 ."},
                       {"one": ":a :f 1 .", "two": ":a :f 2 ."}, False),
    "a second value of at most one": (
        ":G rdfs:subClassOf [ owl:onProperty :t ; owl:maxCardinality "
        "\"1\"^^xsd:nonNegativeInteger ] .", {"one": ":a a :G ; :t 1 ."},
        {"one": ":a a :G ; :t 1 .", "two": ":a :t 2 ."}, False),
    "at most one of two values": (
        ":G rdfs:subClassOf [ owl:onProperty :t ; owl:maxCardinality "
        "\"1\"^^xsd:nonNegativeInteger ] .", {"one": ":a :t 1, 2 ."},
        {"one": ":a :t 1, 2 .", "two": ":a a :G ."}, False),
    "an axiom in a data file": ("", {"one": ":a :p :b .", "two": ":p rdfs:domain :A ."},
                                {"one": ":a :p :b .", "two": ":p rdfs:domain :B ."}, True),
    "a member of an axiom's list": (":D owl:unionOf :l .", {
        "one": ":l rdf:first :A ; rdf:rest () . :a a :A . :b a :B ."}, {
        "one": ":l rdf:first :B ; rdf:rest () . :a a :A . :b a :B ."}, True),
    "an axiom that is inferred": (":sub rdfs:subPropertyOf rdfs:subClassOf .",
                                  {"one": ":a a :A .", "two": ""},
                                  {"one": ":a a :A .", "two": ":A :sub :B ."}, True),
    "a record by inference": (
        "[] owl:onProperty :kind ; owl:hasValue :k ; rdfs:subClassOf ckg:Record .",
        {"one": ":r :p :b .", "two": ""}, {"one": ":r :p :b .", "two": ":r :kind :k ."}, True),
    "no record by inference": (
        "[] owl:onProperty :kind ; owl:hasValue :k ; rdfs:subClassOf ckg:Record .",
        {"one": ":r :p :b .", "two": ":r :kind :k ."}, {"one": ":r :p :b .", "two": ""}, True),
}


@pytest.mark.parametrize(("axioms", "before", "after", "anew"), CASES.values(), ids=CASES)
def test_a_change_and_its_undoing(axioms: str, before: Files, after: Files, *,
                                  anew: bool) -> None:
    before, after = {"axioms": axioms, **before}, {"axioms": axioms, **after}
    connection, _ = closed(before)
    was, (fresh, expected) = state(connection), closed(after)
    found = revise(connection, before, after)
    assert state(connection) == state(fresh)
    assert found.anew is anew
    assert found.clashes == expected.clashes
    explained(connection)
    if not (found.clashes or anew):
        revise(connection, after, before)
        assert state(connection) == was


def test_a_change_of_most_is_closed_anew() -> None:
    many = " ".join(f":a{n} :p :b ." for n in range(600))
    before = {"axioms": ":p rdfs:domain :A .", "one": many}
    connection, _ = closed(before)
    after = {**before, "one": ":a0 :p :b ."}
    assert revise(connection, before, after).anew
    assert state(connection) == state(closed(after)[0])


def test_what_stands_beside_the_closure_does_not_grow() -> None:
    files = {"axioms": ":f a owl:FunctionalProperty . :n rdfs:range xsd:integer .",
             "one": ':a :f 1 . :b :f 2 ; :n 3 .', "two": ""}
    connection, _ = closed(files)
    names = [row[0] for row in connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()]
    small = [name for name in names if name not in {"term", "scope"}]
    sizes = {name: tables.count(connection, name) for name in small}
    assert sizes["literal_value"] == 2
    for text in (":c :p :d .", "", ":c :p :d .", ""):
        assert not revise(connection, files, {**files, "two": text}).anew
        files["two"] = text
    assert {name: tables.count(connection, name) for name in small} == sizes


def test_chains_that_a_change_joins_are_closed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closure, "LEAST", 3_000)
    monkeypatch.setattr(closure, "GROWTH", 0)
    chains = [f":n{n} :t :n{n + 1} ." for n in range(60) if n != 30]
    before = {"one": ":t a owl:TransitiveProperty . " + " ".join(chains)}
    after = {**before, "two": ":n30 :t :n31 ."}
    connection, _ = closed(before)
    assert revise(connection, before, after).anew
    assert state(connection) == state(closed(after)[0])
