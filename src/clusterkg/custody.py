"""Whether what was written, or imported, is still what the version that answers was built from.

These files belong to the program: what somebody changed there would pass for what a source says.
So they are held against the checksums in the ledger before anything is built upon them. What they
were, a version knows: by its tables, and by the copies of decisions in its folder `decisions`.
"""

import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from clusterkg import canonical, ledger, tables, version, written
from clusterkg.content import TABLES
from clusterkg.errors import RefusedError, UsageError, quoted
from clusterkg.files import DECISIONS, checksum_once, replaced
from clusterkg.integrity import Damage
from clusterkg.ledger import Entry

FOLDER = "decisions"
_SAID = "(SELECT 0 AS g, s, p, o FROM (SELECT * FROM quad WHERE g = {} EXCEPT FROM adopted))"


def changes(folder: Path) -> Iterator[Damage]:
    """Find the files that are others than the version that answers was built from.

    Nothing is found where that is not known, or was written down by another release.
    """
    built = version.recorded(folder)
    then = ledger.of(built) if built else None
    if then is None:
        return
    there = written.agreed(folder)
    for _, path in sorted(there.items()):
        known = then.data.get(path.stem)
        if known is None:
            yield Damage(path, "no part of what was built; move it out of this folder")
        elif checksum_once(path) != known.sha256:
            yield Damage(path, f"not what the graph was built from; {_advice(path.stem)}")
    for name, known in sorted(then.data.items()):
        path = folder / written.FOLDER / known.file
        if known.file not in there and _is_ours(name, known, path):
            yield Damage(path, f"missing; {_advice(name)}")


def refuse(folder: Path, but: Collection[str] = ()) -> None:
    """Raise RefusedError for a file that somebody changed, but for those that are being replaced.

    The caller holds the lock of those who write, or of the build.
    """
    for found in changes(folder):
        if found.path.stem not in but:
            raise RefusedError(found.what, path=found.path)


def keep(aside: Path, data: Iterable[Path]) -> None:
    """Copy the decisions of a build into its folder."""
    (aside / FOLDER).mkdir()
    for path in data:
        if path.name.endswith(DECISIONS):
            shutil.copyfile(path, aside / FOLDER / path.name)


def restore(folder: Path, name: str) -> Path | None:
    """Make a file again what the version that answers was built from; None where it is so.

    Raises UsageError for what is not among the files that were written or imported, RefusedError
    where the version does not know what it was. The caller holds the lock of those who write.
    """
    built, path = version.current(folder), written.place(folder, name)
    then = ledger.of(built)
    known = then.data.get(name) if then else None
    if known is None or not (path.exists() or _is_ours(name, known, path)):
        raise UsageError(f"{quoted(name)} is no source that was written or imported")
    if path.is_file() and checksum_once(path) == known.sha256:
        return None
    path.parent.mkdir(exist_ok=True)
    with replaced(path) as temporary:
        _write(built, known, temporary)
        if checksum_once(temporary) != known.sha256:
            raise RefusedError("the version that answers does not know it byte by byte; put it "
                               f"back as it was (SHA-256 {known.sha256}), from a copy", path=path)
    return path


def _write(built: Path, known: Entry, path: Path) -> None:
    if known.file.endswith(DECISIONS):
        if (built / FOLDER / known.file).is_file():
            shutil.copyfile(built / FOLDER / known.file, path)
        return
    with closing(tables.reopen(built / TABLES)) as connection:
        number = tables.known(connection, [known.graph]).get(known.graph, 0)
        lines = (f"{line}\n".encode()
                 for some in tables.lines(connection, _SAID.format(number)) for line in some)
        with path.open("wb") as file:
            file.writelines(canonical.in_order(lines))


def _advice(name: str) -> str:
    return f"`clusterkg restore {name}` makes it so again"


def _is_ours(name: str, known: Entry, path: Path) -> bool:
    """Tell whether a source was built from a file that was written, and not from one of a person.

    Snapshots may have been moved since.
    """
    return name.startswith(ledger.OWN) or known.base == ledger.base(path)
