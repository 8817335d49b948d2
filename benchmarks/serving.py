"""Hold the server against Oxigraph's own, on one store and with one client; write SERVING.md.

    python benchmarks/serving.py [--snapshot DIR] [--seconds 5] [--rounds 5] [--soak 300]

Needs wrk, and Oxigraph's server: `pip install oxigraph==0.5.13`, or --oxigraph PROGRAM. Exit code
4: one of them is missing. Exit code 1: a request failed, or the two answer otherwise.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import linear_regression
from time import monotonic, sleep
from typing import Any

import contestant
import verdict
from bench import HERE, Bench
from contestant import Contestant
from rows import build
from target import written

from clusterkg import version

_MISSING = 4
_TRIPLES = 1_000_000
_COMPARED = 200  # answers of each mix
_WARM = 2  # seconds that nobody counts
# The soak: connections, part of what the server can, seconds between two looks at its memory,
# seconds of a trial, and the part of its time after which memory has to be flat.
_CONNECTIONS, _LOAD, _STEP, _TRIAL, _SETTLES = 64, 0.8, 5, 5, 0.2


@dataclass(frozen=True)
class Point:
    """One run of the client against one server."""

    mix: str
    connections: int
    server: str
    rate: float  # answers a second
    p50: float  # milliseconds
    p99: float
    failed: int
    processor: float  # microseconds an answer
    memory: float  # megabytes, after it
    requests: int


@dataclass(frozen=True)
class Load:
    """What a client does: as quickly as it can, or with milliseconds between requests."""

    file: Path
    connections: int
    seconds: int
    start: int = 0
    pause: float = 0.0


@dataclass(frozen=True)
class Contest:
    """What is measured: which targets, how long, how often, at how many connections."""

    files: dict[str, Path]
    seconds: int
    rounds: int
    connections: tuple[int, ...]


def main() -> int:
    """Read the arguments, measure, write."""
    arguments = _arguments()
    program = arguments.oxigraph or _beside("oxigraph") or shutil.which("oxigraph")
    if program is None or not Path(program).is_file() or shutil.which("wrk") is None:
        print("this needs wrk and Oxigraph's server; nothing was measured", file=sys.stderr)
        return _MISSING
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = (arguments.snapshot or _snapshot(arguments.work.resolve())).resolve()
    store = version.current(folder) / "store"
    contest = Contest(written(store, arguments.work / "targets"), arguments.seconds,
                      arguments.rounds, tuple(arguments.connections))
    found: dict[str, Any] = {
        "load": round(os.getloadavg()[0], 1), "nice": os.nice(0), "program": str(program),
        "seconds": contest.seconds, "rounds": contest.rounds,
        "targets": {name: len(path.read_text().splitlines())
                    for name, path in contest.files.items()}}
    with _both(str(program), folder, store) as (raw, ours):
        found["differing"] = _differing(contest, raw, ours)
        found["points"] = [asdict(point) for point in _points(contest, raw, ours)]
        if arguments.soak:
            found["soak"] = _soaked(arguments.work / "targets" / "all", ours, arguments.soak)
    return verdict.write(found, arguments.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snapshot", type=Path, help="(default: a made-up one of 1M triples)")
    parser.add_argument("--oxigraph", type=Path, help="the program of Oxigraph's server")
    parser.add_argument("--seconds", type=int, default=5, help="of each run (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--connections", type=int, nargs="*", default=[1, 8, 64])
    parser.add_argument("--soak", type=int, default=0, metavar="SECONDS",
                        help="then keep the server at 80 %% of what it can; 0: do not")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--out", type=Path, default=HERE)
    return parser.parse_args()


def _snapshot(work: Path) -> Path:
    """Build the made-up world, once."""
    bench = Bench(work, _TRIPLES)
    folder = build.snapshot(bench, _TRIPLES)
    if not (folder / "CURRENT").is_file():
        build.built(bench, bench.data(_TRIPLES), folder)
    return folder


@contextmanager
def _both(program: str, folder: Path, store: Path) -> Iterator[tuple[Contestant, Contestant]]:
    with contestant.raw(program, store) as raw, contestant.ours(folder) as ours:
        yield raw, ours


def _beside(name: str) -> Path | None:
    """Find a program that was installed with this Python."""
    found = Path(sys.executable).parent / name
    return found if found.is_file() else None


def _client(server: Contestant, load: Load) -> "subprocess.Popen[str]":
    """Start the client."""
    return subprocess.Popen(
        ["wrk", "--threads", "1", "--connections", str(load.connections), "--duration",
         f"{load.seconds}s", "--latency", "--timeout", "10s", "--script", str(HERE / "load.lua"),
         f"http://127.0.0.1:{server.port}", "--", str(load.file), server.before, str(load.start),
         f"{load.pause:.3f}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _said(client: "subprocess.Popen[str]") -> dict[str, float]:
    """Wait for the client; give what it says."""
    out, error = client.communicate()
    if client.returncode:
        raise RuntimeError(f"wrk: {error or out}")
    said: dict[str, float] = json.loads(out.strip().splitlines()[-1])
    return said | {"rate": round(said["requests"] / said["seconds"], 1)}


def _differing(contest: Contest, raw: Contestant, ours: Contestant) -> dict[str, int]:
    """Count the answers that differ, in what they say, among some of each mix."""
    found = {}
    for mix, path in contest.files.items():
        some = Random(1).sample(path.read_text().splitlines(), _COMPARED)
        found[mix] = sum(json.loads(raw.ask(each)) != json.loads(ours.ask(each)) for each in some)
    return found


def _points(contest: Contest, raw: Contestant, ours: Contestant) -> Iterator[Point]:
    """Run the client against one and the other in turn; who is first changes each round."""
    for server in (raw, ours):
        for file in contest.files.values():
            _said(_client(server, Load(file, max(contest.connections, default=1), _WARM)))
    asked = Counter[tuple[str, str]]()  # each run goes on where the last one ended
    for number in range(contest.rounds):
        for mix, file in contest.files.items():
            for connections in contest.connections:
                for server in (raw, ours) if number % 2 else (ours, raw):
                    load = Load(file, connections, contest.seconds, asked[mix, server.name])
                    asked[mix, server.name] += (point := _point(mix, load, server)).requests
                    yield point


def _point(mix: str, load: Load, server: Contestant) -> Point:
    before = server.processor()
    said = _said(_client(server, load))
    processor = (server.processor() - before) / max(said["requests"], 1)
    point = Point(mix, load.connections, server.name, said["rate"], said["p50"], said["p99"],
                  int(said["failed"]), round(processor * 1e6, 1), round(server.memory(), 1),
                  int(said["requests"]))
    print(point, file=sys.stderr, flush=True)
    return point


def _soaked(file: Path, server: Contestant, seconds: int) -> dict[str, Any]:
    """Keep the server at a part of what it can; watch its memory."""
    most = _said(_client(server, Load(file, _CONNECTIONS, _TRIAL)))["rate"]
    pause = _pause(file, server, most * _LOAD)
    client = _client(server, Load(file, _CONNECTIONS, seconds, pause=pause))
    began = monotonic()
    memory: list[tuple[float, float]] = []
    while client.poll() is None:
        memory.append((round(monotonic() - began, 1), round(server.memory(), 1)))
        sleep(_STEP)
    settled = [(at / 60, held) for at, held in memory if at > seconds * _SETTLES]
    slope = linear_regression(*zip(*settled, strict=True)).slope
    return _said(client) | {"seconds": seconds, "most": most, "memory": memory,
                            "slope": round(slope, 3)}


def _pause(file: Path, server: Contestant, wanted: float) -> float:
    """Find the milliseconds between requests at which a rate is kept."""
    pause = _CONNECTIONS / wanted * 1000
    for _ in range(3):
        rate = _said(_client(server, Load(file, _CONNECTIONS, _TRIAL, pause=pause)))["rate"]
        pause = max(0.0, pause + (_CONNECTIONS / wanted - _CONNECTIONS / rate) * 1000)
    return pause


if __name__ == "__main__":
    sys.exit(main())
