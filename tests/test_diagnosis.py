"""An answer without rows says which condition emptied it."""

from dataclasses import dataclass, field

import pytest

from clusterkg import diagnosis, query, syntax
from clusterkg.answer import Reply
from clusterkg.errors import RefusedError
from clusterkg.pattern import parse
from worlds import QUESTIONS, memory

WORLD = memory()

EMPTIED = [
    ("SELECT ?s { ?s a ckg:Stagee }", "line 1: ?s a ckg:Stagee matches nothing"),
    ("SELECT ?s {\n?s a ckg:Stage ;\n ckg:none ?x ; rdfs:label ?l }",
     "line 3: ?s ckg:none ?x matches nothing together with what stands before it"),
    ("SELECT ?s { ?s a ckg:Stage ; rdfs:label 'a ; b', 'c' }", "?s rdfs:label 'a ; b', 'c'"),
    ("SELECT ?s { ?s a ckg:Stage . FILTER(STR(?s) = '}')\n?s rdfs:label ?l }",
     "line 1: FILTER(STR(?s) = '}') lets nothing through"),
    ("SELECT ?s { ?s a ckg:Stage FILTER NOT EXISTS { ?s a ?x } }", "FILTER NOT EXISTS { ?s a ?x }"),
    ("SELECT ?s { ?s a ckg:Stage FILTER regex(?s, '#') }", "FILTER regex(?s, '#') lets nothing"),
    ("SELECT ?s { ?s a ckg:Stage MINUS { ?s a ?x } }", "MINUS { ?s a ?x } takes every row away"),
    ("SELECT ?s { ?s a ckg:Stage OPTIONAL { ?s ckg:none ?x } ?s ckg:none ?y }",
     "?s ckg:none ?y matches nothing together"),
    ("SELECT ?s { VALUES ?s { 1 } ?s a ?x }", "?s a ?x matches nothing together"),
    ("SELECT ?s { { ?s a ckg:Stage .\n?s ckg:none ?x } ?s rdfs:label ?l }",
     "line 2: ?s ckg:none ?x matches nothing together"),
    ("SELECT ?s { { ?s ckg:a ?x } UNION { ?s ckg:b ?x } UNION { ?s ckg:c ?x } ?s a ckg:Stage }",
     "UNION { ?s ckg:c ?x } matches nothing"),
    ("SELECT ?s { GRAPH <a:b> { ?s a ckg:Stage } }", "GRAPH <a:b> { ?s a ckg:Stage . }"),
    ("SELECT ?s { [] ckg:atStage ?s ; ckg:none 1 }", "[] ckg:atStage ?s ; ckg:none 1"),
    ("SELECT ?s { ?s ckg:hasStage/ckg:none ?x }", "?s ckg:hasStage/ckg:none ?x matches nothing"),
    ("SELECT ?s (COUNT(*) AS ?n) { ?s a ckg:Stage }\nGROUP BY ?s HAVING (?n > 2)",
     "line 2: HAVING (?n > 2) leaves none"),
    ("SELECT ?s { ?s a ckg:Stage } LIMIT 10 OFFSET 5", "OFFSET 5 leaves none"),
    ("CONSTRUCT { ?s a ?x } WHERE { ?s ckg:none ?x }", "?s ckg:none ?x matches nothing"),
    ("CONSTRUCT WHERE { ?s ckg:none ?x }", "?s ckg:none ?x matches nothing"),
    ("SELECT ?s FROM <a:b> { ?s a ckg:Stage }", "?s a ckg:Stage matches nothing"),
    ("SELECT ((1 + (2)) AS ?s) { SELECT ?x { ?x ckg:none ?y } }", "matches nothing"),
    ("DESCRIBE <a:b>", "the resource is not described"),
]


@pytest.mark.parametrize(("text", "said"), EMPTIED)
def test_the_condition_that_empties_an_answer_is_named(text: str, said: str) -> None:
    whole = syntax.with_prefixes(text)
    syntax.check(whole)
    message = diagnosis.of_text(whole, WORLD)
    assert message.startswith("no row: ")
    assert said in message
    assert "\n" not in message


def test_elements_keep_the_text_of_the_query() -> None:
    text = ("SELECT ?s WHERE { ?s a ?t ; ?p [ a ?u ; ?v ( 1 2 ) ] , 'x;y' ; ?q ?r . "
            "BIND(1 AS ?i) ?s ?w ?z }")
    pattern = parse(text)
    assert pattern is not None
    assert [(e.kind, e.text) for e in pattern.elements] == [
        ("TRIPLE", "?s a ?t ."), ("TRIPLE", "?s ?p [ a ?u ; ?v ( 1 2 ) ] , 'x;y' ."),
        ("TRIPLE", "?s ?q ?r ."), ("BIND", "BIND(1 AS ?i)"), ("TRIPLE", "?s ?w ?z .")]


def test_a_parameter_is_blamed_when_another_value_would_do() -> None:
    asked = query.read(QUESTIONS / "clusters.rq")
    values: dict[str, query.Value] = {"place": "place:north", "atLeast": "100"}
    message = diagnosis.of_query(asked, values, WORLD)
    assert message == "no row with atLeast = 100; without atLeast there is 1"


def test_each_value_to_blame_is_named_by_its_label() -> None:
    asked = query.read(QUESTIONS / "clusters.rq")
    message = diagnosis.of_query(asked, {"place": "place:north", "atLeast": "10"}, WORLD)
    assert message == ("no row with place = North District and atLeast = 10; "
                       "without place there is 1 or without atLeast there is 1")


def test_no_parameter_is_blamed_for_what_nobody_says() -> None:
    asked = query.read(QUESTIONS / "revenue.rq")
    message = diagnosis.of_query(asked, {"cluster": "cluster:north"}, WORLD)
    assert message == "no row: line 10: cluster:north ckg:revenue ?revenue matches nothing"


@dataclass
class Refusing:
    """Refuse every probe, as a busy endpoint does."""

    asked: list[str] = field(default_factory=list)

    def query(self, text: str) -> Reply:
        self.asked.append(text)
        raise RefusedError("busy")


def test_a_source_that_refuses_ends_the_search() -> None:
    source = Refusing()
    assert "too long to find out" in diagnosis.of_text("SELECT ?s { ?s a ?x . ?s a ?y }", source)
    assert len(source.asked) == 1


def test_the_search_is_bounded_in_time() -> None:
    source = Refusing()
    message = diagnosis.of_text("SELECT ?s { ?s a ?x }", source, budget=-1)
    assert "too long to find out" in message
    assert source.asked == []
