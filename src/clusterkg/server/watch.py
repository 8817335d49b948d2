"""Which version answers, looked up without reading more than one small file."""

import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from clusterkg import version
from clusterkg.errors import ClusterkgError

_SECONDS = 0.1
_AGAIN = 1.0  # seconds after which what could not be read is read again
_log = logging.getLogger(__name__)


class Watch:
    """Tell of a new version soon after it was swapped in; a damaged one counts for nothing."""

    def __init__(self, snapshot: Path):
        """Watch a snapshot folder; raise UnreadableError where none is built."""
        self._snapshot = snapshot
        self.told: Callable[[str], None] = lambda _: None  # who is told
        self._pointer = snapshot / "CURRENT"
        self._mark = self._seen()
        self._unread: tuple[int, int] | None = None  # what could not be read
        self._again = 0.0  # when it is read again
        self._looked = monotonic()
        self.version = str(version.current(snapshot))

    def look(self, *, now: bool = False) -> None:
        """Look, but not again within a tenth of a second unless `now`."""
        time = monotonic()
        if now or time - self._looked > _SECONDS:
            self._looked = time
            mark = self._seen()
            if mark != self._mark and (mark != self._unread or time > self._again):
                self._read(mark)

    def _read(self, mark: tuple[int, int]) -> None:
        try:
            found = str(version.current(self._snapshot))
        except (ClusterkgError, OSError) as error:
            if mark != self._unread:
                _log.warning("the version before goes on: %s", error)
            self._unread, self._again = mark, monotonic() + _AGAIN
            return
        self._mark, self._unread = mark, None
        if found != self.version:
            self.version = found
            self.told(found)

    def _seen(self) -> tuple[int, int]:
        try:
            status = self._pointer.stat()
        except OSError:
            return 0, 0
        return status.st_ino, status.st_mtime_ns
