"""What a store holds, in relations of the tables: named graphs, the default graph, a description.

Each source has its graph, what is inferred has one more, and so have the questions; the default
graph has each triple of all of them once. Description and questions are neither counted nor closed.
"""

from collections.abc import Iterable

from pyoxigraph import Quad

from clusterkg import adoption, census, contradiction, description, examples, tables
from clusterkg.ledger import INFERRED, graph
from clusterkg.tables import Connection

STORE, TABLES = "store", "closure.duckdb"

_DECLARED = """(
    SELECT DISTINCT q.s FROM quad AS q JOIN vocabulary AS v ON q.p = v.rdf_type AND q.o IN ({})
    JOIN term AS s ON s.id = q.s AND s.kind = 'iri')"""
_COUNTED = {"asserted": f"({adoption.ONCE})", "inferred": "inferred",
            "classes": _DECLARED.format("v.owl_class"),
            "properties": _DECLARED.format("v.owl_object_property, v.owl_datatype_property, "
                                           "v.owl_annotation_property")}
DEFAULT = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad UNION ALL SELECT 0, s, p, o FROM inferred)"

_DESCRIBED = """
CREATE OR REPLACE TABLE description_before AS SELECT * FROM quad WHERE g IN {own};
DELETE FROM quad WHERE g IN {own}
"""
_ASKED_BEFORE = """
INSERT INTO quad SELECT b.* FROM description_before AS b
JOIN term AS t ON t.id = b.g AND t.kind = 'iri' AND t.value = ?"""
# What is inferred of some subjects: few are looked for among the many that are hidden.
_INFERRED = """
SELECT t.s, t.p, t.o FROM (
    SELECT c.s, c.p, c.o FROM triple AS c SEMI JOIN {subjects} AS n ON n.s = c.s WHERE c.step > 0)
    AS t
ANTI JOIN hidden AS h ON h.id = t.s ANTI JOIN hidden AS i ON i.id = t.p
ANTI JOIN hidden AS j ON j.id = t.o
"""
# A triple leaves the default graph when no graph has it any more.
_CHANGE = """
CREATE OR REPLACE TABLE store_lost AS
SELECT g, s, p, o FROM lost_quad UNION SELECT {inferred}, s, p, o FROM lost_inferred
UNION (FROM description_before EXCEPT SELECT * FROM quad WHERE g IN {own});
CREATE OR REPLACE TABLE store_new AS
SELECT g, s, p, o FROM new_quad UNION SELECT {inferred}, s, p, o FROM new_inferred
UNION (SELECT * FROM quad WHERE g IN {own} EXCEPT FROM description_before);
CREATE OR REPLACE TABLE store_held AS
SELECT q.g, q.s, q.p, q.o FROM quad AS q SEMI JOIN store_lost AS l ON l.s = q.s
UNION ALL SELECT {inferred}, i.s, i.p, i.o FROM ({near}) AS i;
INSERT INTO store_lost
SELECT DISTINCT 0, l.s, l.p, l.o FROM store_lost AS l ANTI JOIN store_held AS h USING (s, p, o);
INSERT INTO store_new SELECT DISTINCT 0, s, p, o FROM store_new;
CREATE OR REPLACE TABLE store_near AS
WITH near AS (SELECT DISTINCT g, s, p FROM store_lost WHERE o < 0)
SELECT h.g, h.s, h.p, h.o FROM store_held AS h SEMI JOIN near AS n USING (g, s, p) WHERE h.o < 0
UNION SELECT 0, h.s, h.p, h.o FROM store_held AS h SEMI JOIN near AS n USING (s, p) WHERE h.o < 0
UNION SELECT {inferred}, h.s, h.p, h.o FROM store_held AS h SEMI JOIN near AS n USING (s, p)
WHERE h.o < 0 AND h.g = {inferred}
"""
_SCRATCH = ("description_before", "store_lost", "store_new", "store_near", "store_held",
            "lost_quad", "new_quad", "lost_inferred", "new_inferred")


def counts(connection: Connection) -> dict[str, int]:
    """Count what is asserted, inferred and declared, after a closure; not the description."""
    return {name: tables.count(connection, of) for name, of in _COUNTED.items()}


def named(connection: Connection) -> str:
    """Give the relation of all named graphs."""
    return ("(SELECT g, s, p, o FROM quad UNION ALL "
            f"SELECT {_id(connection, INFERRED)}, s, p, o FROM inferred)")


def inferred(subjects: str) -> str:
    """Select (s, p, o) of what is inferred of the subjects in a relation (s)."""
    return _INFERRED.format(subjects=subjects)


def describe(connection: Connection, questions: Iterable[Quad]) -> None:
    """Add to `quad` what describes the named graphs, and the questions."""
    census.take(connection, named(connection))
    tables.insert(connection, description.describe(connection, named(connection)))
    contradiction.find(connection)
    tables.insert(connection, questions)


def describe_again(connection: Connection, questions: Iterable[Quad] | None) -> None:
    """Do so after a revision, counting what it changed; None: the questions are what they were."""
    census.revise(connection, named(connection), _id(connection, INFERRED))
    tables.insert(connection, description.describe(connection, named(connection)))
    contradiction.find(connection)
    if questions is None:
        connection.execute(_ASKED_BEFORE, [examples.GRAPH])
    else:
        tables.insert(connection, questions)


def forget_description(connection: Connection) -> None:
    """Take out what describes the graphs as they were, and keep it aside for `change`."""
    connection.execute(_DESCRIBED.format(own=_own(connection)))


def change(connection: Connection) -> None:
    """Fill `store_lost` and `store_new` (g, s, p, o), after a revision and a new description."""
    connection.execute(_CHANGE.format(own=_own(connection), inferred=_id(connection, INFERRED),
                                      near=inferred("store_lost")))


def tidy(connection: Connection) -> None:
    """Drop what was kept aside."""
    for name in _SCRATCH:
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def _own(connection: Connection) -> str:
    """List, as SQL, the ids of the graphs that no source is asked for."""
    ids = tables.identify(connection, [graph("description"), examples.GRAPH]).values()
    return f"({', '.join(map(str, ids))})"


def _id(connection: Connection, name: str) -> int:
    return tables.identify(connection, [graph(name)])[graph(name)]
