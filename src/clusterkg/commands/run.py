"""Build the packaged graph, say what was built, and ask it the questions of the tour."""

import argparse
from pathlib import Path
from shlex import quote

from clusterkg import caption, output, rendering, snapshot, summary
from clusterkg.graph import open_graph

TOUR = "tour"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare where to build and in which language to answer."""
    parser.add_argument("--snapshot", type=Path, metavar="DIR",
                        help="where to build (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")
    parser.add_argument("--lang", default=caption.language(), help="language of labels: en, zh, id")
    parser.set_defaults(format="table", iris=False, output=None)


def run(arguments: argparse.Namespace) -> int:
    """Build and ask every question tagged for the tour; 1 when the graph does not conform."""
    made = snapshot.build(snapshot.Inputs.packaged(), arguments.snapshot)
    output.tell(summary.text(made), wrong=made.version is None)
    if made.version is None:
        return 1
    graph = open_graph(arguments.snapshot)
    for question in (q for q in graph.queries() if TOUR in q.header.tags):
        example = question.header.example
        values = "".join(f" {name}={quote(value)}" for name, value in example.items())
        asked = question.title(arguments.lang)
        print(f"\n{asked}\n$ clusterkg query {question.name}{values}\n", flush=True)
        answer = graph.query(question.name, **example).answer
        rendering.show(answer, arguments, graph.source, question.wording)
    return 0
