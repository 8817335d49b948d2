"""A version answers from disk at once, and the same from memory once it is read there."""

import json
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import memory, spill, tables
from clusterkg.answer import Answer
from clusterkg.content import TABLES
from clusterkg.graph import connect, open_graph
from clusterkg.integrity import MANIFEST
from clusterkg.memory import Embedded
from worlds import quads, snapshot

ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture
def version(tmp_path: Path) -> Path:
    made = snapshot(tmp_path) / "versions" / "1"
    connection = tables.connect(made / TABLES)
    tables.insert(connection, quads())
    connection.execute("CREATE VIEW inferred AS SELECT 0 AS g, s, p, o FROM quad WHERE false")
    connection.close()
    counts = {"counts": {"asserted": len(quads()), "inferred": 0}}
    (made / MANIFEST).write_text(json.dumps(counts), encoding="utf-8")
    return made


def test_memory_answers_as_the_disk_does(version: Path) -> None:
    source = Embedded(version)
    before = source.query(ALL)
    assert isinstance(before, Answer)
    assert before.rows
    assert not source.is_warm
    assert source.warm()
    source.wait()
    assert source.is_warm
    assert source.query(ALL) == before


JOINED = """SELECT ?s { ?s <http://example.org/p> [ <http://example.org/q> ?o ]
FILTER(STRENDS(STR(?s), CONCAT("/", ?o))) }"""


def test_blank_nodes_stay_the_same_however_often_memory_is_loaded(
        version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_CHUNK", 10)
    lines = "".join(f"<http://example.org/{n}> <http://example.org/p> _:b{n} .\n"
                    f"_:b{n} <http://example.org/q> '{n}' .\n" for n in range(200))
    connection = tables.connect(version / TABLES)
    tables.insert(connection, ox.parse(lines, ox.RdfFormat.TURTLE))
    connection.close()
    held = memory.read(version)
    assert held is not None
    answer = held.query(JOINED)
    assert isinstance(answer, Answer)
    assert len(answer.rows) == 200


def test_named_graphs_are_asked_of_the_disk(version: Path) -> None:
    graph = ox.NamedNode("http://example.org/graph")
    store = ox.Store(str(version / "store"))
    store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads())
    store.flush()
    del store
    source = Embedded(version)
    source.warm()
    source.wait()
    answer = source.query(GRAPHS)
    assert isinstance(answer, Answer)
    assert answer.rows == ((graph,),)


def test_what_does_not_fit_stays_on_disk(version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_available", lambda: 1000)
    source = Embedded(version)
    assert not source.warm()
    assert not source.is_warm
    assert source.query("ASK { ?s ?p ?o }") is True


def test_a_version_without_tables_or_manifest_stays_on_disk(version: Path) -> None:
    (version / TABLES).unlink()
    source = Embedded(version)
    source.warm()
    source.wait()
    assert not source.is_warm
    (version / MANIFEST).unlink()
    assert not Embedded(version).warm()


def test_reading_stops_when_it_is_told_to(version: Path) -> None:
    assert memory.read(version, lambda: True) is None
    source = Embedded(version)
    source.warm()
    source.close()
    assert not source.is_warm
    assert source.query("ASK { ?s ?p ?o }") is True
    assert "clusterkg-warm" not in {thread.name for thread in threading.enumerate()}


def test_nothing_is_written_to_be_read(version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(version / "absent"))
    assert memory.read(version) is not None
    assert not (version / "absent").exists()


def test_tables_put_nothing_aside_beside_themselves(version: Path) -> None:
    with closing(tables.reopen(version / TABLES)) as connection:
        aside = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    assert aside
    assert Path(aside[0]).parent == spill.own()


@pytest.mark.parametrize("error", [ValueError, SyntaxError, MemoryError])
def test_what_fails_in_reading_leaves_the_disk(
        version: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(*_: object) -> None:
        raise error

    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    monkeypatch.setattr(memory, "read", fail)
    source = Embedded(version)
    source.warm()
    source.wait()
    assert not told
    assert source.query("ASK { ?s ?p ?o }") is True


def test_a_graph_warms_what_is_embedded(version: Path) -> None:
    graph = open_graph(version.parents[1])
    assert graph.warm()
    assert isinstance(graph.source, Embedded)
    graph.source.close()
    assert not connect("http://127.0.0.1:9/").warm()
