"""What came of the contest: SERVING.md for people, serving.json for programs."""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from results import VERDICTS, machine, table
from target import MIXES

_RATE, _TAIL, _TAIL_AT = 0.8, 2.0, 64  # of the other server's
_FLAT = 1.0  # megabytes a minute
_SAID = {"label": "one label", "facts": "all facts of a thing", "star": "a star of three patterns"}
_PACKAGES = ("pyoxigraph", "uvicorn", "httptools", "uvloop")

Found = dict[str, Any]
Runs = Mapping[str, list[Found]]


def write(found: Found, folder: Path) -> int:
    """Write both files; what is not measured this time stays as it was. Give the exit code."""
    file = folder / "serving.json"
    known: Found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    now = {name: value for name, value in found.items() if value not in ([], {}, None)}
    merged = {**known, **now, "machine": machine(), "versions": _versions(found["program"]),
              "date": date.today().isoformat(), "differing": found["differing"]}
    merged.pop("program", None)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(merged, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "SERVING.md").write_text(markdown(merged), encoding="utf-8")
    failed = sum(point["failed"] for point in merged.get("points", ()))
    return int(any(found["differing"].values()) or bool(failed)
               or bool(merged.get("soak", {}).get("failed")))


def markdown(found: Found) -> str:
    """Render everything as Markdown."""
    named = ", ".join(f"{name} {value}" for name, value in found["versions"].items())
    here = found["machine"]
    return "\n".join([
        "# The server beside Oxigraph's own", "",
        f"Written by `make benchmark-serving` on {found['date']}; `serving.json` has every run. "
        "`clusterkg serve` and `oxigraph serve-read-only` answer from the same store, both with "
        "what they do by default; wrk asks both for the same targets, "
        f"{min(found['targets'].values()):,} of each kind in a circle; each run goes on where "
        "that server's last one ended. clusterkg remembers up to 64 MB of answers, so that "
        "labels, which are short, may be answered from memory when they come round again. Client "
        "and servers share the machine.", "",
        f"Machine: {here['processor']}, {here['cores']} cores, {here['memory']}, "
        f"{here['system']}, Python {here['python']}; when it began its load was {found['load']:g}; "
        f"both servers and the client ran at priority {found['nice']}. Versions: {named}.", "",
        "## What was to be reached", "",
        *table(("what", "to reach", "measured", "reached"), _verdicts(found)), "",
        "## What is asked", "",
        *table(("name", "query"), ((name, f"`{query.format(**_PLAIN)}`")
                                   for name, query in MIXES.items())), "",
        *_runs(found), *_soak(found.get("soak"))]) + "\n"


_PLAIN = {"thing": "<thing>", "label": "rdfs:label", "type": "rdf:type", "other": "<property>"}


def _verdicts(found: Found) -> Iterable[Sequence[str]]:
    points: list[Found] = found.get("points", [])
    for mix in MIXES:
        for connections in sorted({point["connections"] for point in points}):
            runs = _chosen(points, mix, connections)
            ratio, ratios = _ratio(runs, "rate")
            yield (f"answers a second, {_SAID[mix]}, {connections} connections",
                   f"at least {_RATE} of Oxigraph's",
                   f"{ratio:.2f} (rounds: {_spread(ratios)})", VERDICTS[ratio >= _RATE])
    for mix in MIXES if any(point["connections"] == _TAIL_AT for point in points) else ():
        ratio, ratios = _ratio(_chosen(points, mix, _TAIL_AT), "p99")
        yield (f"p99, {_SAID[mix]}, {_TAIL_AT} connections", f"under {_TAIL} of Oxigraph's",
               f"{ratio:.2f} (rounds: {_spread(ratios)})", VERDICTS[ratio < _TAIL])
    failed = sum(point["failed"] for point in points if point["server"] == "clusterkg")
    yield "requests that failed, in all runs", "none", f"{failed}", VERDICTS[failed == 0]
    differing = sum(found["differing"].values())
    yield ("answers that say something else than Oxigraph's", "none", f"{differing}",
           VERDICTS[differing == 0])
    soak = found.get("soak")
    if soak:
        load = soak["rate"] / soak["most"]
        yield (f"requests that failed in {soak['seconds']:,} s at {load:.0%} of what it can",
               "none", f"{soak['failed']} of {int(soak['requests']):,}",
               VERDICTS[soak["failed"] == 0])
        yield ("memory meanwhile", f"flat: under {_FLAT:g} MB a minute",
               f"{soak['slope']:+.2f} MB a minute", VERDICTS[soak["slope"] < _FLAT])


def _chosen(points: Iterable[Found], mix: str, connections: int) -> Runs:
    """Give the runs of both servers at one thing, in the order of the rounds."""
    found: dict[str, list[Found]] = {"oxigraph": [], "clusterkg": []}
    for point in points:
        if (point["mix"], point["connections"]) == (mix, connections):
            found[point["server"]].append(point)
    return found


def _ratio(runs: Runs, name: str) -> tuple[float, list[float]]:
    """Give the ratio of the medians, and those of each round."""
    ours, theirs = ([run[name] for run in runs[server]] for server in ("clusterkg", "oxigraph"))
    return (median(ours) / median(theirs),
            [one / other for one, other in zip(ours, theirs, strict=True)])


def _spread(ratios: Sequence[float]) -> str:
    return f"{min(ratios):.2f} to {max(ratios):.2f}"


def _runs(found: Found) -> list[str]:
    points: list[Found] = found.get("points", [])
    lines = []
    for mix in MIXES:
        for connections in sorted({point["connections"] for point in points}):
            for server, runs in _chosen(points, mix, connections).items():
                of = {name: median(run[name] for run in runs)
                      for name in ("rate", "p50", "p99", "processor", "memory")}
                lines.append((_SAID[mix], connections, server, f"{of['rate']:,.0f}",
                              f"{of['p50']:.2f}", f"{of['p99']:.2f}", f"{of['processor']:.0f}",
                              f"{of['memory']:.0f}", sum(run["failed"] for run in runs)))
    return ["## Every measurement", "",
            f"Medians of {found['rounds']} rounds of {found['seconds']} s; in each round one "
            "server follows the other, and who is first changes.", "",
            *table(("what", "connections", "server", "answers/s", "p50 ms", "p99 ms",
                    "processor µs/answer", "memory MB", "failed"), lines), ""]


def _soak(soak: Found | None) -> list[str]:
    if not soak:
        return []
    every = max(1, len(soak["memory"]) // 10)
    return ["## Under load for a while", "",
            f"All three kinds in turn at 64 connections, {soak['rate']:,.0f} answers a second of "
            f"the {soak['most']:,.0f} that it can, for {soak['seconds']:,} s: p50 "
            f"{soak['p50']:.2f} ms, p99 {soak['p99']:.2f} ms. Memory of all processes, where what "
            "they share counts once:", "",
            *table(("seconds", "MB"), soak["memory"][::every]), ""]


def _versions(program: str) -> dict[str, str]:
    found = {name: version(name) for name in ("clusterkg", *_PACKAGES)}
    for name, command in (("oxigraph", [program, "--version"]), ("wrk", ["wrk", "-v"])):
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        number = re.search(r"\d+\.\d+[\w.-]*", said.stdout + said.stderr)
        found[name] = number[0] if number else "unknown"
    return found
