"""Graph patterns: each operator of the algebra (SPARQL 1.1, 18.2) is one function here.

A pattern is compiled at a `Site`, which says what the engine that we have to agree with knows
there: rdflib hands solutions from the left to the right and into OPTIONAL and EXISTS, so where
that could show in an answer the pattern is not covered.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier, Variable

from clusterkg.algebra import aggregate, basic, expression
from clusterkg.algebra.expression import Row
from clusterkg.algebra.relation import (
    Query,
    Relation,
    alike,
    equal,
    join,
    select,
)
from clusterkg.algebra.site import Site, needs, variables
from clusterkg.algebra.value import Column, NotCovered, name, payload


def compile_pattern(query: Query, node: CompValue, site: Site) -> Relation:
    """Write the SELECT of a pattern's solutions, joined with the seed of the site."""
    write = _PATTERNS.get(node.name)
    if write is None:
        raise NotCovered(_WORDS.get(node.name, node.name))
    return write(query, node, site)


def _bgp(query: Query, node: CompValue, site: Site) -> Relation:
    return basic.pattern(query, node.triples or [], site.seed)


def _join(query: Query, node: CompValue, site: Site) -> Relation:
    _check_multiplicity(node, site)
    left = compile_pattern(query, node.p1, site.inner())
    given = site.outer | (set(left.columns) if node.lazy else set())
    right = compile_pattern(query, node.p2, site.beside(given))
    return join(_apart(query, left), _apart(query, right))


def _apart(query: Query, relation: Relation) -> Relation:
    """Keep a side of a join to itself: in one heap of tables the optimiser loses its way."""
    return Relation(f"SELECT * FROM {query.shared(relation.sql)}", relation.columns)


def _check_multiplicity(node: CompValue, site: Site) -> None:
    """Refuse where rdflib drops equal solutions and something counts them."""
    if site.counted and not node.lazy and (
            node.p2.name != "BGP" or any(not isinstance(t[1], Identifier) for t in
                                         node.p2.triples)):
        raise NotCovered("a join under an aggregate in which rdflib loses equal solutions")


def _left_join(query: Query, node: CompValue, site: Site) -> Relation:
    left = compile_pattern(query, node.p1, site.inner())
    right = compile_pattern(query, node.p2, site.beside(site.outer | set(left.columns)))
    left = query.with_prebound(left, set(right.columns) | variables(node.expr))
    _check_optional(left, right, site)
    left, right = alike(left, right)
    if isinstance(node.expr, CompValue) and node.expr.name == "TrueFilter":
        return _optional(left, right)
    site.check_expression(node.expr, {**left.columns, **right.columns}, always=True)
    return _optional_if(query, left, right, node.expr, site.outer)


def _check_optional(left: Relation, right: Relation, site: Site) -> None:
    for v in right.columns:
        if v in site.outer and not (v in left.columns and left.columns[v].certain):
            raise NotCovered(f"?{v} in OPTIONAL is also bound outside, but not before")


def _optional(left: Relation, right: Relation) -> Relation:
    shared = [v for v in left.columns if v in right.columns]
    conditions = " AND ".join(equal(left.columns[v], f"l.{name(v)}", right.columns[v],
                                    f"r.{name(v)}") for v in shared) or "true"
    columns = {v: f"l.{name(v)}" for v in left.columns} | {
        v: f"r.{name(v)}" for v in right.columns if v not in left.columns} | {
        v: f"coalesce(l.{name(v)}, r.{name(v)})" for v in shared if not left.columns[v].certain}
    sql = select(columns, f"({left.sql}) AS l LEFT JOIN ({right.sql}) AS r ON {conditions}")
    return Relation(sql, _optional_columns(left, right))


def _optional_if(query: Query, left: Relation, right: Relation, expr: CompValue,
                 outer: frozenset[str]) -> Relation:
    """Write an OPTIONAL with a condition: what matches, and what of the left matches nothing."""
    counter = f"row {query.fresh('n')}"
    numbered = query.shared(f"SELECT *, row_number() OVER () AS {name(counter)} "
                            f"FROM ({left.sql}) AS l")
    every = Relation(f"SELECT * FROM {numbered}", {**left.columns, counter: Column()})
    matched = _where(query, join(every, right), [expr], outer)
    found = query.shared(matched.sql)
    columns = _optional_columns(left, right)
    hit = select({v: f"m.{name(v)}" for v in columns}, f"{found} AS m")
    missing = select({v: f"l.{name(v)}" if v in left.columns else "NULL" for v in columns},
                     f"{numbered} AS l ANTI JOIN {found} AS m USING ({name(counter)})")
    return Relation(f"({hit}) UNION ALL ({missing})", columns)


def _optional_columns(left: Relation, right: Relation) -> dict[str, Column]:
    return {**{v: column.loose() for v, column in right.columns.items()}, **left.columns}


def _union(query: Query, node: CompValue, site: Site) -> Relation:
    parts = [compile_pattern(query, part, site.inner()) for part in (node.p1, node.p2)]
    together = {v for part in parts for v in part.columns}
    parts = list(alike(*(query.with_prebound(part, together) for part in parts)))
    columns = {v: _either(parts, v) for part in parts for v in part.columns}
    texts = [select({v: f"u.{name(v)}" if v in part.columns else "NULL" for v in columns},
                    f"({part.sql}) AS u") for part in parts]
    return Relation(" UNION ALL ".join(f"({text})" for text in texts), columns)


def _either(parts: list[Relation], v: str) -> Column:
    found = [part.columns[v] for part in parts if v in part.columns]
    everywhere = len(found) == len(parts)
    return replace(found[0], certain=everywhere and all(c.certain for c in found),
                   resource=all(c.resource for c in found))


def _filter(query: Query, node: CompValue, site: Site) -> Relation:
    inner = compile_pattern(query, node.p, replace(
        site, open=False, needed=site.needed | needs(node.expr)))
    return _filtered(query, inner, node.expr, site)


def _filtered(query: Query, inner: Relation, expr: CompValue, site: Site) -> Relation:
    inner = query.with_prebound(inner, variables(expr))
    site.check_expression(expr, inner.columns)
    simple: list[CompValue] = []
    exists: list[CompValue] = []
    for part in _conjuncts(expr):
        (exists if part.name in _EXISTS else simple).append(part)
    relation = _where(query, inner, simple, site.outer) if simple else inner
    for part in exists:
        relation = _semi(query, relation, part, site.outer)
    return relation


def _conjuncts(expr: Any) -> Iterator[CompValue]:
    if getattr(expr, "name", "") == "ConditionalAndExpression":
        for part in (expr.expr, *expr.other):
            yield from _conjuncts(part)
    else:
        yield expr if isinstance(expr, CompValue) else CompValue("Bare", expr=expr)


def _where(query: Query, relation: Relation, parts: list[CompValue],
           outer: frozenset[str] = frozenset()) -> Relation:
    row = Row(query, relation.columns, _exists_flag(query, relation, outer))
    conditions = [row.pinned(expression.condition(row, part)) for part in parts]
    source = row.source or f"({relation.sql})"
    sql = select({v: f"r.{name(v)}" for v in relation.columns},
                 f"{source} AS r{row.joins(*conditions)}", conditions)
    bound = {v for part in parts for v in needs(part)}
    return Relation(sql, {v: replace(c, certain=c.certain or v in bound)
                          for v, c in relation.columns.items()})


_EXISTS = {"Builtin_EXISTS": "SEMI", "Builtin_NOTEXISTS": "ANTI"}


def _semi(query: Query, relation: Relation, node: CompValue, outer: frozenset[str]) -> Relation:
    alias = query.shared(relation.sql)
    found, keys = _correlated(query, Relation(f"SELECT * FROM {alias}", relation.columns), node,
                              outer)
    return Relation(f"SELECT * FROM {alias} AS r {_EXISTS[node.name]} JOIN ({found}) AS e "
                    f"ON {_same(keys, 'e')}", relation.columns)


def _same(keys: Mapping[str, Column], other: str) -> str:
    return " AND ".join(f"r.{name(v)} {'=' if column.certain else 'IS NOT DISTINCT FROM'} "
                        f"{other}.{name(v)}" for v, column in keys.items()) or "true"


def _correlated(query: Query, relation: Relation, node: CompValue,
                outer: frozenset[str]) -> tuple[str, dict[str, Column]]:
    """Write which bindings of the variables in common an EXISTS holds for."""
    graph = node.graph
    if graph.name == "GroupGraphPatternSub" or graph.name not in _PATTERNS:
        raise NotCovered("EXISTS where rdflib does not expect it")
    keys = {v: c for v, c in relation.columns.items() if v in variables(graph)}
    seed = Relation(f"SELECT DISTINCT {', '.join(map(name, keys))} FROM ({relation.sql}) AS s",
                    keys) if keys else None
    site = Site(seed=seed, outer=frozenset(outer | set(relation.columns)) - set(query.prebound),
                open=graph.name == "Filter", exists=True)
    inner = compile_pattern(query, graph, site)
    return select({v: name(v) for v in keys}, f"({inner.sql}) AS w"), keys


def _exists_flag(query: Query, relation: Relation, outer: frozenset[str]) -> expression.Exists:
    def flag(row: Row, node: CompValue) -> str:
        if row.source is None:
            row.source = query.shared(relation.sql)
        here = Relation(f"SELECT * FROM {row.source}", relation.columns)
        found, keys = _correlated(query, here, node, outer)
        alias = query.fresh("e")
        distinct = f"(SELECT DISTINCT *, true AS hit FROM ({found}) AS d)"
        row.join(alias, f"LEFT JOIN {distinct} AS {alias} ON {_same(keys, alias)}")
        hit = f"({alias}.hit IS NOT NULL)"
        return hit if node.name == "Builtin_EXISTS" else f"(NOT {hit})"
    return flag


def _extend(query: Query, node: CompValue, site: Site) -> Relation:
    v = str(node.var)
    if v in site.needed:
        site = replace(site, needed=site.needed | needs(node.expr))
    inner = compile_pattern(query, node.p, replace(site, open=False))
    if v in query.prebound:
        return _sampled(inner, node)
    if v in inner.columns or v in site.outer:
        raise NotCovered(f"?{v} is bound twice")
    inner = query.with_prebound(inner, variables(node.expr))
    site.check_expression(node.expr, inner.columns)
    row = Row(query, inner.columns, _exists_flag(query, inner, site.outer))
    column, sql = payload(expression.value(row, node.expr))
    sql = row.pinned(sql)
    if isinstance(node.expr, Variable):
        column = replace(column, certain=inner.columns.get(str(node.expr), column).certain)
    source = row.source or f"({inner.sql})"
    columns = {u: f"r.{name(u)}" for u in inner.columns} | {v: sql}
    return Relation(select(columns, f"{source} AS r{row.joins(sql)}"), {**inner.columns, v: column})


def _sampled(inner: Relation, node: CompValue) -> Relation:
    """Take a pre-bound variable out of its group, where it has one value."""
    if str(node.expr).startswith(aggregate.PREFIX) and str(node.var) in inner.columns:
        return inner
    raise NotCovered(f"?{node.var} is pre-bound and may not be bound again")


def _group(query: Query, node: CompValue, site: Site) -> Relation:
    site = replace(site, open=False)
    counted = replace(site, seed=None, counted=any(
        not a.distinct for a in node.A if a.name != "Aggregate_Sample"), needed=frozenset())
    inner = compile_pattern(query, node.p.p, counted)
    return _seeded(aggregate.grouped(query, node, inner, site.needed), site)


def _project(query: Query, node: CompValue, site: Site) -> Relation:
    hidden = variables(node.p) - {str(v) for v in node.PV}
    if hidden & site.outer:
        raise NotCovered(f"?{min(hidden & site.outer)} is hidden in a sub-SELECT and used outside")
    inner = compile_pattern(query, node.p, site.beside(site.outer))
    kept = {v: c for v, c in inner.columns.items() if v in query.prebound or Variable(v) in node.PV}
    return _seeded(Relation(select({v: f"p.{name(v)}" for v in kept}, f"({inner.sql}) AS p"), kept),
                   site)


def _distinct(query: Query, node: CompValue, site: Site) -> Relation:
    inner = compile_pattern(query, node.p, replace(site, counted=False))
    return Relation(f"SELECT DISTINCT * FROM ({inner.sql}) AS d", inner.columns)


def _sub_select(query: Query, node: CompValue, site: Site) -> Relation:
    if node.p.name == "values":
        raise NotCovered("VALUES")
    projected = node.p.p if node.p.name == "Distinct" else node.p
    if projected.name != "Project" or [str(v) for v in projected.PV[:len(query.prebound)]] != list(
            query.prebound):
        raise NotCovered("a sub-SELECT that does not begin with the pre-bound variables")
    return compile_pattern(query, node.p, site)


def _pass(query: Query, node: CompValue, site: Site) -> Relation:
    return compile_pattern(query, node.p, site)


def _seeded(relation: Relation, site: Site) -> Relation:
    return relation if site.seed is None else join(site.seed, relation)


_PATTERNS: dict[str, Callable[[Query, CompValue, Site], Relation]] = {
    "BGP": _bgp, "Join": _join, "LeftJoin": _left_join, "Union": _union, "Filter": _filter,
    "Extend": _extend, "AggregateJoin": _group, "Project": _project, "Distinct": _distinct,
    "ToMultiSet": _sub_select, "OrderBy": _pass}
_WORDS = {"Minus": "MINUS", "Graph": "GRAPH", "ServiceGraphPattern": "SERVICE", "Slice": "LIMIT",
          "Reduced": "REDUCED"}
