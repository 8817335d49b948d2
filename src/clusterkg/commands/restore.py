"""Make written or imported files what the graph was built from, where somebody changed them."""

import argparse

from clusterkg import output, source
from clusterkg.importing import restoring


def register(parser: argparse.ArgumentParser) -> None:
    """Declare which sources, and where."""
    parser.add_argument("sources", metavar="SOURCE", nargs="+",
                        help="as messages and `clusterkg sources` name it")
    source.add_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore; what is as it was is left alone."""
    for name, path in restoring.restore(arguments.snapshot, arguments.sources):
        output.tell(f"{path}: restored" if path else f"{name}: as it was, nothing to restore")
    return 0
