"""Whatever kills a build or keeps it from writing, the snapshot that was there answers on."""

import ctypes
import os
import random
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterkg import version
from conftest import Requires
from faults import add_firm, build, firms, once, one_line, world
from test_build import command

__all__ = ["once", "world"]


# ---- killed

def kill_one(world: Path, seconds: float) -> bool:
    """Start a build, kill it after some seconds with all that it started; tell if it had ended."""
    child = subprocess.Popen(command(world), stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        return child.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(30)
        return False


def test_kills_harm_nothing(world: Path) -> None:
    chance, known = random.Random(3), ["a", "b"]
    start = time.perf_counter()
    add_firm(world, "first")
    known.append("first")
    assert build(world).returncode == 0
    whole = time.perf_counter() - start
    for number in range(6):  # a hundred: make soak
        add_firm(world, f"f{number}")
        kill_one(world, chance.uniform(0.1, 1) * whole)
        found = firms(world)
        assert found == known or len(found) == 4 + number
        assert not version.damages(world / "snapshot")
        known = found
    assert build(world).returncode == 0
    assert len(firms(world)) == 9
    assert len(list((world / "snapshot/versions").iterdir())) <= 2
    assert not list((world / "snapshot/versions").glob(".*"))


# ---- no room, no right, no turn

@pytest.fixture(params=["100k", "1m", "1900k"])
def small_disk(tmp_path: Path, request: pytest.FixtureRequest,
               requires: Requires) -> Iterator[Path]:
    """Give a folder on a disk of its own that is too small."""
    folder = tmp_path / "small"
    folder.mkdir()
    requires.mounted(folder, request.param)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_in_one_line(world: Path, small_disk: Path) -> None:
    arguments = command(world)
    arguments[arguments.index("--snapshot") + 1] = str(small_disk / "snapshot")
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
    one_line(done, 4, "")
    assert re.search("make room|No space left", done.stderr)
    assert not list((small_disk / "snapshot/versions").iterdir())


@pytest.mark.parametrize("size", [1_000, 20_000])
def test_files_that_cannot_grow_leave_the_old_snapshot(world: Path, size: int) -> None:
    add_firm(world, "c")
    done = build(world, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    one_line(done, 4, "make room")
    assert firms(world) == ["a", "b"]
    assert not version.damages(world / "snapshot")


def ordinary() -> None:
    """Let permissions hold for root too: without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""
    if not os.getuid():
        libc = ctypes.CDLL(None)
        for capability in (1, 2):
            libc.prctl(24, capability)  # PR_CAPBSET_DROP


def test_an_unreadable_source_is_named(world: Path) -> None:
    (world / "data/d.ttl").chmod(0)
    one_line(build(world, limit=ordinary), 3, "data/d.ttl")
    assert firms(world) == ["a", "b"]


def test_a_folder_that_cannot_be_written_is_named(world: Path) -> None:
    for path in (world / "snapshot", *(world / "snapshot").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    one_line(build(world, limit=ordinary), 4, "snapshot")
    assert firms(world) == ["a", "b"]


def test_of_two_builds_at_once_one_is_refused(world: Path) -> None:
    with version.building(world / "snapshot"):
        one_line(build(world), 4, "another build is running")
        assert firms(world) == ["a", "b"]
    add_firm(world, "c")
    both = [subprocess.Popen(command(world), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True) for _ in range(2)]
    ended = [(child.communicate()[1], child.returncode) for child in both]
    assert sorted(code for _, code in ended) in ([0, 0], [0, 4])
    assert all("another build" in said for said, code in ended if code)
    assert firms(world) == ["a", "b", "c"]
