"""Tell whether two snapshots hold the same: `same.py ONE OTHER`; exit 1 where they differ.

Compares by counts and sums of hashes: the quads of each source and what is inferred (in the
tables), the quads that answer (in the store), and the labels and how they sound (in the index).
Blank nodes of the store count without their names, which differ from one to the next.
"""

import json
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from clusterkg import labels, source, tables

_TABLES = {
    "asserted": ("quad", "coalesce(g.value, '')", "LEFT JOIN term AS g ON g.id = r.g"),
    "inferred": ("inferred", "''", "")}
_SUM = """
SELECT count(*), coalesce(sum(hash({graph}, s.kind, s.value, p.value, o.kind, o.value, o.datatype,
                                   o.language)), 0)::VARCHAR
FROM {relation} AS r JOIN term AS s ON s.id = r.s JOIN term AS p ON p.id = r.p
JOIN term AS o ON o.id = r.o {join}
"""
_INDEX = {
    "labels": """SELECT r.iri, r.name, s.members, l.key FROM label AS l
                 JOIN resource AS r ON r.id = l.resource JOIN sort AS s ON s.id = l.sort""",
    "sounds": """SELECT r.iri, l.key, x.key FROM sound AS x JOIN label AS l ON l.id = x.id / 2
                 JOIN resource AS r ON r.id = l.resource"""}
_BLANK = re.compile(rb"_:\w+")


def main() -> None:
    """Sum and compare."""
    one, other = (_sums(source.version_of(Path(folder))) for folder in sys.argv[1:3])
    differ = [name for name in one if one[name] != other[name]]
    counts = {name: [one[name][0], other[name][0]] for name in one}
    print(json.dumps({"same": not differ, "differ": differ, "counts": counts}))
    sys.exit(bool(differ))


def _sums(version: Path) -> dict[str, tuple[int, object]]:
    return _tables(version) | {"store": _store(version / "store")} | _labels(version)


def _tables(version: Path) -> dict[str, tuple[int, object]]:
    connection = tables.reopen(version / "closure.duckdb")
    found = {}
    for name, (relation, graph, join) in _TABLES.items():
        row = connection.execute(_SUM.format(relation=relation, graph=graph, join=join)).fetchone()
        found[name] = row or (0, 0)
    connection.close()
    return found


def _store(folder: Path) -> tuple[int, object]:
    with tempfile.TemporaryDirectory(dir=folder.parent.parent) as aside:
        lines = Path(aside) / "store.nq"
        ox.Store.read_only(str(folder)).dump(lines, ox.RdfFormat.N_QUADS)
        with lines.open("rb") as file:
            return _summed(_BLANK.sub(b"_:", line) if b"_:" in line else line for line in file)


def _labels(version: Path) -> dict[str, tuple[int, object]]:
    connection = sqlite3.connect(version / labels.FILE)
    found = {name: _summed(connection.execute(select)) for name, select in _INDEX.items()}
    connection.close()
    return found


def _summed(rows: Iterable[object]) -> tuple[int, object]:
    count = total = 0
    for row in rows:
        count += 1
        total += hash(row)
    return count, total


if __name__ == "__main__":
    main()
