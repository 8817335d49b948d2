"""The small tables that rules join `triple` with: axioms, lists, cells, datatypes.

`vocabulary` has one row: the ids of the terms of RDF, RDFS and OWL. Each relation of
`vocabulary.PREDICATES` and `.KINDS` holds the triples of one predicate or type as s, p, o. What
needs more is a SELECT of its own, `relations/<relation>.sql`.
"""

from collections.abc import Mapping, Set

from clusterkg import datatype, discovery
from clusterkg.errors import RefusedError
from clusterkg.files import read_text
from clusterkg.namespaces import compress
from clusterkg.tables import Connection, identify
from clusterkg.vocabulary import CARDINALITIES, KINDS, LISTS, PREDICATES, TERMS, VIEWS

# In the order in which they build on one another; the folder's other files are theirs to run.
_DERIVED = ("list_member", "cell_wanted", "chain_cell", "intersection_cell", "key_cell",
            "literal_type")
_FIRST = ("position",)
_FINAL = ("outside_datatype",)

_MALFORMED = """
WITH RECURSIVE cell AS (
    SELECT DISTINCT t.o AS list, t.o AS cell
    FROM triple AS t JOIN list_property AS l ON l.property = t.p
    UNION
    SELECT c.list, t.o
    FROM cell AS c CROSS JOIN vocabulary AS v
    JOIN triple AS t ON t.s = c.cell AND t.p = v.rdf_rest),
part AS (
    SELECT c.list, c.cell, c.cell = v.rdf_nil AS nil,
           count(DISTINCT CASE WHEN t.p = v.rdf_first THEN t.o END) AS firsts,
           count(DISTINCT CASE WHEN t.p = v.rdf_rest THEN t.o END) AS rests
    FROM cell AS c CROSS JOIN vocabulary AS v
    LEFT JOIN triple AS t ON t.s = c.cell AND t.p IN (v.rdf_first, v.rdf_rest)
    GROUP BY ALL),
bad AS (
    SELECT list, CASE WHEN bool_or(NOT nil AND (firsts > 1 OR rests > 1)) THEN 'it branches'
                      WHEN bool_or(NOT nil AND (firsts = 0 OR rests = 0)) THEN 'it stops short'
                      ELSE 'it runs in a circle' END AS what
    FROM part GROUP BY list
    HAVING NOT bool_or(nil) OR bool_or(NOT nil AND (firsts <> 1 OR rests <> 1)))
SELECT b.what, p.value AS property, s.value AS owner
FROM bad AS b JOIN triple AS t ON t.o = b.list JOIN list_property AS l ON l.property = t.p
JOIN term AS p ON p.id = t.p JOIN term AS s ON s.id = t.s
ORDER BY ALL LIMIT 1
"""
# A blank node that is an expression or holds a list is part of an axiom, not of the data.
_HIDDEN = """
CREATE OR REPLACE TABLE hidden AS
SELECT id FROM cell
UNION
SELECT n.id FROM ({sources}) AS n(id) JOIN term ON term.id = n.id
WHERE term.kind = 'blank'
"""
# What stands for the rest of a list from a place on, in one kind of axiom: terms that no file has.
_CELL = """
CREATE OR REPLACE TABLE cell(kind VARCHAR, list INTEGER, place INTEGER, id INTEGER)
"""
_MINT = """
INSERT INTO cell
SELECT w.kind, w.list, w.place, row_number() OVER (ORDER BY w.list, w.place, w.kind)
       + (SELECT max(abs(id)) FROM term)
FROM cell_wanted AS w;
INSERT INTO term
SELECT c.id, 'cell' || c.id, 'blank', '', '' FROM cell AS c
JOIN cell_wanted AS w USING (kind, list, place)
"""
_NEW_AXIOMS = """
SELECT DISTINCT a.relation FROM delta AS d
JOIN axiom AS a ON a.p = d.p AND (a.o = d.o OR a.o IS NULL)
"""
_SUBJECTS = ("on_property", "intersection_of", "union_of", "one_of", "complement_of", "inverse_of",
             "sub_class", "equivalent_class", "sub_property")
_OBJECTS = ("sub_class", "equivalent_class", "sub_property", "property_domain", "property_range",
            "type")


def prepare(connection: Connection) -> None:
    """Make `vocabulary`, the views of `triple` and `delta`, and every relation, filled."""
    ids = identify(connection, TERMS.values())
    columns = ", ".join(f"{ids[iri]}::INTEGER AS {name}" for name, iri in TERMS.items())
    connection.execute(f"CREATE OR REPLACE TABLE vocabulary AS SELECT {columns}")
    for name, column in VIEWS.items():
        for view, table in ((name, "triple"), (f"delta_{name}", "delta")):
            connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT s, p, o FROM {table} "
                               f"WHERE p = {ids[TERMS[column]]}")
    _make(connection, "axiom", f"FROM (VALUES {_axioms(ids)}) AS a(relation, p, o)")
    for name in (*PREDICATES, *KINDS):
        _make(connection, name, f"""
            SELECT t.s, t.p, t.o FROM triple AS t
            JOIN axiom AS a ON a.relation = '{name}' AND a.p = t.p
            WHERE a.o = t.o OR a.o IS NULL""")
    lists = ", ".join(f"({ids[PREDICATES[name]]})" for name in LISTS)
    _make(connection, "list_property", f"FROM (VALUES {lists}) AS l(property)")
    refuse_malformed_lists(connection)
    connection.execute(_CELL)
    datatype.prepare(connection)
    datatype.equate(connection)
    _derive(connection)
    for name in _FIRST:
        _make(connection, name, _text(name))


def refresh(connection: Connection) -> frozenset[str]:
    """Take the axioms among the new triples into the relations; name the ones that changed."""
    changed = {row[0] for row in connection.execute(_NEW_AXIOMS).fetchall()}
    for name in changed:
        _extend(connection, name)
    if changed:
        changed |= _derive(connection)
    return frozenset(changed)


def finish(connection: Connection) -> None:
    """Fill what only clashes and publishing need: `hidden(id)` and the datatype relations."""
    sources = [f"SELECT s FROM {name}" for name in _SUBJECTS]
    sources += [f"SELECT DISTINCT o FROM {name} WHERE o > 0" for name in _OBJECTS]
    sources.append("SELECT cell FROM list_member")
    connection.execute(_HIDDEN.format(sources=" UNION ".join(sources)))
    datatype.compare(connection)
    for name in _FINAL:
        _make(connection, name, _text(name))


def empty(connection: Connection) -> Set[str]:
    """Name the relations and views that have no row."""
    views = (*VIEWS, *(f"delta_{name}" for name in VIEWS))
    names = (*PREDICATES, *KINDS, *CARDINALITIES, *_DERIVED, "equal_literal", *views)
    counts = connection.execute(" UNION ALL ".join(
        f"SELECT '{name}', (SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1))"
        for name in names)).fetchall()
    return {name for name, count in counts if not count}


def refuse_malformed_lists(connection: Connection) -> None:
    """Raise RefusedError for a list of an axiom that branches, stops short or runs in a circle."""
    found = connection.execute(_MALFORMED).fetchone()
    if found:
        what, property_, owner = found
        raise RefusedError(f"malformed list: the {compress(property_)} of {compress(owner)}: "
                           f"{what}; write it as ( ... ), with one rdf:first and rdf:rest a cell")


def _axioms(ids: Mapping[str, int]) -> str:
    rows = [f"('{name}', {ids[iri]}, NULL)" for name, iri in PREDICATES.items()]
    rows += [f"('{name}', {ids[TERMS['rdf_type']]}, {ids[iri]})" for name, iri in KINDS.items()]
    return ", ".join(rows)


def _make(connection: Connection, name: str, select: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {select}")


def _text(name: str) -> str:
    path = next(p for p in discovery.data_files("relations", ".sql") if p.stem == name)
    return read_text(path)


def _derive(connection: Connection) -> set[str]:
    before = _sizes(connection)
    for name, (source, number) in CARDINALITIES.items():
        literals = ", ".join(str(each) for each in _written(connection, source, number)) or "NULL"
        _make(connection, name, f"SELECT s, p, o FROM {source} WHERE o IN ({literals})")
    for name in _DERIVED:
        if name == "literal_type":
            datatype.place(connection)
        _make(connection, name, _text(name))
        if name == "cell_wanted":
            connection.execute(_MINT)
    after = _sizes(connection)
    return {name for name, size in after.items() if before.get(name) != size}


def _written(connection: Connection, source: str, number: int) -> list[int]:
    """Give the literals of a relation that are written for a number."""
    used = [row[0] for row in connection.execute(f"SELECT DISTINCT o FROM {source}").fetchall()]
    rows = connection.execute("""
        SELECT id FROM term WHERE id IN (SELECT unnest(?::INTEGER[]))
        AND TRY_CAST(value AS INTEGER) = ?""", [used, number]).fetchall() if used else []
    return [row[0] for row in rows]


def _sizes(connection: Connection) -> dict[str, int]:
    present = {row[0] for row in connection.execute(
        "SELECT table_name FROM duckdb_tables()").fetchall()}
    names = [name for name in (*CARDINALITIES, *_DERIVED) if name in present]
    if not names:
        return {}
    return dict(connection.execute(" UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM {name}" for name in names)).fetchall())


def _extend(connection: Connection, name: str) -> None:
    connection.execute(f"""
        INSERT INTO {name} SELECT d.s, d.p, d.o FROM delta AS d
        JOIN axiom AS a ON a.p = d.p AND (a.o = d.o OR a.o IS NULL) AND a.relation = '{name}'""")
