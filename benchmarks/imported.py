"""What came of imports: IMPORTING.md for people, importing.json for programs."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import PROJECT
from growth import exponent
from results import VERDICTS, machine, table

_MINUTES, _GIGABYTES, _LINEAR, _TENTH, _TIMES = 5, 3, 1.1, 0.1, 5
_MILLION = 1_000_000
_FIRST, _SECOND = "first import", "second edition"
_PACKAGES = ("clusterkg", "duckdb", "pyoxigraph")

Found = dict[str, Any]


def write(found: Found, folder: Path) -> int:
    """Write both files; what is not measured this time stays as it was. Give the exit code."""
    file = folder / "importing.json"
    known: Found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    merged = {**known, **{name: said for name, said in found.items() if said}}
    merged.pop("peer", None)  # when there was but one
    for name in ("runs", "checks"):  # of sizes that were not measured again
        now = {one["rows"] for one in found[name]}
        merged[name] = [one for one in known.get(name, []) if one["rows"] not in now] + found[name]
    for name in ("kinds", "reasons"):
        merged[name] = {**known.get(name, {}), **found[name]}
    merged |= {"machine": machine(), "date": date.today().isoformat(), "commit": _commit(),
               "versions": {name: version(name) for name in _PACKAGES}}
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(merged, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
                    encoding="utf-8")
    (folder / "IMPORTING.md").write_text(markdown(merged), encoding="utf-8")
    return int(not all(check["right"] for check in merged["checks"]))


def markdown(found: Found) -> str:
    """Render everything as Markdown."""
    here = found["machine"]
    named = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return "\n".join([
        "# Imports of a register", "",
        f"Written by `benchmarks/importing.py` on {found['date']} at commit {found['commit']}; "
        "`importing.json` has all that was measured. The register is made up by `spreadsheet.py`, "
        "the same for everybody: 12 columns, one row in a hundred wrong in one of 18 ways. It is "
        "imported into the project's own graph, with its mapping, by what `clusterkg import` does; "
        "the next edition gives one company in a thousand another capital. Memory is that of all "
        "processes together.", "",
        f"Machine: {here['processor']}, {here['cores']} cores, {here['memory']}, "
        f"{here['system']}, Python {here['python']}. Versions: {named}.", "",
        "## What was to be reached", "",
        *table(("work", "to reach", "measured", "reached"), _verdicts(found)), "",
        "## Correctness", "", *_checks(found), "",
        "## Every measurement", "", *_runs(found), "",
        "## Seconds of each step", "", *_steps(found), "",
        *_kinds(found), *_peers(found.get("peers", [])), *_matching(found.get("matching"))]) + "\n"


def _verdicts(found: Found) -> Iterable[Sequence[str]]:
    first, second = (_of(found, what) for what in (_FIRST, _SECOND))
    if _MILLION in first:
        run = first[_MILLION]
        minutes, gigabytes = run["seconds"] / 60, run["peak"] / 1000
        yield ("1,000,000 rows to a conforming snapshot", f"under {_MINUTES} minutes, under "
               f"{_GIGABYTES} GB", f"{minutes:.1f} minutes, {gigabytes:.1f} GB (load when it ended "
               f"{run['load']:g})", VERDICTS[minutes < _MINUTES and gigabytes < _GIGABYTES])
    times = {rows: run["seconds"] for rows, run in first.items() if rows >= 100_000}
    if len(times) > 1:
        power = exponent(times)
        yield ("growth with rows, from 100,000 on", "linear",
               f"seconds grow with the power {power:.2f} of rows", VERDICTS[power < _LINEAR])
    for rows in sorted(first.keys() & second.keys()):
        part = second[rows]["seconds"] / first[rows]["seconds"]
        yield (f"second import, {rows // 1_000:,} changed rows of {rows:,}",
               "under a tenth of the first", f"{second[rows]['seconds']:.1f} s of "
               f"{first[rows]['seconds']:.1f} s: {part:.0%}", VERDICTS[part < _TENTH])
    for peer in found.get("peers", []):
        if "theirs" in peer:
            yield _beside(peer)
    wrong = sum(not check["right"] for check in found["checks"])
    yield ("accounts, meanings and taking back, held against what was made", "all right",
           f"{len(found['checks']) - wrong} of {len(found['checks'])} right", VERDICTS[not wrong])


def _beside(peer: Found) -> Sequence[str]:
    times_faster = peer["theirs"] / peer["ours"]
    same = not peer["ours alone"] and not peer["theirs alone"]
    return (f"beside morph-kgc, {peer['rows']:,} plain rows", f"at least {_TIMES} times faster, "
            "the same triples", f"{peer['ours']:.1f} s against {peer['theirs']:.1f} s: "
            f"{times_faster:.1f} times; {peer['ours alone']:,} triples of ours alone, "
            f"{peer['theirs alone']:,} of theirs", VERDICTS[times_faster >= _TIMES and same])


def _of(found: Found, what: str) -> dict[int, Found]:
    return {run["rows"]: run for run in found["runs"] if run["what"] == what}


def _checks(found: Found) -> list[str]:
    return [f"- {'right' if check['right'] else '**wrong**'}, {check['rows']:,} rows: "
            f"{check['what']}{' ' * bool(check['said'])}{check['said']}"
            for check in found["checks"]]


def _runs(found: Found) -> list[str]:
    return table(("work", "rows", "seconds", "peak GB", "builds", "load"), (
        (run["what"], f"{run['rows']:,}", f"{run['seconds']:.1f}", f"{run['peak'] / 1000:.2f}",
         run["builds"], f"{run['load']:g}") for run in found["runs"]))


def _steps(found: Found) -> list[str]:
    names = list(dict.fromkeys(name for run in found["runs"] for name in run["steps"]))
    return table(("work", "rows", *names), (
        (run["what"], f"{run['rows']:,}", *(f"{run['steps'][name]:.1f}" if name in run["steps"]
                                            else "" for name in names)) for run in found["runs"]))


def _kinds(found: Found) -> list[str]:
    sizes = sorted(found["kinds"], key=int)
    names = sorted({name for kinds in found["kinds"].values() for name in kinds})
    return ["## What was wrong with rows, and how often", "",
            *table(("kind", *(f"{int(size):,} rows" for size in sizes)), (
                (name, *(f"{found['kinds'][size].get(name, 0):,}" for size in sizes))
                for name in names)), ""]


def _peers(peers: Sequence[Found]) -> list[str]:
    if not peers:
        return []
    measured = [peer for peer in peers if "theirs" in peer]
    failed = [f"Not measured, {peer['rows']:,} rows: {peer.get('error', 'no word')}."
              for peer in peers if peer not in measured]
    if not measured:
        return ["## Beside morph-kgc", "", *failed, ""]
    lost = [f"- {line.lstrip('# ')}" for line in measured[0]["left out"]]
    return ["## Beside morph-kgc", "",
            "A plain register, with nothing to clean, becomes N-Triples by our mapping, and by "
            f"morph-kgc {measured[0]['version']} with the RML that `clusterkg rml` gives of the "
            "same mapping, one after the other; whole processes are timed, with what they need to "
            "start, and both compiled to bytecode before. We also say where each row stands (one "
            "triple a row), sort the file and check all cells.", "", *failed, *[""] * bool(failed),
            *table(("rows", "engine", "seconds", "peak GB"), (
                (f"{peer['rows']:,}", name, f"{peer[who]:.2f}", f"{peer[f'{who} peak'] / 1000:.2f}")
                for peer in measured
                for name, who in (("clusterkg", "ours"), ("morph-kgc", "theirs")))), "",
            *(["RML has no words for:", "", *lost, ""] if lost else [])]


def _matching(said: Found | None) -> list[str]:
    if said is None:
        return []
    lines = said.get("said") or [f"{name}: {value}" for name, value in said.items()]
    return ["## Matching of names", "", *(f"    {line}" for line in lines), ""]


def _commit() -> str:
    said = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"],
                          cwd=PROJECT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
