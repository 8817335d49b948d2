"""What tables in memory put aside: it goes with its process, or with the next one."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clusterkg import allowance, spill, tables, version
from clusterkg.errors import RefusedError

# Spills some megabytes, says where, and waits to be killed or told to end.
CHILD = """
import sys
from clusterkg import tables
connection = tables.connect()
connection.execute("SET memory_limit = '30MB'; SET threads = 1")
connection.execute("CREATE TEMP TABLE t AS SELECT r, hash(r) AS h FROM range(5000000) AS x(r)")
print("spilt", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for temporary files to this process and its children."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def start() -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    assert child.stdout
    assert child.stdout.readline() == "spilt\n"
    return child


def spilt(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def opened() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def raised(error: Exception) -> Callable[[], str]:
    def fail() -> str:
        raise error
    return fail


def test_what_is_spilt_goes_with_its_process(temporary: Path) -> None:
    child = start()
    assert spilt(temporary) > 10**6
    child.communicate("\n", timeout=60)
    assert child.returncode == 0
    assert not list(temporary.iterdir())


def test_what_a_killed_process_spilt_goes_with_the_next(temporary: Path) -> None:
    killed, living = start(), start()
    both = {path.name for path in temporary.iterdir()}
    assert len(both) == 2
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    left = spilt(temporary)
    spill.sweep()
    (kept,) = temporary.iterdir()
    assert kept.name in both
    assert 10**6 < spilt(temporary) < left
    living.communicate("\n", timeout=60)
    assert living.returncode == 0
    assert not list(temporary.iterdir())


def test_other_files_stay(temporary: Path) -> None:
    (temporary / "clusterkg-spill-file").write_text("not a folder")
    (temporary / "other").mkdir()
    (temporary / "clusterkg-spill-link").symlink_to(temporary / "other")
    spill.sweep()
    assert len(list(temporary.iterdir())) == 3


def test_connections_do_not_share_a_folder() -> None:
    one, other = spill.folder(), spill.folder()
    assert one != other
    assert one.parent == other.parent == spill.own()
    assert not one.exists()


def test_tables_are_read_where_nothing_can_be_written(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.connect(tmp_path / "t.duckdb").close()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with closing(tables.reopen(tmp_path / "t.duckdb")) as connection:
        assert tables.count(connection, "quad") == 0


def test_what_needs_a_folder_that_cannot_be_made_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(RefusedError, match="TMPDIR"):
        tables.connect()
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_get_default_tempdir", raised(FileNotFoundError(2, "None")))
    with pytest.raises(RefusedError, match="TMPDIR"):
        spill.own()


def test_a_build_puts_aside_beside_the_snapshot(tmp_path: Path) -> None:
    before = spill.own()
    with version.building(tmp_path / "snapshot") as aside:
        assert spill.own().parent == aside / allowance.SPILL
        assert spill.own() == spill.own()
    assert spill.own() == before
    assert before.is_dir()


def test_builds_leave_no_file_open(tmp_path: Path) -> None:
    spill.own()
    before = opened()
    for number in range(3):
        with version.building(tmp_path / str(number)):
            spill.own()
    assert opened() == before


def test_a_folder_that_is_gone_is_made_anew(temporary: Path) -> None:
    first = spill.own()
    before = opened()
    first.rmdir()
    assert spill.own() != first
    assert spill.own().is_dir()
    assert opened() == before
    spill.leave()
    assert not list(temporary.iterdir())


def test_a_fork_has_a_folder_of_its_own_and_leaves_its_parents() -> None:
    ours = spill.own()
    child = os.fork()
    if not child:
        os._exit(int(spill.own() == ours))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert ours.is_dir()
