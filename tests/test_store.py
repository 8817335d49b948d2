"""The store on disk: filled from tables, and revised without touching the one before."""

import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import store, tables
from clusterkg.store import Change, Store
from clusterkg.tables import Connection

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
DEFAULT = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad)"
WHOLE = f"(FROM quad UNION ALL FROM {DEFAULT})"


def loaded(tmp_path: Path) -> Connection:
    path = tmp_path / "in.ttl"
    path.write_text(f"""@prefix : <{EX}> .
        :a :p :b, "x"@EN, 1, 01, 2.50, "a\\nb \\u0000" ; :q [ :p :b, ( :c [] ) ] .
        _:x :p :a . :c :p "<x> ." .""", encoding="utf-8")
    connection = tables.connect()
    for graph in "gh":
        tables.load(connection, path, ox.NamedNode(EX + graph))
    return connection


def filled(tmp_path: Path, connection: Connection) -> Path:
    folder = tmp_path / "old"
    store.fill(folder, connection, "quad", DEFAULT)
    return folder


def held(folder: Path) -> set[ox.Quad]:
    return set(ox.Store.read_only(str(folder)))


def said(connection: Connection, relation: str = WHOLE) -> set[ox.Quad]:
    """Give what a store in memory makes of a relation."""
    memory = ox.Store()
    memory.extend(tables.quads(connection, relation))
    return set(memory)


def checksums(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def changed(connection: Connection) -> Change:
    """Move the literals 1 and 01, some blank nodes and a new triple."""
    connection.execute(f"""
        CREATE TABLE removed AS
        SELECT w.* FROM {WHOLE} AS w JOIN term AS o ON o.id = w.o
        WHERE o.value IN ('01', 'x') OR (o.kind = 'blank' AND w.g = 0);
        CREATE TABLE added AS SELECT g, s, p, s AS o FROM removed;
        CREATE TABLE whole AS
        SELECT * FROM {WHOLE} EXCEPT SELECT * FROM removed UNION SELECT * FROM added""")
    return Change("removed", "added", "whole")


def test_a_store_holds_what_the_relations_say(tmp_path: Path) -> None:
    connection = loaded(tmp_path)
    assert held(filled(tmp_path, connection)) == said(connection)


def test_blank_nodes_are_the_same_in_every_graph(tmp_path: Path) -> None:
    folder = filled(tmp_path, loaded(tmp_path))
    reply = Store.open(folder).query(f"""
        ASK {{ ?x <{EX}p> ?y FILTER (isBlank(?x) || isBlank(?y))
               FILTER NOT EXISTS {{ GRAPH ?g {{ ?x <{EX}p> ?y }} }} }}""")
    assert reply is False


def test_a_revised_store_holds_what_is_whole_then(tmp_path: Path) -> None:
    connection = loaded(tmp_path)
    old = filled(tmp_path, connection)
    change = changed(connection)
    store.revise(old, tmp_path / "new", connection, change)
    assert held(tmp_path / "new") == said(connection, change.whole)
    assert any(str(quad.object).startswith('"1"') for quad in held(tmp_path / "new"))


def test_the_old_store_stays_as_it_is_and_answers(tmp_path: Path) -> None:
    connection = loaded(tmp_path)
    old = filled(tmp_path, connection)
    before, quads, reader = checksums(old), held(old), Store.open(old)
    store.revise(old, tmp_path / "new", connection, changed(connection))
    store.revise(tmp_path / "new", tmp_path / "newer", connection,
                 Change("added", "removed", WHOLE))
    assert checksums(old) == before
    assert held(old) == held(tmp_path / "newer") == quads
    assert reader.query("ASK { GRAPH ?g { ?s ?p ?o } }") is True


KILLED = """
import os, sys
from pathlib import Path
from clusterkg import store, tables

def dying(connection, relation):
    yield from list(found(connection, relation))[:3]
    os.kill(os.getpid(), 9)

folder = Path(sys.argv[1])
found, tables.quads = tables.quads, dying
with_tables = tables.reopen(folder / "tables.duckdb")
store.revise(folder / "old", folder / "new", with_tables, store.Change("removed", "added", "whole"))
"""


def test_a_kill_in_between_leaves_the_old_store_alone(tmp_path: Path) -> None:
    connection = loaded(tmp_path)
    old = filled(tmp_path, connection)
    before = checksums(old)
    changed(connection)
    with closing(tables.connect(tmp_path / "tables.duckdb")) as kept:
        for relation in ("removed", "added", "whole"):
            tables.insert(kept, tables.quads(connection, relation))
            kept.execute(f"CREATE TABLE {relation} AS FROM quad; DELETE FROM quad")
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert run.returncode == -9
    assert (tmp_path / "new").is_dir()
    assert checksums(old) == before
    assert held(old) == said(connection)


def test_what_is_large_is_linked(tmp_path: Path) -> None:
    connection = loaded(tmp_path)
    old = filled(tmp_path, connection)
    store.revise(old, tmp_path / "new", connection, changed(connection))
    linked = {path.name for path in old.iterdir() if path.stat().st_nlink > 1}
    assert linked
    assert all(name.endswith(".sst") for name in linked)


def test_where_nothing_can_be_linked_it_is_copied(tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("not supported")

    connection = loaded(tmp_path)
    old = filled(tmp_path, connection)
    monkeypatch.setattr("os.link", refused)
    change = changed(connection)
    store.revise(old, tmp_path / "new", connection, change)
    assert held(tmp_path / "new") == said(connection, change.whole)
