"""Question files and their parameters: what is read, what is refused, what a value can't do."""

import datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from clusterkg import query, syntax
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.store import Store
from clusterkg.tokens import significant, tokenise
from worlds import QUESTIONS, memory, world

__all__ = ["world"]

ID = "https://w3id.org/clusterkg/id/"
CKG = "PREFIX ckg: <https://w3id.org/clusterkg/ns#>\n"


def question(folder: Path, body: str, header: str = "#+ summary: s\n") -> Path:
    path = folder / "asked.rq"
    path.write_text(header + body, encoding="utf-8")
    return path


def described(*names: str, columns: str = "x: {en: x}", more: str = "") -> str:
    rows = "".join(f"#+     {name}: {{description: {{en: d}}}}\n" for name in names)
    parameters = f"#+   parameters:\n{rows}" if names else ""
    return f"#+ summary: s\n{more}#+ x-clusterkg:\n{parameters}#+   columns: {{{columns}}}\n"


def ids(answer_column: object) -> list[str]:
    assert isinstance(answer_column, tuple)
    return [term.value.removeprefix(ID) if term else "-" for term in answer_column]


# -- reading -----------------------------------------------------------------------------------

def test_a_question_is_read_with_its_header() -> None:
    asked = query.read(QUESTIONS / "stages.rq")
    assert asked.name == "stages"
    assert asked.summary == "Which stages has a cluster, and who works there?"
    assert asked.description == "A stage without an enterprise is kept."
    assert asked.header.question == 4
    assert asked.columns["stage"] == {"en": "stage", "zh": "环节"}
    cluster, enterprise, limit = asked.parameters
    assert (cluster.name, cluster.kind, cluster.optional, cluster.of_classes) == (
        "cluster", "iri", False, ("https://w3id.org/clusterkg/ns#Cluster",))
    assert enterprise.optional
    assert (limit.kind, limit.default) == ("integer", "10")


def test_a_header_names_several_classes_and_words_for_its_strings(tmp_path: Path) -> None:
    header = ("#+ summary: s\n#+ x-clusterkg:\n#+   parameters:\n"
              "#+     a: {class: [ckg:Cluster, <http://example.org/B>], description: {en: d}}\n"
              '#+   columns: {x: {en: x}}\n#+   words: {none known: {zh: 未知}}\n')
    asked = query.read(question(tmp_path, "SELECT ?x { ?x ?y ?_a_iri }", header))
    assert asked.parameters[0].of_classes == (
        "https://w3id.org/clusterkg/ns#Cluster", "http://example.org/B")
    assert asked.wording == {"x": {"en": "x"}, '"none known"': {"zh": "未知"}}


BROKEN_HEADERS = [
    ("", 1, "no header"),
    ("#+ tags: [a]\n", 1, "no summary"),
    ("#+ summary: s\n#+ tags: [a\n", 2, "not YAML"),
    ("#+ summary: s\n#+ summry: s\n", 2, "unknown key 'summry'"),
    ("#+ summary: s\n#+ summary: t\n", 2, "stands twice"),
    ("#+ summary: s\n#+ tags: a\n", 2, "not a list"),
    ("#+ summary: [s]\n", 1, "not a text"),
    ("#+ summary: s\n#+ x-clusterkg:\n#+   colums: {}\n", 3, "unknown key 'colums'"),
    ("#+ summary: s\n#+ x-clusterkg:\n#+   question: four\n", 3, "not a number"),
    ("#+ summary: s\n#+ x-clusterkg:\n#+   unknown: maybe\n", 3, "true or false"),
    ("#+ summary: s\n#+ x-clusterkg:\n#+   parameters:\n#+     a: {class: b, scheme: c}\n", 4,
     "class and a scheme"),
    ("#+ summary: s\n#+ x-clusterkg:\n#+   parameters:\n#+     a: {class: {b: c}}\n", 4,
     "not a list"),
    ("#+ summary: s\n#+ x-clusterkg:\n#+   words: [a]\n", 3, "not a map"),
    ("#+ summary: s\n#+ defaults:\n#+   - a: 1\n#+   - a: 2\n", 4, "two defaults"),
    ("#+ summary: s\n\n# a comment\n#+ x-clusterkg: 5\n", 4, "not a map"),
]


@pytest.mark.parametrize(("header", "line", "said"), BROKEN_HEADERS)
def test_a_broken_header_is_named_with_its_line(
        tmp_path: Path, header: str, line: int, said: str) -> None:
    path = question(tmp_path, "SELECT ?x WHERE { ?x ?y ?z }\n", header)
    with pytest.raises(UnreadableError) as caught:
        query.read(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)


BROKEN_PARAMETERS = [
    ("SELECT ?x {\n?x ?y ?_start_date }", ["start"], 2, "write _xsd_date"),
    ("SELECT ?x {\n?x ?y ?_min_decimal }", ["min"], 2, "write _xsd_decimal"),
    ("SELECT ?x {\n?x ?y ?_region_name }", ["region"], 2, "without underscores"),
    ("SELECT ?x {\n?x ?y ?_cluster_code_iri }", ["cluster"], 2, "as a datatype"),
    ("SELECT ?x {\n?x ?y $_a_iri }", ["a"], 2, "no parameter name"),
    ("SELECT ?x {\n?x ?y ?___a_iri }", ["a"], 2, "no parameter name"),
    ("SELECT ?x {\n?x ?y ?_a_iri, ?__a_iri }", ["a"], 2, "one name with two kinds"),
    ("SELECT ?x\n?_a_iri { ?x ?y ?_a_iri }", ["a"], 2, "becomes a constant"),
    ("SELECT ?x {\n?x ?y ?z BIND(?z AS ?_a_iri) }", ["a"], 2, "becomes a constant"),
    ("SELECT ?x { ?x ?y ?_a_iri }\nGROUP BY ?x ?_a_iri", ["a"], 2, "becomes a constant"),
    ("SELECT ?x { ?x ?y ?z\nFILTER(?z = ?__a_iri) }", ["a"], 2, "FILTER(!BOUND(?__a_iri) ||"),
    ("SELECT ?x { ?x ?y ?z }\nLIMIT ?__n_integer", ["n"], 2, "needs a default"),
    ("SELECT ?x { ?x ?y ?_a_iri }", [], 1, "not described"),
    ("SELECT ?x { ?x ?y ?z }", ["b"], 1, "does not use"),
]


@pytest.mark.parametrize(("body", "names", "line", "said"), BROKEN_PARAMETERS)
def test_a_parameter_that_would_be_misread_is_refused(
        tmp_path: Path, body: str, names: list[str], line: int, said: str) -> None:
    header = described(*names)
    path = question(tmp_path, body, header)
    with pytest.raises(UnreadableError) as caught:
        query.read(path)
    place = line + header.count("\n") if line > 1 else 1
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert said in str(caught.value)


BROKEN_QUERIES = [
    ("SELECT ?x {\n?x ?y }", 2, "syntax error"),
    ("SELECT ?x {\n?x ckg:a ?y }", 2, "prefix ckg: is not declared"),
    ("SELECT ?x {\nVALUES ?_a_iri { 1 } }", 2, "syntax error"),
    ("SELECT ?x ?y {\n?x ?y ?z }", 1, "'y' is selected but has no title"),
    ("SELECT (1 AS ?u) {\n?x ?y ?z }", 1, "'u' is selected but has no title"),
    ("ASK { ?x ?y ?z }", None, "is a SELECT, not ASK"),
]


@pytest.mark.parametrize(("body", "line", "said"), BROKEN_QUERIES)
def test_a_query_that_does_not_fit_is_refused(
        tmp_path: Path, body: str, line: int | None, said: str) -> None:
    header = described("a") if "?_a" in body else described()
    path = question(tmp_path, body, header)
    with pytest.raises(UnreadableError) as caught:
        query.read(path)
    place = 1 if line is None else line + header.count("\n")
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("body", [
    "DELETE WHERE { ?x ?y ?z }", "PREFIX a: <b:c> INSERT DATA { a:a a:b a:c }", "CLEAR ALL",
    "LOAD <http://example.org/>", "SELECT ?x { SERVICE <http://example.org/> { ?x ?y ?z } }"])
def test_updates_and_federation_are_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(RefusedError):
        query.read(question(tmp_path, body, described()))


def test_a_word_in_a_string_or_a_name_is_no_update() -> None:
    text = ('PREFIX service: <a:b> SELECT ("INSERT SERVICE" AS ?x) '
            "{ ?service service:delete <a:DROP> }")
    assert syntax.check(text) == "SELECT"


def test_an_unknown_question_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="nearest: stages"):
        query.named("stage", query.folder(QUESTIONS))


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no question here"):
        query.folder(tmp_path)


def test_a_latin_1_file_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "asked.rq"
    path.write_bytes(b"#+ summary: s\n# caf\xe9\n")
    with pytest.raises(UnreadableError, match=r"asked\.rq:2: not UTF-8"):
        query.read(path)


# -- tokens ------------------------------------------------------------------------------------

@given(st.text(max_size=200))
@example('"""a"" b\\""" <a> ?x # c\n\'')
def test_tokens_lose_nothing(text: str) -> None:
    assert "".join(token.text for token in tokenise(text)) == text


def test_variables_in_strings_iris_and_comments_are_none() -> None:
    text = ('SELECT ?a { ?a <x?_b> "?_c" ; \'?_d\' """?_e " ?_f""", ex:g?_h # ?_i\n'
            " ; ex:p\\?_j '''?_k''' FILTER(?l<?m && ?n>?o) }")
    found = [token.text for token in significant(text) if token.kind == "variable"]
    assert found == ["?a", "?a", "?_h", "?l", "?m", "?n", "?o"]


# -- binding -----------------------------------------------------------------------------------

def test_required_and_default_values_are_placed(world: Store) -> None:
    asked = query.read(QUESTIONS / "stages.rq")
    answer = query.run(asked, {"cluster": "North engine cluster"}, world)
    assert ids(answer.column("stage")) == ["stage/casting", "stage/engine"]
    assert ids(answer.column("enterprise")) == ["-", "ent/a"]
    assert len(query.run(asked, {"cluster": "cluster:north", "limit": 1}, world).rows) == 1


def test_an_optional_value_restricts_and_unset_answers_for_all(world: Store) -> None:
    asked = query.read(QUESTIONS / "clusters.rq")
    every = ["cluster/north", "cluster/south", "cluster/south-valve"]
    assert ids(query.run(asked, {}, world).column("cluster")) == every
    assert ids(query.run(asked, {"place": "北区"}, world).column("cluster")) == every[:1]
    assert ids(query.run(asked, {"atLeast": 12}, world).column("cluster")) == every[1:2]
    since = datetime.date(2023, 1, 1)
    assert ids(query.run(asked, {"since": since}, world).column("cluster")) == every[:1]


def test_an_unset_parameter_in_values_is_undef(tmp_path: Path, world: Store) -> None:
    body = CKG + "SELECT ?x { VALUES ?x { ?__a_iri } ?x a ckg:Place }"
    asked = query.read(question(tmp_path, body, described("a")))
    assert len(query.run(asked, {}, world).rows) == 3
    assert len(query.run(asked, {"a": "place:north"}, world).rows) == 1


BAD_VALUES = [
    ({}, "cluster is missing"),
    ({"cluster": "cluster:north", "year": "1"}, "no parameter 'year'; it takes cluster"),
    ({"cluster": "cluster:north", "limit": "many"}, "limit='many' is not of kind integer"),
    ({"cluster": "cluster:north", "limit": "1} #"}, "is not of kind integer"),
    ({"cluster": "cluster:north", "limit": "١"}, "is not of kind integer"),
    ({"cluster": "place:north"}, "place:north is not in ckg:Cluster"),
    ({"cluster": ""}, "an empty name"),
]


@pytest.mark.parametrize(("values", "said"), BAD_VALUES)
def test_a_value_that_does_not_fit_is_refused(
        world: Store, values: dict[str, query.Value], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        query.bind(query.read(QUESTIONS / "stages.rq"), values, world)
    assert said in str(caught.value)


TYPED = [
    ("xsd_date", "2021-06-04", ["2021-6-4", "2021-02-30", "20210604", "yesterday"]),
    ("xsd_dateTime", "2021-06-04T14:31:00+07:00", ["2021-06-04", "2021-06-04 14:31:00"]),
    ("xsd_gYear", "2021", ["21", "2021.0", "next"]),
    ("xsd_gYearMonth", "2021-06", ["2021-13", "2021"]),
    ("xsd_decimal", "12.50", ["12,5", "1e3", "NaN"]),
    ("xsd_double", "1.9e13", ["big"]),
    ("xsd_integer", "-7", ["7.0", "७"]),
    ("xsd_boolean", "true", ["yes", "TRUE"]),
    ("xsd_anyURI", "https://example.org/", ["a b", "<a>"]),
    ("number", "-12.5", ["1e3", "1 2", "--1", ""]),
    ("zh", "巴南", []),
    ("literal", " a ", []),
]


@pytest.mark.parametrize(("kind", "good", "bad"), TYPED)
def test_typed_values_keep_their_type_and_refuse_others(
        tmp_path: Path, world: Store, kind: str, good: str, bad: list[str]) -> None:
    body = f"SELECT ?x {{ BIND(?_a_{kind} AS ?x) }}"
    asked = query.read(question(tmp_path, body, described("a")))
    (value,) = query.run(asked, {"a": good}, world).column("x")
    assert isinstance(value, Literal)
    language = kind if kind == "zh" else None
    datatype = kind.removeprefix("xsd_") if kind.startswith("xsd_") else \
        {"number": "decimal", "literal": "string"}.get(kind)
    expected = Literal(good, language=language) if language else \
        Literal(good, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{datatype}"))
    # Oxigraph itself writes numbers in their canonical form.
    assert float(value.value) == float(good) if kind in ("number", "xsd_decimal", "xsd_double") \
        else value == expected
    for text in bad:
        with pytest.raises(UsageError):
            query.bind(asked, {"a": text}, world)


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from(list("\"'{}<>#\\\n\r\t\0?$@^;.ux0027\ud800\udfff`| ")),
                       st.characters()), max_size=60)
ECHO = """SELECT ?x WHERE {
  BIND(?_a AS ?x)   # ?_a
  FILTER(?x = ?_a || "?_a" = '''?_a''')
} ORDER BY ?x LIMIT 5
"""
ASKED_IRI = "SELECT ?x WHERE { ?x ?y ?_a_iri } LIMIT 5"
OPEN = memory()


@given(HOSTILE)
@example('x" . } DROP ALL #')
@example("\\u0022 . } #")
@example('a"""b\'\'\'c\\')
@example("\ud800")
@example("\0")
def test_a_text_stays_one_literal_whatever_is_in_it(
        tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    asked = _echo(tmp_path_factory, ECHO)
    try:
        bound = query.bind(asked, {"a": value}, OPEN)
    except UsageError:
        assert any(0xD800 <= ord(c) < 0xE000 for c in value)
        return
    assert _shape(bound) == _shape(query.bind(asked, {"a": "plain"}, OPEN))
    assert "# ?_a\n" in bound
    answer = query.run(asked, {"a": value}, OPEN)
    assert [term.value for term in answer.column("x") if isinstance(term, Literal)] == [value]


@given(HOSTILE)
@example("<http://example.org/> } #")
@example("http://example.org/>")
@example("http://example.org/\\u003E")
def test_a_name_finds_a_resource_or_is_refused(
        tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    asked = _echo(tmp_path_factory, ASKED_IRI)
    try:
        bound = query.bind(asked, {"a": value}, OPEN)
    except UsageError:
        return
    assert _shape(bound) == _shape(query.bind(asked, {"a": "place:north"}, OPEN))


@given(st.one_of(HOSTILE, st.integers().map(str), st.from_regex(r"[+-]*[0-9]+[^0-9]?")))
def test_a_number_is_a_number_or_refused(
        tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    asked = _echo(tmp_path_factory, "SELECT ?x WHERE { ?x ?y ?z } LIMIT ?_a_integer")
    try:
        bound = query.bind(asked, {"a": value}, OPEN)
    except UsageError:
        return
    assert bound == asked.text.replace("?_a_integer", f"{value.removeprefix('+')} ")
    assert value.lstrip("+-").isdecimal()


READ: dict[str, query.Query] = {}


def _echo(factory: pytest.TempPathFactory, body: str) -> query.Query:
    if body not in READ:
        READ[body] = query.read(question(factory.mktemp("asked"), body, described("a")))
    return READ[body]


def _shape(text: str) -> list[tuple[str, str]]:
    """Read the token kinds with texts, terms left out; and let the engine parse it too."""
    ox.Store().query(text)
    return [(t.kind, "" if t.kind in ("string", "iri") else t.text) for t in significant(text)]
