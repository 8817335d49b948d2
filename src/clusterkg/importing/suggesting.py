"""A draft of a mapping, for a person to go on with."""

import json
import sys
from pathlib import Path

from clusterkg import tables, tabular
from clusterkg.csvw import suggestion
from clusterkg.importing import telling
from clusterkg.tabular import Dialect


def draft(file: Path, dialect: Dialect) -> int:
    """Print a mapping for a table; what was found of the table goes to standard error."""
    with tables.connect() as connection:
        grid = tabular.load(connection, file, dialect)
        drafted = suggestion.draft(grid, connection)
    print(telling.table(grid), *grid.remarks, sep="\n", file=sys.stderr)
    print(json.dumps(drafted, ensure_ascii=False, indent=2))
    return 0
