"""What rows have to be together: about something, of whole IRIs, one of a key, and of keys that
are there. What is not goes to `refused`.
"""

from collections.abc import Iterator, Sequence

from clusterkg.csvw import addition, iri, minting
from clusterkg.csvw.cleaning import literal
from clusterkg.csvw.frame import Frame
from clusterkg.csvw.mapping import Column, ForeignKey
from clusterkg.csvw.terms import known
from clusterkg.errors import RefusedError
from clusterkg.tables import Connection

_DEEPEST = 200  # rows that hang on one another by a foreign key
_REFUSE = """
INSERT INTO refused SELECT row, {place}, {text}, {wrong}, {advice}
FROM {found} JOIN grid USING (row)
"""
_LEFT_OUT = "DELETE FROM named WHERE row IN (SELECT row FROM refused)"


def check(connection: Connection, frame: Frame) -> None:
    """Take from `named` the rows that do not agree, and say why in `refused`."""
    for step in (_nameless, _broken, _twins, _conflicts):
        for statement in step(frame):
            connection.execute(statement)
        connection.execute(_LEFT_OUT)
    for key in frame.mapping.foreign_keys:
        _follow(connection, frame, key)


def _nameless(frame: Frame) -> Iterator[str]:
    """Refuse rows that say something about nothing."""
    for about, name in frame.subjects.items():
        said = [frame.value(column.name) for column in frame.stated if column.about == about
                and not column.virtual and column.separator is None]
        if said:
            variable = next(iter(about.variables), "")
            missing = " OR ".join(f"{value} IS NOT NULL" for value in said)
            found = f"(SELECT *, {_masked(frame, variable)} AS masked FROM named " \
                    f"WHERE {name} IS NULL AND ({missing}))"
            yield _refused(
                frame.place_of(variable), found,
                f"CASE WHEN masked THEN {literal(minting.MASKED)} "
                f"ELSE {literal(minting.MISSING)} END",
                "CASE WHEN masked THEN 'name a column with the file''s own numbers in the mapping' "
                "ELSE 'give what the identifier is made of' END")


def _masked(frame: Frame, variable: str) -> str:
    for mint in frame.mapping.mints:
        if mint.name == variable:
            return minting.masked(frame, mint)
    return "false"


def _broken(frame: Frame) -> Iterator[str]:
    """Refuse rows whose cells do not become IRIs."""
    for column in frame.stated:
        relation = frame.relation(column)
        for template in filter(None, (column.about, column.value)):
            if iri.is_doubtful(template, frame.mapping):
                told = frame.told(template, column)
                found = (f"(SELECT DISTINCT row FROM {relation} WHERE {told} IS NOT NULL "
                         f"AND NOT {iri.fits(told)} AND row NOT IN (SELECT row FROM refused))")
                yield _refused(frame.place_of(next(iter(template.variables), "")), found,
                               "'makes no IRI'", literal(iri.ADVICE))


def _twins(frame: Frame) -> Iterator[str]:
    """Refuse rows that differ from the first one of the same primary key."""
    keys = [frame.value(name) for name in frame.mapping.primary_key]
    if keys:
        others = [cell.column for cell in frame.single
                  if cell.column.name not in frame.mapping.primary_key
                  and not cell.column.virtual]
        yield from _differing(frame, keys, others, "which has the same key")


def _conflicts(frame: Frame) -> Iterator[str]:
    """Refuse rows that give another value than an earlier one for what has but one."""
    for about, name in frame.subjects.items():
        columns = [column for column in frame.stated if column.about == about
                   and column.predicate in known().single and column.name in frame.places
                   and column.separator is None]
        if columns:
            yield from _differing(frame, [name], columns, "which is about the same thing")


def _differing(frame: Frame, keys: Sequence[str], columns: Sequence[Column],
               why: str) -> Iterator[str]:
    by = ", ".join(keys)
    there = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    yield f"""
        CREATE OR REPLACE TEMP TABLE twin AS
        SELECT row, min(row) OVER (PARTITION BY {by}) AS first
        FROM named SEMI JOIN (SELECT {by} FROM named WHERE {there} GROUP BY ALL
                              HAVING count(*) > 1) USING ({by})"""
    for column in columns:
        value = frame.value(column.name)
        found = f"""(
            SELECT row, earlier, given FROM (
                SELECT row, {value} AS value, arg_min({value}, row) OVER same AS given,
                       min(row) FILTER ({value} IS NOT NULL) OVER same AS earlier
                FROM twin JOIN named USING (row) WINDOW same AS (PARTITION BY first))
            WHERE value <> given)"""
        yield _refused(
            frame.places[column.name], found,
            f"'differs from ' || {literal(frame.origin)} || earlier || {literal(f', {why}')}",
            "'keep the one that is right; there: ' || left(given, 100)")


def _follow(connection: Connection, frame: Frame, key: ForeignKey) -> None:
    """Refuse rows that lead to no row of the file, and those that lead to these."""
    pairs = list(zip(key.columns, key.referenced, strict=True))
    on = " AND ".join(f"there.{frame.value(to)} = named.{frame.value(name)}" for name, to in pairs)
    some = " AND ".join(f"named.{frame.value(name)} IS NOT NULL" for name, _ in pairs)
    found = (f"(SELECT row FROM named WHERE {some} AND NOT EXISTS "
             f"(FROM named AS there WHERE {on}))")
    statement = _refused(frame.places[key.columns[0]], found, "'leads to no row that enters'",
                         "'give the key of a row of this file, or mend that row'")
    for _ in range(_DEEPEST):
        (count,) = connection.execute(statement).fetchone() or (0,)
        if not count:
            return
        connection.execute(_LEFT_OUT)
    raise RefusedError(f"rows hang on one another more than {_DEEPEST} deep by a foreign key; "
                       "leave it out", path=frame.mapping.path)


def _refused(place: int, found: str, wrong: str, advice: str) -> str:
    text = f"left(c{place}, {addition.SHOWN})" if place else "NULL"
    return _REFUSE.format(place=place, text=text, wrong=wrong, advice=advice, found=found)
