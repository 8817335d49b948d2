"""How much memory a build may take.

The allowance is what `CLUSTERKG_MEMORY` says, such as 2GB, or what the process may map at most
(`ulimit -v`). The tables get what the rest of a build leaves of it, and put aside on disk what goes
beyond; without an allowance they take at most four fifths of the machine's memory.

The engines map far more than they use, and where a thread of theirs cannot start they end the
process: what may map too little for them is refused before they are opened.
"""

import os
import re
import sys
from argparse import ArgumentTypeError

from clusterkg.errors import RefusedError, UsageError, quoted

if sys.platform != "win32":  # loaded while there is room for it
    from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit

VARIABLE = "CLUSTERKG_MEMORY"
SPILL = "spill"  # the folder, within what is built, for what does not fit
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?) ?([KMGT]?)(i?B)?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_REST = 1300 * 2**20  # bytes: the program, the parser and the store while it is filled, measured
# Bytes that are mapped and hardly used: libraries, and a stack and an arena for each thread. A
# store is opened by 16 threads and one or two for each core; with 2 cores, up to 1255 MB measured.
_MAPPED, _FOR_CORE = 1500 * 2**20, 90 * 2**20
_LEAST = 200 * 2**20  # bytes of tables that a build can do with
# What much data takes beyond these, measured with 1.5 GB of files, which are ten million triples.
_MORE_TABLES, _MORE_MAPPED = 550 * 2**20, 850 * 2**20
_MAPPABLE = "address space (`ulimit -v`)"
_SHORT = re.compile("out of memory|cannot allocate memory|can't start new thread|"
                    "failed to map segment", re.IGNORECASE)


def size(text: str) -> int:
    """Read a number of bytes such as 2GB or 500 MiB; units are powers of 1024."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise ArgumentTypeError(f"{quoted(text)} is no size; write one such as 500MB or 2GB")
    return int(float(match[1]) * 1024 ** _POWERS[match[2].upper()])


def allow(memory: str) -> None:
    """Let the builds of this process, and of those that it starts, take so much memory.

    Raises UsageError for what is no size.
    """
    os.environ[VARIABLE] = memory
    of_tables()


def of_tables(reading: int = 0) -> int | None:
    """Give the bytes that tables may take; None where nothing is said.

    Raises UsageError for what is no size, RefusedError, with the figure, for what is too little to
    build from so many bytes of files as `reading` says.
    """
    asked = os.environ.get(VARIABLE)
    try:
        given = size(asked) if asked else None
    except ArgumentTypeError as error:
        raise UsageError(f"--memory or {VARIABLE}: {error}") from error
    mapped, beside = _mapped(), _REST + _overhead()
    much = reading // 2**20 * 2**20
    least = _LEAST + min(much * 3 // 8, _MORE_TABLES)
    more = min(much // 2, _MORE_MAPPED)
    _require(given, _REST + least, "memory", "this build")
    _require(mapped, beside + more + least, _MAPPABLE, "this build")
    left = [] if given is None else [given - _REST]
    if mapped is not None:
        left.append(max(_LEAST, mapped - beside - _MORE_MAPPED))
    return min(left, default=None)


def to_open() -> None:
    """Raise RefusedError, with the figure, where a graph could not be opened."""
    _require(_mapped(), _overhead(), _MAPPABLE, "opening a graph")


def is_short(error: Exception) -> bool:
    """Tell whether any engine says by an error that there is no memory, or no room for a thread."""
    return isinstance(error, MemoryError) or bool(_SHORT.search(str(error)))


def _require(given: int | None, least: int, what: str, use: str) -> None:
    if given is not None and given < least:
        raise RefusedError(f"{_megabytes(given)} of {what} is too little; {use} needs at least "
                           f"{_megabytes(least)}: allow it more")


def _overhead() -> int:
    """Give the bytes that the engines map and hardly use, with the cores that they may use."""
    linux = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if linux else os.cpu_count() or 1
    return _MAPPED + _FOR_CORE * max(0, cores - 2)


def _mapped() -> int | None:
    """Give the bytes that the process may map; None where the system sets no limit."""
    if sys.platform == "win32":
        return None
    limit, _ = getrlimit(RLIMIT_AS)
    return None if limit == RLIM_INFINITY else limit


def _megabytes(number: int) -> str:
    return f"{-(-number // 2**20)} MB"
