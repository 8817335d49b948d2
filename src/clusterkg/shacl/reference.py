"""pySHACL: runs what SQL does not cover, and checks shapes against the shapes of SHACL itself."""

import logging
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyshacl
from pyshacl.entrypoints import meta_validate
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.plugins.sparql.processor import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Solutions
from rdflib.term import Node

from clusterkg import shape
from clusterkg.errors import UnreadableError
from clusterkg.report import Result
from clusterkg.shacl import judge, message
from clusterkg.shacl.finding import severity
from clusterkg.shape import Shapes
from clusterkg.tables import Connection

# rdflib logs a traceback for every ill-formed literal; finding those is what the shapes are for.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

_CHUNK = 50_000
_LONG = 20  # members of a list
# What pySHACL says -> what is meant.
_FAILURES = {
    "Validation path too deep": "it leads from shape to shape more than 14 times for one node, or "
                                "back to itself along the data without end; nest shapes less "
                                "deeply, or follow the data by a property path such as "
                                "sh:zeroOrMorePath"}
_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
_TERMS = """
SELECT id, value, kind, datatype, language FROM term
WHERE id IN (SELECT s FROM quad UNION SELECT p FROM quad UNION SELECT o FROM quad)
"""


@contextmanager
def strict_booleans() -> Iterator[None]:
    """Let only `true` be true while shapes are read, as pySHACL does."""
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # pySHACL leaves it untyped
    try:
        yield
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]  # as above


def malformed(shapes: Shapes) -> Result | None:
    """Give the first thing that the shapes of SHACL itself find wrong.

    Raises UnreadableError where pySHACL cannot even look.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            _, report, _ = meta_validate(_abridged(shapes.graph))
    except Exception as error:  # a list that bites its tail, for one, is none of pySHACL's errors
        raise UnreadableError(f"no SHACL: {_first_line(error)}", path=shapes.place) from error
    found = sorted(_results(report, Shapes(Graph())),  # what stands in a path says the most
                   key=lambda result: ("PathShape" not in result.message(), result.focus_node))
    return found[0] if found else None


def reason(found: Result) -> str:
    """Say what the shapes of SHACL itself find wrong, and what to do."""
    said, link = found.message(), (found.path or "").removeprefix(f"<{SH}").rstrip(">")
    if "PathShape" in said:
        return "what stands in sh:path is no property path; write an IRI, a list of paths, or a " \
               "blank node with sh:inversePath, sh:alternativePath, sh:zeroOrMorePath, " \
               "sh:oneOrMorePath or sh:zeroOrOnePath"
    return f"{said}; mend its sh:{link}" if re.fullmatch(r"\w+", link) else said


def _abridged(graph: Graph) -> Graph:
    """Cut the long lists of sh:in short: checking one costs the square of its length."""
    long = [cells for head in set(graph.objects(None, SH["in"]))
            if len(cells := _cells(graph, head)) > _LONG]
    if not long:
        return graph
    copy = Graph()
    copy += graph
    for cells in long:
        copy.set((cells[_LONG - 1], RDF.rest, RDF.nil))
        for cell in cells[_LONG:]:
            copy.remove((cell, None, None))
    return copy


def _cells(graph: Graph, head: Node) -> Sequence[Node]:
    """List the cells of a list; none where one has not one member and one rest."""
    cells: dict[Node, None] = {}
    while head != RDF.nil:
        rests = list(graph.objects(head, RDF.rest))
        if head in cells or len(rests) != 1 or len(list(graph.objects(head, RDF.first))) != 1:
            return ()
        cells[head] = None
        head = rests[0]
    return tuple(cells)


def results(connection: Connection, shapes: Shapes, nodes: Collection[Node]) -> list[Result]:
    """Check what the tables assert against the shapes `nodes`, each with its own targets."""
    message.forget()
    with shape.as_written(), warnings.catch_warnings(action="ignore"):
        data = _data(connection)
        try:
            report = _run(data, shapes, nodes)
        except Exception as error:  # pySHACL lets errors of its engines through as they are
            raise _unrun(data, shapes, nodes, error) from error
        return list(_results(report, shapes))


def _data(connection: Connection) -> Graph:
    graph = _Data()
    terms = {row[0]: judge.node(*row[1:]) for row in connection.execute(_TERMS).fetchall()}
    found = connection.execute("SELECT DISTINCT s, p, o FROM quad")
    while rows := found.fetchmany(_CHUNK):
        for s, p, o in rows:
            graph.add((terms[s], terms[p], terms[o]))
    return graph


def _alone(graph: Graph, nodes: Collection[Node]) -> Graph:
    """Copy a shapes graph, without the targets of other shapes than `nodes`."""
    classes = {RDFS.Class, OWL.Class, *graph.subjects(RDFS.subClassOf, RDFS.Class)}
    copy = Graph()
    for triple in graph:
        subject, link, value = triple
        target = link in _TARGETS or (link == RDF.type and value in classes)
        if not target or subject in nodes:
            copy.add(triple)
    return copy


class _Data(Graph):
    """A graph that parses each query once: pySHACL asks the same one for every focus node."""

    def __init__(self) -> None:
        super().__init__()
        self._parsed: dict[str, Query] = {}

    def query(self, query_object: Any, *rest: Any, **options: Any) -> Solutions:
        if isinstance(query_object, str):
            if query_object not in self._parsed:
                self._parsed[query_object] = prepareQuery(query_object, dict(self.namespaces()))
            query_object = self._parsed[query_object]
        return super().query(query_object, *rest, **options)


def _run(data: Graph, shapes: Shapes, nodes: Collection[Node]) -> Graph:
    _, report, _ = pyshacl.validate(data, shacl_graph=_alone(shapes.graph, nodes), inplace=True,
                                    advanced=shapes.advanced, do_owl_imports=False)
    if isinstance(report, Graph):
        return report
    raise report if isinstance(report, Exception) else RuntimeError(str(report))


def _unrun(data: Graph, shapes: Shapes, nodes: Collection[Node],
           error: Exception) -> UnreadableError:
    """Say which shape pySHACL fails on, and why: the first that fails alone."""
    for node in sorted(nodes, key=shape.text):
        try:
            _run(data, shapes, [node])
        except Exception as own:  # as above
            return shapes.malformed(shape.text(node), _failure(own), "cannot be checked")
    return UnreadableError(f"these shapes cannot be checked together: {_failure(error)}",
                           path=shapes.place)


def _failure(error: Exception) -> str:
    said = _first_line(error)
    for begin, better in _FAILURES.items():
        if said.startswith(begin):
            return better
    if isinstance(error, ConstraintLoadError | ShapeLoadError | ReportableRuntimeError):
        return f"{said.rstrip('.')}; mend it as SHACL asks"
    return f"pySHACL, which runs what SQL does not cover, ends with {type(error).__name__}" \
           f"{': ' + said if said != type(error).__name__ else ''}; put it otherwise"


def _results(report: Graph, shapes: Shapes) -> Iterator[Result]:
    return (_result(report, node, shapes) for node in report.objects(None, SH.result))


def _result(report: Graph, node: Node, shapes: Shapes) -> Result:
    said = {p: o for p, o in report.predicate_objects(node) if p != SH.resultMessage}
    source, path = said.get(SH.sourceShape), said.get(SH.resultPath)
    return Result(
        severity=severity(said[SH.resultSeverity]), focus_node=shape.text(said[SH.focusNode]),
        value=_text(said.get(SH.value)), messages=_messages(report, node, shapes, said),
        path=None if path is None else _path(report, path, shapes),
        component=_text(said.get(SH.sourceConstraintComponent)),
        shape=_text(shapes.named(source) if source is not None else None))


def _path(report: Graph, path: Node, shapes: Shapes) -> str:
    return shape.path_text(shapes.graph if (path, None, None) in shapes.graph else report, path)


def _messages(report: Graph, node: Node, shapes: Shapes,
              said: Mapping[Node, Node]) -> dict[str, str]:
    """Collect the messages by language; pySHACL drops the tag of a SPARQL constraint's message."""
    declared = [m for source in (SH.sourceConstraint, SH.sourceShape) if source in said
                for m in shapes.graph.objects(said[source], SH.message)]
    return message.joined((found.language or shape.language_of(str(found), declared), str(found))
                          for found in report.objects(node, SH.resultMessage)
                          if isinstance(found, Literal))


def _text(node: Node | None) -> str | None:
    return None if node is None else shape.text(node)


def _first_line(error: object) -> str:
    return (str(getattr(error, "message", error)).strip() or type(error).__name__).splitlines()[0]
