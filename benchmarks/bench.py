"""What the measurements share: the folder, the data, and what was found so far."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generate import edit, generate
from measure import FailedError, Measured, run

HERE = Path(__file__).parent
PROJECT = HERE.parent
SEED = 1
_SIZES, _SMALL, _COMMON = (10_000, 100_000, 1_000_000), (3_000, 10_000, 30_000), 10_000
NAMES = {3_000: "3k", 10_000: "10k", 30_000: "30k", 100_000: "100k", 1_000_000: "1M",
         10_000_000: "10M"}


@dataclass(frozen=True)
class Point:
    """One measurement: what was done by which engine to how many triples."""

    work: str
    engine: str
    triples: int
    seconds: float
    peak: float
    command: str


@dataclass(frozen=True)
class Row:
    """A row of the table: what was to be reached, what was, and whether that is enough."""

    work: str
    to_reach: str
    measured: str
    reached: bool | None


@dataclass
class Bench:
    """One run of the benchmark."""

    work: Path
    size: int
    skip: frozenset[str] = frozenset()
    peers: Path | None = None
    points: list[Point] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> tuple[int, ...]:
        """List the sizes that time is taken at, the last is the one asked for."""
        return (*(size for size in _SIZES if size < self.size), self.size)

    @property
    def small(self) -> tuple[int, ...]:
        """List the sizes that slow engines are extrapolated from."""
        return tuple(size for size in _SMALL if size <= self.size)

    @property
    def common(self) -> int:
        """Give the size at which what engines conclude is compared."""
        return min(_COMMON, self.size)

    @property
    def reference(self) -> int:
        """Give the size at which engines are compared: a million, or what is asked for if less."""
        return min(1_000_000, self.size)

    def data(self, triples: int, violations: int = 0) -> Path:
        """Generate a world of so many triples, once."""
        folder = self.work / f"{triples}{f'-{violations}' * bool(violations)}"
        if not (folder / "truth.json").is_file():
            self.say(f"generate {triples:,}")
            generate(triples, SEED, folder, violations)
            edit(triples, SEED, folder / "edited")
        return folder

    def say(self, text: str) -> None:
        """Tell whoever waits what is being done."""
        print(text, file=sys.stderr, flush=True)

    def task(self, name: str, *arguments: str | Path, timeout: float = 1_800,
             ok: Sequence[int] = (0,)) -> Measured:
        """Run one of the tasks with the project's own Python."""
        self.say(f"{name} {' '.join(map(_short, arguments))}")
        return run([sys.executable, HERE / "tasks" / f"{name}.py", *arguments], timeout, ok)

    def peer(self, engine: str, script: str, *arguments: str | Path,
             timeout: float = 300) -> Measured | None:
        """Run a peer; None, and a note why, where it is skipped, fails or takes too long."""
        if engine in self.skip or self.peers is None:
            self.failed.setdefault(engine, "skipped" if engine in self.skip else "not installed")
            return None
        self.say(f"{engine} {' '.join(map(_short, arguments))}")
        try:
            return run([self.peers / "bin" / "python", HERE / "peers" / script, *arguments],
                       timeout)
        except (FailedError, OSError) as error:
            self.failed[engine] = f"{_short(arguments[0])}: {error}"
            self.say(f"{engine}: {error}")
            return None

    def note(self, done: tuple[str, str, int], seconds: float, measured: Measured,
             command: str) -> None:
        """Keep a measurement: `done` is the work, the engine and the number of triples."""
        self.points.append(Point(*done, seconds, measured.peak, command))

    def seconds(self, work: str, engine: str) -> dict[int, float]:
        """Give the times of one engine at one work, by the number of triples."""
        return {point.triples: point.seconds for point in self.points
                if (point.work, point.engine) == (work, engine)}

    def peak(self, work: str, engine: str, triples: int) -> float:
        """Give the gigabytes that it took."""
        return max((point.peak for point in self.points if (point.work, point.engine,
                    point.triples) == (work, engine, triples)), default=0) / 1000

    def check(self, right: bool, what: str, found: object = "") -> None:
        """Remember what was held against what; where one is wrong the run ends with exit code 1."""
        if right:
            self.right.append(what)
            return
        said = f"{what}: {found}" if found else what
        self.say(f"WRONG: {said}")
        self.wrong.append(said)


def named(triples: int) -> str:
    """Write a number of triples in short."""
    return NAMES.get(triples, f"{triples:,}")


def _short(argument: str | Path) -> str:
    return argument.name if isinstance(argument, Path) else str(argument)
