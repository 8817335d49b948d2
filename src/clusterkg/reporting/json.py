"""JSON: groups with all their results, terms in N-Triples notation."""

import json
from itertools import groupby
from typing import Any

from clusterkg.report import Report, Result


def write(report: Report, *, language: str = "en", width: int = 80) -> str:
    """Give everything that the report holds; `language` and `width` change nothing."""
    return json.dumps(content(report), ensure_ascii=False, indent=2) + "\n"


def content(report: Report) -> dict[str, Any]:
    """Give it as an object."""
    groups = []
    for _, found in groupby(report.results, lambda r: (r.severity, r.shape, r.path,
                                                       sorted(r.messages.items()))):
        results = list(found)
        first = results[0]
        groups.append({"severity": first.severity, "shape": first.shape, "path": first.path,
                       "messages": dict(first.messages), "count": len(results),
                       "results": [_result(result) for result in results]})
    return {"conforms": report.conforms, "counts": report.counts, "groups": groups}


def _result(result: Result) -> dict[str, str | int]:
    said = {"focusNode": result.focus_node, "value": result.value, "component": result.component,
            "file": result.file, "line": result.line, "row": result.origin}
    return {name: value for name, value in said.items() if value is not None}
