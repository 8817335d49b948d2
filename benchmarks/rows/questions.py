"""Every named question on a million triples, beside Virtuoso; rdflib beside a few at 100k."""

import json
import sys
from pathlib import Path
from typing import Any

import virtuoso
from bench import HERE, Bench, Row, named
from measure import run

from rows.build import snapshot

WORK, LOAD = "questions", "load"
_SOME = ("cluster_counts", "enterprises_by_title", "stage_feeders")
TARGET = ("none slower than Virtuoso by more than 1.5 times, at least half of them faster, each "
          "under 300 ms")


def measure(bench: Bench) -> None:
    """Export, load, ask."""
    built = snapshot(bench, bench.reference)
    triples = _exported(bench, built, bench.reference)
    _rdflib(bench)
    try:
        if "virtuoso" in bench.skip:
            raise virtuoso.MissingError("skipped")
        with virtuoso.serving(bench.work / "virtuoso", triples) as (url, seconds):
            bench.details["virtuoso load"] = seconds
            lines = _ask(bench, built, "--virtuoso", url, "--graph", virtuoso.GRAPH)
    except (virtuoso.MissingError, OSError) as error:
        bench.failed["virtuoso"] = str(error)
        lines = _ask(bench, built)
    bench.details[WORK] = lines
    _decide(bench, [line["question"] for line in lines if not line.get("equal", True)])
    _row(bench, lines)


def _exported(bench: Bench, built: Path, size: int) -> Path:
    out = bench.work / f"all-{size}.nt"
    bench.say(f"export {size:,}")
    run([sys.executable, "-m", "clusterkg", "export", "--format", "ntriples", "--snapshot", built,
         "-o", out], 900)
    return out


def _ask(bench: Bench, built: Path, *more: str) -> list[dict[str, Any]]:
    bench.say("ask every question")
    said = run([sys.executable, HERE / "questions.py", "--snapshot", built, *more], 1_800)
    return [json.loads(line) for line in said.output.splitlines() if line.startswith("{")]


def _rdflib(bench: Bench) -> None:
    size = min(100_000, bench.size)
    triples = _exported(bench, snapshot(bench, size), size)
    bench.task("bind", snapshot(bench, size), bench.work / "bound", *_SOME)
    questions = [bench.work / "bound" / f"{name}.rq" for name in _SOME]
    found = bench.peer("rdflib", "rdflib_ask.py", triples, *questions, timeout=300)
    if found:
        bench.details[f"rdflib, closure of {named(size)}"] = found.said


def _decide(bench: Bench, unequal: list[str]) -> None:
    """Let rdflib decide, on the smallest snapshot, where Virtuoso answers otherwise."""
    if not unequal:
        return
    size = bench.sizes[0]
    built = snapshot(bench, size)
    found = bench.task("agree", built, _exported(bench, built, size), *unequal).said
    bench.details["questions that Virtuoso answers otherwise, alike in rdflib and here"] = found
    bench.check(all(found.values()), f"answers differ from Virtuoso's and from rdflib's: "
                f"{', '.join(name for name, alike in found.items() if not alike)}")


def _row(bench: Bench, lines: list[dict[str, Any]]) -> None:
    slowest = max(line["memory"] for line in lines)
    ratios = [line["ratio"] for line in lines if line.get("ratio") is not None]
    work = f"every named question, warm, {named(bench.reference)} triples"
    text = f"{len(lines)} questions, the slowest {slowest:.0f} ms"
    if not ratios:
        why = bench.failed.get("virtuoso", "no answer")
        bench.rows.append(Row(work, TARGET, f"{text}; Virtuoso: {why}", None))
        return
    faster = sum(ratio < 1 for ratio in ratios)
    text += (f"; of {len(ratios)} that Virtuoso answers {faster} are faster, the slowest beside "
             f"it takes {max(ratios):.2f} times its time")
    bench.rows.append(Row(work, TARGET, text,
                          max(ratios) <= 1.5 and faster * 2 >= len(ratios) and slowest < 300))
