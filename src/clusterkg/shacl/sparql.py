"""SPARQL-based constraints (SHACL 5) answered for all focus nodes at once."""

import re
from dataclasses import dataclass

from clusterkg import algebra, tables
from clusterkg.shacl.ground import Ground
from clusterkg.shacl.model import Query
from clusterkg.shacl.path import NotCovered

_PROJECTS_THIS = re.compile(r"(?m)^(?!\s*#)(?:.*[\s}])?SELECT\b[^{]*?(?:[$?]this\b|\*)",
                            re.IGNORECASE)
_NESTED_STAR = re.compile(r"\{\s*SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*", re.IGNORECASE)


@dataclass(frozen=True)
class Solutions:
    """A table of violations: `this`, and for each variable an id or, if computed, a term's row.

    `focus` is the table of the focus nodes that were asked about, with the times of each.
    """

    table: str
    focus: str
    stored: tuple[str, ...]
    computed: tuple[str, ...]


def solutions(ground: Ground, query: Query, focus: str) -> Solutions:
    """Run a query on focus nodes; raise NotCovered with the reason."""
    if not _PROJECTS_THIS.search(query.text) or _NESTED_STAR.search(query.text):
        raise NotCovered("a query that does not select $this by name")
    try:
        compiled = algebra.compile_query(ground.connection, query.text,
                                         focus=f"(SELECT this FROM {focus})")
        table = ground.table("solution", compiled.sql, compiled.parameters)
    except (algebra.NotCovered, tables.Error) as error:
        raise NotCovered(str(error).partition("\n")[0]) from error
    if "failure" in compiled.columns:
        raise NotCovered("?failure")
    names = [name for name in compiled.columns if name != "this"]
    stored = tuple(name for name in names if compiled.columns[name])
    return Solutions(table, focus, stored, tuple(name for name in names if name not in stored))
