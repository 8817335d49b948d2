"""The small world that the tests of asking share."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg.store import Store

QUESTIONS = Path(__file__).parent / "questions"
WORLD = QUESTIONS / "world.ttl"


def quads() -> list[ox.Quad]:
    return list(ox.parse(path=WORLD))


def memory() -> Store:
    held = ox.Store()
    held.bulk_extend(quads())
    return Store(held)


def snapshot(folder: Path) -> Path:
    """Lay a snapshot folder out as a build does."""
    version = folder / "versions" / "1"
    version.mkdir(parents=True)
    stored = ox.Store(str(version / "store"))
    stored.bulk_extend(quads())
    stored.flush()
    (version / "queries").mkdir()
    for question in QUESTIONS.glob("*.rq"):
        (version / "queries" / question.name).write_bytes(question.read_bytes())
    (folder / "CURRENT").write_text("1\n", encoding="ascii")
    return folder


@pytest.fixture(scope="session")
def world() -> Store:
    return memory()
