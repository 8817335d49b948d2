"""Check DIR against the project's shapes: `shacl.py DIR [--data FILE] [--results FILE]`.

--data writes what is checked as N-Triples, --results the results, one a line: focus node,
component, severity.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from time import perf_counter

from clusterkg import tables, validation
from clusterkg.files import knowledge, rdf_files
from clusterkg.report import Report

_DATA = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad)"


def main() -> None:
    """Load, check, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    start = perf_counter()
    connection = validation.load(
        rdf_files([knowledge("ontology"), folder / "ontology.ttl", folder / "data"]))
    loaded = perf_counter()
    if arguments.data:
        tables.write(connection, _DATA, arguments.data)
    begun = perf_counter()
    shapes = validation.read_shapes(rdf_files([knowledge("ontology") / "shapes"]))
    read = perf_counter()
    elsewhere: list[str] = []
    report = validation.check(connection, shapes, say=elsewhere.append)
    done = perf_counter()
    if arguments.results:
        _write(report, arguments.results)
    print(json.dumps({"load": loaded - start, "shapes": read - begun, "check": done - read,
                      "elsewhere": elsewhere, "severities": dict(report.counts),
                      "violations": dict(_violations(report))}))


def _violations(report: Report) -> Counter[str]:
    """Count violations by the shape that the names of focus nodes and values tell."""
    return Counter(_told(f"{result.focus_node} {result.value}") for result in report.results
                   if result.disallows)


def _told(text: str) -> str:
    return text.partition("wrong-")[2].partition("-")[0] or "unexpected"


def _bare(term: str) -> str:
    return term.strip("<>")


def _write(report: Report, path: Path) -> None:
    lines = sorted("\t".join((_bare(result.focus_node), _bare(result.component or "")
                              .rpartition("#")[2], str(result.severity)))
                   for result in report.results)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
