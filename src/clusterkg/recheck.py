"""Validation after a change: only the shapes that it can concern are checked again.

A version keeps its report in `report.json`; what that says of all other shapes holds still.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from clusterkg.report import Report, Result
from clusterkg.shacl import dependence, kinship
from clusterkg.shacl.dependence import Dependence
from clusterkg.shape import Shapes
from clusterkg.tables import Connection
from clusterkg.vocabulary import RDF, RDFS

FILE = "report.json"
# What a revision changed of what graphs assert or adopt; of types the classes above, too.
_PREDICATES = """
SELECT DISTINCT p.value FROM (SELECT p FROM lost_quad UNION ALL SELECT p FROM new_quad) AS c
JOIN term AS p ON p.id = c.p
"""
_CLASSES = """
WITH RECURSIVE above AS (
    SELECT DISTINCT c.o AS id FROM (FROM lost_quad UNION ALL FROM new_quad) AS c
    JOIN term AS p ON p.id = c.p AND p.value = '{type}'
    UNION
    SELECT q.o FROM above AS a JOIN quad AS q ON q.s = a.id
    JOIN term AS p ON p.id = q.p AND p.value = '{below}')
SELECT t.value FROM above AS a JOIN term AS t ON t.id = a.id
"""


def keep(folder: Path, report: Report) -> None:
    """Write a report into a version's folder."""
    text = json.dumps([asdict(result) for result in report.results], ensure_ascii=False)
    (folder / FILE).write_text(text, encoding="utf-8")


def kept(version: Path) -> tuple[Result, ...] | None:
    """Read the results that a version keeps; None where it keeps none."""
    try:
        rows = json.loads((version / FILE).read_text(encoding="utf-8"))
        return tuple(Result(**row) for row in rows)
    except (OSError, ValueError, TypeError):
        return None


def standing(connection: Connection, shapes: Shapes,
             results: Sequence[Result]) -> tuple[set[str], list[Result]] | None:
    """Name the shapes whose results a revision may have changed, and choose what others gave.

    The results come without places. None where it cannot be told whose they are.
    """
    needs = dependence.of(shapes)
    parts = kinship.parts(shapes, needs)
    only = _with_kin(parts, _concerned(connection, needs))
    every = frozenset[str | None]().union(*parts.values())
    again = frozenset[str | None]().union(*(parts[name] for name in only))
    if any(result.shape not in every for result in results):
        return None
    return only, [replace(result, file=None, line=None, origin=None) for result in results
                  if result.shape not in again]


def _concerned(connection: Connection, needs: Mapping[str, Dependence | None]) -> set[str]:
    predicates = {row[0] for row in connection.execute(_PREDICATES).fetchall()}
    classes = {row[0] for row in connection.execute(_CLASSES.format(
        type=RDF + "type", below=RDFS + "subClassOf")).fetchall()}
    return {name for name, need in needs.items()
            if need is None or need.predicates & predicates or need.classes & classes}


def _with_kin(parts: Mapping[str, frozenset[str]], names: set[str]) -> set[str]:
    """Add the shapes that share a part: whose results are whose cannot be told."""
    found = set(names)
    while more := {name for name in parts.keys() - found
                   if any(parts[name] & parts[other] for other in found)}:
        found |= more
    return found
