"""The classes that say most about a resource."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from pyoxigraph import NamedNode, Quad

from clusterkg import declaration
from clusterkg.layout import TYPE
from clusterkg.namespaces import expand

_INFERRED = NamedNode(expand("graph:inferred"))
_EVERYTHING = {expand("owl:NamedIndividual"), expand("owl:Thing"), expand("rdfs:Resource")}


class Classification:
    """Know the asserted classes of each resource, and which classes lie under which."""

    def __init__(self, quads: Iterable[Quad]):
        """Read types and subclasses from the quads, and subclasses from the packaged ontology."""
        found = list(quads)
        self._above = declaration.superclasses(chain(declaration.packaged(), found))
        self._types: dict[object, set[str]] = defaultdict(set)
        inferred: dict[object, set[str]] = defaultdict(set)
        for quad in found:
            if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                into = inferred if quad.graph_name == _INFERRED else self._types
                into[quad.subject].add(quad.object.value)
        # Only what has no asserted class is filed under an inferred one.
        self._types = defaultdict(set, {**inferred, **self._types})

    def most_specific(self, resource: object) -> list[str]:
        """Give the IRIs of the classes that are above no other class of the resource, sorted."""
        types = self._types.get(resource, set())
        telling = types - _EVERYTHING or types
        above = set().union(*(_closure(kind, self._above) - {kind} for kind in telling))
        return sorted(telling - above) or sorted(telling)


def _closure(kind: str, above: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [kind]
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting += above.get(at, ())
    return reached
