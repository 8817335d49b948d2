"""Import a table as a source: each row enters the graph, or it is said why not."""
# ruff: noqa: N999  # a module of this folder is called as the command is

import argparse
from pathlib import Path

from clusterkg import source
from clusterkg.importing import entry, progress, suggesting, telling
from clusterkg.importing.preparation import Order
from clusterkg.tabular import Dialect


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the table, what it means, and where it goes."""
    parser.add_argument("file", type=Path, metavar="FILE",
                        help="CSV, TSV, XLSX, JSON lines or Parquet, also in .gz or .zip")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--mapping", type=Path, metavar="FILE", help="what its columns mean (CSVW)")
    what.add_argument("--suggest", action="store_true", help="only draft such a mapping")
    parser.add_argument("--source", metavar="NAME", help="(default: named after the file)")
    parser.add_argument("--dry-run", action="store_true", help="say the same, and write nothing")
    parser.add_argument("--json", action="store_true", help="say it as JSON")
    for name in ("encoding", "delimiter", "sheet", "member"):
        parser.add_argument(f"--{name}", help="(default: found out, or the first)")
    parser.add_argument("--snapshot", type=Path, metavar="DIR", default=source.default_folder(),
                        help="the built graph (default: $CLUSTERKG_SNAPSHOT, else ./snapshot)")


def run(arguments: argparse.Namespace) -> int:
    """Import; 1 when some rows are in quarantine."""
    dialect = Dialect(arguments.encoding, arguments.delimiter, sheet=arguments.sheet,
                      member=arguments.member)
    if arguments.suggest:
        return suggesting.draft(arguments.file, dialect)
    order = Order(arguments.file, arguments.mapping, arguments.snapshot, arguments.source,
                  arguments.dry_run, dialect)
    with progress.shown() as say:
        done = entry.enter(order, say)
    print(telling.json_text(done) if arguments.json else telling.text(done))
    return 1 if done.account.quarantined else 0
