"""RDF files as N-Quads lines on disk, a chunk at a time: little is held, whatever their size.

Behind each line stand chr(1), which no line holds, and the place of its file among those asked for.
"""

import errno
import sys
from codecs import BOM_UTF8
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO

import pyoxigraph as ox

from clusterkg import ntriples
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import DECISIONS, read_text

LONGEST = 16 * 2**20  # bytes of one quad
SHOWN = 200  # characters of an engine's words
_QUADS = 500_000
_BYTES = 64 * 2**20
_CONTEXT = "load remote contexts"  # what the parser says of JSON-LD whose context is elsewhere
_LOOKED = 64  # quads between two looks at the size


def of_files(paths: Sequence[Path], folder: Path) -> Generator[Path]:
    """Parse RDF files (`-`: Turtle from standard input) into files in `folder`.

    The next is written while one is being read. Raises UnreadableError with the line where the
    parser stopped, and for a quad that is too long.
    """
    return _ahead(_cut(((path, _parsed(path)) for path in paths), folder))


def of_quads(quads: Iterable[ox.Quad], folder: Path) -> Generator[Path]:
    """Write quads into files in `folder`; each is gone when the next but one is asked for."""
    return _cut(iter([(None, iter(quads))]), folder)


def _ahead(chunks: Iterator[Path]) -> Generator[Path]:
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield chunk


def _parsed(path: Path) -> Iterator[ox.Quad]:
    if path.name.endswith(DECISIONS):
        from clusterkg import sssom  # loaded for those who have such files

        return sssom.quads(path)
    form = ox.RdfFormat.TURTLE if str(path) == "-" else ntriples.format_of(path)
    try:
        if str(path) == "-":
            return ox.parse(_standard_input(), format=form)
        ntriples.refuse_hostile(path)
        base = path.resolve().as_uri()
        if marked := _marked(path):
            return ox.parse(marked, format=form, base_iri=base)
        return ox.parse(path=str(path), format=form, base_iri=base)
    except OSError as error:
        raise UnreadableError(f"{error.strerror or error}; check the path and its permissions",
                              path=path) from error


def _standard_input() -> BinaryIO:
    """Put what is given there into a file that no folder names, to be looked through first."""
    file = TemporaryFile()  # noqa: SIM115  # the parser reads it to its end
    copyfileobj(sys.stdin.buffer, file)
    file.flush()
    ntriples.refuse_hostile_file(file, Path("input"))
    file.seek(0)
    return file


def _marked(path: Path) -> BinaryIO | None:
    """Open a file that begins with a byte order mark, as some editors write it, behind that."""
    file = path.open("rb")
    if file.read(len(BOM_UTF8)) == BOM_UTF8:
        return file
    file.close()
    return None


def _cut(sources: Iterator[tuple[Path | None, Iterator[ox.Quad]]], folder: Path) -> Generator[Path]:
    turns = cycle((folder / "0", folder / "1"))
    chunk = _Chunk(next(turns))
    for number, (path, quads) in enumerate(sources):
        while not _added(chunk, quads, number, path):
            yield chunk.path
            chunk = _Chunk(next(turns))
    if chunk.size:
        yield chunk.path


class _Chunk:
    """Lines on disk; to the parser's engine, a file that it writes to."""

    def __init__(self, path: Path):
        """Begin with no line."""
        self.path, self.size, self._quads = path, 0, 0
        self._end, self._open = b"", 0

    def add(self, quads: Iterator[ox.Quad], number: int) -> bool:
        """Write quads until there is no more, which is True, or until this is full."""
        self._end, self._open = b"\x01%d\n" % number, 0
        with self.path.open("ab" if self.size else "wb") as self._file:
            ox.serialize(self._until_full(quads), self,  # type: ignore[arg-type]  # it but writes
                         ox.RdfFormat.N_QUADS)
        return not self._is_full()

    def write(self, data: bytes) -> int:
        """Take some bytes; raise MemoryError where a line is too long, as the parser does."""
        _, ended, rest = data.rpartition(b"\n")
        self._open = len(rest) + (0 if ended else self._open)
        if self._open > LONGEST:
            raise MemoryError
        self.size += self._file.write(data.replace(b"\n", self._end))
        return len(data)

    def flush(self) -> None:
        """Let go of what was taken."""
        self._file.flush()

    def _until_full(self, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        while not self._is_full() and (some := list(islice(quads, _LOOKED))):
            self._quads += len(some)
            yield from some

    def _is_full(self) -> bool:
        return self._quads >= _QUADS or self.size > _BYTES


def _added(chunk: _Chunk, quads: Iterator[ox.Quad], number: int, path: Path | None) -> bool:
    try:
        return chunk.add(quads, number)
    except SyntaxError as error:
        if path is not None and path.is_file():
            read_text(path)
        advice = ("write the context into the file: none is fetched" if _CONTEXT in str(error.msg)
                  else "mend it and try again")
        raise UnreadableError(f"{str(error.msg)[:SHOWN]}; {advice}",
                              path=path or "input", line=error.lineno) from error
    except OSError as error:
        if _is_full(error):
            raise RefusedError(f"{error.strerror or error}; make room for temporary files",
                               path=chunk.path.parent) from error
        raise UnreadableError(f"{str(error)[:SHOWN]}; check the file",
                              path=path or "input") from error
    except MemoryError as error:
        raise _too_long(path) from error
    except ValueError as error:
        raise UnreadableError(f"{str(error)[:SHOWN]}; check the file",
                              path=path or "input") from error


def _is_full(error: OSError) -> bool:
    """Tell a full disk; the parser's engine gives the number in its words alone."""
    return any(error.errno == number or f"(os error {number})" in str(error)
               for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


def _too_long(path: Path | None) -> UnreadableError:
    return UnreadableError(f"a term of more than {LONGEST // 2**20} MB; keep such texts "
                           "elsewhere and name them by IRI", path=path or "input",
                           line=_long(path) if path is not None and path.is_file() else None)


def _long(path: Path) -> int | None:
    """Give the number of the first line that is too long."""
    with path.open("rb") as lines:
        return next((n for n, line in enumerate(lines, 1) if len(line) > LONGEST), None)
