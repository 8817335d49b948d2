"""What a check found, in SHACL's words: for shapes, lint, consistency and import alike.

Terms are written as in N-Triples (`<iri>`, `_:b0`, `"text"@en`), paths as SPARQL property paths
over such IRIs, so that a report needs no RDF engine to be read, sorted or compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

_CONTROLS = {chr(code): f"\\u{code:04X}" for code in [*range(32), *range(127, 160)]}
_ESCAPES = str.maketrans(_CONTROLS | {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
SHACL = "http://www.w3.org/ns/shacl#"
SAMPLES = 3


class Severity(StrEnum):
    """Name SHACL's three severities, worst first; any other severity is kept as `<iri>`."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


_RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Result:
    """One thing that a check found at one focus node.

    `messages` maps a language tag ("" for none) to the text; `shape` is the nearest shape that has
    an IRI; `file` and `line` say where the focus node is described, as far as that is certain;
    `origin` which row of which register (`file!row`) it comes from, if any.
    """

    severity: str
    focus_node: str
    messages: Mapping[str, str] = field(default_factory=dict, hash=False)
    path: str | None = None
    value: str | None = None
    component: str | None = None
    shape: str | None = None
    file: str | None = None
    line: int | None = None
    origin: str | None = None

    def message(self, language: str = "en") -> str:
        """Give the text in `language`, else in English, else in whatever language there is."""
        return in_language(self.messages, language)

    @property
    def disallows(self) -> bool:
        """Say whether this result alone makes a report not conform."""
        return self.severity not in (Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class Group:
    """Results that share severity, shape, path and messages; `samples` are the first few."""

    severity: str
    shape: str | None
    path: str | None
    messages: Mapping[str, str]
    count: int
    samples: tuple[Result, ...]

    def message(self, language: str = "en") -> str:
        """Give the text in `language`, else in English, else in whatever language there is."""
        return in_language(self.messages, language)


class Report:
    """All results of one check, sorted: worst first, then by shape, path and focus node."""

    def __init__(self, results: Iterable[Result] = ()):
        """Sort `results`; their order carries no meaning."""
        self.results = tuple(sorted(results, key=_order))

    def __eq__(self, other: object) -> bool:
        """Compare by results."""
        return isinstance(other, Report) and self.results == other.results

    def __hash__(self) -> int:
        """Hash by results."""
        return hash(self.results)

    def __repr__(self) -> str:
        """Show the verdict and the counts."""
        return f"Report(conforms={self.conforms}, {self.counts})"

    @property
    def conforms(self) -> bool:
        """Say that nothing worse than a warning was found."""
        return not any(result.disallows for result in self.results)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Count the results of each severity, SHACL's own three always named."""
        counts: dict[str, int] = {str(severity): 0 for severity in Severity}
        for result in self.results:
            counts[result.severity] = counts.get(result.severity, 0) + 1
        return counts

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Gather what differs only in focus node and value."""
        gathered: dict[tuple[object, ...], list[Result]] = {}
        for result in self.results:
            gathered.setdefault(_group(result), []).append(result)
        return tuple(Group(found[0].severity, found[0].shape, found[0].path, found[0].messages,
                           len(found), tuple(found[:SAMPLES])) for found in gathered.values())

    def __add__(self, other: "Report") -> "Report":
        """Join two reports."""
        return Report(self.results + other.results)


def quoted(text: str) -> str:
    """Write a string as a literal of N-Triples, control characters escaped."""
    return f'"{text.translate(_ESCAPES)}"'


def in_language(messages: Mapping[str, str], language: str) -> str:
    """Choose one text: `language`, English, none stated, then the first by tag."""
    for tag in (language, "en", ""):
        if tag in messages:
            return messages[tag]
    return messages[min(messages)] if messages else ""


def _group(result: Result) -> tuple[object, ...]:
    return result.severity, result.shape, result.path, tuple(sorted(result.messages.items()))


def _order(result: Result) -> tuple[object, ...]:
    texts = (result.shape, result.path, *sorted(result.messages.values()), result.focus_node,
             result.value, result.component, result.file)
    return _RANK.get(result.severity, -1), result.severity, *(text or "" for text in texts)
