"""Values of properties of things that were matched."""

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from clusterkg.answer import Source, Term
from clusterkg.reconciliation.answering import Json, Words, values
from clusterkg.reconciliation.asked import iri
from clusterkg.retrieval import ask

_MOST = 100  # values of one property
_ALL = 100_000
_Table = Mapping[str, Mapping[str, list[Json]]]


def extended(ids: Sequence[str], links: Sequence[str], source: Source,
             language: str) -> tuple[list[Json], _Table]:
    """Give the properties by name, and the values by id and property."""
    wanted = {link: iri(link) for link in links if _is_iri(iri(link))}
    about = {one: iri(one) for one in ids if _is_iri(iri(one))}
    held: dict[tuple[str, str], list[Term]] = {}
    rows = list(ask(source, "values", set(about.values()),
                    wanted=", ".join(f"<{link}>" for link in sorted(set(wanted.values()))))) \
        if wanted else []
    for subject, link, value in rows:
        held.setdefault((subject.value, link.value), []).append(value)  # type: ignore[union-attr, arg-type]  # by the query
    words = Words([*wanted.values(), *(row[2].value for row in rows
                                       if isinstance(row[2], NamedNode))], source, language)
    meta: list[Json] = [{"id": link, "name": words.of(wanted[link]) if link in wanted else link}
                        for link in links]
    return meta, {one: {link: _listed(held, about.get(one), wanted.get(link), words)
                        for link in links} for one in ids}


def _listed(held: Mapping[tuple[str, str], list[Term]], one: str | None, link: str | None,
            words: Words) -> list[Json]:
    if one is None or link is None:
        return []
    return values(sorted(held.get((one, link), ()), key=str)[:_MOST], words)


def _is_iri(text: str) -> bool:
    try:
        return "://" in text and bool(NamedNode(text))
    except ValueError:
        return False
