"""One module a source: `convert(folder, out)` turns its files into reviewed Turtle for `data/`.

`python -m clusterkg.importers.<source> FOLDER OUT` runs one of them.
"""

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from clusterkg.errors import ClusterkgError, UnreadableError, UsageError
from clusterkg.files import read_text

Row = dict[str, str]


def rows(path: Path, columns: Sequence[str], *, delimiter: str = ",") -> Iterator[tuple[int, Row]]:
    """Read a table with a header line; give each row with its 1-based line number.

    Raises UnreadableError where the header or the number of cells differs.
    """
    reader = csv.reader(read_text(path).splitlines(), delimiter=delimiter,
                        quoting=csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL)
    header = next(reader, [])
    if header != list(columns):
        raise UnreadableError(f"the header must be {delimiter.join(columns)}", path=path, line=1)
    for cells in reader:
        if len(cells) != len(columns):
            raise UnreadableError(f"{len(cells)} cells; give {len(columns)}",
                                  path=path, line=reader.line_num)
        yield reader.line_num, dict(zip(columns, cells, strict=True))


def run(convert: Callable[[Path, Path], None], arguments: Sequence[str]) -> int:
    """Run an importer from the command line and give its exit code."""
    try:
        if len(arguments) != 2:
            raise UsageError("give two arguments: FOLDER OUT")
        convert(Path(arguments[0]), Path(arguments[1]))
    except ClusterkgError as error:
        print(f"importer: {error}", file=sys.stderr)
        return error.exit_code
    return 0
