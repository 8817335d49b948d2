"""Parquet, as DuckDB reads it; rows are numbered from 1.

Times with a zone are instants, written in UTC: which day they were depends on the place.
"""

from dataclasses import replace
from pathlib import Path

from clusterkg import tables
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.tables import Connection
from clusterkg.tabular import grid
from clusterkg.tabular.grid import LONGEST, LOST, MOST_COLUMNS, SHOWN, Dialect, Grid
from clusterkg.tabular.unpacking import Packed

NAMED = {"suffixes": (".parquet", ".pq")}

# Numbers and times are written as people write them: 1, not 1.0; a day, not its midnight.
_FLOAT = ("CASE WHEN {0} = trunc({0}) AND abs({0}) < 1e15 THEN {0}::BIGINT::VARCHAR "
          "ELSE {0}::VARCHAR END")
_TIME = ("CASE WHEN isinf({0}) THEN {0}::VARCHAR "
         "WHEN {0}::TIMESTAMP::TIME = '00:00:00' THEN {0}::TIMESTAMP::DATE::VARCHAR "
         "ELSE replace({0}::VARCHAR, ' ', 'T') END")
_INSTANT = ("CASE WHEN isinf({0}) THEN {0}::VARCHAR "
            "ELSE replace(make_timestamp(epoch_us({0}))::VARCHAR, ' ', 'T') || 'Z' END")
_NUMBERS = "file_row_number"  # what DuckDB calls its numbers of rows
_NESTED = "to_json({0})::VARCHAR"
_BYTES = "TRY(decode({0}))"  # older programs write texts so
_MOST_ROWS, _MOST = 100_000_000, 10 * 2**30  # bytes of all texts
_MOST_NESTED = 10_000_000  # values in lists and the like, and a hundred bytes for each
_LONG = {"VARCHAR": "strlen({0})", "BLOB": "octet_length({0})"}
_LISTED = "list_sum(list_transform({0}, lambda one: strlen(one)))"
_SIZE = "SELECT sum(num_rows) FROM parquet_file_metadata($path)"
_NESTED_SIZE = """
SELECT coalesce(sum(num_values), 0) FROM parquet_metadata($path) WHERE contains(path_in_schema, ',')
"""
_TEXTS = "SELECT {sums} FROM read_parquet($path) AS t({names})"
_READ = """
CREATE OR REPLACE TEMP TABLE parquet AS
SELECT file_row_number + 1 AS row{cells}
FROM read_parquet($path, file_row_number = true) AS t({names}, file_row_number)
"""
_BLOBS = """
INSERT INTO refused
SELECT file_row_number + 1, {col}, ({name}::VARCHAR)[1:{shown}], 'bytes that are no text',
       'write it as text where the file was made'
FROM read_parquet($path, file_row_number = true) AS t({names}, file_row_number)
WHERE {name} IS NOT NULL AND {text} IS NULL
"""
_SORTED = f"""
INSERT INTO refused
SELECT row, 0, replace(concat_ws(', ', {{cells}}), chr(0), '␀')[1:{SHOWN}],
       CASE WHEN {{null}} THEN 'a NUL character'
            WHEN {{lost}} THEN 'a character that was lost when the file was made'
            ELSE 'a cell of more than {LONGEST:,} characters' END,
       'mend the cell where the file was made'
FROM parquet WHERE {{null}} OR {{long}} OR {{lost}};
INSERT INTO skipped SELECT row, 'empty row' FROM parquet
WHERE coalesce({{cells}}) IS NULL AND row NOT IN (SELECT row FROM refused);
INSERT INTO grid SELECT * FROM parquet WHERE row NOT IN (SELECT row FROM skipped)
AND row NOT IN (SELECT row FROM refused WHERE col = 0);
DELETE FROM refused WHERE col > 0 AND row NOT IN (SELECT row FROM grid);
DROP TABLE parquet
"""


def read(connection: Connection, packed: Packed, dialect: Dialect) -> Grid:
    """Make the tables of a grid."""
    with packed.on_disk() as path:
        try:
            kinds = _columns(connection, path)
            _refuse_bombs(connection, path, [kind for _, kind in kinds], packed.path)
            if any(name.lower() == _NUMBERS for name, _ in kinds):
                raise UnreadableError(f"a column is called {_NUMBERS!r}, as the numbers of rows "
                                      "are; rename it", path=packed.path)
            names = grid.columns([name for name, _ in kinds], packed.path, 1)
            _take(connection, path, [kind for _, kind in kinds])
        except tables.Error as error:
            what = str(error).partition("\n")[0].replace(str(path), packed.name)[:200]
            raise UnreadableError(f"no Parquet file that can be read: {what}; write it anew",
                                  path=packed.path) from error
    found = replace(dialect, encoding=None, delimiter=None, quote=None)
    return Grid(packed.name, None, names, found, grid.read(connection))


def _columns(connection: Connection, path: Path) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in connection.execute(
        "DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()]


def _refuse_bombs(connection: Connection, path: Path, kinds: list[str], shown: Path) -> None:
    """Refuse what a small file can swell to: many times the same."""
    named = _named(kinds)
    (rows,) = connection.execute(_SIZE, {"path": str(path)}).fetchone() or (0,)
    (values,) = connection.execute(_NESTED_SIZE, {"path": str(path)}).fetchone() or (0,)
    size = listed = 0
    if (rows or 0) <= _MOST_ROWS and len(kinds) <= MOST_COLUMNS and values <= _MOST_NESTED:
        size = _sum(connection, path, named, [_LONG[kind].format(name) if kind in _LONG else "0"
                                              for kind, name in zip(kinds, named, strict=True)])
        listed = _sum(connection, path, named, [_LISTED.format(name) if kind == "VARCHAR[]" else "0"
                                                for kind, name in zip(kinds, named, strict=True)])
    if (rows or 0) > _MOST_ROWS or size > _MOST:
        raise RefusedError(f"the file swells to {rows:,} rows and {size // 2**20:,} MB of texts; "
                           "give it in parts", path=shown)
    if values > _MOST_NESTED or listed > 100 * _MOST_NESTED:
        raise RefusedError(f"the file swells to {values:,} values within cells, and to "
                           f"{listed // 2**20:,} MB in lists; give it in parts", path=shown)


def _sum(connection: Connection, path: Path, named: list[str], sizes: list[str]) -> int:
    """Add up what is given of each row."""
    if set(sizes) == {"0"}:
        return 0
    (found,) = connection.execute(_TEXTS.format(
        sums=" + ".join(f"coalesce(sum({size}), 0)" for size in sizes), names=", ".join(named)),
        {"path": str(path)}).fetchone() or (0,)
    return int(found)


def _named(kinds: list[str]) -> list[str]:
    return [f"c{number}" for number in range(1, len(kinds) + 1)]


def _take(connection: Connection, path: Path, kinds: list[str]) -> None:
    named, given = _named(kinds), {"path": str(path)}
    texts = [_text(kind, name) for kind, name in zip(kinds, named, strict=True)]
    cells = "".join(f", {text} AS {name}" for text, name in zip(texts, named, strict=True))
    connection.execute(_READ.format(cells=cells, names=", ".join(named)), given)
    grid.begin(connection, len(kinds))
    for col, kind in enumerate(kinds, 1):
        if kind == "BLOB":
            connection.execute(_BLOBS.format(
                col=col, name=named[col - 1], text=texts[col - 1], shown=SHOWN,
                names=", ".join(named)), given)
    connection.execute(_SORTED.format(
        cells=", ".join(named), null=" OR ".join(f"contains({n}, chr(0))" for n in named),
        lost=" OR ".join(f"contains({n}, '{LOST}')" for n in named),
        long=" OR ".join(f"length({n}) > {LONGEST}" for n in named)))


def _text(kind: str, name: str) -> str:
    if kind in {"FLOAT", "DOUBLE"}:
        return _FLOAT.format(name)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return _INSTANT.format(name)
    if kind == "BLOB":
        return _BYTES.format(name)
    if kind.startswith("TIMESTAMP"):
        return _TIME.format(name)
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return _NESTED.format(name)
    return f"{name}::VARCHAR"
