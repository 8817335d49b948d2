"""TriG: Turtle with its named graphs, one block a graph."""

from collections.abc import Iterable
from typing import BinaryIO

from pyoxigraph import DefaultGraph, Quad

from clusterkg import canonical
from clusterkg.exporters.turtle import Blocks, indented
from clusterkg.layout import Graph, laid_out
from clusterkg.spelling import Spelling

MEDIA_TYPE = "application/trig"
SUFFIX = ".trig"


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write the default graph, then each named graph, and the prefixes they take."""
    layout = laid_out(canonical.dataset(quads))
    spelling = Spelling()
    blocks = Blocks(layout, spelling)
    graphs = sorted(layout.graphs, key=lambda g: "" if isinstance(g, DefaultGraph) else str(g))
    text = "\n".join(_block(blocks, graph) for graph in graphs)
    out.write(f"{spelling.prefix_lines()}\n{text}".encode())


def _block(blocks: Blocks, graph: Graph) -> str:
    text = "\n".join(blocks.of(graph))
    if isinstance(graph, DefaultGraph):
        return text
    inside = "\n".join(indented(text))
    return f"{blocks.resource(graph)} {{\n{inside}}}\n"
