"""The data graph in tables, and the sets that shapes are checked on.

    fact(s, p, o)      what all graphs assert, each triple once, sorted by predicate
    focus_*(this, times)   focus nodes; a nested shape meets a node once for each way to it
    value_*(this, value)   value nodes along a path

Each set is computed once, whichever shapes and constraints ask for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node

from clusterkg import adoption
from clusterkg.shacl.model import Targets
from clusterkg.shacl.path import Alternative, Path, Repeat, Sequence, Step
from clusterkg.tables import Connection

Parameters = Mapping[str, object]
FACT = "CREATE TEMP TABLE fact AS SELECT DISTINCT s, p, o FROM quad ORDER BY p, s, o"
_BELOW = """
WITH RECURSIVE below AS (
    SELECT unnest($classes::INTEGER[]) AS class
    UNION
    SELECT t.s FROM below AS b JOIN fact AS t ON t.p = $sub_class AND t.o = b.class)
SELECT DISTINCT t.s AS this FROM fact AS t
WHERE t.p = $type AND t.o IN (SELECT class FROM below)
"""
CLOSED = f"CREATE TEMP TABLE fact AS {adoption.ONCE}"  # sooner, where there is a closure
_TARGETED = "SELECT this, 1 AS times FROM ({targets})"
_NESTED = """
SELECT v.value AS this, sum(f.times)::INTEGER AS times
FROM {value} AS v JOIN {focus} AS f ON f.this = v.this GROUP BY v.value
"""
_REPEAT = """
WITH RECURSIVE reached AS (
    SELECT this, value FROM {start}
    UNION
    SELECT r.this, e.b FROM reached AS r JOIN ({edges}) AS e ON e.a = r.value)
SELECT this, value FROM reached
"""


class Ground:
    """The tables of one check; made by `laid`, and gone with it."""

    def __init__(self, connection: Connection, ids: Mapping[Node, int]):
        """Work on `connection`, where `fact` is; `ids` gives those of the shapes' terms."""
        self.connection, self.ids = connection, ids
        self._numbers, self._made = count(1), dict[object, str]()

    def id(self, node: Node) -> int:
        """Give the id of a term of the shapes; 0, which nothing has, where the data lacks it."""
        return self.ids.get(node, 0)

    def table(self, name: str, select: str, parameters: Parameters | None = None) -> str:
        """Keep the rows of a SELECT; give the name of the table."""
        made = f"{name}_{next(self._numbers)}"
        self.connection.execute(f"CREATE TEMP TABLE {made} AS {select}", parameters or {})
        return made

    def size(self, table: str) -> int:
        """Count the rows of a table."""
        (rows,) = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
        return int(rows)

    def rows(self, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
        """Keep rows of ids; give the name of the table."""
        lists = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
        parts = ", ".join(f"unnest(${name}::INTEGER[]) AS {name}" for name in columns)
        return self.table("wrong", f"SELECT {parts}", dict(zip(columns, lists, strict=True)))

    def nodes(self, table: str) -> str:
        """Give the focus nodes alone, or the distinct value nodes, as a table (this, times)."""
        column = "value" if table.startswith("value") else "this"
        return self._once(("nodes", table), "focus",
                          f"SELECT DISTINCT {column} AS this, 1 AS times FROM {table}", {})

    def instances(self, classes: frozenset[Node]) -> str:
        """Give the instances of any of `classes`, down rdfs:subClassOf, as a table (this)."""
        return self._once(classes, "instance", _BELOW, {
            "classes": [self.id(node) for node in classes],
            "sub_class": self.id(RDFS.subClassOf), "type": self.id(RDF.type)})

    def focus(self, targets: Targets, among: str = "") -> str:
        """Give the focus nodes of targets, or those in `among`, as a table (this, times)."""
        parts = ["SELECT unnest($nodes::INTEGER[]) AS this"]
        if targets.classes:
            parts.append(f"SELECT this FROM {self.instances(targets.classes)}")
        for column, links in (("s", targets.subjects_of), ("o", targets.objects_of)):
            if links:
                listed = ", ".join(str(self.id(link)) for link in links)
                parts.append(f"SELECT t.{column} FROM fact AS t WHERE t.p IN ({listed})")
        narrow = f" WHERE this IN (FROM {among})" if among else ""
        select = _TARGETED.format(targets=" UNION ".join(parts)) + narrow
        nodes = [self.id(node) for node in targets.nodes]
        return self._once((targets, among), "focus", select, {"nodes": nodes})

    def values(self, focus: str, path: Path | None) -> str:
        """Give the value nodes of focus nodes as a table (this, value); without path themselves."""
        start = self._once((focus, None), "value", f"SELECT this, this AS value FROM {focus}", {})
        return start if path is None else self._walk(start, path)

    def nested(self, focus: str, value: str) -> str:
        """Make focus nodes of value nodes."""
        select = _NESTED.format(focus=focus, value=value)
        return self._once((focus, value), "focus", select, {})

    def _walk(self, start: str, path: Path) -> str:
        key = (start, path)
        if key not in self._made:
            self._made[key] = self._walked(start, path)
        return self._made[key]

    def _walked(self, start: str, path: Path) -> str:
        if isinstance(path, Sequence):
            for part in path.paths:
                start = self._walk(start, part)
            return start
        if isinstance(path, Repeat):
            return self._repeated(start, path)
        edges, parameters = self._edges(path)
        if edges:
            return self.table("value", "SELECT DISTINCT r.this, e.b AS value "
                              f"FROM {start} AS r JOIN ({edges}) AS e ON e.a = r.value", parameters)
        assert isinstance(path, Alternative)
        parts = [self._walk(start, part) for part in path.paths]
        return self.table("value", " UNION ".join(f"SELECT * FROM {part}" for part in parts))

    def _repeated(self, start: str, path: Repeat) -> str:
        first = self._walk(start, path.path) if path.least or not path.many else start
        if not path.many:
            return self.table("value", f"SELECT * FROM {start} UNION SELECT * FROM {first}")
        edges, parameters = self._edges(path.path)
        if edges:
            return self.table("value", _REPEAT.format(start=first, edges=edges), parameters)
        return self._closed(first, path.path)

    def _closed(self, start: str, path: Path) -> str:
        """Walk on until nothing new is reached: for paths that a recursive query cannot hold."""
        reached = self.table("value", f"SELECT * FROM {start}")
        new = start
        while self.size(new):
            step = self._walked(new, path)
            new = self.table("value", f"SELECT * FROM {step} EXCEPT SELECT * FROM {reached}")
            self.connection.execute(f"INSERT INTO {reached} SELECT * FROM {new}")
        return reached

    def _edges(self, path: Path) -> tuple[str, dict[str, object]]:
        """Give the pairs (a, b) that a step or one of several steps joins; "" for other paths."""
        steps = path.paths if isinstance(path, Alternative) else (path,)
        parts, parameters = [], {}
        for number, step in enumerate(steps):
            if not isinstance(step, Step):
                return "", {}
            ends = "t.o AS a, t.s AS b" if step.inverse else "t.s AS a, t.o AS b"
            parts.append(f"SELECT {ends} FROM fact AS t WHERE t.p = $p{number}")
            parameters[f"p{number}"] = self.id(step.predicate)
        return " UNION ALL ".join(parts), dict(parameters)

    def _once(self, key: object, name: str, select: str, parameters: Parameters) -> str:
        if key not in self._made:
            self._made[key] = self.table(name, select, parameters)
        return self._made[key]

    def close(self) -> None:
        """Drop every table that was made."""
        for (name,) in self.connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
            if name == "fact" or name.partition("_")[0] in _OWN:
                self.connection.execute(f"DROP TABLE temp.{name}")


_OWN = {"focus", "value", "instance", "failing", "wrong", "found", "solution"}


@contextmanager
def laid(connection: Connection, terms: Iterable[Node], targets: Iterable[Node],
         facts: str = FACT) -> Iterator[Ground]:
    """Lay the tables for a check; `terms` are the shapes', `targets` those that are focus nodes.

    Focus nodes that the data does not name are added to `term`.
    """
    connection.execute(facts)
    ground = Ground(connection, {})
    try:
        ids = _identify(connection, set(terms) | set(targets))
        missing = [node for node in set(targets) if node not in ids and not isinstance(node, BNode)]
        connection.executemany(_ADD, [_row(node) for node in missing]) if missing else None
        ground.ids = ids | _identify(connection, set(missing))
        yield ground
    finally:
        ground.close()


_ADD = """
INSERT INTO term SELECT CASE WHEN $2 = 'literal' THEN -1 ELSE 1 END * (
    SELECT coalesce(max(abs(id)), 0) + 1 FROM term), $1, $2, $3, $4
"""
_FIND = """
SELECT a.n, t.id FROM term AS t JOIN (
    SELECT unnest(range(len($values))) AS n, unnest($values) AS value, unnest($kinds) AS kind,
           unnest($datatypes) AS datatype, unnest($languages) AS language) AS a
USING (value, kind, datatype, language)
"""


def _identify(connection: Connection, nodes: set[Node]) -> dict[Node, int]:
    """Find the ids of terms; blank nodes of the shapes are none of the data's."""
    named = [node for node in nodes if not isinstance(node, BNode)]
    if not named:
        return {}
    columns = zip(*map(_row, named), strict=True)
    parameters = dict(zip(("values", "kinds", "datatypes", "languages"), map(list, columns),
                          strict=True))
    rows = connection.execute(_FIND, parameters).fetchall()
    return {named[number]: identifier for number, identifier in rows}


def _row(node: Node) -> tuple[str, str, str, str]:
    if isinstance(node, URIRef):
        return str(node), "iri", "", ""
    assert isinstance(node, Literal)
    if node.language:
        return str(node), "literal", str(RDF.langString), node.language
    return str(node), "literal", str(node.datatype or XSD.string), ""
