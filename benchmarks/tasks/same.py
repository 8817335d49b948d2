"""Tell whether two snapshots hold the same: `same.py ONE OTHER`; exit 1 where they differ.

Compares by counts and sums of hashes of what is asserted by each source and of what is inferred.
"""

import json
import sys
from pathlib import Path

from clusterkg import source, tables

_SUMS = """
SELECT count(*), coalesce(sum(hash(s.value, p.value, o.value, o.datatype, o.language)), 0)::VARCHAR
FROM {relation} AS r JOIN term AS s ON s.id = r.s JOIN term AS p ON p.id = r.p
JOIN term AS o ON o.id = r.o
"""


def main() -> None:
    """Sum and compare."""
    one, other = (_sums(Path(folder)) for folder in sys.argv[1:3])
    print(json.dumps({"same": one == other, "sums": [one, other]}))
    sys.exit(one != other)


def _sums(folder: Path) -> object:
    connection = tables.reopen(source.version_of(folder) / "closure.duckdb")
    found = [connection.execute(_SUMS.format(relation=relation)).fetchone()
             for relation in ("quad", "inferred")]
    connection.close()
    return found


if __name__ == "__main__":
    main()
