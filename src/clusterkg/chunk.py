"""Any RDF file as N-Quads lines on disk, a chunk at a time: little is held, whatever its size."""

import errno
import sys
from codecs import BOM_UTF8
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from clusterkg import ntriples
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import read_text

LONGEST = 16 * 2**20  # bytes of one quad
SHOWN = 200  # characters of an engine's words
_QUADS = 500_000
_BYTES = 64 * 2**20
_CONTEXT = "load remote contexts"  # what the parser says of JSON-LD whose context is elsewhere
_LOOKED = 64  # quads between two looks at the size


def of_file(path: Path, folder: Path) -> Generator[Path]:
    """Parse one RDF file (`-`: Turtle from standard input) into files in `folder`.

    The next is written while one is being read. Raises UnreadableError with the line where the
    parser stopped, and for a quad that is too long.
    """
    return _ahead(_cut(_parsed(path), folder, path))


def of_quads(quads: Iterable[ox.Quad], folder: Path) -> Generator[Path]:
    """Write quads into files in `folder`; each is gone when the next but one is asked for."""
    return _cut(iter(quads), folder, None)


def _ahead(chunks: Iterator[Path]) -> Generator[Path]:
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield chunk


def _parsed(path: Path) -> Iterator[ox.Quad]:
    if str(path) == "-":
        return ox.parse(sys.stdin.buffer, format=ox.RdfFormat.TURTLE)
    form = ntriples.format_of(path)
    ntriples.refuse_hostile(path)
    base = path.resolve().as_uri()
    try:
        if marked := _marked(path):
            return ox.parse(marked, format=form, base_iri=base)
        return ox.parse(path=str(path), format=form, base_iri=base)
    except OSError as error:
        raise UnreadableError(f"{error.strerror or error}; check the path and its permissions",
                              path=path) from error


def _marked(path: Path) -> BinaryIO | None:
    """Open a file that begins with a byte order mark, as some editors write it, behind that."""
    file = path.open("rb")
    if file.read(len(BOM_UTF8)) == BOM_UTF8:
        return file
    file.close()
    return None


def _cut(quads: Iterator[ox.Quad], folder: Path, path: Path | None) -> Generator[Path]:
    for number in count():
        chunk = folder / str(number % 2)
        _write(chunk, quads, path)
        size = chunk.stat().st_size
        if size == 0:
            return
        if size > LONGEST and _may_be_long(chunk) and _long(chunk):
            raise _too_long(path)
        yield chunk


def _write(chunk: Path, quads: Iterator[ox.Quad], path: Path | None) -> None:
    try:
        ox.serialize(_until_full(quads, chunk), str(chunk), ox.RdfFormat.N_QUADS)
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
                               path=chunk.parent) from error
        raise UnreadableError(f"{str(error)[:SHOWN]}; check the file",
                              path=path or "input") from error
    except MemoryError as error:  # the parser's own limit is the same
        raise _too_long(path) from error
    except ValueError as error:
        raise UnreadableError(f"{str(error)[:SHOWN]}; check the file",
                              path=path or "input") from error


def _until_full(quads: Iterator[ox.Quad], chunk: Path) -> Iterator[ox.Quad]:
    for _ in range(0, _QUADS, _LOOKED):
        some = list(islice(quads, _LOOKED))
        yield from some
        if not some or chunk.stat().st_size > _BYTES:
            return


def _is_full(error: OSError) -> bool:
    """Tell a full disk; the parser's engine gives the number in its words alone."""
    return any(error.errno == number or f"(os error {number})" in str(error)
               for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


def _too_long(path: Path | None) -> UnreadableError:
    return UnreadableError(f"a term of more than {LONGEST // 2**20} MB; keep such texts "
                           "elsewhere and name them by IRI", path=path or "input",
                           line=_long(path) if path is not None and path.is_file() else None)


def _may_be_long(chunk: Path) -> bool:
    with chunk.open("rb") as lines:
        blocks = iter(lambda: lines.read(LONGEST // 2), b"")
        return any(b"\n" not in block for block in blocks)


def _long(path: Path) -> int | None:
    """Give the number of the first line that is too long."""
    with path.open("rb") as lines:
        return next((n for n, line in enumerate(lines, 1) if len(line) > LONGEST), None)
