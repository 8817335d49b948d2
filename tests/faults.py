"""A small built world to break, and what is asked of a command that fails."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import clusterkg
from test_build import around, command, kept, lay_out, restored

Ended = subprocess.CompletedProcess[str]


def run(world: Path, *arguments: str, limit: Callable[[], None] | None = None) -> Ended:
    return subprocess.run([sys.executable, "-m", "clusterkg", *arguments, "--snapshot",
                           str(world / "snapshot")], capture_output=True, text=True, timeout=120,
                          check=False, preexec_fn=limit, env=around(limit))


def build(world: Path, *more: str, limit: Callable[[], None] | None = None) -> Ended:
    return subprocess.run(command(world, *more), capture_output=True, text=True, timeout=120,
                          check=False, preexec_fn=limit, env=around(limit))


def firms(world: Path) -> list[str]:
    rows = clusterkg.open(world / "snapshot").query("firms")
    return sorted(str(row.firm).rsplit("/", 1)[-1] for row in rows)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay_out(tmp_path_factory.mktemp("faults") / "world")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return kept(folder)


@pytest.fixture
def world(once: Path) -> Path:
    """Give a built world as it was to each test."""
    return restored(once)


def one_line(done: Ended, code: int, said: str) -> None:
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


def add_firm(world: Path, name: str) -> None:
    with (world / "data/d.ttl").open("a", encoding="utf-8") as file:
        file.write(f':{name} a :Firm ; :name "{name}" .\n')
