"""Build the graph, say what was built, and ask it the questions of the tour."""

import argparse
import sys
from shlex import quote

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
            example = question.header.example
            values = "".join(f" {name}={quote(value)}" for name, value in example.items())
            print(f"\n{question.summary}\n$ clusterkg query {question.name}{values}\n", flush=True)
            rendering.show(graph.query(question.name, **example).answer, arguments, graph.source,
                           question.columns)
    return 0
