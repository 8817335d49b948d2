"""Give what follows from RDF files, by the rules of OWL 2 RL.

Only what is new is written, but for --whole. Records and claims that are not accepted are left out.
"""

import argparse
import sys
from pathlib import Path

from clusterkg import deadline, inference


def register(parser: argparse.ArgumentParser) -> None:
    """Declare what is read and how the inferences are written."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path,
                        help="RDF files or folders of them; - is Turtle from standard input")
    parser.add_argument("--format", choices=inference.FORMATS,
                        help="default: by the suffix of OUT, else ntriples")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT",
                        help="write to OUT instead of standard output")
    parser.add_argument("--whole", action="store_true", help="write what was read too")
    deadline.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the inferences; 1 when the files are inconsistent, and then what clashes."""
    format_ = arguments.format or inference.format_of(arguments.output)
    result = inference.infer(arguments.files, whole=arguments.whole)
    for remark in result.remarks:
        print(f"clusterkg: remark: {remark}", file=sys.stderr)
    for message in result.clashes:
        print(f"clusterkg: inconsistent: {message}", file=sys.stderr)
    if result.clashes:
        return 1
    inference.write(result, arguments.output, format_)
    return 0
