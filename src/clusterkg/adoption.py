"""Which records speak, and what accepted claims say.

What a record is and when it is accepted stands in `adoption/withheld.sql` and `adopted.sql` alone.
"""

import duckdb

from clusterkg import discovery
from clusterkg.files import read_text


def adopt(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `withheld(id)`, and add to `quad` what accepted claims state, each in its claim's graph.

    `adopted(g, s, p, o)` keeps what was added.
    """
    connection.execute(f"CREATE OR REPLACE TABLE withheld AS {text('withheld')}")
    connection.execute(f"CREATE OR REPLACE TABLE adopted AS ({text('adopted')}) EXCEPT FROM quad")
    connection.execute("INSERT INTO quad FROM adopted")


def text(name: str) -> str:
    """Give the SQL of one of the files in `adoption`."""
    return next(read_text(path) for path in discovery.data_files("adoption", ".sql")
                if path.stem == name)
