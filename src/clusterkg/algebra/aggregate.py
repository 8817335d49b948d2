"""Groups: one row a group and focus node."""

from collections.abc import Mapping

from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from clusterkg.algebra import number
from clusterkg.algebra.relation import Query, Relation, read, select
from clusterkg.algebra.value import (
    DECIMAL,
    INTEGER,
    Column,
    Form,
    NotCovered,
    Value,
    name,
    quoted,
    refusal,
)

PREFIX = "__agg_"  # rdflib's names for what aggregates give
_COLUMN = {"Aggregate_Count": Column(Form.WHOLE), "Aggregate_Sum": Column(Form.COMPUTED)}


def grouped(query: Query, node: CompValue, inner: Relation, needed: frozenset[str]) -> Relation:
    """Write the SELECT of an AggregateJoin: pre-bound variables and what is aggregated."""
    keys = _keys(node)
    if keys is not None:
        _check_empty(node, needed)
    inner = query.with_prebound(inner, {str(a.vars) for a in node.A})
    outside = [v for v in query.prebound if v in inner.columns]
    chosen = [v for v in (keys or []) if v in inner.columns and v not in outside]
    samples = {str(a.res): str(a.vars) for a in node.A if a.name == "Aggregate_Sample"}
    _check_samples(samples, keys, inner, query)
    counts = {str(a.res): a for a in node.A if a.name != "Aggregate_Sample"}
    columns = {v: inner.columns[v] for v in outside} | {
        alias: inner.columns[v] for alias, v in samples.items() if v in inner.columns} | {
        alias: _column(a) for alias, a in counts.items()}
    sql = _select(inner, [*outside, *chosen], samples, counts)
    relation = Relation(sql, columns)
    return relation if keys is not None or not outside else _everywhere(query, relation, outside)


def _keys(node: CompValue) -> list[str] | None:
    expressions = node.p.expr
    if expressions is None:
        return None
    if not all(isinstance(key, Variable) for key in expressions):
        raise NotCovered("GROUP BY an expression without a name")
    return [str(key) for key in expressions]


def _check_empty(node: CompValue, needed: frozenset[str]) -> None:
    """Refuse where an empty solution would be seen, which rdflib gives for no groups at all."""
    if not needed & {str(a.res) for a in node.A}:
        raise NotCovered("GROUP BY whose result nothing asks for; rdflib gives one for no groups")


def _check_samples(samples: Mapping[str, str], keys: list[str] | None, inner: Relation,
                   query: Query) -> None:
    for v in samples.values():
        if keys is None or v not in (*keys, *query.prebound):
            raise NotCovered(f"?{v} is neither grouped nor aggregated")
        if v not in inner.columns or not inner.columns[v].certain:
            raise NotCovered(f"?{v} is grouped and may be unbound, which rdflib makes a value of")


def _select(inner: Relation, keys: list[str], samples: Mapping[str, str],
            counts: Mapping[str, CompValue]) -> str:
    stored = {str(a.vars) for a in counts.values() if a.name == "Aggregate_Sum"
              and str(a.vars) in inner.columns}
    sources = f"({inner.sql}) AS g" + "".join(
        f" LEFT JOIN term AS {name('term ' + v)} ON {name('term ' + v)}.id = g.{name(v)}"
        for v in stored if inner.columns[v].form is Form.STORED)
    columns = {v: f"g.{name(v)}" for v in keys} | {
        alias: f"g.{name(v)}" for alias, v in samples.items() if v in inner.columns} | {
        alias: _WRITE[a.name](inner, a) for alias, a in counts.items()}
    group = ", ".join(f"g.{name(v)}" for v in keys)
    return select(columns, sources) + (f" GROUP BY {group}" if group else "")


def _column(node: CompValue) -> Column:
    if node.name not in _COLUMN:
        raise NotCovered(f"{node.name.removeprefix('Aggregate_').upper()}, whose result depends on "
                         "the order of solutions or on long division")
    return _COLUMN[node.name]


def _count(inner: Relation, node: CompValue) -> str:
    if node.vars == "*":
        if node.distinct:
            raise NotCovered("COUNT(DISTINCT *)")
        return "count(*)"
    v = _variable(node)
    if v not in inner.columns:
        return "0"
    return f"count({'DISTINCT ' if node.distinct else ''}g.{name(v)})"


def _sum(inner: Relation, node: CompValue) -> str:
    """Write the sum of exact numbers with the datatype and the digits that adding one by one gives.

    One number keeps its datatype; anything else but a number ends the query, as in rdflib.
    """
    v = _variable(node)
    if v not in inner.columns:
        return Value("'0'", datatype=quoted(INTEGER)).struct
    column = inner.columns[v]
    if node.distinct and not column.certain:
        raise NotCovered("SUM(DISTINCT) of what may be unbound")
    value = read(f"g.{name(v)}", column, name("term " + v))
    distinct = "DISTINCT " if node.distinct else ""
    if node.distinct and column.form is not Form.WHOLE:
        raise NotCovered("SUM(DISTINCT)")
    bound = f"g.{name(v)} IS NOT NULL"
    exact = (f"CASE WHEN {bound} THEN coalesce({number.operand(value)}, "
             f"{refusal('the sum of what is no number')}) END")
    whole_type = quoted(DECIMAL), quoted(INTEGER)
    datatype = (f"CASE WHEN count(g.{name(v)}) = 1 THEN any_value({value.datatype}) "
                f"WHEN bool_or({value.datatype} = {whole_type[0]}) THEN {whole_type[0]} "
                f"ELSE {whole_type[1]} END")
    text = number.decimal_text(f"coalesce(sum({distinct}{exact}), 0)::DECIMAL(38, 10)",
                               f"coalesce(max({number.scale(value)}), 0)")
    return Value(text, datatype=datatype).struct


def _variable(node: CompValue) -> str:
    if not isinstance(node.vars, Variable):
        raise NotCovered("an aggregate of an expression")
    return str(node.vars)


def _everywhere(query: Query, relation: Relation, outside: list[str]) -> Relation:
    """Add the focus nodes without solutions, for which there is one group, too."""
    focus = query.focused(outside)
    zero = Value("'0'", datatype=quoted(INTEGER)).struct
    columns = {v: f"f.{name(v)}" for v in outside} | {
        v: f"coalesce(g.{name(v)}, {zero if column.form is Form.COMPUTED else '0'})"
        for v, column in relation.columns.items() if v not in outside}
    using = ", ".join(map(name, outside))
    sql = select(columns, f"({focus.sql}) AS f LEFT JOIN ({relation.sql}) AS g USING ({using})")
    return Relation(sql, relation.columns)


_WRITE = {"Aggregate_Count": _count, "Aggregate_Sum": _sum}
