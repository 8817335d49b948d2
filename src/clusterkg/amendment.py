"""What an update makes of the graphs that were written.

The default graph holds what all graphs say, and what follows. What an update adds to it goes to the
written graph `writing.DEFAULT`; what it removes from it must not be said by any other graph.
"""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from clusterkg import change, payload
from clusterkg.change import Change, Rules, Triples
from clusterkg.dataset import Dataset
from clusterkg.template import Language
from clusterkg.web.problem import Problem
from clusterkg.writing import COMPUTED, DEFAULT, Turn

Graphs = Mapping[str, set[ox.Triple]]


def amended(text: str, using: Dataset, language: Language, turn: Turn) -> Graphs:
    """Give what each graph that an update changes would hold; nothing is changed yet.

    Raises SyntaxError, and Problem: 403 for a graph that is not written here, 409 for what another
    graph says, too, 400 for what cannot be said in RDF 1.1.
    """
    with turn.draft() as draft:
        rules = Rules(lambda quad: _check_removal(quad, draft, turn),
                      lambda quad: _check_addition(quad, turn), COMPUTED)
        made = change.of_update(text, using, draft, language, rules)
        for triple in made.removed.get("", ()):
            _refuse_held(triple, draft)
    return _merged(made, turn)


def _check_removal(quad: ox.Quad, draft: ox.Store, turn: Turn) -> None:
    """Raise Problem for what stays, whatever is written."""
    if isinstance(quad.graph_name, ox.NamedNode):
        turn.check(quad.graph_name.value)
        return
    for graph in _holders(quad.triple, draft):
        turn.check(graph)


def _check_addition(quad: ox.Quad, turn: Turn) -> None:
    if isinstance(quad.graph_name, ox.NamedNode):
        turn.check(quad.graph_name.value)
    if not payload.is_known(quad.object):
        raise payload.new_term(quad.object)


def _refuse_held(triple: ox.Triple, draft: ox.Store) -> None:
    """Raise Problem for what other graphs would still say in the default graph."""
    for graph in _holders(triple, draft):
        if graph != DEFAULT:
            raise Problem(409, "said-elsewhere", "the default graph holds what all graphs say, and "
                          f"{graph[:200]} says {str(triple)[:300]}; remove it there", graph=graph)


def _holders(triple: ox.Triple, draft: ox.Store) -> Iterable[str]:
    """List the graphs that say a triple; none that is computed."""
    for quad in draft.quads_for_pattern(triple.subject, triple.predicate, triple.object, None):
        graph = quad.graph_name
        if isinstance(graph, ox.NamedNode) and graph.value not in COMPUTED:
            yield graph.value


def _merged(made: Change, turn: Turn) -> Graphs:
    removed, added = _placed(made.removed), _placed(made.added)
    found: dict[str, set[ox.Triple]] = {}
    for graph in {**removed, **added}:
        gone = removed.get(graph, set())
        held = {triple: stored(triple) if gone else triple for triple in turn.triples(graph)}
        if not made.removed.get(graph, frozenset()) <= set(held.values()):
            raise Problem(409, "follows", f"some of what {graph[:200]} says follows from claims in "
                                          "it; remove those", graph=graph)
        kept = {spelled for spelled, triple in held.items() if triple not in gone}
        found[graph] = kept | added.get(graph, set())
    return {graph: triples for graph, triples in found.items() if triples or turn.has(graph)}


def _placed(triples: Triples) -> dict[str, set[ox.Triple]]:
    """Put what is in the default graph where it is written."""
    found: dict[str, set[ox.Triple]] = {}
    for graph, said in triples.items():
        found.setdefault(graph or DEFAULT, set()).update(said)
    return found


def stored(triple: ox.Triple) -> ox.Triple:
    """Give a triple as the store gives it back: numbers and dates have one spelling there."""
    if not isinstance(triple.object, ox.Literal) or triple.object.language:
        return triple
    store = ox.Store()
    store.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    found: ox.Triple = next(iter(store)).triple
    return found
