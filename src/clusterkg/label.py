"""Find the one resource that a person means by an IRI, a CURIE or a label in any language."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from clusterkg import compound, fit, reading
from clusterkg.answer import Answer, Source
from clusterkg.caption import printable
from clusterkg.errors import UsageError, quoted, shortened
from clusterkg.fit import Found, Known
from clusterkg.lookup import Index
from clusterkg.namespaces import compress, expand, prefixes

Say = Callable[[str], None]
_ANYTHING = "http://www.w3.org/2000/01/rdf-schema#Resource"
_IRI = re.compile(r"(?:https?://|urn:)[^\s<>\"{}|\\^`]+|<[^\s<>\"{}|\\^`]+>")
_CURIE = re.compile(r"([A-Za-z][\w-]*):(\S*)")

_LABELS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?resource ?label ?property WHERE {
  VALUES ?property { rdfs:label skos:prefLabel skos:altLabel skos:notation }
  %s
  ?resource ?property ?label
  FILTER(isIRI(?resource))
}"""
_MAIN = ("http://www.w3.org/2000/01/rdf-schema#label",
         "http://www.w3.org/2004/02/skos/core#prefLabel")


@dataclass(frozen=True)
class Scope:
    """Say among what a label is looked up: members of classes, a scheme's concepts, everything.

    Of several classes the first wins where a label fits members of more than one;
    `rdfs:Resource` is everything.
    """

    of_classes: tuple[str, ...] = ()
    of_scheme: str | None = None

    @property
    def patterns(self) -> Sequence[str]:
        """Give the triple patterns one of which `?resource` satisfies, the preferred one first."""
        if self.of_scheme:
            return [f"?resource <http://www.w3.org/2004/02/skos/core#inScheme> <{self.of_scheme}>"]
        return ["" if name == _ANYTHING else f"?resource a <{name}>"
                for name in self.of_classes] or [""]

    @property
    def groups(self) -> Sequence[str]:
        """Give the scheme, or the classes in their order; "" is everything."""
        if self.of_scheme:
            return [self.of_scheme]
        return ["" if name == _ANYTHING else name for name in self.of_classes] or [""]

    def __str__(self) -> str:
        """Name the scope as messages do."""
        names = self.of_classes or tuple(filter(None, [self.of_scheme]))
        if not names or _ANYTHING in names:
            return "the graph"
        return " or ".join(map(compress, names))


class _Listed:
    """Hold every label of a scope, read from a source without an index; a `fit.Known`.

    `ranks` says which of the scope's patterns a resource satisfies first.
    """

    def __init__(self, found: Iterable[tuple[tuple[bool, bool], str, str]],
                 ranks: Mapping[str, int]):
        """Take (rank, IRI, text), and the ranks by IRI."""
        held = sorted(found, reverse=True)
        self._entries = sorted((fit.normalise(text), iri) for _, iri, text in held)
        self._names = {iri: text for _, iri, text in held}
        self._ranks = ranks

    @cached_property
    def _exact(self) -> Mapping[str, list[str]]:
        return _grouped(self._entries)

    @cached_property
    def _spelled(self) -> Sequence[tuple[str, str]]:
        chinese = [(key, iri) for key, iri in self._entries if reading.CHINESE.search(key)]
        return [(spelled, iri) for key, iri in chinese
                for spelled in reading.dictionary().spellings(key)]

    @cached_property
    def _sounds(self) -> Sequence[tuple[str, str]]:
        return [(sound, iri) for spelled, iri in self._spelled
                for sound in (reading.letters(spelled), reading.initials(spelled))]

    def equal(self, key: str) -> Found:
        """Find what has just this label."""
        return self._preferred(self._exact.get(key, ()))

    def beginning(self, key: str) -> Found:
        """Find what has a label that begins so."""
        return self._preferred(iri for known, iri in self._entries if known.startswith(key))

    def containing(self, key: str) -> Found:
        """Find what has a label with these whole words in it, or this part of an unspaced one."""
        return self._preferred(iri for known, iri in self._entries
                               if key in known and fit.holds(key, known))

    def read_as(self, sound: str) -> Found:
        """Find what is read so, or has these first letters of its syllables."""
        return self._preferred(iri for known, iri in self._sounds if known == sound)

    def read_from(self, sound: str) -> Found:
        """Find what is read so at its beginning."""
        return self._preferred(iri for known, iri in self._sounds if known.startswith(sound))

    def reading_inside(self, sound: str) -> Found:
        """Find what has whole syllables that are read so."""
        return self._preferred(iri for known, iri in self._spelled
                               if reading.sounds_inside(sound, known))

    def similar(self, key: str) -> Found:
        """Find the few that look most alike, the nearest first."""
        near = fit.nearest(key, self._exact)
        return _unique(iri for known in near for iri in self._exact[known])

    def some(self) -> Found:
        """Give all there are."""
        return _unique(iri for _, iri in self._entries)

    def name(self, iri: str) -> str:
        """Give what a message calls a resource."""
        return self._names[iri]

    def _preferred(self, found: Iterable[str]) -> Found:
        iris = _unique(found)
        best = min((self._ranks[iri] for iri in iris), default=0)
        return Found(iri for iri in iris if self._ranks[iri] == best)


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, iri in pairs:
        found.setdefault(key, []).append(iri)
    return found


def _unique(iris: Iterable[str]) -> Found:
    return Found(dict.fromkeys(iris))


def unsaid(text: str) -> None:
    """Say nothing of what a name was taken to be."""


def resolve(text: str, source: Source, scope: Scope | None = None,
            say: Say = unsaid) -> NamedNode:
    """Find what `text` names in the default graph of `source`.

    A label fits exactly (case and width aside), also after the labels of what holds the thing; or
    it is the beginning, a whole word or the pinyin of exactly one resource's labels, among those
    of the first class that fits: then `say` is told what was taken. A single character fits
    exactly or not at all; where not all could be looked at, nothing is the only one. Raises
    UsageError with candidates for what is unknown, ambiguous or outside the scope.
    """
    scope = scope or Scope()
    iri = _as_iri(text.strip())
    if iri is None:
        return NamedNode(_by_label(text, source, scope, say))
    return _existing(iri, source, scope)


def candidates(text: str, source: Source, scope: Scope) -> list[tuple[str, str]]:
    """List IRI and name of the few in a scope that `text` may mean; of any few where none is like.

    What `resolve` says in words when it raises UsageError.
    """
    known, key = _known(source, scope), fit.normalise(re.split("[/#:]", text.strip("<> "))[-1])
    found = (fit.fitting(key, known) or known.similar(key)) if key else Found()
    return [(iri, known.name(iri)) for iri in (found or known.some())[:fit.SHOWN]]


def members(source: Source, scope: Scope, most: int) -> list[tuple[str, str]]:
    """List IRI and name of all that a scope holds, by name; empty where there are more."""
    known = _known(source, scope)
    found = known.some()
    if not found.whole or len(found) > most:
        return []
    return sorted(((iri, known.name(iri)) for iri in found), key=lambda pair: pair[1].lower())


def _as_iri(text: str) -> str | None:
    if _IRI.fullmatch(text):
        return text.strip("<>")
    curie = _CURIE.fullmatch(text)
    return expand(text) if curie and curie[1] in prefixes() else None


def _existing(iri: str, source: Source, scope: Scope) -> NamedNode:
    try:
        node = NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{quoted(iri)} is no IRI: {shortened(str(error))}") from error
    if not _ask(source, f"{{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} UNION {{ ?t {node} ?u }}"):
        known, key = _known(source, scope), fit.normalise(re.split("[/#:]", iri)[-1])
        raise UsageError(f"no {shortened(compress(iri))} in {scope}; "
                         f"{_near(fit.fitting(key, known), key, known)}")
    if not any(not pattern or _ask(source, pattern.replace("?resource", str(node)))
               for pattern in scope.patterns):
        known = _known(source, scope)
        raise UsageError(f"{shortened(compress(iri))} is not in {scope}; name one that is, "
                         f"for example {_shown(known.some(), known)}")
    return node


def _ask(source: Source, pattern: str) -> bool:
    return source.query(f"ASK {{ {pattern} }}") is True


def _by_label(text: str, source: Source, scope: Scope, say: Say) -> str:
    known, key = _known(source, scope), fit.normalise(text)
    if not key:
        raise UsageError(f"an empty name for {scope}; give an IRI, a CURIE or a label")
    exact = known.equal(key) or compound.equal(key, known, source)
    found = exact or fit.first((exact, fit.fitting(key, known)))
    if len(found) > 1 or (found and not found.whole):
        raise UsageError(f"{quoted(text)} may mean {_shown(found, known)}; name one of them")
    if not found and not found.whole:
        raise UsageError(f"{quoted(text)} is like too many labels in {scope} to be told from them; "
                         f"{_near(found, key, known)}")
    if not found or not (exact or len(key) > 1):
        raise UsageError(f"no {quoted(text)} in {scope}; {_near(found, key, known)}")
    if not exact:
        say(f"{quoted(text)} is taken to be {_shown(found, known)}")
    return found[0]


def _near(found: Found, key: str, known: Known) -> str:
    near = found or known.similar(key)
    return f"nearest: {_shown(near, known)}" if near else "nothing is similar"


def _shown(found: Found, known: Known) -> str:
    names = [f"{compress(iri)} ({printable(known.name(iri))})" for iri in found[:fit.SHOWN]]
    more = len(found) - len(names)
    rest = f" and {'' if found.whole else 'at least '}{more} more" if more > 0 else (
        "" if found.whole else " and perhaps more")
    return ", ".join(names) + rest


@runtime_checkable
class Indexed(Protocol):
    """A source that may have an index of its labels."""

    labels: Index | None


_cache: WeakKeyDictionary[Source, dict[Scope, Known]] = WeakKeyDictionary()


def _known(source: Source, scope: Scope) -> Known:
    # A snapshot does not change while it is open: without an index, one query a scope and source.
    kept = _cache.setdefault(source, {})
    if scope not in kept:
        index = source.labels if isinstance(source, Indexed) else None
        kept[scope] = index.among(scope.groups) if index else _read(
            [source.query(_LABELS % (pattern and f"{pattern} .")) for pattern in scope.patterns])
    return kept[scope]


def _read(replies: Iterable[object]) -> _Listed:
    ranks: dict[str, int] = {}
    found = set()
    for number, reply in enumerate(replies):
        for resource, label, kind in reply.rows if isinstance(reply, Answer) else ():
            if isinstance(resource, NamedNode) and isinstance(label, Literal):
                ranks.setdefault(resource.value, number)
                found.add((_rank(kind, label), resource.value, label.value))
    return _Listed(found, ranks)


def _rank(kind: object, label: Literal) -> tuple[bool, bool]:
    # Messages are in English: they name a resource by its main label in that language.
    is_main = isinstance(kind, NamedNode) and kind.value in _MAIN
    return not is_main, label.language != "en"
