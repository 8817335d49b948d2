"""The one prefix map: the `@prefix` lines of `ontology/clusterkg.ttl`."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from clusterkg.errors import UsageError, quoted
from clusterkg.files import knowledge, read_text

BASE = "https://w3id.org/clusterkg/"  # what every IRI of the project begins with
_PREFIX_LINE = re.compile(r"^@prefix\s+([\w-]*):\s+<([^>]*)>\s*\.\s*$", re.MULTILINE)
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?")


@cache
def prefixes() -> Mapping[str, str]:
    """Map each prefix to its namespace IRI."""
    text = read_text(knowledge("ontology") / "clusterkg.ttl")
    return MappingProxyType(dict(_PREFIX_LINE.findall(text)))


def expand(curie: str) -> str:
    """Turn a CURIE such as `ckg:Cluster` into an IRI; raise UsageError for an unknown prefix."""
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes():
        raise UsageError(f"unknown prefix in {quoted(curie)}; "
                         f"known are {', '.join(sorted(prefixes()))}")
    return prefixes()[prefix] + local


def compress(iri: str) -> str:
    """Turn an IRI into its CURIE, or into `<IRI>` where no prefix fits."""
    for prefix, namespace in _longest_first():
        local = iri[len(namespace):]
        if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def sparql_prologue() -> str:
    """Give the map as SPARQL PREFIX lines."""
    return "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in sorted(prefixes().items()))


@cache
def _longest_first() -> list[tuple[str, str]]:
    return sorted(prefixes().items(), key=lambda pair: -len(pair[1]))
