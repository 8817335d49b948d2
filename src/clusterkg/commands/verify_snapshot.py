"""Check that no byte of a snapshot, or written or imported into it, has changed since."""

import argparse
import sys

from clusterkg import custody, deadline, source, version


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the snapshot."""
    source.add_folder(parser)
    deadline.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Name each damaged file; 1 when there is one."""
    folder = arguments.snapshot
    found = version.damages(folder)
    for damage in found:
        print(f"clusterkg: damaged: {damage}", file=sys.stderr)
    changed = list(custody.changes(folder))
    for change in changed:
        print(f"clusterkg: changed: {change}", file=sys.stderr)
    if found:
        print(f"clusterkg: run `clusterkg build --full` to make {folder} anew from its sources",
              file=sys.stderr)
    if found or changed:
        return 1
    print(f"sound: {version.current(folder)}")
    return 0
