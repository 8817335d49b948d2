"""Place makers in chains by rules over what they make; take decisions about that from a file."""

import argparse
from pathlib import Path

from clusterkg import output, source
from clusterkg.importing import placing, progress, telling


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the snapshot, and the files of decisions and of what is placed."""
    parser.add_argument("--decisions", type=Path, metavar="FILE",
                        help="a table: organisation, rule, decision (confirmed, rejected or "
                        "withdrawn), by, date, note; the one that -o writes, filled in")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="write there who is placed, as a table (TSV) to decide in")
    parser.add_argument("--dry-run", action="store_true", help="say the same, and write nothing")
    source.add_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """Place; 1 when a decision was not taken, or a row is in quarantine."""
    with progress.shown() as say:
        done = placing.place(arguments.snapshot, arguments.decisions, output=arguments.output,
                             dry=arguments.dry_run, say=say)
    entered = [telling.text(done.imported)] if done.imported else []
    output.tell("\n".join([placing.text(done), *entered]))
    return 1 if done.stray or (done.imported and done.imported.account.quarantined) else 0
