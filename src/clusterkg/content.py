"""What a store holds, in relations of the tables: named graphs, the default graph, a description.

Each source has its graph, what is inferred has one more, and so have the questions; the default
graph has each triple of all of them once. Description and questions are neither counted nor closed.
"""

from collections.abc import Iterable

from pyoxigraph import Quad

from clusterkg import census, description, examples, tables
from clusterkg.ledger import INFERRED, graph
from clusterkg.tables import Connection

STORE, TABLES = "store", "closure.duckdb"

_DECLARED = """(
    SELECT DISTINCT q.s FROM quad AS q JOIN term AS s ON s.id = q.s AND s.kind = 'iri'
    JOIN term AS p ON p.id = q.p
    AND p.value = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
    JOIN term AS o ON o.id = q.o AND o.value SIMILAR TO 'http://www.w3.org/2002/07/owl#({})')"""
_COUNTED = {"asserted": "(SELECT DISTINCT s, p, o FROM quad)", "inferred": "inferred",
            "classes": _DECLARED.format("Class"),
            "properties": _DECLARED.format("(Object|Datatype|Annotation)Property")}
DEFAULT = "(SELECT DISTINCT 0 AS g, s, p, o FROM quad UNION ALL SELECT 0, s, p, o FROM inferred)"

_DESCRIBED = """
CREATE OR REPLACE TABLE description_before AS SELECT * FROM quad WHERE g IN {own};
DELETE FROM quad WHERE g IN {own}
"""
_ASKED_BEFORE = """
INSERT INTO quad SELECT b.* FROM description_before AS b
JOIN term AS t ON t.id = b.g AND t.kind = 'iri' AND t.value = ?"""
# A triple leaves the default graph when no graph has it any more.
_CHANGE = """
CREATE OR REPLACE TABLE store_lost AS
SELECT g, s, p, o FROM lost_quad UNION SELECT {inferred}, s, p, o FROM lost_inferred
UNION (FROM description_before EXCEPT SELECT * FROM quad WHERE g IN {own});
CREATE OR REPLACE TABLE store_new AS
SELECT g, s, p, o FROM new_quad UNION SELECT {inferred}, s, p, o FROM new_inferred
UNION (SELECT * FROM quad WHERE g IN {own} EXCEPT FROM description_before);
INSERT INTO store_lost
SELECT DISTINCT 0, l.s, l.p, l.o FROM store_lost AS l
ANTI JOIN quad AS q ON q.s = l.s AND q.p = l.p AND q.o = l.o
ANTI JOIN inferred AS i ON i.s = l.s AND i.p = l.p AND i.o = l.o;
INSERT INTO store_new SELECT DISTINCT 0, s, p, o FROM store_new;
CREATE OR REPLACE TABLE store_near AS
WITH near AS (SELECT DISTINCT g, s, p FROM store_lost WHERE o < 0)
SELECT q.g, q.s, q.p, q.o FROM quad AS q SEMI JOIN near AS n USING (g, s, p) WHERE q.o < 0
UNION SELECT 0, q.s, q.p, q.o FROM quad AS q SEMI JOIN near AS n USING (s, p) WHERE q.o < 0
UNION SELECT 0, i.s, i.p, i.o FROM inferred AS i SEMI JOIN near AS n USING (s, p) WHERE i.o < 0
UNION SELECT {inferred}, i.s, i.p, i.o FROM inferred AS i SEMI JOIN near AS n USING (s, p)
WHERE i.o < 0
"""
_SCRATCH = ("description_before", "store_lost", "store_new", "store_near", "lost_quad", "new_quad",
            "lost_inferred", "new_inferred")


def counts(connection: Connection) -> dict[str, int]:
    """Count what is asserted, inferred and declared; not the description."""
    return {name: tables.count(connection, of) for name, of in _COUNTED.items()}


def named(connection: Connection) -> str:
    """Give the relation of all named graphs."""
    return ("(SELECT g, s, p, o FROM quad UNION ALL "
            f"SELECT {_id(connection, INFERRED)}, s, p, o FROM inferred)")


def describe(connection: Connection, questions: Iterable[Quad]) -> None:
    """Add to `quad` what describes the named graphs, and the questions."""
    census.take(connection, named(connection))
    tables.insert(connection, description.describe(connection, named(connection)))
    tables.insert(connection, questions)


def describe_again(connection: Connection, questions: Iterable[Quad] | None) -> None:
    """Do so after a revision, counting what it changed; None: the questions are what they were."""
    census.revise(connection, named(connection), _id(connection, INFERRED))
    tables.insert(connection, description.describe(connection, named(connection)))
    if questions is None:
        connection.execute(_ASKED_BEFORE, [examples.GRAPH])
    else:
        tables.insert(connection, questions)


def forget_description(connection: Connection) -> None:
    """Take out what describes the graphs as they were, and keep it aside for `change`."""
    connection.execute(_DESCRIBED.format(own=_own(connection)))


def change(connection: Connection) -> None:
    """Fill `store_lost` and `store_new` (g, s, p, o), after a revision and a new description."""
    connection.execute(_CHANGE.format(own=_own(connection), inferred=_id(connection, INFERRED)))


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
