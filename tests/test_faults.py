"""Whatever breaks, the snapshot that was there answers on, and what is damaged is named."""

import argparse
import ctypes
import errno
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

import clusterkg
from clusterkg import allowance, integrity, shortage, tables, version
from clusterkg.errors import RefusedError, UnreadableError
from test_build import DATA, ONTOLOGY, QUERY, SHAPES

FILES = {"ontology/o.ttl": ONTOLOGY, "data/d.ttl": DATA, "shapes/s.ttl": SHAPES,
         "queries/firms.rq": QUERY}
Ended = subprocess.CompletedProcess[str]


def lay_out(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def command(world: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "clusterkg", "build", "--ontology", str(world / "ontology"),
            "--data", str(world / "data"), "--shapes", str(world / "shapes"),
            "--queries", str(world / "queries"), "--snapshot", str(world / "snapshot"), *more]


def run(world: Path, *arguments: str, limit: Callable[[], None] | None = None) -> Ended:
    return subprocess.run([sys.executable, "-m", "clusterkg", *arguments, "--snapshot",
                           str(world / "snapshot")], capture_output=True, text=True, timeout=120,
                          check=False, preexec_fn=limit)


def build(world: Path, *more: str, limit: Callable[[], None] | None = None) -> Ended:
    return subprocess.run(command(world, *more), capture_output=True, text=True, timeout=120,
                          check=False, preexec_fn=limit)


def firms(world: Path) -> list[str]:
    rows = clusterkg.open(world / "snapshot").query("firms")
    return sorted(str(row.firm).rsplit("/", 1)[-1] for row in rows)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = lay_out(tmp_path_factory.mktemp("faults"))
    done = build(world)
    assert done.returncode == 0, done.stderr
    return world


@pytest.fixture
def world(once: Path, tmp_path: Path) -> Path:
    """Give a built world of its own to each test."""
    return Path(shutil.copytree(once, tmp_path / "world"))


def one_line(done: Ended, code: int, said: str) -> None:
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


# ---- killed

def add_firm(world: Path, name: str) -> None:
    with (world / "data/d.ttl").open("a", encoding="utf-8") as file:
        file.write(f':{name} a :Firm ; :name "{name}" .\n')


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


# ---- damaged

def flip(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0x10]))


def parts(world: Path) -> list[Path]:
    folder = world / "snapshot"
    found = [folder / "CURRENT", *(p for p in version.current(folder).rglob("*") if p.is_file())]
    return sorted(p for p in found if p.stat().st_size)


def test_a_sound_snapshot_is_said_to_be(world: Path) -> None:
    done = run(world, "verify-snapshot")
    assert done.returncode == 0
    assert done.stdout == f"sound: {world}/snapshot/versions/1\n"
    kinds = {path.name for path in parts(world)}
    assert {"CURRENT", "manifest.json", "closure.duckdb", "firms.rq"} <= kinds
    assert [path for path in parts(world) if path.suffix == ".sst"]


def test_one_changed_byte_anywhere_is_found_and_named(world: Path) -> None:
    chance = random.Random(11)
    for path in parts(world):
        kept = path.read_bytes()
        for place in {0, len(kept) - 1, chance.randrange(len(kept))}:
            flip(path, place)
            found = version.damages(world / "snapshot")
            named = {damage.path for damage in found}
            # CURRENT and the manifest hold each other; which of the two was changed is not known.
            both = {path.with_name("manifest.json"), world / "snapshot/CURRENT",
                    world / "snapshot/versions/1/manifest.json"}
            assert named == {path} or (path.name in {"CURRENT", "manifest.json"} and named <= both
                                       and named), (path, place)
            assert version.sound(world / "snapshot") is None
            path.write_bytes(kept)
    assert not version.damages(world / "snapshot")


def test_what_was_put_into_a_snapshot_is_named(world: Path) -> None:
    built = world / "snapshot/versions/1"
    question = built / "queries/firms.rq"
    (built / "queries/more.rq").write_bytes(question.read_bytes())
    (built / "store/more").symlink_to("/")
    kept = question.rename(world / "firms.rq")
    question.symlink_to(kept)
    assert {damage.path for damage in version.damages(world / "snapshot")} == {
        built / "queries/more.rq", built / "store/more", question}


@pytest.mark.parametrize("pattern", ["CURRENT", "versions/1/manifest.json",
                                     "versions/1/store/*.sst", "versions/1/closure.duckdb",
                                     "versions/1/queries/firms.rq"])
def test_a_damaged_snapshot_is_rebuilt_on_request(world: Path, pattern: str) -> None:
    path = next((world / "snapshot").glob(pattern))
    flip(path, path.stat().st_size // 2)
    done = run(world, "verify-snapshot")
    assert done.returncode == 1
    assert f"damaged: {world / 'snapshot'}/" in done.stderr
    assert "clusterkg build" in done.stderr.splitlines()[-1]
    add_firm(world, "c")
    anew = build(world)
    assert anew.returncode == 0
    assert "all anew   the version before is damaged: " in anew.stdout
    assert run(world, "verify-snapshot").returncode == 0
    assert firms(world) == ["a", "b", "c"]


@pytest.mark.parametrize("pattern", ["CURRENT", "versions/1/manifest.json"])
def test_what_says_which_files_there_are_is_checked_when_asked(world: Path, pattern: str) -> None:
    path = world / "snapshot" / pattern
    flip(path, path.stat().st_size // 2)
    one_line(run(world, "query", "firms"), 3, "damaged")


@pytest.mark.parametrize("pattern", ["versions/1/store/*.sst", "versions/1/closure.duckdb"])
def test_a_missing_or_cut_file_is_named_when_asked(world: Path, pattern: str) -> None:
    path = next((world / "snapshot").glob(pattern))
    os.truncate(path, path.stat().st_size - 1)
    one_line(run(world, "query", "firms"), 3, f"{path}: {path.stat().st_size} bytes")
    path.unlink()
    one_line(run(world, "query", "firms"), 3, f"{path}: No such file")


def test_a_damaged_store_never_answers_wrongly(world: Path) -> None:
    sound = run(world, "query", "firms").stdout
    assert "/a" in sound or ":a" in sound
    for path in (world / "snapshot/versions/1/store").glob("*.sst"):
        for place in range(0, path.stat().st_size - 1, max(path.stat().st_size // 8, 1)):
            flip(path, place)
    done = run(world, "query", "firms")
    assert done.returncode in {0, 3}
    assert done.stdout == ("" if done.returncode else sound)


def test_damaged_tables_are_named(world: Path) -> None:
    path = world / "snapshot/versions/1/closure.duckdb"
    for place in range(4096, path.stat().st_size, 4096):
        flip(path, place)
    one_line(run(world, "explain", "https://example.org/b", "a", "https://example.org/Firm"), 3,
             "clusterkg build")


def test_a_version_without_checksums_still_answers(world: Path) -> None:
    (world / "snapshot/CURRENT").write_text("1\n")
    assert firms(world) == ["a", "b"]
    assert version.damages(world / "snapshot")


def test_an_unreadable_file_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    checksum = integrity.seal(tmp_path)
    assert not integrity.damages(tmp_path, checksum)
    (tmp_path / "file").unlink()
    (tmp_path / "file").mkdir()
    assert [damage.path for damage in integrity.damages(tmp_path, checksum)] == [tmp_path / "file"]


# ---- no room, no right, no turn

@pytest.fixture(params=["100k", "1m", "1900k"])
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Give a folder on a disk of its own that is too small."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs",
                           str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a disk needs a right that few have; file sizes are limited for all")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_in_one_line(once: Path, small_disk: Path) -> None:
    arguments = command(once)
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


# ---- memory

@pytest.mark.parametrize(("text", "number"), [
    ("2GB", 2 * 2**30), ("1.5 GiB", 3 * 2**29), ("512m", 2**29), ("1000000", 10**6)])
def test_sizes_are_read(text: str, number: int) -> None:
    assert allowance.size(text) == number


@pytest.mark.parametrize("text", ["", "much", "-1GB", "2 GB 3", "1e9", "2XB"])
def test_what_is_no_size_is_told(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no size"):
        allowance.size(text)


@pytest.mark.parametrize(("memory", "code", "said"), [
    ("100MB", 4, "100 MB of memory is too little; a build needs at least 1500 MB"),
    ("much", 2, "'much' is no size")])
def test_too_little_memory_is_refused_with_the_figure(
        world: Path, monkeypatch: pytest.MonkeyPatch, memory: str, code: int, said: str) -> None:
    add_firm(world, "c")
    monkeypatch.setenv("CLUSTERKG_MEMORY", memory)
    one_line(build(world), code, said)
    assert firms(world) == ["a", "b"]
    monkeypatch.setenv("CLUSTERKG_MEMORY", "1600MB")
    assert build(world).returncode == 0
    assert firms(world) == ["a", "b", "c"]


def test_too_little_to_map_is_refused_with_the_figure(world: Path) -> None:
    add_firm(world, "c")
    most = 2 * 2**30
    done = build(world, limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
    one_line(done, 4, "2048 MB of memory is too little; a build needs at least 3000 MB")
    assert firms(world) == ["a", "b"]


def test_tables_that_outgrow_their_memory_go_to_disk(tmp_path: Path) -> None:
    connection = tables.connect(tmp_path / "t.duckdb")
    connection.execute("SET memory_limit = '30MB'; SET threads = 1")
    connection.execute("CREATE TEMP TABLE t AS SELECT r, hash(r) AS h FROM range(5000000) AS x(r)")
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (5_000_000,)
    assert list((tmp_path / allowance.SPILL).iterdir())
    connection.close()


def outgrown() -> None:
    connection = tables.connect()
    connection.execute("SET memory_limit = '10MB'; SET temp_directory = ''")
    connection.execute("CREATE TABLE t AS SELECT r, hash(r) AS h FROM range(5000000) AS x(r)")


def raised(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error
    return fail


@pytest.mark.parametrize(("fail", "said"), [
    (outgrown, "not enough memory: Out of Memory Error"),
    (raised(MemoryError()), "not enough memory: no memory left; allow more with --memory"),
    (raised(duckdb.OutOfMemoryException("max_temp_directory_size")), "make room"),
    (raised(tables.Error("IO Error: No space left on device")), "make room"),
    (raised(sqlite3.OperationalError("database or disk is full")), "make room"),
    (raised(OSError(errno.ENOSPC, "No space left on device")), "make room")])
def test_what_runs_short_is_told_in_one_line(fail: Callable[[], None], said: str) -> None:
    with pytest.raises(RefusedError, match=said) as caught, shortage.told(Path("snapshot")):
        fail()
    assert "still answers" in str(caught.value)
    assert "\n" not in str(caught.value)


def unknown_table() -> None:
    tables.connect().execute("FROM nowhere")


def no_number() -> None:
    tables.connect().execute("SELECT 'Disk'::INTEGER")


def unknown_column() -> None:
    sqlite3.connect(":memory:").execute("SELECT nothing")


@pytest.mark.parametrize("fail", [unknown_table, no_number, unknown_column,
                                  raised(FileNotFoundError(errno.ENOENT, "No such file"))])
def test_a_bug_is_told_as_one(fail: Callable[[], None]) -> None:
    with pytest.raises((tables.Error, sqlite3.Error, OSError)), shortage.told(Path("snapshot")):
        fail()


def test_nothing_built_yet_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no snapshot here"):
        version.damages(tmp_path)
    assert version.sound(tmp_path) is None
