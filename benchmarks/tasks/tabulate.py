"""Turn a table into N-Triples by its mapping: `tabulate.py TABLE MAPPING OUT`; no graph is built.

With --rml it writes the mapping as RML instead: `tabulate.py --rml TABLE MAPPING OUT`.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from clusterkg import scratch, tabular
from clusterkg.csvw import conversion, metadata, rml
from clusterkg.importing import account, facts


def main() -> None:
    """Convert, or only say how."""
    table, mapping, out = map(Path, sys.argv[-3:])
    known = metadata.read(mapping)
    if sys.argv[1] == "--rml":
        out.write_text(rml.export(known, str(table)), encoding="utf-8")
        return
    begun = perf_counter()
    with scratch.connect(out.with_suffix(".aside")) as connection:
        grid = tabular.load(connection, table, known.dialect)
        read = perf_counter()
        conversion.convert(connection, known, grid)
        counted = account.settle(connection, grid.read)
        facts.write(connection, out, None)
    print(json.dumps({"rows": counted.entered, "read": read - begun,
                      "convert": perf_counter() - read}))


if __name__ == "__main__":
    main()
