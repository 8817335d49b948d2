"""SPARQL to SQL: one SELECT over the integer tables that answers for all focus nodes at once.

    compiled = algebra.compile_query(connection, text, focus="focus", prebound=("this",))
    rows = algebra.run(connection, compiled)

What goes in
    text       SELECT or ASK, its PREFIX lines before it; `$PATH` must be replaced by then.
    focus      a table, view or parenthesised SELECT of distinct rows; its columns are the
               pre-bound variables (SHACL 5.3): `this` always, `value`, `currentShape` and
               parameters where there are any. All are ids of `term` and never NULL.
    fact       a table or view with distinct rows (s, p, o): the data graph.

What comes out
    sql        one SELECT, with named parameters ($c1, ...) for texts of the query. Its columns
               are those of `focus`, then those that the query projects. A SELECT gives its
               distinct solutions; an ASK the rows of `focus` for which it is true.
    columns    name -> whether it is stored. Stored: an id, or NULL where unbound. Else a
               STRUCT(value, kind, datatype, language) as in a row of `term`, or NULL.

NotCovered says why a query, or the data that `run` met, is not for this module; nothing is
answered wrong instead. What SHACL forbids (MINUS, VALUES, SERVICE, AS ?prebound) is not covered.

The answers are those of rdflib with `initBindings`, which pySHACL asks, for literals as they are
written (rdflib's NORMALIZE_LITERALS off). Where rdflib leaves the standard, it is followed where
that is a matter of one value (`=`, `<`, IN), and else the query is not covered. One thing is as in
the standard alone: a repeated path from 0, false or "", which rdflib takes for no term at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier, Literal, URIRef

from clusterkg.algebra import aggregate
from clusterkg.algebra.pattern import compile_pattern
from clusterkg.algebra.relation import Query, Relation, constants, select, spelled_out
from clusterkg.algebra.site import Site, fails_without, variables
from clusterkg.algebra.value import Form, NotCovered, name
from clusterkg.tables import Connection, Error

__all__ = ["Compiled", "NotCovered", "compile_query", "run", "translated"]

# pySHACL looks for these words in the text, and fails where it finds them.
_FORBIDDEN = re.compile(r"\w?INUS\b|\bVALUES\b|\w?ERVICE\b|[$?]shapesGraph|(?-i:[$?]PATH\b)|"
                        r"SELECT\s+\*", re.IGNORECASE)
_RENAMED = re.compile(r"\bAS\s+[$?](\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class Compiled:
    """A query in SQL: the columns say of each variable whether it is stored."""

    sql: str
    parameters: Mapping[str, str]
    columns: Mapping[str, bool]


def compile_query(connection: Connection, text: str, *, focus: str,
                  prebound: Sequence[str] = ("this",), fact: str = "fact") -> Compiled:
    """Compile a SELECT or an ASK; raise NotCovered with the reason."""
    _check_text(text, prebound)
    algebra = translated(text)
    terms = set(_terms(algebra))
    query = Query(fact, focus, tuple(prebound), constants(connection, terms))
    _check_names(variables(algebra))
    projected = [str(v) for v in algebra.PV if str(v) not in prebound] if (
        algebra.name == "SelectQuery") else []
    relation = compile_pattern(query, _body(algebra), Site(needed=_needed(algebra)))
    return _finish(query, relation, projected)


def run(connection: Connection, compiled: Compiled) -> list[tuple[Any, ...]]:
    """Fetch all rows; raise NotCovered where the data is beyond what SQL computes as rdflib does.

    Who puts the SQL into a larger statement turns tables.Error into NotCovered, too.
    """
    try:
        return connection.execute(compiled.sql, dict(compiled.parameters)).fetchall()
    except Error as error:
        raise NotCovered(str(error)) from error


def _check_text(text: str, prebound: Sequence[str]) -> None:
    found = _FORBIDDEN.search(text)
    if found:
        raise NotCovered(f"{found.group()} in a constraint")
    for v in _RENAMED.findall(text):
        if v in prebound:
            raise NotCovered(f"AS ?{v}, which is pre-bound")
    for v in prebound:
        if len(re.findall(rf"[$?]{v}\b", text)) != len(re.findall(rf"[\s{{}}()][$?]{v}\b", text)):
            raise NotCovered(f"?{v} right after a sign, where pySHACL does not look for it")


@lru_cache(maxsize=256)  # parsing takes longer than all else, and nothing changes the result
def translated(text: str) -> CompValue:
    """Read a query; raise NotCovered where rdflib cannot, or reads no SELECT and no ASK."""
    try:
        algebra: CompValue = translateQuery(parseQuery(text)).algebra
    except Exception as error:  # rdflib raises bare Exception for an unknown prefix
        raise NotCovered(f"rdflib cannot read it: {error}") from error
    if algebra.name not in {"SelectQuery", "AskQuery"} or algebra.datasetClause:
        raise NotCovered("anything but SELECT and ASK")
    return algebra


def _terms(node: object) -> Iterator[Identifier]:
    """Find the constants of the algebra, in paths and EXISTS too."""
    if isinstance(node, URIRef | Literal):
        yield node
    elif isinstance(node, CompValue):
        for key in [*node, "graph"]:
            if key != "_vars":
                yield from _terms(getattr(node, key, None))
    elif isinstance(node, Path):
        parts = getattr(node, "args", None) or [getattr(node, "arg", getattr(node, "path", None))]
        yield from _terms(list(parts))
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _terms(part)


def _check_names(names: set[str]) -> None:
    if len({v.casefold() for v in names}) < len(names):
        raise NotCovered("variables that differ in upper and lower case alone")


def _body(algebra: CompValue) -> CompValue:
    """Skip what only orders, or drops what comes twice, at the top: the answer is a set."""
    node: CompValue = algebra.p
    inner: CompValue = node.p
    return inner if node.name in {"Distinct", "Reduced"} else node


def _needed(algebra: CompValue) -> frozenset[str]:
    """Name what a group at the top is needed for: rdflib drops a solution that binds nothing."""
    node, needed = _body(algebra), frozenset[str]()
    while node.name in {"Project", "Extend", "OrderBy"}:
        if node.name == "Extend":
            found = {v for v in fails_without(node.expr) if v.startswith(aggregate.PREFIX)}
            if not found:
                return frozenset()
            needed |= found
        node = node.p
    return needed if node.name == "AggregateJoin" else frozenset()


def _finish(query: Query, relation: Relation, projected: Sequence[str]) -> Compiled:
    """Join with the focus nodes, give structs for what is computed, and drop what comes twice."""
    found = spelled_out(relation, {v for v in projected if v in relation.columns
                                   and relation.columns[v].form is not Form.STORED})
    shared = [v for v in query.prebound if v in found.columns]
    columns = {v: f"f.{name(v)}" for v in query.prebound} | {
        v: f"q.{name(v)}" if v in found.columns else "NULL::INTEGER" for v in projected}
    sql = select(columns, f"{query.focus} AS f, ({found.sql}) AS q",
                 [f"f.{name(v)} = q.{name(v)}" for v in shared])
    ctes = f"WITH RECURSIVE {', '.join(query.ctes)} " if query.ctes else ""
    text = ctes + sql.replace("SELECT", "SELECT DISTINCT", 1)
    used = set(re.findall(r"[$](c\d+)\b", text))
    return Compiled(text, {key: value for key, value in query.parameters.items() if key in used},
                    {v: v not in found.columns or found.columns[v].form is Form.STORED
                     for v in columns})
