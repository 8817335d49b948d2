"""Propose which names of a table mean which things of the graph, or apply what was decided."""

import argparse
from pathlib import Path

from clusterkg import output, source
from clusterkg.importing import decisions
from clusterkg.matching import draft, proposal, table


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the table and its columns, or the file of decisions."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a table of names")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--apply", type=Path, metavar="FILE", help="build with what FILE decides")
    what.add_argument("--undo", metavar="FILE", help="as it was before FILE was last applied")
    what.add_argument("--withdraw", metavar="FILE", help="without all that FILE ever decided")
    for name, of in (("column", "names"), ("code", "codes"), ("place", "places"), ("id", "IRIs")):
        parser.add_argument(f"--{name}", metavar="COLUMN", default="", help=f"the column of {of}")
    parser.add_argument("--mapping", type=Path, metavar="M", help="that of the import of FILE")
    parser.add_argument("--limit", type=int, default=3, metavar="N", help="for each name (3)")
    parser.add_argument("--author", default="", help="who decides, where FILE names nobody")
    parser.add_argument("--prefer", action="store_true", help="FILE over earlier decisions")
    parser.add_argument("--snapshot", type=Path, metavar="DIR", default=source.default_folder())
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write proposals there")


def run(arguments: argparse.Namespace) -> int:
    """Write proposals, or build; 1 for rows that cannot be read, and a graph that is refused."""
    if ruled := decisions.carry_out(decisions.Order.of(arguments), arguments.snapshot):
        output.tell(str(ruled))
        return ruled.code
    listed = table.read(arguments.file, table.Columns(
        arguments.column, arguments.code, arguments.place, arguments.id),
        table.Mapped(arguments.mapping, arguments.snapshot) if arguments.mapping else None)
    version = source.version_of(arguments.snapshot)
    found = draft.propose(listed, proposal.Ground.at(version), most=arguments.limit)
    output.write(draft.written(found), arguments.output)
    output.tell(f"{listed}\n{found}", wrong=True)  # beside the proposals
    return int(bool(listed.refused))
