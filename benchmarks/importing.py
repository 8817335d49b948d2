"""Import a made-up register of a million rows, its next edition, and take both back; write
IMPORTING.md.

    python benchmarks/importing.py [--sizes 10k 100k 1m] [--peer 100k 1m] [--matching]

What was put into the register is held against the account of each import: which row is in
quarantine, and for which cell. The same table is turned into triples by morph-kgc, in an
environment of its own, by the RML that our mapping gives. Exit code 1: something was wrong.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from compileall import compile_dir
from hashlib import file_digest
from pathlib import Path
from typing import Any

import imported
import openpyxl
import pyoxigraph as ox
from bench import HERE, PROJECT
from measure import FailedError, Measured, run
from run import peers

from clusterkg import version
from clusterkg.namespaces import expand

_SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
_SOURCE, _LONGEST = "register", 3_600
_OK = (0, 1)


class Trial:
    """What is done with one register, and what was found of it so far."""

    def __init__(self, work: Path, rows: int, found: dict[str, Any]):
        """Make the register, and lay a snapshot beside it."""
        self.folder, self.rows, self.found = work / f"register-{rows}", rows, found
        self.snapshot = self.folder / "snapshot"
        if not (self.folder / "truth.json").is_file():
            _task("../spreadsheet", "--rows", str(rows), "--changed", str(max(1, rows // 1_000)),
                  "--out", self.folder)
        self.truth: dict[str, Any] = json.loads((self.folder / "truth.json").read_text())
        self.before = _world(work, self.folder)
        shutil.rmtree(self.snapshot, ignore_errors=True)
        shutil.copytree(self.before, self.snapshot)

    def run(self) -> None:
        """Import, import again, import the next edition, take both back."""
        nothing = _held(self.snapshot)
        first = self._done("first import", self._table("register.csv"))
        self._check_account(first)
        self._check_meaning()
        kept = _held(self.snapshot)
        again = self._done("the same file again", self._table("register.csv"))
        self.check("the same file again changes nothing", bool(again["unchanged"])
                   and _held(self.snapshot) == kept)
        second = self._done("second edition", self._table("edited/register.csv"))
        changed, said = len(self.truth["changed"]), second["difference"]
        self.check(f"the second edition differs in {changed} companies", [changed, 0, 0, 0] == [
            said[name] for name in ("changed", "added", "gone", "moved")], said)
        for what, there in (("second edition", kept), ("first import", nothing)):
            self._done(f"undo of the {what}", ("--undo", self.snapshot, _SOURCE))
            self.check(f"undo of the {what} gives back each byte", _held(self.snapshot) == there)

    def check(self, what: str, right: bool, said: object = "") -> None:
        """Remember what was held against what."""
        self.found["checks"].append({"rows": self.rows, "what": what, "right": right,
                                     "said": "" if right else str(said)[:500]})

    def _table(self, name: str) -> tuple[str | Path, ...]:
        return self.snapshot, self.folder / name, self.folder / "register.json", _SOURCE

    def _done(self, what: str, arguments: tuple[str | Path, ...]) -> dict[str, Any]:
        measured = _task("enter", *arguments)
        self.found["runs"].append({
            "what": what, "rows": self.rows, "seconds": round(measured.seconds, 2),
            "peak": round(measured.peak), "steps": measured.said["steps"],
            "builds": measured.said["builds"], "load": round(os.getloadavg()[0], 1)})
        return measured.said

    def _check_account(self, said: dict[str, Any]) -> None:
        """Hold each row of the quarantine against what was put in."""
        truth, account = self.truth, said["account"]
        wanted = {row: kind for kind, rows in truth["quarantined"].items() for row in rows}
        self.check("all rows are accounted for, as many as were made", account == {
            "read": self.rows, "entered": truth["entered"], "quarantined": len(wanted),
            "skipped": len(truth["skipped"])}, account)
        there = dict(_quarantined(Path(said["quarantine"])))
        self.check("in quarantine are the rows that are wrong, and no other",
                   there.keys() == wanted.keys(), sorted(there.keys() ^ wanted.keys())[:20])
        other = [(row, kind, there[row]) for row, kind in wanted.items()
                 if row in there and truth["blamed"][kind] not in there[row]]
        self.check("each is there for the cell that is wrong", not other, other[:5])
        self.found["kinds"][str(self.rows)] = dict(sorted(Counter(wanted.values()).items()))
        self.found["reasons"][str(self.rows)] = [
            [one["rows"], one["column"], one["wrong"]] for one in said["quarantined"][:40]]

    def _check_meaning(self) -> None:
        """Hold what the graph says of some companies against what was meant."""
        store = ox.Store.read_only(str(version.current(self.snapshot) / "store"))
        wrong = [(meant, sorted(said)) for meant in self.truth["sample"]
                 if not (said := set(_said(store, meant[1]))) >= set(_meant(meant))]
        self.check(f"{len(self.truth['sample'])} companies are in the graph as they were meant",
                   bool(self.truth["sample"]) and not wrong, wrong[:2])


def _meant(row: list[str]) -> Iterator[tuple[str, str]]:
    """Say in plain what the row of a company states."""
    yield "rdfs:label", row[0]
    yield "ckg:registeredCapital", row[3]
    yield "ckg:establishedOn", row[4]
    yield "ckg:registrationStatus", expand(f"registration-status:{row[5]}")
    yield "ckg:registeredIn", expand(f"place:cn-{row[8]}")
    yield "ckg:industryClass", expand(f"gbt4754:C{row[10]}")


def _said(store: ox.Store, code: str) -> Iterator[tuple[str, str]]:
    names = {expand(name): name for name in (
        "rdfs:label", "ckg:registeredCapital", "ckg:establishedOn", "ckg:registrationStatus",
        "ckg:registeredIn", "ckg:industryClass")}
    about = ox.NamedNode(expand(f"ent:{code.lower()}"))
    for quad in store.quads_for_pattern(about, None, None, ox.DefaultGraph()):
        if quad.predicate.value in names and not isinstance(quad.object, ox.BlankNode | ox.Triple):
            yield names[quad.predicate.value], quad.object.value


def _quarantined(path: Path) -> Iterator[tuple[int, str]]:
    """Give the line of each row, and the columns for which it is there."""
    for cell, columns in _workbook(path) if path.suffix == ".xlsx" else _lines(path):
        address = cell.split(" | ")[0].rpartition("!")[2]
        yield int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), columns


def _workbook(path: Path) -> Iterator[tuple[str, str]]:
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    for cell, column, *_ in sheet.iter_rows(min_row=2, values_only=True):
        yield str(cell), str(column or "")


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            said = json.loads(line)
            yield said["cell"], said["column"] or ""


def _held(folder: Path) -> dict[str, str]:
    """Give the checksums of what was written and kept of imports, and of what answers."""
    files = [path for name in ("written", "imports") for path in sorted((folder / name).rglob("*"))
             if path.is_file()]
    said = json.loads((version.current(folder) / "manifest.json").read_text(encoding="utf-8"))
    sums = {}
    for path in files:
        with path.open("rb") as file:
            sums[str(path.relative_to(folder))] = file_digest(file, "sha256").hexdigest()
    return sums | {name: json.dumps(said[name], sort_keys=True) for name in ("counts", "sources")}


def _world(work: Path, made: Path) -> Path:
    """Build what registers are imported into, once: the project's own graph, and industries."""
    folder = work / "world"
    if not (folder / "CURRENT").is_file():
        run([sys.executable, "-m", "clusterkg", "build", "--ontology", PROJECT / "ontology",
             "--data", PROJECT / "data", made / "data", "--snapshot", folder], _LONGEST)
    return folder


def _task(name: str, *arguments: str | Path) -> Measured:
    print(name, *arguments, file=sys.stderr, flush=True)
    path = (HERE / "tasks" / f"{name}.py").resolve()
    return run([sys.executable, path, *arguments], _LONGEST)


def _beside(work: Path, rows: int, found: dict[str, Any]) -> None:
    """Turn a plain register into triples, by us and by morph-kgc, one after the other."""
    folder = work / f"plain-{rows}"
    _task("../spreadsheet", "--rows", str(rows), "--plain", "--out", folder)
    table, mapping, rml = (folder / f"plain.{end}" for end in ("csv", "json", "rml.ttl"))
    _task("tabulate", "--rml", table, mapping, rml)
    where = peers(work / "peers-import", HERE / "requirements-import.txt")
    said: dict[str, Any] = {"rows": rows, "left out": [
        line for line in rml.read_text(encoding="utf-8").splitlines() if line.startswith("#")]}
    found["peers"].append(said)
    if where is None:
        said["error"] = "morph-kgc is not installed"
        return
    settings = folder / "morph.ini"
    settings.write_text(f"[CONFIGURATION]\noutput_file: {folder / 'theirs.nt'}\n"
                        f"output_format: N-TRIPLES\nnumber_of_processes: {os.cpu_count()}\n"
                        f"[Register]\nmappings: {rml}\n", encoding="utf-8")
    compile_dir(PROJECT / "src", quiet=1)  # as is done for the other when it is installed
    ours = _task("tabulate", table, mapping, folder / "ours.nt")
    try:
        theirs = run([where / "bin" / "python", "-m", "morph_kgc", settings], _LONGEST)
    except FailedError as error:
        said["error"] = str(error)
        return
    said |= {"ours": round(ours.seconds, 2), "theirs": round(theirs.seconds, 2),
             "ours peak": round(ours.peak), "theirs peak": round(theirs.peak),
             "version": _version(where), **_differing(folder)}


def _version(where: Path) -> str:
    said = subprocess.run([where / "bin" / "python", "-m", "pip", "list", "--format", "json"],
                          capture_output=True, text=True, check=False).stdout
    return str(next((one["version"] for one in json.loads(said or "[]")
                     if one["name"].lower().replace("_", "-") == "morph-kgc"), "unknown"))


def _differing(folder: Path) -> dict[str, Any]:
    """Compare both as sets of triples; which row says a thing, morph-kgc has no word for."""
    row = f" <{expand('ckg:sourceRow')}> ".encode()
    triples, of_rows, ours = _summed(folder / "ours.nt", row)
    said = {"triples": triples, "of rows": of_rows, "ours alone": 0, "theirs alone": 0}
    if _summed(folder / "theirs.nt", row) == (triples, 0, ours):
        return said  # each line of one is a line of the other
    sets = []
    for name in ("ours", "theirs"):
        with (folder / f"{name}.nt").open("rb") as file:
            sets.append({hash(str(quad.triple)) for quad in ox.parse(file, ox.RdfFormat.N_TRIPLES)
                         if quad.predicate.value != expand("ckg:sourceRow")})
    return {**said, "triples": len(sets[0]), "ours alone": len(sets[0] - sets[1]),
            "theirs alone": len(sets[1] - sets[0])}


def _summed(path: Path, apart: bytes) -> tuple[int, int, int]:
    """Count lines without and with what stands apart; add up hashes of the former."""
    count = others = total = 0
    with path.open("rb") as file:
        for line in file:
            if apart in line:
                others += 1
            else:
                count, total = count + 1, total + hash(line.rstrip())
    return count, others, total


def _matching(work: Path, found: dict[str, Any]) -> None:
    """Have names matched by the benchmark of that; what it says is kept."""
    measured = run([sys.executable, HERE / "matching.py", "--entries", "1000000", "--names",
                    "10000", "--out", work / "matching"], _LONGEST, _OK)
    found["matching"] = measured.said or {"said": measured.output.strip().splitlines()}


def main() -> int:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="*", type=str.lower, choices=_SIZES,
                        default=["10k", "100k", "1m"])
    parser.add_argument("--peer", nargs="*", type=str.lower, choices=_SIZES, default=[],
                        help="rows beside morph-kgc")
    parser.add_argument("--matching", action="store_true", help="match names, too")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"runs": [], "checks": [], "kinds": {}, "reasons": {}, "peers": []}
    for size in arguments.sizes:
        trial = Trial(work, _SIZES[size], found)
        try:
            trial.run()
        except FailedError as error:
            trial.check("an import ended", False, error)
        shutil.rmtree(trial.snapshot, ignore_errors=True)
        imported.write(found, arguments.out)  # a run that is stopped leaves what it has
    for size in arguments.peer:
        _beside(work, _SIZES[size], found)
    if arguments.matching:
        _matching(work, found)
    return imported.write(found, arguments.out)


if __name__ == "__main__":
    sys.exit(main())
