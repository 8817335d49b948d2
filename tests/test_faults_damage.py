"""What is damaged is found and named, never answers wrongly, and is built anew on request."""

import os
import random
import threading
from pathlib import Path

import pytest

from clusterkg import integrity, labels, snapshot, version
from clusterkg.errors import UnreadableError
from faults import add_firm, build, firms, once, one_line, run, world

__all__ = ["once", "world"]


def flip(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0x10]))


def built(world: Path) -> snapshot.Built:
    paths = {name: [world / name] for name in ("ontology", "data", "shapes")}
    named = snapshot.inputs({**paths, "queries": world / "queries"})
    return snapshot.build(named, world / "snapshot")


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
            assert version.damage(world / "snapshot")
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
                                     "versions/1/queries/firms.rq", "versions/1/labels.sqlite",
                                     "versions/1/report.json", "versions/1/influence.json"])
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


@pytest.mark.parametrize("name", ["report.json", "influence.json", "queries/firms.rq",
                                  "store/CURRENT"])
def test_what_has_no_checksums_of_its_own_is_read_before_it_is_built_upon(
        world: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    reused: list[object] = []
    monkeypatch.setattr(snapshot, "Reuse", lambda *given: reused.append(given))
    path = world / "snapshot/versions/1" / name
    flip(path, path.stat().st_size // 2)
    add_firm(world, "c")
    assert built(world).damaged == f"{path}: not what was written"
    assert not reused
    assert firms(world) == ["a", "b", "c"]


def test_an_index_of_labels_is_not_built_upon_before_all_is_read(
        world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    revised: list[object] = []
    monkeypatch.setattr(labels, "revise", lambda *given: revised.append(given))
    path = world / "snapshot/versions/1/labels.sqlite"
    flip(path, path.stat().st_size // 2)
    add_firm(world, "c")
    assert built(world).damaged == f"{path}: not what was written"
    assert not revised
    assert firms(world) == ["a", "b", "c"]


def test_a_build_that_is_anew_anyway_does_not_wait_for_the_old_version(
        world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swapped, waited = threading.Event(), []

    def damage(_: Path) -> str:
        waited.append(swapped.wait(60))
        return "found late"

    def swap_in(folder: Path, aside: Path) -> Path:
        swapped.set()
        return swap(folder, aside)

    swap = version.swap_in
    monkeypatch.setattr(version, "damage", damage)
    monkeypatch.setattr(version, "swap_in", swap_in)
    with (world / "ontology/o.ttl").open("a", encoding="utf-8") as file:
        file.write(":Big rdfs:subClassOf :Firm .\n")
    assert built(world).damaged == "found late"
    assert waited == [True]


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


def test_nothing_built_yet_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no snapshot here"):
        version.damages(tmp_path)
    assert not version.damage(tmp_path)
    assert version.glanced(tmp_path) is None
