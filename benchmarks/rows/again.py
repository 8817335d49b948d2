"""Building again after one small source has changed."""

import shutil
from pathlib import Path

from bench import Bench, Row, named

from rows.build import built, phases

WORK = "build after a change"


def measure(bench: Bench) -> None:
    """Build a copy of the data, change its bulletin, build again; compare with a full build."""
    size = bench.reference
    data, here = bench.data(size), bench.work / "changed"
    shutil.rmtree(here, ignore_errors=True)
    shutil.copytree(data, here, copy_function=_link)
    whole = built(bench, here, here / "snapshot")
    bulletin = here / "data" / "bulletin.nt"
    bulletin.unlink()
    shutil.copyfile(data / "edited" / "bulletin.nt", bulletin)
    again = built(bench, here, here / "snapshot")
    bench.details["build again"] = phases(again.output)
    bench.note((WORK, "clusterkg", size), again.seconds, again, "clusterkg build, bulletin edited")
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
