"""SPARQL constraints as SQL: the answers of rdflib, for all focus nodes at once."""

import re
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, assume, event, given, note, settings
from hypothesis import strategies as st
from rdflib.namespace import SH, XSD
from rdflib.plugins.sparql.processor import prepareQuery

import constraints
from clusterkg import algebra, shape, tables
from clusterkg.algebra import NotCovered
from clusterkg.tables import Connection
from conftest import Requires

EXAMPLES = 60
Row = tuple[str | None, ...]


@contextmanager
def as_written() -> Iterator[None]:
    """Let rdflib keep literals as they are written, as pySHACL does when it reads data."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


class World:
    """One small graph in the tables and in rdflib, with all its terms as focus nodes."""

    def __init__(self, connection: Connection, turtle: str) -> None:
        quads = [ox.Quad(t.subject, t.predicate, t.object)
                 for t in ox.parse(turtle.encode(), ox.RdfFormat.TURTLE)]
        self.connection = connection
        connection.execute("SET threads = 1")
        tables.insert(connection, quads)
        tables.identify(connection, ["urn:nowhere"])
        connection.execute("CREATE OR REPLACE TABLE fact AS SELECT DISTINCT s, p, o FROM quad; "
                           "CREATE OR REPLACE TABLE focus AS SELECT id AS this FROM term "
                           "WHERE id IN (SELECT s FROM fact UNION SELECT o FROM fact) "
                           "OR value = 'urn:nowhere'")
        self.terms = {identifier: spelled(*parts) for identifier, *parts in connection.execute(
            "SELECT id, value, kind, datatype, language FROM term").fetchall()}
        lines = "".join(f"{quad.triple} .\n" for quad in tables.quads(connection))
        with as_written():
            self.graph = rdflib.Graph().parse(data=lines, format="nt",
                                              bnode_context=shape.SameLabels())
            self.nodes = [node(self.terms[i]) for (i,) in connection.execute(
                "SELECT this FROM focus").fetchall()]

    def ours(self, query: str) -> set[Row]:
        """Ask the compiled query; raise NotCovered."""
        compiled = algebra.compile_query(self.connection, query, focus="focus")
        kept = list(compiled.columns.values())
        return {tuple(self._spelled(value, stored) for value, stored in zip(row, kept, strict=True))
                for row in algebra.run(self.connection, compiled)}

    def _spelled(self, value: object, stored: bool) -> str | None:
        if isinstance(value, dict):
            assert not stored
            return spelled(**value)
        assert value is None or (stored and isinstance(value, int))
        return None if value is None else self.terms[value]

    def theirs(self, query: str) -> set[Row]:
        """Ask rdflib for each focus node, as pySHACL does."""
        found: set[Row] = set()
        prepared = prepareQuery(query)
        with as_written():
            for focus in self.nodes:
                result = self.graph.query(prepared, initBindings={"this": focus})
                if result.type == "ASK":
                    found |= {(shape.text(focus),)} if result.askAnswer else set()
                    continue
                names = [v for v in prepared.algebra.PV if str(v) != "this"]
                found |= {(shape.text(focus), *(_text(row.get(v)) for v in names))
                          for row in result.bindings if row}
        return found


def spelled(value: str, kind: str, datatype: str, language: str) -> str:
    return shape.text(rdflib.URIRef(value) if kind == "iri" else rdflib.BNode(value) if
                      kind == "blank" else literal(value, datatype, language))


def literal(value: str, datatype: str, language: str) -> rdflib.Literal:
    with as_written():
        plain = language or datatype == str(XSD.string)
        return rdflib.Literal(value, lang=language or None,
                              datatype=None if plain else rdflib.URIRef(datatype))


def node(text: str) -> rdflib.term.Identifier:
    parsed = rdflib.Graph().parse(data=f"<urn:x> <urn:x> {text} .", format="nt",
                                  bnode_context=shape.SameLabels())
    found = next(iter(parsed.objects()))
    assert isinstance(found, rdflib.term.Identifier)
    return found


def _text(found: rdflib.term.Node | None) -> str | None:
    return None if found is None else shape.text(found)


@given(r=st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_answers_are_those_of_rdflib(r: Random) -> None:
    turtle, query = constraints.graph(r), constraints.query(r)
    assume(not constraints.differs(turtle, query))
    note(turtle)
    note(query)
    with closing(tables.connect()) as connection:
        world = World(connection, turtle)
        try:
            ours = world.ours(query)
        except NotCovered as reason:
            event(f"not covered: {str(reason)[:60]}")
            return
        event("covered")
        try:
            theirs = world.theirs(query)
        except Exception:  # rdflib fails with errors of Python's own on some expressions
            assume(False)
            return
    assert ours == theirs


WORLD = """
@prefix : <urn:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :p :b, :c ; :q 1, "01"^^xsd:integer, 2.50 ; :name "Anna"@en, "Anna", "安娜"@zh ;
    :day "2020-02-29"^^xsd:date .
:b :p :c ; :q 3, "x"^^xsd:integer ; :r 2.5e0, "3.0"^^xsd:float, 3 ; :name "Bob\\"s' --" ;
    :day "2020-02-30"^^xsd:date, "2021-01-01"^^xsd:date, "2019-05-05"^^xsd:date .
:c :p :a ; :q "7"^^xsd:byte, 1.0 ;
    :at "2020-01-01T00:00:00Z"^^xsd:dateTime, "2020-01-01T01:00:00+01:00"^^xsd:dateTime,
        "2019-12-31T00:00:00"^^xsd:dateTime .
:d :sub :e . :e :sub :f . :f :p _:x ; :flag true, "false"^^xsd:boolean, "no"^^xsd:boolean .
_:x :q "2"^^:own, "3"^^:own .
"""
COVERED = [
    "SELECT $this ?x WHERE { $this :p ?x ; :q ?n . FILTER(?n > 1) }",
    "SELECT $this ?x WHERE { $this :p ?x OPTIONAL { ?x :q ?n FILTER(?n > 7) } FILTER(!BOUND(?n)) }",
    "SELECT $this ?x WHERE { { $this :p ?x } UNION { ?x :p $this } FILTER(?x != :b) }",
    'SELECT $this ?n { $this :p ?x OPTIONAL { ?x :q ?n FILTER(LANGMATCHES(LANG(?x), "*")) } }',
    'SELECT $this ?n WHERE { $this :p|:name ?n FILTER(LANGMATCHES(LANG(?n), "*")) }',
    "SELECT $this ?flag WHERE { $this :sub ?x OPTIONAL { ?x :flag ?flag FILTER(?flag) } }",
    "SELECT $this WHERE { $this :p+ $this FILTER(isIRI($this)) }",
    "SELECT $this ?x WHERE { $this :sub* ?x FILTER(isIRI($this)) }",
    "SELECT $this ?x WHERE { $this (:p|:sub)/^:p ?x }",
    "SELECT $this ?x WHERE { $this !(:p|:q) ?x }",
    "SELECT $this ?x WHERE { $this :sub? ?x . FILTER NOT EXISTS { ?x :sub ?y } "
    "FILTER(isIRI($this)) }",
    "SELECT $this WHERE { $this :p ?x FILTER NOT EXISTS { "
    "?x :p ?y FILTER NOT EXISTS { ?y :p $this } } }",
    "SELECT $this WHERE { FILTER EXISTS { $this :p ?x } FILTER NOT EXISTS { $this :p/:p $this } }",
    "SELECT $this ?x WHERE { $this :p ?x FILTER(EXISTS { ?x :q 3 } || ?x = :c) }",
    "SELECT $this (?x AS ?value) WHERE { ?x :p ?y ; :p ?z . $this :p ?x } "
    "GROUP BY $this ?x HAVING (COUNT(DISTINCT ?y) > 1)",
    "SELECT $this ?n WHERE { { SELECT $this (COUNT(?x) AS ?n) WHERE { $this :q ?x } "
    "GROUP BY $this } FILTER(?n >= 2) }",
    "SELECT $this ?s WHERE { { SELECT $this (SUM(?x) AS ?s) WHERE { $this :q ?x "
    "FILTER(REGEX(STR(?x), '^[0-9.]+$') && isIRI($this)) } GROUP BY $this } FILTER(?s != 3) }",
    "SELECT $this ?l WHERE { $this :name ?x BIND(LANG(?x) AS ?l) FILTER(LANGMATCHES(?l, '*')) }",
    "SELECT $this ?y WHERE { $this :name ?x BIND(CONCAT(STRBEFORE(?x, 'n'), '-', "
    "SUBSTR(STR(?x), 2, 2), UCASE(STR(?x))) AS ?y) }",
    "SELECT $this ?y WHERE { $this :name ?x BIND(STRLEN(?x) * 3 + 1 AS ?y) FILTER(?y > 4) }",
    "SELECT $this ?y WHERE { { $this :q ?x FILTER(?x IN (1, 2.50)) } BIND(?x + 0.50 AS ?y) }",
    "SELECT $this ?y WHERE { { $this :q ?x FILTER(?x > 1 && ?x < 3) } BIND(FLOOR(?x) AS ?y) }",
    "SELECT $this ?y WHERE { $this :name ?x BIND(REPLACE(STR(?x), '[nb]', '') AS ?y) }",
    "SELECT $this ?y WHERE { $this :day ?x BIND(xsd:integer(SUBSTR(STR(?x), 1, 4)) AS ?y) }",
    "SELECT $this ?y WHERE { $this :at ?x BIND(HOURS(?x) AS ?y) }",
    "SELECT $this ?x ?y WHERE { $this :at ?x, ?y FILTER(?x = ?y && !sameTerm(?x, ?y)) }",
    "SELECT $this ?x WHERE { $this :flag ?x FILTER(!?x) }",
    "SELECT $this ?x WHERE { $this :q ?x FILTER(?x IN (1, 1.0, 3)) }",
    *[f"SELECT $this ?x ?y WHERE {{ $this {link} ?x, ?y FILTER(?x {operator} ?y) }}"
      for operator in ("<", ">", "<=", ">=", "=", "!=")
      for link in (":q", ":r", ":day", ":at", ":name")],
    "SELECT $this ?x ?y WHERE { ?z :q ?x, ?y . $this :p ?z FILTER(?x = ?y) }",
    "SELECT $this ?d WHERE { $this :q ?x BIND(DATATYPE(?x) AS ?d) FILTER(?d != xsd:integer) }",
    "SELECT $this ?x WHERE { $this ?p ?x FILTER(isLITERAL(?x) && !isNUMERIC(?x)) }",
    "SELECT $this ?y WHERE { $this :p ?x BIND(IF(?x = :b, 'yes', COALESCE(?none, 'no')) AS ?y) }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value FILTER(?path = :name) }",
    "SELECT $this (:name AS ?path) ?value WHERE { $this :name ?value FILTER(LANG(?value) = 'en') }",
    "SELECT $this WHERE { BIND($this AS ?that) FILTER(?that = :a) }",
    "SELECT $this WHERE { { FILTER(false) } UNION { FILTER($this = :a) } }",
    "SELECT $this WHERE { { SELECT $this WHERE { FILTER($this = :b) } } }",
    "ASK { $this :p ?x FILTER(?x = :c) }",
    "ASK { FILTER(isIRI($this) && STRSTARTS(STR($this), 'urn:')) }"]
REFUSED = {
    "SELECT $this WHERE { $this :p ?x MINUS { $this :p :b } }": "MINUS",
    "SELECT $this WHERE { VALUES ?x { 1 } }": "VALUES",
    "SELECT $this WHERE { SERVICE <urn:s> { ?a ?b ?c } }": "SERVICE",
    "SELECT $this WHERE { GRAPH $shapesGraph { $this :p ?x } }": "shapesGraph",
    "SELECT $this WHERE { BIND(true AS $this) }": "pre-bound",
    "SELECT $this WHERE { $this :p ?x { SELECT ?x WHERE { ?x :p ?y } } }": "sub-SELECT",
    "SELECT $this WHERE { $this :p ?x } LIMIT 1": "LIMIT",
    "SELECT $this WHERE { $this :name ?x FILTER(REGEX(?x, '(a)\\\\1')) }": "regular expression",
    "SELECT $this WHERE { $this :name ?x FILTER(REGEX(?x, ?x)) }": "computed regular expression",
    "SELECT $this WHERE { $this :q ?x FILTER(?x / 3 = 1) }": "division",
    "SELECT $this (RAND() AS ?x) WHERE { }": "RAND",
    "SELECT $this ?x ?X WHERE { $this :p ?x, ?X }": "upper and lower case",
    "SELECT $this (COUNT(?x) AS ?n) WHERE { $this :p ?x }": "neither grouped",
    "SELECT $this ?y (COUNT(?x) AS ?n) WHERE { $this :p ?x } GROUP BY $this ?y": "may be unbound",
    "SELECT $this WHERE { $this :p ?x . { ?y :q ?z FILTER(BOUND(?x)) } }": "outside of its group",
    "SELECT $this WHERE { $this !(^:p) ?x }": "negated property set",
    "SELECT $this WHERE { $this :name 'a'^^xsd:string }": "xsd:string",
    "SELECT $this ?x WHERE { $this :p ?x": "cannot read"}
PREFIXES = "PREFIX : <urn:>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with closing(tables.connect()) as connection:
        yield World(connection, WORLD)


@pytest.mark.parametrize("query", COVERED)
def test_a_construct_is_covered(world: World, query: str) -> None:
    found = world.ours(PREFIXES + query)
    assert found
    assert found == world.theirs(PREFIXES + query)


# Oxigraph rewrites literals and keeps to the standard on `<`: patterns alone are compared with it.
PATTERNS = [query for query in COVERED if query.startswith("SELECT $this") and not any(
    word in query for word in ("GROUP", "{ SELECT", ":q", ":r", ":day", ":at", ":name", "!(:p",
                               ":flag", "?p ?x", "false"))]


@pytest.mark.parametrize("query", PATTERNS)
def test_a_pattern_is_answered_as_by_oxigraph(world: World, query: str) -> None:
    store = ox.Store()
    store.extend(tables.quads(world.connection))
    head, _, body = query.partition(" WHERE ")
    found = set()
    for focus in (text for text in world.terms.values() if text.startswith("<")):
        text = f"{head.replace('$this', '(0 AS ?zero)')} WHERE {re.sub(r'[$]this', focus, body)}"
        answer = store.query(PREFIXES + text)
        assert isinstance(answer, ox.QuerySolutions)
        found |= {(focus, *(str(row[v]) if row[v] else None for v in answer.variables[1:]))
                  for row in answer}
    # For a term that is nowhere in the graph Oxigraph gives no path of length zero.
    known = {shape.text(focus) for focus in world.nodes if shape.text(focus) != "<urn:nowhere>"}
    ours = {row for row in world.ours(PREFIXES + query) if (row[0] or "").startswith("<")}
    assert {row for row in found if row[0] in known} == {r for r in ours if r[0] in known}


@pytest.mark.parametrize("query", REFUSED)
def test_a_construct_is_not_covered(world: World, query: str) -> None:
    with pytest.raises(NotCovered, match=REFUSED[query]):
        world.ours(PREFIXES + query)


@pytest.mark.parametrize("query", [
    "SELECT $this ?y WHERE { $this :q ?x BIND(?x + 1 AS ?y) }",
    "SELECT $this ?y WHERE { { SELECT $this (SUM(?x) AS ?y) WHERE { $this :name ?x } "
    "GROUP BY $this } FILTER(?y > 0) }"])
def test_data_that_is_not_covered_ends_the_query(world: World, query: str) -> None:
    with pytest.raises(NotCovered, match="not covered"):
        world.ours(PREFIXES + query)


def test_a_value_never_changes_a_query(world: World) -> None:
    query = """SELECT $this ?x WHERE { $this :name ?x FILTER(?x = "Bob\\"s' --") }"""
    assert [row[0] for row in world.ours(PREFIXES + query)] == ["<urn:b>"]
    hostile = """SELECT $this ("'; DROP TABLE fact; --" AS ?x) WHERE { $this :p :b }"""
    assert [row[1] for row in world.ours(PREFIXES + hostile)] == ['"\'; DROP TABLE fact; --"']
    assert tables.count(world.connection, "fact") > 0


def test_not_exists_is_an_anti_join(world: World) -> None:
    compiled = algebra.compile_query(
        world.connection, PREFIXES + "SELECT $this ?x WHERE { $this :p ?x "
        "FILTER NOT EXISTS { ?x :p ?y . ?y :p $this } }", focus="focus")
    ((_, plan),) = world.connection.execute("EXPLAIN " + compiled.sql).fetchall()
    assert "ANTI" in plan
    assert "DELIM" not in plan
    assert "NESTED_LOOP" not in plan


def test_more_variables_may_be_bound_before(world: World) -> None:
    world.connection.execute("""
        CREATE OR REPLACE TABLE pair AS
        SELECT f.s AS this, f.o AS value, l.id AS lang FROM fact AS f JOIN term AS l
        ON l.kind = 'literal' AND l.value IN ('1', '2') AND f.o < 0""")
    query = PREFIXES + "ASK { $this :q ?n FILTER($value = $lang && ?n = $value) }"
    compiled = algebra.compile_query(world.connection, query, focus="pair",
                                     prebound=("this", "value", "lang"))
    assert list(compiled.columns) == ["this", "value", "lang"]
    ours = {tuple(world.terms[i] for i in row) for row in algebra.run(world.connection, compiled)}
    rows = world.connection.execute("SELECT this, value, lang FROM pair").fetchall()
    with as_written():
        theirs = {tuple(world.terms[i] for i in row) for row in rows if world.graph.query(
            query, initBindings={v: node(world.terms[i]) for v, i in zip(
                ("this", "value", "lang"), row, strict=True)}).askAnswer}
    assert ours == theirs
    assert ours


def _constraints(paths: list[Path]) -> Iterator[tuple[str, str, str]]:
    """Give the SPARQL of shape files: the kind, the node and the text with its prefixes."""
    declared = rdflib.Graph()
    for path in paths:
        if path.stem == "prefixes":
            declared.parse(path)
    for path in paths:
        yield from _queries(rdflib.Graph().parse(path) + declared, path.stem)


def _queries(graph: rdflib.Graph, name: str) -> Iterator[tuple[str, str, str]]:
    prefixes = {"rdf": str(rdflib.RDF), "rdfs": str(rdflib.RDFS), **{
        prefix: str(iri) for prefix, iri in graph.namespaces()}, **{
        str(prefix): str(graph.value(node, SH.namespace))
        for node, prefix in graph.subject_objects(SH.prefix)}}
    lines = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes.items())
    for link in (SH.select, SH.ask):
        for subject, text in graph.subject_objects(link):
            yield name, str(subject), lines + str(text)


def test_the_constraints_of_the_project_are_covered(root: Path, world: World) -> None:
    found = list(_constraints(sorted((root / "ontology" / "shapes").glob("*.ttl"))))
    assert len(found) > 20
    for _, _, query in found:
        algebra.run(world.connection, algebra.compile_query(world.connection, query, focus="focus"))


# What pySHACL fails on, or SHACL forbids: those constraints are answered, or refused, elsewhere.
_W3C_REFUSED = {"shapesGraph-001", "pre-binding-006", "unsupported-sparql-001",
                "unsupported-sparql-002", "unsupported-sparql-003", "unsupported-sparql-004",
                "unsupported-sparql-005", "unsupported-sparql-006"}


def test_the_constraints_of_the_w3c_suite_are_covered(requires: Requires, world: World) -> None:
    refused = set()
    folder = requires.shared("suites") / "w3c-shacl" / "sparql"
    found = list(_constraints(sorted(folder.rglob("*-0*.ttl"))))
    assert len(found) > 20
    for name, _, query in found:
        try:
            _ask_w3c(world, query)
        except NotCovered:
            refused.add(name)
    assert refused == _W3C_REFUSED


def _ask_w3c(world: World, query: str) -> None:
    names = [v for v in ("lang", "test1", "test2", "requiredParam") if f"${v}" in query]
    names += ["value"] if "ASK" in query else []
    focus = ", ".join(["this", *(f"this AS {v}" for v in names)])
    compiled = algebra.compile_query(
        world.connection, query.replace("$PATH", "<urn:p>"), prebound=("this", *names),
        focus=f"(SELECT {focus} FROM focus)")
    algebra.run(world.connection, compiled)
