"""Things by a part of their labels, in any language, for who looks around."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from clusterkg import binding, caption, fit
from clusterkg.answer import Answer, Source
from clusterkg.files import read_text
from clusterkg.label import Indexed, Scope
from clusterkg.namespaces import expand
from clusterkg.portrait import Shown
from clusterkg.retrieval import ask, some

MOST, LISTED = 50, 200  # that are found by a text, and members of a class that are listed
_SEARCH = Path(__file__).parent / "entities" / "search.rq"
_PLAIN = frozenset(map(expand, ("owl:NamedIndividual", "owl:Thing", "skos:Concept")))


@dataclass(frozen=True)
class Hit:
    """A thing that fits, and what it is."""

    thing: Shown
    kinds: tuple[Shown, ...]


@dataclass(frozen=True)
class Hits:
    """Those that fit, or where none does, those that are `alike`; `more`: there are others."""

    found: tuple[Hit, ...] = ()
    alike: bool = False
    more: bool = False


def by_label(text: str, among: str, source: Source, reader: str) -> Hits:
    """Find what a text may mean, in the class `among` unless that is "", the best fit first."""
    key = fit.normalise(text)
    if not key:
        return Hits()
    if isinstance(source, Indexed) and source.labels is not None:
        known = source.labels.among(Scope((among,) if among else ()).groups)
        fitting = fit.fitting(key, known)
        found: list[str] = list(fitting or known.similar(key))
        return Hits(_hits(found[:MOST], source, reader), not fitting, len(found) > MOST)
    found = _asked(text, among, source)
    return Hits(_hits(found[:MOST], source, reader), more=len(found) > MOST)


def members(among: str, source: Source, reader: str) -> Hits:
    """List things of a class by their labels; of many some."""
    rows = some(source, "members", [among], LISTED + 1)
    found = [one.value for _, one in rows if isinstance(one, NamedNode)]
    hits = sorted(_hits(found[:LISTED], source, reader),
                  key=lambda hit: (hit.thing.text.lower(), hit.thing.iri))
    return Hits(tuple(hits), more=len(found) > LISTED)


def _asked(text: str, among: str, source: Source) -> list[str]:
    values = {"?_text": str(Literal(text)),
              "?__class_iri": str(NamedNode(among)) if among else None}
    reply = source.query(binding.place(read_text(_SEARCH), values))
    rows = reply.rows if isinstance(reply, Answer) else ()
    return [one.value for one, in rows if isinstance(one, NamedNode)]


def _hits(found: list[str], source: Source, reader: str) -> tuple[Hit, ...]:
    kinds = _kinds(found, source)
    iris = {*found, *(kind for some in kinds.values() for kind in some)}
    labels = caption.labels(source, map(NamedNode, iris), reader)
    return tuple(Hit(_shown(iri, labels),
                     tuple(_shown(kind, labels) for kind in kinds.get(iri, ()))) for iri in found)


def _kinds(iris: Iterable[str], source: Source) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    listed = list(iris)
    for one, kind in ask(source, "kinds", listed):
        if isinstance(one, NamedNode) and isinstance(kind, NamedNode) and kind.value not in _PLAIN:
            found.setdefault(one.value, []).append(kind.value)
    return found


def _shown(iri: str, labels: Mapping[str, str]) -> Shown:
    return Shown(caption.text(NamedNode(iri), labels), iri)
