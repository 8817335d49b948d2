"""Find the one resource that a person means by an IRI, a CURIE or a label in any language."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode

from clusterkg.answer import Answer, Source
from clusterkg.caption import printable
from clusterkg.errors import UsageError
from clusterkg.namespaces import compress, expand, prefixes

_SHOWN = 5
_ANYTHING = "http://www.w3.org/2000/01/rdf-schema#Resource"
_IRI = re.compile(r"(?:https?://|urn:)[^\s<>\"{}|\\^`]+|<[^\s<>\"{}|\\^`]+>")
_CURIE = re.compile(r"([A-Za-z][\w-]*):(\S*)")
# Scripts written without spaces: a part of a label counts as a word of it.
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")

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

    def __str__(self) -> str:
        """Name the scope as messages do."""
        names = self.of_classes or tuple(filter(None, [self.of_scheme]))
        if not names or _ANYTHING in names:
            return "the graph"
        return " or ".join(map(compress, names))


@dataclass(frozen=True)
class _Labels:
    """Hold every label of a scope as (what it is compared by, resource), and names to show.

    `ranks` says which of the scope's patterns a resource satisfies first.
    """

    entries: Sequence[tuple[str, str]]
    names: Mapping[str, str]
    ranks: Mapping[str, int]

    @cached_property
    def exact(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, iri in self.entries:
            if iri not in found.setdefault(key, []):
                found[key].append(iri)
        return found

    def beginning(self, key: str) -> list[str]:
        return _unique(iri for known, iri in self.entries if known.startswith(key))

    def containing(self, key: str) -> list[str]:
        if _UNSPACED.search(key):
            return _unique(iri for known, iri in self.entries if key in known)
        word = re.compile(rf"(?<!\w){re.escape(key)}(?!\w)")
        return _unique(iri for known, iri in self.entries if word.search(known))

    def preferred(self, iris: Sequence[str]) -> list[str]:
        best = min((self.ranks[iri] for iri in iris), default=0)
        return [iri for iri in iris if self.ranks[iri] == best]

    def nearest(self, key: str) -> list[str]:
        return _unique(iri for known in nearest(key, self.exact) for iri in self.exact[known])

    def shown(self, iris: Sequence[str]) -> str:
        names = [f"{compress(iri)} ({printable(self.names[iri])})" for iri in iris[:_SHOWN]]
        more = len(iris) - len(names)
        return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _unique(iris: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(iris))


def nearest(key: str, names: Iterable[str]) -> list[str]:
    """List the few names of which the whole, the beginning or a word looks most like `key`."""
    known, parts = list(names), dict[str, list[str]]()
    for name in known:
        for part in {name, name[:len(key)], *name.split()}:
            parts.setdefault(part, []).append(name)
    near = difflib.get_close_matches(key, parts, n=_SHOWN, cutoff=0.6)
    found = [name for part in near for name in parts[part]]
    alike = found or [name for name in known if key and key[:2] in name]
    return list(dict.fromkeys(alike))[:_SHOWN]


def normalise(text: str) -> str:
    """Fold case, width and spaces, so that what reads the same compares equal."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def resolve(text: str, source: Source, scope: Scope | None = None) -> NamedNode:
    """Find what `text` names in the default graph of `source`.

    A label fits exactly (case and width aside), or is the beginning or a whole word of exactly
    one resource's labels, among those of the first class that fits. Raises UsageError with
    candidates for what is unknown, ambiguous or outside the scope.
    """
    scope = scope or Scope()
    iri = _as_iri(text.strip())
    if iri is None:
        return NamedNode(_by_label(text, source, scope))
    return _existing(iri, source, scope)


def _as_iri(text: str) -> str | None:
    if _IRI.fullmatch(text):
        return text.strip("<>")
    curie = _CURIE.fullmatch(text)
    return expand(text) if curie and curie[1] in prefixes() else None


def _existing(iri: str, source: Source, scope: Scope) -> NamedNode:
    try:
        node = NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{iri!a} is no IRI: {error}") from error
    if not _ask(source, f"{{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} UNION {{ ?t {node} ?u }}"):
        near = _labels(source, scope).nearest(normalise(re.split("[/#:]", iri)[-1]))
        raise _unknown(compress(iri), near, source, scope)
    if not any(not pattern or _ask(source, pattern.replace("?resource", str(node)))
               for pattern in scope.patterns):
        raise UsageError(f"{compress(iri)} is not in {scope}; name one that is, "
                         f"for example {_labels(source, scope).shown(_some(source, scope))}")
    return node


def _ask(source: Source, pattern: str) -> bool:
    return source.query(f"ASK {{ {pattern} }}") is True


def _some(source: Source, scope: Scope) -> list[str]:
    return _unique(iri for _, iri in _labels(source, scope).entries)


def _by_label(text: str, source: Source, scope: Scope) -> str:
    labels, key = _labels(source, scope), normalise(text)
    if not key:
        raise UsageError(f"an empty name for {scope}; give an IRI, a CURIE or a label")
    for fitting in (labels.exact.get(key, []), labels.beginning(key), labels.containing(key)):
        found = labels.preferred(fitting)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{text!r} may mean {labels.shown(found)}; name one of them")
    raise _unknown(repr(text), labels.nearest(key), source, scope)


def _unknown(what: str, near: list[str], source: Source, scope: Scope) -> UsageError:
    hint = f"nearest: {_labels(source, scope).shown(near)}" if near else "nothing is similar"
    return UsageError(f"no {what} in {scope}; {hint}")


_cache: WeakKeyDictionary[Source, dict[Scope, _Labels]] = WeakKeyDictionary()


def _labels(source: Source, scope: Scope) -> _Labels:
    # One query a scope and source: a snapshot does not change while it is open.
    kept = _cache.setdefault(source, {})
    if scope not in kept:
        kept[scope] = _read([source.query(_LABELS % (pattern and f"{pattern} ."))
                             for pattern in scope.patterns])
    return kept[scope]


def _read(replies: Iterable[object]) -> _Labels:
    ranks: dict[str, int] = {}
    found = set()
    for number, reply in enumerate(replies):
        for resource, label, kind in reply.rows if isinstance(reply, Answer) else ():
            if isinstance(resource, NamedNode) and isinstance(label, Literal):
                ranks.setdefault(resource.value, number)
                found.add((_rank(kind, label), resource.value, label.value))
    entries = sorted((normalise(text), iri) for _, iri, text in found)
    names = {iri: text for _, iri, text in sorted(found, reverse=True)}
    return _Labels(entries, names, ranks)


def _rank(kind: object, label: Literal) -> tuple[bool, bool]:
    # Messages are in English: they name a resource by its main label in that language.
    is_main = isinstance(kind, NamedNode) and kind.value in _MAIN
    return not is_main, label.language != "en"
