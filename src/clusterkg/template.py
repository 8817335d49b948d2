"""The quads that an update names, with or without variables (SPARQL 1.1 Update, section 3.1).

The engine reads them: a variable is written as an IRI that occurs nowhere else.
"""

import re
import secrets
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from clusterkg.tokens import tokenise
from clusterkg.web.problem import Problem

_NOWHERE = "urn:clusterkg:nowhere"
_FAILING = f"CLEAR GRAPH <{_NOWHERE}>;"
_PLACE = re.compile(r"error at ([0-9]+):([0-9]+)")
_Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Language:
    """What names mean: the base of relative IRIs, and the prefixes that need no declaration."""

    def __init__(self, base: str, prefixes: Mapping[str, str]):
        """Keep them."""
        self.base, self._prefixes = base, dict(prefixes)

    def check(self, text: str, start: int) -> None:
        """Raise the engine's SyntaxError for what is no update; nothing of it is carried out.

        The engine only parses what stands behind an operation that fails: one is put in at
        `start`, behind the prologue.
        """
        def told(found: re.Match[str]) -> str:
            line, column = int(found[1]), int(found[2])
            if line <= before:
                return found[0]
            return f"error at {line - 2}:{column + (start - at if line - 2 == before else 0)}"

        failing = f"\n{_FAILING}\n" if text[start:] else ""
        before, at = text.count("\n", 0, start) + 1, text.rfind("\n", 0, start) + 1
        try:
            self._run(text[:start] + failing + text[start:])
        except SyntaxError as error:
            raise SyntaxError(_PLACE.sub(told, str(error))) from error
        except RuntimeError as error:
            if _NOWHERE not in str(error):
                raise

    def find(self, store: ox.Store, text: str,
             graphs: Mapping[str, list[ox.NamedNode]]) -> ox.QuerySolutions:
        """Ask a SELECT; `graphs` are `default_graph` and `named_graphs`, as far as given."""
        found = store.query(text, base_iri=self.base, prefixes=self._prefixes, **graphs)  # type: ignore[arg-type] # lists are what it takes
        assert isinstance(found, ox.QuerySolutions)
        return found

    def iri(self, prologue: str, said: str) -> ox.NamedNode:
        """Give the IRI that is written in full or as a prefixed name."""
        text = f"{prologue} SELECT ?it {{ VALUES ?it {{ {said} }} }}"
        found = next(iter(self.find(ox.Store(), text, {})))["it"]
        assert isinstance(found, ox.NamedNode)
        return found

    def quads(self, prologue: str, block: str) -> list[ox.Quad]:
        """Read the quads in a block `{ ... }`; blank nodes get new names."""
        return list(self._run(f"{prologue} INSERT DATA {block}"))

    def _run(self, text: str) -> ox.Store:
        """Give what an update makes of nothing; raise SyntaxError for what is none."""
        store = ox.Store()
        store.update(text, base_iri=self.base, prefixes=self._prefixes)
        return store


class Template:
    """Quads with variables."""

    def __init__(self, language: Language, prologue: str, block: str):
        """Read the block; raise SyntaxError for what is none."""
        self._mark = f"urn:uuid:{secrets.token_hex(16)}:"
        names: dict[str, int] = {}
        text = "".join(
            f"<{self._mark}{names.setdefault(token.text[1:], len(names))}>"
            if token.kind == "variable" else token.text for token in tokenise(block))
        self._quads = language.quads(prologue, text)
        self._names = list(names)

    def filled(self, found: ox.QuerySolution, graph: ox.NamedNode | None) -> Iterator[ox.Quad]:
        """Give the quads of one solution, those without a graph in `graph`.

        What is no RDF, or has a variable without a value, is left out. Raises Problem 400 for a
        graph that a blank node would name.
        """
        fresh: dict[str, ox.BlankNode] = {}
        default = graph or ox.DefaultGraph()

        def value(term: _Value | ox.DefaultGraph) -> _Value | ox.DefaultGraph | None:
            if isinstance(term, ox.DefaultGraph):
                return default
            if isinstance(term, ox.BlankNode):
                return fresh.setdefault(term.value, ox.BlankNode())
            if isinstance(term, ox.NamedNode) and term.value.startswith(self._mark):
                return _value(found, self._names[int(term.value[len(self._mark):])])
            return term

        for quad in self._quads:
            made = _quad(*map(value, quad))
            if made:
                yield made


def _value(found: ox.QuerySolution, name: str) -> _Value | None:
    try:
        value: _Value | None = found[name]
    except KeyError:
        return None
    return value


def _quad(subject: object, predicate: object, value: object, graph: object) -> ox.Quad | None:
    if isinstance(graph, ox.BlankNode):
        raise Problem(400, "graph", "a graph is named by an IRI here, not by a blank node")
    is_rdf = (isinstance(subject, ox.NamedNode | ox.BlankNode)
              and isinstance(predicate, ox.NamedNode) and value is not None
              and isinstance(graph, ox.NamedNode | ox.DefaultGraph))
    return ox.Quad(subject, predicate, value, graph) if is_rdf else None  # type: ignore[arg-type] # checked above
