"""The OWL 2 RL closure: ours at four sizes, beside reasonable, owlrl and purrdf."""

import shutil
import subprocess
from pathlib import Path
from statistics import median

from bench import HERE, SEED, Bench, Row, named
from growth import exponent, extrapolated
from measure import FailedError, Measured, run

WORK = "closure"
_WHOLE = "closure with adoption"  # of accepted claims, which no other engine has
_ALONE = "reasonable, without its triples in Python"
_BUILD, _PATIENCE = 300, 100  # seconds at most to compile purrdf, and for one of its closures


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
    if size == bench.common:
        more += ["--closed", _closed(bench)]
    measured = bench.task("close", folder, *more)
    bench.details[f"closure {size}"] = measured.said
    times.append(measured.said["close"])
    if size <= bench.reference:
        alone = [bench.task("close", folder) for _ in range(2)]
        times += [again.said["close"] for again in alone]
        measured = alone[0]
    bench.note((WORK, "clusterkg", size), median(times), measured,
               f"tasks/close.py {named(size)} (seed {SEED}): `close`")
    bench.note((_WHOLE, "clusterkg", size), measured.said["adopt"] + median(times), measured,
               "the same: with `adopt`")
    bench.note(("closure with load", "clusterkg", size),
               sum(measured.said[step] for step in ("load", "adopt", "close")), measured,
               "the same: with `load` and `adopt`")


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
        if size == bench.common:
            _compare(bench, "owlrl", out, exact=True)


def _closed(bench: Bench) -> Path:
    return bench.work / f"closed-{bench.common}.nt"


def _compare(bench: Bench, engine: str, theirs: Path, *, exact: bool) -> None:
    found = bench.task("compare", _closed(bench), theirs).said
    bench.details[f"closure of {named(bench.common)} beside {engine}"] = found
    if exact:
        bench.check(found["ours_alone"] == 0 == found["theirs_alone"],
                    f"the closure is {engine}'s, {named(bench.common)}", found)


def _reasonable(bench: Bench) -> None:
    """Time what a project in Python gets, and beside it the same less what Python adds."""
    out = bench.work / "reasonable.nt"
    if bench.peer("reasonable", "reasonable_close.py", start(bench, bench.common), out):
        _compare(bench, "reasonable", out, exact=False)
    for size in _compared(bench):
        measured = bench.peer("reasonable", "reasonable_close.py", start(bench, size), timeout=600)
        if measured is None:
            return
        _note(bench, "reasonable", size, measured, "peers/reasonable_close.py")


def _note(bench: Bench, engine: str, size: int, measured: Measured, command: str) -> None:
    bench.details[f"{engine} {size}"] = measured.said
    bench.note((WORK, engine, size), measured.said["reason"], measured, f"{command}: `reason`")
    bench.note(("closure with load", engine, size), measured.said["load"] + measured.said["reason"],
               measured, f"{command}: with `load`")
    if "hand_over" in measured.said:
        alone = max(measured.said["reason"] - measured.said["hand_over"], 0.001)
        bench.note((WORK, _ALONE, size), alone, measured, f"{command}: `reason` less `hand_over`")


def _purrdf(bench: Bench) -> None:
    if "purrdf" in bench.skip:
        bench.failed["purrdf"] = "skipped"
        return
    doing = "compile"
    try:
        program = _built(bench)
        for size in _compared(bench):
            doing = start(bench, size).name
            before = bench.seconds(WORK, "purrdf")
            if len(before) > 1 and extrapolated(before, size) > _PATIENCE:
                raise FailedError(f"not run, {extrapolated(before, size):,.0f} s by its growth")
            bench.say(f"purrdf {doing}")
            _note(bench, "purrdf", size, run([program, start(bench, size)], _PATIENCE),
                  "purrdf/close")
    except (FailedError, OSError) as error:
        bench.failed["purrdf"] = f"{doing}: {error}"
        bench.say(f"purrdf: {error}")


def _built(bench: Bench) -> Path:
    """Compile the small program around purrdf's crates; raise FailedError where that fails."""
    cargo, target = shutil.which("cargo"), bench.work / "purrdf"
    if cargo is None:
        raise FailedError("not built: there is no cargo")
    for toolchain in ([], ["+nightly"]):  # its crates ask for a newer compiler than many have
        bench.say(f"build purrdf {' '.join(toolchain)}")
        try:
            made = subprocess.run(
                [cargo, *toolchain, "build", "--release", "--target-dir", target], timeout=_BUILD,
                cwd=HERE / "purrdf", capture_output=True, text=True, check=False)
        except subprocess.TimeoutExpired as error:
            raise FailedError(f"not built within {_BUILD} s") from error
        if not made.returncode:
            return target / "release" / "close"
    lines = [line for line in made.stderr.splitlines() if line.startswith("error")]
    said = lines or made.stderr.splitlines() or ["no word"]
    raise FailedError(f"not built: {said[-1]}")


def _rows(bench: Bench) -> None:
    for engine, least, target in (("reasonable", 40, "at least 40 times faster"),
                                  ("owlrl", 1_000, "at least 1,000 times faster (extrapolated)")):
        _beside(bench, engine, least, target)
    ours = bench.seconds(_WHOLE, "clusterkg")
    if bench.size > bench.reference:
        seconds, peak = ours[bench.size], bench.peak(_WHOLE, "clusterkg", bench.size)
        bench.rows.append(Row(f"{_WHOLE}, {named(bench.size)}", "under 30 s, under 4 GB",
                              f"{seconds:.1f} s, {peak:.1f} GB", seconds < 30 and peak < 4))
    upper = {size: seconds for size, seconds in ours.items() if size >= 100_000}
    if len(upper) > 1:
        found = exponent(upper)
        bench.rows.append(Row(f"growth of {_WHOLE}, 100k to {named(bench.size)}",
                              "exponent at most 1.1", f"{found:.2f}", found <= 1.1))


def _beside(bench: Bench, engine: str, least: float, target: str) -> None:
    ours, theirs = (bench.seconds(WORK, name) for name in ("clusterkg", engine))
    work = f"OWL 2 RL closure of {named(bench.reference)} triples in tables, beside {engine}"
    seconds = theirs.get(bench.reference)
    how = _alone(bench) if engine == "reasonable" else ""
    if engine == "owlrl" and len(theirs) > 1:
        largest = dict(sorted(theirs.items())[-2:])
        seconds = extrapolated(largest, bench.reference)
        how = f" (in a straight line from {' and '.join(map(named, largest))})"
    if seconds is None:
        bench.rows.append(Row(work, target, bench.failed.get(engine, "not run"), None))
        return
    ratio = seconds / ours[bench.reference]
    bench.rows.append(Row(work, target, f"{ours[bench.reference]:.2f} s against {seconds:,.1f} s: "
                          f"{_short(ratio)} times{how}", ratio >= least))


def _alone(bench: Bench) -> str:
    """Say what is left of `reasonable` without the making of Python's terms."""
    seconds = bench.seconds(WORK, _ALONE).get(bench.reference)
    if seconds is None:
        return ""
    times = seconds / bench.seconds(WORK, "clusterkg")[bench.reference]
    return (f"; without what it takes to hand its triples to Python, {seconds:,.1f} s: "
            f"{_short(times)} times")


def _short(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"
