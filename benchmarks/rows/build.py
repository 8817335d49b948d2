"""The whole build, and building again after one small source has changed."""

import re
import shutil
import sys
from pathlib import Path

from bench import PROJECT, Bench, Row, named
from growth import exponent
from measure import Measured, run

WORK, AGAIN = "build", "build after a change"
_PHASE = re.compile(r"(\w[\w ]*) ([0-9.]+)(?:,|\))")
_LIMITS = {1_000_000: (45, 2.5, "under 45 s, under 2.5 GB"),
           10_000_000: (600, 10, "under 10 minutes, under 10 GB")}


def snapshot(bench: Bench, size: int) -> Path:
    """Name the folder of the snapshot of a size."""
    return bench.work / f"snapshot-{size}"


def measure(bench: Bench) -> None:
    """Build at each size, hold against the truth, change a source of a million, build again."""
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
    _again(bench, bench.reference)


def phases(output: str) -> dict[str, float]:
    """Read the seconds of each part from what the build printed."""
    line = next((line for line in output.splitlines() if line.startswith("seconds")), "")
    return {name: float(seconds)
            for name, seconds in _PHASE.findall(line.partition("(")[2])}


def built(bench: Bench, data: Path, folder: Path, *more: str) -> Measured:
    """Build a snapshot of a made-up world."""
    bench.say(f"build {data.name}")
    return run([sys.executable, "-m", "clusterkg", "build", "--ontology", PROJECT / "ontology",
                data / "ontology.ttl", "--data", data / "data", "--snapshot", folder, *more], 3_600)


def _row(bench: Bench, size: int, measured: Measured) -> None:
    seconds, gigabytes, target = _LIMITS[size]
    bench.rows.append(Row(f"whole build of {named(size)}", target,
                          f"{measured.seconds:.1f} s, {measured.peak / 1000:.1f} GB",
                          measured.seconds < seconds and measured.peak < gigabytes * 1000))


def _again(bench: Bench, size: int) -> None:
    """Build a copy of the data, change its bulletin, build again; compare with a full build."""
    data, here = bench.data(size), bench.work / "changed"
    shutil.rmtree(here, ignore_errors=True)
    shutil.copytree(data, here, copy_function=_link)
    whole = built(bench, here, here / "snapshot")
    bulletin = here / "data" / "bulletin.nt"
    bulletin.unlink()
    shutil.copyfile(data / "edited" / "bulletin.nt", bulletin)
    again = built(bench, here, here / "snapshot")
    bench.details["build again"] = phases(again.output)
    bench.note((AGAIN, "clusterkg", size), again.seconds, again, "clusterkg build, bulletin edited")
    anew = built(bench, here, here / "anew")
    same = bench.task("same", here / "snapshot", here / "anew", ok=(0, 1)).said
    bench.check(bool(same.get("same")), "a build after a change has the quads, the conclusions, "
                f"the store and the labels of a full one, {named(size)}", same)
    full = (whole.seconds + anew.seconds) / 2
    bench.rows.append(Row(f"build again after one source of 1,000 facts changed, {named(size)}",
                          "under a tenth of the full build",
                          f"{again.seconds:.1f} s of {full:.1f} s: {again.seconds / full:.1%}",
                          again.seconds < full / 10))


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
