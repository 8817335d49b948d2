"""Parquet, as DuckDB reads it; rows are numbered from 1."""

from dataclasses import replace
from pathlib import Path

from clusterkg import tables
from clusterkg.errors import UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular import grid
from clusterkg.tabular.grid import LONGEST, SHOWN, Dialect, Grid
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".parquet", ".pq")}

# Numbers and times are written as people write them: 1, not 1.0; a day, not its midnight.
_FLOAT = ("CASE WHEN {0} = trunc({0}) AND abs({0}) < 1e15 THEN {0}::BIGINT::VARCHAR "
          "ELSE {0}::VARCHAR END")
_TIME = ("CASE WHEN {0}::TIMESTAMP::TIME = '00:00:00' THEN {0}::TIMESTAMP::DATE::VARCHAR "
         "ELSE replace({0}::VARCHAR, ' ', 'T') END")
_NESTED = "to_json({0})::VARCHAR"
_READ = """
CREATE OR REPLACE TEMP TABLE parquet AS
SELECT file_row_number + 1 AS row{cells}
FROM read_parquet($path, file_row_number = true) AS t({names}, file_row_number)
"""
_SORTED = f"""
INSERT INTO skipped SELECT row, 'empty row' FROM parquet WHERE coalesce({{cells}}) IS NULL;
INSERT INTO refused
SELECT row, 0, replace(concat_ws(', ', {{cells}}), chr(0), '␀')[1:{SHOWN}],
       CASE WHEN {{null}} THEN 'a NUL character' ELSE 'a cell of more than {LONGEST:,} characters'
       END, 'mend the cell where the file was made'
FROM parquet WHERE {{null}} OR {{long}};
INSERT INTO grid SELECT * FROM parquet WHERE row NOT IN (SELECT row FROM skipped)
AND row NOT IN (SELECT row FROM refused);
DROP TABLE parquet
"""


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid."""
    with packed.on_disk() as path:
        try:
            kinds = _columns(connection, path)
            names = grid.columns([name for name, _ in kinds], packed.path, 1)
            _take(connection, path, [kind for _, kind in kinds])
        except tables.Error as error:
            raise UnreadableError(f"no Parquet file that can be read: {str(error)[:200]}; write it "
                                  "anew", path=packed.path) from error
    found = replace(dialect, encoding=None, delimiter=None, quote=None)
    return Grid(packed.name, None, names, found, grid.read(connection))


def _columns(connection: Connection, path: Path) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in connection.execute(
        "DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()]


def _take(connection: Connection, path: Path, kinds: list[str]) -> None:
    named = [f"c{number}" for number in range(1, len(kinds) + 1)]
    cells = "".join(f", {_text(kind, name)} AS {name}"
                    for kind, name in zip(kinds, named, strict=True))
    connection.execute(_READ.format(cells=cells, names=", ".join(named)), {"path": str(path)})
    grid.begin(connection, len(kinds))
    connection.execute(_SORTED.format(
        cells=", ".join(named), null=" OR ".join(f"contains({n}, chr(0))" for n in named),
        long=" OR ".join(f"length({n}) > {LONGEST}" for n in named)))


def _text(kind: str, name: str) -> str:
    if kind in {"FLOAT", "DOUBLE"}:
        return _FLOAT.format(name)
    if kind.startswith("TIMESTAMP"):
        return _TIME.format(name)
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return _NESTED.format(name)
    return f"{name}::VARCHAR"
