"""An import from its file to the graph: read, convert, account, build, and keep the edition."""

import getpass
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from clusterkg import snapshot, tables, version, written
from clusterkg.errors import RefusedError
from clusterkg.files import checksum
from clusterkg.importing import (
    account,
    difference,
    facts,
    ground,
    history,
    naming,
    preparation,
    quarantine,
    violation,
)
from clusterkg.importing.account import Account, Reason
from clusterkg.importing.difference import Difference
from clusterkg.importing.facts import Origin
from clusterkg.importing.history import Edition
from clusterkg.importing.preparation import Order, Prepared
from clusterkg.report import Report
from clusterkg.snapshot import Built
from clusterkg.tables import Connection
from clusterkg.written import Trial

Say = Callable[[str], None]
_TURNS = 5  # builds, of which each finds what the one before let through


class Told(NamedTuple):
    """A reason, with its column and the address of the first cell."""

    reason: Reason
    column: str
    address: str


@dataclass(frozen=True)
class Imported:
    """What came of an import; `edition` is 0 for one that was but tried.

    `unchanged`: the source is what it was, and nothing was built; where that was plain from the
    file itself, nothing was `prepared`.
    """

    source: str
    account: Account
    prepared: Prepared | None = None
    reasons: tuple[Told, ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
    difference: Difference = field(default_factory=Difference)
    edition: int = 0
    unchanged: bool = False
    built: Built | None = None
    quarantine: Path | None = None


def enter(order: Order, say: Say = lambda text: None) -> Imported:
    """Import a file as a source, or try it; what was there stays until the new is whole.

    Raises UsageError for a name that is taken, UnreadableError for a file or mapping, RefusedError
    where others write, and where the graph would not conform for what is in no row.
    """
    with ground.alone(order.snapshot):
        return enter_alone(order, say)


def enter_alone(order: Order, say: Say = lambda text: None) -> Imported:
    """Do the same for a caller who has the turn (`ground.alone`)."""
    parts = (order.dialect.member, order.dialect.sheet)
    source = naming.named(order.source, order.file, *filter(None, parts))
    with history.scratch(order.snapshot) as aside:
        ground.check_name(order.snapshot, source)
        return _Import(order, source, aside, say).run()


class _Import:
    """What the steps of one import share."""

    def __init__(self, order: Order, source: str, aside: Path, say: Say):
        self.order, self.source, self.aside, self.say = order, source, aside, say
        found = history.editions(order.snapshot, source)
        self.last = found[-1] if found else None
        self.sums = (checksum(order.file), checksum(order.mapping),
                     ground.beside(order.snapshot, source, order.dialect))
        self.when = datetime.now(UTC).replace(microsecond=0)

    def run(self) -> Imported:
        last = self.last
        if last and self.sums == (last.file_sha256, last.mapping_sha256, last.ground):
            return Imported(self.source, Account(**last.account), edition=last.number,
                            unchanged=True)
        with tables.connect(self.aside / "import.duckdb") as connection:
            self.prepared = preparation.prepare(
                connection, self.order, version.current(self.order.snapshot), self.say)
            return self.entered(connection)

    def entered(self, connection: Connection) -> Imported:
        for _ in range(_TURNS):
            self.say("account")
            done = self.accounted(connection)
            if done.unchanged:
                return done
            made = self.build()
            if made.report.conforms:
                return replace(done, built=made)
            self.blame(connection, made.report)
        raise RefusedError(f"after {_TURNS} rounds there are still rows that do not conform; "
                           "mend the mapping", path=self.order.mapping)

    def accounted(self, connection: Connection) -> Imported:
        """Write down the facts, and beside them all that is kept of the edition."""
        order, grid = self.order, self.prepared.grid
        counted = account.settle(connection, grid.read)
        place = self.aside if order.dry else history.begin(order.snapshot, self.source)
        shutil.copyfile(order.mapping, place / history.MAPPING)
        quarantine.write(connection, place / quarantine.FILE, grid.columns, grid.address)
        facts.write(connection, self.facts, self.origin)
        found = self.difference(place)
        told = tuple(Told(reason, grid.columns[reason.column - 1] if reason.column else "",
                          grid.address(reason.first, reason.column))
                     for reason in account.reasons(connection))
        done = Imported(self.source, counted, self.prepared, told,
                        tuple(account.rules(connection)), found)
        if self.last and not found.is_any and self.sums[:2] == (
                self.last.file_sha256, self.last.mapping_sha256):
            return replace(done, edition=self.last.number, unchanged=True)
        if order.dry:
            return done
        history.keep(place, self.edition(counted))
        return replace(done, edition=self.number, quarantine=history.place(
            order.snapshot, self.source, self.number) / quarantine.FILE)

    @property
    def facts(self) -> Path:
        return self.aside / f"{self.source}.nt"

    @property
    def number(self) -> int:
        return self.last.number + 1 if self.last else 1

    @property
    def origin(self) -> Origin:
        grid = self.prepared.grid
        return Origin(self.source, self.number, grid.name, grid.origin, *self.sums[:2],
                      self.when.isoformat(), getpass.getuser(), self.prepared.mapping.source,
                      self.prepared.mapping.is_derived)

    def difference(self, place: Path) -> Difference:
        if self.last is None:
            return Difference(is_any=True)
        before = written.place(self.order.snapshot, self.source)
        return difference.take(before, self.facts, place, self.origin.own)

    def edition(self, counted: Account) -> Edition:
        origin = self.origin
        return Edition(self.source, self.number, origin.file, origin.when, origin.who,
                       *self.sums[:2], checksum(self.facts), self.sums[2], asdict(counted))

    def build(self) -> Built:
        inputs, folder = ground.inputs(self.order.snapshot), self.order.snapshot
        writes = {self.source: self.facts, **self.order.beside}
        if self.order.dry:
            return snapshot.check(inputs, folder, self.say, writes=writes)
        return snapshot.build(inputs, folder, self.say, trial=Trial(writes))

    def blame(self, connection: Connection, report: Report) -> None:
        other = violation.quarantine(connection, report)
        if other is not None:
            raise RefusedError("nothing was entered: the graph would not conform, and no row says "
                               f"why: {other.message()} [at {other.focus_node}]")
