"""Shapes in SQL against pySHACL: random small shapes on random small data give equal reports."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from clusterkg import validation
from clusterkg.errors import UnreadableError
from clusterkg.report import Report, Result
from clusterkg.shacl import dependence, reference
from clusterkg.shacl.checking import Choice
from clusterkg.shacl.model import Model
from clusterkg.shape import Shapes
from clusterkg.tables import Connection

PREFIXES = """@prefix : <http://e/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SUB_CLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
LITERALS = ['"a"', '"b"', '"ab\\nc"', '""', '"a"@en', '"A"@en-us', '"b"@zh', "1", "01", "2.50",
            "-3", "1e1", "true", '"1"^^xsd:boolean', '"x"^^xsd:integer', '"2024-02-30"^^xsd:date',
            '"2024-02-28"^^xsd:date', '"2024-03-01Z"^^xsd:date', '"2024"^^xsd:gYear',
            '"2024-02-28T00:00:00Z"^^xsd:dateTime', '"a"^^:own', '"12:00:00"^^xsd:time']
NODES = [":a", ":b", ":c", ":d", "_:x", "_:y"]
PREDICATES = [":p", ":q", ":r"]
CLASSES = [":A", ":B", ":C"]
node, literal = st.sampled_from(NODES), st.sampled_from(LITERALS)
predicate, kind = st.sampled_from(PREDICATES), st.sampled_from(CLASSES)
value = st.one_of(node, literal)
# pySHACL takes `1` in shapes for false, but not in data.
written = st.sampled_from([text for text in LITERALS if text != '"1"^^xsd:boolean'])
constant = st.one_of(st.sampled_from(NODES[:4]), written)
small = st.integers(0, 3).map(str)


def listed(items: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=least, max_size=3).map(lambda found: f"( {' '.join(found)} )")


def paths(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    forms = st.sampled_from(["inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"])
    marked = st.tuples(forms, inner).map(lambda found: f"[ sh:{found[0]} {found[1]} ]")
    return st.one_of(marked, marked, listed(inner, 2), listed(inner, 2).map(
        lambda path: f"[ sh:alternativePath {path} ]"))


path = st.recursive(predicate, paths, max_leaves=4)
bound = st.sampled_from([text for text in LITERALS if "x" not in text or "xsd:d" in text])


def says(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return values.map(lambda found: f"sh:{name} {found}")


PLAIN = [
    says("class", kind), says("nodeKind", st.sampled_from([
        "sh:IRI", "sh:Literal", "sh:BlankNode", "sh:BlankNodeOrIRI", "sh:IRIOrLiteral"])),
    says("datatype", st.sampled_from(["xsd:string", "xsd:integer", "xsd:date", "xsd:decimal",
                                      "xsd:boolean", "xsd:dateTime", ":own", "rdfs:Literal",
                                      "xsd:gYear", "xsd:time"])),
    *(says(name, bound) for name in ("minInclusive", "minExclusive", "maxInclusive",
                                     "maxExclusive")),
    says("minLength", small), says("maxLength", small),
    says("pattern", st.sampled_from(['"^a"', '"a$"', '"[^a]"', '"b|c" ; sh:flags "i"', '"a.b"',
                                     '"\\\\d"', '"^[0-9]{2}$"', '"^(http|a)"'])),
    says("languageIn", listed(st.sampled_from(['"en"', '"zh"', '"en-us"']))),
    says("equals", predicate), says("disjoint", predicate), says("hasValue", constant),
    says("in", listed(constant))]
COUNTED = [says("minCount", small), says("maxCount", small), says("uniqueLang", st.just("true")),
           says("lessThan", predicate), says("lessThanOrEquals", predicate)]


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*parts), min_size=1, max_size=2,
                    unique_by=lambda text: text.split()[0]).map(" ; ".join)


def bodies(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Say shapes that ask for others: bodies of blank nodes, property shapes with a path."""
    shaped = inner.map(lambda body: f"[ {body} ]")
    property_shape = st.tuples(path, st.lists(st.one_of(*PLAIN, *COUNTED), max_size=2), inner).map(
        lambda found: "[ sh:path " + " ; ".join([found[0], *found[1], found[2]]) + " ]")
    qualified = st.tuples(path, shaped, small, st.booleans()).map(
        lambda found: f"[ sh:path {found[0]} ; sh:qualifiedValueShape {found[1]} ; "
                      f"sh:{'qualifiedMinCount' if found[3] else 'qualifiedMaxCount'} {found[2]} ; "
                      f"sh:qualifiedValueShapesDisjoint true ]")
    asked = [says("not", shaped), says("node", shaped), says("property", property_shape),
             says("property", qualified),
             *(says(name, listed(shaped)) for name in ("and", "or", "xone")),
             st.tuples(property_shape, predicate).map(
                 lambda found: f"sh:closed true ; sh:ignoredProperties ( {found[1]} ) ; "
                               f"sh:property {found[0]}")]
    return joined(*asked)


leaf = joined(*PLAIN)
body = st.recursive(leaf, bodies, max_leaves=4)
target = st.one_of(says("targetClass", kind), says("targetNode", constant),
                   says("targetSubjectsOf", predicate), says("targetObjectsOf", predicate))
message = st.sampled_from(["", ' ; sh:message "no"@en, "不"@zh', " ; sh:severity sh:Info"])
shape_text = st.tuples(target, body, message).map(
    lambda found: f"{found[0]} ; {found[1]}{found[2]}")
shapes_text = st.lists(shape_text, min_size=1, max_size=3).map(
    lambda found: "\n".join(f":S{n} a sh:NodeShape ; {text} ." for n, text in enumerate(found)))
triple = st.one_of(
    st.tuples(node, predicate, value), st.tuples(node, st.just("a"), kind),
    st.tuples(kind, st.just("rdfs:subClassOf"), kind)).map(lambda found: " ".join(found) + " .")
data_text = st.lists(triple, max_size=14).map("\n".join)


def checked(folder: Path, data: str, shapes: str) -> tuple[object, object, list[str]]:
    """Check with SQL and with pySHACL alone; an error counts as what it says."""
    (folder / "d.ttl").write_text(PREFIXES + data, encoding="utf-8")
    (folder / "s.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    read, said = validation.read_shapes([folder / "s.ttl"]), list[str]()
    loaded = validation.load([folder / "d.ttl"], adopt=False)
    own = outcome(lambda: validation.check(loaded, read, say=said.append).results)
    return own, outcome(lambda: all_by_reference(loaded, read)), said


def all_by_reference(loaded: Connection, shapes: Shapes) -> list[Result]:
    return reference.results(loaded, shapes, Model(shapes.graph).targeted)


def outcome(run: Callable[[], Iterable[Result]]) -> object:
    try:
        found = run()
    except Exception as error:
        return str(error)
    return Counter((r.severity, r.shape, r.component, r.focus_node, r.path, r.value,
                    tuple(r.messages.items())) for r in found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


@settings(max_examples=40, deadline=None, derandomize=True,
          suppress_health_check=list(HealthCheck))
@given(data=data_text, shapes=shapes_text)
def test_random_shapes_on_random_data_report_as_pyshacl(folder: Path, data: str,
                                                        shapes: str) -> None:
    try:
        own, theirs, _ = checked(folder, data, shapes)
    except UnreadableError:  # refused by the shapes of SHACL: two values where one may be
        reject()
    assert own == theirs


@pytest.mark.parametrize(("shapes", "reason"), [
    (":S sh:targetClass :A ; sh:node :S .", "refers to itself"),
    (":S sh:targetNode :a ; sh:property [ sh:path [ sh:inversePath ( :p :q ) ] ; sh:minCount 9 ] .",
     "inverse of a sequence"),
    (':S sh:targetNode :a ; sh:sparql [ sh:select "SELECT $this WHERE { $this <http://e/p> ?o '
     'MINUS { $this <http://e/q> ?o } }" ] .', "INUS"),
])
def test_what_sql_does_not_cover_goes_to_pyshacl_and_is_told(folder: Path, shapes: str,
                                                             reason: str) -> None:
    own, theirs, said = checked(folder, ":a a :A ; :p 1 .", shapes)
    assert own == theirs
    assert any(reason in text for text in said)


def test_one_shape_beyond_sql_leaves_the_others_there(folder: Path) -> None:
    own, theirs, said = checked(folder, ":a a :A ; :p 1 .", """
:S sh:targetClass :A ; sh:node :S ; sh:class :B .
:T sh:targetClass :A ; sh:property [ sh:path :p ; sh:maxCount 0 ] .""")
    assert own == theirs
    assert len(said) == 1
    assert ":T" not in said[0]


def test_literals_are_reported_as_they_are_written(folder: Path) -> None:
    (folder / "d.ttl").write_text(PREFIXES + ":a :p 01, 1 .", encoding="utf-8")
    (folder / "s.ttl").write_text(PREFIXES + ":S sh:targetNode :a ; sh:property [ sh:path :p ; "
                                  "sh:maxCount 1 ; sh:in ( 1 ) ] .", encoding="utf-8")
    report = validation.check(validation.load([folder / "d.ttl"], adopt=False),
                              validation.read_shapes([folder / "s.ttl"]))
    assert {result.value for result in report.results} == {
        None, '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_a_check_can_be_limited_to_shapes(folder: Path) -> None:
    (folder / "d.ttl").write_text(PREFIXES + ":a :p 1 .", encoding="utf-8")
    (folder / "s.ttl").write_text(PREFIXES + "".join(
        f":{name} sh:targetNode :a ; sh:class :A ." for name in "ST"), encoding="utf-8")
    loaded, shapes = (validation.load([folder / "d.ttl"], adopt=False),
                      validation.read_shapes([folder / "s.ttl"]))
    assert len(validation.check(loaded, shapes).results) == 2
    (result,) = validation.check(loaded, shapes, only=Choice({"<http://e/T>"})).results
    assert result.shape == "<http://e/T>"


def test_what_a_shape_depends_on_is_known(folder: Path) -> None:
    (folder / "s.ttl").write_text(PREFIXES + """
:S sh:targetClass :A ; sh:message "no" ; sh:property [ sh:message "no" ; sh:class :B ;
    sh:path ( :p [ sh:zeroOrMorePath [ sh:inversePath :q ] ] ) ] .
:T sh:targetSubjectsOf :p ; sh:message "no" ; sh:sparql [ sh:select
    "SELECT $this WHERE { $this <http://e/q>/<http://e/r> ?o FILTER EXISTS { ?o a <http://e/C> } }"
    ] .
:U sh:targetNode :a ; sh:message "no" ; sh:sparql [
    sh:select "SELECT $this WHERE { $this ?p ?o }" ] .
:V sh:targetNode :a ; sh:closed true ; sh:message "no" .""", encoding="utf-8")
    found = dependence.of(validation.read_shapes([folder / "s.ttl"]))
    assert found["<http://e/U>"] is found["<http://e/V>"] is None
    assert found["<http://e/S>"] == dependence.Dependence(
        frozenset({"http://e/p", "http://e/q", SUB_CLASS}),
        frozenset({"http://e/A", "http://e/B"}))
    assert found["<http://e/T>"] == dependence.Dependence(
        frozenset({"http://e/p", "http://e/q", "http://e/r"}), frozenset({"http://e/C"}))


@pytest.mark.parametrize(("data", "constraint"), [
    (':a :p "9.5"^^xsd:integer ; :q 11 .', "sh:lessThan :q"),
    (':a :p "9.5"^^xsd:integer ; :q 11 .', "sh:lessThanOrEquals :q"),
    (':a :p 9 ; :q "1e2"^^xsd:integer .', "sh:lessThan :q"),
    (':a :p "2026-1-100"^^xsd:date ; :q "2025-01-01"^^xsd:date .', "sh:lessThan :q"),
    (f':a :p "{"a" * 10_000}", "a" .', 'sh:pattern "^(a{100}){100}$"'),
    (':a :p "abc", "b" .', 'sh:pattern "^(?!abc)"'),
    (':a :p "a\\n", "b\\n" .', 'sh:pattern "^a$"')])
def test_what_sql_would_read_otherwise_reports_as_pyshacl(folder: Path, data: str,
                                                          constraint: str) -> None:
    shapes = f":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :p ; {constraint} ] ."
    ours, theirs, _ = checked(folder, data, shapes)
    assert ours == theirs
    assert ours


def held_against(folder: Path, value: str, constraint: str) -> Report:
    """Check one value by our way alone."""
    (folder / "d.ttl").write_text(f"{PREFIXES} :a :p {value} .", encoding="utf-8")
    (folder / "s.ttl").write_text(f"{PREFIXES} :S sh:targetNode :a ; sh:property [ sh:path :p ; "
                                  f"{constraint} ] .", encoding="utf-8")
    return validation.check(validation.load([folder / "d.ttl"]),
                            validation.read_shapes([folder / "s.ttl"]))


def test_a_number_that_is_none_is_in_no_range(folder: Path) -> None:
    found = held_against(folder, '"NaN"^^xsd:double', "sh:minInclusive 1 ; sh:maxExclusive 100.5")
    assert found.counts["Violation"] == 2


def test_a_pattern_with_nested_repeats_takes_no_time_that_explodes(folder: Path) -> None:
    found = held_against(folder, f'"{"a" * 60}b"', 'sh:pattern "^(a+)+$"')
    assert not found.conforms


def test_a_long_list_costs_what_it_is_long(folder: Path) -> None:
    listed = " ".join(f'"v{number}"' for number in range(3000))
    (folder / "s.ttl").write_text(f"{PREFIXES} :S sh:targetNode :a ; sh:property [ sh:path :p ; "
                                  f"sh:in ( {listed} ) ] .", encoding="utf-8")
    (folder / "d.ttl").write_text(f'{PREFIXES} :a :p "v2999", "v3000" .', encoding="utf-8")
    start = process_time()
    found = validation.check(validation.load([folder / "d.ttl"]),
                             validation.read_shapes([folder / "s.ttl"]))
    assert [result.value for result in found.results] == ['"v3000"']
    assert process_time() - start < 10  # seconds; the square of the length would take minutes


def test_a_long_list_that_is_none_is_refused(folder: Path) -> None:
    cells = " ".join(f"_:c{number} rdf:first {number} ; rdf:rest _:c{number + 1} ."
                     for number in range(60))
    (folder / "s.ttl").write_text(
        f"{PREFIXES} @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . :S "
        f"sh:targetNode :a ; sh:property [ sh:path :p ; sh:in _:c0 ] . {cells}", encoding="utf-8")
    with pytest.raises(UnreadableError):
        validation.read_shapes([folder / "s.ttl"])
