"""What columns of a mapping say of one another: by name, or by the title that the table has."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from clusterkg.csvw import addition
from clusterkg.csvw.located import Node
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.errors import UnreadableError, quoted

_ROWS = ("_row", "_sourceRow")


class Names:
    """The columns of a mapping by name and title."""

    def __init__(self, columns: Iterable[Column]):
        """Take the names, and before them the titles of columns of the table."""
        listed = list(columns)
        self._names = {title: column.name for column in listed if not column.virtual
                       for title in column.titles} | {column.name: column.name for column in listed}
        self._shown = ", ".join(column.name for column in listed)
        self._columns = {column.name: column for column in listed}

    def find(self, node: Node) -> str:
        """Give the name of the column that a text names; raise UnreadableError."""
        return self._names.get(node.text()) or node.wrong(self._said(node.text()))

    def key(self, node: Node) -> str:
        """Give the name of a column that a key is made of: of cells, and of one value in each."""
        name = self.find(node)
        column = self._columns[name]
        if column.separator is not None:
            node.wrong(f"{quoted(name)} has several values; a key has one")
        if column.virtual and not column.source:
            node.wrong(f"{quoted(name)} is a virtual column, which has no text")
        return name

    def is_thing(self, name: str) -> bool:
        """Tell whether a column names things of the graph."""
        return self._columns[name].resolution is not None

    def named(self, mapping: Mapping, column: Column, text: str) -> str:
        """Give the name of the column that another column names; raise UnreadableError."""
        return self._names.get(text) or _wrong(mapping, column, self._said(text))

    def _said(self, text: str) -> str:
        return f"no column {quoted(text)}; there are {self._shown}"


def settled(mapping: Mapping) -> Mapping:
    """Give the mapping with names for titles; raise UnreadableError for what is not there."""
    names = Names(mapping.columns)
    columns = tuple(_settled(mapping, column, names) for column in mapping.columns)
    found = replace(mapping, columns=columns)
    for name in _of_rows(found):
        _one_value(found, found.column(name), name, of_row=True)
    _check_mints(found)
    for column in columns:
        _check_source(found, column)
        _check_variables(found, column)
    return found


def _settled(mapping: Mapping, column: Column, names: Names) -> Column:
    how, source, when = column.resolution, column.source, column.when
    return replace(
        column, source=names.named(mapping, column, source) if source else None,
        when=(names.named(mapping, column, when[0]), when[1]) if when else None,
        resolution=replace(how, within=tuple(names.named(mapping, column, name)
                                             for name in how.within)) if how else None)


def _check_source(mapping: Mapping, column: Column) -> None:
    if column.source and (not column.virtual or mapping.column(column.source).virtual):
        _wrong(mapping, column, "ckg:from is of a virtual column, and names one of the table")
    if column.virtual and not column.source and (
            column.steps or column.separator or column.resolution or column.namespace):
        _wrong(mapping, column, "a virtual column reads no cell; say which with ckg:from")
    if column.virtual and not column.source and column.predicate and not (
            column.value or column.default is not None):
        _wrong(mapping, column, "a virtual column needs valueUrl, default or ckg:from")
    within = column.resolution.within if column.resolution else ()
    if column.separator and within:
        _wrong(mapping, column, "several values are not resolved within other columns; leave out "
               "separator or within")
    for name in (*within, *(column.when or ())[:1]):
        _one_value(mapping, column, name)


def _check_variables(mapping: Mapping, column: Column) -> None:
    mints = {mint.name for mint in mapping.mints}
    for template in filter(None, (column.about, column.value)):
        for name in template.variables:
            if name == addition.OWN and not column.namespace:
                _wrong(mapping, column, f"{{{name}}} needs ckg:mint in this column")
            elif name not in (*_ROWS, addition.OWN, *mints):
                _one_value(mapping, column, name)


def _check_mints(mapping: Mapping) -> None:
    """Refuse identifiers made of another thing alone."""
    for mint in mapping.mints:
        columns = [mapping.column(name) for name in mint.otherwise]
        if len(columns) == 1 and columns[0].resolution:
            _wrong(mapping, columns[0], "all that are in one place, or have one thing in common, "
                   "would be the same; else of ckg:mint needs a name, too")


def _of_rows(mapping: Mapping) -> Iterator[str]:
    """Name the columns that say which thing a row is about, or whether it is taken."""
    for mint in mapping.mints:
        yield from filter(None, (mint.code, *mint.otherwise, *(mint.own or ())[:1]))
    yield from mapping.primary_key
    for skip in mapping.skips:
        yield from filter(None, (skip.column, skip.other))


def _one_value(mapping: Mapping, column: Column, name: str, *, of_row: bool = False) -> None:
    """Refuse what has no value in a row, or several but its own."""
    there = {one.name: one for one in mapping.columns}
    if name not in there:
        mints = [mint.name for mint in mapping.mints]
        known = ", ".join([*there, *mints, *_ROWS])
        _wrong(mapping, column, f"no column {quoted(name)} for {{{name}}}; there are {known}")
    if there[name].virtual and not there[name].source:
        _wrong(mapping, column, f"{{{name}}} is a virtual column, which has no text")
    if there[name].separator is not None and (of_row or name != column.name):
        _wrong(mapping, column, f"{{{name}}} has several values; only its own templates have them")


def _wrong(mapping: Mapping, column: Column, what: str) -> str:
    raise UnreadableError(f"column {column.name}: {what}", path=mapping.path, line=column.line)
