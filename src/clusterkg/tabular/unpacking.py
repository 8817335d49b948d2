"""Files as they come: plain, in gzip or in a zip archive, and never more than is good for us.

What a file is, its first bytes tell; nothing of an archive is ever written by its own name.
"""

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import IO, cast

from clusterkg import spill
from clusterkg.errors import RefusedError, UnreadableError, UsageError, quoted
from clusterkg.files import refuse_endless

_MOST = 10 * 2**30  # bytes of what is inside
_HARMLESS = 64 * 2**20  # bytes below which no ratio is too large
_RATIO = 250  # times as large as what it is packed into
_SHOWN = 10
_UTF8 = 0x800  # the flag of an archive's name that is UTF-8
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")  # the latter of one without files
_WHOLE = (".xlsx", ".xlsm")  # archives that are files of their own
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError,
           RuntimeError)  # RuntimeError: a password is needed


@dataclass(frozen=True)
class Packed:
    """Name a file on disk, and in `member` one inside it."""

    path: Path
    member: str | None = None

    @cached_property
    def name(self) -> str:
        """Give the name of what is inside; raise UsageError where that has to be said."""
        if self._kind == "zip":
            return PurePosixPath(_called(self._inside())).name
        return self.path.stem if self._kind == "gzip" and self.path.suffix.lower() == ".gz" else \
            self.path.name

    @property
    def is_packed(self) -> bool:
        """Tell whether it lies in an archive."""
        return self._kind != "plain"

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open what is inside; raise UnreadableError where that is impossible or it is broken.

        Raises RefusedError for what swells too much.
        """
        try:
            with self.path.open("rb") as file, self._unpacked(file) as inside:
                yield inside
        except OSError as error:
            if isinstance(error, gzip.BadGzipFile):
                raise self._broken(error) from error
            raise UnreadableError(f"{error.strerror or error}; check the path and its permissions",
                                  path=self.path) from error
        except _BROKEN as error:
            raise self._broken(error) from error

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Give what is inside as a plain file, whose path says nothing."""
        path = spill.own() / f"unpacked-{token_hex(8)}"
        try:
            with self.opened() as file:
                if self._kind == "plain":
                    path.symlink_to(self.path.resolve())
                else:
                    with path.open("wb") as out:
                        shutil.copyfileobj(file, out)
            yield path
        finally:
            path.unlink(missing_ok=True)

    @cached_property
    def _kind(self) -> str:
        try:
            refuse_endless(self.path)
            with self.path.open("rb") as file:
                first = file.read(4)
        except OSError as error:
            raise UnreadableError(f"{error.strerror or error}; check the path and its permissions",
                                  path=self.path) from error
        if first == b"\xd0\xcf\x11\xe0":
            raise UnreadableError("no .xlsx workbook but one of the old format, or one with a "
                                  "password; save it as .xlsx, without one", path=self.path)
        if first.startswith(b"\x1f\x8b"):
            return "gzip"
        zipped = first in _ZIPPED and self.path.suffix.lower() not in _WHOLE
        return "zip" if zipped else "plain"

    @contextmanager
    def _unpacked(self, file: IO[bytes]) -> Iterator[IO[bytes]]:
        if self._kind == "plain":
            yield file
        elif self._kind == "gzip":
            with gzip.GzipFile(fileobj=file) as inside:
                yield cast(IO[bytes], _Bounded(inside, self.path))
        else:
            with zipfile.ZipFile(file) as archive, archive.open(self._inside()) as member:
                yield cast(IO[bytes], _Bounded(member, self.path))

    def _inside(self) -> zipfile.ZipInfo:
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = [info for info in archive.infolist() if not info.is_dir()
                           and not info.filename.startswith("__MACOSX/")]
        except zipfile.BadZipFile as error:
            raise self._broken(error) from error
        if any(info.filename == "[Content_Types].xml" for info in members):
            raise UnreadableError("a workbook by what is in it; call it .xlsx", path=self.path)
        wanted = [info for info in members if self.member in {None, _called(info)}]
        if len(wanted) == 1:
            return wanted[0]
        if not members:
            raise UnreadableError("no file in the archive", path=self.path)
        if len({*map(_called, wanted)}) == 1:
            raise UnreadableError(f"{len(wanted)} files in the archive are called "
                                  f"{quoted(_called(wanted[0]))}; unpack it, and give the one "
                                  "that is meant", path=self.path)
        there = ", ".join(quoted(_called(info)) for info in members[:_SHOWN])
        more = f" and {len(members) - _SHOWN} more" if len(members) > _SHOWN else ""
        what = f"no {quoted(self.member)} in the archive" if self.member else \
            f"{len(members)} files in the archive"
        raise UsageError(f"{what}; name one of {there}{more}", path=self.path)

    def _broken(self, error: Exception) -> UnreadableError:
        return UnreadableError(f"the archive is damaged, cut off or locked: {error}; get it anew, "
                               "or unpack it yourself", path=self.path)


class _Bounded:
    """A file that is read up to a limit."""

    def __init__(self, file: gzip.GzipFile | IO[bytes], path: Path):
        self._file, self._path, self._read = file, path, 0
        self._packed = path.stat().st_size

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes; raise RefusedError beyond the limit."""
        limit = min(_MOST, max(_HARMLESS, _RATIO * self._packed))
        most = limit - self._read
        found = self._file.read(most + 1 if size < 0 else min(size, most + 1))
        self._read += len(found)
        if len(found) > most:
            raise RefusedError(f"what is inside is more than {limit // 2**20:,} MB, out of "
                               f"{self._packed:,} bytes; unpack it yourself if you trust it",
                               path=self._path)
        return found


def _called(info: zipfile.ZipInfo) -> str:
    """Give the name of a member; without the flag, Chinese systems write GB18030."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
