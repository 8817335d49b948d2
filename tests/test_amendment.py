"""An update over a default graph that holds what all graphs say, and what follows from it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterkg.change import Rules, of_update
from clusterkg.dataset import Dataset
from sites import Site, empty, firms
from test_change import CLEAR, DATA, LANGUAGE, MODIFY, TRANSFER, WHERE, quad, start

HOME = "https://example.org/home"
PREFIXES = "PREFIX : <https://example.org/> PREFIX graph: <https://w3id.org/clusterkg/id/graph/> "


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return firms(tmp_path_factory.mktemp("firms"))


@pytest.fixture
def cleared(site: Site) -> Iterator[Site]:
    """Give a world in which nothing is written, and leave it so."""
    yield site
    for name in ("a", "v", "w"):
        assert site.update(f"DROP SILENT GRAPH <urn:{name}>").status == 204
    assert site.files() == {}


# What follows

def test_what_follows_is_not_deleted(cleared: Site) -> None:
    firm = "GRAPH <urn:a> { :new a :Firm ; :name 'New' }"
    assert cleared.update(f"{PREFIXES} INSERT DATA {{ {firm} }}").status == 204
    before = (cleared.version, cleared.files())
    for text in ("DELETE DATA { :new a :Agent }", "DELETE { ?x a ?c } WHERE { ?x :name 'New' . "
                 "?x a ?c FILTER(?c = :Agent) }", "DELETE DATA { :new a :Agent } ; "
                 "INSERT DATA { GRAPH <urn:v> { :new :note 1 } }", "DELETE DATA { :a a :Agent }"):
        reply = cleared.update(PREFIXES + text)
        assert reply.status == 409, reply
        assert reply.json["type"].endswith("/problem/follows")
        assert "Agent" in reply.json["statement"]
    assert (cleared.version, cleared.files()) == before
    assert cleared.is_true(":new a :Agent")
    both = f"DELETE DATA {{ :new a :Agent . {firm} }}"
    assert cleared.update(PREFIXES + both).status == 204
    assert not cleared.is_true(":new ?p ?o")


def test_what_was_said_and_follows_too_is_not_deleted(cleared: Site) -> None:
    text = "INSERT DATA { GRAPH <urn:a> { :new a :Firm , :Agent ; :name 'New' } }"
    assert cleared.update(PREFIXES + text).status == 204
    assert cleared.update(
        PREFIXES + "DELETE DATA { GRAPH <urn:a> { :new a :Agent } }").status == 204
    assert cleared.is_true(":new a :Agent FILTER NOT EXISTS { GRAPH <urn:a> { :new a :Agent } }")


def test_a_graph_goes_with_the_claims_in_it_and_what_they_say(cleared: Site) -> None:
    claim = """PREFIX ckg: <https://w3id.org/clusterkg/ns#> INSERT DATA { GRAPH <urn:a> { :claim
        ckg:claimSubject :a ; ckg:claimPredicate :makes ; ckg:claimObject :thing ;
        ckg:reviewStatus <https://w3id.org/clusterkg/voc/status/accepted> } }"""
    assert cleared.update(PREFIXES + claim).status == 204
    assert cleared.is_true("GRAPH <urn:a> { :a :makes :thing }")
    assert cleared.update("DROP GRAPH <urn:a>").status == 204
    assert not cleared.is_true(":a :makes :thing")


# Several operations

SEVERAL = {
    "sees what was added": ("INSERT DATA { GRAPH <urn:v> { :x1 :note 'q' } }",
                            "INSERT { GRAPH <urn:w> { :x2 :note ?n } } WHERE { :x1 :note ?n }"),
    "sees no more what went": ("INSERT DATA { GRAPH <urn:v> { :x1 :note 'q' } }",
                               "DELETE WHERE { GRAPH <urn:v> { ?s ?p ?o } }",
                               "INSERT { GRAPH <urn:w> { :x3 :note ?n } } WHERE { :x1 :note ?n }"),
    "sees what another says still": (
        "INSERT DATA { GRAPH <urn:v> { :x1 :note 'q' } GRAPH <urn:a> { :x1 :note 'q' } }",
        "DROP GRAPH <urn:v>",
        "INSERT { GRAPH <urn:w> { :x3 :note ?n } } WHERE { :x1 :note ?n }"),
    "sees where the default graph lies": (
        "INSERT DATA { :x1 :note 'q' }",
        "DELETE { GRAPH graph:default { ?s ?p ?o } } INSERT { GRAPH <urn:w> { ?s ?p ?o , 'r' } } "
        "WHERE { GRAPH graph:default { ?s ?p ?o } }"),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_operations_see_one_another_as_requests_do(case: str, tmp_path: Path) -> None:
    found = []
    for number, texts in enumerate((SEVERAL[case], [" ; ".join(SEVERAL[case])])):
        site = empty(tmp_path / str(number))
        statuses = [site.update(PREFIXES + text).status for text in texts]
        found.append((statuses[-1], site.files()))
    assert found[0] == found[1]
    assert found[0][0] == 204
    assert any(name.endswith("3aw.nt") for name in site.files()) is ("no more" not in case)


Graphs = dict[str, frozenset[ox.Triple]]


def united(graphs: Graphs) -> ox.Store:
    """Give a store whose default graph holds what all graphs say."""
    store = ox.Store()
    for graph, triples in graphs.items():
        store.extend(quad(triple, name) for triple in triples for name in (graph, ""))
    return store


def carried_out(graphs: Graphs, operation: str) -> Graphs:
    """Carry one operation out where the default graph is a graph as any other, then write it."""
    change = of_update(operation, Dataset(), united(graphs), LANGUAGE)
    made = dict(graphs)
    for step, said in ((frozenset.difference, change.removed), (frozenset.union, change.added)):
        for graph, triples in said.items():
            name = graph or HOME
            made[name] = step(made.get(name, frozenset()), triples)
    return {graph: triples for graph, triples in made.items() if triples}


ONE = st.one_of(MODIFY, MODIFY, DATA, DATA, WHERE.map("DELETE WHERE {}".format), TRANSFER, CLEAR)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(ONE, min_size=2, max_size=4))
def test_any_operation_sees_what_those_before_it_say(operations: Sequence[str]) -> None:
    graphs: Graphs = {}
    for each in start():
        if "_:" not in str(each):
            name = each.graph_name.value if isinstance(each.graph_name, ox.NamedNode) else HOME
            graphs[name] = graphs.get(name, frozenset()) | {each.triple}
    expected = graphs
    for operation in operations:
        expected = carried_out(expected, operation)
    change = of_update(" ; ".join(operations), Dataset(), united(graphs), LANGUAGE,
                       Rules(home=ox.NamedNode(HOME)))
    for graph in {*graphs, *change.removed, *change.added}:
        made = graphs.get(graph, frozenset()) - change.removed.get(graph, frozenset()) \
            | change.added.get(graph, frozenset())
        assert made == expected.get(graph, frozenset()), (graph, operations)
    assert not {"", *expected} - {*graphs, *change.added, ""}


# Graphs that are not there

def test_a_graph_without_triples_is_not_there(cleared: Site) -> None:
    """So it may be created as often as one likes, in one request or in several."""
    for text in ("CREATE GRAPH <urn:v>", "CREATE GRAPH <urn:v> ; CREATE GRAPH <urn:v>"):
        assert cleared.update(text).status == 204
    assert cleared.update("DROP GRAPH <urn:v>").status == 404
    assert cleared.update("INSERT DATA { GRAPH <urn:v> { <urn:s> <urn:p> 1 } }").status == 204
    assert cleared.update("CREATE GRAPH <urn:v>").status == 409
    for keyword in ("COPY", "MOVE", "ADD"):
        assert cleared.update(f"{keyword} SILENT <urn:none> TO <urn:v>").status == 204
        assert len(cleared.graph("urn:v") or ()) == 1
