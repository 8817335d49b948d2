"""The whole build, at four sizes."""

import re
import shutil
import sys
from pathlib import Path

from bench import PROJECT, Bench, Row, named
from growth import exponent
from measure import Measured, run

WORK = "build"
_PHASE = re.compile(r"(\w[\w ]*) ([0-9.]+)(?:,|\))")
_LIMITS = {1_000_000: (45, 2.5, "under 45 s, under 2.5 GB"),
           10_000_000: (600, 10, "under 10 minutes, under 10 GB")}


def snapshot(bench: Bench, size: int) -> Path:
    """Name the folder of the snapshot of a size."""
    return bench.work / f"snapshot-{size}"


def measure(bench: Bench) -> None:
    """Build at each size, and hold what was built against the truth."""
    for size in bench.sizes:
        folder = snapshot(bench, size)
        shutil.rmtree(folder, ignore_errors=True)
        measured = built(bench, bench.data(size), folder)
        bench.note((WORK, "clusterkg", size), measured.seconds, measured,
                   f"clusterkg build, {named(size)}")
        bench.details[f"build {size}"] = phases(measured.output)
        truth = bench.task("truth", folder, bench.data(size) / "truth.json", ok=(0, 1)).said
        bench.check(truth.get("wrong") == [], "members of clusters, places, lists and stages are "
                    f"what was generated, {named(size)}", truth)
        if size in _LIMITS:
            _row(bench, size, measured)
    upper = {size: s for size, s in bench.seconds(WORK, "clusterkg").items() if size >= 100_000}
    if len(upper) > 1:
        bench.details["growth of the build"] = exponent(upper)


def phases(output: str) -> dict[str, float]:
    """Read the seconds of each part from what the build printed."""
    line = next((line for line in output.splitlines() if line.startswith("seconds")), "")
    return {name: float(seconds)
            for name, seconds in _PHASE.findall(line.partition("(")[2])}


def built(bench: Bench, data: Path, folder: Path, *more: str) -> Measured:
    """Build the data of a folder by the command line, in a process of its own."""
    bench.say(f"build {data.name}")
    return run([sys.executable, "-m", "clusterkg", "build", "--ontology", PROJECT / "ontology",
                data / "ontology.ttl", "--data", data / "data", "--snapshot", folder, *more], 3_600)


def _row(bench: Bench, size: int, measured: Measured) -> None:
    seconds, gigabytes, target = _LIMITS[size]
    bench.rows.append(Row(f"whole build of {named(size)}", target,
                          f"{measured.seconds:.1f} s, {measured.peak / 1000:.1f} GB",
                          measured.seconds < seconds and measured.peak < gigabytes * 1000))
