"""One table of an import: read, converted, accounted for; its edition, as far as it is kept."""

import getpass
import os
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from clusterkg import collation, resolving, tables, version, written
from clusterkg.csvw import conversion
from clusterkg.extent import Edit
from clusterkg.files import checksum, checksum_once, refuse_changed, state
from clusterkg.importing import (
    account,
    difference,
    facts,
    ground,
    history,
    mending,
    preparation,
    quarantine,
    recall,
    renaming,
    rewriting,
    sharing,
    splicing,
)
from clusterkg.importing.account import Account, Reason
from clusterkg.importing.difference import Difference
from clusterkg.importing.facts import Origin
from clusterkg.importing.history import Edition
from clusterkg.importing.preparation import Order, Prepared, Say
from clusterkg.importing.recall import Recall
from clusterkg.namespaces import expand
from clusterkg.resolving import Known
from clusterkg.sql import literal

_SEEN = """
COPY (SELECT DISTINCT s, p, o FROM fact WHERE p IN (SELECT unnest($those))) TO {path}
(FORMAT parquet)
"""
_THINGS = """
SELECT count(DISTINCT key) FROM tie SEMI JOIN entered USING (row) WHERE s IS NOT NULL
"""
_DEFINED = "SELECT DISTINCT s FROM fact WHERE p = $type"
_LEAN = """
INSERT INTO refused SELECT DISTINCT row, 0, left(s[2:-2], 1000), $wrong, $advice
FROM (SELECT row, s FROM fact UNION ALL SELECT row, o FROM fact)
WHERE s IN (SELECT unnest($lost)) AND row NOT IN (SELECT row FROM refused)
"""


class Told(NamedTuple):
    """A reason, with its column and the address of the first cell."""

    reason: Reason
    column: str
    address: str


@dataclass(frozen=True)
class Imported:
    """What came of a table; `edition` is 0 for one that was but tried.

    `unchanged`: the source is what it was; where that was plain from the file itself, nothing was
    `prepared`. An `objection` says why nothing was to be replaced by this unasked.
    """

    source: str
    account: Account
    prepared: Prepared | None = None
    reasons: tuple[Told, ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
    difference: Difference = field(default_factory=Difference)
    edition: int = 0
    unchanged: bool = False
    version: Path | None = None
    quarantine: Path | None = None
    objection: str = ""


class Table:
    """What the steps of one table share; `together` are all sources of the run."""

    def __init__(self, order: Order, source: str, aside: Path, together: Collection[str]):
        """Look at what is there, and read nothing yet."""
        self.order, self.source, self.aside = order, source, aside
        self.together, self.is_alone = together, len(together) == 1
        self.last = next(reversed(history.editions(order.snapshot, source)), None)
        self._states = {path: state(path) for path in (order.file, order.mapping)}  # as yet unread
        self.sums = (checksum(order.file), checksum(order.mapping),
                     ground.beside(order.snapshot, together, order.dialect))
        self.when = datetime.now(UTC).replace(microsecond=0)
        self.kind = " ".join(filter(None, (_suffix(order.file), order.dialect.member,
                                           order.dialect.sheet)))
        self.done: Imported | None = None
        self.edit: Edit | None = None  # of the facts, where they were others before
        self.since: Edit | None = None  # of the facts, since the build before was refused
        self.is_blamed = False  # whether rows may have been refused by that

    @property
    def is_known(self) -> bool:
        """Tell whether all that the facts depend on is what it was."""
        return bool(self.last and not self.order.mended and self.sums == (
            self.last.file_sha256, self.last.mapping_sha256, self.last.ground))

    def as_before(self) -> Imported:
        """Say that nothing changed."""
        assert self.last
        kept = history.place(self.order.snapshot, self.source, self.last.number)
        return Imported(self.source, Account(**self.last.account), edition=self.last.number,
                        unchanged=True, quarantine=quarantine.kept(
                            kept.resolve() if self.order.dry else kept))

    @property
    def facts(self) -> Path:
        """Locate what this table says, as a build reads it."""
        return self.aside / f"{self.source}.nt"

    @property
    def seen(self) -> Path:
        """Locate what other tables may look up of it."""
        return self.aside / f"{self.source}.parquet"

    def is_as_built(self) -> bool:
        """Tell whether what is written is what the last edition said."""
        path = written.place(self.order.snapshot, self.source)
        return bool(self.last and path.is_file() and checksum_once(path) == self.last.facts_sha256)

    def objection(self) -> str:
        """Say why this is perhaps no edition of the same table; "" where it seems to be one."""
        last = self.last
        if last is None or last.file_sha256 == self.sums[0]:
            return ""
        if last.mapping_sha256 != self.sums[1]:
            return self._doubt("by another mapping")
        return self._doubt(f"as {last.kind}") if last.kind not in ("", self.kind) else ""

    def _doubt(self, how: str, also: str = "") -> str:
        assert self.last
        return (f"{self.source}: edition {self.last.number} is {self.last.file} {how}{also}; give "
                "another name with --source NAME, or --replace if this is to stand for it")

    def prepare(self, connection: tables.Connection, say: Say, earlier: Collection[Path]) -> None:
        """Read and convert; what cells name may be in what `earlier` tables say."""
        order, last = self.order, self.last
        same = last is not None and last.file_sha256 == self.sums[0]
        before = history.place(order.snapshot, self.source, last.number) if last else None
        self.known = Known(version.current(order.snapshot), tuple(earlier))
        self.recall = Recall(before if self.is_alone and self.is_as_built() else None,
                             sorted(facts.own(self.source)), self.sums[1])
        self.prepared = preparation.prepare(
            connection, replace(order, edition=before if same else None),
            (self.known, self.recall), say)
        refuse_changed(self._states)
        grid, mapping, _, partly = self.prepared
        left = sharing.check(connection, mapping, self.known.version, self.together, partly=partly)
        if last and last.mended and not same:
            left.append(f"another file than that of edition {last.number}: the {last.mended:,} "
                        "rows that were mended there are as this file has them")
        self.prepared = self.prepared._replace(grid=replace(grid,
                                                            remarks=(*grid.remarks, *left)))

    def settle(self, connection: tables.Connection) -> Account:
        """Put each row into one place, and count."""
        return account.settle(connection, self.prepared.grid.read)

    def account(self, connection: tables.Connection) -> Imported:
        """Write down the facts, and beside them all that is kept of the edition."""
        order, grid = self.order, self.prepared.grid
        if self.is_blamed:
            rewriting.note(connection)
        counted = self.settle(connection)
        place = self.aside / "tried" if order.dry else history.begin(order.snapshot, self.source)
        place.mkdir(exist_ok=True)
        shutil.copyfile(order.mapping, place / history.MAPPING)
        said = quarantine.write(connection, place, grid.columns, grid.address)
        if self.prepared.mended:
            mending.keep(connection, place)
        found = self._written(connection, place)
        self.done = Imported(self.source, counted, self.prepared, self._reasons(connection),
                             tuple(account.rules(connection)), found,
                             objection=self._losing(connection, found))
        if self.last and not found.is_any and self.sums[:2] == (
                self.last.file_sha256, self.last.mapping_sha256):
            self.done = replace(self.done, edition=self.last.number, unchanged=True)
        elif not order.dry:
            things = connection.execute(_THINGS).fetchone() or (0,)
            if self.is_alone:
                self.recall.keep(connection, self.prepared.mapping, grid, place)
            history.keep(place, self._edition(counted, int(things[0])))
            kept = history.place(order.snapshot, self.source, self.number) / said.name
            self.done = replace(self.done, edition=self.number, quarantine=kept)
        return self.done

    def _reasons(self, connection: tables.Connection) -> tuple[Told, ...]:
        grid = self.prepared.grid
        return tuple(Told(reason, grid.columns[reason.column - 1] if reason.column else "",
                          grid.address(reason.first, reason.column))
                     for reason in account.reasons(connection))

    def _losing(self, connection: tables.Connection, found: Difference) -> str:
        """Object where most things of the last edition would be gone, or have other names."""
        last = self.last
        if last is None:
            return ""
        if found.gone * 2 <= last.things:
            count, of = renaming.most(connection, self.prepared.mapping, found)
            if not count or last.file_sha256 == self.sums[0]:
                return ""
            return self._doubt(f"and calls {count:,} of {of:,} things otherwise")
        columns, also = self.prepared.grid.columns, ""
        if list(columns[:5]) == quarantine.own(columns[5:]):
            also = (f". Mended rows of a quarantine go beside their file: clusterkg import "
                    f"{last.file} --mended {self.order.file.name}")
        return self._doubt(f"with {last.things:,} things, of which {found.gone:,} would be gone",
                           also)

    @property
    def number(self) -> int:
        """Give the number of the edition that this is to be."""
        return self.last.number + 1 if self.last else 1

    @property
    def origin(self) -> Origin:
        """Say where the facts come from."""
        grid, mapping = self.prepared.grid, self.prepared.mapping
        return Origin(self.source, self.number, grid.name, grid.origin, *self.sums[:2],
                      self.when.isoformat(), who(), mapping.source, mapping.is_derived)

    def _written(self, connection: tables.Connection, place: Path) -> Difference:
        """Write the facts, and what is different."""
        before = written.place(self.order.snapshot, self.source)
        if self.prepared.partly:
            part = self.facts.with_suffix(".part.nt")
            facts.write(connection, part, self.origin)
            gone = [*self.origin.own, *recall.gone(connection)]
            changes = splicing.splice(before, part, gone, self.facts)
        else:
            self._write(connection)
            if self.last is None:
                return Difference(is_any=True)
            changes = collation.subjects(before, self.facts)
        found = difference.take(changes, place, self.origin.own,
                                renaming.stems(self.prepared.mapping))
        self.edit = difference.edit(place, self.aside / self.source)
        return found

    def _write(self, connection: tables.Connection) -> None:
        if self.is_blamed:
            edit = rewriting.rewrite(connection, self.facts, self.origin)
            self.since = edit if self.done and not self.done.unchanged else None
        else:
            facts.write(connection, self.facts, self.origin)

    def _edition(self, counted: Account, things: int) -> Edition:
        origin = self.origin
        return Edition(self.source, self.number, origin.file, origin.when, origin.who,
                       *self.sums[:2], checksum_once(self.facts), self.sums[2], asdict(counted),
                       self.kind, self.prepared.mended, things)

    def show(self, connection: tables.Connection) -> None:
        """Write down what later tables may look up."""
        connection.execute(_SEEN.format(path=literal(self.seen)), {
            "those": [f"<{iri}>" for iri in resolving.looked_at()]})

    def defined(self, connection: tables.Connection) -> set[str]:
        """Give the things that this table says the class of."""
        found = connection.execute(_DEFINED, {"type": f"<{expand('rdf:type')}>"}).fetchall()
        return {term for term, in found}

    def widen(self, connection: tables.Connection) -> None:
        """Convert all rows, where only a part has been."""
        self.recall.whole(connection, self.prepared.mapping, self.prepared.grid, self.known)
        self.prepared = self.prepared._replace(partly=False)

    def follow(self, connection: tables.Connection, lost: Collection[str]) -> None:
        """Refuse rows that lead to such as were refused since, or name the things that are lost."""
        conversion.follow(connection, self.prepared.mapping, self.prepared.grid)
        if lost:
            connection.execute(_LEAN, {
                "lost": sorted(lost), "wrong": "names a thing whose own row is in quarantine",
                "advice": "mend that row"})


def _suffix(file: Path) -> str:
    """Give the ending of a file's name, without what it is packed in."""
    return next((end for end in reversed(file.suffixes) if end.lower() not in (".gz", ".zip")),
                "").lower()


def who() -> str:
    """Name who imports: by the name of the user, or by number where there is no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
