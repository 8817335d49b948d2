"""SHACL with the project's own shapes: ours, pySHACL and shacl-rust, with known violations."""

import json
from collections import Counter
from pathlib import Path
from statistics import median

from bench import PROJECT, Bench, Row, named
from growth import extrapolated

WORK = "SHACL"
TIMES = 20  # each of some shapes is broken so often
_SHAPES = PROJECT / "ontology" / "shapes"


def measure(bench: Bench) -> None:
    """Check the same data with each, and hold the results against the truth."""
    for size in sorted({*bench.sizes, *_slow(bench)}):
        _ours(bench, size)
    for size in _slow(bench):
        if not _theirs(bench, "pySHACL", "pyshacl_check.py", size):
            break
    for size in (size for size in bench.sizes if size <= bench.reference):
        if not _theirs(bench, "shacl-rust", "shacl_rust_check.py", size):
            break
    _rows(bench)


def _slow(bench: Bench) -> list[int]:
    """List the sizes for pySHACL, which takes minutes from 30k on."""
    return [size for size in bench.small if size <= bench.common]


def _ours(bench: Bench, size: int) -> None:
    folder, repeat = bench.data(size, TIMES), 3 if size <= bench.reference else 1
    more: list[str | Path] = ["--data", _data(bench, size)] if size <= bench.reference else []
    runs = [bench.task("shacl", folder, "--results", _results(bench, "clusterkg", size), *more)]
    runs += [bench.task("shacl", folder) for _ in range(repeat - 1)]
    seconds = median(run.said["shapes"] + run.said["check"] for run in runs)
    bench.note((WORK, "clusterkg", size), seconds, runs[-1],
               f"tasks/shacl.py {named(size)}: `shapes` and `check`")
    bench.details[f"SHACL {size}"] = runs[-1].said
    truth = json.loads((folder / "truth.json").read_text())["violations"]
    bench.check(runs[0].said["violations"] == truth, "violations are those that were put in, "
                f"{named(size)}", f"{runs[0].said['violations']} instead of {truth}")


def _theirs(bench: Bench, engine: str, script: str, size: int) -> bool:
    found = _results(bench, engine, size)
    measured = bench.peer(engine, script, _data(bench, size), _SHAPES, found)
    if measured is None:
        return False
    bench.note((WORK, engine, size), measured.said["check"], measured,
               f"peers/{script}: `check`" + " with load" * (engine == "shacl-rust"))
    ours, theirs = (Counter(path.read_text(encoding="utf-8").splitlines())
                    for path in (_results(bench, "clusterkg", size), found))
    differ = {"ours": ours.total(), "theirs": theirs.total(),
              "ours_alone": (ours - theirs).total(), "theirs_alone": (theirs - ours).total()}
    bench.details[f"SHACL results of {size} beside {engine}"] = differ
    if engine == "pySHACL":
        bench.check(ours == theirs, f"results of the shapes are pySHACL's, {named(size)}", differ)
    return True


def _data(bench: Bench, size: int) -> Path:
    return bench.work / f"checked-{size}.nt"


def _results(bench: Bench, engine: str, size: int) -> Path:
    return bench.work / f"results-{engine}-{size}.tsv"


def _rows(bench: Bench) -> None:
    ours = bench.seconds(WORK, "clusterkg")[bench.reference]
    work = f"SHACL, {named(bench.reference)} triples, the project's own shapes"
    target = "at least 100 times faster than pySHACL (extrapolated), the same results"
    theirs = bench.seconds(WORK, "pySHACL")
    if len(theirs) < 2:
        bench.rows.append(Row(work, target, bench.failed.get("pySHACL", "not run"), None))
        return
    seconds = extrapolated(theirs, bench.reference)
    sizes = " and ".join(map(named, sorted(theirs)[-2:]))
    rust = bench.seconds(WORK, "shacl-rust").get(bench.reference)
    beside = f"; shacl-rust with load {rust:.1f} s" if rust else ""
    bench.rows.append(Row(work, target, f"{ours:.2f} s against {seconds:,.0f} s "
                          f"(in a straight line from {sizes}): {seconds / ours:,.0f} times{beside}",
                          seconds / ours >= 100))
