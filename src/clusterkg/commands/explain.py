"""Say why a triple is there: who asserts it, or the rule and its premises.

Terms are IRIs, CURIEs or labels; the object may be a literal. `a` is rdf:type.
"""

import argparse
import sys

from clusterkg import justification, output, source


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the triple and the graph."""
    for name in ("subject", "predicate", "object"):
        parser.add_argument(name, metavar=name.upper())
    parser.add_argument("--format", choices=("text", "json"), default="text")
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation; 1 when the triple is not in the graph."""
    said = justification.explained(arguments)
    if said is None:
        print("clusterkg: the graph does not say so", file=sys.stderr)
        return 1
    output.write(said.encode(), arguments.output)
    return 0
