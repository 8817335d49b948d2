"""A table that fits the terminal, with labels; one block a row where the columns do not fit."""

import io
import shutil
from collections.abc import Sequence
from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from clusterkg.caption import printable
from clusterkg.value import of
from clusterkg.view import View

BINARY = False
_PIPED = (100, 24)
_GAP = 3
_READABLE = 14  # a column as narrow as this holds most words whole


def render(view: View) -> bytes:
    """Draw the table as wide as the terminal allows, or 100 columns where there is none."""
    width = max(shutil.get_terminal_size(_PIPED).columns, 20)
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, markup=False,
                      emoji=False, legacy_windows=False)
    fits = _needed(view) <= width or not view.texts
    for drawn in [_table(view)] if fits else _records(view):
        console.print(drawn)
    if view.note and not view.texts:
        console.print(_text(view.note))
    return _trimmed(out.getvalue()).encode()


def _needed(view: View) -> int:
    """Count the cells that the columns need at least to be read without broken words."""
    columns = [[title, *cells] for title, cells in
               zip(view.titles, zip_longest(*view.texts), strict=True)] if view.texts else []
    return sum(min(max(map(_longest_word, column)), _READABLE) + _GAP for column in columns) - _GAP


def _longest_word(cell: str) -> int:
    # A script without spaces breaks anywhere; eight cells of it still read well.
    return max((cell_len(word) if word.isascii() else min(cell_len(word), 8)
                for word in cell.split()), default=0)


def _table(view: View) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title, numeric in zip(view.titles, _numeric(view), strict=True):
        table.add_column(_text(title), justify="right" if numeric else "left", overflow="fold")
    for row in view.texts:
        table.add_row(*(_text(cell) for cell in row))
    return table


def _records(view: View) -> Sequence[RenderableType]:
    """Give each row a block of `title  value` lines; what is empty is left out."""
    widest = max(cell_len(title) for title in view.titles)
    blocks: list[RenderableType] = []
    for number, row in enumerate(view.texts, 1):
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=min(widest, 30), overflow="fold")
        grid.add_column(overflow="fold")
        for title, cell in zip(view.titles, row, strict=True):
            if cell:
                grid.add_row(_text(title), _text(cell))
        blocks += [Text(f"── {number}"), grid]
    return blocks


def _text(cell: str) -> Text:
    return Text(printable(" ".join(cell.split())))


def _numeric(view: View) -> list[bool]:
    columns = zip_longest(*view.answer.rows) if view.answer.rows else [() for _ in view.titles]
    return [bool(column) and all(_is_number(of(term)) for term in column if term is not None)
            for column in columns]


def _is_number(value: object) -> bool:
    return not isinstance(value, bool | str) and hasattr(value, "__int__")


def _trimmed(drawn: str) -> str:
    return "\n".join(line.rstrip() for line in drawn.splitlines()).strip("\n") + "\n"
