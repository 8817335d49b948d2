"""XLSX files before they are read: what swells, what XML may not say, and what is merged.

A workbook is a package (ECMA-376 part 2): an archive of XML. Its texts are held in memory while it
is read, its sheets are not.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from clusterkg.errors import RefusedError, UnreadableError

_BLOCK = 1 << 20
_MOST, _MOST_TEXTS = 2 * 2**30, 256 * 2**20  # bytes, of all and of the shared texts
_HARMLESS, _RATIO = 64 * 2**20, 250
_MOST_PARTS = 10_000
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z0-9:]{5,30})[\"']")
_MOST_MERGED = 100_000


def inspect(path: Path, shown: Path) -> dict[str, set[str]]:
    """Give the ranges of merged cells in each part.

    Raises RefusedError for a workbook that swells too much or declares entities, UnreadableError
    for one that is none; the message is about `shown`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_bombs(parts, path, shown)
            return {part.filename: _merged(archive, part, shown) for part in parts
                    if part.filename.lower().endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError,
            zlib.error) as error:
        raise UnreadableError(f"no XLSX workbook: {error}; save it as .xlsx anew, without a "
                              "password", path=shown) from error


def _refuse_bombs(parts: list[zipfile.ZipInfo], path: Path, shown: Path) -> None:
    total = sum(part.file_size for part in parts)
    texts = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    most = min(_MOST, max(_HARMLESS, _RATIO * path.stat().st_size))
    if total > most or texts > _MOST_TEXTS or len(parts) > _MOST_PARTS:
        raise RefusedError(f"the workbook swells to {total // 2**20:,} MB; save the sheet as CSV",
                           path=shown)


def _merged(archive: zipfile.ZipFile, part: zipfile.ZipInfo, shown: Path) -> set[str]:
    found = set[str]()
    for block in _blocks(archive, part):
        text = block.replace(b"\0", b"")  # UTF-16 has one in each letter
        if _DECLARED.search(text):
            raise RefusedError(f"{part.filename} declares a document type; save the workbook anew",
                               path=shown)
        found.update(one.decode() for one in _MERGED.findall(text))
        if len(found) > _MOST_MERGED:
            raise RefusedError(f"more than {_MOST_MERGED:,} merged cells; save the sheet as CSV",
                               path=shown)
    return found


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a part in blocks, each with the end of the one before it."""
    with archive.open(part) as file:
        before = b""
        while block := file.read(_BLOCK):
            yield before + block
            before = block[-128:]
