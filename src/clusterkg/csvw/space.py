"""In which namespaces a mapping may make IRIs: it speaks of things, never of what they are said in.

Beneath the project's own IRI the namespaces of things end in a slash; those of terms and shapes end
in #. Named graphs are spoken of by builds alone, and terms of other vocabularies, which the prefix
map has as well, by nobody here. Elsewhere all may name things by http, https and urn, and lead to
what a few other schemes name.
"""

import re
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from clusterkg.csvw.template import Template
from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import BASE, prefixes
from clusterkg.sql import literal

_GRAPHS = "graph"  # the prefix of named graphs
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# What a reader of IRIs takes out again: segments of a path that are dots, encoded or not.
_DOTS = r"^[^?#]*/(\.|%2[Ee]){1,2}([/?#]|$)"
WRONG = "makes an IRI that no thing has"
ADVICE = "give the IRI of a thing, with http, https or urn, and of no term or graph"
DOTTED = "makes an IRI with . or .. between slashes"


class Use(NamedTuple):
    """What an IRI is made for: with which schemes, and whether a term will do as well."""

    schemes: tuple[str, ...]
    terms: bool = False


ABOUT = Use(("http", "https", "urn"))
VALUE = Use((*ABOUT.schemes, "geo", "mailto", "tel"))
REMARK = Use(VALUE.schemes, terms=True)  # a value of an annotation, from which nothing follows


@cache
def own() -> dict[str, str]:
    """Give the namespaces of the project in which things are, by their prefix."""
    return {name: iri for name, iri in prefixes().items()
            if iri.startswith(BASE) and iri.endswith("/") and name != _GRAPHS}


@cache
def _closed() -> tuple[str, ...]:
    """Give what no IRI that is made begins with, but for those in `own`."""
    return BASE, *(iri for iri in prefixes().values() if not iri.startswith(BASE))


def check(template: Template, use: Use) -> None:
    """Raise UsageError for a template that makes no such IRI, whatever is in the cells."""
    head = template.head
    scheme = _SCHEME.match(head)
    if scheme and scheme[1].lower() not in use.schemes:
        raise UsageError(f"IRIs that begin with {quoted(scheme[0])} name nothing here; begin with "
                         f"{':, '.join(use.schemes)}: or a prefix of things, such as ent:")
    if not use.terms and _holds(head, is_whole=not template.variables) is False:
        raise UsageError(f"{quoted(head)} is of terms or graphs, of which a table says nothing; "
                         "take a prefix of things, such as ent:, or an IRI of your own")
    if re.search(_DOTS, "".join(part if isinstance(part, str) else "x"
                                for part in template.parts)):
        raise UsageError(f"{quoted(template.text)} has . or .. between slashes, which readers of "
                         "IRIs take out; leave it out")


def fits(text: str, use: Use) -> str:
    """Give the SQL that says whether an IRI is one that a mapping may make."""
    named = f"regexp_matches({text}, '^(?i:{'|'.join(use.schemes)}):')"
    if use.terms:
        return named
    there = "|".join(f"{re.escape(iri[:-1])}(/.|$)" for iri in sorted(own().values()))
    closed = "|".join(map(re.escape, _closed()))
    return (f"({named} AND (regexp_matches({text}, {literal(f'^({there})')}) "
            f"OR NOT regexp_matches({text}, {literal(f'^({closed})')})))")


def dotted(text: str) -> str:
    """Give the SQL that says whether an IRI has segments that are dots."""
    some = f"(contains({text}, '/.') OR contains({text}, '/%2'))"
    return f"({some} AND regexp_matches({text}, {literal(_DOTS)}))"


def is_open(template: Template, sure: Collection[str]) -> bool:
    """Tell whether cells decide in which namespace an IRI of the template is.

    The variables that are `sure` are minted, or looked up: those of things.
    """
    first = template.parts[0] if template.parts else ""
    if not isinstance(first, str) and first[0] == "+":
        return first[1][0] not in sure
    return _holds(template.head, is_whole=not template.variables) is None


def _holds(head: str, *, is_whole: bool) -> bool | None:
    """Tell whether an IRI that begins so is of a thing; None where that depends on the rest."""
    there = tuple(own().values())
    if head.startswith(there):
        return not (is_whole and head in there)
    if is_whole:
        return f"{head}/" in there or not head.startswith(_closed())
    if any(iri.startswith(head) and iri != head for iri in (*there, *_closed())):
        return None
    return not head.startswith(_closed())
