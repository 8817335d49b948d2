"""Validation after a change: only the shapes that it can concern are checked again.

A version keeps its report in `report.json`; what that says of all other shapes holds still.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from pathlib import Path

from clusterkg.report import Report, Result
from clusterkg.shacl import dependence, kinship
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


def concerned(connection: Connection, shapes: Shapes) -> set[str]:
    """Name the shapes with targets whose results a revision may have changed."""
    predicates = {row[0] for row in connection.execute(_PREDICATES).fetchall()}
    classes = {row[0] for row in connection.execute(_CLASSES.format(
        type=RDF + "type", below=RDFS + "subClassOf")).fetchall()}
    return _with_kin(shapes, {name for name, needs in dependence.of(shapes).items()
                              if needs is None or needs.predicates & predicates
                              or needs.classes & classes})


def standing(results: Iterable[Result], shapes: Shapes,
             only: Collection[str]) -> list[Result] | None:
    """Choose what other shapes than `only` gave, without places; None where it cannot be told."""
    parts = kinship.parts(shapes)
    every = frozenset[str | None]().union(*parts.values())
    again = frozenset[str | None]().union(*(parts[name] for name in only))
    if any(result.shape not in every for result in results):
        return None
    return [replace(result, file=None, line=None, origin=None) for result in results
            if result.shape not in again]


def _with_kin(shapes: Shapes, names: set[str]) -> set[str]:
    """Add the shapes that share a part: whose results are whose cannot be told."""
    parts, found = kinship.parts(shapes), set(names)
    while more := {name for name in parts.keys() - found
                   if any(parts[name] & parts[other] for other in found)}:
        found |= more
    return found
