"""A whole check: shape by shape in SQL, and what that does not cover in pySHACL."""

from collections.abc import Callable, Collection, Iterator

from rdflib.term import Node

from clusterkg import shape
from clusterkg.report import Result
from clusterkg.shacl import finding, reference
from clusterkg.shacl.evaluation import Evaluation
from clusterkg.shacl.ground import laid
from clusterkg.shacl.model import Model
from clusterkg.shacl.path import NotCovered
from clusterkg.shape import Shapes
from clusterkg.tables import Connection

Say = Callable[[str], None]


def results(connection: Connection, shapes: Shapes, say: Say,
            only: Collection[str] | None = None) -> Iterator[Result]:
    """Give the results of all shapes or of `only` some, last of those that SQL does not cover."""
    model, left = Model(shapes.graph), dict[Node, str]()
    with laid(connection, model.terms, model.nodes) as ground:
        evaluation = Evaluation(ground, model)
        for node in model.targeted:
            if only is not None and shape.text(node) not in only:
                continue
            try:
                model.cover(node)
                evaluation.check(node)
            except NotCovered as error:
                left[node] = str(error)
        yield from finding.results(evaluation, shapes)
    if left:
        say("; ".join(f"pySHACL checks {shape.text(shapes.named(node))}: {reason}"
                      for node, reason in left.items()))
        yield from reference.results(connection, shapes, left)
