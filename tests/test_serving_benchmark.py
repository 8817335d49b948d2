"""The benchmark of the server: what it asks, how it judges, and that it does not run on half."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"
E = "https://example.org/"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give what imports one of the benchmark's own modules."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return import_module


def test_without_its_tools_nothing_is_measured(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, FOLDER / "serving.py", "--out", tmp_path, "--oxigraph",
                           tmp_path / "none"], env={**os.environ, "PATH": str(tmp_path)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "wrk" in done.stderr
    assert not list(tmp_path.iterdir())


def test_each_mix_asks_for_what_the_store_holds(tmp_path: Path, benchmark: Any) -> None:
    target = benchmark("target")
    store = ox.Store(str(tmp_path / "store"))
    for number in range(5):
        thing = ox.NamedNode(f"{E}{number}")
        store.add(ox.Quad(thing, target._LABEL, ox.Literal(str(number))))
        store.add(ox.Quad(thing, target._TYPE, ox.NamedNode(E + "Kind")))
        store.add(ox.Quad(thing, ox.NamedNode(E + "p"), ox.Literal(number)))
    store.add(ox.Quad(ox.NamedNode(E + "bare"), target._LABEL, ox.Literal("bare")))
    store.flush()
    files = target.written(tmp_path / "store", tmp_path / "targets")
    for name, file in files.items():
        texts = [unquote(line) for line in file.read_text().splitlines()]
        assert len(set(texts)) == 5
        for text in texts:
            found = store.query(text)
            assert isinstance(found, ox.QuerySolutions)
            assert next(found, None) is not None, name
    assert len((tmp_path / "targets" / "all").read_text().splitlines()) == 15


def point(server: str, mix: str, connections: int, rate: float, **more: float) -> dict[str, Any]:
    return {"mix": mix, "connections": connections, "server": server, "rate": rate, "p50": 1.0,
            "p99": 10.0, "failed": 0, "processor": 50.0, "memory": 100.0} | more


def found(rate: float = 900, **more: float) -> dict[str, Any]:
    points = [point(server, mix, connections, 1000 if server == "oxigraph" else rate,
                    **(more if server == "clusterkg" else {}))
              for _ in range(3) for mix in ("label", "facts", "star") for connections in (1, 64)
              for server in ("oxigraph", "clusterkg")]
    return {"points": points, "differing": {"label": 0, "facts": 0, "star": 0}, "rounds": 3,
            "seconds": 5, "load": 0.5, "nice": 0, "targets": {"label": 40_000},
            "program": sys.executable,
            "soak": {"seconds": 300, "most": 5000.0, "rate": 4000.0, "failed": 0, "p50": 1.0,
                     "p99": 5.0, "requests": 1_200_000, "memory": [[0.0, 100.0], [5.0, 100.5]],
                     "slope": 0.2}}


@pytest.mark.parametrize(("said", "misses", "code"), [
    (found(), 0, 0), (found(799), 6, 0), (found(900, p99=21.0), 3, 0), (found(900, failed=1), 1, 1),
    ({**found(), "differing": {"label": 1}}, 1, 1),
    ({**found(), "soak": {**found()["soak"], "slope": 1.5}}, 1, 0),
    ({**found(), "soak": {**found()["soak"], "failed": 3}}, 1, 1)])
def test_what_misses_is_said(tmp_path: Path, benchmark: Any, said: dict[str, Any], misses: int,
                             code: int) -> None:
    assert benchmark("verdict").write(said, tmp_path) == code
    written = (tmp_path / "SERVING.md").read_text()
    assert written.count("| **no** |") == misses
    assert written.count("| yes |") > 0
    assert json.loads((tmp_path / "serving.json").read_text())["points"] == said["points"]


def test_a_soak_alone_keeps_what_was_measured_before(tmp_path: Path, benchmark: Any) -> None:
    verdict, before = benchmark("verdict"), found()
    verdict.write(before, tmp_path)
    verdict.write({**before, "points": [], "soak": {**before["soak"], "failed": 2}}, tmp_path)
    after = json.loads((tmp_path / "serving.json").read_text())
    assert after["points"] == before["points"]
    assert after["soak"]["failed"] == 2
