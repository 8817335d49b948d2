"""A draft of a mapping, for a person to go on with."""

import json
import sys
from pathlib import Path

from clusterkg import output, tables, tabular
from clusterkg.caption import printable
from clusterkg.csvw import suggestion
from clusterkg.errors import UsageError
from clusterkg.importing import telling
from clusterkg.tabular import Dialect


def draft(file: Path, dialect: Dialect, source: str | None = None) -> int:
    """Print a mapping for a table; what was found of the table goes to standard error.

    `source` is what it is to be imported as. Raises UsageError for a folder.
    """
    if file.is_dir():
        raise UsageError(f"{file} is a folder; draft the mapping of one table at a time")
    with tables.connect() as connection:
        grid = tabular.load(connection, file, dialect)
        drafted = suggestion.draft(grid, connection, dialect, source)
    for line in (telling.table(grid), *grid.remarks):
        print(printable(line), file=sys.stderr)
    output.tell(json.dumps(drafted, ensure_ascii=False, indent=2))
    return 0
