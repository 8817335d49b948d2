"""RDF as integers in DuckDB.

    term(id, value, kind, datatype, language)   kind is 'iri', 'blank' or 'literal'
    quad(g, s, p, o)                            ids of terms; g = 0 is the default graph

Ids of literals are negative, so `o > 0` says that an object is a resource. Literals keep their
lexical form. A blank node is renamed by the order in which it appears (`b<scope>x<n>`, one scope a
file), so that nodes of two files never meet and the names are the same in every run. The scope
follows from a file's name and graph, where it has one, whatever else is loaded.
"""

import errno
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb
import pyoxigraph as ox

from clusterkg import escape, ntriples
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import read_text

Connection = duckdb.DuckDBPyConnection
Error = duckdb.Error
DEFAULT_GRAPH = 0
_CHUNK = 50_000
_LONGEST = 16 * 2**20  # bytes of one quad
_SHOWN = 200  # characters of an engine's words

_TABLES = """
CREATE TABLE IF NOT EXISTS term(
    id INTEGER, value VARCHAR, kind VARCHAR, datatype VARCHAR, language VARCHAR);
CREATE TABLE IF NOT EXISTS quad(g INTEGER, s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE IF NOT EXISTS scope(name VARCHAR);
"""

_RAW = """
CREATE OR REPLACE TEMP TABLE raw AS
WITH whole AS (
    SELECT ? || line AS line
    FROM read_csv(?, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',
                  header = false, auto_detect = false, max_line_size = 67108864)),
cut AS (
    SELECT split_part(line, ' ', 1) AS g, split_part(line, ' ', 2) AS s,
           split_part(line, ' ', 3) AS p, line
    FROM whole)
SELECT g, s, p, line[length(g) + length(s) + length(p) + 4 : -3] AS o FROM cut
"""

# A blank node's text becomes its final one before anything is looked up.
_BLANKS = """
CREATE OR REPLACE TEMP TABLE blank AS
SELECT text, '_:b{scope}x' || row_number() OVER (ORDER BY min(line), text) AS name
FROM (SELECT s AS text, 2 * rowid AS line FROM raw WHERE s LIKE '\\_:%' ESCAPE '\\'
      UNION ALL
      SELECT o, 2 * rowid + 1 FROM raw WHERE o LIKE '\\_:%' ESCAPE '\\'
      UNION ALL
      SELECT g, 2 * rowid + 1 FROM raw WHERE g LIKE '\\_:%' ESCAPE '\\')
GROUP BY text
"""
_RENAME = """
UPDATE raw SET {column} = blank.name FROM blank WHERE raw.{column} = blank.text
"""

_TEXTS = """
CREATE OR REPLACE TEMP TABLE text AS
WITH seen AS (SELECT g AS text FROM raw WHERE g <> 'DEFAULT' UNION SELECT s FROM raw
              UNION SELECT p FROM raw UNION SELECT o FROM raw),
cut AS (
    SELECT text, CASE text[1] WHEN '<' THEN 'iri' WHEN '_' THEN 'blank' ELSE 'literal' END AS kind,
           CASE text[1] WHEN '"' THEN text[length(text) - strpos(reverse(text), '"') + 2 :] END
               AS tail
    FROM seen)
SELECT text, kind,
       CASE kind WHEN 'iri' THEN text[2 : -2] WHEN 'blank' THEN text[3 :]
                 ELSE {unescaped} END AS value,
       CASE WHEN kind <> 'literal' THEN ''
            WHEN tail = '' THEN 'http://www.w3.org/2001/XMLSchema#string'
            WHEN tail[1] = '@' THEN 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'
            ELSE tail[4 : -2] END AS datatype,
       CASE WHEN tail[1] = '@' THEN tail[2 :] ELSE '' END AS language
FROM cut
"""

_INTERN = """
INSERT INTO term
SELECT CASE WHEN kind = 'literal' THEN -1 ELSE 1 END * (row_number() OVER () + (
           SELECT coalesce(max(abs(id)), 0) FROM term)), value, kind, datatype, language
FROM (SELECT DISTINCT value, kind, datatype, language FROM text) AS new
WHERE NOT EXISTS (SELECT 1 FROM term WHERE term.value = new.value AND term.kind = new.kind
                  AND term.datatype = new.datatype AND term.language = new.language)
"""

_ENCODE = """
CREATE OR REPLACE TEMP TABLE code AS
SELECT text.text, term.id FROM text JOIN term USING (value, kind, datatype, language);
INSERT INTO {into}
SELECT DISTINCT coalesce(g.id, 0), s.id, p.id, o.id
FROM raw JOIN code AS s ON raw.s = s.text JOIN code AS p ON raw.p = p.text
JOIN code AS o ON raw.o = o.text LEFT JOIN code AS g ON raw.g = g.text
"""


def connect(path: Path | None = None) -> Connection:
    """Open the tables in a file, or in memory, and make them where they are missing."""
    connection = duckdb.connect(str(path) if path else ":memory:")
    connection.execute("SET temp_directory = ?", [tempfile.gettempdir()])
    connection.execute(_TABLES)
    return connection


def reopen(path: Path) -> Connection:
    """Open tables that are there, for reading only."""
    return duckdb.connect(str(path), read_only=True)


def load(connection: Connection, path: Path, graph: ox.NamedNode | None = None, *,
         into: str = "quad") -> int:
    """Read one RDF file (`-`: Turtle from standard input) and give the number of its quads.

    All quads go to `graph`; with None they stay in the file's own graphs. `into` is like `quad`.
    Raises UnreadableError with the line where the parser stopped.
    """
    return _take(connection, _parsed(path), graph, path, into)


def insert(connection: Connection, quads: Iterable[ox.Quad]) -> int:
    """Add quads; their blank nodes are new ones. Give how many there were."""
    return _take(connection, iter(quads), None, None)


def quads(connection: Connection, relation: str = "quad") -> Iterator[ox.Quad]:
    """Give the rows of a table, view or parenthesised SELECT with columns g, s, p, o."""
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


def write(connection: Connection, relation: str, path: Path) -> None:
    """Write the rows of a relation (see `quads`) as N-Quads; g = 0 is the default graph."""
    with path.open("wb") as out:
        ox.serialize(quads(connection, relation), out, ox.RdfFormat.N_QUADS)


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
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE text AS
        SELECT unnest(?::VARCHAR[]) AS value, 'iri' AS kind, '' AS datatype, '' AS language
        """, [wanted])
    connection.execute(_INTERN)
    return dict(connection.execute("""
        SELECT value, id FROM term SEMI JOIN text USING (value, kind, datatype, language)
        """).fetchall())


def _take(connection: Connection, parsed: Iterator[ox.Quad], graph: ox.NamedNode | None,
          path: Path | None, into: str = "quad") -> int:
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "quads"
        prefix = _write(lines, parsed, graph, path)
        if lines.stat().st_size == 0:
            return 0
        if lines.stat().st_size > _LONGEST and _long(lines):
            raise _too_long(path)
        connection.execute(_RAW, [prefix, str(lines)])
    _refuse_triple_terms(connection, path)
    connection.execute(_BLANKS.format(scope=_scope(connection, graph, path)))
    for column in "gso":
        connection.execute(_RENAME.format(column=column))
    connection.execute(_TEXTS.format(unescaped=escape.undone()))
    connection.execute(_INTERN)
    connection.execute(_ENCODE.format(into=into))
    (count,) = connection.execute("SELECT count(*) FROM raw").fetchone() or (0,)
    connection.execute("DROP TABLE raw; DROP TABLE text; DROP TABLE code; DROP TABLE blank")
    return int(count)


def _parsed(path: Path) -> Iterator[ox.Quad]:
    if str(path) == "-":
        return ox.parse(sys.stdin.buffer, format=ox.RdfFormat.TURTLE)
    form = ntriples.format_of(path)
    ntriples.refuse_hostile(path)
    try:
        return ox.parse(path=str(path), format=form, base_iri=path.resolve().as_uri())
    except OSError as error:
        raise UnreadableError(f"{error.strerror or error}; check the path and its permissions",
                              path=path) from error


def _too_long(path: Path | None) -> UnreadableError:
    return UnreadableError(f"a literal of more than {_LONGEST // 2**20} MB; keep such texts "
                           "elsewhere and name them by IRI", path=path or "input",
                           line=_long(path) if path is not None and path.is_file() else None)


def _long(path: Path) -> int | None:
    """Give the number of the first line that is too long."""
    with path.open("rb") as lines:
        return next((n for n, line in enumerate(lines, 1) if len(line) > _LONGEST), None)


def _holds_triples(path: Path | None) -> bool:
    return (path is not None and str(path) != "-"
            and not ntriples.format_of(path).supports_datasets)


def _write(lines: Path, parsed: Iterator[ox.Quad], graph: ox.NamedNode | None,
           path: Path | None) -> str:
    """Write one quad a line, its graph first; give what each line lacks at its beginning."""
    try:
        if _holds_triples(path):  # twice as fast as line by line
            ox.serialize(parsed, str(lines), ox.RdfFormat.N_TRIPLES)
            return f"{graph or 'DEFAULT'} "
        with lines.open("w", encoding="utf-8", newline="") as out:
            out.writelines(f"{graph or q.graph_name} {q.subject} {q.predicate} {q.object} .\n"
                           for q in parsed)
        return ""
    except SyntaxError as error:
        if path is not None and path.is_file():
            read_text(path)
        raise UnreadableError(f"{str(error.msg)[:_SHOWN]}; mend it and try again",
                              path=path or "input", line=error.lineno) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise RefusedError(f"{error.strerror}; make room for temporary files",
                               path=lines.parent) from error
        raise UnreadableError(f"{str(error)[:_SHOWN]}; check the file",
                              path=path or "input") from error
    except MemoryError as error:  # the parser's own limit is the same
        raise _too_long(path) from error
    except ValueError as error:
        raise UnreadableError(f"{str(error)[:_SHOWN]}; check the file",
                              path=path or "input") from error


def _refuse_triple_terms(connection: Connection, path: Path | None) -> None:
    # A triple as a term is written without brackets; no other term but a literal has spaces.
    found = connection.execute(r"""
        SELECT o FROM raw WHERE (o[1] <> '"' AND contains(o, ' '))
        OR (contains(o, '--') AND regexp_matches(o, '"@[^"]*--[^"]*$')) LIMIT 1""").fetchone()
    if found:
        raise RefusedError(f"RDF 1.2 term {found[0][:_SHOWN]}; use RDF 1.1 terms", path=path)


def _scope(connection: Connection, graph: ox.NamedNode | None, path: Path | None) -> str:
    known = {row[0] for row in connection.execute("SELECT name FROM scope").fetchall()}
    name = str(len(known) + 1)
    if graph and path:
        own = sha256(f"{graph.value} {path.name}".encode()).hexdigest()[:12]
        name = f"{own}n{name}" if own in known else own
    connection.execute("INSERT INTO scope VALUES (?)", [name])
    return name


@cache
def _datatype(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
