"""W3C's tests of SPARQL 1.1 Update: what is well-formed, and what an update makes of a dataset."""

from contextlib import suppress
from dataclasses import dataclass, replace

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib import RDF, RDFS
from rdflib.term import Node

import w3c
from clusterkg.change import of_update
from clusterkg.dataset import Dataset
from clusterkg.template import Language
from clusterkg.web.problem import Problem
from conftest import Copy, Readable
from test_change import canonical
from w3c import BASE, MF, UT

FOLDERS = {  # with how many tests each has
    "add": 8, "basic-update": 13, "clear": 4, "copy": 6, "delete": 19, "delete-data": 6,
    "delete-insert": 16, "delete-where": 6, "drop": 4, "move": 6, "update-silent": 13,
    "syntax-update-1": 54, "syntax-update-2": 1}
LANGUAGE = Language("http://example.org/", {})
FETCHES = "LOAD"  # documents are never fetched


@dataclass(frozen=True)
class Case:
    """A test: its kind, the update, the dataset before and, where it has one, after."""

    name: str
    kind: str
    text: str
    before: frozenset[ox.Quad]
    after: frozenset[ox.Quad]


def cases(suite: Readable, folder: str) -> list[Case]:
    graph, entries = w3c.contents(suite, f"sparql/sparql11/{folder}/manifest.ttl")
    return [_case(graph, entry, suite, folder) for entry in entries]


def _case(graph: rdflib.Graph, entry: Node, suite: Readable, folder: str) -> Case:
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    assert action is not None
    request = graph.value(action, UT.request) or action
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    return Case(f"{folder} {w3c.name(entry)}", kind,
                suite.read(str(request).removeprefix(BASE)).decode(),
                *(frozenset(_dataset(graph, node, suite)) for node in (action, result)))


def _dataset(graph: rdflib.Graph, node: Node | None, suite: Readable) -> set[ox.Quad]:
    found: set[ox.Quad] = set()
    named: list[tuple[Node | None, ox.NamedNode | ox.DefaultGraph]] = [
        (graph.value(each, UT.graph), ox.NamedNode(str(graph.value(each, RDFS.label))))
        for each in graph.objects(node, UT.graphData)]
    named += [(each, ox.DefaultGraph()) for each in graph.objects(node, UT.data)]
    for file, name in named:
        data = suite.read(str(file).removeprefix(BASE))
        found |= {ox.Quad(q.subject, q.predicate, q.object, name)
                  for q in ox.parse(data, RdfFormat.TURTLE, base_iri=str(file))}
    return found


def carried_out(case: Case) -> set[ox.Quad]:
    """Carry an update out, and check that the change says the same as the store."""
    store = ox.Store()
    store.extend(case.before)
    change = of_update(case.text, Dataset(), store, LANGUAGE)
    for graph, triples in change.added.items():
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        assert all(ox.Quad(t.subject, t.predicate, t.object, name) in store for t in triples)
    return set(store)


@pytest.mark.parametrize("folder", FOLDERS)
def test_updates(folder: str, sparql_suite: Copy) -> None:
    found = cases(sparql_suite, folder)
    assert len(set(found)) == len(found) == FOLDERS[folder]
    assert not {case.name: fault for case in found if (fault := wrong(case))}


def test_what_is_wrong_is_told(sparql_suite: Copy) -> None:
    one = next(case for case in cases(sparql_suite, "add") if case.after != case.before)
    assert wrong(replace(one, after=one.before)).startswith("AssertionError")
    assert wrong(replace(one, text="ADD")).startswith(("SyntaxError", "Problem"))


def wrong(case: Case) -> str:
    """Say what is wrong with how an update is carried out; "" where nothing is."""
    try:
        check(case)
    except (AssertionError, SyntaxError, Problem, pytest.fail.Exception) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def check(case: Case) -> None:
    if FETCHES in case.text.upper() and "NEGATIVE" not in case.kind.upper():
        with pytest.raises(Problem) as refused:
            carried_out(case)
        assert refused.value.status == 403
    elif "Negative" in case.kind:
        with pytest.raises((SyntaxError, Problem)):
            carried_out(case)
    elif "Syntax" in case.kind:
        assert outcome(case) == by_the_engine(case)
    else:
        assert case.kind == "UpdateEvaluationTest"
        assert canonical(carried_out(case)) == canonical(set(case.after))


def outcome(case: Case) -> set[str] | None:
    """Carry out what is but to be well-formed; None where a graph for it is missing."""
    with suppress(Problem):
        return canonical(carried_out(case))
    return None


def by_the_engine(case: Case) -> set[str] | None:
    """Have the engine do the same; it raises RuntimeError for that."""
    store = ox.Store()
    store.extend(case.before)
    try:
        store.update(case.text, base_iri=LANGUAGE.base)
    except RuntimeError:
        return None
    return canonical(set(store))
