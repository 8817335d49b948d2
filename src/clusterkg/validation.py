"""SHACL validation over the tables: in SQL what it covers, in pySHACL all else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from clusterkg import adoption, joining, shape, tables
from clusterkg.files import read_text
from clusterkg.location import Place
from clusterkg.report import Report, Result
from clusterkg.shacl import checking, reference
from clusterkg.shacl.checking import Choice, Say
from clusterkg.shape import Shapes
from clusterkg.tables import Connection

_ORIGIN = Path(__file__).with_name("origin.sql")

Locate = Callable[[Collection[str]], Mapping[str, Place]]


def load(files: Sequence[Path], *, adopt: bool = True) -> Connection:
    """Read RDF files into tables in memory, and adopt their accepted claims.

    sh:class and sh:targetClass follow rdfs:subClassOf: the files should hold the classes too.
    Raises UnreadableError with `path:line`.
    """
    connection = tables.connect()
    tables.load_all(connection, files)
    joining.join(connection, joining.pairs(files))
    if adopt:
        adoption.adopt(connection)
    return connection


def read_shapes(paths: Sequence[Path], *, known: bool = False) -> Shapes:
    """Read shape files and check them against the shapes of SHACL itself, unless that is `known`.

    As in pySHACL, only `true` is true in them, not `1`.
    Raises UnreadableError that names the file and, where known, the line of what is wrong.
    """
    with reference.strict_booleans():
        shapes = shape.read(paths, known=known)
    found = None if known else reference.malformed(shapes)
    if found:
        raise shapes.malformed(found.focus_node, reference.reason(found))
    return shapes


def check(connection: Connection, shapes: Shapes, *, locate: Locate = lambda terms: {},
          say: Say = lambda text: None, only: Choice | None = None) -> Report:
    """Validate what the tables assert, each triple once, whatever its graph.

    With `only`, of the shapes that have targets only these are checked; what stands of
    the results of others is added.

    `say` is told once which shapes went to pySHACL, and why: they take long on much data.
    """
    standing = only.standing if only else ()
    return place(connection, [*checking.results(connection, shapes, say, only), *standing], locate)


def place(connection: Connection, results: Sequence[Result], locate: Locate) -> Report:
    """Say of results in which file, line or row their nodes stand."""
    nodes = {term for result in results for term in (result.focus_node, result.value)
             if term and term.startswith("<")}
    places, origins = (locate(nodes), _origins(connection, nodes)) if nodes else ({}, {})
    return Report(_placed(result, places, origins) for result in results)


def _origins(connection: Connection, nodes: Collection[str]) -> dict[str, str]:
    """Map nodes to the rows of registers that they come from, as `origin.sql` finds them."""
    asked = {"asked": [node[1:-1] for node in nodes]}
    rows = connection.execute(read_text(_ORIGIN), asked).fetchall()
    return {f"<{iri}>": row for iri, row in rows}


def _placed(result: Result, places: Mapping[str, Place], origins: Mapping[str, str]) -> Result:
    place = places.get(result.focus_node) or places.get(result.value or "") or Place(None, None)
    origin = origins.get(result.focus_node)
    if place.file is None and origin is None:
        return result
    return replace(result, file=place.file, line=place.line, origin=origin)
