"""A version made from the one before: what did not change is neither read nor closed again.

The tables are copied, the store's files linked; the version before stays as it is.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from clusterkg import (
    allowance,
    content,
    extent,
    joining,
    labels,
    ledger,
    revision,
    store,
    tables,
)
from clusterkg.clash import Clash
from clusterkg.extent import Edit
from clusterkg.inputs import Inputs
from clusterkg.integrity import MANIFEST
from clusterkg.joining import Joined
from clusterkg.ledger import Ledger, graph

_LOADED = """
DELETE FROM scope;
CREATE OR REPLACE TABLE loaded AS FROM quad LIMIT 0;
CREATE OR REPLACE TABLE line_gone AS FROM quad LIMIT 0;
CREATE OR REPLACE TABLE line_new AS FROM quad LIMIT 0
"""
_DIFFERENCE = """
CREATE OR REPLACE TABLE held AS (SELECT * FROM quad WHERE g IN ({graphs})) EXCEPT FROM adopted;
CREATE OR REPLACE TABLE removed AS
FROM line_gone UNION ALL SELECT * FROM (FROM held EXCEPT FROM loaded);
CREATE OR REPLACE TABLE added AS
FROM line_new UNION ALL SELECT * FROM (FROM loaded EXCEPT FROM held);
DROP TABLE held; DROP TABLE line_gone; DROP TABLE line_new
"""
_RELABELLED = f"""
CREATE OR REPLACE TABLE relabelled AS
SELECT DISTINCT c.s FROM (FROM store_lost UNION ALL FROM store_new) AS c
WHERE c.p IN {labels.TOLD};
CREATE OR REPLACE TABLE told AS
SELECT q.s, q.p, q.o FROM quad AS q SEMI JOIN relabelled AS r ON r.s = q.s
UNION {content.inferred("relabelled")}
"""


@dataclass(frozen=True)
class Ground:
    """A version to build upon: how many quads each source gave, and what of files was edited."""

    version: Path
    quads: Mapping[str, int]
    edits: Mapping[str, Edit]


def ground(before: Path, now: Ledger, inputs: Inputs,
           olds: tuple[Mapping[str, Path], Mapping[str, Edit]], aside: Path) -> Ground | None:
    """Give what to build upon; None where too little of it would stay."""
    then = ledger.of(before)
    data = ledger.sources(inputs.data)
    if then is None or not then.closes_as(now):
        return None
    quads = counted(before)
    known = {} if now.decisions else extent.edits(then, data, *olds, aside / allowance.SPILL)
    return None if extent.is_much(then, now, data, quads, known) else Ground(before, quads, known)


def counted(version: Path) -> dict[str, int]:
    """Read how many quads each source gave to a version."""
    kept = json.loads((version / MANIFEST).read_text(encoding="utf-8"))
    return {name: said["quads"] for name, said in kept["sources"].items()}


class Reuse:
    """Read, close and store what changed; `quads` counts what each changed file gave.

    `joined` is what of it became one with others.
    """

    is_whole = False  # whether nothing but sources is needed

    def __init__(self, aside: Path, ground: Ground, data: Mapping[str, Path],
                 changed: Iterable[str]):
        """Copy the tables of the version before into the folder that is built."""
        self.before, self.data, self.changed = ground.version, data, list(changed)
        self.ground = ground
        self._take_over(aside / content.TABLES)
        self.connection = tables.connect(aside / content.TABLES)
        self.quads: dict[str, int] = {}
        self.joined: Sequence[Joined] = ()

    def _take_over(self, tables: Path) -> None:
        shutil.copyfile(self.before / content.TABLES, tables)

    def read(self) -> None:
        """Read the changed files, and compare them with what their graphs held.

        Of those that were edited only what is gone and new is read.
        """
        content.forget_description(self.connection)
        self.connection.execute(_LOADED)
        edits = {name: edit for name, edit in self.ground.edits.items() if name in self.changed}
        there = [name for name in self.changed if name in self.data and name not in edits]
        found = self._load({name: self.data[name] for name in there}, "loaded")
        self.quads = dict(zip(there, found, strict=True))
        for into, files in (("line_gone", {name: edit.gone for name, edit in edits.items()}),
                            ("line_new", {name: edit.new for name, edit in edits.items()})):
            self._load(files, into)
        self.quads |= {name: self.ground.quads[name] + edit.more - edit.less
                       for name, edit in edits.items()}
        ends = joining.pairs(self.data.values())
        self.joined = joining.join(self.connection, ends, "loaded")
        whole = [name for name in self.changed if name not in edits]
        known = tables.identify(self.connection, map(graph, whole)).values()
        self.connection.execute(_DIFFERENCE.format(graphs=", ".join(map(str, known)) or "NULL"))

    def _load(self, files: Mapping[str, Path], into: str) -> list[int]:
        return tables.load_all(self.connection, list(files.values()),
                               [NamedNode(graph(name)) for name in files], into=into)

    def infer(self) -> tuple[Clash, ...]:
        """Revise the closure; raise RefusedError for a construct that no rule covers."""
        return revision.revise(self.connection, "removed", "added").clashes

    def store(self, folder: Path, questions: Iterable[Quad] | None) -> None:
        """Write the store and the index of labels from those of the version before.

        None: the questions are what they were.
        """
        content.describe_again(self.connection, questions)
        content.change(self.connection)
        store.revise(self.before / content.STORE, folder / content.STORE, self.connection,
                     store.Change("store_lost", "store_new", "store_near"))
        self.connection.execute(_RELABELLED)
        labels.revise(self.before, folder, self.connection, "relabelled", "told")
        content.tidy(self.connection)
        self.forget()

    def forget(self) -> None:
        """Drop what was of use for the change alone."""
        for name in ("loaded", "removed", "added", "relabelled", "told"):
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
