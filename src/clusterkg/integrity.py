"""Whether a version is still what was written: sizes at once, checksums when asked.

`manifest.json` lists each other file with its size and SHA-256 under `files`. The checksum of the
manifest itself is kept outside, beside the version's name.
"""

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
_FILES = "files"
# The engines of the first two check the checksum of each block that they read; an index of labels
# is not read before all is found to be sound.
_GUARDED = {".duckdb", ".sst", ".sqlite"}


@dataclass(frozen=True)
class Damage:
    """A file of a version that is not what was written."""

    path: Path
    what: str

    def __str__(self) -> str:
        """Say where and what."""
        return f"{self.path}: {self.what}"


def seal(version: Path, before: Path | None = None) -> str:
    """List what `version` holds in its manifest; give the manifest's checksum.

    A file that is a link to one of the version `before` has the checksum that is listed there.
    """
    manifest = version / MANIFEST
    said = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    said[_FILES] = _listed(version, _linked(before) if before else {})
    manifest.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return _checksum(manifest)


def glance(version: Path, checksum: str) -> Damage | None:
    """Find a damage without reading the files: in the manifest and in the sizes."""
    return next((damage for damage in _glance(version, checksum) if damage), None)


def is_listed(version: Path, checksum: str) -> bool:
    """Tell whether the manifest is what was written."""
    return _checksum_or_error(version / MANIFEST) == checksum


def damages(version: Path, checksum: str) -> list[Damage]:
    """Find every damage, and what was put there since; all files are read."""
    found = [damage for damage in _glance(version, checksum) if damage]
    if any(damage.path.name == MANIFEST for damage in found):
        return found
    found += _foreign(version)
    lost = {damage.path for damage in found}
    kept = {name: said for name, said in _files(version).items() if version / name not in lost}
    return found + _differing(version, kept)


def unguarded_damages(version: Path, checksum: str) -> list[Damage]:
    """Find the damages of files that are believed by whoever reads them; no others are read."""
    found = [damage for damage in _glance(version, checksum) if damage]
    return found or _differing(version, {
        name: said for name, said in _files(version).items()
        if Path(name).suffix not in _GUARDED})


def _differing(version: Path, files: Mapping[str, Mapping[str, Any]]) -> list[Damage]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sums = pool.map(_checksum_or_error, [version / name for name in files])
        return [Damage(version / name, "not what was written" if _is_sum(now) else now)
                for (name, said), now in zip(files.items(), sums, strict=True)
                if now != said["sha256"]]


def _foreign(version: Path) -> Iterator[Damage]:
    listed = {version / name for name in (*_files(version), MANIFEST)}
    for path in sorted(version.rglob("*")):
        if path.is_symlink():
            yield Damage(path, "a link, which no build makes")
        elif not path.is_dir() and path not in listed:
            yield Damage(path, "not made by the build")


def _glance(version: Path, checksum: str) -> Iterator[Damage | None]:
    manifest = version / MANIFEST
    now = _checksum_or_error(manifest)
    if now != checksum:
        yield Damage(manifest, "not what CURRENT says was written" if _is_sum(now) else now)
        return
    for name, said in _files(version).items():
        yield _size(version / name, said["bytes"])


def _size(path: Path, expected: int) -> Damage | None:
    try:
        found = path.stat().st_size
    except OSError as error:
        return Damage(path, f"{error.strerror}")
    return None if found == expected else Damage(path, f"{found} bytes, {expected} were written")


def _files(version: Path) -> Mapping[str, Mapping[str, Any]]:
    files: Mapping[str, Mapping[str, Any]] = json.loads(
        (version / MANIFEST).read_text(encoding="utf-8"))[_FILES]
    return files


def _linked(before: Path) -> Mapping[tuple[int, int], str]:
    """Map the listed files of a version, by device and inode, to their checksums."""
    try:
        listed = _files(before).items()
        return {_identity(before / name): said["sha256"] for name, said in listed}
    except (OSError, ValueError, KeyError):
        return {}


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _listed(version: Path,
            known: Mapping[tuple[int, int], str]) -> dict[str, dict[str, int | str]]:
    paths = sorted(path for path in version.rglob("*") if path.is_file() and
                   path != version / MANIFEST)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sums = pool.map(lambda path: known.get(_identity(path)) or _checksum(path), paths)
        return {path.relative_to(version).as_posix(): {"bytes": path.stat().st_size, "sha256": now}
                for path, now in zip(paths, sums, strict=True)}


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _is_sum(text: str) -> bool:
    return len(text) == 64


def _checksum_or_error(path: Path) -> str:
    try:
        return _checksum(path)
    except OSError as error:
        return str(error.strerror)
