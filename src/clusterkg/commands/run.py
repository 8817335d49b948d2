"""Build the graph, say what was built, and ask it the questions of the tour."""

import argparse
import sys

from clusterkg import rendering, snapshot, source, summary
from clusterkg.graph import open_graph

TOUR = "tour"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare where to build and how to show the answers."""
    rendering.add_arguments(parser)
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Build and ask every question tagged for the tour; 1 when the graph does not conform."""
    made = snapshot.build(snapshot.Inputs.packaged(), arguments.snapshot)
    print(summary.text(made), file=sys.stdout if made.version else sys.stderr)
    if made.version is None:
        return 1
    graph = open_graph(arguments.snapshot)
    for question in graph.queries():
        if TOUR in question.header.tags:
            print(f"\n{question.name}: {question.summary}")
            sys.stdout.flush()
            rendering.show(graph.query(question.name).answer, arguments, graph.source,
                           question.columns)
    return 0
