"""Revising small closures in tests, and what a closure from nothing says of the same files."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from closures import EX, PREFIXES
from clusterkg import closure, revision, tables
from clusterkg.tables import Connection

Files = Mapping[str, str]  # name of a file -> Turtle without its prefixes
_NAMES = "(SELECT {columns} FROM {relation} AS r {joins})"


def closed(files: Files) -> tuple[Connection, closure.Closure]:
    """Close files, each in a graph of its own."""
    connection = tables.connect()
    load(connection, files, "quad")
    return connection, closure.infer(connection)


def load(connection: Connection, files: Files, into: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.ttl" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(PREFIXES + text, encoding="utf-8")
        graphs = [ox.NamedNode(f"{EX}graph/{name}") for name in files]
        tables.load_all(connection, paths, graphs, into=into)


def revise(connection: Connection, before: Files, after: Files) -> revision.Revision:
    """Take closed tables from one state of the files to another."""
    connection.execute("DELETE FROM scope")
    connection.execute("CREATE OR REPLACE TABLE loaded AS FROM quad LIMIT 0")
    edited = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    load(connection, {name: after[name] for name in edited if name in after}, "loaded")
    graphs = [f"{EX}graph/{name}" for name in edited]
    ids = list(tables.identify(connection, graphs).values())
    own = f"SELECT * FROM quad WHERE g IN ({', '.join(map(str, ids)) or 'NULL'})"
    connection.execute(f"CREATE OR REPLACE TABLE kept AS ({own}) EXCEPT FROM adopted")
    connection.execute("CREATE OR REPLACE TABLE removed AS FROM kept EXCEPT FROM loaded")
    connection.execute("CREATE OR REPLACE TABLE added AS FROM loaded EXCEPT FROM kept")
    return revision.revise(connection, "removed", "added")


def said(connection: Connection, relation: str) -> set[tuple[str, ...]]:
    """Give the rows of a relation of ids as texts, without what stands for the rest of a list."""
    rows = connection.execute(f"FROM {relation}").fetchall()
    known = dict(connection.execute("""
        SELECT id, kind || ' ' || value || ' ' || datatype || ' ' || language FROM term
        WHERE id NOT IN (SELECT id FROM cell)""").fetchall())
    known[0] = "default"
    return {tuple(known[one] for one in row) for row in rows if all(one in known for one in row)}


STATE = {
    "quads": "quad", "adopted": "adopted", "withheld": "(SELECT id FROM withheld)",
    "asserted": "(SELECT s, p, o FROM triple WHERE step = 0)",
    "closure": "(SELECT s, p, o FROM triple)", "published": "inferred"}


def state(connection: Connection) -> dict[str, set[tuple[str, ...]]]:
    return {name: said(connection, relation) for name, relation in STATE.items()}
