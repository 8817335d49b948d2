"""Where in the tables of a conversion the parts of a mapping are.

A column of the mapping has a number k. Where it has one value a row, `cleaned` and `named` hold
v<k>, `named` i<k> too, the IRI of the thing that it names; `named` has m<n> for the n-th minted
IRI of rows. Where a cell has several values, `listed<k>(row, v<k>)` holds them.
"""

from collections.abc import Callable
from functools import cached_property

from clusterkg.csvw import addition, iri, lexical
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.csvw.pipeline import UNSEEN, Cell, Seen
from clusterkg.csvw.template import Template
from clusterkg.errors import UnreadableError, quoted
from clusterkg.sql import literal
from clusterkg.tabular import Grid

# CSVW's variables for the number of a row: among the rows of data, and in the file.
NTH, ROW = "_row", "_sourceRow"
# What counts rows: `line` is where the row stands, `nth` the number that CSVW gives it.
NUMBERED = """
CREATE OR REPLACE TABLE numbered AS
SELECT row AS line, row_number() OVER (ORDER BY row)::VARCHAR AS nth
FROM (SELECT row FROM grid UNION SELECT row FROM refused WHERE col = 0)
"""


class Frame:
    """A mapping over a grid."""

    def __init__(self, mapping: Mapping, grid: Grid):
        """Find the columns; raise UnreadableError for one that the table has not."""
        self.mapping, self.grid = mapping, grid
        self.seen = dict[int, Seen]()  # what holds of the texts of a place, once it is known
        self.full = frozenset[str]()  # what `named` has that is NULL nowhere, once it is known
        self.places = _places(mapping, grid)
        self.numbers = {column.name: number for number, column in enumerate(mapping.columns, 1)}
        self._mints = {mint.name: f"m{number}" for number, mint in enumerate(mapping.mints, 1)}

    @cached_property
    def cells(self) -> list[Cell]:
        """Give the columns that read a cell, of one value or several."""
        return [self.cell(column) for column in self.mapping.columns if column.name in self.places]

    @property
    def single(self) -> list[Cell]:
        """Give those that have one value a row."""
        return [cell for cell in self.cells if cell.column.separator is None]

    @property
    def several(self) -> list[Cell]:
        """Give those that have several."""
        return [cell for cell in self.cells if cell.column.separator is not None]

    @property
    def origin(self) -> str:
        """Give what stands before the number of a row in its address."""
        return self.grid.address(1)[:-1]

    @cached_property
    def stated(self) -> list[Column]:
        """Give the columns that make triples."""
        return [column for column in self.mapping.columns
                if column.predicate and not column.suppressed]

    @cached_property
    def subjects(self) -> dict[Template, str]:
        """Name s<n>, which `named` has for each template of what a row is about."""
        found = dict.fromkeys(column.about for column in self.stated
                              if column.about and not _is_of_item(column, column.about))
        return {about: f"s{number}" for number, about in enumerate(found, 1)}

    @property
    def is_direct(self) -> bool:
        """Tell whether what rows are about is made of cells alone: nothing is minted, or named."""
        return not self.mapping.mints and not any(
            column.namespace or column.resolution for column in self.mapping.columns)

    @property
    def is_numbered(self) -> bool:
        """Tell whether a template has the number that CSVW gives to a row."""
        return any(NTH in template.variables for column in self.stated
                   for template in (column.about, column.value) if template)

    def relation(self, column: Column) -> str:
        """Give where the values of a column are, with all that `named` has."""
        if column.separator is None:
            return "named"
        return f"(FROM listed{self.numbers[column.name]} JOIN named USING (row))"

    def cell(self, column: Column) -> Cell:
        """Give a column with its number, and the name of its text in `grid`."""
        place = self.places[column.name]
        return Cell(self.numbers[column.name], column, f"c{place}", self.seen.get(place, UNSEEN))

    def variable(self, column: Column | None = None) -> Callable[[str], str]:
        """Give the function from a template's variable to its SQL in a SELECT over `named`.

        `column` is the one whose template it is: its `relation` has its v<k> and own<k> too.
        """
        def expression(name: str) -> str:
            if name == ROW:
                return "row::VARCHAR"
            if name == NTH:
                return "(SELECT nth FROM numbered WHERE line = row)"
            if name == addition.OWN and column:
                return f"own{self.numbers[column.name]}"
            return self._mints.get(name) or self.value(name)

        return expression

    def told(self, template: Template, column: Column | None = None) -> str:
        """Give the SQL of a template in a SELECT over a `relation`."""
        return template.sql(self.variable(column), self.whole)

    @cached_property
    def whole(self) -> set[str]:
        """Name the variables that are IRIs already."""
        return iri.whole(self.mapping)

    def subject(self, column: Column) -> str:
        """Give the SQL of the IRI of what a column is about."""
        assert column.about
        return self.subjects.get(column.about) or self.told(column.about, column)

    def said(self, column: Column) -> str:
        """Give the SQL of the IRI or text that a column states; NULL where it states nothing."""
        own = self.value(column.name) if column.name in self.places else None
        if column.value is None:
            return own or literal(column.default)
        told = self.told(column.value, column)
        return told if own is None or own in self.full else \
            f"CASE WHEN {own} IS NOT NULL THEN {told} END"

    def is_always_said(self, column: Column) -> bool:
        """Tell whether `said` is NULL nowhere; it is not of several values."""
        needed = [self.value(column.name)] if column.name in self.places else []
        if column.value:
            needed += map(self.variable(column), column.value.variables)
        return set(needed) <= self.full if needed else column.value is not None

    def is_plain(self, column: Column) -> bool:
        """Tell whether a literal's text has nothing that N-Triples escape: it is made so."""
        if column.datatype and lexical.is_plain(column.datatype):
            return True
        return self.grid.plain and column.name in self.places and not (
            column.steps or column.default)

    def when(self, column: Column) -> str:
        """Give the SQL that says in which rows a column states something."""
        if column.when is None:
            return "true"
        name, texts = column.when
        those = ", ".join(literal(text) for text in texts)
        return f"coalesce({self.value(name)}, '') IN ({those})"

    def value(self, name: str) -> str:
        """Name what `named` has for a column: the IRI of a thing, or its text."""
        number = self.numbers[name]
        return f"i{number}" if self.mapping.column(name).resolution else f"v{number}"

    def place(self, column: Column) -> int:
        """Give the number in the grid of what a column reads first; 0 for the whole row."""
        used = [name for template in (column.value, column.about) if template
                for name in template.variables]
        found = (self.place_of(name) for name in (column.name, *used))
        return next(filter(None, found), 0)

    def place_of(self, name: str) -> int:
        """Give the number in the grid of what a variable comes from; 0 for the whole row."""
        return self.places.get(next(iter(self.made_of(name)), name), 0)

    def made_of(self, name: str) -> list[str]:
        """Name the columns that a variable's IRI is minted of; none for another variable."""
        return [column for mint in self.mapping.mints if mint.name == name
                for column in (mint.code, *mint.otherwise, *(mint.own or ())[:1]) if column]


def _is_of_item(column: Column, template: Template) -> bool:
    """Tell a template of one of several values from one of the whole row, or of one cell."""
    if column.separator is None:
        return addition.OWN in template.variables
    return bool({addition.OWN, column.name} & set(template.variables))


def _places(mapping: Mapping, grid: Grid) -> dict[str, int]:
    there = {title: number for number, title in enumerate(grid.columns, 1)}
    read = [column for column in mapping.columns if not column.virtual]
    is_named = any(_title(title) in there for column in read
                   for title in (*column.titles, column.name))
    if not grid.dialect.header and not is_named and len(read) == len(there):
        found = {column.name: number for number, column in enumerate(read, 1)}
    else:
        found = {column.name: _place(column, there, mapping) for column in read}
    for column in mapping.columns:
        if column.virtual and column.source:
            found[column.name] = found[column.source]
    return found


def _place(column: Column, there: dict[str, int], mapping: Mapping) -> int:
    for title in (*column.titles, column.name):
        if _title(title) in there:
            return there[_title(title)]
    raise UnreadableError(f"no column {quoted(column.titles[0] if column.titles else column.name)} "
                          f"in the table; it has {', '.join(there)}", path=mapping.path,
                          line=column.line)


def _title(text: str) -> str:
    return " ".join(text.split())
