"""SHACL validation: pySHACL does the work, this module feeds it and reads what it says."""

import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyshacl
from pyshacl.entrypoints import meta_validate
from pyshacl.errors import ConstraintLoadError, ShapeLoadError
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from rdflib import Graph, Literal
from rdflib.namespace import SH
from rdflib.plugins.sparql.processor import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Solutions
from rdflib.term import Node

from clusterkg import adoption, shape, tables
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.location import Place
from clusterkg.report import SHACL, Report, Result, Severity
from clusterkg.shape import Shapes
from clusterkg.tables import Connection

# rdflib logs a traceback for every ill-formed literal; finding those is what the shapes are for.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

Locate = Callable[[str], Place | None]

_ASSERTED = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad)"


def asserted(connection: Connection) -> bytes:
    """Give what the tables' graphs assert together, as sorted N-Triples."""
    triples = {str(quad.triple) for quad in tables.quads(connection, _ASSERTED)}
    return "".join(f"{triple} .\n" for triple in sorted(triples)).encode()


def adopted(files: Sequence[Path]) -> bytes:
    """Read RDF files and adopt their accepted claims; give N-Triples, sorted.

    sh:class and sh:targetClass follow rdfs:subClassOf: the files should hold the classes too.
    Raises UnreadableError with `path:line`.
    """
    with closing(tables.connect()) as connection:
        for path in files:
            tables.load(connection, path)
        adoption.adopt(connection)
        return asserted(connection)


def read_shapes(paths: Sequence[Path]) -> Shapes:
    """Read shape files and check them against the shapes of SHACL itself.

    As in pySHACL, only `true` is true in them, not `1`.
    Raises UnreadableError that names the file and, where known, the line of what is wrong.
    """
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # pySHACL leaves it untyped
    try:
        shapes = shape.read(paths)
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]  # as above
    try:
        with warnings.catch_warnings(action="ignore"):
            _, report, _ = meta_validate(shapes.graph)
    except Exception as error:  # a list that bites its tail, for one, is none of pySHACL's errors
        raise UnreadableError(f"no SHACL: {_first_line(error)}", path=_names(paths)) from error
    found = Report(_results(report, Shapes(Graph())))
    if not found.conforms:
        raise shapes.malformed(found.results[0].focus_node, found.results[0].message())
    return shapes


def check(data: bytes, shapes: Shapes, *, locate: Locate = lambda term: None) -> Report:
    """Validate N-Triples `data` against shapes that were read before."""
    graph = _Data()
    with warnings.catch_warnings(action="ignore"):
        graph.parse(data=data, format="nt", bnode_context=shape.SameLabels())
        return Report(_results(_run(graph, shapes), shapes, locate))


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


def _run(graph: Graph, shapes: Shapes) -> Graph:
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes.graph, inplace=True,
                                        advanced=shapes.advanced, do_owl_imports=False)
    except (ConstraintLoadError, ShapeLoadError) as error:
        raise UnreadableError(f"no SHACL: {_first_line(error)}",
                              path=_names(shapes.files)) from error
    except Exception as error:  # pySHACL lets errors of its engines through as they are
        raise RefusedError(f"pySHACL cannot run these shapes: {_first_line(error)}",
                           path=_names(shapes.files)) from error
    if not isinstance(report, Graph):
        raise RefusedError(f"pySHACL cannot run these shapes: {_first_line(report)}",
                           path=_names(shapes.files))
    return report


def _results(report: Graph, shapes: Shapes, locate: Locate = lambda term: None) -> list[Result]:
    return [_result(report, node, shapes, locate) for node in report.objects(None, SH.result)]


def _result(report: Graph, node: Node, shapes: Shapes, locate: Locate) -> Result:
    said = {p: o for p, o in report.predicate_objects(node) if p != SH.resultMessage}
    source, path = said.get(SH.sourceShape), said.get(SH.resultPath)
    focus, value = shape.text(said[SH.focusNode]), _text(said.get(SH.value))
    place = locate(focus) or (value and locate(value)) or Place(None, None)
    return Result(
        severity=_severity(said[SH.resultSeverity]), focus_node=focus, value=value,
        messages=_messages(report, node, shapes, said),
        path=None if path is None else _path(report, path, shapes),
        component=_text(said.get(SH.sourceConstraintComponent)),
        shape=_text(shapes.named(source) if source is not None else None),
        file=place.file, line=place.line)


def _path(report: Graph, path: Node, shapes: Shapes) -> str:
    return shape.path_text(shapes.graph if (path, None, None) in shapes.graph else report, path)


def _severity(node: Node) -> str:
    text = str(node)
    if text.startswith(SHACL) and text.removeprefix(SHACL) in list(Severity):
        return Severity(text.removeprefix(SHACL))
    return shape.text(node)


def _messages(report: Graph, node: Node, shapes: Shapes,
              said: Mapping[Node, Node]) -> dict[str, str]:
    """Collect the messages by language; pySHACL drops the tag of a SPARQL constraint's message."""
    found: dict[str, list[str]] = {}
    declared = [m for source in (SH.sourceConstraint, SH.sourceShape) if source in said
                for m in shapes.graph.objects(said[source], SH.message)]
    for message in report.objects(node, SH.resultMessage):
        if isinstance(message, Literal):
            language = message.language or shape.language_of(str(message), declared)
            found.setdefault(language.lower(), []).append(str(message))
    return {language: " ".join(sorted(texts)) for language, texts in sorted(found.items())}


def _text(node: Node | None) -> str | None:
    return None if node is None else shape.text(node)


def _names(paths: Sequence[Path]) -> Path | None:
    """Name the one shape file, or the folder of several."""
    return paths[0] if len(paths) == 1 else paths[0].parent if paths else None


def _first_line(error: object) -> str:
    return (str(getattr(error, "message", error)).strip() or type(error).__name__).splitlines()[0]
