"""What rows have to be together: about something, of whole IRIs, one of a key, and of keys that
are there. What is not goes to `refused`.

    tie(row, key, s)    what rows share with others: keys alike for the same primary key, or for one
                        thing that they speak of, which is s then. Rows that share none have nothing
                        to do with one another, but by foreign keys.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from clusterkg import tables
from clusterkg.csvw import addition, minting
from clusterkg.csvw.frame import Frame
from clusterkg.csvw.mapping import Column, ForeignKey
from clusterkg.csvw.template import Template
from clusterkg.csvw.terms import NAMING, known
from clusterkg.csvw.wholeness import faults, refused
from clusterkg.errors import RefusedError
from clusterkg.sql import literal
from clusterkg.tables import Connection

_DEEPEST = 200  # rows that hang on one another by a foreign key
_ADVICE = "'keep the one that is right; ' || address || ' says: ' || left(given, 100)"
_LEFT_OUT = "DELETE FROM named WHERE row IN (SELECT row FROM refused)"


def check(connection: Connection, frame: Frame) -> None:
    """Take from `named` the rows that do not agree, and say why in `refused`."""
    for step in (faults, _ties, _twins):
        for statement in step(frame):
            connection.execute(statement)
        connection.execute(_LEFT_OUT)
    _conflicts(connection, frame)
    follow(connection, frame)


def follow(connection: Connection, frame: Frame) -> None:
    """Refuse rows that lead by a foreign key to none, after others were refused as well."""
    connection.execute(_LEFT_OUT)
    for key in frame.mapping.foreign_keys:
        if key.table is None:
            _follow(connection, frame, key)


def _ties(frame: Frame) -> Iterator[str]:
    spoken = dict.fromkeys((frame.relation(column), frame.subject(column))
                           for column in frame.stated if column.about)
    ties = [f"SELECT row, hash(s) AS key, s FROM (SELECT row, {subject} AS s FROM {relation}) "
            "WHERE s IS NOT NULL" for relation, subject in spoken]
    if keys := [frame.value(name) for name in frame.mapping.primary_key]:
        there = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        ties.append(f"SELECT row, hash('key', {', '.join(keys)}), NULL FROM named WHERE {there}")
    yield "CREATE OR REPLACE TABLE tie(row BIGINT, key UBIGINT, s VARCHAR)"
    yield from (f"INSERT INTO tie {some}" for some in ties)


def _twins(frame: Frame) -> Iterator[str]:
    """Refuse rows that state another thing than the first one of the same primary key."""
    keys = [frame.value(name) for name in frame.mapping.primary_key]
    if not keys:
        return
    by, there = ", ".join(keys), " AND ".join(f"{key} IS NOT NULL" for key in keys)
    yield f"""
        CREATE OR REPLACE TEMP TABLE twin AS
        SELECT row, min(row) OVER (PARTITION BY {by}) AS first
        FROM named SEMI JOIN (SELECT {by} FROM named WHERE {there} GROUP BY ALL
                              HAVING count(*) > 1) USING ({by})"""
    stated = dict.fromkeys((frame.place_of(next(iter(about.variables), "")), name)
                           for about, name in frame.subjects.items())
    stated |= dict.fromkeys((frame.place(column), _said(frame, column)) for column in frame.stated
                            if column.separator is None)
    for place, value in filter(_is_read, stated):
        found = f"""(
            SELECT row, given, {_address(frame, place)} AS address FROM (
                SELECT row, {value} AS value, arg_min({value}, row) OVER same AS given,
                       min(row) FILTER ({value} IS NOT NULL) OVER same AS earlier
                FROM twin JOIN named USING (row) WINDOW same AS (PARTITION BY first))
            WHERE value <> given)"""
        yield refused(place, found, "'differs from an earlier row of the same key'", _ADVICE)


def _conflicts(connection: Connection, frame: Frame) -> None:
    """Refuse rows that give another value than an earlier cell for what has but one, or a name."""
    if frame.is_direct:
        minting.prepare(connection)  # else it is there, with the texts that IRIs are made of
    shared, is_any = "", True
    for columns in sorted(_alike(frame), key=lambda alike: str(alike[0].about)):
        about = columns[0].about
        alone = frame.subjects.get(about) if about and not _is_many(columns) else None
        if alone and alone != shared:
            shared = alone
            connection.execute(f"""
                CREATE OR REPLACE TEMP TABLE repeated AS SELECT {alone} AS s FROM named
                WHERE {alone} IS NOT NULL GROUP BY ALL HAVING count(*) > 1""")
            is_any = tables.count(connection, "repeated") > 0
        if is_any or not alone:
            among = "SEMI JOIN repeated USING (s)" if alone else ""
            for statement in _conflicting(frame, columns, among):
                connection.execute(statement)


def _alike(frame: Frame) -> Iterator[list[Column]]:
    """Give the columns that say together what a thing has but one of.

    A name is among that, for what has two in one column is two things; but not the several names of
    one cell, nor one that the IRI is made of.
    """
    told: dict[tuple[Template | None, str | None, str | None], list[Column]] = {}
    for column in frame.stated:
        if column.predicate in known().single:
            told.setdefault((column.about, column.predicate, column.language), []).append(column)
        elif _is_name(column) and frame.place(column):
            yield [column]
    yield from told.values()


def _is_name(column: Column) -> bool:
    return (column.predicate in NAMING and column.about is not None and column.separator is None
            and addition.OWN not in column.about.variables)


def _conflicting(frame: Frame, columns: Sequence[Column], among: str) -> Iterator[str]:
    offers = " UNION ALL ".join(f"""
        SELECT row, {order} AS nth, {frame.subject(column)} AS s, {_said(frame, column)} AS value,
               row AS earlier, {_address(frame, frame.place(column))} AS address
        FROM {frame.relation(column)}""" for order, column in enumerate(columns))
    unlike = "value <> given"
    if columns[0].predicate in NAMING:
        unlike = f"{minting.spelled('value')} <> {minting.spelled('given')}"
    yield f"""
        CREATE OR REPLACE TEMP TABLE unlike AS
        SELECT row, nth, min(given) AS given, min(address) AS address FROM (
            SELECT row, nth, value, first_value(value) OVER same AS given,
                   first_value(address) OVER same AS address
            FROM ({offers}) {among} WHERE s IS NOT NULL AND value IS NOT NULL
            WINDOW same AS (PARTITION BY s ORDER BY row, nth, value))
        WHERE {unlike} GROUP BY row, nth"""
    for order, column in enumerate(columns):
        yield refused(frame.place(column), f"(FROM unlike WHERE nth = {order})",
                      "'differs from an earlier cell about the same thing'", _ADVICE)


def _is_read(stated: tuple[int, str]) -> bool:
    return stated[0] > 0


def _is_many(columns: Sequence[Column]) -> bool:
    """Tell whether one row may give several values."""
    return len(columns) > 1 or columns[0].separator is not None


def _said(frame: Frame, column: Column) -> str:
    if column.when is None:
        return frame.said(column)
    return f"CASE WHEN {frame.when(column)} THEN {frame.said(column)} END"


def _address(frame: Frame, place: int) -> str:
    """Give the SQL of the address of a cell in the row `earlier`."""
    return f"{literal(frame.grid.address(0, place)[:-1])} || earlier"


def offer(connection: Connection, frame: Frame, names: Sequence[str], path: Path) -> None:
    """Write down the keys of rows that may enter, and of the others what they have, and where."""
    connection.execute(_LEFT_OUT)
    values = [frame.value(name) for name in names]
    given = ", ".join(f"{value} AS k{n}" for n, value in enumerate(values, 1))
    there = " AND ".join(f"{value} IS NOT NULL" for value in values)
    texts = ", ".join(f"trim(c{frame.places[name]}, e' \\t\\r\\n') AS k{n}"
                      for n, name in enumerate(names, 1))
    connection.execute(f"""
        COPY (SELECT DISTINCT {given}, NULL::BIGINT AS row FROM named WHERE {there}
              UNION ALL BY NAME
              SELECT {texts}, min(row) AS row FROM grid ANTI JOIN named USING (row) GROUP BY ALL)
        TO {literal(path)} (FORMAT parquet)""")


def lead(connection: Connection, frame: Frame, key: ForeignKey, path: Path, address: str) -> int:
    """Refuse rows that lead to none that another table offers, and count them.

    `address` is what stands before the number of a row there.
    """
    offered, columns = f"read_parquet({literal(path)})", list(enumerate(key.columns, 1))
    on = " AND ".join(f"there.k{n} = named.{frame.value(name)}" for n, name in columns)
    some = " AND ".join(f"named.{frame.value(name)} IS NOT NULL" for _, name in columns)
    found = f"""(
        SELECT named.row, min(there.row) AS other FROM named
        LEFT JOIN (FROM {offered} WHERE row IS NOT NULL) AS there ON {on}
        WHERE {some} AND NOT EXISTS (FROM {offered} AS there WHERE {on} AND there.row IS NULL)
        GROUP BY named.row)"""
    advice = (f"CASE WHEN other IS NULL THEN "
              f"{literal('give ' + ', '.join(key.referenced) + ' as a row has it there')} "
              f"ELSE {literal('mend ' + address)} || other END")
    statement = refused(frame.places[key.columns[0]], found,
                        literal(f"leads to no row of {key.table} that enters"), advice)
    (count,) = connection.execute(statement).fetchone() or (0,)
    if count:
        follow(connection, frame)
    return int(count)


def _follow(connection: Connection, frame: Frame, key: ForeignKey) -> None:
    """Refuse rows that lead to no row of the file, and those that lead to these."""
    pairs = list(zip(key.columns, key.referenced, strict=True))
    on = " AND ".join(f"there.{frame.value(to)} = named.{frame.value(name)}" for name, to in pairs)
    some = " AND ".join(f"named.{frame.value(name)} IS NOT NULL" for name, _ in pairs)
    found = (f"(SELECT row FROM named WHERE {some} AND NOT EXISTS "
             f"(FROM named AS there WHERE {on}))")
    statement = refused(frame.places[key.columns[0]], found, "'leads to no row that enters'",
                         "'give the key of a row of this file, or mend that row'")
    for _ in range(_DEEPEST):
        (count,) = connection.execute(statement).fetchone() or (0,)
        if not count:
            return
        connection.execute(_LEFT_OUT)
    raise RefusedError(f"rows hang on one another more than {_DEEPEST} deep by a foreign key; "
                       "leave it out", path=frame.mapping.path)
