"""What an evaluation found, as results of a report."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from clusterkg import shape
from clusterkg.report import Result, Severity, quoted
from clusterkg.shacl import judge, message
from clusterkg.shacl.constraint import Constraint
from clusterkg.shacl.evaluation import Evaluation, Source
from clusterkg.shacl.model import Query
from clusterkg.shacl.sparql import Solutions
from clusterkg.shape import Shapes

_CHUNK = 10_000
_SHOWN = "{0}.value, {0}.kind, {0}.datatype, {0}.language"
_FOUND = f"""
SELECT f.number, f.times, p.value, {_SHOWN.format('t')}, {_SHOWN.format('v')}
FROM found AS f JOIN term AS t ON t.id = f.this LEFT JOIN term AS v ON v.id = f.value
LEFT JOIN term AS p ON p.id = f.path
ORDER BY f.number
"""
# The triples that describe blank nodes, to the depth that a message shows.
_DESCRIBED = f"""
WITH RECURSIVE node AS (
    SELECT t.id, 0 AS depth FROM term AS t
    WHERE t.kind = 'blank' AND t.id IN (SELECT this FROM found UNION SELECT value FROM found)
    UNION
    SELECT o.id, n.depth + 1 FROM node AS n JOIN fact AS f ON f.s = n.id
    JOIN term AS o ON o.id = f.o AND o.kind = 'blank' WHERE n.depth < 12)
SELECT {_SHOWN.format('s')}, p.value, {_SHOWN.format('o')}
FROM (SELECT DISTINCT s, p, o FROM fact WHERE s IN (SELECT id FROM node)) AS f
JOIN term AS s ON s.id = f.s JOIN term AS p ON p.id = f.p JOIN term AS o ON o.id = f.o
"""
Term = tuple[str, str, str, str]


class _Said(NamedTuple):
    """What the results of one constraint share."""

    severity: str
    path: str | None
    component: str
    shape: str | None
    messages: Mapping[str, str] | None
    general: message.Say | None


def results(evaluation: Evaluation, shapes: Shapes) -> Iterator[Result]:
    """Give all results, without the places in files."""
    yield from _core(evaluation, shapes)
    for source, found in evaluation.solutions:
        yield from _of_query(evaluation, shapes, source, found)


def text(value: str, kind: str, datatype: str, language: str) -> str:
    """Write a row of `term` as in N-Triples."""
    if kind != "literal":
        return f"<{value}>" if kind == "iri" else f"_:{value}"
    if language:
        return f"{quoted(value)}@{language}"
    plain = datatype in ("", "http://www.w3.org/2001/XMLSchema#string")
    return quoted(value) if plain else f"{quoted(value)}^^<{datatype}>"


def severity(node: Node) -> str:
    """Name a severity; one that is not SHACL's own as `<iri>`."""
    name = str(node).removeprefix(str(SH))
    return Severity(name) if name in list(Severity) else shape.text(node)


def _core(evaluation: Evaluation, shapes: Shapes) -> Iterator[Result]:
    connection = evaluation.ground.connection
    rows = connection.execute("SELECT DISTINCT number FROM found").fetchall()
    wanted = {number: evaluation.sources[number] for (number,) in rows}
    general = any(not source.shape.messages for source in wanted.values())
    words = message.Words(shapes.graph, _described(evaluation)) if general else None
    said = {number: _said(shapes, source, words) for number, source in wanted.items()}
    found = connection.execute(_FOUND)
    while chunk := found.fetchmany(_CHUNK):
        for row in chunk:
            result = _result(said[row[0]], row[2], row[3:7], row[7:])
            yield from (result for _ in range(row[1]))


def _described(evaluation: Evaluation) -> Graph:
    graph = Graph()
    for row in evaluation.ground.connection.execute(_DESCRIBED).fetchall():
        graph.add((judge.node(*row[:4]), URIRef(row[4]), judge.node(*row[5:])))
    return graph


def _said(shapes: Shapes, source: Source, words: message.Words | None) -> _Said:
    own, name = source.shape.messages, "SPARQLConstraintComponent"
    general = None
    if isinstance(source.constraint, Constraint):
        name = source.constraint.component.name
        if not own and words is not None:
            general = words.of(source.shape.node, source.constraint)
    node = source.shape.node
    path = shapes.graph.value(node, SH.path)
    return _Said(severity(source.shape.severity),
                 None if path is None else shape.path_text(shapes.graph, path),
                 shape.text(SH[name]), shape.text(shapes.named(node)),
                 message.declared(own) if own else None, general)


def _result(said: _Said, path: str | None, focus: Term, value: tuple[Any, ...]) -> Result:
    shown = text(*value) if value[0] is not None else None
    messages = said.messages
    if messages is None:
        assert said.general is not None
        messages = said.general(judge.node(*focus), judge.node(*value) if shown else None)
    return Result(said.severity, text(*focus), messages, f"<{path}>" if path else said.path,
                  shown, said.component, said.shape)


def _of_query(evaluation: Evaluation, shapes: Shapes, source: Source,
              found: Solutions) -> Iterator[Result]:
    assert isinstance(source.constraint, Query)
    templates = {*source.constraint.messages, *source.shape.messages}
    said, fixed = _said(shapes, source, None), message.declared(templates)
    variables = message.variables(templates)
    for row in _rows(evaluation, found, {"this", "value", "path", *variables}):
        of_path = source.shape.path is not None
        value = row.get("value") or (None if of_path else row["this"])
        path = row.get("path")
        messages = fixed
        if variables:
            shown = {name: term[0] for name, term in {**row, "value": value}.items() if term}
            messages = message.filled(templates, shown)
        yield Result(said.severity, text(*row["this"]), messages,
                     text(*path) if path else said.path, text(*value) if value else None,
                     said.component, said.shape)


def _rows(evaluation: Evaluation, found: Solutions, names: set[str]) -> Iterator[dict[str, Any]]:
    """Give one row of terms for each time that a violation is met."""
    stored = ["this", *(name for name in found.stored if name in names)]
    computed = [name for name in found.computed if name in names]
    shown = [f'[{_SHOWN.format(f"t{n}")}]' for n, _ in enumerate(stored)]
    shown += [_SHOWN_STRUCT.format(name) for name in computed]
    joins = " ".join(f'LEFT JOIN term AS t{n} ON t{n}.id = s."{name}"'
                     for n, name in enumerate(stored))
    query = evaluation.ground.connection.execute(f"""
        SELECT f.times, {', '.join(shown)} FROM {found.table} AS s
        JOIN {found.focus} AS f ON f.this = s.this {joins}""")
    while chunk := query.fetchmany(_CHUNK):
        for times, *terms in chunk:
            row = {name: term if term and term[0] is not None else None
                   for name, term in zip([*stored, *computed], terms, strict=True)}
            yield from (row for _ in range(times))


_SHOWN_STRUCT = 'CASE WHEN s."{0}" IS NOT NULL THEN [s."{0}".value, s."{0}".kind, ' \
                's."{0}".datatype, s."{0}".language] END'
