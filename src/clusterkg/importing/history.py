"""The editions of each source that was imported, in the folder of a snapshot.

    imports/
        <source>/<edition>/  import.json  mapping.json
                             quarantine.xlsx        or .jsonl: see `quarantine`
                             mended.parquet         rows that were mended: see `mending`
                             gone.nt.gz new.nt.gz   what the edition before says otherwise
        <source>/.next/      an edition that is being built
        .scratch/            what an import puts aside

The version that answers decides: an edition counts if that was built from its facts. So a process
may end at any moment. Where another release of the program wrote down what that was built from,
nothing is known of editions, and nothing is touched.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clusterkg import ledger, version
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import flush, tidied

FOLDER, FILE, MAPPING = "imports", "import.json", "mapping.json"
_NEXT, _SCRATCH = ".next", ".scratch"


@dataclass(frozen=True)
class Edition:
    """One import: what was read, when and by whom, and where its rows are.

    `ground` is a checksum of all else that the facts depend on, `kind` says of what kind of table
    it was, `mended` how many rows of it a person had mended, `things` about how many it speaks.
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
    kind: str = ""
    mended: int = 0
    things: int = 0


def editions(folder: Path, source: str) -> list[Edition]:
    """List the editions of a source, the oldest first; the last is what answers.

    Raises UnreadableError for an account that is none, and where nothing is known of editions.
    """
    answering = known(folder)
    if source not in answering:
        return []
    found = sorted(filter(None, map(_read, (folder / FOLDER / source).glob("*"))),
                   key=lambda edition: edition.number)
    numbers = [edition.number for edition in found
               if edition.facts_sha256 == answering[source]]
    return [edition for edition in found if numbers and edition.number <= numbers[0]]


def sources(folder: Path) -> list[str]:
    """Name the sources that were imported and answer, sorted; those too whose account is none."""
    answering = known(folder)
    return sorted(path.name for path in (folder / FOLDER).glob("[!.]*") if path.name in answering)


def known(folder: Path) -> dict[str, str]:
    """Map the names of sources to the checksums of the files that the version was built from.

    Raises UnreadableError where that is not known.
    """
    answering = _answering(folder)
    if answering is None:
        raise UnreadableError("another release of the program built this, and what it was built "
                              "from cannot be read; run `clusterkg build` once: imports stay as "
                              "they are", path=folder)
    return answering


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
    """Write down what an edition is; all of it is on the disk before the graph has it."""
    text = json.dumps(asdict(edition), ensure_ascii=False, indent=1, sort_keys=True)
    (path / FILE).write_text(text + "\n", encoding="utf-8")
    for file in (*path.iterdir(), path, path.parent, path.parent.parent):
        flush(file)


def settle(folder: Path) -> None:
    """Keep the editions that the version that answers was built from, and those before; no others.

    A source whose account is none stays as it is. The caller holds the lock of those who write.
    """
    answering = _answering(folder)
    if version.glanced(folder) is None or answering is None:
        return
    for path in (folder / FOLDER).glob("[!.]*"):
        with suppress(UnreadableError):  # told to whoever asks for this source
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
    with tidied(lambda: _remove(path)):
        yield path


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    _remove_empty(path.parent)


def _settle(path: Path, answering: str | None) -> None:
    before = [edition for edition in map(_read, path.glob("[!.]*")) if edition]
    upcoming = _upcoming(path / _NEXT)
    if upcoming and upcoming.facts_sha256 == answering:
        kept = path / str(upcoming.number)
        shutil.rmtree(kept, ignore_errors=True)
        (path / _NEXT).rename(kept)
        before = [edition for edition in before if edition.number != upcoming.number]
    shutil.rmtree(path / _NEXT, ignore_errors=True)
    found = [*before, *([upcoming] if upcoming and upcoming.facts_sha256 == answering else [])]
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


def _answering(folder: Path) -> dict[str, str] | None:
    """Give what `known` gives; None where that is not known, nothing where nothing is built."""
    current = version.glanced(folder)
    if current is None:
        return {}
    built = ledger.of(current)
    return {name: entry.sha256 for name, entry in built.data.items()} if built else None


def _upcoming(path: Path) -> Edition | None:
    """Read an edition that was being built; None for one that was not written to its end."""
    try:
        return _read(path)
    except UnreadableError:
        return None


def _read(path: Path) -> Edition | None:
    """Read what an edition is; None for what is none."""
    try:
        known: dict[str, Any] = json.loads((path / FILE).read_text(encoding="utf-8"))
        return Edition(**known)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise UnreadableError("this is no account of an import; delete the folder "
                              f"{path.parent}, and import its file again with --replace",
                              path=path / FILE) from error
