"""What changed of a large file is read alone, and a change that is too large is built anew."""

import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

from clusterkg import collation, extent, snapshot, tables, version
from clusterkg.importing import splicing
from clusterkg.snapshot import Inputs
from clusterkg.tables import Connection
from clusterkg.written import Trial
from imports import HERE
from test_build import lay_out


def lines(numbers: range, name: str = "N") -> bytes:
    """Name so many things; a name a thing, in order."""
    return b"".join(sorted(f'<{HERE}{n}> <{HERE}name> "{name}{n}" .\n'.encode() for n in numbers))


@pytest.fixture
def world(tmp_path: Path) -> tuple[Inputs, Path]:
    world = lay_out(tmp_path)
    inputs = Inputs((world / "ontology",), (world / "data",), (world / "shapes",),
                    world / "queries")
    assert snapshot.build(inputs, world / "snapshot").version
    return inputs, world / "snapshot"


def quads(folder: Path) -> list[str]:
    return sorted(map(str, ox.Store.read_only(str(version.current(folder) / "store"))))


@pytest.mark.parametrize("new", [lines(range(3, 900)), lines(range(1000), "M"), lines(range(1001)),
                                 None])
def test_an_edit_gives_what_a_full_build_gives(world: tuple[Inputs, Path],
                                               new: bytes | None) -> None:
    inputs, folder = world
    assert snapshot.build(inputs, folder, trial=Trial({"n": lines(range(1000))})).version
    made = snapshot.build(inputs, folder, trial=Trial({"n": new}))
    assert made.changed == ["n"]
    found = quads(folder)
    again = snapshot.build(inputs, folder, full=True)
    assert again.counts == made.counts
    assert quads(folder) == found
    kept = {number: snapshot._kept(version.current(folder).with_name(number))["sources"]
            for number in ("3", "4")}
    assert kept["3"] == kept["4"]


def test_only_what_was_edited_is_read(world: tuple[Inputs, Path],
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, folder = world
    assert snapshot.build(inputs, folder, trial=Trial({"n": lines(range(10))})).version
    read: list[bytes] = []
    taken = tables.load_all

    def load_all(connection: Connection, paths: Sequence[Path],
                 graphs: Sequence[ox.NamedNode] | None = None, *, into: str = "quad") -> list[int]:
        read.extend(path.read_bytes() for path in paths)
        return taken(connection, paths, graphs, into=into)

    monkeypatch.setattr(tables, "load_all", load_all)
    assert snapshot.build(inputs, folder, trial=Trial({"n": lines(range(1, 12))})).version
    assert sorted(read) == sorted([lines(range(1)), lines(range(10, 12))])


@pytest.mark.parametrize("old", [
    b'_:a <urn:b> _:c .\n', b'<urn:b> <urn:b> "1" .\n<urn:a> <urn:b> "1" .\n'])
def test_what_is_not_plain_is_read_whole(world: tuple[Inputs, Path], old: bytes) -> None:
    inputs, folder = world
    assert snapshot.build(inputs, folder, trial=Trial({"n": old})).version
    new = old + b"<urn:z> <urn:b> <urn:c> .\n"
    assert snapshot.build(inputs, folder, trial=Trial({"n": new})).version
    found = [quad for quad in quads(folder) if " <urn:b> " in quad and quad.endswith("/graph/n>")]
    assert len(found) == old.count(b"\n") + 1


def test_much_is_built_anew(world: tuple[Inputs, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, folder = world
    monkeypatch.setattr(extent, "_FEW", 200)
    assert snapshot.build(inputs, folder, trial=Trial({"n": lines(range(1000))})).changed is None
    assert snapshot.build(inputs, folder, trial=Trial({"n": lines(range(990))})).changed == ["n"]
    assert snapshot.build(inputs, folder, trial=Trial({"n": None})).changed is None
    assert not any(f"{HERE}7>" in quad for quad in quads(folder))


def _by_subject(lines: Collection[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for line in sorted(lines):
        found[line.split()[0]].append(line)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_two_files_are_held_against_each_other_as_sets_are(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    draw = Random(seed)
    monkeypatch.setattr(collation, "_PIECE", draw.choice([1, 50, 400, 100_000]))
    few, many = draw.choice([1, 3, 30]), draw.choice([0, 2, 100])
    every = [f'<s{"s" * (n % few % 3)}{n % few}> <p> "{n}" .\n'.encode() for n in range(many)]
    olds, news = ({line for line in every if draw.random() < share} for share in (0.8, 0.7))
    old, new = tmp_path / "old.nt", tmp_path / "new.nt"
    old.write_bytes(b"".join(sorted(olds)))
    new.write_bytes(b"".join(sorted(news)))
    found = list(collation.lines(old, new))
    assert [line for less, _ in found for line in less] == sorted(olds - news)
    assert [line for _, more in found for line in more] == sorted(news - olds)
    then, now = _by_subject(olds), _by_subject(news)
    assert list(collation.subjects(old, new)) == [
        (subject, then[subject], now[subject]) for subject in sorted({**then, **now})
        if then[subject] != now[subject]]


@pytest.mark.parametrize("seed", range(60))
def test_lines_are_exchanged_as_in_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                        seed: int) -> None:
    draw = Random(seed)
    monkeypatch.setattr(splicing, "_STEP", draw.choice([1, 7, 100, 10_000]))
    monkeypatch.setattr(splicing, "_COPIED", draw.choice([1, 50, 10_000]))
    every = [f'<s{n % 7}> <p> "{"x" * (n % 40)}{n}" .\n'.encode() for n in range(200)]
    share, most = draw.choice([0.01, 0.3, 1]), draw.choice([0.02, 0.5, 1])
    files = {name: tmp_path / name for name in ("old", "less", "more", "to")}
    olds = {line for line in every if draw.random() < most} or {every[0]}
    less = {line for line in olds if draw.random() < share}
    more = {line for line in set(every) - olds if draw.random() < share}
    for name, lines in (("old", olds), ("less", less), ("more", more)):
        files[name].write_bytes(b"".join(sorted(lines)))
    splicing.exchange(**files)
    assert files["to"].read_bytes() == b"".join(sorted(olds - less | more))


def test_one_thing_of_very_many_lines_takes_no_longer_a_line(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collation, "_PIECE", 100)
    old, new = tmp_path / "old.nt", tmp_path / "new.nt"
    old.write_text("".join(f"<a> <p> <{n:06}> .\n" for n in range(30_000)))
    new.write_text(old.read_text() + "".join(f"<b> <p> <{n:06}> .\n" for n in range(30_000)))
    start = time.process_time()
    assert [subject for subject, _, _ in collation.subjects(old, new)] == [b"<b>"]
    assert time.process_time() - start < 2  # 60 when each piece is sorted with those before it
