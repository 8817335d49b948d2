"""Whatever ends an import, and whenever: the graph is as before, or as it was to be."""

import faulthandler
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clusterkg import version
from clusterkg.importing import entry, history, undo
from clusterkg.importing.preparation import Order
from imports import held
from sites import firms

MAPPING = {"@context": "http://www.w3.org/ns/csvw", "url": "t.csv", "tableSchema": {
    "aboutUrl": "https://example.org/t{number}", "columns": [
        {"name": "number"},
        {"name": "name", "propertyUrl": "rdfs:label", "lang": "zh"}]}}
LIMIT = 300  # seconds for a test that takes five
# Where it ends: a function, and whether before or after it; the same again in an undo.
MOMENTS = ["importing.preparation.prepare before", "importing.facts.write after",
           "importing.history.keep after", "written._put_by after", "written._place after",
           "tables.load_all after", "version.swap_in before", "version.swap_in after",
           "snapshot.build after", "importing.history._settle before"]
RUN = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_import_killed as killed
killed.end_at({moment!r}, lambda: killed.os.kill(killed.os.getpid(), killed.signal.SIGKILL))
killed.ACTIONS[{action!r}](Path({world!r}))
"""
# Ends by signals while it writes: in an engine that hears none, or a loop that lets one pass.
BUSY = """
import hashlib, sys, time
from clusterkg import cli, recheck
def engine(*_, **__):
    print("at it", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
def deaf(*_, **__):
    try:
        print("at it", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        time.sleep(60)
recheck.keep = {how}
sys.exit(cli.run(["import", "t.csv", "--mapping", "m.json", "--snapshot", "snapshot"]))
"""


def order(world: Path) -> Order:
    return Order(world / "t.csv", world / "m.json", world / "snapshot")


ACTIONS: dict[str, Callable[[Path], object]] = {
    "import": lambda world: entry.enter(order(world)),
    "undo": lambda world: undo.undo(world / "snapshot", "t")}


def end_at(moment: str, end: Callable[[], None]) -> None:
    """Have the process end at a moment, the first time; of settling, when there is something."""
    name, when = moment.split()
    module, function = f"clusterkg.{name}".rsplit(".", 1)
    there = importlib.import_module(module)
    true = getattr(there, function)

    def ending(*arguments: object, **named: object) -> object:
        if when == "before":
            end()
        found = true(*arguments, **named)
        end()
        return found

    setattr(there, function, ending)


def edit(world: Path, text: str) -> None:
    (world / "t.csv").write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def limited(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """End the process, and say where it stands, when an engine does not return."""
    with capfd.disabled():
        told = os.dup(2)
    faulthandler.dump_traceback_later(LIMIT, exit=True, file=told)
    yield
    faulthandler.cancel_dump_traceback_later()
    os.close(told)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a world into which one edition was imported, and lay the next one out."""
    place = tmp_path_factory.mktemp("imported")
    firms(place)
    (place / "m.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    edit(place, "number,name\n1,one\n2,two\n")
    entry.enter(order(place))
    edit(place, "number,name\n1,one\n2,zwei\n3,drei\n")
    return place


@pytest.fixture
def world(imported: Path, tmp_path: Path) -> Path:
    """Give a copy of that world."""
    return shutil.copytree(imported, tmp_path / "world", symlinks=True)


def labels(world: Path) -> set[str]:
    quads, _ = held(world / "snapshot")
    return {quad.split('"')[1] for quad in quads if '"@zh' in quad and "/t" in quad.split()[0]}


def goes_on(world: Path, first: tuple[list[str], dict[str, bytes]], *, undoing: bool) -> None:
    """After whatever happened, import and undo lead where they should."""
    assert labels(world) in ({"one", "two"}, {"one", "zwei", "drei"}, set())
    folder = world / "snapshot"
    if undoing:
        while history.editions(folder, "t"):
            undo.undo(folder, "t")
        assert not (folder / "imports").exists()
        assert not list((folder / "written").iterdir())
        return
    assert entry.enter(order(world)).edition == 2
    assert labels(world) == {"one", "zwei", "drei"}
    assert undo.undo(folder, "t").now == 1
    assert held(folder) == first
    assert all(path.name.isdecimal() for path in (folder / "versions").iterdir())


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_leaves_one_of_two_graphs(world: Path, moment: str) -> None:
    first = held(world / "snapshot")
    killed(world, moment, "import")
    goes_on(world, first, undoing=False)


@pytest.mark.parametrize("moment", ["written._place after", "version.swap_in after",
                                    "importing.history._settle before"])
def test_a_killed_undo_leaves_one_of_two_graphs(world: Path, moment: str) -> None:
    entry.enter(order(world))
    killed(world, moment, "undo")
    goes_on(world, ([], {}), undoing=True)


def killed(world: Path, moment: str, action: str) -> None:
    text = RUN.format(tests=str(Path(__file__).parent), moment=moment, action=action,
                      world=str(world))
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert version.current(world / "snapshot")


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_interrupted_import_leaves_nothing_half_done(world: Path, moment: str,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    first = held(world / "snapshot")
    name, _ = moment.split()
    module, function = f"clusterkg.{name}".rsplit(".", 1)
    there = importlib.import_module(module)
    monkeypatch.setattr(there, function, getattr(there, function))  # undone afterwards
    fired: list[int] = []

    def interrupt() -> None:
        if not fired:
            fired.append(os.getpid())
            raise KeyboardInterrupt

    end_at(moment, interrupt)
    with pytest.raises(KeyboardInterrupt):
        entry.enter(order(world))
    monkeypatch.undo()
    if labels(world) == {"one", "two"}:
        assert held(world / "snapshot") == first
        assert not (world / "snapshot/imports/.scratch").exists()
    goes_on(world, first, undoing=False)


@pytest.mark.parametrize(("how", "signals"), [
    ("engine", [signal.SIGINT]), ("engine", [signal.SIGTERM]),
    ("engine", [signal.SIGINT, signal.SIGINT]), ("deaf", [signal.SIGTERM, signal.SIGINT])],
    ids=["Ctrl-C", "to end", "Ctrl-C twice", "unheard"])
def test_what_ends_by_signals_leaves_nothing_aside(world: Path, how: str,
                                                   signals: list[signal.Signals]) -> None:
    before = lying(world)
    doing = subprocess.Popen([sys.executable, "-c", BUSY.format(how=how)], cwd=world, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env={**os.environ, "TMPDIR": str(world)})
    assert doing.stdout
    assert doing.stdout.readline() == "at it\n"
    for each in signals:
        doing.send_signal(each)
        time.sleep(0.2)
    start = time.monotonic()
    out, err = doing.communicate(timeout=60)
    # One that is almost gone when the last signal comes heeds it no more, and ends by it.
    assert doing.returncode in {128 + signals[0], 128 + signals[-1], -signals[-1]}
    assert (out, err) == ("", "")
    assert time.monotonic() - start < 15  # of the minute and more that it would take
    assert lying(world) == before
    assert entry.enter(order(world)).edition == 2


def lying(world: Path) -> dict[str, bytes]:
    """Give what lies in a world, but for locks."""
    return {str(path.relative_to(world)): b"" if path.is_dir() else path.read_bytes()
            for path in sorted(world.rglob("*")) if ".sqlite" not in path.name}
