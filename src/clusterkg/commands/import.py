"""Import tables as sources: each row enters the graph, or it is said why not.

It ends with 1 where rows of the file are in quarantine: those that were put there now, would be
(--dry-run), or were before, where file and mapping are the same and nothing changes.
"""
# ruff: noqa: N999  # a module of this folder is called as the command is

import argparse

from clusterkg import output
from clusterkg.importing import asking, entry, progress, suggesting, telling
from clusterkg.importing.preparation import Order
from clusterkg.tabular import Dialect


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the tables, what they mean, and where they go."""
    asking.declare(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import; 1 when some rows are in quarantine."""
    dialect = Dialect(arguments.encoding, arguments.delimiter, skip=arguments.skip_rows,
                      sheet=arguments.sheet, member=arguments.member)
    if arguments.suggest:
        return suggesting.draft(arguments.file, dialect, arguments.source)
    order = Order(arguments.file, arguments.mapping, arguments.snapshot, arguments.source,
                  arguments.dry_run, dialect, replace=arguments.replace, mended=arguments.mended)
    with progress.shown() as say:
        done = entry.enter_all(order, say)
    output.tell(telling.json_text(done) if arguments.json else telling.run_text(done))
    asking.refuse(done)
    return 1 if done.account.quarantined else 0
