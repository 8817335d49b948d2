"""Take back the last import of a source: the graph is again what it was before."""

import argparse
from pathlib import Path

from clusterkg import source
from clusterkg.importing import progress, undo


def register(parser: argparse.ArgumentParser) -> None:
    """Declare which source, and where."""
    parser.add_argument("source", metavar="SOURCE", help="as `clusterkg sources` names it")
    parser.add_argument("--snapshot", type=Path, metavar="DIR", default=source.default_folder(),
                        help="the built graph (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")


def run(arguments: argparse.Namespace) -> int:
    """Take it back."""
    with progress.shown() as say:
        done = undo.undo(arguments.snapshot, arguments.source, say)
    now = f"edition {done.now} answers again" if done.now else "the source is gone"
    print(f"{done.source}: edition {done.number} is taken back; {now} ({done.built.version})")
    return 0
