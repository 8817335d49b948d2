"""What changed of a large file is read alone, and a change that is too large is built anew."""

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import extent, snapshot, tables, version
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
