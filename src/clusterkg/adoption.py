"""Which records speak: `adoption/withheld.sql` names those that don't, `adopted.sql` what claims say.

What a record is and when it is accepted stands in these two files alone.
"""

import duckdb

from clusterkg import discovery
from clusterkg.files import read_text


def adopt(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `withheld(id)`, and add to `quad` what accepted claims state, each in its claim's graph.

    `adopted(g, s, p, o)` keeps what was stated so.
    """
    connection.execute(f"CREATE OR REPLACE TABLE withheld AS {_text('withheld')}")
    connection.execute(f"CREATE OR REPLACE TABLE adopted AS {_text('adopted')}")
    connection.execute("INSERT INTO quad FROM adopted EXCEPT FROM quad")


def _text(name: str) -> str:
    return next(read_text(path) for path in discovery.data_files("adoption", ".sql")
                if path.stem == name)
