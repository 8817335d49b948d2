"""Memory or disk that runs short is told in one line; a bug stays one."""

import argparse
import errno
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from clusterkg import allowance, shortage, tables
from clusterkg.errors import RefusedError
from faults import add_firm, build, firms, once, one_line, world

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
