"""A version's graph and, beside it, what tables say that are not in it yet.

Files of Parquet have columns s, p and o, as N-Triples writes terms. What they say of classes counts
for the superclasses that the version knows; nothing else is inferred.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clusterkg import tables
from clusterkg.errors import UnreadableError
from clusterkg.escape import PARTS
from clusterkg.justification import TABLES
from clusterkg.namespaces import expand
from clusterkg.sql import literal
from clusterkg.tables import Connection

_TYPE, _SUBCLASS = expand("rdf:type"), expand("rdfs:subClassOf")
_SAID = f"""
CREATE OR REPLACE TABLE said AS
WITH stated AS (SELECT DISTINCT s, p, o FROM read_parquet($files))
FROM stated
UNION SELECT stated.s, stated.p, '<' || above.value || '>'
FROM stated
JOIN version.term AS class ON class.kind = 'iri' AND stated.o = '<' || class.value || '>'
JOIN version.triple AS under ON under.s = class.id
JOIN version.term AS link ON link.id = under.p AND link.kind = 'iri' AND link.value = '{_SUBCLASS}'
JOIN version.term AS above ON above.id = under.o AND above.kind = 'iri'
WHERE stated.p = '<{_TYPE}>'
"""
# A literal that the version has too has two ids: whoever resolves compares texts.
_TERMS = f"""
CREATE OR REPLACE TABLE said_term AS
WITH spelled AS (SELECT s AS text FROM said UNION SELECT p FROM said UNION SELECT o FROM said),
     parted AS (SELECT text, {PARTS} FROM spelled)
SELECT parted.*, coalesce(there.id, (SELECT coalesce(max(abs(id)), 0) FROM version.term)
                                    + row_number() OVER (ORDER BY text)) AS id,
       there.id IS NULL AS is_new
FROM parted LEFT JOIN version.term AS there
    ON there.kind = 'iri' AND parted.kind = 'iri' AND there.value = parted.value;
CREATE OR REPLACE TABLE said_triple AS
SELECT a.id AS s, b.id AS p, c.id AS o
FROM said JOIN said_term AS a ON a.text = said.s JOIN said_term AS b ON b.text = said.p
JOIN said_term AS c ON c.text = said.o;
DROP TABLE said
"""
_VIEWS = """
CREATE SCHEMA graph;
CREATE VIEW graph.term AS SELECT id, value, kind, datatype, language FROM version.term
UNION ALL SELECT id, value, kind, datatype, language FROM said_term WHERE is_new;
CREATE VIEW graph.triple AS SELECT s, p, o FROM version.triple
UNION ALL SELECT s, p, o FROM said_triple
"""


@contextmanager
def attached(connection: Connection, version: Path,
             facts: Sequence[Path] = ()) -> Iterator[None]:
    """Have a version's tables at hand as `graph`, for reading only; with `facts`, term and triple.

    Raises UnreadableError for tables that cannot be read.
    """
    name = "version" if facts else "graph"
    path = version / TABLES
    try:
        connection.execute(f"ATTACH {literal(path)} AS {name} (READ_ONLY)")
    except tables.Error as error:
        raise UnreadableError("the tables of this graph cannot be read; build it again",
                              path=path) from error
    try:
        if facts:
            _lay_over(connection, facts)
        yield
    finally:
        if facts:
            connection.execute("DROP SCHEMA IF EXISTS graph CASCADE")
        connection.execute(f"DETACH {name}")


def _lay_over(connection: Connection, facts: Sequence[Path]) -> None:
    """Make the views; the facts are read once a connection."""
    there = connection.execute("SELECT count(*) FROM duckdb_tables() "
                               "WHERE table_name = 'said_triple'").fetchone()
    if there == (0,):
        connection.execute(_SAID, {"files": [str(path) for path in facts]})
        connection.execute(_TERMS)
    connection.execute(_VIEWS)
