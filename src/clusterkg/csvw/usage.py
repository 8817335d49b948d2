"""Which columns of a table a mapping makes use of."""

from collections.abc import Iterator

from clusterkg.csvw.frame import Frame
from clusterkg.csvw.mapping import Column, Mapping
from clusterkg.tabular import Grid

_SHOWN = 10


def remarks(mapping: Mapping, grid: Grid) -> Iterator[str]:
    """Say in one line of which columns nothing is made, if of any."""
    unused = silent(mapping, grid)
    if unused:
        more = f" and {len(unused) - _SHOWN:,} more" if len(unused) > _SHOWN else ""
        yield f"nothing is made of {', '.join(unused[:_SHOWN])}{more}: no propertyUrl"


def silent(mapping: Mapping, grid: Grid) -> tuple[str, ...]:
    """Name the columns of the table that state nothing, and are part of nothing that does."""
    frame = Frame(mapping, grid)
    names = set(_of_rows(mapping))
    for column in frame.stated:
        names |= set(_of(column))
    names |= {name for mint in list(names) for name in frame.made_of(mint)}
    within = {name for column in mapping.columns if column.name in names and column.resolution
              for name in column.resolution.within}
    used = {frame.places.get(name, 0) for name in names | within}
    return tuple(title for number, title in enumerate(grid.columns, 1) if number not in used)


def _of(column: Column) -> Iterator[str]:
    yield column.name
    for template in filter(None, (column.about, column.value)):
        yield from template.variables
    yield from (column.when or ())[:1]


def _of_rows(mapping: Mapping) -> Iterator[str]:
    for skip in mapping.skips:
        yield from filter(None, (skip.column, skip.other))
    yield from (*mapping.primary_key, *mapping.wanted)
    for key in mapping.foreign_keys:
        yield from (*key.columns, *(key.referenced if key.table is None else ()))
