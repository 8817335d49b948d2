"""Write N-Triples quickly: terms are ready-made strings, a count says how many lines there are."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import TracebackType

VOCABULARY = "https://w3id.org/clusterkg/voc/"
INDIVIDUAL = "https://w3id.org/clusterkg/id/"
_OWN = {"chain-coverage": INDIVIDUAL + "coverage/", "party-strength": INDIVIDUAL + "strength/",
        "ckg": "https://w3id.org/clusterkg/ns#",
        "reg": "https://example.org/register#",
        "dcterms": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#"}
_VOCABULARIES = ("basis", "commitment-kind", "comparator", "coverage", "development-stage",
                 "enumeration", "field", "honour", "indicator", "list-stage", "measure", "product",
                 "signatory", "stage-kind", "status", "strategy", "strength", "technology", "unit",
                 "breakdown-kind")


@cache
def _namespace(prefix: str) -> str:
    if prefix in _OWN:
        return _OWN[prefix]
    return (VOCABULARY if prefix in _VOCABULARIES else INDIVIDUAL) + prefix + "/"


@cache
def iri(name: str) -> str:
    """Spell a CURIE of the project's, or of the register's own terms, as an N-Triples term."""
    prefix, local = name.split(":", 1)
    return f"<{_namespace(prefix)}{local}>"


def fresh(name: str) -> str:
    """Do as `iri` does for a name that will not be asked for often enough to be kept."""
    prefix, local = name.split(":", 1)
    return f"<{_namespace(prefix)}{local}>"


def text(value: str, language: str = "") -> str:
    """Spell a literal; the generated names have no character that needs an escape."""
    return f'"{value}"@{language}' if language else f'"{value}"'


def typed(value: object, datatype: str) -> str:
    """Spell a literal of an XML Schema datatype."""
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'


def both(english: str, chinese: str) -> list[str]:
    """Spell a label in two languages."""
    return [text(english, "en"), text(chinese, "zh")]


class Source:
    """One file of N-Triples being written."""

    def __init__(self, path: Path):
        """Open the file."""
        self.path, self.count = path, 0
        self._file = path.open("w", encoding="utf-8", buffering=1 << 20)

    def __enter__(self) -> "Source":
        """Give itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        """Close the file."""
        self._file.close()

    def describe(self, subject: str, facts: dict[str, str | Iterable[str]]) -> None:
        """Write what is said of a subject: CURIEs of predicates to one term or several."""
        for predicate, objects in facts.items():
            for term in [objects] if isinstance(objects, str) else objects:
                self._file.write(f"{subject} {iri(predicate)} {term} .\n")
                self.count += 1

    def lines(self, block: str, count: int) -> None:
        """Write `count` lines that are spelt already."""
        self._file.write(block)
        self.count += count
