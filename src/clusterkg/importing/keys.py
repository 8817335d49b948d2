"""Foreign keys between the tables of one import: a row enters only if those do that it leads to.

A row leads to another where all parts of its key have a value, and to any row of that key: whether
a key has but one, the primary key of the other table says.
"""

from collections.abc import Sequence

from clusterkg.csvw import agreement, group
from clusterkg.csvw.frame import Frame
from clusterkg.csvw.mapping import ForeignKey
from clusterkg.errors import RefusedError
from clusterkg.importing.table import Table
from clusterkg.tables import Connection

_DEEPEST = 200  # tables that lose rows, one after the other

Open = Sequence[tuple[Table, Connection]]


def are_there(tables: Open) -> bool:
    """Tell whether a table leads to another one."""
    return any(key.table for table, _ in tables for key in _keys(table))


def follow(tables: Open) -> bool:
    """Refuse rows until all that are left lead to such as are left; tell whether any was refused.

    Raises RefusedError where rows hang on one another too deep.
    """
    waiting = [number for number in range(len(tables)) if _leading(tables, number)]
    told = False
    for _ in range(_DEEPEST):
        if not waiting:
            return told
        target = waiting.pop(0)
        for number, key in _leading(tables, target):
            if _lead(tables, number, key, target):
                told = True
                waiting += [number] if number not in waiting else []
    raise RefusedError(f"rows of the tables hang on one another more than {_DEEPEST} deep by "
                       "foreign keys; leave one out", path=tables[0][0].order.mapping)


def _keys(table: Table) -> tuple[ForeignKey, ...]:
    return table.prepared.mapping.foreign_keys


def _leading(tables: Open, target: int) -> list[tuple[int, ForeignKey]]:
    """List the keys that lead to a table, each with the number of its own."""
    names = group.spellings(tables[target][0].order.file.name)
    return [(number, key) for number, (table, _) in enumerate(tables) for key in _keys(table)
            if key.table in names]


def _lead(tables: Open, number: int, key: ForeignKey, target: int) -> int:
    (table, connection), (other, its) = tables[number], tables[target]
    offered = other.aside / f"{other.source}.keys.parquet"
    agreement.offer(its, _frame(other), key.referenced, offered)
    return agreement.lead(connection, _frame(table), key, offered,
                          other.prepared.grid.address(0)[:-1])


def _frame(table: Table) -> Frame:
    return Frame(table.prepared.mapping, table.prepared.grid)
