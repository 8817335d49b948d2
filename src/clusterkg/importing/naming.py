"""What an import is called: the name of its source, its graph and its document."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from clusterkg import reading
from clusterkg.errors import UsageError, quoted
from clusterkg.importing.preparation import Order
from clusterkg.ledger import RESERVED

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_PACKED = frozenset({".gz", ".zip"})


def named(given: str | None, file: Path, *parts: str) -> str:
    """Take the name that is given, or make one of the file's and of those of its parts.

    Chinese is spelled as it is read; `parts` are the member and the sheet that were asked for.

    Raises UsageError for a name that is none, and where a file's name gives none.
    """
    name = given if given is not None else _spelled("-".join((_stem(file), *parts)))
    if not _NAME.fullmatch(name) or name in RESERVED:
        of_file = "" if name or given is not None else f", as {quoted(file.name)} would give it"
        raise UsageError(f"{quoted(name)} is no name of a source{of_file}; give one of small "
                         "letters, digits and hyphens with --source NAME")
    return name


def of(order: Order) -> str:
    """Name the source that an order is about."""
    parts = filter(None, (order.dialect.member, order.dialect.sheet))
    if order.prefix is None:
        return named(order.source, order.file, *parts)
    return named(f"{order.prefix}-{named(None, order.file)}", order.file)


def of_all(orders: Iterable[Order]) -> dict[str, Order]:
    """Name the source of each order; raise UsageError where two would be one."""
    found: dict[str, Order] = {}
    for order in orders:
        name = of(order)
        if name in found:
            raise UsageError(f"{quoted(found[name].file.name)} and {quoted(order.file.name)} would "
                             f"both be the source {quoted(name)}; call one of them otherwise",
                             path=order.file)
        found[name] = order
    return found


def _stem(file: Path) -> str:
    return file.stem if file.suffix.lower() not in _PACKED else Path(file.stem).stem


def _spelled(name: str) -> str:
    plain = unicodedata.normalize("NFKD", reading.dictionary().usual(name))
    letters = re.sub("[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    return letters.strip("-")[:80].strip("-")
