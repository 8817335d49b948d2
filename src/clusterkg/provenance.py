"""The parts of the graph, each from one source: whose they are, how large, from which documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clusterkg import caption
from clusterkg.answer import Answer, Source, Term
from clusterkg.namespaces import compress, expand
from clusterkg.portrait import Shown
from clusterkg.retrieval import ask, some
from clusterkg.upstream import MOST_GRAPHS, NAMED

STATEMENTS, PASSAGES, DOCUMENTS = 100, 500, 500  # that a page shows
_WHOLE = expand("graph:all")


@dataclass(frozen=True)
class Part:
    """A named graph as a list shows it."""

    name: Shown
    licence: Shown | None
    issued: str
    size: str
    documents: tuple[Shown, ...]


@dataclass(frozen=True)
class Place:
    """A passage: where it is in its document, and the records that rest on it."""

    passage: Shown
    paragraph: str
    characters: str
    row: str
    records: tuple[Shown, ...]


@dataclass(frozen=True)
class Holding:
    """What a source has given: statements of a named graph, or passages of a document."""

    statements: tuple[tuple[Shown, ...], ...] = ()
    documents: tuple[Shown, ...] = ()
    places: tuple[Place, ...] = ()
    more: bool = False


def parts(source: Source, reader: str) -> tuple[list[Part], bool]:
    """List the named graphs, and tell whether there are more of them.

    Over an endpoint without a description it is just their names.
    """
    rows = list(ask(source, "sources", [_WHOLE])) or [
        (graph, None, None, None, None) for graph in _named_graphs(source)]
    graphs = {row[0].value: row for row in rows if isinstance(row[0], NamedNode)}
    titles: dict[str, list[Literal]] = {iri: [] for iri in graphs}
    for graph, title, *_ in rows:
        if isinstance(graph, NamedNode) and isinstance(title, Literal):
            titles[graph.value].append(title)
    papers = _documents(graphs, source, reader)
    found = [Part(_named(iri, titles[iri], reader), _linked(graphs[iri][2]),
                  caption.plain(graphs[iri][3]), caption.plain(graphs[iri][4]),
                  tuple(papers.get(iri, ()))) for iri in sorted(graphs)]
    return found[:MOST_GRAPHS], len(found) > MOST_GRAPHS


def held(iri: str, source: Source, reader: str) -> Holding:
    """Tell what a source has given, of much a part; nothing for what is no source."""
    statements = list(some(source, "graph", [iri], STATEMENTS + 1))
    passages = list(some(source, "passages", [iri], PASSAGES + 1))
    papers = _documents([iri], source, reader)
    shown = _shown(source, [*(term for row in statements for term in row),
                            *(term for row in passages for term in (row[1], row[6]))], reader)
    return Holding(
        tuple(tuple(map(shown, row)) for row in statements[:STATEMENTS]),
        tuple(papers.get(iri, ())), tuple(_places(passages[:PASSAGES], shown)),
        len(statements) > STATEMENTS or len(passages) > PASSAGES)


def _named_graphs(source: Source) -> list[Term]:
    reply = source.query(NAMED)
    return [row[0] for row in reply.rows if row[0] is not None] if isinstance(reply, Answer) else []


def _documents(graphs: Iterable[str], source: Source, reader: str) -> dict[str, list[Shown]]:
    rows = [row for row in ask(source, "documents", list(graphs))
            if isinstance(row[1], NamedNode)]
    shown = _shown(source, (row[1] for row in rows), reader)
    found: dict[str, dict[str, Shown]] = {}
    for graph, document, *_ in rows:
        one = shown(document)
        found.setdefault(caption.plain(graph), {})[one.iri] = one
    return {iri: sorted(some.values(), key=lambda one: one.text)[:DOCUMENTS]
            for iri, some in found.items()}


def _places(rows: Iterable[tuple[Term | None, ...]],
            shown: Callable[[Term | None], Shown]) -> Iterable[Place]:
    found: dict[str, tuple[tuple[Term | None, ...], list[Shown]]] = {}
    for row in rows:
        records = found.setdefault(caption.plain(row[1]), (row, []))[1]
        if row[6] is not None:
            records.append(shown(row[6]))
    for row, records in found.values():
        paragraph, start, end, line = map(caption.plain, row[2:6])
        yield Place(shown(row[1]), paragraph, f"{start}-{end}" if start else "", line,
                    tuple(records))


def _shown(source: Source, terms: Iterable[Term | None],
           reader: str) -> Callable[[Term | None], Shown]:
    labels = caption.labels(source, [term for term in terms if term is not None], reader)

    def show(term: Term | None) -> Shown:
        language = term.language or "" if isinstance(term, Literal) else ""
        return Shown(caption.text(term, labels),
                     term.value if isinstance(term, NamedNode) else "", language)
    return show


def _named(iri: str, titles: list[Literal], reader: str) -> Shown:
    if not titles:
        return Shown(compress(iri), iri)
    best = caption.preferred(titles, reader)
    return Shown(best.value, iri, best.language or "")


def _linked(term: Term | None) -> Shown | None:
    return Shown(term.value, term.value) if isinstance(term, NamedNode) else None
