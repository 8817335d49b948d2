"""Turtle that reads well: sorted, one block a subject, only the prefixes in use.

pyoxigraph writes the terms; this module decides the order, and what stands between the blocks.
Names are given as CURIEs of the project's prefix map.
"""

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from clusterkg.namespaces import compress, expand, prefixes

_FIRST = {"rdf:type": "0", "rdfs:label": "1"}


def write(triples: Iterable[Triple]) -> str:
    """Write triples as Turtle, byte for byte the same for the same set of triples.

    Named graphs' headers come first, then subjects by CURIE; `a` and labels lead each block.
    Blank nodes are not expected: their labels are kept as they are and sorted by them.
    """
    ordered = sorted(set(triples), key=_place)
    raw = serialize(ordered, format=RdfFormat.TURTLE, prefixes=dict(prefixes()))
    blocks = [line for line in (raw or b"").decode().splitlines() if not line.startswith("@prefix")]
    body = "\n".join(blocks).replace(" .\n", " .\n\n").replace("\n\t", "\n    ") + "\n"
    return _prefix_lines(body) + "\n" + body


def about(subject: str, facts: Iterable[tuple[str, NamedNode | Literal]]) -> list[Triple]:
    """Make the triples of one subject out of its predicates and objects."""
    node = iri(subject)
    return [Triple(node, iri(predicate), value) for predicate, value in facts]


def iri(curie: str) -> NamedNode:
    """Make the named node that a CURIE stands for."""
    return NamedNode(expand(curie))


def labels(english: str, chinese: str | None = None) -> list[tuple[str, Literal]]:
    """Make the labels of one subject."""
    pairs = [("en", english)] + ([("zh", chinese)] if chinese else [])
    return [("rdfs:label", Literal(text, language=language)) for language, text in pairs]


def typed(value: str, datatype: str) -> Literal:
    """Make a literal of a datatype given as a CURIE such as `xsd:date`."""
    return Literal(value, datatype=iri(datatype))


def _place(triple: Triple) -> tuple[bool, str, str, str]:
    subject, predicate = _name(triple.subject), _name(triple.predicate)
    rank = _FIRST.get(predicate, "2" + predicate)
    return not subject.startswith("graph:"), subject, rank, _value(triple.object)


def _name(term: object) -> str:
    return compress(term.value) if isinstance(term, NamedNode) else str(term)


def _value(term: object) -> str:
    return f"{term.language or ''} {term}" if isinstance(term, Literal) else _name(term)


def _prefix_lines(body: str) -> str:
    names_only = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", body)
    used = set(re.findall(r"(?<![\w:-])([A-Za-z][\w-]*):", names_only))
    return "".join(f"@prefix {name}: <{iri}> .\n"
                   for name, iri in sorted(prefixes().items()) if name in used)
