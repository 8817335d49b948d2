"""How long matching takes against many entries, and how often it is right.

The register is laid out as a build lays it out, without a closure. Names are matched by the
command line in a process of its own; what they mean is known (see `labelled`).

    python benchmarks/matching.py --entries 1000000 --names 10000 --out DIR
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import labelled
import pyoxigraph as ox

from clusterkg import content, labels, store, tables
from clusterkg.files import knowledge
from clusterkg.ledger import graph

_LIKELY = "skos:closeMatch"
_NS = "https://w3id.org/clusterkg/ns#"
_PARTS = {"Enterprise": "Organization"} | {
    f"{level}LevelArea": "AdministrativeArea" for level in ("Province", "Prefecture", "County")}


def lay_out(folder: Path, register: Path) -> Path:
    """Make a snapshot of a register and the places of the project; give its folder."""
    version = folder / "versions" / "1"
    version.mkdir(parents=True)
    connection = tables.connect(version / content.TABLES)
    files = [register, *(knowledge("data") / f"{name}.ttl" for name in ("cn-divisions", "places"))]
    tables.load_all(connection, files, [ox.NamedNode(graph(path.stem)) for path in files])
    connection.execute("CREATE TABLE inferred(s INTEGER, p INTEGER, o INTEGER)")
    _classify(connection)
    labels.write(version, connection.cursor())
    store.fill(version / content.STORE, connection, content.named(connection), content.DEFAULT,
               written=lambda: None)
    connection.close()
    (version / "manifest.json").write_text("{}\n", encoding="ascii")
    (folder / "CURRENT").write_text("1\n", encoding="ascii")
    return folder


def _classify(connection: tables.Connection) -> None:
    """Infer what matching asks for: which are organizations, and which administrative areas."""
    ids = tables.identify(connection, [_NS + name for pair in _PARTS.items() for name in pair])
    for part, whole in _PARTS.items():
        connection.execute("""
            INSERT INTO inferred SELECT DISTINCT q.s, q.p, ? FROM quad AS q JOIN term AS t
            ON t.id = q.p AND t.value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
            WHERE q.o = ?""", [ids[_NS + whole], ids[_NS + part]])


def matched(folder: Path, names: Path, output: Path) -> float:
    """Match by the command line; give the seconds."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "clusterkg", "match", names, "--column", "企业名称",
                    "--code", "统一社会信用代码", "--place", "地区", "--snapshot", folder,
                    "-o", output], check=True)
    return time.perf_counter() - began


def judged(folder: Path, output: Path) -> Iterator[tuple[str, Counter[str]]]:
    """Count by kind of name: those with a meaning, found, proposed, right at first."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    with (folder / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in list(csv.reader(file))[1:]]
    proposed: dict[str, list[str]] = {}
    lines = [line.split("\t") for line in output.read_text(encoding="utf-8").splitlines()
             if not line.startswith("#")]
    for line in (dict(zip(lines[0], each, strict=True)) for each in lines[1:]):
        if line["predicate_id"] == _LIKELY:
            proposed.setdefault(line["subject_source_row"], []).append(
                line["object_id"].replace("ent:", labelled.ID))
    first: dict[tuple[str, ...], int] = {}
    kinds: dict[str, Counter[str]] = {}
    for row, one in zip(rows, truth, strict=True):
        # What has the code of an entry is that entry, and is not proposed.
        coded = [labelled.ID + row[1].lower()] if row[1] else []
        found = proposed.get(f"names.csv!{first.setdefault(row, one['row'])}", coded)
        counts, meant = kinds.setdefault(one["kind"], Counter()), one["meant"]
        counts.update(names=1, meant=bool(meant), found=bool(meant) and meant in found,
                      proposed=bool(found), right=bool(found) and found[0] == meant)
    yield from kinds.items()
    yield "all", sum(kinds.values(), Counter())


def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    labelled.write(given.out, given.entries, given.names, given.seed)
    if not (given.out / "snapshot" / "CURRENT").exists():
        lay_out(given.out / "snapshot", given.out / "register.nt")
    seconds = matched(given.out / "snapshot", given.out / "names.csv", given.out / "out.sssom.tsv")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{given.names:,} names against {given.entries:,} entries: {seconds:.1f} s, "
          f"{most:,.0f} MB")
    for kind, counts in judged(given.out, given.out / "out.sssom.tsv"):
        print(f"{kind:<20}" + "  ".join(f"{name} {counts[name]:,}" for name in (
            "names", "meant", "found", "proposed", "right")))


if __name__ == "__main__":
    main()
