"""Counts of what the named graphs hold, kept beside them so that a change is counted alone.

    census_property(p, n)    triples by predicate
    census_class(class, n)   subjects by class that is an IRI
    census_both(class, p, n) triples by class of their subject and predicate
    census_graph(g, n)       triples by graph
    census_total(triples, entities, subjects, objects)   entities: IRIs that have a class

Each triple counts once, however many graphs hold it, but for those of each graph.
"""

from clusterkg.tables import Connection, count

_SHARE = 10  # where more than one triple in so many changed, counting all is quicker

_MEMBER = """
SELECT f.s, f.o AS class, r.kind = 'iri' AS named FROM {facts} AS f
JOIN term AS p ON p.id = f.p AND p.kind = 'iri'
AND p.value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
JOIN term AS o ON o.id = f.o AND o.kind = 'iri' JOIN term AS r ON r.id = f.s
"""
_FACTS = """
CREATE OR REPLACE TEMP TABLE fact AS
SELECT DISTINCT r.s, r.p, r.o FROM {relation} AS r WHERE r.g IN {graphs};
CREATE OR REPLACE TEMP TABLE member AS
""" + _MEMBER.format(facts="fact")
_TAKE = """
CREATE OR REPLACE TABLE census_property AS SELECT p, count(*) AS n FROM fact GROUP BY p;
CREATE OR REPLACE TABLE census_class AS SELECT class, count(*) AS n FROM member GROUP BY class;
CREATE OR REPLACE TABLE census_both AS
SELECT m.class, f.p, count(*) AS n FROM fact AS f JOIN member AS m USING (s) GROUP BY m.class, f.p;
CREATE OR REPLACE TABLE census_graph AS
SELECT r.g, count(*) AS n FROM (SELECT DISTINCT g, s, p, o FROM {relation} AS q) AS r
WHERE r.g IN {graphs} GROUP BY r.g;
CREATE OR REPLACE TABLE census_total AS
SELECT (SELECT count(*) FROM fact) AS triples,
       (SELECT count(DISTINCT s) FROM member WHERE named) AS entities,
       (SELECT count(DISTINCT s) FROM fact) AS subjects,
       (SELECT count(DISTINCT o) FROM fact) AS objects;
DROP TABLE member; DROP TABLE fact
"""
_GRAPHS = """
SELECT t.id FROM (SELECT DISTINCT r.g FROM {relation} AS r) AS d
JOIN term AS t ON t.id = d.g AND t.kind = 'iri'
AND t.value <> 'https://w3id.org/clusterkg/id/graph/description'
"""

# What is and was there of the triples that changed in some graph; `turned`: 1 for a new one, -1 for
# one that no graph has any more.
_TURNED = """
CREATE OR REPLACE TEMP TABLE lost_row AS
SELECT g, s, p, o FROM lost_quad UNION SELECT {inferred}, s, p, o FROM lost_inferred;
CREATE OR REPLACE TEMP TABLE new_row AS
SELECT g, s, p, o FROM new_quad UNION SELECT {inferred}, s, p, o FROM new_inferred;
CREATE OR REPLACE TEMP TABLE stated AS
SELECT r.g, r.s, r.p, r.o FROM {relation} AS r
SEMI JOIN (SELECT s, p, o FROM lost_row UNION SELECT s, p, o FROM new_row) AS c USING (s, p, o)
WHERE r.g IN {graphs};
CREATE OR REPLACE TEMP TABLE turned AS
SELECT s, p, o, 1 AS sign FROM (
    SELECT s, p, o FROM stated EXCEPT (
        SELECT s, p, o FROM lost_row UNION SELECT s, p, o FROM (FROM stated EXCEPT FROM new_row)))
UNION ALL
SELECT s, p, o, -1 FROM (SELECT s, p, o FROM lost_row EXCEPT SELECT s, p, o FROM stated)
"""
# The triples of the subjects that changed, as they are and as they were; the objects likewise.
_NEAR = """
CREATE OR REPLACE TEMP TABLE fact_now AS
SELECT DISTINCT r.s, r.p, r.o FROM {relation} AS r SEMI JOIN turned AS t ON t.s = r.s
WHERE r.g IN {graphs};
CREATE OR REPLACE TEMP TABLE fact_then AS
(FROM fact_now EXCEPT SELECT s, p, o FROM turned WHERE sign = 1)
UNION ALL SELECT s, p, o FROM turned WHERE sign = -1;
CREATE OR REPLACE TEMP TABLE object_now AS
SELECT DISTINCT r.o FROM {relation} AS r SEMI JOIN turned AS t ON t.o = r.o WHERE r.g IN {graphs};
CREATE OR REPLACE TEMP TABLE object_then AS
SELECT DISTINCT r.o FROM {relation} AS r SEMI JOIN turned AS t ON t.o = r.o
ANTI JOIN turned AS n ON n.sign = 1 AND n.s = r.s AND n.p = r.p AND n.o = r.o
WHERE r.g IN {graphs}
UNION SELECT o FROM turned WHERE sign = -1;
CREATE OR REPLACE TEMP TABLE member_now AS """ + _MEMBER.format(facts="fact_now") + """;
CREATE OR REPLACE TEMP TABLE member_then AS """ + _MEMBER.format(facts="fact_then")
_REVISE = """
CREATE OR REPLACE TABLE census_property AS SELECT p, sum(n)::BIGINT AS n FROM (
    FROM census_property UNION ALL SELECT p, sign FROM turned) GROUP BY p HAVING sum(n) > 0;
CREATE OR REPLACE TABLE census_class AS SELECT class, sum(n)::BIGINT AS n FROM (
    FROM census_class UNION ALL SELECT class, 1 FROM member_now
    UNION ALL SELECT class, -1 FROM member_then) GROUP BY class HAVING sum(n) > 0;
CREATE OR REPLACE TABLE census_both AS SELECT class, p, sum(n)::BIGINT AS n FROM (
    FROM census_both
    UNION ALL SELECT m.class, f.p, 1 FROM fact_now AS f JOIN member_now AS m USING (s)
    UNION ALL SELECT m.class, f.p, -1 FROM fact_then AS f JOIN member_then AS m USING (s))
GROUP BY class, p HAVING sum(n) > 0;
CREATE OR REPLACE TABLE census_graph AS SELECT g, sum(n)::BIGINT AS n FROM (
    FROM census_graph UNION ALL SELECT g, 1 FROM new_row UNION ALL SELECT g, -1 FROM lost_row)
GROUP BY g HAVING sum(n) > 0;
CREATE OR REPLACE TABLE census_total AS
SELECT triples + (SELECT coalesce(sum(sign), 0)::BIGINT FROM turned) AS triples,
       entities + (SELECT count(DISTINCT s) FROM member_now WHERE named)
                - (SELECT count(DISTINCT s) FROM member_then WHERE named) AS entities,
       subjects + (SELECT count(DISTINCT s) FROM fact_now)
                - (SELECT count(DISTINCT s) FROM fact_then) AS subjects,
       objects + (SELECT count(*) FROM object_now) - (SELECT count(*) FROM object_then) AS objects
FROM census_total
"""
_SCRATCH = ("lost_row", "new_row", "stated", "turned", "fact_now", "fact_then", "object_now",
            "object_then", "member_now", "member_then")


def counted(connection: Connection) -> str:
    """List, as SQL, the ids of the graphs that were counted."""
    rows = connection.execute("SELECT g FROM census_graph").fetchall()
    return f"({', '.join(str(row[0]) for row in rows) or 'NULL'})"


def graphs(connection: Connection, relation: str) -> str:
    """List, as SQL, the ids of the graphs that are IRIs, but for the description itself."""
    rows = connection.execute(_GRAPHS.format(relation=relation)).fetchall()
    return f"({', '.join(str(row[0]) for row in rows) or 'NULL'})"


def take(connection: Connection, relation: str) -> None:
    """Count all that `relation` (g, s, p, o) holds in graphs that are IRIs."""
    of = graphs(connection, relation)
    connection.execute(_FACTS.format(relation=relation, graphs=of))
    connection.execute(_TAKE.format(relation=relation, graphs=of))


def revise(connection: Connection, relation: str, inferred: int) -> None:
    """Count what a revision changed, in a copy of the tables of the version before.

    `relation` holds what is there now; `inferred` is the id of the graph of what is inferred.
    """
    changed = sum(count(connection, name) for name in
                  ("lost_quad", "new_quad", "lost_inferred", "new_inferred"))
    if changed * _SHARE > count(connection, "triple"):
        take(connection, relation)
        return
    of = graphs(connection, relation)
    for text in (_TURNED, _NEAR, _REVISE):
        connection.execute(text.format(relation=relation, graphs=of, inferred=inferred))
    for name in _SCRATCH:
        connection.execute(f"DROP TABLE {name}")
