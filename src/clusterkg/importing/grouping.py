"""A folder of tables that one group of CSVW describes: an order for each, in the group's order."""

from dataclasses import replace

from clusterkg.csvw import metadata
from clusterkg.errors import UnreadableError, UsageError, quoted
from clusterkg.importing.preparation import Order

_PACKED = ("", ".gz", ".zip")
_SHOWN = 20


def orders(order: Order) -> list[Order]:
    """Give the orders of a folder's tables, or the one of a file.

    A source is named after its file, with the name that is given before it. Raises UnreadableError
    for a table that is not there, UsageError for what is said of one file and would hold of all.
    """
    if not order.file.is_dir():
        return [order]
    if order.mended or order.dialect.member or order.dialect.sheet:
        raise UsageError("--mended, --sheet and --member are said of one file; name it",
                         path=order.file)
    names = metadata.tables(order.mapping)
    return [_found(replace(order, together=frozenset(names)), name) for name in names]


def _found(order: Order, name: str) -> Order:
    paths = [order.file / f"{name}{end}" for end in _PACKED]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        there = sorted(path.name for path in order.file.iterdir() if path.is_file())
        raise UnreadableError(f"no file {quoted(name)}, which {order.mapping.name} describes; "
                              f"there are {', '.join(there[:_SHOWN]) or 'none'}", path=order.file)
    return replace(order, file=path, prefix=order.source, source=None)
