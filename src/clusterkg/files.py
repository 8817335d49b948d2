"""Where knowledge lies on disk, and how files are replaced whole."""

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from types import MappingProxyType

from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError

State = tuple[int, int, int, int] | None  # device, number, time and size of a file; None for none
_XML = "application/rdf+xml"
RDF_SUFFIXES = MappingProxyType({  # to media types
    ".ttl": "text/turtle", ".nt": "application/n-triples", ".nq": "application/n-quads",
    ".trig": "application/trig", ".rdf": _XML, ".owl": _XML, ".xml": _XML,
    ".jsonld": "application/ld+json"})
DECISIONS = ".sssom.tsv"  # how the name of a file of decisions ends: see `sssom`
_TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")  # how `replaced` names what it writes
# What is to be tidied up at the end of blocks that have not ended, the innermost last.
_unfinished: dict[object, Callable[[], object]] = {}
_TIDYING = threading.RLock()
_LARGE = 2**24  # bytes that nobody reads through before the clock of the disk has gone on
_MOST = 100
_checksums: dict[State, str] = {}
_PACKAGED = Path(__file__).parent / "knowledge"
_CHECKOUT = Path(__file__).parents[2]


def knowledge(kind: str) -> Path:
    """Locate the packaged folder `ontology`, `data` or `queries`.

    A wheel carries them inside the package; in a checkout they lie at the top.
    """
    for folder in (_PACKAGED / kind, _CHECKOUT / kind):
        if folder.is_dir():
            return folder
    raise UnreadableError(f"the packaged {kind} is missing; install clusterkg again")


def rdf_files(paths: Iterable[Path]) -> list[Path]:
    """List the RDF files that `paths` name, folders searched one level deep, sorted by name.

    Files of decisions are among them. Raises UnreadableError for a path that is not there and for
    a folder without RDF files.
    """
    return list(dict.fromkeys(file for path in paths for file in _rdf_files(path)))


def _rdf_files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            path.stat()
            return [path]
        inside = sorted(p for p in path.iterdir() if _is_read(p))
        lost = next((p for p in inside if p.is_symlink() and not p.exists()), None)
    except OSError as error:
        what = "no such file or folder" if isinstance(error, FileNotFoundError) else error.strerror
        raise UnreadableError(f"{what}; check the path", path=path) from error
    if lost:
        raise UnreadableError("a link that leads nowhere; mend or delete it", path=lost)
    inside = [p for p in inside if p.is_file() and not p.name.startswith("catalog-")]
    if not inside:
        suffixes = " ".join(RDF_SUFFIXES)
        raise UnreadableError(f"no RDF file in this folder; put one of {suffixes} there", path=path)
    return inside


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in RDF_SUFFIXES or path.name.endswith(DECISIONS)


def read_text(path: Path) -> str:
    """Read UTF-8 text; raise UnreadableError with the line of the first byte that is not UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{error.strerror}; check the path and its permissions",
                              path=path) from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnreadableError("not UTF-8; save the file as UTF-8", path=path, line=line) from error


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that replaces it when the block ends well.

    A link is followed; what is no regular file, such as a pipe or a device, is written itself.
    """
    if path.is_dir():
        raise RefusedError("this is a folder; name a file in it", path=path)
    path = path.resolve()
    try:
        if path.exists() and not path.is_file():
            yield path
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o666 & ~_umask())
        with tidied(lambda: temporary.unlink(missing_ok=True)):
            yield temporary
            flush(temporary)
            temporary.replace(path)
    except OSError as error:
        raise RefusedError(f"cannot write: {error.strerror}; what was there is untouched",
                           path=path) from error


def sweep(folder: Path) -> None:
    """Delete what `replaced` was writing into a folder when its process was killed.

    Nobody else may be writing there.
    """
    for path in folder.glob(".*"):
        if _TEMPORARY.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


@contextmanager
def tidied(tidy: Callable[[], object]) -> Iterator[None]:
    """Call `tidy` when the block ends, or when `tidy_up` ends the process: once."""
    key = object()
    _unfinished[key] = tidy
    try:
        yield
    finally:
        with _TIDYING:
            if _unfinished.pop(key, None):
                tidy()


@contextmanager
def unbroken() -> Iterator[None]:
    """Keep another thread from ending the process within the block: it has to be short."""
    with _TIDYING:
        yield


def tidy_up(seconds: float) -> None:
    """Do what blocks of `tidied` have still to do, for a process that ends now.

    Other threads stand still from here on at the end of such blocks. Where one of them is tidying
    up for so many seconds, all else is left to the next process.
    """
    if not _TIDYING.acquire(timeout=seconds):
        return
    while _unfinished:
        _, tidy = _unfinished.popitem()
        with suppress(OSError, ValueError, ClusterkgError):
            tidy()


def flush(path: Path) -> None:
    """Have the system write a file, or the names in a folder, where power does not keep them."""
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def refuse_endless(path: Path) -> None:
    """Raise UnreadableError for a pipe or a device, which may never end, and is read but once."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise UnreadableError("a pipe or a device, and no file; save what comes out of it as a "
                              "file, and name that", path=path)


def state(path: Path) -> State:
    """Tell a file and its content from others without reading it; None for no file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size


def refuse_changed(before: Mapping[Path, State]) -> None:
    """Raise RefusedError for a file whose `state` is no more what it was."""
    for path, then in before.items():
        if state(path) != then:
            raise RefusedError("somebody changed this file while it was read; try again when it is "
                               "whole", path=path)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file; raise UnreadableError for one that cannot be read."""
    try:
        refuse_endless(path)
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableError(f"{error.strerror}; check the path and its permissions",
                              path=path) from error


def checksum_once(path: Path) -> str:
    """Do the same for a file that has several names on its way into a snapshot.

    If it is large, it is read through but once, as long as its size and time are what they were.
    """
    then = state(path)
    if then not in _checksums:
        found = checksum(path)
        if then is None or then[-1] < _LARGE or then != state(path):
            return found
        if len(_checksums) > _MOST:
            _checksums.clear()
        _checksums[then] = found
    return _checksums[then]
