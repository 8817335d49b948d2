"""Every question: its header, its terms, its golden answer on the frozen world, its parameters.

Goldens are printed by hand (see golden.py), read, and then kept; no test writes one.
"""

import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql.sparql import FrozenDict

from clusterkg import binding, query
from clusterkg.answer import Answer
from clusterkg.files import knowledge
from clusterkg.namespaces import compress, expand, prefixes
from clusterkg.query import Query
from clusterkg.store import Store
from clusterkg.tokens import significant
from clusterkg.view import view
from golden import ask, command_of, example, real, rows, tsv, written
from plain import Plain

ANSWERS = Path(__file__).parent / "answers"
GOLDENS = sorted(ANSWERS.glob("*.tsv"))
NAMES = [path.stem for path in query.folder()]
ABOUT_DOUBT = {"conflicting_claims", "rejected_claims", "party_list_differences", "is_party",
               "declaration_date", "chain_gaps", "stages_without_named_enterprise", "who_says",
               "evidence_for", "curator_inferences", "source_ledger", "figure_sources",
               "placements", "production_bases", "makers_of_product",
               "enterprises_at_stage", "enterprises_by_role"}
# What a register says has no record: which one says it is told by its graph alone.
OF_GRAPHS = {"conflicting_claims", "evidence_for", "register_entry"}
ACCEPTED = expand("status:accepted")


@cache
def question(name: str) -> Query:
    return query.read(knowledge("queries") / f"{name}.rq")


def values_of(name: str) -> dict[str, str]:
    """Give the values with which the question's first golden asks it."""
    return command_of((ANSWERS / f"{name}.tsv").read_text(encoding="utf-8"))[1]


# -- files -------------------------------------------------------------------------------------

def test_there_are_more_than_forty_questions() -> None:
    assert len(NAMES) >= 40


def test_each_question_has_a_golden_and_each_golden_a_question() -> None:
    assert {path.name.partition(".")[0] for path in GOLDENS} == set(NAMES)


def test_the_competency_questions_are_all_there() -> None:
    numbers = Counter(question(name).header.question for name in NAMES)
    assert {number: numbers[number] for number in range(1, 26)} == dict.fromkeys(range(1, 26), 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_header_is_complete_in_english_and_chinese(name: str) -> None:
    asked = question(name)
    assert asked.summary.endswith("?")
    assert re.search(r"[\u4e00-\u9fff].*？$", asked.title("zh"))
    assert asked.header.tags
    titles = [*asked.columns.values(), *(p.descriptions or {} for p in asked.parameters)]
    for texts in titles:
        assert texts.keys() >= {"en", "zh"}
        assert all(texts.values())
        assert re.search(r"[\u4e00-\u9fff]", texts["zh"])
    for column in ("en", "zh"):
        shown = Counter(texts[column] for texts in asked.columns.values())
        assert max(shown.values()) == 1, f"two columns look alike: {shown.most_common(1)}"


@pytest.mark.parametrize("name", NAMES)
def test_every_string_that_it_can_answer_with_has_a_chinese_word(name: str) -> None:
    asked = question(name)
    read = [token.text.strip('"') for token in significant(asked.text) if token.kind == "string"]
    written_out = {text for text in read if re.search("[a-z]{2}", text)} - {"en"}  # a language tag
    assert asked.header.words.keys() == written_out
    for texts in asked.header.words.values():
        assert re.search(r"[\u4e00-\u9fff]", texts["zh"])


def test_a_string_is_shown_in_the_language_of_the_reader() -> None:
    answer, titles = ask(example(), "chain_gaps"), question("chain_gaps").wording
    place = answer.columns.index("answer")
    english = {row[place] for row in view(answer, {}, titles).texts}
    chinese = {row[place] for row in view(answer, {}, titles, language="zh").texts}
    assert english == {"confirmed none", "none known", "not surveyed"}
    assert chinese == {"确认没有", "未知有无", "未经调查"}


@pytest.mark.parametrize("name", NAMES)
def test_whoever_gives_a_document_gives_the_place_in_it(name: str) -> None:
    asked = ask(example(), name, **values_of(name))
    if {"document", "places"} <= set(asked.columns):
        assert any(where != '""' for where, in rows(asked, "places"))


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_shown_with_the_page_that_it_copies(name: str) -> None:
    answer = ask(real(), name)
    if "document" not in answer.columns or name in ("documents", "source_ledger"):
        return
    copied = {document for document, in rows(answer, "document") if document in copies()}
    pages = rows(answer, "document", "page") if "page" in answer.columns else []
    assert copied == {document for document, page in pages if document in copies() and page}


@cache
def copies() -> set[str]:
    """Give the documents of which every passage is copied from a page."""
    own = {node: ox.NamedNode(expand(f"ckg:{node}")) for node in ("inDocument", "transcribedFrom")}
    held = {q.subject: compress(q.object.value) for q in real().quads_for_pattern(
        None, own["inDocument"], None, ox.DefaultGraph()) if isinstance(q.object, ox.NamedNode)}
    from_page = {q.subject for q in real().quads_for_pattern(None, own["transcribedFrom"], None)}
    found = set(held.values()) - {where for node, where in held.items() if node not in from_page}
    assert found
    return found


@pytest.mark.parametrize("name", NAMES)
def test_only_declared_terms_are_used(name: str) -> None:
    body = "\n".join(line for line in question(name).text.splitlines() if line[:2] != "#+")
    declared = dict(re.findall(r"PREFIX ([\w-]+): <([^>]*)>", body))
    assert declared.items() <= prefixes().items()
    own = {p for p, iri in declared.items() if iri.startswith("https://w3id.org/clusterkg/")}
    names = re.findall(r"(?<![\w?-])([a-z-]+):([\w.-]*\w)", body)
    used = {f"{prefix}:{local}" for prefix, local in names if prefix in own}
    assert used or name == "vocabulary"
    for term in used:
        found = example().quads_for_pattern(ox.NamedNode(expand(term)), None, None,
                                            ox.NamedNode(expand("graph:ontology")))
        assert next(found, None), f"{term} is not in the ontology"


@pytest.mark.parametrize("name", NAMES)
def test_no_individual_is_written_into_a_question(name: str) -> None:
    body = "\n".join(line for line in question(name).text.splitlines() if line[:2] != "#+")
    assert "https://w3id.org/clusterkg/id/" not in body


@pytest.mark.parametrize("name", NAMES)
def test_a_question_asks_any_engine(name: str) -> None:
    words = set(re.findall(r"\b(GRAPH|FROM|SERVICE)\b", question(name).text))
    assert words == ({"GRAPH"} if name in OF_GRAPHS else set())


# -- answers on the frozen world ---------------------------------------------------------------

@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_the_answer_is_the_golden_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name, values = command_of(text)
    assert name == path.name.partition(".")[0]
    assert text.count("\n") > 2, "a golden holds at least one row"
    command = text.partition("\n")[0].removeprefix("# ")
    assert tsv(command, ask(example(), name, **values)) == text


@cache
def backwards() -> ox.Store:
    store = ox.Store()
    for quad in sorted(example(), key=str, reverse=True):
        store.add(quad)
    return store


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_does_not_hang_on_the_store(name: str) -> None:
    values = values_of(name)
    assert ask(backwards(), name, **values).rows == ask(example(), name, **values).rows


@cache
def undoubted() -> ox.Store:
    """Give the frozen world without the records that are not accepted."""
    status = ox.NamedNode(expand("ckg:reviewStatus"))
    doubtful = {q.subject for q in example().quads_for_pattern(None, status, None)
                if isinstance(q.object, ox.NamedNode) and q.object.value != ACCEPTED}
    assert doubtful
    store = ox.Store()
    store.extend(q for q in example() if q.subject not in doubtful and q.object not in doubtful)
    return store


@pytest.mark.parametrize("name", sorted(set(NAMES) - ABOUT_DOUBT))
def test_only_accepted_records_count_as_facts(name: str) -> None:
    values = values_of(name)
    assert rows(ask(undoubted(), name, **values)) == rows(ask(example(), name, **values))


# -- parameters --------------------------------------------------------------------------------

OPTIONAL = [(name, p.name) for name in NAMES for p in question(name).parameters if p.optional]
OTHERWISE_KNOWN = {"since": ["2024-04-20"], "kind": ["stage-kind:core-components"]}


@pytest.mark.parametrize(("name", "parameter"), OPTIONAL)
def test_a_set_parameter_picks_among_the_rows_of_the_unset_one(name: str, parameter: str) -> None:
    values = {k: v for k, v in values_of(name).items() if k != parameter}
    everything = rows(ask(example(), name, **values))
    picked = [rows(ask(example(), name, **values, **{parameter: value}))
              for value in OTHERWISE_KNOWN.get(parameter) or _members(name, parameter)]
    assert all(set(some) <= set(everything) for some in picked)
    assert any(picked), "no value gives an answer"
    assert not _asked_directly(name, values, parameter), "a value that fits nothing gives nothing"


def _asked_directly(name: str, values: dict[str, str], parameter: str) -> tuple[object, ...]:
    asked, world = question(name), Store(example())
    terms = query.terms(asked, values, world)
    variable = next(p.variable for p in asked.parameters if p.name == parameter)
    nothing = '"9999-12-31"' if variable.endswith("date") else "<https://example.org/nothing>"
    reply = world.query(binding.place(asked.text, {**terms, variable: nothing}))
    assert isinstance(reply, Answer)
    return reply.rows


def _members(name: str, parameter: str) -> list[str]:
    """List what may be given: members of the parameter's class, or whatever the answer names."""
    classes = next(p.of_classes for p in question(name).parameters if p.name == parameter)
    open_to_all = not classes or expand("rdfs:Resource") in classes
    typed = None if open_to_all else {
        quad.subject for of_class in classes for quad in example().quads_for_pattern(
            None, ox.NamedNode(expand("rdf:type")), ox.NamedNode(of_class))}
    shown = {term for row in ask(example(), name, **values_of(name)).rows for term in row
             if isinstance(term, ox.NamedNode)}
    return sorted(f"<{term.value}>" for term in (shown if typed is None else shown & typed or typed)
                  if isinstance(term, ox.NamedNode))


# -- a second engine ---------------------------------------------------------------------------

@cache
def graph() -> rdflib.Graph:
    dumped = example().dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    return Plain().parse(data=dumped or b"", format="nt")


@cache
def dataset() -> rdflib.Dataset:
    """Hold the named graphs as well, which slows all else down."""
    dumped = example().dump(format=ox.RdfFormat.N_QUADS) or b""
    return rdflib.Dataset().parse(data=dumped, format="nquads")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell solutions apart: by its own, all that bind two variables to one thing have one hash."""
    monkeypatch.setattr(FrozenDict, "__hash__", lambda own: hash(frozenset(own.items())))


@pytest.mark.filterwarnings("ignore:Dataset.*deprecated:DeprecationWarning")
@pytest.mark.usefixtures("hashed")
@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_the_same_rows(name: str) -> None:
    text = query.bind(question(name), values_of(name), Store(example()))
    world = dataset() if name in OF_GRAPHS else graph()
    theirs = [tuple(_plain(cell) for cell in row) for row in world.query(text)
              if isinstance(row, rdflib.query.ResultRow)]
    assert Counter(theirs) == Counter(_comparable(ask(example(), name, **values_of(name))))


def _comparable(answer: Answer) -> list[tuple[str, ...]]:
    return [tuple(_joined(written(cell).strip('"') if not isinstance(cell, ox.Literal)
                          else _number(cell.value, cell.datatype.value)) for cell in row)
            for row in answer.rows]


def _plain(cell: object) -> str:
    if isinstance(cell, rdflib.URIRef):
        return compress(str(cell))
    if isinstance(cell, rdflib.Literal):
        return _joined(_number(str(cell), str(cell.datatype)))
    return ""


def _number(value: str, datatype: str) -> str:
    """Write a number so that 7, 7.0 and 7.00 are one."""
    if datatype.endswith(("#integer", "#decimal")):
        return format(Decimal(value).normalize(), "f")
    return value


def _joined(value: str) -> str:
    """Sort what GROUP_CONCAT joined: SPARQL leaves its order open."""
    return ", ".join(sorted(value.split(", ")))


# -- the real graph ----------------------------------------------------------------------------

@pytest.mark.parametrize("name", NAMES)
def test_every_question_answers_on_the_real_graph(name: str) -> None:
    assert ask(real(), name).rows, "no row: say that it is unknown"
    assert ask(real(), name, **question(name).header.example).rows


def test_the_packaged_questions_are_those_of_the_folder() -> None:
    assert knowledge("queries") == Path(__file__).parents[1] / "queries"
