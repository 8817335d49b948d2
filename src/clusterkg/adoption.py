"""Which records speak, and what accepted claims say.

What a record is and when it is accepted stands in `adoption/sign.sql`, `withheld.sql` and
`adopted.sql` alone.
"""


from clusterkg import discovery
from clusterkg.files import read_text
from clusterkg.tables import Connection

# What is asserted and adopted, each triple once, where a closure is: its first step has all of that
# but what is withheld.
ONCE = """
SELECT s, p, o FROM triple WHERE step = 0
UNION ALL SELECT DISTINCT s, p, o FROM quad
WHERE s IN (SELECT id FROM withheld) OR o IN (SELECT id FROM withheld)
"""
_EMPTY = """
CREATE OR REPLACE TABLE withheld(id INTEGER, inferred BOOLEAN);
CREATE OR REPLACE TABLE adopted(g INTEGER, s INTEGER, p INTEGER, o INTEGER)
"""
_FACT = "CREATE OR REPLACE VIEW fact AS SELECT s, p, o FROM {}"
_WITHHOLD = """
INSERT INTO withheld SELECT id, {inferred}
FROM (SELECT id FROM ({records}) EXCEPT SELECT id FROM withheld)
"""
_TAKE_BACK = """
DELETE FROM quad USING adopted AS a
WHERE quad.g = a.g AND quad.s = a.s AND quad.p = a.p AND quad.o = a.o
"""


def adopt(connection: Connection) -> None:
    """Fill `withheld(id)`, and add to `quad` what accepted claims state, each in its claim's graph.

    `adopted(g, s, p, o)` keeps what was added; `withheld.inferred` tells what only inference shows
    to be a record. What is adopted may show that more is a record, and
    so withhold a claim: both are gone through until neither changes.
    """
    connection.execute(_EMPTY)
    _look(connection, "quad")
    _withhold(connection, inferred=False)
    _settle(connection, inferred=False)


def withhold(connection: Connection) -> bool:
    """Withhold what the closure in `triple` shows to be a record; tell whether there was any."""
    _look(connection, "triple")
    found = _withhold(connection, inferred=True)
    connection.execute(_FACT.format("quad"))
    if found:
        _look(connection, "quad")
        _settle(connection, inferred=True)
    return bool(found)


def text(name: str) -> str:
    """Give the SQL of one of the files in `adoption`."""
    return next(read_text(path) for path in discovery.data_files("adoption", ".sql")
                if path.stem == name)


def _settle(connection: Connection, *, inferred: bool) -> None:
    while _state(connection) and _withhold(connection, inferred=inferred):
        pass


def _look(connection: Connection, facts: str) -> None:
    """Say what the facts are, and what shows a record by them; no claim is adopted that could."""
    connection.execute(_FACT.format(facts))
    # A table of its own, so that the engine knows how small it is.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE sign AS {text('sign')}")


def _withhold(connection: Connection, *, inferred: bool) -> int:
    (found,) = connection.execute(_WITHHOLD.format(
        records=text("withheld"), inferred=inferred)).fetchone() or (0,)
    return int(found)


def _state(connection: Connection) -> int:
    """Adopt anew what accepted claims state; give the number of triples."""
    connection.execute(_TAKE_BACK)
    connection.execute(f"CREATE OR REPLACE TABLE adopted AS ({text('adopted')}) EXCEPT FROM quad")
    (found,) = connection.execute("INSERT INTO quad FROM adopted").fetchone() or (0,)
    return int(found)
