"""W3C's tests of SPARQL 1.1 Update: what is well-formed, and what an update makes of a dataset."""

from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib import RDF, RDFS
from rdflib.collection import Collection
from rdflib.term import Node

from clusterkg.change import of_update
from clusterkg.dataset import Dataset
from clusterkg.template import Language
from clusterkg.web.problem import Problem
from conftest import Requires, Suite
from test_change import canonical
from w3c import BASE, MF, UT

FOLDERS = ("add", "basic-update", "clear", "copy", "delete", "delete-data", "delete-insert",
           "delete-where", "drop", "move", "update-silent", "syntax-update-1", "syntax-update-2")
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


def cases(suite: Suite, folder: str) -> list[Case]:
    place = f"{BASE}sparql/sparql11/{folder}/"
    manifest = f"{place}manifest.ttl"
    graph = rdflib.Graph().parse(data=suite.read(manifest.removeprefix(BASE)), format="turtle",
                                 publicID=manifest)
    entries = graph.value(rdflib.URIRef(manifest), MF.entries)
    entries = entries or graph.value(rdflib.URIRef(place + "manifest"), MF.entries)
    assert entries is not None
    return [_case(graph, entry, suite, folder) for entry in Collection(graph, entries)]


def _case(graph: rdflib.Graph, entry: Node, suite: Suite, folder: str) -> Case:
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    assert action is not None
    request = graph.value(action, UT.request) or action
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    return Case(f"{folder} {str(entry).rpartition('#')[2]}", kind,
                suite.read(str(request).removeprefix(BASE)).decode(),
                *(frozenset(_dataset(graph, node, suite)) for node in (action, result)))


def _dataset(graph: rdflib.Graph, node: Node | None, suite: Suite) -> set[ox.Quad]:
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


def suites() -> list[Case]:
    try:
        return [case for folder in FOLDERS for case in cases(Requires().w3c(), folder)]
    except pytest.skip.Exception:
        return []


CASES = suites()


def test_the_suites_are_whole(requires: Requires) -> None:
    requires.w3c()
    kinds = [case.kind for case in CASES]
    assert len(kinds) == len(set(CASES)) > 150
    assert kinds.count("UpdateEvaluationTest") > 90


def carried_out(case: Case) -> set[ox.Quad]:
    """Carry an update out, and check that the change says the same as the store."""
    store = ox.Store()
    store.extend(case.before)
    change = of_update(case.text, Dataset(), store, LANGUAGE)
    for graph, triples in change.added.items():
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        assert all(ox.Quad(t.subject, t.predicate, t.object, name) in store for t in triples)
    return set(store)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_update(case: Case) -> None:
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
