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
    """Say among what a label is looked up: a class's members, a scheme's concepts, everything."""

    of_class: str | None = None
    of_scheme: str | None = None

    @property
    def pattern(self) -> str:
        """Give the triple pattern that `?resource` satisfies."""
        if self.of_class:
            return f"?resource a <{self.of_class}> ."
        if self.of_scheme:
            return f"?resource <http://www.w3.org/2004/02/skos/core#inScheme> <{self.of_scheme}> ."
        return ""

    def __str__(self) -> str:
        """Name the scope as messages do."""
        name = self.of_class or self.of_scheme
        return compress(name) if name else "the graph"


@dataclass(frozen=True)
class _Labels:
    """Hold every label of a scope as (what it is compared by, resource), and names to show."""

    entries: Sequence[tuple[str, str]]
    names: Mapping[str, str]

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

    def nearest(self, key: str) -> list[str]:
        return _unique(iri for known in nearest(key, self.exact) for iri in self.exact[known])

    def shown(self, iris: Sequence[str]) -> str:
        names = [f"{compress(iri)} ({printable(self.names[iri])})" for iri in iris[:_SHOWN]]
        more = len(iris) - len(names)
        return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _unique(iris: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(iris))


def nearest(key: str, names: Iterable[str]) -> list[str]:
    """List the few names that look most like `key`; else some that share its beginning."""
    known = list(names)
    near = difflib.get_close_matches(key, known, n=_SHOWN, cutoff=0.5)
    return near or [name for name in known if key and key[:2] in name][:_SHOWN]


def normalise(text: str) -> str:
    """Fold case, width and spaces, so that what reads the same compares equal."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def resolve(text: str, source: Source, scope: Scope | None = None) -> NamedNode:
    """Find what `text` names in the default graph of `source`.

    A label fits exactly (case and width aside), or is the beginning or a whole word of exactly
    one resource's labels. Raises UsageError with candidates for what is unknown, ambiguous or
    outside the scope.
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
    if scope.pattern and not _ask(source, scope.pattern.replace("?resource", str(node))):
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
    for found in (labels.exact.get(key, []), labels.beginning(key), labels.containing(key)):
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
        kept[scope] = _read(source.query(_LABELS % scope.pattern))
    return kept[scope]


def _read(reply: object) -> _Labels:
    rows = reply.rows if isinstance(reply, Answer) else ()
    found = sorted((_rank(kind, label), resource.value, label.value)
                   for resource, label, kind in rows
                   if isinstance(resource, NamedNode) and isinstance(label, Literal))
    entries = sorted((normalise(text), iri) for _, iri, text in found)
    return _Labels(entries, {iri: text for _, iri, text in reversed(found)})


def _rank(kind: object, label: Literal) -> tuple[bool, bool]:
    # Messages are in English: they name a resource by its main label in that language.
    is_main = isinstance(kind, NamedNode) and kind.value in _MAIN
    return not is_main, label.language != "en"
