"""How soon after its start a process gives the first answer."""

import sys
from pathlib import Path
from statistics import median

from bench import Bench, Row, named
from measure import run

from rows.build import snapshot


def measure(bench: Bench) -> None:
    """Ask one question in a new process, five times."""
    bench.say("first answer")
    command: list[str | Path] = [
        sys.executable, "-m", "clusterkg", "query", "chain_stages", "--format", "tsv",
        "chain=<https://w3id.org/clusterkg/id/chain/b0>", "--snapshot",
        snapshot(bench, bench.reference)]
    runs = [run(command, 60) for _ in range(5)]
    seconds = median(measured.seconds for measured in runs)
    bench.check(len(runs[0].output.splitlines()) > 5, "the first answer has rows")
    bench.note(("first answer", "clusterkg", bench.reference), seconds, runs[-1],
               "clusterkg query chain_stages, a new process")
    bench.rows.append(Row(f"first answer after start-up, {named(bench.reference)}", "within 3 s",
                          f"{seconds:.2f} s", seconds < 3))
