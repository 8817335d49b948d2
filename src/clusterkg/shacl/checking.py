"""A whole check: shape by shape in SQL, and what that does not cover in pySHACL."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rdflib.term import Node

from clusterkg import algebra, shape
from clusterkg.report import Result
from clusterkg.shacl import finding, reference
from clusterkg.shacl.evaluation import Evaluation
from clusterkg.shacl.ground import CLOSED, FACT, laid
from clusterkg.shacl.model import Model
from clusterkg.shacl.path import NotCovered
from clusterkg.shape import Shapes
from clusterkg.tables import Connection

Say = Callable[[str], None]
_AMONG = """
SELECT t.value, t.kind, t.datatype, t.language FROM term AS t JOIN {among} AS a ON a.this = t.id
"""


@dataclass(frozen=True)
class Choice:
    """What to check of the shapes that have targets, by their names as N-Triples writes them.

    Those in `part` are checked only on the nodes that stand in the table `among` (this); `standing`
    are the results of others. `closed`: the tables hold a closure of what they assert.
    """

    whole: Collection[str]
    part: Collection[str] = ()
    among: str = ""
    standing: Sequence[Result] = ()
    closed: bool = False


def results(connection: Connection, shapes: Shapes, say: Say,
            only: Choice | None = None) -> Iterator[Result]:
    """Give the results of all shapes or of `only` some, last of those that SQL does not cover."""
    model, left = Model(shapes.graph), dict[Node, str]()
    facts = CLOSED if only and only.closed else FACT
    with laid(connection, model.terms, model.nodes, facts) as ground:
        evaluation = Evaluation(ground, model)
        for node in model.targeted:
            name = shape.text(node)
            if only is not None and name not in only.whole and name not in only.part:
                continue
            try:
                model.cover(node)
                evaluation.check(node, only.among if only and name in only.part else "")
            except NotCovered as error:
                left[node] = str(error)
        yield from finding.results(evaluation, shapes)
    if left:
        say("; ".join(f"pySHACL checks {shape.text(shapes.named(node))}: {reason}"
                      for node, reason in left.items()))
        yield from _left(connection, shapes, left, only)


def prepare(shapes: Shapes) -> None:
    """Have the queries of all shapes parsed, which stay so: `results` then need not wait for it."""
    model = Model(shapes.graph)
    for node in model.targeted:
        with suppress(NotCovered):
            model.cover(node)
    for query in model.queries:
        with suppress(algebra.NotCovered):
            algebra.translated(query.text)


def _left(connection: Connection, shapes: Shapes, left: Collection[Node],
          only: Choice | None) -> Iterator[Result]:
    part = [node for node in left if only and shape.text(node) in only.part]
    if whole := [node for node in left if node not in part]:
        yield from reference.results(connection, shapes, whole)
    if part and only:
        rows = connection.execute(_AMONG.format(among=only.among)).fetchall()
        among = {finding.text(*row) for row in rows}
        yield from (result for result in reference.results(connection, shapes, part)
                    if result.focus_node in among)
