"""SPARQL-based constraints (SHACL 5) answered for all focus nodes at once."""

from dataclasses import dataclass

from clusterkg import algebra
from clusterkg.shacl.ground import Ground
from clusterkg.shacl.model import Query
from clusterkg.shacl.path import NotCovered


@dataclass(frozen=True)
class Solutions:
    """A table of violations: `this`, and for each variable an id or, if computed, a term's row."""

    table: str
    focus: str
    stored: tuple[str, ...]
    computed: tuple[str, ...]


def solutions(ground: Ground, query: Query, focus: str) -> Solutions:
    """Run a query on focus nodes; raise NotCovered with the reason."""
    if not hasattr(algebra, "compile"):
        raise NotCovered("SPARQL")
    try:
        compiled = algebra.compile(ground.connection, query.text,
                                   algebra.Scope(f"(SELECT this FROM {focus})"))
    except algebra.NotCovered as error:
        raise NotCovered(str(error)) from error
    forms = {name: form for name, form in compiled.columns.items() if name != "this"}
    if "failure" in forms:
        raise NotCovered("?failure")
    table = ground.table("solution", compiled.sql, compiled.parameters)
    stored = tuple(name for name, form in forms.items() if form == algebra.Form.STORED)
    return Solutions(table, focus, stored, tuple(name for name in forms if name not in stored))
