"""Take back the last import of a source: the graph is again what it was before."""

import argparse

from clusterkg import output, source
from clusterkg.importing import progress, undo


def register(parser: argparse.ArgumentParser) -> None:
    """Declare which source, and where."""
    parser.add_argument("sources", metavar="SOURCE", nargs="+",
                        help="as `clusterkg sources` names it; several are taken back together")
    source.add_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """Take it back."""
    with progress.shown() as say:
        done = undo.undo_all(arguments.snapshot, arguments.sources, say)
    for one in done.sources:
        now = f"edition {one.now} answers again" if one.now else "the source is gone"
        output.tell(f"{one.source}: edition {one.number} is taken back; {now} "
                    f"({done.built.version})")
    return 0
