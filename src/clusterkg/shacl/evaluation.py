"""Shapes checked by SQL: which focus nodes fail, and each result with its value and path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import Literal
from rdflib.term import Node

from clusterkg.shacl import constraint as constraints
from clusterkg.shacl import judge, verdict
from clusterkg.shacl.constraint import Constraint, Value
from clusterkg.shacl.ground import Ground
from clusterkg.shacl.model import Model, Query, Shape
from clusterkg.shacl.path import NotCovered
from clusterkg.shacl.sparql import Solutions, solutions

_FOUND = "CREATE TEMP TABLE found(number INTEGER, times INTEGER, this INTEGER, value INTEGER, " \
         "path INTEGER)"
_KEEP = """
INSERT INTO found SELECT {number}, f.times, r.this, r.value, {path}
FROM ({select}) AS r JOIN {focus} AS f ON f.this = r.this
"""


@dataclass(frozen=True)
class Source:
    """Where results come from: a constraint of a shape."""

    shape: Shape
    constraint: Constraint | Query


class Evaluation:
    """One check of many shapes on one ground."""

    def __init__(self, ground: Ground, model: Model):
        """Start with nothing found."""
        self.ground, self.model = ground, model
        self.sources: list[Source] = []
        self.solutions: list[tuple[Source, Solutions]] = []
        self._failing: dict[tuple[Node, str], str] = {}
        ground.connection.execute(_FOUND)

    def check(self, node: Node, among: str = "") -> None:
        """Check a shape on its targets; what is found is in `found` and `solutions`.

        With `among`, only those of them that stand in this table (this).
        Raises NotCovered, and takes back what was found of the shape.
        """
        before = len(self.sources), len(self.solutions)
        try:
            focus = self.ground.focus(self.model.targets(node), among)
            self._results(self.model.shape(node), focus)
        except NotCovered:
            self.ground.connection.execute("DELETE FROM found WHERE number >= ?", [before[0]])
            del self.sources[before[0]:], self.solutions[before[1]:]
            raise

    def _results(self, shape: Shape, focus: str) -> None:
        if shape.deactivated or not self.ground.size(focus):
            return
        value = self.ground.values(focus, shape.path)
        for constraint in shape.constraints:
            self._keep(Source(shape, constraint), focus, value)
        for query in shape.queries:
            found = solutions(self.ground, query, focus)
            self.solutions.append((Source(shape, query), found))
        for inner in shape.properties:
            self._results(self.model.shape(inner), self.ground.nested(focus, value))

    def _keep(self, source: Source, focus: str, value: str) -> None:
        assert isinstance(source.constraint, Constraint)
        select, parameters = self._select(source.constraint, focus, value)
        path = "r.path" if source.constraint.component.name == "ClosedConstraintComponent" else "0"
        self.ground.connection.execute(
            _KEEP.format(number=len(self.sources), select=select, focus=focus, path=path),
            parameters)
        self.sources.append(source)

    def failing(self, node: Node, value: str) -> str:
        """Give the value nodes in `value` that do not conform to a shape, as a table (value)."""
        key = (node, value)
        if key not in self._failing:
            self._failing[key] = self._failed(self.model.shape(node), value)
        return self._failing[key]

    def _failed(self, shape: Shape, candidates: str) -> str:
        found = self.ground.table("failing", "SELECT 0 AS value WHERE false")
        if shape.deactivated:
            return found
        focus = self.ground.nodes(candidates)
        value = self.ground.values(focus, shape.path)
        inner = [constraints.nested("PropertyConstraintComponent", node)
                 for node in shape.properties]
        for constraint in (*shape.constraints, *inner):
            select, parameters = self._select(constraint, focus, value)
            self._add(found, select, parameters)
        for query in shape.queries:
            self._add(found, f"SELECT this FROM {solutions(self.ground, query, focus).table}", {})
        return self.ground.table("failing", f"SELECT DISTINCT value FROM {found}")

    def _add(self, found: str, select: str, parameters: Mapping[str, object]) -> None:
        self.ground.connection.execute(f"INSERT INTO {found} SELECT this FROM ({select})",
                                       parameters)

    def _select(self, constraint: Constraint, focus: str, value: str) -> tuple[
            str, dict[str, object]]:
        """Give the SELECT of a constraint on these relations, and its parameters."""
        relations = {"focus": focus, "value": value}
        kind = constraint.component
        if constraint.shapes:
            relations["failing"] = self._relation(constraint.shapes, value)
        if "instance" in constraint.values:
            wanted = constraint.values["instance"]
            assert isinstance(wanted, Node)
            relations["instance"] = self.ground.instances(frozenset({wanted}))
        select, parameters = _on(relations, kind.sql), self._parameters(constraint)
        if not kind.judge:
            return select, parameters
        return verdict.select(self.ground, constraint, value, select, parameters), {}

    def _relation(self, shapes: Iterable[Node], value: str) -> str:
        parts = [f"SELECT {number} AS shape, value FROM {self.failing(shape, value)}"
                 for number, shape in enumerate(shapes)]
        return self.ground.table("failing", " UNION ALL ".join(parts))

    def _parameters(self, constraint: Constraint) -> dict[str, object]:
        sql = constraint.component.sql
        given = {slot[1:]: self._parameter(slot, value)
                 for slot, value in constraint.values.items() if slot.startswith("$")}
        given["shapes"] = len(constraint.shapes)
        return {name: value for name, value in given.items() if f"${name}" in sql}

    def _parameter(self, slot: str, value: Value) -> object:
        """Turn a term into its id, but for what is compared as text."""
        if slot == "$pattern" and isinstance(value, tuple):
            return judge.shared_pattern(*value)
        if slot == "$bound" and isinstance(value, Literal):
            return judge.plain_number(value)
        if isinstance(value, tuple):
            return [self.ground.id(node) for node in value]
        return self.ground.id(value) if isinstance(value, Node) else value


def _on(relations: Mapping[str, str], select: str) -> str:
    """Let a SELECT read tables under the names that it uses."""
    named = ", ".join(f"{name} AS NOT MATERIALIZED (FROM {table})"
                      for name, table in relations.items())
    joint = "," if select.lstrip().startswith("WITH") else ""
    return f"WITH {named}{joint} {select.lstrip().removeprefix('WITH') if joint else select}"
