"""What the rules do not cover: `refusals/<why>.sql` stops the run, `remarks/<why>.sql` is told.

Each file is a comment that says why, and a SELECT of (node, construct). Beside the relations of
rules they read the little that is said in the words that they are about (`coverage.sql`):

    word(id, value, standard)   those terms; whether they are a standard's
    speech(s, p, o, step)       triples with such a term as object, or as predicate, but for labels
                                and types

Refused is what would lose consequences for named things in silence: terms that no rule of OWL 2
RL/RDF mentions; maxima above 1; someValuesFrom as a superclass (it asks for a thing without a
name); allValuesFrom, complementOf, a maximum or owl:Thing as a subclass (no rule finds that
something has no counterexample); ranges made of datatypes. unionOf and oneOf as a superclass are
only remarked on: the published ontologies of the W3C (ORG, PROV-O, SKOS) have them as domains and
ranges, and all that they can add is reasoning by cases.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clusterkg import discovery
from clusterkg.errors import UncoveredError
from clusterkg.files import read_text
from clusterkg.namespaces import compress
from clusterkg.tables import Connection

_SHOWN = 5
_WORDS = Path(__file__).with_suffix(".sql")
_SPEECH = """
CREATE OR REPLACE TEMP TABLE word AS {words};
CREATE OR REPLACE TEMP TABLE speech AS
SELECT t.s, t.p, t.o, t.step FROM triple AS t
WHERE t.o IN (SELECT id FROM word)
   OR t.p IN (SELECT id FROM word WHERE standard AND NOT ends_with(value, '#type')
                                    AND NOT ends_with(value, '#label'))
"""
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT ?::INTEGER AS id, 0 AS steps
    UNION
    SELECT t.s, a.steps + 1 FROM above AS a JOIN term ON term.id = a.id
    JOIN {facts} AS t ON t.o = a.id AND t.step = 0
    WHERE term.kind = 'blank' AND a.steps < 50)
SELECT term.value FROM above JOIN term USING (id)
WHERE term.kind = 'iri' ORDER BY above.steps, term.value LIMIT 1
"""


def refuse(connection: Connection) -> None:
    """Raise UncoveredError that names the constructs of one kind that no rule covers.

    Makes the relations that `remarks` reads, too.
    """
    connection.execute(_SPEECH.format(words=read_text(_WORDS)))
    for path in discovery.data_files("refusals", ".sql"):
        found = list(_found(connection, path))
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise UncoveredError(f"not covered by OWL 2 RL: {'; '.join(found[:_SHOWN])}{more}. "
                               f"{_why(path)} Take it out or put it otherwise.")


def remarks(connection: Connection) -> tuple[str, ...]:
    """List what is covered in part, each with the reason."""
    return tuple(f"{what}. {_why(path)}" for path in discovery.data_files("remarks", ".sql")
                 for what in _found(connection, path))


def _found(connection: Connection, path: Path) -> Iterator[str]:
    rows = connection.execute(f"SELECT node, construct FROM ({read_text(path)})").fetchall()
    yield from sorted({f"{compress(construct)} {_place(connection, node)}"
                       for node, construct in rows})


def _why(path: Path) -> str:
    lines = read_text(path).splitlines()
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


def _place(connection: Connection, node: int) -> str:
    """Say at which named thing the node stands, and in which file or graph."""
    graph = connection.execute("""
        SELECT term.value FROM quad LEFT JOIN term ON term.id = quad.g
        WHERE quad.s = ? ORDER BY ALL LIMIT 1""", [node]).fetchone()
    where = f" in {_file(graph[0])}" if graph and graph[0] else ""
    return f"at {_owner(connection, node)}{where}"


def _owner(connection: Connection, node: int) -> str:
    """Name what the node is a part of; what leads there is mostly speech, and there is little."""
    rows = (connection.execute(_ABOVE.format(facts=facts), [node]).fetchone()
            for facts in ("speech", "triple"))
    return next((compress(row[0]) for row in rows if row), "an unnamed class")


def _file(graph: str) -> str:
    return unquote(urlsplit(graph).path) if graph.startswith("file:") else compress(graph)
