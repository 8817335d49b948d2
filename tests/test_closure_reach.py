"""What reaches on and on: chains, cliques and circles close in few rounds, or are refused."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from closures import closed, compare, inferred, load, own, together, triples
from clusterkg import closure
from clusterkg.errors import RefusedError

TRANSITIVE, SYMMETRIC = ":p a owl:TransitiveProperty . ", ":p a owl:SymmetricProperty . "


def links(number: int, predicate: str = ":p") -> str:
    return " ".join(f":n{n} {predicate} :n{n + 1} ." for n in range(number))


@pytest.mark.parametrize(("turtle", "found"), [
    (TRANSITIVE + links(600), 600 * 599 // 2),
    (TRANSITIVE + SYMMETRIC + links(200), 201 * 201 - 200),
    (links(200, "owl:sameAs"), 201 * 200 - 200),
    (links(200, "owl:sameAs") + " :n0 :q :m .", 201 * 200)])
def test_the_rounds_grow_as_the_logarithm_of_the_length(turtle: str, found: int) -> None:
    _, run = closed(turtle)
    assert run.inferred == found
    assert run.rounds < 15


@pytest.mark.parametrize("numbers", [(1, 2, 3, 4, 5, 7, 8, 9), (31,)], ids=str)
@pytest.mark.parametrize("more", ["", ":n0 :p :n0 .", ":n{} :p :n0 ."])
def test_chains_and_circles_reach_all_that_follows(numbers: tuple[int, ...], more: str) -> None:
    cases = (own(TRANSITIVE + links(number) + more.format(number), f"{number}/")
             for number in numbers)
    assert compare(closed("".join(cases))[0]) == (set(), set())


NODES = st.sampled_from([f":n{n}" for n in range(9)])
AXIOMS = st.sampled_from([TRANSITIVE, SYMMETRIC, ":q rdfs:subPropertyOf :p .", ":q a "
                          "owl:TransitiveProperty .", ":p owl:inverseOf :q .",
                          ":p owl:propertyChainAxiom ( :p :r ) .", ":r owl:sameAs :p ."])
FACTS = st.builds("{} {} {} .".format, NODES,
                  st.sampled_from([":p", ":p", ":p", ":q", ":r", "owl:sameAs"]), NODES)


@settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.just([TRANSITIVE]), st.lists(AXIOMS, min_size=1, max_size=3),
                          st.lists(FACTS, min_size=5, max_size=12)), min_size=1, max_size=5))
def test_owlrl_agrees_on_what_reaches_on(cases: list[tuple[list[str], ...]]) -> None:
    connection, _ = closed(together(cases))
    assert compare(connection) == (set(), set())


def test_what_is_found_later_reaches_on_too() -> None:
    assert triples(":a :p :c, :d .") <= inferred(
        TRANSITIVE + ":x :p :b . :x a :C . [] owl:onProperty :k ; owl:hasValue 1 ; "
        "rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :b ] . :a :k 1 . :b :p :c . :c :p :d .")


def test_steps_that_lead_nowhere_further_are_no_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closure, "LEAST", 1_000)
    monkeypatch.setattr(closure, "GROWTH", 2)
    _, run = closed(TRANSITIVE + " ".join(f":a{n} :p :b{n} ." for n in range(300)))
    assert run.inferred == 0


def test_a_chain_that_reaches_too_far_is_refused_before_it_is_gone_through(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closure, "LEAST", 5_000)
    monkeypatch.setattr(closure, "GROWTH", 2)
    with pytest.raises(RefusedError, match="5,000 conclusions"):
        closure.infer(load(TRANSITIVE + links(2_000)))
