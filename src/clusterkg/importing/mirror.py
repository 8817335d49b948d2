"""A snapshot for those who only try what would be written: they keep nobody waiting.

It is a folder of its own that answers as the snapshot does, by links to what is there. So it may
be tried on a disk that cannot be written to, and by several at once.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from clusterkg import custody, spill, version, written
from clusterkg.errors import ClusterkgError, RefusedError
from clusterkg.importing import ground, history
from clusterkg.inputs import INPUTS

_TIMES = 3  # until somebody else writes no more
_Made = TypeVar("_Made")


def tried(folder: Path, run: Callable[[Path], _Made]) -> _Made:
    """Give what comes of trying something upon a snapshot, as if nobody wrote to it meanwhile.

    Raises what `run` raises, and RefusedError where others write all the time.
    """
    for _ in range(_TIMES):
        before = _state(folder)
        try:
            with _mirror(folder) as other:
                made = run(other)
        except (ClusterkgError, OSError):
            if before == _state(folder):
                raise
        else:
            if before == _state(folder):
                return made
    raise RefusedError("others write to this snapshot; try again when they are done", path=folder)


@contextmanager
def _mirror(folder: Path) -> Iterator[Path]:
    custody.refuse(folder)
    with tempfile.TemporaryDirectory(dir=spill.own()) as made:
        other = Path(made)
        held = version.mirror(folder, other)
        if (folder / INPUTS).exists():
            (other / INPUTS).symlink_to((folder / INPUTS).resolve())
        _link(written.agreed(folder), other / written.FOLDER)
        for source in (folder / history.FOLDER).glob("[!.]*"):
            if source.is_dir():
                _link({path.name: path for path in source.iterdir()},
                      other / history.FOLDER / source.name)
        try:
            with ground.alone(other):
                yield other
        except ClusterkgError as error:
            raise type(error)(str(error).replace(str(other), str(folder))) from error
        del held


def _link(there: dict[str, Path], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, path in there.items():
        (folder / name).symlink_to(path.resolve())


def _state(folder: Path) -> list[tuple[str, int, int]]:
    """Tell one state of what is written from another."""
    found = [("/".join(version.pointer(folder)), 0, 0)]
    for path in written.agreed(folder).values():
        with suppress(FileNotFoundError):
            stat = path.stat()
            found.append((str(path), stat.st_ino, stat.st_mtime_ns))
    return found
