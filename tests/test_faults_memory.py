"""Memory or disk that runs short is told in one line; a bug stays one."""

import argparse
import errno
import os
import re
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from clusterkg import allowance, cli, shortage, tables
from clusterkg.errors import RefusedError
from faults import add_firm, build, firms, once, one_line, run, world

__all__ = ["once", "world"]


@pytest.mark.parametrize(("text", "number"), [
    ("2GB", 2 * 2**30), ("1.5 GiB", 3 * 2**29), ("512m", 2**29), ("1000000", 10**6)])
def test_sizes_are_read(text: str, number: int) -> None:
    assert allowance.size(text) == number


@pytest.mark.parametrize("text", ["", "much", "-1GB", "2 GB 3", "1e9", "2XB"])
def test_what_is_no_size_is_told(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no size"):
        allowance.size(text)


@pytest.mark.parametrize(("memory", "code", "said"), [
    ("100MB", 4, "100 MB of memory is too little; this build needs at least 1500 MB"),
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


@pytest.mark.parametrize(("gigabytes", "memory", "mapped"), [(0, 1500, 3000), (1, 1884, 3896),
                                                             (2, 2050, 4400), (900, 2050, 4400)])
def test_much_data_needs_more_and_the_figure_will_do(
        monkeypatch: pytest.MonkeyPatch, gigabytes: int, memory: int, mapped: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(2))
    monkeypatch.setattr(allowance, "_mapped", lambda: None)
    monkeypatch.setenv(allowance.VARIABLE, f"{memory - 1}MB")
    with pytest.raises(RefusedError, match=f"{memory - 1} MB .*needs at least {memory} MB"):
        allowance.of_tables(gigabytes * 2**30)
    monkeypatch.setenv(allowance.VARIABLE, f"{memory}MB")
    assert allowance.of_tables(gigabytes * 2**30) == (memory - 1300) * 2**20

    monkeypatch.delenv(allowance.VARIABLE)
    monkeypatch.setattr(allowance, "_mapped", lambda: (mapped - 1) * 2**20)
    with pytest.raises(RefusedError, match=f"{mapped - 1} MB .*needs at least {mapped} MB"):
        allowance.of_tables(gigabytes * 2**30)
    monkeypatch.setattr(allowance, "_mapped", lambda: mapped * 2**20)
    left = allowance.of_tables(gigabytes * 2**30)
    assert left is not None
    assert mapped * 2**20 - left >= (2800 + min(gigabytes * 512, 850)) * 2**20


@pytest.mark.parametrize("memory", ["1600MB", ""])
def test_tables_leave_memory_to_others_and_may_take_it_again(
        memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(allowance.VARIABLE, memory)
    connection = tables.connect(tmp_path / "t.duckdb")
    allowed = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    connection.execute("CREATE TEMP TABLE t AS SELECT r, hash(r) AS h FROM range(6000000) AS x(r)")

    def held() -> int:
        (taken,) = connection.execute(
            "SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone() or (0,)
        return int(taken)

    before = held()
    tables.release(connection)
    assert held() <= 64 * 2**20 < before
    assert connection.execute("SELECT current_setting('memory_limit')").fetchone() == allowed
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (6_000_000,)


def mappable(megabytes: int) -> Callable[[], None]:
    most = megabytes * 2**20
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most))


@pytest.mark.parametrize("megabytes", [293, 781, 2048])
def test_too_little_to_map_is_refused_with_the_figure(world: Path, megabytes: int) -> None:
    add_firm(world, "c")
    one_line(build(world, limit=mappable(megabytes)), 4,
             f"{megabytes} MB of address space (`ulimit -v`) is too little; this build needs at "
             "least")
    assert firms(world) == ["a", "b"]


@pytest.mark.parametrize(("arguments", "megabytes"), [
    (["query", "firms"], 20), (["query", "firms"], 137), (["query", "firms"], 293),
    (["query", "firms"], 781), (["export", "--format", "nquads"], 781),
    (["explain", "https://example.org/b", "a", "https://example.org/Firm"], 781)])
def test_nothing_is_opened_with_too_little_to_map(world: Path, arguments: list[str],
                                                  megabytes: int) -> None:
    one_line(run(world, *arguments, limit=mappable(megabytes)), 4,
             f"{megabytes} MB of address space (`ulimit -v`) is too little; opening a graph needs "
             "at least")


def test_what_is_said_to_be_needed_will_do(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run(world, "query", "firms", limit=mappable(500)).stderr
    found = re.search(r"at least (\d+) MB", refused)
    assert found
    done = run(world, "query", "firms", limit=mappable(int(found[1])))
    assert done.returncode == 0, done.stderr
    cores = 66
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(cores))
    monkeypatch.setattr(allowance, "_mapped", lambda: 4 * 2**30)
    with pytest.raises(RefusedError, match=r"4096 MB .*; opening a graph needs at least 7260 MB"):
        allowance.to_open()


@pytest.mark.parametrize("error", [
    MemoryError(), RuntimeError("can't start new thread"),
    ImportError("x.so: failed to map segment from shared object"),
    duckdb.OutOfMemoryException("Out of Memory Error: Allocation failure")])
def test_any_command_that_lacks_memory_says_so(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        error: Exception) -> None:
    monkeypatch.setattr(cli, "_dispatch", raised(error))
    assert cli.run(["query"]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (f"clusterkg: not enough memory: {type(error).__name__}; close other programs, "
                    "or ask for less")


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


def raised(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error
    return fail


@pytest.mark.parametrize(("fail", "said"), [
    (outgrown, "not enough memory: Out of Memory Error"),
    (raised(RuntimeError("can't start new thread")), "not enough memory: can't start new thread"),
    (raised(MemoryError()), "not enough memory: no memory left; allow more with --memory"),
    (raised(duckdb.OutOfMemoryException("max_temp_directory_size")), "make room"),
    (raised(tables.Error("IO Error: No space left on device")), "make room"),
    (raised(tables.Error('IO Error: Async write failed: {"exception_type":"IO","exception_message":'
                         '"Could not write file \\"a.nt\\": No space left on device"}')),
     r'written: Could not write file "a.nt": No space left on device; make room'),
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
                                  raised(RuntimeError("a bug")),
                                  raised(FileNotFoundError(errno.ENOENT, "No such file"))])
def test_a_bug_is_told_as_one(fail: Callable[[], None]) -> None:
    with (pytest.raises((tables.Error, sqlite3.Error, OSError, RuntimeError)),
          shortage.told(Path("snapshot"))):
        fail()
