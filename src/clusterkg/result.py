"""What a Python program gets: solutions as named rows of Python values."""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusterkg import caption, discovery
from clusterkg.answer import Answer, Source
from clusterkg.errors import UsageError
from clusterkg.header import Texts
from clusterkg.value import Value, of
from clusterkg.view import view

if TYPE_CHECKING:
    import pandas


class Result:
    """Hold the rows of an answer; iterate it, index it, or turn it into a format.

    Values are str, int, Decimal, float, bool, date, datetime, IRI or None.
    """

    def __init__(self, answer: Answer, source: Source, titles: Mapping[str, Texts] | None = None,
                 diagnose: Callable[[], str] | None = None, taken: Sequence[str] = ()):
        """Keep the source for labels and, where there is no row, for the reason.

        `taken` says what each name was taken to be that is not quite a label.
        """
        self.answer = answer
        self.taken = taken
        self._source = source
        self._titles = titles or {}
        self._diagnose = diagnose

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns."""
        return self.answer.columns

    @cached_property
    def rows(self) -> list[tuple[Value, ...]]:
        """List the rows as named tuples."""
        row = namedtuple("Row", self.columns, rename=True)  # type: ignore[misc]  # names are data
        return [row(*(of(term) for term in terms)) for terms in self.answer.rows]

    def __iter__(self) -> Iterator[Any]:
        """Walk through the named rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.answer.rows)

    def __getitem__(self, index: int) -> Any:
        """Give one named row."""
        return self.rows[index]

    def __str__(self) -> str:
        """Draw the table that the command line draws."""
        return self.to_text("table")

    def __repr__(self) -> str:
        """Say how large the result is."""
        return f"<Result: {len(self)} rows of {', '.join(self.columns)}>"

    def diagnosis(self) -> str:
        """Say which condition left no row; empty where there are rows."""
        return "" if len(self) or self._diagnose is None else self._diagnose()

    def labels(self, language: str = "en") -> dict[str, str]:
        """Map the IRIs in the result to labels."""
        return caption.labels(self._source, self.answer.terms(), language)

    def to_bytes(self, name: str, *, language: str = "en") -> bytes:
        """Write the result in a format of the command line: table, json, csv, tsv, md, xlsx."""
        known = self.labels(language)
        seen = view(self.answer, known, self._titles, language=language)
        content: bytes = discovery.load("renderers", name).render(seen)
        return content

    def to_text(self, name: str, *, language: str = "en") -> str:
        """Write the result in a text format."""
        return self.to_bytes(name, language=language).decode()

    def to_csv(self, path: Path | str | None = None) -> str:
        """Write SPARQL's CSV, to a file as well where one is named."""
        content = self.to_bytes("csv")
        if path is not None:
            Path(path).write_bytes(content)
        return content.decode()

    def to_pandas(self) -> "pandas.DataFrame":
        """Make a data frame with typed columns; raise UsageError where pandas is missing."""
        try:
            import pandas as pd
        except ImportError as error:
            raise UsageError("pandas is not installed; pip install 'clusterkg[pandas]'") from error
        frame = pd.DataFrame(list(map(tuple, self.rows)), columns=list(self.columns), dtype=object)
        return frame.apply(_typed, result_type="expand") if len(frame) else frame


def _typed(column: "pandas.Series[Any]") -> "pandas.Series[Any]":
    """Give a column of numbers or dates pandas' own type; leave mixed ones as they are."""
    kinds = {type(value) for value in column if value is not None}
    names = {kind.__name__ for kind in kinds}
    if names == {"int"}:
        return column.astype("Int64")
    if names and names <= {"int", "Decimal", "float"}:
        return column.astype(float).astype("Float64")
    if names == {"bool"}:
        return column.astype("boolean")
    return column.astype("datetime64[ns]") if names == {"date"} else column
