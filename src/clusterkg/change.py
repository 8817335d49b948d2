"""An update as the quads that it removes and adds (SPARQL 1.1 Update).

Its operations are carried out one after the other on a copy of the store, so that each sees what
those before it say and no longer say, in the default graph, too; what follows is inferred once, in
the end, so that each sees what followed before the first. The engine reads every part; where parts
begin and end is told by their tokens, after the engine has taken the whole for well-formed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from clusterkg import script
from clusterkg.dataset import Dataset
from clusterkg.script import Words
from clusterkg.template import Language, Template
from clusterkg.tokens import Token
from clusterkg.web.problem import Problem

DEFAULT = ox.DefaultGraph()
Graph = ox.NamedNode | ox.DefaultGraph
Triples = Mapping[str, frozenset[ox.Triple]]  # by the IRI of the graph; "" is the default graph


@dataclass(frozen=True)
class Change:
    """What is said no longer, and what is said from now on, whether it was said before or not.

    `gone` is all that was to be removed: of a default graph that has a home that may be what other
    graphs say, or what follows.
    """

    removed: Triples
    added: Triples
    gone: frozenset[ox.Quad]


def _anything(quad: ox.Quad) -> None:
    """Allow it."""


@dataclass(frozen=True)
class Rules:
    """What raises a Problem for a quad that may not be removed, or added.

    `computed` are graphs that are not meant by ALL and NAMED. What is said in the default graph
    lies in the graph `home`; where that is a named one, the default graph holds what all say.
    """

    removing: Callable[[ox.Quad], None] = _anything
    adding: Callable[[ox.Quad], None] = _anything
    computed: Collection[str] = field(default=frozenset())
    home: Graph = DEFAULT


def of_update(text: str, using: Dataset, store: ox.Store, language: Language,
              rules: Rules = Rules()) -> Change:
    """Carry out an update on `store`, a copy, and tell what it changed.

    `using` is what WHERE sees where the text does not say. Raises the engine's SyntaxError;
    Problem 403 for LOAD, 404 for a graph that is not there, 409 for one that is.
    """
    text = script.harmless(text)
    operations = list(script.operations(text))
    for operation in operations:
        language.check(operation.alone, operation.start)
    script.check_labels(operations)
    run = _Run(text, using, store, language, rules)
    for operation in operations:
        if operation.tokens:
            run.carry_out(operation.prologue, operation.tokens)
    return Change(_by_graph(run.removed), _by_graph(run.added),
                  frozenset({*run.removed, *run.unsaid}))


def holders(quad: ox.Quad, store: ox.Store, computed: Collection[str]) -> Iterator[ox.NamedNode]:
    """Walk through the named graphs that hold the triple of a quad; none that is computed."""
    for each in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None):
        graph = each.graph_name
        if isinstance(graph, ox.NamedNode) and graph.value not in computed:
            yield graph


class _Run:
    """The operations of one update, and what they have changed so far."""

    def __init__(self, text: str, using: Dataset, store: ox.Store, language: Language,
                 rules: Rules):
        self._text, self._using, self._store = text, using, store
        self._language, self._rules = language, rules
        self.removed: set[ox.Quad] = set()
        self.added: set[ox.Quad] = set()
        self.unsaid: set[ox.Quad] = set()  # of a default graph with a home
        self._new: set[ox.Quad] = set()  # were not there in the beginning
        self._touched: set[ox.Quad] = set()  # since the default graph was told

    def carry_out(self, prologue: str, tokens: Sequence[Token]) -> None:
        """Carry out one operation; raise Problem 400 for one that is written too tightly."""
        self._tell()
        words = Words(self._text, tokens)
        self._prologue = prologue
        keyword = words.take("INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "ADD", "COPY",
                             "MOVE")
        if keyword in ("INSERT", "DELETE") and words.take("DATA"):
            quads = self._language.quads(prologue, words.block())
            self._apply(*(((), quads) if keyword == "INSERT" else (quads, ())))
        elif keyword in ("INSERT", "DELETE", "WITH"):
            words = Words(self._text, tokens)
            self._modify(words)
        elif keyword in ("CLEAR", "DROP"):
            self._clear(words, drops=keyword == "DROP")
        elif keyword == "CREATE":
            self._create(words)
        elif keyword:
            self._transfer(words, keyword)
        if not keyword or not words.is_over():
            raise script.unclear()

    # DELETE and INSERT with WHERE

    def _modify(self, words: Words) -> None:
        graph = self._iri(words.name()) if words.take("WITH") else None
        removing = inserting = where = ""
        if words.take("DELETE"):
            removing = where = words.block() if words.take("WHERE") else ""
            removing = removing or words.block()
        if words.take("INSERT"):
            inserting = words.block()
        using = self._used(words, graph)
        if words.take("WHERE"):
            where = words.block()
        if not where:
            raise script.unclear()
        text = f"{self._prologue} SELECT * WHERE {where}"
        templates = [Template(self._language, self._prologue, block) if block else None
                     for block in (removing, inserting)]
        gone: set[ox.Quad] = set()
        new: set[ox.Quad] = set()
        for found in self._language.find(self._store, text, using):
            for template, quads in zip(templates, (gone, new), strict=True):
                if template:
                    quads.update(template.filled(found, graph))
        self._apply(gone, new)

    def _used(self, words: Words, graph: ox.NamedNode | None) -> dict[str, list[ox.NamedNode]]:
        """Say what WHERE sees; where one kind of graph is named there is none of the other."""
        default: list[ox.NamedNode] = []
        named: list[ox.NamedNode] = []
        while words.take("USING"):
            kind = named if words.take("NAMED") else default
            kind.append(self._iri(words.name()))
        if not default and not named and not self._using.is_own:
            default = [ox.NamedNode(iri) for iri in self._using.default or ()]
            named = [ox.NamedNode(iri) for iri in self._using.named or ()]
        if default or named:
            return {"default_graph": default, "named_graphs": named}
        return {"default_graph": [graph]} if graph else {}

    # Whole graphs

    def _clear(self, words: Words, *, drops: bool) -> None:
        silent = words.take("SILENT")
        which = words.take("DEFAULT", "NAMED", "ALL")
        graphs: list[Graph] = [] if which == "DEFAULT" else self._named()
        if which in ("DEFAULT", "ALL"):
            graphs.append(DEFAULT)
        if not which:
            words.take("GRAPH")
            graphs = [self._iri(words.name())]
            if not silent:
                self._find(graphs[0])
        for graph in graphs:
            self._apply(self._quads(graph), ())
            if drops and isinstance(graph, ox.NamedNode):
                self._store.remove_graph(graph)

    def _create(self, words: Words) -> None:
        silent = words.take("SILENT")
        words.take("GRAPH")
        graph = self._iri(words.name())
        if not silent and any(self._quads(graph)):  # one without triples is not there
            raise Problem(409, "graph-exists", f"there is a graph {graph.value[:200]!r} already")
        self._store.add_graph(graph)

    def _transfer(self, words: Words, keyword: str) -> None:
        silent = words.take("SILENT")
        source = self._graph(words)
        words.take("TO")
        target = self._graph(words)
        if not silent:
            self._find(source)
        if source == target or not self._is_there(source):
            return
        quads = list(self._quads(source))
        gone = [] if keyword == "ADD" else [*self._quads(target)]
        self._apply([*gone, *(quads if keyword == "MOVE" else ())],
                    [_in(quad, target) for quad in quads])
        if keyword == "MOVE" and isinstance(source, ox.NamedNode):
            self._store.remove_graph(source)

    def _graph(self, words: Words) -> Graph:
        if words.take("DEFAULT"):
            return DEFAULT
        words.take("GRAPH")
        return self._iri(words.name())

    def _find(self, graph: Graph) -> None:
        if not self._is_there(graph):
            raise Problem(404, "no-graph", f"there is no graph {str(graph)[:200]}; with SILENT "
                                           "that is no error")

    def _is_there(self, graph: Graph) -> bool:
        return not isinstance(graph, ox.NamedNode) or self._store.contains_named_graph(graph)

    def _named(self) -> list[Graph]:
        return [graph for graph in self._store.named_graphs()
                if isinstance(graph, ox.NamedNode) and graph.value not in self._rules.computed]

    def _quads(self, graph: Graph) -> Iterator[ox.Quad]:
        """Walk through a whole graph; where it holds what all say, without what is computed."""
        found = self._store.quads_for_pattern(None, None, None, graph)
        if graph != DEFAULT or self._rules.home == DEFAULT:
            return found
        return (quad for quad in found if any(holders(quad, self._store, self._rules.computed)))

    def _iri(self, said: str) -> ox.NamedNode:
        return self._language.iri(self._prologue, said)

    # What is changed

    def _apply(self, gone: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Remove quads, then add others; quads that are both stay."""
        added = {self._at_home(quad) for quad in new}
        for quad in added:
            self._rules.adding(quad)
        removed = []
        for quad in gone:  # one after the other: the first that must stay ends it
            if self._at_home(quad) not in added and quad in self._store:
                self._rules.removing(quad)
                removed.append(quad)
        self._unsay(removed, added)
        self._change({quad for quad in map(self._at_home, removed) if quad in self._store}, added)

    def _change(self, removed: set[ox.Quad], added: set[ox.Quad]) -> None:
        self._new |= {quad for quad in added if quad not in self._store} - self.removed
        self.removed = self.removed.union(removed) - added - self._new
        self.added = self.added.difference(removed) | added
        self._new.difference_update(removed)
        for quad in removed:
            self._store.remove(quad)
        self._store.extend(added)
        self._touched.update(removed, added)

    def _unsay(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Keep what must no longer be in a default graph that holds what all graphs say."""
        if self._rules.home != DEFAULT:
            self.unsaid.difference_update(_in(quad, DEFAULT) for quad in added)
            self.unsaid.update(quad for quad in removed if quad.graph_name == DEFAULT)

    def _tell(self) -> None:
        """Have such a default graph hold what the graphs say by now."""
        if self._rules.home != DEFAULT:
            for quad in self._touched:
                is_said = any(holders(quad, self._store, ()))
                (self._store.add if is_said else self._store.remove)(_in(quad, DEFAULT))
            for graph in {quad.graph_name for quad in self._touched}:
                if not any(self._store.quads_for_pattern(None, None, None, graph)):
                    self._store.remove_graph(graph)
        self._touched.clear()

    def _at_home(self, quad: ox.Quad) -> ox.Quad:
        return _in(quad, self._rules.home) if quad.graph_name == DEFAULT else quad


def _in(quad: ox.Quad, graph: Graph) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _by_graph(quads: Iterable[ox.Quad]) -> Triples:
    found: dict[str, set[ox.Triple]] = {}
    for quad in quads:
        graph = quad.graph_name
        found.setdefault(graph.value if isinstance(graph, ox.NamedNode) else "", set()).add(
            quad.triple)
    return {graph: frozenset(triples) for graph, triples in found.items()}
