"""Whether a conclusion follows is told, with the reason; all cases of the W3C for OWL 2 RL."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from closures import PREFIXES
from clusterkg import conformance, entailment
from clusterkg.cli import run
from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, turtle: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PREFIXES + turtle, encoding="utf-8")
        return path
    return written


FOLLOWS = {
    "what is asserted": (":a :p :b .", ":a :p :b ."),
    "what is inferred": (":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", ":a :p :c ."),
    "something without a name": (":p rdfs:range :C . :a :p :b .", ":a :p _:x . _:x a :C ."),
    "two names for one thing": (":a :p :b .", ":a :p _:x . :a :p _:y ."),
    "what takes a second try": (":a :p :b, :c, :d . :d a :C .", ":a :p _:x . _:x a :C ."),
    "an expression": (":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue 1 ] .",
                      ":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue 1 ] ."),
    "a list": (":C owl:unionOf ( :A :B ) .", ":C owl:unionOf ( :A :B ) ."),
    "a value in other words": (":a :p 1 .", ':a :p "01"^^xsd:integer .'),
    "a literal as something": (":a :p 1 .", ":a :p _:x ."),
    "what is tacit": (":a :p :b .", ":a owl:sameAs :a . owl:Thing a owl:Class . "
                                    "xsd:int a rdfs:Datatype ."),
    "what is denied": (":A owl:disjointWith :B . :a a :A . :b a :B .", ":a owl:differentFrom :b ."),
    "what is denied the other way": (":a owl:differentFrom :b .", ":b owl:differentFrom :a ."),
    "all that is denied": (":p a owl:FunctionalProperty . :a :p 1 . :b :p 2 . :c :p 3 .",
                           "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) ."),
    "a complement": (":A owl:disjointWith :B . :a a :A .",
                     ":a a [ a owl:Class ; owl:complementOf :B ] ."),
    "a negative assertion": (":p owl:propertyDisjointWith :q . :a :p :b .",
                             "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ; "
                             "owl:assertionProperty :q ; owl:targetIndividual :b ."),
    "a negative assertion of a value": (":p a owl:FunctionalProperty . :a :p 1 .",
                                        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; "
                                        "owl:targetValue 2 ."),
    "transitivity": (":p owl:propertyChainAxiom ( :p :p ) .", ":p a owl:TransitiveProperty ."),
    "anything, from a contradiction": (":a a owl:Nothing .", ":x :y :z ."),
}
DOES_NOT = {
    "what nobody says": (":a :p :b .", ":a :p :c .", "not found"),
    "the other way": (":a :p :b .", ":b :p :a .", "not found"),
    "one thing that is two": (":a :p :b . :a :q :c .", ":a :p _:x . :a :q _:x .", "not found"),
    "another value": (":a :p 1 .", ":a :p 2 .", "not found"),
    "that same is different": (":a owl:sameAs :b .", ":a owl:differentFrom :b .", "differentFrom"),
    "that one is not itself": (":a :p :b .",
                               "[] a owl:AllDifferent ; owl:members ( :a :a ) .", "not found"),
    "that some pair differs": (":a owl:differentFrom :b . :a :p :c .",
                               "[] a owl:AllDifferent ; owl:members ( :a :b :c ) .", "not found"),
    "a longer list": (":C owl:unionOf ( :A :B ) .", ":C owl:unionOf ( :A ) .", "not found"),
    "a complement of something else": (":A owl:disjointWith :B . :a a :A .",
                                       ":a a [ owl:complementOf :A ] .", "not found"),
    "more than a complement": (":A owl:disjointWith :B . :a a :A .",
                               ":a a [ owl:complementOf :B ; :name 1 ] .", "not found"),
    "a denial with more to it": (":p owl:propertyDisjointWith :q . :a :p :b .",
                                 "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ; "
                                 "owl:assertionProperty :q ; owl:targetIndividual :b ; :name 1 .",
                                 "not found"),
    "transitivity for no reason": (":a :p :b . :b :p :c . :a :p :c .",
                                   ":p a owl:TransitiveProperty .", "Transitive"),
    "what a record claims that is not accepted": (
        ":r a ckg:Record ; :p :b . :p rdfs:domain :C .", ":r a :C .", "not found"),
}


@pytest.mark.parametrize(("premise", "conclusion"), FOLLOWS.values(), ids=FOLLOWS)
def test_what_follows_is_found(premise: str, conclusion: str, write: Write) -> None:
    found = entailment.check([write("premise.ttl", premise)], write("conclusion.ttl", conclusion))
    assert found.entailed, found.reason


@pytest.mark.parametrize(("premise", "conclusion", "said"), DOES_NOT.values(), ids=DOES_NOT)
def test_what_does_not_follow_is_named(premise: str, conclusion: str, said: str,
                                       write: Write) -> None:
    found = entailment.check([write("premise.ttl", premise)], write("conclusion.ttl", conclusion))
    assert not found.entailed
    assert said in found.reason


def test_a_file_follows_from_itself(write: Write) -> None:
    path = write("in.ttl", "_:a :p _:b . _:b :p _:c . :C owl:unionOf ( :A :B ) .")
    assert entailment.check([path], path).entailed


def test_a_long_list_is_searched(write: Write) -> None:
    members = " ".join(f":m{n}" for n in range(300))
    path = write("in.ttl", f":C owl:oneOf ( {members} ) .")
    assert entailment.check([path], path).entailed


def test_a_refusal_is_no_answer(write: Write) -> None:
    with pytest.raises(RefusedError, match="hasSelf"):
        entailment.check([write("a.ttl", ":C owl:hasSelf true .")], write("b.ttl", ":a :p :b ."))


def test_an_empty_conclusion_is_named(write: Write) -> None:
    with pytest.raises(UnreadableError, match=r"b\.ttl: no triple"):
        entailment.check([write("a.ttl", ":a :p :b .")], write("b.ttl", ""))


# What forward rules do not reach, and why not.
MISSED = {
    "webont-i5-26-010": "asks for a restriction without a name that nobody wrote",
    "webont-i5-5-005": "asks for a union without a name that nobody wrote",
    "webont-i5-8-006": "asks for a wider datatype as range; no rule widens datatypes",
    "webont-i5-8-008": "asks for what two datatypes share as range; no rule joins datatypes",
    "webont-i5-8-009": "asks for what two datatypes share as range; no rule joins datatypes"}
REFUSED = {
    "new-feature-reflexiveproperty-001": "owl:ReflexiveProperty",
    "new-feature-keys-007": "owl:someValuesFrom", "webont-description-logic-209": "owl:someV",
    "webont-equivalentclass-005": "owl:cardinality", "webont-i5-8-005": "owl:cardinality",
    "webont-somevaluesfrom-002": "owl:someValuesFrom"}


def test_the_cases_of_the_w3c(requires) -> None:  # type: ignore[no-untyped-def]  # conftest's
    cases = conformance.check([], requires.shared("suites") / "w3c-owl2-rl")
    expected = [case.expected for case in cases]
    assert (expected.count("entailed"), expected.count("not entailed")) == (27, 23)
    assert not [case for case in cases if case.verdict == "wrong"]
    assert {case.name for case in cases if case.verdict == "missed"} == set(MISSED)
    refused = {case.name: case.reason for case in cases if case.verdict == "refused"}
    assert set(refused) == set(REFUSED)
    assert all(REFUSED[name] in reason for name, reason in refused.items())


def suite(write: Write) -> Path:
    header = "[] a owl:Ontology ; owl:imports <http://example.org/o/more> . "
    write("s/cases/one/premise.ttl", header + ":a a :C .")
    write("s/cases/one/conclusion.ttl", ":a a :D .")
    write("s/cases/two/premise.ttl", ":a a :C .")
    write("s/cases/two/non-conclusion.ttl", ":a a :D .")
    folder = write("s/imports/more.ttl", ":C rdfs:subClassOf :D .").parents[1]
    (folder / "cases.tsv").write_text("case\tkind\none\tpositive\ntwo\tnegative\n")
    return folder


def test_the_command_prints_a_table(write: Write, capfd: pytest.CaptureFixture[str]) -> None:
    folder = suite(write)
    assert run(["infer", "--check", str(folder)]) == 0
    written = capfd.readouterr()
    assert "| one | entailed | entailed | ok |  |" in written.out
    assert written.out.endswith("2 cases: 2 ok\n")
    write("s/cases/two/conclusion.ttl", ":a a :E .")
    (folder / "cases.tsv").write_text("case\tkind\ttoo much\none\tpositive\ntwo\tpositive\n")
    assert run(["infer", "--check", str(folder)]) == 1
    assert re.search(r"\| two \| entailed \| not entailed \| missed \| not found: .*a.* \|",
                     capfd.readouterr().out)


def test_the_command_checks_a_pair(write: Write, capfd: pytest.CaptureFixture[str]) -> None:
    premise, conclusion = write("a.ttl", ":a :p :b ."), write("b.ttl", ":a :p [] .")
    assert run(["infer", str(premise), "--check", str(conclusion)]) == 0
    assert "| b.ttl | entailed | entailed | ok |  |" in capfd.readouterr().out
    assert run(["infer", str(conclusion), "--check", str(premise)]) == 1


WRONG: dict[str, tuple[list[str], type[ClusterkgError], str]] = {
    "no file": ([], UsageError, "name a file"),
    "no premise": (["--check", "b.ttl"], UsageError, "name the premise"),
    "no conclusion": (["b.ttl", "--check", "none.ttl"], UnreadableError, "none.ttl"),
    "a folder without cases": (["--check", "empty"], UnreadableError, "cases.tsv"),
    "an unknown kind": (["--check", "bad"], UnreadableError, "cases.tsv:2"),
    "a case that is not there": (["--check", "gone"], UnreadableError, "no premise here"),
    "no case at all": (["--check", "none"], UnreadableError, "no case in it"),
}


@pytest.fixture
def wrong(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write("b.ttl", ":a :p :b .").parent
    monkeypatch.chdir(folder)
    for name, text in {"empty": None, "bad": "case\tkind\na\tmaybe\n", "none": "case\tkind\n",
                       "gone": "case\tkind\na\tpositive\n"}.items():
        (folder / name).mkdir()
        if text:
            (folder / name / "cases.tsv").write_text(text)


@pytest.mark.usefixtures("wrong")
@pytest.mark.parametrize(("arguments", "error", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_checked_is_told_in_one_line(
        arguments: list[str], error: type[ClusterkgError], said: str,
        capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["infer", *arguments]) == error.exit_code
    written = capfd.readouterr()
    assert said in written.err
    assert len(written.err.splitlines()) == 1
    assert not written.out
