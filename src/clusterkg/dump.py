"""The whole of a version as compressed files with checksums, written once, aside and unhurriedly.

    <snapshot>/dumps/<version>-<checksum>/    clusterkg.nq.gz  clusterkg.nt.gz  listing.json

Run as a program it writes them: `python -m clusterkg.dump <folder of the version>`. Equal graphs
give equal files.
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO, cast

from clusterkg import discovery
from clusterkg.errors import RefusedError
from clusterkg.files import replaced
from clusterkg.integrity import MANIFEST
from clusterkg.selection import Selection, from_snapshot
from clusterkg.store import Store

FORMATS: Mapping[str, str] = {"clusterkg.nq.gz": "nquads", "clusterkg.nt.gz": "ntriples"}
MEDIA_TYPE = "application/gzip"
_LISTING, _LOCK = "listing.json", "lock.sqlite"
_LEVEL = 6
_PAUSE = 0.05


@dataclass(frozen=True)
class Dump:
    """A file that is there; `sha256` in hexadecimal digits."""

    name: str
    size: int
    sha256: str


def folder(built: Path) -> Path:
    """Locate the dumps of a version; a later version never has the same place."""
    checksum = hashlib.sha256((built / MANIFEST).read_bytes()).hexdigest()
    return built.parents[1] / "dumps" / f"{built.name}-{checksum[:12]}"


def listed(built: Path) -> Mapping[str, Dump]:
    """Give the dumps of a version by name; none while they are not all written."""
    try:
        said = json.loads((folder(built) / _LISTING).read_text(encoding="utf-8"))
        return {each["name"]: Dump(**each) for each in said}
    except (OSError, ValueError):
        return {}


def begin(built: Path) -> subprocess.Popen[bytes] | None:
    """Have a process of its own write them; None where one does.

    Raises RefusedError where nothing can be written.
    """
    aside = folder(built)
    try:
        aside.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"dumps cannot be written: {error.strerror}") from error
    with _alone(aside) as is_alone:
        if not is_alone:
            return None
    return subprocess.Popen([sys.executable, "-m", "clusterkg.dump", str(built)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            start_new_session=os.name == "posix")


def wait(built: Path, seconds: float) -> Mapping[str, Dump]:
    """Give the dumps, having them written where they are not; none where that takes longer.

    Where others have them written nobody waits. Raises RefusedError where they cannot be written.
    """
    ends = monotonic() + seconds
    writer = None if listed(built) else begin(built)
    while not (found := listed(built)) and writer and monotonic() < ends:
        if writer.poll():
            raise RefusedError("dumps cannot be written; whoever runs this server finds out why "
                               "in its log")
        sleep(_PAUSE)
    return found


def write(built: Path) -> None:
    """Write the dumps of a version, unless that is being done; those of others go."""
    aside = folder(built)
    aside.mkdir(parents=True, exist_ok=True)
    with _alone(aside) as is_alone:
        if not is_alone or listed(built):
            return
        store = Store.open(built / "store")
        made = [_written(aside / name, built, store) for name in FORMATS]
        with replaced(aside / _LISTING) as temporary:
            temporary.write_text(json.dumps([asdict(each) for each in made]), encoding="utf-8")
    for other in aside.parent.iterdir():
        if other != aside:
            shutil.rmtree(other, ignore_errors=True)


def _written(path: Path, built: Path, store: Store) -> Dump:
    quads = from_snapshot(Selection(), built, store)
    export = discovery.load("exporters", FORMATS[path.name]).export
    with (replaced(path) as temporary, temporary.open("wb") as file,
          gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as out):
        export(quads, cast(BinaryIO, out))
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    return Dump(path.name, path.stat().st_size, digest)


@contextmanager
def _alone(aside: Path) -> Iterator[bool]:
    """Hold a lock that goes with the process, as long as the block lasts; False: another does."""
    lock = sqlite3.connect(aside / _LOCK, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        lock.close()
        yield False
        return
    try:
        yield True
    finally:
        lock.close()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)
    write(Path(sys.argv[1]))
