"""Rows whose facts do not conform go to quarantine, with what the shape says."""

import re
from collections.abc import Sequence

from clusterkg.namespaces import compress
from clusterkg.report import Report, Result
from clusterkg.tables import Connection

_ACCUSED = """
CREATE OR REPLACE TEMP TABLE accused AS
SELECT unnest($nodes::VARCHAR[]) AS node, unnest($paths::VARCHAR[]) AS path,
       unnest($values::VARCHAR[]) AS value, unnest($shown::VARCHAR[]) AS shown,
       unnest($wrongs::VARCHAR[]) AS wrong,
       unnest(range(len($nodes))) AS number
"""
# The rows that say what is wrong; else those of the node, of the value, and those that name it.
_GUILTY = """
CREATE OR REPLACE TEMP TABLE suspect AS
SELECT row, s, p, o FROM fact WHERE s IN (SELECT node FROM accused UNION SELECT value FROM accused)
                                 OR o IN (SELECT node FROM accused);
CREATE OR REPLACE TEMP TABLE guilty AS
SELECT a.number, f.row, 1 AS rank FROM accused AS a
JOIN suspect AS f ON f.s = a.node AND a.path IN (f.p, '') AND f.o = a.value
UNION ALL SELECT a.number, f.row, 2 FROM accused AS a JOIN suspect AS f ON f.s = a.node
UNION ALL SELECT a.number, f.row, 3 FROM accused AS a JOIN suspect AS f ON f.s = a.value
UNION ALL SELECT a.number, f.row, 4 FROM accused AS a JOIN suspect AS f ON f.o = a.node
"""
_RANKS = "SELECT number, min(rank) FROM guilty GROUP BY number"
_OWN = 2  # the last rank of rows that speak of the node itself
_REFUSE = """
CREATE OR REPLACE TEMP TABLE sentence AS
SELECT DISTINCT g.row, 0, left(a.shown, 1000), a.wrong, $advice
FROM guilty AS g JOIN accused AS a USING (number)
JOIN (SELECT unnest($numbers::BIGINT[]) AS number, unnest($ranks::INTEGER[]) AS rank) AS b
ON b.number = g.number AND b.rank = g.rank
"""
_EXECUTE = "INSERT INTO refused FROM sentence; INSERT INTO blamed FROM sentence"
_LITERAL = re.compile(r'"(.*)"(?:@[\w-]+|\^\^<[^>]*>)?', re.DOTALL)
_ADVICE = "mend the row so that it conforms"


def quarantine(connections: Sequence[Connection], report: Report) -> Result | None:
    """Refuse the rows behind all violations; give the first violation that no row is behind.

    Then no row is refused. Each connection has the facts of one table.
    """
    found = [result for result in report.results if result.disallows]
    least: dict[int, int] = {}
    for connection in connections:
        _accuse(connection, found)
        for number, rank in connection.execute(_RANKS).fetchall():
            least[number] = min(rank, least.get(number, rank))
    other = next((result for number, result in enumerate(found) if number not in least), None)
    if other is None:
        for connection in connections:
            connection.execute(_REFUSE, {"advice": _ADVICE, "numbers": list(least),
                                         "ranks": list(least.values())})
            connection.execute(_EXECUTE)
    return other


def is_told(connection: Connection, report: Report) -> bool:
    """Tell whether some rows speak of the focus node of each violation.

    Then all that do are among those that were converted, if a row is converted with all that share
    a thing with it.
    """
    found = [result for result in report.results if result.disallows]
    _accuse(connection, found)
    ranks = dict(connection.execute(_RANKS).fetchall())
    return all(ranks.get(number, _OWN + 1) <= _OWN for number in range(len(found)))


def _accuse(connection: Connection, found: Sequence[Result]) -> None:
    connection.execute(_ACCUSED, {
        "nodes": [result.focus_node for result in found],
        "paths": [result.path or "" for result in found],
        "values": [result.value or "" for result in found],
        "shown": [_shown(result.value or result.focus_node) for result in found],
        "wrongs": _said(found)})
    connection.execute(_GUILTY)


def _shown(term: str) -> str:
    """Give the text of a literal, and what an IRI is called for short."""
    literal = _LITERAL.fullmatch(term)
    return literal[1] if literal else compress(term.strip("<>"))


def _said(found: Sequence[Result]) -> list[str]:
    """Give each message with the shape that gives it."""
    return [f"{result.message().rstrip('.')} [{compress(shape.strip('<>'))}]"
            if (shape := result.shape or result.component or "") else result.message()
            for result in found]
