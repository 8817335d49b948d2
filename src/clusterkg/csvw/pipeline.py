"""The cells of columns, cleaned and checked, as one SELECT.

For the column of number k the SELECT gives v<k>, the text that a literal has, NULL where the cell
says nothing; w<k> and a<k>, what is wrong with it and advice, where anything can be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clusterkg.csvw import cleaning, lexical
from clusterkg.csvw.mapping import Column
from clusterkg.sql import literal

MISSING = "'is missing', 'give a value'"  # what is wrong, and advice
_NOTHING = "NULL::VARCHAR"


_BLANKS = (" ", "\t", "\r", "\n")


class Seen(NamedTuple):
    """What holds of all texts of a column: none has blanks around it; none is missing or empty."""

    bare: bool = False
    filled: bool = False


UNSEEN = Seen()


@dataclass(frozen=True)
class Cell:
    """A column of the mapping, its number in the SELECT, and where its text comes from."""

    number: int
    column: Column
    text: str
    seen: Seen = UNSEEN

    @property
    def may_be_wrong(self) -> bool:
        """Tell whether there is anything that a text of it could be refused for."""
        return is_laborious(self.column) or (self.column.required and not self.is_said)

    @property
    def is_said(self) -> bool:
        """Tell whether each text says something, before it is cleaned."""
        return self.seen.bare and self.seen.filled and set(self.column.null) <= {""}


def look(texts: Sequence[str], relation: str, *, plain: bool) -> str:
    """Give the SELECT of a list of what is `Seen` of texts; `plain`: no sign in them is a blank
    but spaces.
    """
    blanks = _BLANKS[:1] if plain else _BLANKS
    found = ", ".join(f"{{'bare': {_bare(text, blanks)}, 'filled': {_filled(text)}}}"
                      for text in texts)
    return f"SELECT [{found}] FROM {relation}"


def _bare(text: str, blanks: Sequence[str]) -> str:
    # What begins with a blank is less than any text that begins with a sign that is seen.
    behind = " OR ".join(f"suffix({text}, {literal(blank)})" for blank in blanks)
    return f"NOT coalesce(bool_or({text} <> '' AND ({text} < '!' OR {behind})), false)"


def _filled(text: str) -> str:
    return f"count(nullif({text}, '')) = count(*)"


def select(cells: Sequence[Cell], relation: str, keys: str = "row") -> str:
    """Give the SELECT over a relation that has the `keys`, and the texts of the cells."""
    first = ", ".join(_first(cell) for cell in cells)
    text = f"SELECT {keys}, {first} FROM {relation}"
    steps = {cell.number: list(_steps(cell.column, f"v{cell.number}")) for cell in cells}
    for turn in range(max((len(some) for some in steps.values()), default=0)):
        now = {cell.number: steps[cell.number][turn] for cell in cells
               if turn < len(steps[cell.number])}
        text = _stepped(text, cells, keys, now)
    if not any(cell.column.required and cell.may_be_wrong for cell in cells):
        return text
    needed = ", ".join(_required(cell) for cell in cells)
    return f"SELECT {keys}, {needed} FROM ({text})"


def _first(cell: Cell) -> str:
    n, value = cell.number, given(cell)
    value = value if cell.is_said else _nulled(value, cell.column)
    wrong = f", {_NOTHING} AS w{n}, {_NOTHING} AS a{n}" if cell.may_be_wrong else ""
    return f"{value} AS v{n}{wrong}"


def _names(cell: Cell) -> str:
    n = cell.number
    return f"v{n}, w{n}, a{n}" if cell.may_be_wrong else f"v{n}"


def is_laborious(column: Column) -> bool:
    """Tell whether cells of a column are cleaned or checked, and not only taken."""
    return any(True for _ in _steps(column, ""))


def given(cell: Cell) -> str:
    """Give the SQL of a cell's text without spaces around, or of what is said in its place."""
    trimmed = cell.text if cell.seen.bare else f"trim({cell.text}, e' \\t\\r\\n')"
    if cell.column.default is None or (cell.seen.bare and cell.seen.filled):
        return trimmed
    return f"CASE WHEN coalesce({trimmed}, '') = '' THEN {literal(cell.column.default)} " \
           f"ELSE {trimmed} END"


def _nulled(text: str, column: Column) -> str:
    """Take away what stands for nothing; an empty text always does after cleaning."""
    those = ", ".join(literal(one) for one in column.null)
    return f"CASE WHEN {text} IN ({those}) THEN NULL ELSE {text} END" if those else text


def _steps(column: Column, value: str) -> Iterator[str]:
    for step in column.steps:
        yield cleaning.rule(step.rule).sql(value, step.parameters)
    datatype = column.datatype
    if datatype and (datatype.base != lexical.STRING or datatype.format or datatype.limits):
        yield lexical.sql(datatype, value)


def _stepped(text: str, cells: Sequence[Cell], keys: str, now: dict[int, str]) -> str:
    made = "".join(f", CASE WHEN v{number} IS NOT NULL THEN {step} END AS r{number}"
                   for number, step in now.items())
    taken = ", ".join(_taken(cell) if cell.number in now else _names(cell) for cell in cells)
    return f"SELECT {keys}, {taken} FROM (SELECT *{made} FROM ({text}))"


def _taken(cell: Cell) -> str:
    n = cell.number
    return (f"{_nulled(f'r{n}.value', cell.column)} AS v{n}, "
            f"coalesce(w{n}, r{n}.wrong) AS w{n}, coalesce(a{n}, r{n}.advice) AS a{n}")


def _required(cell: Cell) -> str:
    n = cell.number
    if not cell.column.required or not cell.may_be_wrong:
        return _names(cell)
    wrong, advice = MISSING.split(", ")
    return f"""v{n},
        CASE WHEN v{n} IS NULL THEN coalesce(w{n}, {wrong}) ELSE w{n} END AS w{n},
        CASE WHEN v{n} IS NULL THEN coalesce(a{n}, {advice}) ELSE a{n} END AS a{n}"""
