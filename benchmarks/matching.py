"""Hold made-up names against many firms: how long it takes, how often it is right; MATCHING.md.

    python benchmarks/matching.py [--entries 1000000] [--names 10000] [--served 100000]

The register is laid out as a build lays it out, without a closure. Names are matched by the command
line, and by a server that is asked as OpenRefine asks; what they mean is known (see `labelled`).
Exit code 1: something that was to be reached was not.
"""

import argparse
import csv
import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import contestant
import labelled
import proposals
import pyoxigraph as ox
from bench import HERE
from measure import run

from clusterkg import content, labels, store, tables
from clusterkg.files import knowledge
from clusterkg.ledger import graph
from clusterkg.matching import proposal

_LIKELY = "skos:closeMatch"
_NS = "https://w3id.org/clusterkg/ns#"
_PARTS = {"Enterprise": "Organization"} | {
    f"{level}LevelArea": "AdministrativeArea" for level in ("Province", "Prefecture", "County")}
_BATCH, _ROUNDS = 50, 20  # names that a server is asked for at once, and how often
_COLUMNS = ("--column", "企业名称", "--code", "统一社会信用代码", "--place", "地区")


def main() -> int:
    """Measure, and write it."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000, help="(%(default)s)")
    parser.add_argument("--names", type=int, default=10_000, help="(%(default)s)")
    parser.add_argument("--served", type=int, default=100_000, help="entries of the server's graph")
    parser.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    parser.add_argument("--work", type=Path, default=HERE / "work" / "matching")
    parser.add_argument("--out", type=Path, default=HERE, help="where MATCHING.md goes")
    given = parser.parse_args()
    found: dict[str, Any] = {"entries": given.entries, "names": given.names, "seed": given.seed,
                             "served": given.served, "load": round(os.getloadavg()[0], 1)}
    folder = _laid_out(given.work / str(given.entries), given.entries, given.seed)
    found["matched"] = _matched(folder, given.names, given.seed)
    served = _laid_out(given.work / str(given.served), given.served, given.seed)
    found["batches"] = _asked(served, given.seed)
    return proposals.write(found, given.out)


def _laid_out(folder: Path, entries: int, seed: int) -> Path:
    """Make a snapshot of a register and the places of the project, once."""
    if not (folder / "snapshot" / "CURRENT").exists():
        print(f"lay out {entries:,} entries", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "register.nt").open("w", encoding="utf-8") as file:
            file.writelines(labelled.triples(labelled.register(entries, seed)))
        lay_out(folder / "snapshot", folder / "register.nt")
    return folder


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
    store.fill(version / content.STORE, connection, content.named(connection), content.DEFAULT)
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


def _matched(folder: Path, names: int, seed: int) -> dict[str, Any]:
    """Match by the command line; give seconds, megabytes and what was found by kind of name."""
    entries = labelled.register(int(folder.name), seed)
    labelled.ask(folder, labelled.named(entries, names, seed))
    output, before = folder / "out.sssom.tsv", _processor()
    measured = run([sys.executable, "-m", "clusterkg", "match", folder / "names.csv", *_COLUMNS,
                    "--snapshot", folder / "snapshot", "-o", output], 3_600)
    return {"seconds": round(measured.seconds, 1), "megabytes": round(measured.peak),
            "processor": round(_processor() - before, 1),
            "kinds": {kind: dict(counts) for kind, counts in judged(folder, output)}}


def _processor() -> float:
    """Give the seconds of processor of all that was run so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def judged(folder: Path, output: Path) -> Iterator[tuple[str, Counter[str]]]:
    """Count by kind of name: those with a meaning, found, proposed, right at first."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    with (folder / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in list(csv.reader(file))[1:]]
    proposed: dict[str, list[str]] = {}
    scores: dict[str, list[float]] = {}
    lines = [line.split("\t") for line in output.read_text(encoding="utf-8").splitlines()
             if not line.startswith("#")]
    for line in (dict(zip(lines[0], each, strict=True)) for each in lines[1:]):
        if line["predicate_id"] == _LIKELY:
            scores.setdefault(line["subject_source_row"], []).append(float(line["confidence"]))
            proposed.setdefault(line["subject_source_row"], []).append(
                line["object_id"].replace("ent:", labelled.ID))
    first: dict[tuple[str, ...], int] = {}
    kinds: dict[str, Counter[str]] = {}
    for row, one in zip(rows, truth, strict=True):
        # What has the code of an entry is that entry, and is not proposed.
        coded = [labelled.ID + row[1].lower()] if row[1] else []
        address = f"names.csv!{first.setdefault(row, one['row'])}"
        found, meant = proposed.get(address, coded), one["meant"]
        certain = proposal.are_certain(scores.get(address, []))
        kinds.setdefault(_kind(one), Counter()).update(
            names=1, meant=bool(meant), found=bool(meant) and meant in found,
            proposed=bool(found), right=bool(found) and found[0] == meant,
            certain=certain, right_certain=certain and found[0] == meant)
    yield from kinds.items()
    yield "all", sum(kinds.values(), Counter())


def _kind(one: dict[str, Any]) -> str:
    """Tell apart what nobody could tell: several firms fit, or a name that is quite new."""
    return f"{one['kind']}, several fit" if one["rivals"] else str(one["kind"])


def _asked(folder: Path, seed: int) -> list[float]:
    """Ask a server for batches of names, each batch once; give the milliseconds of each."""
    entries = labelled.register(int(folder.name), seed)
    texts = [one.text for one in labelled.named(entries, _BATCH * (_ROUNDS + 1), seed)]
    with contestant.ours(folder / "snapshot") as server, \
            closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as sent:
        taken = [_batch(sent, texts[start:start + _BATCH])
                 for start in range(0, len(texts), _BATCH)]
    return [round(each, 1) for each in taken[1:]]  # the first reads the places


def _batch(sent: HTTPConnection, texts: list[str]) -> float:
    body = urlencode({"queries": json.dumps({f"q{number}": {"query": text, "limit": 5}
                                             for number, text in enumerate(texts)})})
    began = perf_counter()
    sent.request("POST", "/reconcile", body,
                 {"Content-Type": "application/x-www-form-urlencoded"})
    got = sent.getresponse()
    answers = json.loads(got.read())
    taken = 1000 * (perf_counter() - began)
    if got.status != 200 or not any(one["result"] for one in answers.values()):
        raise ValueError(f"the server answers {got.status} with nothing found")
    return taken


if __name__ == "__main__":
    sys.exit(main())
