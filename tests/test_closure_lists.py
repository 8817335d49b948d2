"""Lists of any length are followed, and what is said of their members found, in few turns."""

from collections.abc import Callable

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from closures import EX, closed, compare, inferred, load, own, together, triples
from clusterkg import closure, link, tables
from clusterkg.errors import RefusedError

SCHEMA = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


def names(stem: str, number: int) -> str:
    return " ".join(f":{stem}{n}" for n in range(number))


def intersection(number: int) -> str:
    types = names("P", number).replace(" ", ", ")
    return f":C owl:intersectionOf ( {names('P', number)} ) . :x a {types} . " \
           f":y a {types.removesuffix(f':P{number - 1}').rstrip(', ') or ':Q'} . :z a :C ."


def chain(number: int) -> str:
    steps = " ".join(f":n{n} :P{n} :n{n + 1} ." for n in range(number))
    return f":p owl:propertyChainAxiom ( {names('P', number)} ) . {steps} :n1 :P0 :n2 ."


def key(number: int) -> str:
    same = " ".join(f":x :P{n} :v . :y :P{n} :v ." for n in range(number))
    return f":C owl:hasKey ( {names('P', number)} ) . :x a :C . :y a :C . {same} :z a :C ; :P0 :v ."


@pytest.mark.parametrize("axiom", [intersection, chain], ids=lambda f: f.__name__)
@pytest.mark.parametrize("numbers", [(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16), (17,), (21,)], ids=str)
def test_owlrl_agrees_whatever_the_length(axiom: Callable[[int], str],
                                          numbers: tuple[int, ...]) -> None:
    connection, _ = closed("".join(own(axiom(number), f"{number}/") for number in numbers))
    assert compare(connection) == (set(), set())


@pytest.mark.parametrize("number", [1, 2, 3, 4, 7])
def test_keys_of_any_length_tell_what_is_the_same(number: int) -> None:
    found = {triple for triple in inferred(key(number)) if "sameAs" in triple.predicate.value}
    alike = ":x owl:sameAs :y . :y owl:sameAs :x . "
    if number == 1:
        alike += ":x owl:sameAs :z . :z owl:sameAs :x, :y . :y owl:sameAs :z ."
    assert found == triples(alike)


NAMES = st.sampled_from([":a", ":b", ":c"])
CLASSES, PROPERTIES = (st.lists(st.sampled_from([f":{stem}{n}" for n in range(4)]), min_size=1,
                                max_size=9).map(" ".join) for stem in "AP")
AXIOMS = st.one_of(st.builds(":A0 owl:intersectionOf ( {} ) .".format, CLASSES),
                   st.builds(":A1 owl:unionOf ( {} ) .".format, CLASSES),
                   st.builds(":P0 owl:propertyChainAxiom ( {} ) .".format, PROPERTIES),
                   st.builds(":P1 owl:propertyChainAxiom ( {} ) .".format, PROPERTIES))
FACTS = st.one_of(
    st.builds("{} {} {} .".format, NAMES, st.sampled_from([f":P{n}" for n in range(4)]), NAMES),
    st.builds("{} a {} .".format, NAMES, st.sampled_from([f":A{n}" for n in range(4)])))


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.lists(AXIOMS, min_size=1, max_size=3),
                          st.lists(FACTS, min_size=4, max_size=14)), min_size=1, max_size=5))
def test_owlrl_agrees_on_lists_of_any_length(cases: list[tuple[list[str], list[str]]]) -> None:
    connection, _ = closed(together(cases))
    assert compare(connection) == (set(), set())


def turns(turtle: str) -> tuple[duckdb.DuckDBPyConnection, int, int]:
    """Close, and give the turns of following the lists, and the rounds of the closure."""
    connection, found = closed(turtle)
    assert not found.clashes
    return connection, link.follow(connection), found.rounds


@pytest.mark.parametrize(("turtle", "count"), [
    (f":C owl:oneOf ( {names('m', 10_000)} ) .", 10_000),
    (f":C owl:unionOf ( {names('m', 10_000)} ) . :x a :m0 .", 10_001),
    (f"[] a owl:AllDifferent ; owl:members ( {names('m', 10_000)} ) .", 0)])
def test_the_turns_of_a_long_list_grow_as_its_logarithm(turtle: str, count: int) -> None:
    connection, followed, rounds = turns(turtle)
    assert followed == 14  # 2 ** 14 > 10_000
    assert rounds < 5
    assert tables.count(connection, "inferred") == count
    assert tables.count(connection, "list_member") == 10_000


@pytest.mark.parametrize(("turtle", "expected"), [
    (intersection(1000), ":x a :C . :z a :P0, :P999 ."), (chain(1000), ":n0 :p :n1000 .")])
def test_what_is_said_of_all_members_takes_as_few_rounds(turtle: str, expected: str) -> None:
    connection, followed, rounds = turns(turtle)
    assert followed == 10
    assert rounds < 20
    found = {quad.triple for quad in tables.quads(connection, "inferred")}
    assert triples(expected) <= found
    assert not triples(":y a :C . :n1 :p :n1000 .") & found


@pytest.mark.parametrize("length", [1, 2, 3, 500])
def test_a_circle_far_down_is_refused(length: int) -> None:
    way = " ".join(f":l{n} rdf:first :A ; rdf:rest :l{n + 1} ." for n in range(700))
    with pytest.raises(RefusedError, match="circle"):
        closed(f":C owl:unionOf :l0 . {way} :l700 rdf:first :B ; rdf:rest :l{700 - length} .")


@pytest.mark.parametrize(("cells", "what"), [
    (":l700 rdf:first :A ; rdf:rest :l3, () .", "branches"),
    (":l700 rdf:first :A, :B ; rdf:rest () .", "branches"),
    (":l700 rdf:first :A .", "stops short"), (":l700 rdf:rest () .", "stops short")])
def test_what_is_malformed_far_down_is_refused(cells: str, what: str) -> None:
    way = " ".join(f":l{n} rdf:first :A ; rdf:rest :l{n + 1} ." for n in range(700))
    with pytest.raises(RefusedError, match=f"owl:unionOf of <{EX}C>.*{what}"):
        closed(f":C owl:unionOf :l0 . {way} {cells}")


def test_a_list_that_only_inference_shows_to_be_one_is_refused_where_malformed() -> None:
    with pytest.raises(RefusedError, match="circle"):
        closed(":either rdfs:subPropertyOf owl:unionOf . :C :either :l . "
               ":l rdf:first :A ; rdf:rest :l .")


def test_what_is_the_same_as_a_list_needs_no_cells() -> None:
    connection, _ = closed(":C owl:unionOf :l . :l rdf:first :A ; rdf:rest () ; owl:sameAs :m . "
                           ":x a :A .")
    found = {quad.triple for quad in tables.quads(connection, "inferred")}
    assert triples(":x a :C . :A rdfs:subClassOf :C .") <= found
    assert compare(connection) == (set(), set())


def test_lists_that_fork_without_end_in_data_are_left_alone() -> None:
    cells = " ".join(f":l{n} rdf:first :A ; rdf:rest :l{n + 1}, :k{n + 1} . "
                     f":k{n} rdf:first :A ; rdf:rest :l{n + 1}, :k{n + 1} ." for n in range(60))
    connection = load(f":x :items :l0 . {cells} :C owl:unionOf ( {names('m', 100)} ) .")
    assert closure.infer(connection).inferred == 100
