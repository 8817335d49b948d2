"""Write what was found: RESULTS.md for people, results.json for programs, times.svg to look at."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import parts
import plot
from bench import Bench, named
from growth import exponent
from parts import Part

_OWN = ("duckdb", "pyoxigraph", "pyshacl", "rdflib")
VERDICTS = {True: "yes", False: "**no**", None: "not judged"}


def write(known: Mapping[str, Part], bench: Bench, folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "RESULTS.md").write_text(markdown(known, bench), encoding="utf-8")
    found = {"size": bench.size, "machine": machine(), "versions": versions(bench),
             "parts": {name: part.told() for name, part in known.items()}}
    (folder / "results.json").write_text(
        json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = plot.draw(parts.joined(known, bench).points, "Time against size, both axes logarithmic")
    if drawn:
        (folder / "times.svg").write_text(drawn, encoding="utf-8")


def markdown(known: Mapping[str, Part], bench: Bench) -> str:
    """Render everything as Markdown."""
    size, bench = named(bench.size), parts.joined(known, bench)
    lines = ["# Results", "",
             f"Written by `make benchmark SIZE={size.lower()}`; `results.json` has all that was "
             "measured. The data is made up by `generate.py`, the same for everybody; what each "
             "figure is of, its command says. Measured, each part in one run beside its peers: "
             f"{'; '.join(parts.when(known))}.", "",
             *_machine(bench), "", "## What was to be reached", "",
             *table(("work", "to reach", "measured", "reached"),
                    ((row.work, row.to_reach, row.measured, VERDICTS[row.reached])
                     for row in bench.rows)),
             "", "## Correctness", "", *_correctness(bench), "", "## Growth", "",
             "![time against size](times.svg)", "", *_growth(bench),
             "", "## Every measurement", "", *_points(bench), *_phases(bench), *_questions(bench)]
    return "\n".join(lines) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Write a Markdown table."""
    lines = [list(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return [f"| {' | '.join(line)} |" for line in lines]


def machine() -> dict[str, str]:
    """Say what the run had: cores, memory, system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2 ** 30
    known = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", known.read_text() if known.exists() else "")
    return {"processor": found[1] if found else platform.machine(),
            "cores": str(os.cpu_count()), "memory": f"{memory:.0f} GiB",
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version()}


def versions(bench: Bench) -> dict[str, str]:
    """Name the versions of the engines."""
    found = {name: version(name) for name in _OWN}
    if bench.peers:
        said = subprocess.run([bench.peers / "bin" / "python", "-m", "pip", "list", "--format",
                               "json"], capture_output=True, text=True, check=False).stdout
        peers = {one["name"].lower(): one["version"] for one in json.loads(said or "[]")}
        found |= {f"{name} (peer)": peers[name] for name in
                  ("owlrl", "reasonable", "pyshacl", "shacl-rust", "rdflib") if name in peers}
    if "virtuoso" not in bench.failed:
        said = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True,
                              check=False).stderr
        number = re.search(r"Version ([\w.-]+)", said)
        found["virtuoso"] = number[1] if number else "unknown"
    return found


def _machine(bench: Bench) -> list[str]:
    named = ", ".join(f"{name} {value}" for name, value in versions(bench).items())
    here = machine()
    return [f"Machine: {here['processor']}, {here['cores']} cores, {here['memory']}, "
            f"{here['system']}, Python {here['python']}. Versions: {named}."]


def _correctness(bench: Bench) -> list[str]:
    found = [f"- **wrong**: {what}" for what in bench.wrong]
    found += [f"- right: {what}" for what in dict.fromkeys(bench.right)]
    if not found:
        found = ["- nothing was compared"]
    beside = {name.rpartition("beside ")[2]: said for name, said in bench.details.items()
              if "beside" in name and said.get("ours_alone", 0) + said.get("theirs_alone", 0)}
    found += [f"- {name}: lacks {said['ours_alone']:,} of {said['ours']:,}, has "
              f"{said['theirs_alone']:,} more" for name, said in beside.items()]
    otherwise: dict[str, str] = bench.details.get("questions that Virtuoso answers otherwise", {})
    for verdict in dict.fromkeys(otherwise.values()):
        names = ", ".join(name for name, said in otherwise.items() if said == verdict)
        found.append(f"- Virtuoso answers otherwise; rdflib and we, {verdict}: {names}")
    return found + [f"- {engine}: {why}" for engine, why in bench.failed.items()]


def _growth(bench: Bench) -> list[str]:
    rows = []
    for work, engine in dict.fromkeys((point.work, point.engine) for point in bench.points):
        times = bench.seconds(work, engine)
        if len(times) > 1:
            sizes = " ".join(named(size) for size in sorted(times))
            large = {size: s for size, s in times.items() if size >= 100_000}
            rows.append((work, engine, sizes, f"{exponent(times):.2f}",
                         f"{exponent(large):.2f}" if len(large) > 1 else ""))
    return table(("work", "engine", "sizes", "exponent", "from 100k"), rows)


def _points(bench: Bench) -> list[str]:
    return table(("work", "engine", "triples", "seconds", "peak GB", "command"),
                 ((p.work, p.engine, f"{p.triples:,}", f"{p.seconds:.3g}", f"{p.peak / 1000:.2f}",
                   p.command) for p in sorted(bench.points, key=lambda p: (
                       p.work, p.engine, p.triples))))


def _phases(bench: Bench) -> list[str]:
    found: dict[str, Mapping[str, float]] = {
        name: said for name, said in bench.details.items()
        if re.match(r"build (\d+|again)$", name) and isinstance(said, dict)}
    names = list(dict.fromkeys(name for said in found.values() for name in said))
    if not names:
        return []
    return ["", "## Parts of the build, seconds", "",
            *table(("build", *names), ([build, *(said.get(name, "") for name in names)]
                                       for build, said in found.items()))]


def _questions(bench: Bench) -> list[str]:
    lines = bench.details.get("questions") or []
    if not lines:
        return []
    return ["", f"## Questions at {named(bench.reference)} triples, milliseconds, warm", "",
            *table(("question", "rows", "memory", "disk", "virtuoso", "ratio"),
                   ([line["question"], line["rows"], line["memory"], line["disk"],
                     line.get("virtuoso") or line.get("error", ""), line.get("ratio", "")]
                    for line in sorted(lines, key=lambda line: -line["memory"])))]
