"""Which version answers, looked up without reading more than one small file."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from clusterkg import version
from clusterkg.errors import ClusterkgError

_SECONDS = 0.1


class Watch:
    """Tell of a new version soon after it was swapped in; a damaged one counts for nothing."""

    def __init__(self, snapshot: Path):
        """Watch a snapshot folder; raise UnreadableError where none is built."""
        self._snapshot = snapshot
        self.told: Callable[[str], None] = lambda _: None  # who is told
        self._pointer = snapshot / "CURRENT"
        self._mark = self._seen()
        self._looked = monotonic()
        self.version = str(version.current(snapshot))

    def look(self, *, now: bool = False) -> None:
        """Look, but not again within a tenth of a second unless `now`."""
        time = monotonic()
        if now or time - self._looked > _SECONDS:
            self._looked = time
            mark = self._seen()
            if mark != self._mark:
                self._mark = mark
                self._read()

    def _read(self) -> None:
        try:
            found = str(version.current(self._snapshot))
        except ClusterkgError:
            return  # the version before goes on; a build tells who runs it
        if found != self.version:
            self.version = found
            self.told(found)

    def _seen(self) -> tuple[int, int]:
        try:
            status = self._pointer.stat()
        except OSError:
            return 0, 0
        return status.st_ino, status.st_mtime_ns
