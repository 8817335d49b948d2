"""Tables of one import, in memory; what goes beyond a limit is put aside in a folder of its own.

On disk DuckDB would pack each table that is made, and few of them are read twice.
"""

from pathlib import Path

from clusterkg import allowance, tables
from clusterkg.tables import Connection

_MOST = 3 * 2**29  # bytes


def connect(aside: Path) -> Connection:
    """Open tables that put aside in a folder what is too much.

    Raises RefusedError for too little memory.
    """
    connection = tables.connect()
    connection.execute("SET temp_directory = ?", [str(aside)])
    bound(connection, _MOST)
    return connection


def bound(connection: Connection, most: int) -> None:
    """Let tables take so many bytes of memory, or what is allowed if that is less."""
    allowed = allowance.of_tables()
    connection.execute(f"SET memory_limit = '{min(allowed or most, most)}B'")
