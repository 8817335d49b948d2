"""Terms and paths of a report, shortened for people to read."""

import re
from collections.abc import Mapping

from clusterkg.namespaces import compress
from clusterkg.report import Report, Result, Severity

_LONGEST = 120
_IRI = re.compile(r"<([^<>\"{}|^`\\\s]*)>")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)', re.DOTALL)
_NOUNS: dict[str, str] = {Severity.VIOLATION: "violation", Severity.WARNING: "warning",
                          Severity.INFO: "info"}


def readable(written: str | None) -> str:
    """Compress the IRIs of a term or path in N-Triples notation and cut a long literal."""
    literal = _LITERAL.fullmatch(written or "")
    if not literal:
        return _compressed(written or "")
    content, ending = literal.groups()
    if len(content) > _LONGEST:
        content = content[:_LONGEST] + "…"
    return f'"{content}"{_compressed(ending).removesuffix("^^xsd:string")}'


def severity(written: str) -> str:
    """Name a severity; one that is not SHACL's own as a CURIE."""
    return readable(written)


def summary(report: Report) -> str:
    """Say in one line whether a report conforms, and count its results by severity."""
    verdict = "conforms" if report.conforms else "does not conform"
    counted = ", ".join(_counted(n, name) for name, n in report.counts.items())
    return f"{verdict}: {counted}"


def place(result: Result) -> str:
    """Write `file:line`, as far as it is known."""
    return f"{result.file}:{result.line}" if result.file and result.line else result.file or ""


def parts(result: Result) -> Mapping[str, str]:
    """List what tells a result from others of its group, leaving out what is not there."""
    found = {"focus node": readable(result.focus_node), "value": readable(result.value),
             "place": place(result), "row": result.origin or ""}
    return {name: text for name, text in found.items() if text}


def _counted(number: int, name: str) -> str:
    return f"{number} {_NOUNS.get(name, readable(name))}{'' if number == 1 else 's'}"


def _compressed(written: str) -> str:
    return _IRI.sub(lambda match: compress(match.group(1)), written)
