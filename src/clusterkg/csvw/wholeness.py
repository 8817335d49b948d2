"""Whether what cells say becomes whole triples: rows that lose a cell on the way are refused.

A cell is lost where it has a text, and the IRI that it is part of has another part that is empty
or masked; where what it is said of has no IRI; or where the IRI is none.
"""

from collections.abc import Iterator
from itertools import groupby

from clusterkg.csvw import addition, iri, minting, space
from clusterkg.csvw.frame import NTH, ROW, Frame
from clusterkg.csvw.mapping import Column
from clusterkg.csvw.template import Template
from clusterkg.csvw.terms import TYPE, known
from clusterkg.sql import literal

_MASKED = "name a column with the file's own numbers in the mapping"
_MISSING = "give what the identifier is made of"
_HALF = "fill that cell, or empty this one"
_NO_CLASS = "makes no class of the ontology"
_ADVISED = (f"CASE wrong WHEN '{iri.WRONG}' THEN {literal(iri.ADVICE)} "
            f"WHEN '{space.WRONG}' THEN {literal(space.ADVICE)} "
            f"WHEN '{space.DOTTED}' THEN 'leave them out' ELSE 'give its IRI in full' END")


def faults(frame: Frame) -> Iterator[str]:
    """Give the statements that add to `refused`, once a row and column of the table."""
    yield from _nameless(frame)
    for column in frame.stated:
        if column.value and _can_be_half(frame, column, column.value):
            yield _half(frame, column, column.value)
    yield from _astray(frame)


def _can_be_half(frame: Frame, column: Column, template: Template) -> bool:
    others = set(template.variables) - {column.name, NTH, ROW}
    minted = any(name == addition.OWN or frame.made_of(name) for name in others)
    return minted or len(others) > (0 if column.name in frame.places else 1)


def refused(place: int, found: str, wrong: str, advice: str) -> str:
    """Give the statement that refuses a cell of the rows found, with two expressions of SQL."""
    text = f"left(c{place}, {addition.SHOWN})" if place else "NULL"
    return f"""
        INSERT INTO refused SELECT row, {place}, {text}, {wrong}, {advice}
        FROM {found} JOIN grid USING (row)
        WHERE NOT EXISTS (FROM refused AS r WHERE r.row = grid.row AND r.col = {place})"""


def _nameless(frame: Frame) -> Iterator[str]:
    """Refuse rows that say something about nothing."""
    def where(column: Column) -> tuple[str, str]:
        return frame.relation(column), frame.subject(column)

    for (relation, subject), columns in groupby(sorted(frame.stated, key=where), where):
        those = list(columns)
        spoken = " OR ".join(filter(None, (_spoken(frame, column) for column in those)))
        about = those[0].about
        if spoken and about and set(about.variables) - {NTH, ROW}:
            variable = next(iter(about.variables), "")
            found = (f"(SELECT row, bool_or({_masked(frame, those[0], about)}) AS masked "
                     f"FROM {relation} WHERE {subject} IS NULL AND ({spoken}) GROUP BY row)")
            yield refused(frame.place_of(variable) or frame.place(those[0]), found,
                          _either(minting.MASKED, minting.MISSING), _either(_MASKED, _MISSING))


def _half(frame: Frame, column: Column, template: Template) -> str:
    """Refuse rows with a text whose IRI has another part that is empty, or is masked."""
    spoken = _spoken(frame, column) or "false"
    missing = ", ".join(f"CASE WHEN {value} IS NULL THEN {literal(_shown(frame, name))} END"
                        for name in template.variables
                        if (value := frame.variable(column)(name)))
    found = f"""(SELECT row, bool_or({_masked(frame, column, template)}) AS masked,
                        min(concat_ws(', ', {missing})) AS missing
                 FROM {frame.relation(column)}
                 WHERE {spoken} AND {frame.told(template, column)} IS NULL GROUP BY row)"""
    return refused(frame.place(column), found,
                   f"CASE WHEN masked THEN {literal(minting.MASKED)} "
                   "ELSE 'makes no IRI without ' || missing END", _either(_MASKED, _HALF))


def _astray(frame: Frame) -> Iterator[str]:
    """Refuse rows whose cells become no IRIs, or such as no thing has."""
    made: dict[tuple[str, str, str], list[tuple[Column, Template]]] = {}
    for column in frame.stated:
        if column.about:
            wrong = _wrong(frame, column.about, frame.subject(column), space.ABOUT)
            made.setdefault((frame.relation(column), frame.subject(column), wrong), []).append(
                (column, column.about))
        if column.value:
            told = frame.told(column.value, column)
            wrong = _wrong_value(frame, column, column.value, told)
            made.setdefault((frame.relation(column), told, wrong), []).append(
                (column, column.value))
    for (relation, told, wrong), those in made.items():
        if wrong:
            (column, template), *_ = those
            when = " OR ".join(dict.fromkeys(frame.when(one) for one, _ in those))
            found = (f"(SELECT row, min(wrong) AS wrong FROM (SELECT row, CASE {wrong} END AS "
                     f"wrong FROM {relation} WHERE {told} IS NOT NULL AND ({when})) "
                     "WHERE wrong IS NOT NULL GROUP BY row)")
            place = frame.place_of(next(iter(template.variables), "")) or frame.place(column)
            yield refused(place, found, "wrong", _ADVISED)


def _wrong_value(frame: Frame, column: Column, template: Template, told: str) -> str:
    if column.predicate == TYPE:
        classes = ", ".join(map(literal, sorted(known().classes)))
        return f"WHEN {told} NOT IN ({classes}) THEN '{_NO_CLASS}'" if template.variables else ""
    use = space.REMARK if column.predicate in known().either else space.VALUE
    return _wrong(frame, template, told, use)


def _wrong(frame: Frame, template: Template, told: str, use: space.Use) -> str:
    """Give the branches of SQL that say what is wrong with an IRI, of what can be."""
    found = ""
    if iri.is_doubtful(template, frame.whole):
        found += f" WHEN NOT {iri.fits(told)} THEN '{iri.WRONG}'"
    if space.is_open(template, frame.whole):
        found += f" WHEN NOT {space.fits(told, use)} THEN '{space.WRONG}'"
    if not set(template.variables) <= frame.whole:
        found += f" WHEN {space.dotted(told)} THEN '{space.DOTTED}'"
    return found


def _spoken(frame: Frame, column: Column) -> str | None:
    """Give the SQL that says whether a column has a text in a row; None where it never has."""
    if column.name in frame.places:
        there = [frame.value(column.name)]
    else:
        there = [value for name in (column.value.variables if column.value else ())
                 for value in _texts(frame, name)]
    some = " OR ".join(f"{value} IS NOT NULL" for value in there)
    return f"({frame.when(column)} AND ({some}))" if some else None


def _texts(frame: Frame, name: str) -> list[str]:
    """Name what `named` has of the cells that name a variable's thing: of a place alone none."""
    for mint in frame.mapping.mints:
        if mint.name == name:
            telling = (mint.code, *mint.otherwise[:1], *(mint.own or ())[:1])
            return [frame.value(column) for column in telling if column]
    return [frame.value(name)] if name in frame.places else []


def _masked(frame: Frame, column: Column, template: Template) -> str:
    """Give the SQL that says whether an IRI is missing because a name is masked."""
    found = [minting.masked(frame, mint) for mint in frame.mapping.mints
             if mint.name in template.variables]
    if addition.OWN in template.variables:
        found.append(minting.is_masked(frame.value(column.name)))
    return " OR ".join(found) or "false"


def _shown(frame: Frame, name: str) -> str:
    """Name a variable as the table does."""
    first = next(iter(frame.made_of(name)), name)
    place = frame.places.get(first)
    return frame.grid.columns[place - 1] if place else first


def _either(masked: str, other: str) -> str:
    return f"CASE WHEN masked THEN {literal(masked)} ELSE {literal(other)} END"
