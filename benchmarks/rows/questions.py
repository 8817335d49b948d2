"""Every named question on a million triples, beside Virtuoso; rdflib beside a few at 100k."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import virtuoso
from bench import HERE, Bench, Row, named
from choice import MOST
from measure import run

from rows.build import snapshot

WORK = "questions"
DECIDED = "questions that Virtuoso answers otherwise"
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
    except (virtuoso.MissingError, OSError, subprocess.SubprocessError) as error:
        bench.failed["virtuoso"] = str(error)
        bench.say(f"virtuoso: {error}")
        lines = _ask(bench, built)
    bench.details[WORK] = lines
    _compare(bench, lines)
    _row(bench, lines)


def _exported(bench: Bench, built: Path, size: int) -> Path:
    out = bench.work / f"all-{size}.nt"
    bench.say(f"export {size:,}")
    run([sys.executable, "-m", "clusterkg", "export", "--format", "ntriples", "--snapshot", built,
         "-o", out], 900)
    return out


def _ask(bench: Bench, built: Path, *more: str) -> list[dict[str, Any]]:
    bench.say("ask every question")
    shutil.rmtree(_texts(bench), ignore_errors=True)
    _texts(bench).mkdir()
    said = run([sys.executable, HERE / "questions.py", "--snapshot", built, "--texts",
                _texts(bench), *more], 900)
    return [json.loads(line) for line in said.output.splitlines() if line.startswith("{")]


def _rdflib(bench: Bench) -> None:
    size = min(100_000, bench.size)
    triples = _exported(bench, snapshot(bench, size), size)
    bench.task("bind", snapshot(bench, size), bench.work / "bound", *_SOME)
    questions = [bench.work / "bound" / f"{name}.rq" for name in _SOME]
    found = bench.peer("rdflib", "rdflib_ask.py", triples, *questions, timeout=300)
    if found:
        bench.details[f"rdflib, closure of {named(size)}"] = found.said


def _texts(bench: Bench) -> Path:
    return bench.work / "asked"


def _compare(bench: Bench, lines: list[dict[str, Any]]) -> None:
    """Count the answers that are Virtuoso's; let rdflib decide on the others."""
    equal = [line for line in lines if line.get("equal")]
    if equal:
        empty = sum(not line["rows"] for line in equal)
        bench.check(True, f"{len(equal)} of {len(lines)} questions are answered as by Virtuoso, "
                    f"{named(bench.reference)} ({empty} of them by no row)")
    unequal = [line["question"] for line in lines if line.get("equal") is False]
    if unequal:
        _decide(bench, unequal)


def _decide(bench: Bench, unequal: list[str]) -> None:
    """Let rdflib decide, on the smallest snapshot."""
    size = bench.sizes[0]
    built = snapshot(bench, size)
    found = bench.task("agree", built, _exported(bench, built, size), _texts(bench), *unequal).said
    bench.details[DECIDED] = found
    alike = [name for name, said in found.items() if said.startswith("alike")]
    differ = [name for name, said in found.items() if said == "differs"]
    if alike or differ:
        bench.check(not differ, f"what Virtuoso answers otherwise, rdflib answers as we do, "
                    f"{named(size)}", ", ".join(differ))


def _row(bench: Bench, lines: list[dict[str, Any]]) -> None:
    slowest = max(line["memory"] for line in lines)
    ratios = [line["ratio"] for line in lines if line.get("ratio") is not None]
    work = f"every named question, warm, {named(bench.reference)} triples"
    text = (f"{len(lines)} questions, each about what gives most rows, but at most {MOST:,}; the "
            f"slowest {slowest:.0f} ms")
    if not ratios:
        why = bench.failed.get("virtuoso", "no answer")
        bench.rows.append(Row(work, TARGET, f"{text}; Virtuoso: {why}", None))
        return
    faster, slower = sum(ratio < 1 for ratio in ratios), sum(ratio > 1.5 for ratio in ratios)
    text += (f"; Virtuoso answers {len(ratios)}: {faster} of them are faster here, {slower} take "
             f"more than 1.5 times its time, the slowest beside it {max(ratios):.2f} times; it "
             f"refuses {len(lines) - len(ratios)}")
    bench.rows.append(Row(f"{work}, from memory as a server has it", TARGET, text,
                          not slower and faster * 2 >= len(lines) and slowest < 300))
    _row_of_disk(bench, lines, f"{work}, from disk as a single command has it")


def _row_of_disk(bench: Bench, lines: list[dict[str, Any]], work: str) -> None:
    """Say the same of the disk; nothing was set as its target."""
    beside = [line["disk"] / line["virtuoso"] for line in lines if line.get("virtuoso")]
    slowest = max(line["disk"] for line in lines)
    bench.rows.append(Row(
        work, "told, not set", f"the slowest {slowest:.0f} ms, "
        f"{sum(line['disk'] >= 300 for line in lines)} from 300 ms on; "
        f"{sum(ratio < 1 for ratio in beside)} faster than Virtuoso, "
        f"{sum(ratio > 1.5 for ratio in beside)} more than 1.5 times its time", None))
