"""Expressions of FILTER, BIND and SELECT: each operator is one function here or in `text`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Literal, URIRef, Variable

from clusterkg.algebra import comparison, number, text
from clusterkg.algebra.relation import Query, label, read
from clusterkg.algebra.relation import row as term_row
from clusterkg.algebra.value import (
    BOOLEAN,
    HERE,
    INTEGER,
    Column,
    Form,
    NotCovered,
    Value,
    computed,
    listed,
    name,
    quoted,
    refusal,
    truth,
)

_KNOWN = {"", *comparison.TEXTS, *number.EXACT, *number.FLOATS, BOOLEAN}
_DIGITS = re.compile("0|-?[1-9][0-9]{0,14}")  # as a computed number would be written
_LONGEST = 100_000  # characters of SQL
Exists = Callable[["Row", CompValue], str]


class Row:
    """One solution `r` as an expression sees it, and the joins that this needs."""

    def __init__(self, query: Query, columns: Mapping[str, Column], exists: Exists) -> None:
        """Begin without joins; `exists` writes the condition of an EXISTS."""
        self.query, self.columns, self.exists = query, columns, exists
        self.source: str | None = None
        self._joins: dict[str, str] = {}
        self._terms: dict[str, str] = {}

    def variable(self, v: str) -> Value:
        """Give the value of a variable; NULL where nothing can bind it."""
        column = self.columns.get(v)
        if column is None:
            return Value("NULL::VARCHAR", failing=False)
        sql = f"r.{name(v)}"
        return read(sql, column, self._term(v, sql) if column.form is Form.STORED else "")

    def _term(self, v: str, sql: str) -> str:
        if v not in self._terms:
            self._terms[v] = self.query.fresh("term")
            self.join(self._terms[v], f"LEFT JOIN term AS {self._terms[v]} "
                                      f"ON {self._terms[v]}.id = {sql}")
        return self._terms[v]

    def pinned(self, sql: str) -> str:
        """Keep the engine from trying an expression on terms that are in no solution.

        It would, before it joins, and meet there what an expression is refused for.
        """
        columns = ", ".join(f"r.{name(v)}" for v in self.columns)
        return sql.replace(HERE, f"left(concat({columns}), 0)") if columns else sql

    def join(self, alias: str, sql: str) -> None:
        """Add a join that keeps each row once."""
        self._joins[alias] = sql

    def joins(self, *expressions: str) -> str:
        """Write the joins that are used in expressions."""
        return "".join(f" {sql}" for alias, sql in self._joins.items()
                       if any(f"{alias}." in used for used in expressions))


def condition(row: Row, expr: Any) -> str:
    """Write the effective boolean value of an expression: NULL for an error."""
    return holds(value(row, expr))


def value(row: Row, expr: Any) -> Value:
    """Write an expression; each part of an argument may be written several times in it."""
    made = _written(row, expr)
    if len(made.text) + len(made.datatype) + len(made.language) > _LONGEST:
        raise NotCovered("an expression of many nested functions")
    return made


def _written(row: Row, expr: Any) -> Value:
    if isinstance(expr, Variable | BNode):
        return row.variable(label(expr))
    if isinstance(expr, Literal | URIRef):
        return _constant(row, expr)
    write = _WRITE.get(expr.name)
    if write is not None:
        return write(row, expr)
    kind = expr.name.removeprefix("Builtin_")
    if kind in text.ONE:
        return text.ONE[kind](value(row, expr.arg))
    if kind in text.TWO:
        return text.TWO[kind](value(row, expr.arg1), value(row, expr.arg2))
    raise NotCovered(f"{kind} in an expression")


def _constant(row: Row, term: Literal | URIRef) -> Value:
    written, kind, datatype, language = term_row(term)
    if datatype == INTEGER and _DIGITS.fullmatch(written):
        return Value(quoted(written), datatype=quoted(INTEGER), whole=str(int(written)),
                     constant=written, failing=False)
    if datatype == BOOLEAN and written in {"true", "false"}:
        return truth(written)
    sql = row.query.parameter(written)
    identifier = row.query.ids.get(term)
    word = quoted if datatype in _KNOWN else row.query.parameter
    return Value(f"{sql}::VARCHAR", quoted(kind), word(datatype),
                 row.query.parameter(language) if language else "''",
                 id=str(identifier) if identifier else None, resource=kind == "iri",
                 constant=written, failing=False)


def holds(value: Value) -> str:
    """Write the effective boolean value (SPARQL 17.2.2)."""
    if value.truth is not None:
        return value.truth
    if value.whole is not None:
        return f"({value.whole} <> 0)"
    if value.plain:
        return f"({value.text} <> '')"
    return (f"CASE WHEN {value.kind} <> 'literal' THEN NULL "
            f"WHEN {value.datatype} = {quoted(BOOLEAN)} THEN lower({value.text}) IN ('true', '1') "
            f"WHEN {value.datatype} IN {listed(comparison.TEXTS)} THEN {value.text} <> '' "
            f"WHEN {value.datatype} IN {listed((*number.EXACT, *number.FLOATS))} "
            f"THEN {number.real(value)} <> 0 "
            f"WHEN {value.text} IS NOT NULL THEN {refusal('a condition of an unusual datatype')} "
            "END")


def _and(row: Row, expr: CompValue) -> Value:
    """Write &&: rdflib stops at the first false one, and at the first error."""
    parts = [holds(_operand(row, part)) for part in (expr.expr, *expr.other)]
    sql = parts[-1]
    for part in reversed(parts[:-1]):
        sql = f"CASE WHEN {part} THEN {sql} WHEN NOT {part} THEN false END"
    return truth(sql)


def _or(row: Row, expr: CompValue) -> Value:
    parts = [holds(_operand(row, part)) for part in (expr.expr, *expr.other)]
    return truth("(" + " OR ".join(f"({part})" for part in parts) + ")")


def _operand(row: Row, part: Any) -> Value:
    if isinstance(part, Variable) and not row.columns.get(str(part), Column(certain=False)).certain:
        raise NotCovered(f"?{part}, which may be unbound, as an operand of && or ||")
    return value(row, part)


def _not(row: Row, expr: CompValue) -> Value:
    return truth(f"(NOT {holds(value(row, expr.expr))})")


def _relation(row: Row, expr: CompValue) -> Value:
    left = value(row, expr.expr)
    if expr.op in {"IN", "NOT IN"}:
        return _in(row, left, expr)
    right = value(row, expr.other)
    if expr.op == "=":
        return truth(comparison.equals(left, right))
    if expr.op == "!=":
        return truth(f"(NOT {comparison.equals(left, right)})")
    return truth(comparison.compares(left, expr.op, right))


def _in(row: Row, left: Value, expr: CompValue) -> Value:
    options = [] if isinstance(expr.other, URIRef) else list(expr.other)
    if left.failing or not all(isinstance(option, Literal | URIRef) for option in options):
        raise NotCovered("IN with anything but a variable and constants")
    if any(isinstance(option, Literal) and option.language for option in options):
        raise NotCovered("IN with language tags")
    found = comparison.among(left, [value(row, option) for option in options])
    return truth(found if expr.op == "IN" else f"(NOT {found})")


def _additive(row: Row, expr: CompValue) -> Value:
    result = value(row, expr.expr)
    for operator, part in zip(expr.op, expr.other, strict=True):
        result = number.add(result, operator, value(row, part))
    return result


def _multiplicative(row: Row, expr: CompValue) -> Value:
    result = value(row, expr.expr)
    for operator, part in zip(expr.op, expr.other, strict=True):
        if operator != "*":
            raise NotCovered("division that is not rounded down at once")
        result = number.multiply(result, value(row, part))
    return result


def _floor(row: Row, expr: CompValue) -> Value:
    inner = expr.arg
    if getattr(inner, "name", "") == "MultiplicativeExpression" and list(inner.op) == ["/"]:
        return number.floor_of_ratio(value(row, inner.expr), value(row, inner.other[0]))
    return number.rounded(value(row, inner), "floor")


def _bound(row: Row, expr: CompValue) -> Value:
    column = row.columns.get(label(expr.arg))
    return truth("false" if column is None else f"(r.{name(label(expr.arg))} IS NOT NULL)")


def _if(row: Row, expr: CompValue) -> Value:
    asked = holds(value(row, expr.arg1))
    then, other = value(row, expr.arg2), value(row, expr.arg3)
    if then.truth is not None and other.truth is not None:
        return truth(f"CASE WHEN {asked} THEN {then.truth} WHEN NOT {asked} THEN {other.truth} END")
    return computed(f"(CASE WHEN {asked} THEN {then.struct} WHEN NOT {asked} "
                    f"THEN {other.struct} END)")


def _coalesce(row: Row, expr: CompValue) -> Value:
    values = [value(row, part) for part in expr.arg]
    if all(v.plain for v in values):
        return Value(f"coalesce({', '.join(v.text for v in values)})")
    return computed(f"coalesce({', '.join(v.struct for v in values)})")


def _same_term(row: Row, expr: CompValue) -> Value:
    left, right = value(row, expr.arg1), value(row, expr.arg2)
    if left.failing or right.failing:
        raise NotCovered("sameTerm of an expression")
    return truth(comparison.same_term(left, right))


def _call(row: Row, expr: CompValue) -> Value:
    cast = text.CASTS.get(str(expr.iri))
    if cast is None or len(expr.expr) != 1:
        raise NotCovered(f"function {expr.iri}")
    return cast(value(row, expr.expr[0]))


def _optional(row: Row, part: Any) -> Value | None:
    return None if part is None else value(row, part)


_WRITE: dict[str, Callable[[Row, CompValue], Value]] = {
    "Bare": lambda row, e: value(row, e.expr),
    "ConditionalAndExpression": _and, "ConditionalOrExpression": _or, "UnaryNot": _not,
    "RelationalExpression": _relation, "AdditiveExpression": _additive,
    "MultiplicativeExpression": _multiplicative, "Function": _call,
    "UnaryMinus": lambda row, e: number.negative(value(row, e.expr)),
    "Builtin_FLOOR": _floor,
    "Builtin_CEIL": lambda row, e: number.rounded(value(row, e.arg), "ceil"),
    "Builtin_BOUND": _bound, "Builtin_IF": _if, "Builtin_COALESCE": _coalesce,
    "Builtin_sameTerm": _same_term,
    "Builtin_EXISTS": lambda row, e: truth(row.exists(row, e)),
    "Builtin_NOTEXISTS": lambda row, e: truth(row.exists(row, e)),
    "Builtin_CONCAT": lambda row, e: text.concatenation([value(row, p) for p in e.arg]),
    "Builtin_SUBSTR": lambda row, e: text.piece(
        value(row, e.arg), value(row, e.start), _optional(row, e.length)),
    "Builtin_REGEX": lambda row, e: text.matches(
        value(row, e.text), value(row, e.pattern), _optional(row, e.flags), row.query.parameter),
    "Builtin_REPLACE": lambda row, e: text.replaced(
        value(row, e.arg), value(row, e.pattern), value(row, e.replacement),
        _optional(row, e.flags), row.query.parameter)}
