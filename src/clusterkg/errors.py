"""Every error that clusterkg raises on purpose.

ClusterkgError            exit code 5  something inside failed
├── UsageError            exit code 2  the caller named what does not exist or fit
├── UnreadableError       exit code 3  an input is missing or malformed
└── RefusedError          exit code 4  the work timed out, is locked or is not supported
    └── UncoveredError                 it never will be: the data say what is not supported

A graph that does not conform is no error: it is a `report.Report`.
"""

from pathlib import Path

_LONGEST = 2000  # characters of a message; what was given may be of any length
_QUOTED = 80


class ClusterkgError(Exception):
    """Say in one line what is wrong, where, and what to do."""

    exit_code = 5

    def __init__(self, what: str, *, path: Path | str | None = None, line: int | None = None):
        """Prefix `what` with `path:line:` as far as they are known."""
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        said = " ".join((place + what).split())
        super().__init__(said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …")


class UsageError(ClusterkgError):
    """Name what is allowed when the caller asked for something else."""

    exit_code = 2


class UnreadableError(ClusterkgError):
    """Name the file, and the line where known, that could not be read."""

    exit_code = 3


class RefusedError(ClusterkgError):
    """Name the limit, the lock or the construct that made the work impossible."""

    exit_code = 4


class UncoveredError(RefusedError):
    """Name the construct in the data that no rule covers; the same data are refused each time."""


def quoted(given: str) -> str:
    """Quote what somebody gave, the beginning where it is long."""
    return repr(shortened(given))


def shortened(given: str) -> str:
    """Cut what somebody gave to what a message has room for."""
    return given if len(given) <= _QUOTED else f"{given[:_QUOTED]}…"
