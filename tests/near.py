"""The real data without what makes an independent reasoner slow and adds nothing to its answer."""

from collections.abc import Iterator

import pyoxigraph as ox

from clusterkg.answer import Term
from clusterkg.namespaces import expand


def near(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Leave out the places that nothing but the register names: thousands, and none is asked."""
    rows = ox.NamedNode(expand("ckg:sourceRow"))
    registered = {t.subject for t in triples if t.predicate == rows}
    above: dict[Term, Term] = {
        t.subject: t.object for t in triples if t.predicate.value == expand("ckg:directlyWithin")}
    wanted: set[Term] = {t.object for t in triples if t.subject not in registered}
    while more := {above[place] for place in wanted & above.keys()} - wanted:
        wanted |= more
    return (t for t in triples if t.subject not in registered or t.subject in wanted)
