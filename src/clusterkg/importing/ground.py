"""The snapshot that an import changes: one at a time, from what it was built."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from clusterkg import custody, ledger, shortage, snapshot, version, writer, written
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.files import tidied
from clusterkg.importing import history
from clusterkg.tabular import Dialect

_PATIENCE = 10.0  # seconds, while others write


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have one's turn to write into a snapshot folder, with its editions in order before and after.

    Raises what `turn` raises, and RefusedError where somebody changed what was written.
    """
    with turn(folder):
        custody.refuse(folder)
        history.settle(folder)
        with tidied(lambda: history.settle(folder)):
            yield


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Have one's turn, with what was written as the version that answers has it.

    Raises UnreadableError where nothing is built, or another release of the program built it;
    RefusedError where others write.
    """
    version.current(folder)
    history.known(folder)
    try:
        with writer.turn(folder, _PATIENCE), shortage.told(folder):
            if not written.is_settled(folder):
                with version.building(folder):
                    written.settle(folder)
            yield
    except writer.BusyError as error:
        raise RefusedError("others write to this snapshot; try again when they are done",
                           path=folder) from error


def inputs(folder: Path) -> snapshot.Inputs:
    """Give what a snapshot was built from; raise UnreadableError where that is not known."""
    found = snapshot.Inputs.of(folder)
    if found is None:
        raise UnreadableError("it is not known what this was built from; run `clusterkg build` "
                              "with its files first", path=folder)
    return found


def check_name(folder: Path, source: str, *, replaces: bool = False) -> None:
    """Raise UsageError for the name of a source that is no import.

    What was written, and has lost its account, may be replaced where that is asked for.
    """
    found, ours = inputs(folder), written.files(folder)
    if history.editions(folder, source):
        return
    for name in ledger.sources((*found.data, *ours)):
        if ledger.graph(name) == ledger.graph(source) and not (
                replaces and written.place(folder, source) in ours):
            raise UsageError(f"there is a source {source!r} already, which is no import; "
                             "name this one with --source NAME")


def beside(folder: Path, sources: Collection[str], dialect: Dialect) -> str:
    """Give one checksum for all that facts depend on, but their files and mappings.

    `sources` are those of the import itself.
    """
    built = ledger.of(version.current(folder))
    if built is None:
        return ""
    others = {name: entry.sha256 for name, entry in built.data.items() if name not in sources}
    ontology = [entry.sha256 for entry in built.ontology.values()]
    said = f"{ledger.program()} {sorted(others.items())} {ontology} {dialect}"
    return sha256(said.encode()).hexdigest()
