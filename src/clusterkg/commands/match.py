"""Propose which names of a table mean which things of the graph, or apply what was decided."""

import argparse
import os
from pathlib import Path

from clusterkg import output, snapshot, source, summary, written
from clusterkg.importing import ground
from clusterkg.matching import draft, proposal, table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the table and its columns, or the file of decisions."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a table of names")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", type=Path, metavar="FILE", help="build with what FILE decides")
    what.add_argument("--withdraw", metavar="NAME", help="build without what that file decided")
    for name, of in (("column", "names"), ("code", "codes"), ("place", "places"), ("id", "IRIs")):
        parser.add_argument(f"--{name}", metavar="COLUMN", default="", help=f"the column of {of}")
    parser.add_argument("--limit", type=int, default=3, metavar="N", help="for each name (3)")
    parser.add_argument("--author", default=os.environ.get("USER", ""), help="who decides (you)")
    parser.add_argument("--snapshot", type=Path, metavar="DIR", default=source.default_folder())
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write proposals there")


def run(arguments: argparse.Namespace) -> int:
    """Write proposals, or build; 1 when the graph that was decided on does not conform."""
    if writes := draft.changes(arguments.apply, arguments.author, arguments.withdraw):
        with ground.alone(arguments.snapshot):
            made = snapshot.build(ground.inputs(arguments.snapshot), arguments.snapshot,
                                  trial=written.Trial(writes))
        print(summary.text(made))
        return 0 if made.version else 1
    listed = table.read(arguments.file, table.Columns(
        arguments.column, arguments.code, arguments.place, arguments.id))
    held = proposal.Ground.of(source.open_version(source.version_of(arguments.snapshot)))
    found = draft.propose(listed, held, most=arguments.limit)
    output.write(draft.written(found), arguments.output)
    output.say(str(found))
    return 0
