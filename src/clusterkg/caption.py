"""What a person reads for a term: a label in their language, a CURIE, a value; safe to print."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg.answer import Source, Term
from clusterkg.namespaces import compress
from clusterkg.retrieval import ask

_DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
# Some engines write the sum of 3 and 4 as 7.0; a person reads 7 wherever it was computed.
_TRAILING = re.compile(r"\.0*$|(\.\d*?[1-9])0+$")
# Marks that turn the direction of the text after them: invisible, and able to hide what is shown.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Read the reader's language from LC_ALL, LC_MESSAGES or LANG; English where none is set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = re.match(r"([a-z]{2,3})(?:[_.@-]|$)", environment.get(name, ""))
        if code:
            return code[1]
    return "en"


def labels(source: Source, terms: Iterable[Term], reader: str) -> dict[str, str]:
    """Map the IRIs among `terms` that have a label to the one that suits the reader best."""
    found = names(source, {term.value for term in terms if isinstance(term, NamedNode)})
    return {iri: preferred(some, reader).value for iri, some in found.items()}


def names(source: Source, iris: Collection[str]) -> dict[str, list[Literal]]:
    """Map IRIs to all their labels; those that have none are left out."""
    found: dict[str, list[Literal]] = {}
    for resource, label in ask(source, "names", iris):
        if isinstance(resource, NamedNode) and isinstance(label, Literal):
            found.setdefault(resource.value, []).append(label)
    return found


def preferred(some: Iterable[Literal], reader: str) -> Literal:
    """Choose the reader's language, else English, else none, else the first tag in the alphabet."""
    return min(some, key=lambda label: (*_rank(label.language or "", reader), label.value))


def _rank(tag: str, reader: str) -> tuple[int, str]:
    main = tag.partition("-")[0]
    order = [reader, "en", ""]
    return (order.index(main) if main in order else len(order), tag)


def title(texts: Mapping[str, str], reader: str, otherwise: str) -> str:
    """Choose among texts by language as labels are chosen."""
    return texts.get(reader) or texts.get("en") or next(iter(texts.values()), otherwise)


def text(term: Term | None, known: Mapping[str, str]) -> str:
    """Write a term for a person: its label where `known` has one, else its CURIE or its value."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return known.get(term.value) or compress(term.value)
    if isinstance(term, Literal) and term.datatype == _DECIMAL:
        return _TRAILING.sub(lambda found: found[1] or "", term.value)
    return plain(term)


def plain(term: Term | None) -> str:
    """Write a term as SPARQL's CSV format does: the bare IRI or value, `_:` before blank nodes."""
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else _marked(term)


def _marked(term: Term) -> str:
    return f"_:{term.value}" if isinstance(term, BlankNode) else str(term)


def printable(written: str, keep: str = "") -> str:
    """Replace what would command a terminal by a visible sign, save the characters in `keep`."""
    if written.isascii() and written.isprintable():
        return written
    return "".join(c if c in keep else _visible(c) for c in written)


def _visible(character: str) -> str:
    if _TURNING.match(character) or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"
    return character
