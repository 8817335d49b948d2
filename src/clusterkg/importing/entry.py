"""An import from its files to the graph: read, convert, account, build, and keep the editions."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from clusterkg import scratch, snapshot, tables
from clusterkg.errors import RefusedError
from clusterkg.importing import ground, grouping, history, keys, mirror, naming, violation
from clusterkg.importing.account import Account
from clusterkg.importing.preparation import Order, Say
from clusterkg.importing.table import Imported, Table, Told
from clusterkg.report import Report
from clusterkg.snapshot import Built
from clusterkg.tables import Connection
from clusterkg.written import Trial

__all__ = ["Imported", "Run", "Told", "enter", "enter_all", "enter_alone"]
_TURNS = 5  # builds, of which each finds what the one before let through


@dataclass(frozen=True)
class Run:
    """What came of all tables of an import; `built` is None where nothing changed."""

    tables: tuple[Imported, ...]
    built: Built | None = None

    @property
    def account(self) -> Account:
        """Give the sum of the accounts."""
        found = [table.account for table in self.tables]
        return Account(*(sum(getattr(one, name) for one in found)
                         for name in ("read", "entered", "quarantined", "skipped")))


def enter(order: Order, say: Say = lambda text: None) -> Imported:
    """Import a file as a source, or try it; what was there stays until the new is whole.

    Raises UsageError for a name that is taken, UnreadableError for a file or mapping, RefusedError
    where others write, where the graph would not conform for what is in no row, and where this is
    to stand for something else and nobody asked for it.
    """
    return _turn([order], say).tables[0]


def enter_alone(order: Order, say: Say = lambda text: None) -> Imported:
    """Do the same for a caller who has the turn (`ground.alone`)."""
    return _enter([order], say).tables[0]


def enter_all(order: Order, say: Say = lambda text: None) -> Run:
    """Import a file, or all tables of a folder that a group of tables describes, in one build.

    Each table is a source of its own; all of them enter, or none. Raises what `enter` raises.
    """
    return _turn(grouping.orders(order), say)


def _turn(orders: Sequence[Order], say: Say) -> Run:
    folder = orders[0].snapshot
    if orders[0].dry:
        return mirror.tried(folder, lambda other: _enter(
            [replace(order, snapshot=other) for order in orders], say))
    with ground.alone(folder):
        return _enter(orders, say)


def _enter(orders: Sequence[Order], say: Say) -> Run:
    named = naming.of_all(orders)
    folder = orders[0].snapshot
    with history.scratch(folder) as aside, ExitStack() as stack:
        for source, order in named.items():
            ground.check_name(folder, source, replaces=order.replace)
        found = [Table(order, source, aside, named) for source, order in named.items()]
        return _Run(found, stack, say).run()


class _Run:
    """What the steps of one import share."""

    def __init__(self, found: Sequence[Table], stack: ExitStack, say: Say):
        self.found, self.stack, self.say = found, stack, say
        self.order = found[0].order
        self.open: list[tuple[Table, Connection]] = []

    def run(self) -> Run:
        if all(table.is_known for table in self.found):
            return Run(tuple(table.as_before() for table in self.found))
        doubts = {table.source: table.objection() for table in self.found}
        self.refuse(doubts.values())
        for table in self.found:
            self.prepare(table)
        if keys.are_there(self.open):
            self.follow(self.defined())
        done = self.entered()
        return replace(done, tables=tuple(
            replace(one, objection=doubts[one.source] or one.objection) for one in done.tables))

    def prepare(self, table: Table) -> None:
        aside = table.aside / f"table{len(self.open)}"
        connection = self.stack.enter_context(scratch.connect(aside))
        table.prepare(connection, self.of(table), [one.seen for one, _ in self.open])
        self.open.append((table, connection))
        if len(self.open) < len(self.found):
            table.settle(connection)
            table.show(connection)
            tables.release(connection)

    def of(self, table: Table) -> Say:
        """Say of a step which table it is about, where there are several."""
        if len(self.found) == 1:
            return self.say
        return lambda step: self.say(f"{table.order.file.name}: {step}")

    def entered(self) -> Run:
        for _ in range(_TURNS):
            done = tuple(self.account(table, connection) for table, connection in self.open)
            self.refuse(one.objection for one in done)
            if all(one.unchanged for one in done):
                return Run(done)
            made = self.build()
            if made.report.conforms:
                return Run(tuple(replace(one, version=made.version) for one in done), made)
            self.blame(made.report)
        raise RefusedError(f"after {_TURNS} rounds there are still rows that do not conform; "
                           "mend the mapping", path=self.order.mapping)

    def account(self, table: Table, connection: Connection) -> Imported:
        self.of(table)("account")
        return table.account(connection)

    def refuse(self, objections: Iterable[str]) -> None:
        """Raise what is objected, but where that is only tried, or wanted."""
        for objection in filter(None, objections):
            if not self.order.dry and not self.order.replace:
                raise RefusedError(objection)

    def build(self) -> Built:
        for _, connection in self.open:
            tables.release(connection)  # a build has a use for the memory
        inputs, folder = ground.inputs(self.order.snapshot), self.order.snapshot
        writes: dict[str, Path] = {table.source: table.facts for table in self.found
                                   if table.done and not table.done.unchanged}
        writes |= self.order.beside
        trial = Trial(
            writes, rest=self.found[0].aside / "rest",
            edits={table.source: table.edit for table in self.found
                   if table.edit and table.source in writes},
            since={table.source: table.since for table in self.found
                   if table.since and table.source in writes})
        if self.order.dry:
            return snapshot.check(inputs, folder, self.say, trial=trial)
        return snapshot.build(inputs, folder, self.say, trial=trial)

    def blame(self, report: Report) -> None:
        """Send rows to quarantine, and those that lead to them, of this table or a later one."""
        for table, connection in self.open:
            table.is_blamed = True
            if table.prepared.partly and not violation.is_told(connection, report):
                table.widen(connection)
        before = self.defined()
        other = violation.quarantine([connection for _, connection in self.open], report)
        if other is not None:
            raise RefusedError("nothing was entered: the graph would not conform, and no row says "
                               f"why: {other.message()} [at {other.focus_node}]")
        self.follow(before)

    def follow(self, before: Collection[str]) -> None:
        """Refuse rows that lead to such as were refused, or name what was defined `before`."""
        is_left = True
        while is_left:
            lost = set[str]()
            for table, connection in self.open:
                table.follow(connection, lost)
                lost = set(before) - self.defined() if len(self.open) > 1 else lost
            is_left = keys.follow(self.open)

    def defined(self) -> set[str]:
        if len(self.open) == 1:
            return set()
        return set[str]().union(*(table.defined(connection) for table, connection in self.open))
