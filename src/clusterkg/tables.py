"""RDF as integers in DuckDB.

    term(id, value, kind, datatype, language)   kind is 'iri', 'blank' or 'literal'
    quad(g, s, p, o)                            ids of terms; g = 0 is the default graph

Ids of literals are negative, so `o > 0` says that an object is a resource. Literals keep their
lexical form. A blank node is renamed by the order in which it appears (`b<scope>x<n>`, one scope a
file), so that nodes of two files never meet and the names are the same in every run. The scope
follows from a file's name and graph, where it has one, whatever else is loaded.
"""

import tempfile
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import repeat
from pathlib import Path

import duckdb
import pyoxigraph as ox

from clusterkg import allowance, chunk, encoding, spill, verbatim
from clusterkg.errors import RefusedError
from clusterkg.sql import literal

Connection = duckdb.DuckDBPyConnection
Error = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException
DEFAULT_GRAPH = 0
_CHUNK = 50_000
_KEPT = 64 * 2**20  # bytes in memory, while the store is filled
_TOGETHER = 16 * 2**20  # bytes of small files that are read as one

_TABLES = """
CREATE TABLE IF NOT EXISTS term(
    id INTEGER, value VARCHAR, kind VARCHAR, datatype VARCHAR, language VARCHAR);
CREATE TABLE IF NOT EXISTS quad(g INTEGER, s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE IF NOT EXISTS scope(name VARCHAR);
"""

_IDENTIFY = """
INSERT INTO term
SELECT (SELECT coalesce(max(abs(id)), 0) FROM term) + row_number() OVER (), value, 'iri', '', ''
FROM (SELECT unnest(?::VARCHAR[]) AS value) AS wanted
WHERE NOT EXISTS (SELECT 1 FROM term WHERE term.value = wanted.value AND term.kind = 'iri')
"""


def connect(path: Path | None = None) -> Connection:
    """Open the tables in a file, or in memory, and make them where they are missing.

    Raises RefusedError for too little memory, and where nothing can be put aside.
    """
    allowance.to_open()
    connection = duckdb.connect(str(path) if path else ":memory:")
    aside = path.with_name(allowance.SPILL) if path else spill.folder()
    connection.execute("SET temp_directory = ?", [str(aside)])
    if path and (allowed := allowance.of_tables()):
        connection.execute(f"SET memory_limit = '{allowed}B'")
    connection.execute(_TABLES)
    return connection


def release(connection: Connection) -> None:
    """Leave memory to others; nothing else may use these tables meanwhile."""
    allowed = allowance.of_tables()
    with suppress(Error):  # what it cannot put aside, it keeps
        connection.execute(f"SET memory_limit = '{min(allowed or _KEPT, _KEPT)}B'")
    connection.execute(f"SET memory_limit = '{allowed}B'" if allowed else "RESET memory_limit")


def reopen(path: Path) -> Connection:
    """Open tables that are there, for reading only; nothing is put aside beside them.

    Raises RefusedError for too little memory.
    """
    allowance.to_open()
    try:
        aside = str(spill.folder())
    except RefusedError:
        aside = ""  # nowhere to put anything aside: all has to fit into memory, as it mostly does
    return duckdb.connect(str(path), read_only=True, config={"temp_directory": aside})


def load(connection: Connection, path: Path, graph: ox.NamedNode | None = None, *,
         into: str = "quad") -> int:
    """Read one RDF file (`-`: Turtle from standard input) and give the number of its quads.

    All quads go to `graph`; with None they stay in the file's own graphs. `into` is like `quad`.
    Raises UnreadableError with the line where the parser stopped.
    """
    return load_all(connection, [path], [graph] if graph else None, into=into)[0]


def load_all(connection: Connection, paths: Sequence[Path],
             graphs: Sequence[ox.NamedNode] | None = None, *, into: str = "quad") -> list[int]:
    """Read RDF files in their order, each as `load` does, and give the number of quads of each.

    Each goes to its graph of `graphs`. Small files are read together, which is much quicker.
    """
    found: list[int] = []
    for some in _together(paths):
        of_these = range(len(found), len(found) + len(some))
        inputs = _Inputs(some, [graphs[number] for number in of_these] if graphs else None)
        with tempfile.TemporaryDirectory(dir=spill.own()) as folder:
            found += _take(connection, _chunks(connection, some, Path(folder)), inputs, into)
    return found


def _chunks(connection: Connection, paths: Sequence[Path], folder: Path) -> Generator[Path]:
    with suppress(Error, OSError):  # the parser says what is wrong
        state = verbatim.state(paths[0])
        number = verbatim.lines(paths[0]) if len(paths) == 1 else 0
        if number and connection.execute(verbatim.PLAIN, [str(paths[0])]).fetchone() == (number,):
            return verbatim.chunks(paths[0], folder, state)
    return chunk.of_files(paths, folder)


def insert(connection: Connection, quads: Iterable[ox.Quad]) -> int:
    """Add quads; their blank nodes are new ones. Give how many there were."""
    with tempfile.TemporaryDirectory(dir=spill.own()) as folder:
        return _take(connection, chunk.of_quads(quads, Path(folder)), _Inputs([None]))[0]


def quads(connection: Connection, relation: str = "quad") -> Iterator[ox.Quad]:
    """Give the rows of a table, view or parenthesised SELECT with columns g, s, p, o.

    Temporary tables cannot be seen: the rows come through a cursor of their own.
    """
    cursor = connection.cursor()
    cursor.execute(f"""
        SELECT r.g <> 0, g.value, g.kind, s.value, s.kind, p.value, o.value, o.kind, o.datatype,
               o.language
        FROM {relation} AS r LEFT JOIN term AS g ON g.id = r.g JOIN term AS s ON s.id = r.s
        JOIN term AS p ON p.id = r.p JOIN term AS o ON o.id = r.o""")
    while rows := cursor.fetchmany(_CHUNK):
        for named, g, g_kind, s, s_kind, p, *o in rows:
            graph = resource(g, g_kind) if named else ox.DefaultGraph()
            yield ox.Quad(resource(s, s_kind), ox.NamedNode(p), term(*o), graph)


def lines(connection: Connection, relation: str) -> Iterator[list[str]]:
    """Give the rows of a relation (see `quads`) as lines of N-Quads, some thousands at a time."""
    cursor = connection.cursor()
    for _ in _shares(cursor, relation):
        cursor.execute(encoding.LINES)
        while rows := cursor.fetchmany(_CHUNK):
            yield [line for line, in rows]


def write(connection: Connection, relation: str, path: Path) -> None:
    """Write the rows of a relation (see `quads`) as N-Quads; g = 0 is the default graph."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for some in lines(connection, relation):
            file.writelines(f"{line}\n" for line in some)


def write_parts(connection: Connection, relation: str, folder: Path) -> list[Path]:
    """Write the rows of a relation as N-Quads into files of a new folder, some 8 MB each."""
    folder.mkdir()
    for number in _shares(connection, relation):
        connection.execute(encoding.WRITE.format(path=literal(folder / str(number))))
    return sorted(folder.glob("*/*"))


def count(connection: Connection, relation: str) -> int:
    """Count the rows of a table, view or parenthesised SELECT."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation} AS r").fetchone() or (0,)
    return int(rows)


def term(value: str, kind: str, datatype: str, language: str) -> (
        ox.NamedNode | ox.BlankNode | ox.Literal):
    """Turn a row of `term` into pyoxigraph's term."""
    if kind != "literal":
        return resource(value, kind)
    if language:
        return ox.Literal(value, language=language)
    return ox.Literal(value, datatype=_datatype(datatype))


def resource(value: str, kind: str) -> ox.NamedNode | ox.BlankNode:
    """Turn the value of an IRI or a blank node into pyoxigraph's term."""
    return ox.NamedNode(value) if kind == "iri" else ox.BlankNode(value)


def identify(connection: Connection, iris: Iterable[str]) -> dict[str, int]:
    """Give the ids of IRIs, adding those that are not there yet."""
    wanted = list(dict.fromkeys(iris))
    found = known(connection, wanted)
    if len(found) < len(wanted):
        connection.execute(_IDENTIFY, [wanted])
        found = known(connection, wanted)
    return found


def known(connection: Connection, iris: list[str]) -> dict[str, int]:
    """Give the ids of those IRIs that are there."""
    return dict(connection.execute("""
        SELECT value, id FROM term WHERE kind = 'iri' AND value IN (SELECT unnest(?::VARCHAR[]))
        """, [iris]).fetchall())


def _shares(connection: Connection, relation: str) -> Iterator[int]:
    """Make `encoding`'s `share` of a relation, one after the other, as large as memory allows."""
    connection.execute(encoding.WRITTEN.format(relation=relation))
    rows, allowed = count(connection, "written"), allowance.of_tables()
    most = max(1, rows if allowed is None else allowed // encoding.FOR_ROW)
    for number, start in enumerate(range(0, rows, most)):
        connection.execute(encoding.SHARE.format(start=start, end=start + most))
        yield number
    connection.execute("DROP TABLE written; DROP TABLE IF EXISTS share; "
                       "DROP TABLE IF EXISTS spelled")


@dataclass(frozen=True)
class _Inputs:
    """Say what is read together: files, and the graph of each unless all have their own."""

    paths: Sequence[Path | None]
    graphs: Sequence[ox.NamedNode] | None = None


def _together(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    some, together = list[Path](), 0
    for path in paths:
        size = _size(path)
        if some and together + size > _TOGETHER:
            yield some
            some, together = [], 0
        some.append(path)
        together += size
    if some:
        yield some


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0  # what cannot be read is told when it is parsed


def _take(connection: Connection, chunks: Generator[Path], inputs: _Inputs,
          into: str = "quad") -> list[int]:
    _begin(connection, inputs)
    own = "''" if inputs.graphs else encoding.OWN_GRAPH
    found = Counter[int]()
    with closing(chunks):
        for turn, lines in enumerate(chunks):
            connection.execute(encoding.RAW.format(graph=own), [str(lines)])
            connection.execute(encoding.SEEN)
            _refuse_new_terms(connection, inputs.paths)
            for step in encoding.steps(turn):
                connection.execute(step)
            found.update(dict(connection.execute(encoding.COUNTED).fetchall()))
    connection.execute(encoding.END.format(into=into))
    return [found[number] for number in range(len(inputs.paths))]


def _begin(connection: Connection, inputs: _Inputs) -> None:
    named = [graph.value for graph in inputs.graphs or ()]
    ids = identify(connection, named) if named else {}
    numbers = [ids[iri] for iri in named] or [DEFAULT_GRAPH] * len(inputs.paths)
    scopes = _scopes(connection, inputs)
    connection.execute("INSERT INTO scope SELECT unnest(?::VARCHAR[])", [scopes])
    connection.execute(encoding.INPUT, {"graphs": numbers, "scopes": scopes})
    connection.execute(encoding.BEGIN)


def _refuse_new_terms(connection: Connection, paths: Sequence[Path | None]) -> None:
    found = connection.execute(encoding.NEW_TERM).fetchone()
    if found:
        row, text = found
        (number,) = connection.execute(encoding.FILE_OF, [row]).fetchone() or (0,)
        raise RefusedError(f"RDF 1.2 term {text[:chunk.SHOWN]}; use RDF 1.1 terms",
                           path=paths[number])


def _scopes(connection: Connection, inputs: _Inputs) -> list[str]:
    known = {row[0] for row in connection.execute("SELECT name FROM scope").fetchall()}
    names = []
    for path, graph in zip(inputs.paths, inputs.graphs or repeat(None), strict=False):
        name = str(len(known) + 1)
        if graph and path:
            own = sha256(f"{graph.value} {path.name}".encode()).hexdigest()[:12]
            name = f"{own}n{name}" if own in known else own
        known.add(name)
        names.append(name)
    return names


@cache
def _datatype(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
