"""What is known of one thing: facts both ways, who holds them, where documents say so.

Everything is asked in SPARQL, so that an endpoint serves as well as a snapshot. A fact is inferred
where no named graph holds it but that of inferences.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg import caption, testimony
from clusterkg.answer import Source, Term
from clusterkg.errors import UsageError, quoted
from clusterkg.explanation import Evidence
from clusterkg.namespaces import expand
from clusterkg.retrieval import ask, some
from clusterkg.testimony import Statement

LIMIT = 2000
INFERRED = expand("graph:inferred")
OUT, INTO = "out", "into"
_PREDICATES, _BRANCHES = 100, 25  # that have a share of what is too much, and that a query tells of

_ENDS = {OUT: "?s", INTO: "?o"}
_TYPE, _LABEL = (NamedNode(expand(name)) for name in ("rdf:type", "rdfs:label"))


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement, and the IRIs of the named graphs that assert it.

    `inferred`: it only follows. `notes` are places in `Entity.sources`, for what is asserted.
    """

    statement: Statement
    graphs: tuple[str, ...] = ()
    inferred: bool = False
    notes: tuple[int, ...] = ()

    @property
    def subject(self) -> Term:
        """Give what is spoken of."""
        return self.statement.subject

    @property
    def predicate(self) -> NamedNode:
        """Give what links both."""
        return self.statement.predicate  # type: ignore[return-value]  # RDF allows nothing else

    @property
    def object(self) -> Term:
        """Give the value."""
        return self.statement.object


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing as a graph knows it: `out` begins with it, `into` points at it.

    `labels` and `types` are its own, asserted types alone where it has some. `names` are the labels
    of every IRI that is mentioned. `nested` is what is asserted of the blank nodes in `out`.
    `truncated` says which of "out" and "into" have more than was asked for. What is `gone` was
    withdrawn; `successors` are the IRIs that replace it.
    """

    iri: str
    labels: tuple[Literal, ...] = ()
    types: tuple[str, ...] = ()
    out: tuple[Fact, ...] = ()
    into: tuple[Fact, ...] = ()
    nested: tuple[Statement, ...] = ()
    sources: tuple[Evidence, ...] = ()
    names: Mapping[str, tuple[Literal, ...]] = field(default_factory=dict)
    truncated: frozenset[str] = frozenset()
    gone: bool = False
    successors: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Tell whether the graph says anything of it."""
        return bool(self.out or self.into)


def facts(iri: str, source: Source, limit: int = LIMIT) -> Entity:
    """Ask for at most `limit` facts each way; a thing that is not known has none.

    Raises UsageError for what is no IRI, and what the source raises.
    """
    try:
        NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{quoted(iri)} is no IRI; give an absolute one") from error
    sides = {side: _Side(iri, side, source, limit) for side in _ENDS}
    nested = _nested(iri, source, limit) if sides[OUT].has_blank else []
    truncated = {name for name, side in sides.items() if side.truncated}
    truncated |= {OUT} if len(nested) > limit else set()
    sources, notes = _noted({one: side.graphs[one] for side in sides.values()
                             for one in side.asserted}, source)
    out, into = (tuple(side.facts(notes)) for side in sides.values())
    names = _names(_mentioned(iri, [*out, *into], sources), source)
    gone = withdrawn([iri], source)
    return Entity(
        iri, names.get(iri, ()), tuple(_types(out)), out, into, tuple(nested[:limit]), sources,
        names, frozenset(truncated), gone=iri in gone, successors=gone.get(iri, ()))


def withdrawn(iris: Collection[str], source: Source) -> dict[str, tuple[str, ...]]:
    """Map those that were withdrawn to what replaces them."""
    found: dict[str, tuple[str, ...]] = {}
    for iri, successor in ask(source, "withdrawn", iris):
        said = getattr(iri, "value", "")
        found[said] = (*found.get(said, ()), *([successor.value] if successor else ()))  # type: ignore[union-attr]  # an IRI, by the query
    return found


def known(iris: Collection[str], source: Source) -> set[str]:
    """Choose those that some statement begins with or points at."""
    return {iri for iri in iris for end in _ENDS.values()
            if any(some(source, "links", [iri], 1, end=end))}


class _Side:
    """The statements at one end of which a thing stands, with the graphs that hold them.

    Where there are too many, each predicate has its share of them, so that what is rare is not
    lost among what is frequent.
    """

    def __init__(self, iri: str, side: str, source: Source, limit: int):
        self._iri, self._end, self._source = iri, _ENDS[side], source
        found = self._held([("", limit + 1)])
        self.truncated = len(found) > limit
        shares = list(self._shares(limit)) if self.truncated else []
        for start in reversed(range(0, len(shares), _BRANCHES)):
            found = self._held(shares[start:start + _BRANCHES]) | found
        self.graphs = dict(islice(found.items(), limit))
        self.has_blank = any(isinstance(one.object, BlankNode) for one in self.graphs)

    def _held(self, shares: Sequence[tuple[str, int]]) -> dict[Statement, set[str]]:
        """Map statements to their graphs, by one query: of two, each could leave out others."""
        chosen = " } UNION { ".join(
            f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES {self._end} {{ {NamedNode(self._iri)} }} "
            f"{also} ?s ?p ?o }} LIMIT {share}" for also, share in shares)
        found: dict[Statement, set[str]] = {}
        for *triple, graph in ask(self._source, "facts", [self._iri], chosen=chosen):
            graphs = found.setdefault(_statement(triple), set())
            if isinstance(graph, NamedNode):
                graphs.add(graph.value)
        return found

    def _shares(self, limit: int) -> Iterator[tuple[str, int]]:
        """Give a pattern for each predicate, and how many statements it may have."""
        rows = some(self._source, "links", [self._iri], _PREDICATES, end=self._end)
        links = [link for link, in rows if isinstance(link, NamedNode)]
        for link in sorted(links, key=str)[:limit]:
            yield f"VALUES ?p {{ {link} }}", max(limit // len(links), 1)

    @property
    def asserted(self) -> list[Statement]:
        return sorted((one for one, graphs in self.graphs.items() if graphs != {INFERRED}),
                      key=_order)

    def facts(self, notes: Mapping[Statement, tuple[int, ...]]) -> Iterator[Fact]:
        for one in sorted(self.graphs, key=_order):
            graphs = self.graphs[one]
            yield Fact(one, tuple(sorted(graphs - {INFERRED})), graphs == {INFERRED},
                       notes.get(one, ()))


def _statement(row: Iterable[Term | None]) -> Statement:
    return Statement(*row)  # type: ignore[arg-type]  # the queries bind all three


def _order(one: Statement) -> tuple[int, str, str, str]:
    early = (_TYPE, _LABEL)
    place = early.index(one.predicate) if one.predicate in early else len(early)
    return place, str(one.predicate), str(one.subject), str(one.object)


def _nested(iri: str, source: Source, limit: int) -> list[Statement]:
    rows = some(source, "nested", [iri], limit + 1)
    return sorted({_statement(row[3:]) for row in rows}, key=_order)


def _noted(asserted: Mapping[Statement, Collection[str]], source: Source) -> (
        tuple[tuple[Evidence, ...], dict[Statement, tuple[int, ...]]]):
    """Number what vouches, in the order in which facts are listed."""
    found = testimony.of(asserted, source)
    numbers: dict[Evidence, int] = {}
    notes: dict[Statement, tuple[int, ...]] = {}
    for one in found:
        notes[one] = tuple(numbers.setdefault(each, len(numbers)) for each in found[one])
    return tuple(numbers), notes


def _types(out: Sequence[Fact]) -> list[str]:
    every = [(fact.object.value, fact.inferred) for fact in out
             if fact.predicate == _TYPE and isinstance(fact.object, NamedNode)]
    return [iri for iri, inferred in every if not inferred] or [iri for iri, _ in every]


def _mentioned(iri: str, every: Sequence[Fact], sources: Sequence[Evidence]) -> set[str]:
    terms = chain(chain.from_iterable(fact.statement for fact in every),
                  chain.from_iterable((one.voucher, one.document, one.run) for one in sources))
    graphs = chain.from_iterable(fact.graphs for fact in every)
    return {iri, *graphs, *(term.value for term in terms if isinstance(term, NamedNode))}


def _names(iris: set[str], source: Source) -> dict[str, tuple[Literal, ...]]:
    found = caption.names(source, iris)
    return {iri: tuple(sorted(set(labels), key=str)) for iri, labels in found.items()}
