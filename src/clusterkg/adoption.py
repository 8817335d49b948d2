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
    connection.execute(f"CREATE OR REPLACE TABLE withheld AS {_text('withheld')}")
    connection.execute(f"CREATE OR REPLACE TABLE adopted AS ({_text('adopted')}) EXCEPT FROM quad")
    connection.execute("INSERT INTO quad FROM adopted")


def _text(name: str) -> str:
    return next(read_text(path) for path in discovery.data_files("adoption", ".sql")
                if path.stem == name)
