"""How much memory a build may take.

The allowance is what `CLUSTERKG_MEMORY` says, such as 2GB, or what the process may map at most
(`ulimit -v`). The tables get what the rest of a build leaves of it, and put aside on disk what goes
beyond; without an allowance they take at most four fifths of the machine's memory.
"""

import os
import re
from argparse import ArgumentTypeError

from clusterkg.errors import RefusedError, UsageError, quoted

VARIABLE = "CLUSTERKG_MEMORY"
SPILL = "spill"  # the folder, within what is built, for what does not fit
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?) ?([KMGT]?)(i?B)?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_REST = 1300 * 2**20  # bytes: the program, the parser and the store while it is filled, measured
_MAPPED = 1500 * 2**20  # bytes that are mapped and hardly used: libraries, arenas, stacks
_LEAST = 200 * 2**20  # bytes of tables that a build can do with


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


def of_tables() -> int | None:
    """Give the bytes that tables may take; None where nothing is said.

    Raises UsageError for what is no size, RefusedError for what is too little, with the figure.
    """
    asked = os.environ.get(VARIABLE)
    mapped = _mapped()
    shares = []
    try:
        shares += [(size(asked), _REST)] if asked else []
    except ArgumentTypeError as error:
        raise UsageError(f"--memory or {VARIABLE}: {error}") from error
    shares += [(mapped, _REST + _MAPPED)] if mapped is not None else []
    for given, rest in shares:
        if given - rest < _LEAST:
            raise RefusedError(f"{_megabytes(given)} of memory is too little; a build needs at "
                               f"least {_megabytes(rest + _LEAST)}: allow it more")
    return min((given - rest for given, rest in shares), default=None)


def _mapped() -> int | None:
    """Give the bytes that the process may map; None where the system sets no limit."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit
    except ImportError:  # Windows
        return None
    limit, _ = getrlimit(RLIMIT_AS)
    return None if limit == RLIM_INFINITY else limit


def _megabytes(number: int) -> str:
    return f"{number / 2**20:.0f} MB"
