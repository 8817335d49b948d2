"""The JSON-LD context: which key stands for which property, and what its values are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode, Quad

from clusterkg import declaration
from clusterkg.declaration import ID, LANGUAGE
from clusterkg.namespaces import compress, prefixes

_KEY = re.compile(r"[A-Za-z]\w*", re.ASCII)


@dataclass(frozen=True)
class Key:
    """Name a property, and say what a bare value under that name is: see `declaration`."""

    name: str
    coercion: str | None


class Context:
    """Shorten IRIs with the terms of a context, and remember which terms were needed."""

    def __init__(self, keys: Mapping[str, Key], schemes: frozenset[str] = frozenset()):
        """Take keys by property IRI, and the schemes of IRIs that a prefix must not shadow."""
        self._keys = keys
        self.shadowed = schemes & prefixes().keys()
        self._taken: dict[str, Key] = {}
        self._taken_prefixes: set[str] = set()

    def key(self, predicate: NamedNode) -> Key:
        """Give the key of a property; its CURIE or IRI where the ontology does not declare it."""
        iri = predicate.value
        known = self._keys.get(iri)
        name = self.compact(iri)
        if known is None or known.name.partition(":")[0] in self.shadowed:
            return Key(name, None)
        self._taken[iri] = known
        return known

    def compact(self, iri: str) -> str:
        """Give the CURIE of an IRI, or the IRI itself."""
        curie = compress(iri)
        prefix = curie.partition(":")[0]
        if curie.startswith("<") or prefix in self.shadowed:
            return iri
        self._taken_prefixes.add(prefix)
        return curie

    def document(self) -> dict[str, object]:
        """Give the context that the keys and prefixes taken so far need."""
        for key in self._taken.values():
            if key.coercion not in (None, ID, LANGUAGE):
                self.compact(str(key.coercion))
        terms = {key.name: self._definition(iri, key) for iri, key in self._taken.items()}
        return {"@version": 1.1,
                **{name: _prefix(prefixes()[name]) for name in sorted(self._taken_prefixes)},
                **dict(sorted(terms.items()))}

    def _definition(self, iri: str, key: Key) -> object:
        name = self.compact(iri)
        if key.coercion is None:
            return name
        if key.coercion == LANGUAGE:
            return {"@id": name, "@container": LANGUAGE}
        kind = ID if key.coercion == ID else self.compact(key.coercion)
        return {"@id": name, "@type": kind}


@cache
def ontology_keys() -> Mapping[str, Key]:
    """Give the keys of the properties that the packaged ontology declares or uses."""
    return _keys(declaration.known(declaration.packaged()), {})


def keys(quads: Sequence[Quad]) -> Mapping[str, Key]:
    """Add to the ontology's keys what `quads` declare, or show by their use of a property."""
    ontology = ontology_keys()
    used = declaration.known(quads)
    shown = {iri: Key(key.name, key.coercion or used.get(iri)) for iri, key in ontology.items()}
    more = {iri: kind for iri, kind in declaration.declared(quads).items() if iri not in ontology}
    return _keys(more, shown)


def whole() -> dict[str, object]:
    """Give the context of the whole packaged ontology, to be published at one address."""
    context = Context(ontology_keys())
    for iri in ontology_keys():
        context.key(NamedNode(iri))
    for namespace in prefixes().values():
        context.compact(f"{namespace}x")
    return context.document()


def _keys(coercions: Mapping[str, str | None], known: Mapping[str, Key]) -> Mapping[str, Key]:
    """Name properties by their local names; by CURIE or IRI where that name is taken."""
    taken = {key.name for key in known.values()} | prefixes().keys()
    found = dict(known)
    for iri, coercion in coercions.items():
        curie = compress(iri)
        local = curie.partition(":")[2]
        free = not curie.startswith("<") and _KEY.fullmatch(local) and local not in taken
        name = local if free else curie.strip("<>")
        taken.add(name)
        found[iri] = Key(name, coercion)
    return found


def _prefix(namespace: str) -> object:
    return namespace if namespace[-1] in ":/?#[]@" else {"@id": namespace, "@prefix": True}
