"""Whatever is exported as RDF reads back as it was, and equal datasets give equal bytes."""

import logging
import random
from itertools import pairwise
from typing import TypeVar

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_quads import EX, PREDICATES, RDF, quads
from reading import FORMATS, by_oxigraph, by_rdflib, canonical, union, written

from clusterkg.layout import laid_out

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning",
                                        "ignore:Dataset.default:DeprecationWarning")
logging.getLogger("rdflib").setLevel(logging.ERROR)  # it warns of each ill-formed literal

Term = TypeVar("Term")
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEEPS_GRAPHS = ["jsonld", "nquads", "trig"]
MERGES_GRAPHS = ["ntriples", "turtle"]


@pytest.mark.parametrize("name", KEEPS_GRAPHS)
@quick
@given(quads())
def test_dataset_reads_back_equal(name: str, data: list[ox.Quad]) -> None:
    assert canonical(by_oxigraph(name, written(name, data))) == canonical(data)


@pytest.mark.parametrize("name", MERGES_GRAPHS)
@quick
@given(quads())
def test_union_reads_back_equal(name: str, data: list[ox.Quad]) -> None:
    assert canonical(by_oxigraph(name, written(name, data))) == canonical(union(data))


@quick
@given(quads(controls=False, predicates=PREDICATES))
def test_rdfxml_reads_back_equal(data: list[ox.Quad]) -> None:
    text = written("rdfxml", data)
    assert canonical(by_oxigraph("rdfxml", text)) == canonical(union(data))
    assert canonical(by_rdflib("rdfxml", text)) == canonical(union(data))


@pytest.mark.parametrize("name", KEEPS_GRAPHS)
@quick
@given(quads())
def test_rdflib_reads_the_same_dataset(name: str, data: list[ox.Quad]) -> None:
    assert canonical(by_rdflib(name, written(name, data))) == canonical(data)


@pytest.mark.parametrize("name", MERGES_GRAPHS)
@quick
@given(quads())
def test_rdflib_reads_the_same_graph(name: str, data: list[ox.Quad]) -> None:
    assert canonical(by_rdflib(name, written(name, data))) == canonical(union(data))


@pytest.mark.parametrize("name", sorted(FORMATS))
@quick
@given(quads(controls=False, predicates=PREDICATES), st.randoms(use_true_random=False))
def test_bytes_depend_on_the_dataset_alone(name: str, data: list[ox.Quad],
                                           chance: random.Random) -> None:
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def renamed(term: Term) -> Term | ox.BlankNode:
        return names.setdefault(term, ox.BlankNode()) if isinstance(term, ox.BlankNode) else term

    again = [ox.Quad(renamed(q.subject), q.predicate, renamed(q.object), q.graph_name)
             for q in data + data[:2]]
    chance.shuffle(again)
    assert written(name, again) == written(name, data)


def test_depth_is_no_limit() -> None:
    """Nested nodes, lists and cycles that are deeper than any stack."""
    first, rest, nil = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
    follows, top = ox.NamedNode(f"{EX}follows"), ox.NamedNode(f"{EX}top")
    chain = [ox.BlankNode() for _ in range(3000)]
    data = [ox.Quad(a, follows, b) for a, b in pairwise(chain)]
    data.append(ox.Quad(top, follows, chain[0]))
    ring = [ox.BlankNode() for _ in range(40)]
    data += [ox.Quad(a, follows, b) for a, b in pairwise([*ring, ring[0]])]
    cells = [ox.BlankNode() for _ in range(3000)]
    data += [ox.Quad(a, rest, b) for a, b in pairwise(cells)]
    data.append(ox.Quad(cells[-1], rest, nil))
    data += [ox.Quad(cell, first, ox.Literal(str(n))) for n, cell in enumerate(cells)]
    data.append(ox.Quad(top, first, cells[0]))
    layout = laid_out(data)
    assert len(layout.lists[cells[0]]) == 3000
    for name in sorted(FORMATS):
        assert len(set(by_oxigraph(name, written(name, data)))) == len(data), name
