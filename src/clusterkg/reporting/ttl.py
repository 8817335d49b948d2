"""Turtle: a sh:ValidationReport that any SHACL tool reads."""

import re
from collections.abc import Callable, Iterator

from clusterkg.report import SHACL, Report, Result, quoted

_TOKEN = re.compile(r"<[^>]*>|_:[\w.-]+|[()^/|*+?]")
_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def write(report: Report, *, language: str = "en", width: int = 80) -> str:
    """Give every result with its messages in all languages; no other argument matters.

    sh:conforms is false where there is any result, be it an info (SHACL 3.6.1.1); the other
    formats and the exit code only count what is worse than a warning.
    """
    results = "".join(f" ;\n    sh:result [\n{_result(result)} ]" for result in report.results)
    verdict = str(not report.results).lower()
    return (f"@prefix sh: <{SHACL}> .\n\n[] a sh:ValidationReport ;\n"
            f"    sh:conforms {verdict}{results} .\n")


def _result(result: Result) -> str:
    lines = [f"        {link} {value}" for link, value in _said(result)]
    return " ;\n".join(lines)


def _said(result: Result) -> Iterator[tuple[str, str]]:
    severity = result.severity if result.severity.startswith("<") else f"sh:{result.severity}"
    yield "a", "sh:ValidationResult"
    yield "sh:resultSeverity", severity
    yield "sh:focusNode", result.focus_node
    if result.path:
        yield "sh:resultPath", path(result.path)
    for link, value in (("value", result.value), ("sourceShape", result.shape),
                        ("sourceConstraintComponent", result.component)):
        if value:
            yield f"sh:{link}", value
    for language, text in sorted(result.messages.items()):
        tag = f"@{language}" if language else ""
        yield "sh:resultMessage", quoted(text) + tag


def path(written: str) -> str:
    """Turn SPARQL's notation of a property path into SHACL's in Turtle."""
    return _Path(_TOKEN.findall(written)).alternative()


class _Path:
    """Recursive descent over the tokens of a path: alternative, sequence, step, primary."""

    def __init__(self, tokens: list[str]):
        self.tokens = tokens

    def alternative(self) -> str:
        branches = self._separated("|", self._sequence)
        return branches[0] if len(branches) == 1 \
            else f"[ sh:alternativePath ( {' '.join(branches)} ) ]"

    def _sequence(self) -> str:
        steps = self._separated("/", self._step)
        return steps[0] if len(steps) == 1 else f"( {' '.join(steps)} )"

    def _separated(self, sign: str, part: Callable[[], str]) -> list[str]:
        found = [part()]
        while self.tokens[:1] == [sign]:
            self.tokens.pop(0)
            found.append(part())
        return found

    def _step(self) -> str:
        token = self.tokens.pop(0)
        if token == "^":
            return f"[ sh:inversePath {self._step()} ]"
        found = token
        if token == "(":
            found = self.alternative()
            self.tokens.pop(0)
        while self.tokens and self.tokens[0] in _REPEATS:
            found = f"[ sh:{_REPEATS[self.tokens.pop(0)]} {found} ]"
        return found
