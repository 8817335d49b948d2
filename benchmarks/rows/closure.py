"""The OWL 2 RL closure: ours at four sizes, beside reasonable, owlrl and purrdf."""

import shutil
import subprocess
from pathlib import Path
from statistics import median

from bench import HERE, SEED, Bench, Row, named
from growth import exponent, extrapolated
from measure import FailedError, Measured, run

WORK = "closure"


def measure(bench: Bench) -> None:
    """Close, compare, and say how it grows."""
    for size in bench.sizes:
        _ours(bench, size)
    _owlrl(bench)
    _reasonable(bench)
    _purrdf(bench)
    _rows(bench)


def _compared(bench: Bench) -> list[int]:
    return [size for size in bench.sizes if size <= bench.reference]


def start(bench: Bench, size: int) -> Path:
    """Name the file of what the rules start from at a size."""
    return bench.work / f"asserted-{size}.ttl"


def _ours(bench: Bench, size: int) -> None:
    """Close three times, once at the largest size; the first time writes what peers read."""
    folder, times = bench.data(size), []
    more: list[str | Path] = []
    if size <= bench.reference:
        more += ["--asserted", start(bench, size)]
    if size == bench.small[0]:
        more += ["--closed", _closed(bench)]
    measured = bench.task("close", folder, *more)
    bench.details[f"closure {size}"] = measured.said
    times.append(measured.said["infer"])
    if size <= bench.reference:
        alone = [bench.task("close", folder) for _ in range(2)]
        times += [again.said["infer"] for again in alone]
        measured = alone[0]
    bench.note((WORK, "clusterkg", size), median(times), measured,
               f"tasks/close.py {named(size)} (seed {SEED}): `infer`")
    bench.note(("closure with load", "clusterkg", size),
               measured.said["load"] + measured.said["infer"], measured, "the same: with `load`")


def _owlrl(bench: Bench) -> None:
    for size in bench.small:
        if not start(bench, size).exists():
            _ours(bench, size)
        out = bench.work / f"owlrl-{size}.nt"
        measured = bench.peer("owlrl", "owlrl_close.py", start(bench, size), out)
        if measured is None:
            return
        bench.note((WORK, "owlrl", size), measured.said["reason"], measured,
                   "peers/owlrl_close.py: `reason`")
        if size == bench.small[0]:
            _compare(bench, "owlrl", out, exact=True)


def _closed(bench: Bench) -> Path:
    return bench.work / f"closed-{bench.small[0]}.nt"


def _compare(bench: Bench, engine: str, theirs: Path, *, exact: bool) -> None:
    found = bench.task("compare", _closed(bench), theirs).said
    bench.details[f"closure of {named(bench.small[0])} beside {engine}"] = found
    if exact:
        bench.check(found["ours_alone"] == 0 == found["theirs_alone"],
                    f"closure of {named(bench.small[0])} differs from {engine}'s: {found}")


def _reasonable(bench: Bench) -> None:
    out = bench.work / "reasonable.nt"
    if bench.peer("reasonable", "reasonable_close.py", start(bench, bench.small[0]), out):
        _compare(bench, "reasonable", out, exact=False)
    for size in _compared(bench):
        measured = bench.peer("reasonable", "reasonable_close.py", start(bench, size))
        if measured is None:
            return
        _note(bench, "reasonable", size, measured, "peers/reasonable_close.py")


def _note(bench: Bench, engine: str, size: int, measured: Measured, command: str) -> None:
    bench.details[f"{engine} {size}"] = measured.said
    bench.note((WORK, engine, size), measured.said["reason"], measured, f"{command}: `reason`")
    bench.note(("closure with load", engine, size), measured.said["load"] + measured.said["reason"],
               measured, f"{command}: with `load`")


def _purrdf(bench: Bench) -> None:
    if "purrdf" in bench.skip:
        bench.failed["purrdf"] = "skipped"
        return
    try:
        program = _built(bench)
        for size in _compared(bench):
            bench.say(f"purrdf {size:,}")
            _note(bench, "purrdf", size, run([program, start(bench, size)], 600), "purrdf/close")
    except (FailedError, OSError) as error:
        bench.failed["purrdf"] = str(error)


def _built(bench: Bench) -> Path:
    """Compile the small program around purrdf's crates; raise FailedError where that fails."""
    cargo, target = shutil.which("cargo"), bench.work / "purrdf"
    if cargo is None:
        raise FailedError("not built: there is no cargo")
    for toolchain in ([], ["+nightly"]):  # its crates ask for a newer compiler than many have
        bench.say(f"build purrdf {' '.join(toolchain)}")
        made = subprocess.run(
            [cargo, *toolchain, "build", "--release", "--target-dir", target],
            cwd=HERE / "purrdf", capture_output=True, text=True, check=False)
        if not made.returncode:
            return target / "release" / "close"
    lines = [line for line in made.stderr.splitlines() if line.startswith("error")]
    said = lines or made.stderr.splitlines() or ["no word"]
    raise FailedError(f"not built: {said[-1]}")


def _rows(bench: Bench) -> None:
    for engine, least, target in (("reasonable", 40, "at least 40 times faster"),
                                  ("owlrl", 1_000, "at least 1,000 times faster, extrapolated "
                                                   "from 10k and 30k")):
        _beside(bench, engine, least, target)
    ours = bench.seconds(WORK, "clusterkg")
    if bench.size > bench.reference:
        seconds, peak = ours[bench.size], bench.peak(WORK, "clusterkg", bench.size)
        bench.rows.append(Row(f"closure of {named(bench.size)}", "under 30 s, under 4 GB",
                              f"{seconds:.1f} s, {peak:.1f} GB", seconds < 30 and peak < 4))
    upper = {size: seconds for size, seconds in ours.items() if size >= 100_000}
    if len(upper) > 1:
        found = exponent(upper)
        bench.rows.append(Row(f"growth of the closure's time, 100k to {named(bench.size)}",
                              "exponent at most 1.1", f"{found:.2f}", found <= 1.1))


def _beside(bench: Bench, engine: str, least: float, target: str) -> None:
    ours, theirs = (bench.seconds(WORK, name) for name in ("clusterkg", engine))
    work = f"OWL 2 RL closure of {named(bench.reference)} triples in tables, beside {engine}"
    if bench.reference in theirs:
        seconds = theirs[bench.reference]
    elif engine == "owlrl" and len(theirs) > 1:
        seconds = extrapolated(theirs, bench.reference)
    else:
        bench.rows.append(Row(work, target, bench.failed.get(engine, "not run"), None))
        return
    ratio = seconds / ours[bench.reference]
    bench.rows.append(Row(work, target, f"{ours[bench.reference]:.2f} s against {seconds:,.0f} s: "
                          f"{ratio:,.0f} times", ratio >= least))
