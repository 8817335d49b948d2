"""The cells of the lists that axioms end in, found in turns that double how far they reach.

    link(list, place, cell)   places from 1, as asserted; the last cell is rdf:nil
"""

from clusterkg.errors import UncoveredError
from clusterkg.namespaces import compress
from clusterkg.tables import Connection

# Of a cell with several rests one is followed: the list is refused all the same. What is only
# inferred to be a list, from a list that it is the same as, need have no cells.
_START = """
CREATE OR REPLACE TABLE link AS
SELECT DISTINCT h.list, 1 AS place, h.list AS cell FROM list_head AS h
WHERE h.step = 0 OR h.list IN (SELECT r.s FROM list_rest AS r WHERE r.step = 0);
CREATE OR REPLACE TEMP TABLE jump AS
SELECT r.s AS cell, min(r.o) AS far FROM list_rest AS r WHERE r.step = 0 GROUP BY r.s
"""
# A jump leads as many cells on as there are places already.
_REACH = """
INSERT INTO link
SELECT l.list, l.place + {reach}, j.far FROM link AS l JOIN jump AS j ON j.cell = l.cell
"""
_DOUBLE = """
CREATE OR REPLACE TEMP TABLE jump AS
SELECT a.cell, b.far FROM jump AS a JOIN jump AS b ON b.cell = a.far
"""
_TWICE = "SELECT 1 FROM link GROUP BY list, cell HAVING count(*) > 1 LIMIT 1"
_MALFORMED = """
WITH part AS (
    SELECT c.list, c.cell, c.cell = v.rdf_nil AS nil,
           count(DISTINCT f.o) AS firsts, count(DISTINCT r.o) AS rests
    FROM (SELECT DISTINCT list, cell FROM link) AS c CROSS JOIN vocabulary AS v
    LEFT JOIN list_first AS f ON f.s = c.cell AND f.step = 0
    LEFT JOIN list_rest AS r ON r.s = c.cell AND r.step = 0
    GROUP BY ALL),
bad AS (
    SELECT list, CASE WHEN bool_or(NOT nil AND (firsts > 1 OR rests > 1)) THEN 'it branches'
                      WHEN bool_or(NOT nil AND (firsts = 0 OR rests = 0)) THEN 'it stops short'
                      ELSE 'it runs in a circle' END AS what
    FROM part GROUP BY list
    HAVING NOT bool_or(nil) OR bool_or(NOT nil AND (firsts <> 1 OR rests <> 1)))
SELECT b.what, p.value AS property, s.value AS owner
FROM bad AS b JOIN list_head AS h ON h.list = b.list
JOIN term AS p ON p.id = h.property JOIN term AS s ON s.id = h.owner
ORDER BY ALL LIMIT 1
"""


def follow(connection: Connection) -> int:
    """Fill `link` from `list_head` and the asserted `list_rest`; give the number of turns.

    Raises UncoveredError for a list that branches, stops short or runs in a circle.
    """
    connection.execute(_START)
    turns, reach = 0, 1
    while _grow(connection, reach):
        turns, reach = turns + 1, 2 * reach
    connection.execute("DROP TABLE jump")
    _refuse_malformed(connection)
    return turns


def _grow(connection: Connection, reach: int) -> bool:
    """Follow the lists as far again as they are known; False at their ends and in a circle."""
    (more,) = connection.execute(_REACH.format(reach=reach)).fetchone() or (0,)
    if not more or connection.execute(_TWICE).fetchone():
        return False
    connection.execute(_DOUBLE)
    return True


def _refuse_malformed(connection: Connection) -> None:
    found = connection.execute(_MALFORMED).fetchone()
    if found:
        what, property_, owner = found
        raise UncoveredError(f"malformed list: the {compress(property_)} of {compress(owner)}: "
                           f"{what}; write it as ( ... ), with one rdf:first and rdf:rest a cell")
