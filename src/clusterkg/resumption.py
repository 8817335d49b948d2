"""What a build leaves that shapes refused, and a version made from there.

It lies in a folder, and looks like a version that has no store yet:

    closure.duckdb  report.json  influence.json  manifest.json

Its tables are closed and free of clashes. Who mends what the report says tells the next build which
lines are others since: these alone are read, closed and checked.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Quad

from clusterkg import content, extent, fresh, ledger, recheck
from clusterkg.inputs import Inputs
from clusterkg.integrity import MANIFEST
from clusterkg.ledger import Ledger
from clusterkg.report import Report
from clusterkg.reuse import Ground, Reuse, counted
from clusterkg.shacl.influence import Influences
from clusterkg.written import Trial


class Resumed(Reuse):
    """Go on from what was left, which is there no more then; the store is written as a whole."""

    is_whole = True

    def _take_over(self, tables: Path) -> None:
        shutil.move(self.before / content.TABLES, tables)
        shutil.rmtree(self.before)

    def read(self) -> None:
        """Read what was edited; of all other files it is known how many quads they gave."""
        super().read()
        self.quads = {**self.ground.quads, **self.quads}

    def store(self, folder: Path, questions: Iterable[Quad] | None) -> None:
        """Write the store and the index of labels."""
        content.tidy(self.connection)
        self.forget()
        fresh.write(self.connection, folder, questions or ())


def leave(folder: Path, tables: Path, found: tuple[Report, Influences],
          sources: Mapping[str, Any]) -> None:
    """Put by the tables of a build, which are open no more, with what is known of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.move(tables, folder / content.TABLES)
    recheck.keep(folder, *found)
    (folder / MANIFEST).write_text(json.dumps(sources), encoding="utf-8")


def ground(trial: Trial, now: Ledger, inputs: Inputs) -> Ground | None:
    """Give what was left, if no more than what is known since is another; else it goes."""
    if trial.rest is None:
        return None
    then = ledger.of(trial.rest)
    if then and then.closes_as(now) and then.shapes == now.shapes and not now.decisions:
        quads = counted(trial.rest)
        is_much = extent.is_much(then, now, ledger.sources(inputs.data), quads, trial.since)
        if set(now.changed(then)) <= trial.since.keys() and not is_much:
            return Ground(trial.rest, quads, trial.since)
    shutil.rmtree(trial.rest, ignore_errors=True)
    return None
