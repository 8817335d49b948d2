"""How terms are spelled in Turtle and TriG: CURIEs, short literals, the prefixes in use."""

import re

from pyoxigraph import Literal, NamedNode

from clusterkg.namespaces import compress, prefixes

_XSD = "http://www.w3.org/2001/XMLSchema#"
_SAFE_LOCAL = re.compile(r"[\w-]+:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?", re.ASCII)
# Only forms that a reader which computes values (rdflib) gives back unchanged.
_SHORT = {_XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
          _XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{1,6}"),
          _XSD + "boolean": re.compile("true|false")}
_PLAIN = {_XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


class Spelling:
    """Spell terms and remember which prefixes they took."""

    def __init__(self) -> None:
        """Begin with no prefix taken."""
        self._known: dict[str, str] = {}
        self._taken: set[str] = set()

    def iri(self, iri: str) -> str:
        """Give a CURIE that every Turtle parser reads, or `<IRI>`."""
        if iri not in self._known:
            curie = compress(iri)
            safe = _SAFE_LOCAL.fullmatch(curie)
            self._known[iri] = curie if safe else str(NamedNode(iri))
            if safe:
                self._taken.add(curie.partition(":")[0])
        return self._known[iri]

    def literal(self, literal: Literal) -> str:
        """Give the literal with its lexical form unchanged, without quotes where that is safe."""
        datatype = literal.datatype.value
        if datatype in _PLAIN:
            return str(literal)
        if datatype in _SHORT and _SHORT[datatype].fullmatch(literal.value):
            return literal.value
        return f"{Literal(literal.value)}^^{self.iri(datatype)}"

    def prefix_lines(self) -> str:
        """Give `@prefix` lines for the prefixes taken so far."""
        return "".join(f"@prefix {name}: <{iri}> .\n"
                       for name, iri in sorted(prefixes().items()) if name in self._taken)
