"""List the questions, or show one with its parameters and its SPARQL."""

import argparse
from pathlib import Path

from clusterkg import catalogue, output, query, rendering, source


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", help="show this question")
    parser.add_argument("--queries", type=Path, metavar="DIR", help="a folder of questions")
    rendering.add_arguments(parser)
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or the one question: as text, or its parameters in another format."""
    rendering.settle(arguments)
    files = query.folder(source.asked_folder(arguments))
    if arguments.name is None:
        rendering.show(catalogue.listing(query.every(files), arguments.lang), arguments)
        return 0
    one = query.named(arguments.name, files)
    if arguments.format == "table":
        output.write(catalogue.description(one, arguments.lang).encode(), arguments.output)
    else:
        rendering.show(catalogue.parameters(one, arguments.lang), arguments)
    return 0
