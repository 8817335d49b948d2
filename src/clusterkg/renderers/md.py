"""A Markdown table (GitHub Flavored) with labels."""

import re

from clusterkg.caption import printable
from clusterkg.view import View

BINARY = False
_MEANING = re.compile(r"([\\`*_{}\[\]<>|#~&])")


def render(view: View) -> bytes:
    """Write a table whose cells show as text, whatever is in them."""
    rows = [view.titles, ("---",) * len(view.titles), *view.texts]
    lines = [_line(row, escape=index != 1) for index, row in enumerate(rows)]
    if view.note and not view.texts:
        lines += ["", printable(view.note)]
    return ("\n".join(lines) + "\n").encode()


def _line(cells: tuple[str, ...], *, escape: bool) -> str:
    shown = [_cell(cell) if escape else cell for cell in cells]
    return "| " + " | ".join(shown) + " |"


def _cell(text: str) -> str:
    flat = printable(" ".join(text.split()))
    return _MEANING.sub(r"\\\1", flat)
