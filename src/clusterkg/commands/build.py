"""Build the graph: read, infer, check, store, and swap the new snapshot in."""

import argparse
import os
from pathlib import Path

from clusterkg import allowance, deadline, output, snapshot, summary


def register(parser: argparse.ArgumentParser) -> None:
    """Declare what is built from, and where to."""
    for name, what in (("ontology", "ontology files"), ("data", "facts, one file a source"),
                       ("shapes", "SHACL shapes")):
        parser.add_argument(f"--{name}", nargs="+", type=Path, metavar="PATH",
                            help=f"{what} or folders of them (default: the packaged ones)")
    parser.add_argument("--queries", type=Path, metavar="PATH",
                        help="the folder of questions (default: the packaged one)")
    parser.add_argument("--snapshot", type=Path, metavar="DIR",
                        help="where to build (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")
    parser.add_argument("--full", action="store_true",
                        help="build from nothing, also what did not change")
    parser.add_argument("--memory", metavar="SIZE", default=os.environ.get(allowance.VARIABLE),
                        help="what a build may take, such as 2GB (default: $CLUSTERKG_MEMORY)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print only what is wrong")
    deadline.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Build; 1 when the graph does not conform and the old snapshot stays."""
    if arguments.memory:
        allowance.allow(arguments.memory)
    made = snapshot.build(snapshot.inputs(vars(arguments)), arguments.snapshot,
                          full=arguments.full)
    if not arguments.quiet or made.version is None:
        output.tell(summary.text(made), wrong=made.version is None)
    return 0 if made.version else 1
