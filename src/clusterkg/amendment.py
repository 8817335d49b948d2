"""What an update makes of the graphs that were written.

The default graph holds what all graphs say, and what follows. What an update adds to it goes to the
written graph `writing.DEFAULT`; what it removes from it must not be said by any other graph, and
must not follow from what is still said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from clusterkg import change, payload
from clusterkg.change import Change, Rules
from clusterkg.dataset import Dataset
from clusterkg.template import Language
from clusterkg.web.problem import Problem
from clusterkg.writing import COMPUTED, DEFAULT, Turn


@dataclass(frozen=True)
class Amendment:
    """What each graph that an update changes would hold, and the quads that must not be then."""

    graphs: Mapping[str, set[ox.Triple]]
    gone: frozenset[ox.Quad]


def amended(text: str, using: Dataset, language: Language, turn: Turn) -> Amendment:
    """Tell what an update asks for; nothing is changed yet.

    Raises SyntaxError, and Problem: 403 for a graph that is not written here, 409 for what another
    graph says, too, 400 for what cannot be said in RDF 1.1.
    """
    with turn.draft() as draft:
        rules = Rules(lambda quad: _check_removal(quad, draft, turn),
                      lambda quad: _check_addition(quad, turn), COMPUTED, ox.NamedNode(DEFAULT))
        made = change.of_update(text, using, draft, language, rules)
        for quad in made.gone:
            if quad.graph_name == change.DEFAULT:
                _refuse_held(quad, draft)
    return Amendment(_merged(made, turn), made.gone)


def _check_removal(quad: ox.Quad, draft: ox.Store, turn: Turn) -> None:
    """Raise Problem for what stays, whatever is written."""
    if isinstance(quad.graph_name, ox.NamedNode):
        turn.check(quad.graph_name.value)
        return
    for graph in change.holders(quad, draft, COMPUTED):
        turn.check(graph.value)


def _check_addition(quad: ox.Quad, turn: Turn) -> None:
    if isinstance(quad.graph_name, ox.NamedNode):
        turn.check(quad.graph_name.value)
    if not payload.is_known(quad.object):
        raise payload.new_term(quad.object)


def _refuse_held(quad: ox.Quad, draft: ox.Store) -> None:
    """Raise Problem for what other graphs would still say in the default graph."""
    for graph in change.holders(quad, draft, COMPUTED):
        raise Problem(409, "said-elsewhere", "the default graph holds what all graphs say, and "
                      f"{graph.value[:200]} says {str(quad.triple)[:300]}; remove it there",
                      graph=graph.value)


def _merged(made: Change, turn: Turn) -> Mapping[str, set[ox.Triple]]:
    found: dict[str, set[ox.Triple]] = {}
    for graph in {**made.removed, **made.added}:
        gone = made.removed.get(graph, frozenset())
        held = {triple: stored(triple) if gone else triple for triple in turn.triples(graph)}
        kept = {spelled for spelled, triple in held.items() if triple not in gone}
        found[graph] = kept | made.added.get(graph, frozenset())
    return {graph: triples for graph, triples in found.items() if triples or turn.has(graph)}


def stored(triple: ox.Triple) -> ox.Triple:
    """Give a triple as the store gives it back: numbers and dates have one spelling there."""
    if not isinstance(triple.object, ox.Literal) or triple.object.language:
        return triple
    store = ox.Store()
    store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    found: ox.Triple = next(iter(store)).triple
    return found
