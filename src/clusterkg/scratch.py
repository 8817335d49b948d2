"""Tables of one import, in memory; what goes beyond a limit is put aside in a folder of its own.

On disk DuckDB would pack each table that is made, and few of them are read twice.
"""

from pathlib import Path

from clusterkg import allowance, tables
from clusterkg.tables import Connection

_MOST = 3 * 2**29  # bytes


def connect(aside: Path) -> Connection:
    """Open tables that put aside in a folder what is too much.

    They take what memory is allowed, but no more than a limit. Raises RefusedError for too little.
    """
    connection, allowed = tables.connect(), allowance.of_tables()
    connection.execute("SET temp_directory = ?", [str(aside)])
    connection.execute(f"SET memory_limit = '{min(allowed or _MOST, _MOST)}B'")
    return connection
