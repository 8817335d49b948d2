"""The small tables that rules join `triple` with: axioms, lists, cells, datatypes.

`vocabulary` has one row: the ids of the terms of RDF, RDFS and OWL. `axiom_triple` holds the
triples of `vocabulary.PREDICATES` and `.KINDS`; each of these relations is a view of it (s, p, o).
What needs more is a SELECT of its own, `relations/<relation>.sql`: those that rules conclude from
are made again when what they read has changed, the others once, before the rules run or after.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cache
from graphlib import TopologicalSorter
from types import MappingProxyType

from clusterkg import datatype, discovery, link
from clusterkg.files import read_text
from clusterkg.rule import BIG, rules
from clusterkg.tables import Connection, identify
from clusterkg.vocabulary import CARDINALITIES, KINDS, LISTS, PREDICATES, TERMS, VIEWS

_AXIOMS = """
SELECT a.number AS relation, t.s, t.p, t.o, t.step
FROM triple AS t JOIN axiom AS a ON a.p = t.p AND a.o IS NULL WHERE {condition}
UNION ALL
SELECT a.number, t.s, t.p, t.o, t.step
FROM triple AS t JOIN axiom AS a ON a.p = t.p AND a.o = t.o WHERE {condition}
"""
_CHANGED = """
SELECT DISTINCT a.relation FROM axiom_triple AS t JOIN axiom AS a ON a.number = t.relation
WHERE t.step >= ?
"""
# A blank node that is an expression or holds a list is part of an axiom, not of the data.
_HIDDEN = """
CREATE OR REPLACE TABLE hidden AS
SELECT id FROM cell
UNION
SELECT n.id FROM ({sources}) AS n(id) JOIN term ON term.id = n.id
WHERE term.kind = 'blank'
"""
# What stands for a part of a list, in one kind of axiom: terms that no file has.
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
_SUBJECTS = ("on_property", "intersection_of", "union_of", "one_of", "complement_of", "inverse_of",
             "sub_class", "equivalent_class", "sub_property")
_OBJECTS = ("sub_class", "equivalent_class", "sub_property", "property_domain", "property_range",
            "type")


_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")
# What Python makes, and what it is made of.
_MADE_OF = MappingProxyType({"cell": ("cell_wanted",), "inside_datatype": ("some_values_from",),
                             "link": ("list_first", "list_rest", *LISTS),
                             **{name: (source,) for name, (source, _) in CARDINALITIES.items()}})


def prepare(connection: Connection) -> None:
    """Make `vocabulary`, the views of `triple` and `delta`, and every relation, filled."""
    ids = identify(connection, TERMS.values())
    columns = ", ".join(f"{ids[iri]}::INTEGER AS {name}" for name, iri in TERMS.items())
    connection.execute(f"CREATE OR REPLACE TABLE vocabulary AS SELECT {columns}")
    _make(connection, "axiom", f"FROM (VALUES {_axioms(ids)}) AS a(relation, number, p, o)")
    _make(connection, "axiom_triple", _AXIOMS.format(condition="true"))
    views = "; ".join(f"CREATE OR REPLACE VIEW {name} AS {select}" for name, select in _views(ids))
    connection.execute(f"BEGIN; {views}; COMMIT")  # to commit each on its own takes twice as long
    connection.execute(_CELL)
    datatype.prepare(connection)
    datatype.equate(connection)
    derive(connection)
    for name in _others("first"):
        _make(connection, name, _files()[name])


def extend(connection: Connection, step: int) -> frozenset[str]:
    """Take the axioms among the triples from `step` on into the relations; name what changed."""
    new = _AXIOMS.format(condition=f"t.step >= {step}")
    (added,) = connection.execute(f"INSERT INTO axiom_triple {new}").fetchone() or (0,)
    return changed(connection, step) if added else frozenset()


def changed(connection: Connection, step: int, read: Set[str] | None = None) -> frozenset[str]:
    """Make anew what is made of relations that changed from `step` on; name all that changed.

    `read` names what alone has to be made, and what that is made of.
    """
    names = {row[0] for row in connection.execute(_CHANGED, [step]).fetchall()}
    return frozenset(names | derive(connection, names, read))


def derive(connection: Connection, changed: Set[str] | None = None,
           read: Set[str] | None = None) -> set[str]:
    """Make, in their order, the relations that read what changed, or all of them; name them."""
    made: set[str] = set()
    for name in _order() if read is None else _behind(frozenset(read)):
        if changed is None or _reads(name) & (changed | made):
            _makers().get(name, _from_file)(connection, name)
            made.add(name)
    return made


def finish(connection: Connection) -> None:
    """Fill what only clashes and publishing need: `hidden(id)` and the datatype relations."""
    sources = [f"SELECT s FROM {name}" for name in _SUBJECTS]
    sources += [f"SELECT DISTINCT o FROM {name} WHERE o > 0" for name in _OBJECTS]
    sources.append("SELECT cell FROM list_member")
    connection.execute(_HIDDEN.format(sources=" UNION ".join(sources)))
    datatype.compare(connection)
    for name in _others("last"):
        _make(connection, name, _files()[name])


def empty(connection: Connection) -> Set[str]:
    """Name the relations and views that have no row."""
    filled = connection.execute(_CHANGED, [0]).fetchall()
    return (without_rows(connection, {*_order(), "equal_literal", *VIEWS})
            | {*PREDICATES, *KINDS} - {row[0] for row in filled})


def without_rows(connection: Connection, names: Set[str]) -> Set[str]:
    """Name those that have no row; of what is a view of `axiom_triple`, none is looked at."""
    counts = [f"SELECT '{name}', (SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1))"
              for name in sorted(names - PREDICATES.keys() - KINDS.keys())]
    rows = connection.execute(" UNION ALL ".join(counts)).fetchall() if counts else []
    return {name for name, count in rows if not count}


def drawn() -> frozenset[str]:
    """Name what is made of the closed triples: `delta` can't stand for the triples in it."""
    return frozenset(name for name in _others("last") if _reads(name) & BIG)


def sought(connection: Connection, asked: Iterable[str]) -> dict[str, set[int]]:
    """Give the ids in each `relation.column`, and of the predicate of each view, that is named."""
    columns = [f"SELECT '{name}', {name} FROM {name.partition('.')[0]}"
               for name in sorted(asked) if "." in name]
    columns += [f"SELECT '{name}', {column} FROM vocabulary" for name, column in VIEWS.items()]
    found: dict[str, set[int]] = {}
    for name, id_ in connection.execute(" UNION ".join(columns)).fetchall():
        found.setdefault(name, set()).add(id_)
    return found


def _views(ids: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Give each view with its SELECT, after what it reads."""
    for name, column in VIEWS.items():
        for view, table in ((name, "triple"), (f"delta_{name}", "delta")):
            yield view, f"SELECT s, p, o FROM {table} WHERE p = {ids[TERMS[column]]}"
    for number, name in enumerate((*PREDICATES, *KINDS)):
        yield name, f"SELECT s, p, o, step FROM axiom_triple WHERE relation = {number}"
    yield "list_head", " UNION ALL ".join(
        f"SELECT o AS list, p AS property, s AS owner, step FROM {name}" for name in LISTS)


def _axioms(ids: Mapping[str, int]) -> str:
    rows = [(name, ids[iri], "NULL") for name, iri in PREDICATES.items()]
    rows += [(name, ids[TERMS["rdf_type"]], str(ids[iri])) for name, iri in KINDS.items()]
    return ", ".join(f"('{name}', {number}, {p}, {o})" for number, (name, p, o) in enumerate(rows))


def _make(connection: Connection, name: str, select: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {select}")


@cache
def _files() -> Mapping[str, str]:
    return {path.stem: read_text(path) for path in discovery.data_files("relations", ".sql")}


@cache
def _reads(name: str) -> frozenset[str]:
    if name in _MADE_OF:
        return frozenset(_MADE_OF[name])
    read = frozenset(_TABLE.findall(_files()[name]))
    return read - {"cell"} if name == "cell_wanted" else read  # which cells are there already


@cache
def _order() -> tuple[str, ...]:
    """Name what rules conclude from, each after what it reads."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    waiting = [*_MADE_OF, *(table for rule in rules() if rule.concludes
                            for branch in (*rule.branches, *rule.spared)
                            for table in branch.tables)]
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in known and (name in _files() or name in _MADE_OF):
            known.add(name)
            sorter.add(name, *(_reads(name) & (_files().keys() | _MADE_OF.keys())))
            waiting += _reads(name)
    return tuple(sorter.static_order())


@cache
def _behind(read: frozenset[str]) -> tuple[str, ...]:
    """Name, in their order, those of the relations that are read and what they are made of."""
    wanted = set(read)
    for name in reversed(_order()):
        if name in wanted:
            wanted |= _reads(name)
    return tuple(name for name in _order() if name in wanted)


def _others(when: str) -> list[str]:
    """Name the relations that no rule concludes from: `last` what clashes need, else `first`."""
    clashing = {table for rule in rules() if not rule.concludes
                for branch in rule.branches for table in branch.tables}
    return [name for name in _files() if name not in _order()
            and (name in clashing) is (when == "last")]


def _from_file(connection: Connection, name: str) -> None:
    _make(connection, name, _files()[name])


def _makers() -> Mapping[str, Callable[[Connection, str], None]]:
    return {**dict.fromkeys(CARDINALITIES, _count), "cell": _mint, "inside_datatype": _place,
            "link": _follow}


def _mint(connection: Connection, name: str) -> None:
    if connection.execute("SELECT 1 FROM cell_wanted LIMIT 1").fetchone():
        connection.execute(_MINT)


def _follow(connection: Connection, name: str) -> None:
    link.follow(connection)


def _place(connection: Connection, name: str) -> None:
    datatype.place(connection)


def _count(connection: Connection, name: str) -> None:
    """Keep of a cardinality's axioms those whose literal is written for the number asked for."""
    source, number = CARDINALITIES[name]
    literals = ", ".join(str(each) for each in _written(connection, source, number)) or "NULL"
    _make(connection, name, f"SELECT s, p, o FROM {source} WHERE o IN ({literals})")


def _written(connection: Connection, source: str, number: int) -> list[int]:
    used = [row[0] for row in connection.execute(f"SELECT DISTINCT o FROM {source}").fetchall()]
    rows = connection.execute("""
        SELECT id FROM term WHERE id IN (SELECT unnest(?::INTEGER[]))
        AND TRY_CAST(value AS INTEGER) = ?""", [used, number]).fetchall() if used else []
    return [row[0] for row in rows]
