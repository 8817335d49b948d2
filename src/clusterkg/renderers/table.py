"""A table that fits the terminal, with labels."""

import io
import shutil
from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clusterkg.caption import printable
from clusterkg.value import of
from clusterkg.view import View

BINARY = False
_PIPED = (100, 24)


def render(view: View) -> bytes:
    """Draw the table as wide as the terminal allows, or 100 columns where there is none."""
    width = max(shutil.get_terminal_size(_PIPED).columns, 20)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title, numeric in zip(view.titles, _numeric(view), strict=True):
        table.add_column(_text(title), justify="right" if numeric else "left", overflow="fold")
    for row in view.texts:
        table.add_row(*(_text(cell) for cell in row))
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, markup=False,
                      emoji=False, legacy_windows=False)
    console.print(table)
    if view.note and not view.texts:
        console.print(_text(view.note))
    return _trimmed(out.getvalue()).encode()


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
