"""Close DIR: `close.py DIR [--asserted FILE] [--closed FILE]`; prints what it took as JSON.

`adopt` is what comes before the rules and after: which records speak, and what they say; no other
engine does that, and what it leaves is where they start from. `close` is the rest.

--asserted writes what the rules start from, --closed what they end with, as N-Triples in which a
blank node is an IRI, so that engines agree on its name.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path
from time import perf_counter

from clusterkg import adoption, closure, tables
from clusterkg.files import knowledge, rdf_files
from clusterkg.tables import Connection

_ASSERTED = "(SELECT 0 AS g, s, p, o FROM triple WHERE step = 0)"
_CLOSED = """(
    SELECT 0 AS g, s, p, o FROM triple JOIN term ON term.id = p AND kind = 'iri'
    WHERE NOT EXISTS (SELECT 1 FROM cell AS c WHERE c.id IN (s, p, o)))"""
_BLANK = re.compile(r"(^| )_:(\w+)")


def main() -> None:
    """Load, close, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--asserted", type=Path)
    parser.add_argument("--closed", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as aside:
        connection = tables.connect(Path(aside) / "closure.duckdb")
        print(json.dumps(_close(connection, arguments.folder)))
        for path, relation in ((arguments.asserted, _ASSERTED), (arguments.closed, _CLOSED)):
            if path:
                _write(connection, relation, path)
        connection.close()


def _close(connection: Connection, folder: Path) -> dict[str, float]:
    files = rdf_files([knowledge("ontology"), folder / "ontology.ttl", folder / "data"])
    start = perf_counter()
    for path in files:
        tables.load(connection, path)
    loaded = perf_counter()
    adoption.adopt(connection)
    adopted = perf_counter()
    found = closure.close(connection)
    closed = perf_counter()
    if adoption.withhold(connection):
        raise SystemExit("generated data has records that only inference shows")
    done = perf_counter()
    if found.clashes:
        raise SystemExit(f"a clash: {found.clashes[0].message}")
    return {"load": loaded - start, "adopt": done - loaded - (closed - adopted),
            "close": closed - adopted, "rounds": found.rounds,
            "asserted": tables.count(connection, _ASSERTED), "inferred": found.inferred}


def _write(connection: Connection, relation: str, path: Path) -> None:
    aside = path.with_suffix(".raw")
    tables.write(connection, relation, aside)
    with aside.open(encoding="utf-8") as raw, path.open("w", encoding="utf-8") as out:
        out.writelines(_BLANK.sub(r"\1<blank:\2>", line) if "_:" in line else line for line in raw)
    aside.unlink()


if __name__ == "__main__":
    main()
