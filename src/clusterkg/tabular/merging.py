"""Merged cells: which cells of a row are covered by one that begins elsewhere."""

import re
from collections.abc import Iterable
from pathlib import Path

from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.tabular.grid import MOST_COLUMNS
from clusterkg.tabular.sheet import number

_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_MOST = 1_000  # beside one another


class Merged:
    """The merged cells of a sheet, asked for row by row."""

    def __init__(self, ranges: Iterable[str], path: Path):
        """Sort them by their first row."""
        found = [match for text in ranges if (match := _RANGE.fullmatch(text))]
        self._coming = sorted(((int(one[2]), int(one[4]), number(one[1]), number(one[3]), one[0])
                               for one in found), reverse=True)
        self._path = path
        self._here: list[tuple[int, int, int, int, str]] = []

    def covered(self, row: int, width: int) -> dict[int, str]:
        """Give the columns of a row, up to a width, whose value is that of another cell."""
        while self._coming and self._coming[-1][0] <= row:
            self._here.append(self._coming.pop())
        if not self._here:
            return {}
        self._here = [one for one in self._here if one[1] >= row]
        wide = sum(max(min(right, width) - left + 1, 0) for _, _, left, right, _ in self._here)
        if len(self._here) > _MOST or wide > max(width, 1) + len(self._here):
            raise RefusedError(f"merged cells overlap, or are more than {_MOST:,} beside one "
                               "another; save the sheet as CSV", path=self._path, line=row)
        return {col: text for first, _, left, right, text in self._here
                for col in range(left, min(right, width) + 1) if (first, left) != (row, col)}

    def refuse_header(self, row: int) -> None:
        """Refuse a header of which several cells are one."""
        found = self.covered(row, MOST_COLUMNS) or {
            left: text for first, last, left, _, text in self._here if first == row < last}
        if found:
            text = next(iter(found.values()))
            raise UnreadableError(
                f"the header has merged cells, {text}: give each column its name in one row, or "
                "give --skip-rows N, or skipRows in the mapping's dialect, if this is a title",
                path=self._path, line=row)
