"""The editions of each source that was imported, in the folder of a snapshot.

    imports/
        <source>/<edition>/  import.json  mapping.json  quarantine.csv
                             gone.nt.gz new.nt.gz   what the edition before says otherwise
        <source>/.next/      an edition that is being built
        .scratch/            what an import puts aside

The version that answers decides: an edition counts if that was built from its facts. So a process
may end at any moment.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clusterkg import ledger, version
from clusterkg.errors import RefusedError, UnreadableError

FOLDER, FILE, MAPPING = "imports", "import.json", "mapping.json"
_NEXT, _SCRATCH = ".next", ".scratch"


@dataclass(frozen=True)
class Edition:
    """One import: what was read, when and by whom, and where its rows are.

    `ground` is a checksum of all else that the facts depend on.
    """

    source: str
    number: int
    file: str
    when: str
    who: str
    file_sha256: str
    mapping_sha256: str
    facts_sha256: str
    ground: str
    account: Mapping[str, int] = field(default_factory=dict)


def editions(folder: Path, source: str) -> list[Edition]:
    """List the editions of a source, the oldest first; the last is what answers."""
    answering = _answering(folder)
    if source not in answering:
        return []
    found = sorted(filter(None, map(_read, (folder / FOLDER / source).glob("*"))),
                   key=lambda edition: edition.number)
    numbers = [edition.number for edition in found
               if edition.facts_sha256 == answering[source]]
    return [edition for edition in found if numbers and edition.number <= numbers[0]]


def sources(folder: Path) -> list[str]:
    """Name the sources that were imported and answer, sorted."""
    found = (path.name for path in (folder / FOLDER).glob("[!.]*"))
    return sorted(name for name in found if editions(folder, name))


def place(folder: Path, source: str, number: int) -> Path:
    """Locate what is kept of an edition."""
    return folder / FOLDER / source / str(number)


def begin(folder: Path, source: str) -> Path:
    """Give an empty place for the edition that is being built."""
    path = folder / FOLDER / source / _NEXT
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def keep(path: Path, edition: Edition) -> None:
    """Write down what an edition is."""
    text = json.dumps(asdict(edition), ensure_ascii=False, indent=1, sort_keys=True)
    (path / FILE).write_text(text + "\n", encoding="utf-8")


def settle(folder: Path) -> None:
    """Keep the editions that the version that answers was built from, and those before; no others.

    The caller holds the lock of those who write.
    """
    if version.glanced(folder) is None:
        return
    answering = _answering(folder)
    for path in (folder / FOLDER).glob("[!.]*"):
        _settle(path, answering.get(path.name))
    _remove_empty(folder / FOLDER)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give an empty folder for what an import puts aside; it is gone afterwards."""
    path = folder / FOLDER / _SCRATCH
    shutil.rmtree(path, ignore_errors=True)
    try:
        path.mkdir(parents=True)
    except OSError as error:
        raise RefusedError(f"cannot make this folder: {error.strerror}; make room, or allow it",
                           path=path) from error
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _remove_empty(folder / FOLDER)


def _settle(path: Path, answering: str | None) -> None:
    upcoming = _read(path / _NEXT)
    if upcoming and upcoming.facts_sha256 == answering:
        kept = path / str(upcoming.number)
        shutil.rmtree(kept, ignore_errors=True)
        (path / _NEXT).rename(kept)
    shutil.rmtree(path / _NEXT, ignore_errors=True)
    found = [edition for edition in map(_read, path.glob("*")) if edition]
    last = [edition.number for edition in found if edition.facts_sha256 == answering]
    if answering is not None and not last:
        return  # somebody wrote this file by hand: what was there is not ours to throw away
    for edition in found:
        if not last or edition.number > max(last):
            shutil.rmtree(path / str(edition.number), ignore_errors=True)
    _remove_empty(path)


def _remove_empty(path: Path) -> None:
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()


def _answering(folder: Path) -> dict[str, str]:
    """Map the names of sources to the checksums of the files that the version was built from."""
    current = version.glanced(folder)
    built = ledger.of(current) if current else None
    return {name: entry.sha256 for name, entry in built.data.items()} if built else {}


def _read(path: Path) -> Edition | None:
    """Read what an edition is; None for what is none."""
    try:
        known: dict[str, Any] = json.loads((path / FILE).read_text(encoding="utf-8"))
        return Edition(**known)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise UnreadableError("this is no account of an import; delete its folder, and import "
                              "again", path=path / FILE) from error
