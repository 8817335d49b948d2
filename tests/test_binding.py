"""Terms are placed into a query whole, and nothing else of it changes."""

import pytest

from clusterkg import binding
from clusterkg.errors import UsageError

QUERY = "SELECT ?x { ?x <a:b> ?_n }"


@pytest.mark.parametrize(("text", "term"), [
    ("SELECT ?x { ?x ?y?_n }", "7"),
    ("SELECT ?x { ?x a:b?_n }", "7"),
    ("SELECT ?x { ?x <a:b> 1?_n }", "2"),
    ("SELECT ?x { ?x <a:b> ''?_n } # '''", "'x'"),
    ('SELECT ?x { ?x <a:b> ""?_n } # """', '"x"'),
])
def test_a_term_that_melts_into_what_is_beside_it_is_refused(text: str, term: str) -> None:
    with pytest.raises(UsageError, match="would change the query"):
        binding.place(text, {"?_n": term})


@pytest.mark.parametrize("term", ['"x" . } #', "1 2", "?z", "<a:b> <c:d>", "{", '"x"@en@en',
                                  "a:b", '"x', "<a:b", "", "#", "-x", "true false"])
def test_only_one_whole_term_is_placed(term: str) -> None:
    with pytest.raises(UsageError, match="not one RDF term"):
        binding.place(QUERY, {"?_n": term})


@pytest.mark.parametrize("term", ["<a:b>", '"x"', '"x"@en', '"x"^^<a:b>', "7", "-7.5", "true"])
def test_a_whole_term_is_placed_as_it_is(term: str) -> None:
    assert binding.place(QUERY, {"?_n": term}) == f"SELECT ?x {{ ?x <a:b> {term}  }}"


def test_bound_says_whether_there_is_a_value() -> None:
    text = "SELECT ?x { FILTER(!BOUND(?__n) || ?x = ?__n) }"
    assert binding.place(text, {"?__n": "7"}) == "SELECT ?x { FILTER(!(true) || ?x = 7 ) }"
    assert binding.place(text, {"?__n": None}) == "SELECT ?x { FILTER(!(false) || ?x = ?__n) }"
