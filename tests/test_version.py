"""Versions of a snapshot folder: built aside, swapped in whole, locked by one build at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clusterkg import version
from clusterkg.errors import RefusedError, UnreadableError


def build(folder: Path, text: str) -> Path:
    with version.building(folder) as aside:
        (aside / "content").write_text(text)
        return version.swap_in(folder, aside)


def test_nothing_built_yet_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="clusterkg build"):
        version.current(tmp_path)


def test_the_newest_version_answers_and_one_before_stays(tmp_path: Path) -> None:
    for text in "abcd":
        build(tmp_path, text)
    assert (version.current(tmp_path) / "content").read_text() == "d"
    kept = sorted(p.name for p in (tmp_path / "versions").iterdir())
    assert kept == ["3", "4"]


def test_a_build_that_fails_leaves_the_old_version(tmp_path: Path) -> None:
    build(tmp_path, "good")
    def fail() -> None:
        with version.building(tmp_path) as aside:
            (aside / "content").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (version.current(tmp_path) / "content").read_text() == "good"
    assert [p.name for p in (tmp_path / "versions").iterdir()] == ["1"]


def test_a_second_build_is_refused_while_one_runs(tmp_path: Path) -> None:
    with (version.building(tmp_path),
          pytest.raises(RefusedError, match="another build is running"),
          version.building(tmp_path)):
        pass
    build(tmp_path, "after")


def test_a_killed_build_locks_nothing(tmp_path: Path) -> None:
    build(tmp_path, "good")
    code = ("import sys, time, pathlib; from clusterkg import version\n"
            "with version.building(pathlib.Path(sys.argv[1])) as aside:\n"
            "    (aside / 'content').write_text('half'); print('in', flush=True); time.sleep(60)\n")
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"in\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)
    time.sleep(0.1)
    assert (version.current(tmp_path) / "content").read_text() == "good"
    build(tmp_path, "next")
    assert (version.current(tmp_path) / "content").read_text() == "next"


class Killed(BaseException):
    """The end of a process: nothing after it is run."""


@pytest.mark.parametrize("number", range(1, 5))
def test_a_first_build_killed_with_any_folder_made_locks_nothing(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    folder, made, make = tmp_path / "snapshot", 0, os.mkdir

    def killing(path: str, *more: int) -> None:
        nonlocal made
        make(path, *more)
        made += 1
        if made == number:
            raise Killed

    monkeypatch.setattr(os, "mkdir", killing)
    with pytest.raises(Killed):
        build(folder, "half")
    monkeypatch.undo()
    assert (build(folder, "next") / "content").read_text() == "next"


@pytest.mark.parametrize("name", ["../..", "7", "", "x"])
def test_a_damaged_pointer_is_named(tmp_path: Path, name: str) -> None:
    build(tmp_path, "good")
    (tmp_path / "CURRENT").write_text(name)
    with pytest.raises(UnreadableError, match="damaged"):
        version.current(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="cannot make"), version.building(tmp_path / "file"):
        pass


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "versions" / "2019" / "thesis.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("dear")
    with pytest.raises(RefusedError, match="something else"):
        build(tmp_path, "mine")
    assert kept.read_text() == "dear"


def test_what_a_crash_left_never_costs_the_version_that_answers(tmp_path: Path) -> None:
    build(tmp_path, "good")
    orphan = tmp_path / "versions" / "2"
    orphan.mkdir()
    build(tmp_path, "next")
    assert sorted(p.name for p in (tmp_path / "versions").iterdir()) == ["1", "3"]


def test_a_broken_lock_is_named(tmp_path: Path) -> None:
    build(tmp_path, "good")
    (tmp_path / "lock.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(RefusedError, match=r"lock\.sqlite"):
        build(tmp_path, "next")
