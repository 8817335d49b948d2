"""What the rules do not cover: `refusals/<why>.sql` stops the run, `remarks/<why>.sql` is told.

Each file is a comment that says why, and a SELECT of (node, construct).

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
from clusterkg.errors import RefusedError
from clusterkg.files import read_text
from clusterkg.namespaces import compress
from clusterkg.tables import Connection

_SHOWN = 5


def refuse(connection: Connection) -> None:
    """Raise RefusedError that names the constructs of one kind that no rule covers."""
    for path in discovery.data_files("refusals", ".sql"):
        found = list(_found(connection, path))
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise RefusedError(f"not covered by OWL 2 RL: {'; '.join(found[:_SHOWN])}{more}. "
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
    row = connection.execute("""
        WITH RECURSIVE above AS (
            SELECT ?::INTEGER AS id, 0 AS steps
            UNION
            SELECT t.s, a.steps + 1 FROM above AS a JOIN term ON term.id = a.id
            JOIN triple AS t ON t.o = a.id AND t.step = 0
            WHERE term.kind = 'blank' AND a.steps < 50)
        SELECT term.value FROM above JOIN term USING (id)
        WHERE term.kind = 'iri' ORDER BY above.steps, term.value LIMIT 1""", [node]).fetchone()
    return compress(row[0]) if row else "an unnamed class"


def _file(graph: str) -> str:
    return unquote(urlsplit(graph).path) if graph.startswith("file:") else compress(graph)
