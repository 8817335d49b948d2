"""Where a pattern stands in its query, and what is visible there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from rdflib.paths import Path
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Variable

from clusterkg.algebra.relation import Relation, label
from clusterkg.algebra.value import NotCovered

_KINDS = {"Builtin_isIRI", "Builtin_isURI", "Builtin_isBLANK", "Builtin_isLITERAL"}
_TOLERANT = {"Builtin_BOUND", "Builtin_COALESCE", "Builtin_IF", "Builtin_EXISTS",
             "Builtin_NOTEXISTS", "Builtin_isNUMERIC"}


@dataclass(frozen=True)
class Site:
    """What is given to a pattern from outside.

    `seed` is joined to it (the solutions for which EXISTS is asked); `outer` are variables that
    rdflib has bound by then; `open` says that a FILTER here sees them by the standard, too;
    `exists` that it is inside EXISTS; `needed` are variables without which a solution is dropped
    later; `counted` says that it matters how often a solution comes.
    """

    seed: Relation | None = None
    outer: frozenset[str] = frozenset()
    open: bool = False
    exists: bool = False
    needed: frozenset[str] = frozenset()
    counted: bool = False

    def inner(self) -> "Site":
        """Go down into the left operand."""
        return replace(self, open=False)

    def beside(self, outer: Iterable[str]) -> "Site":
        """Go down into another operand, which is joined with the first one's solutions."""
        return replace(self, open=False, seed=None, outer=frozenset(outer))

    def check_expression(self, expr: object, columns: Collection[str], *,
                         always: bool = False) -> None:
        """Refuse an expression that sees other variables in rdflib than by the standard."""
        if self.open:
            return
        seen = variables(expr)
        unseen = (seen & self.outer) - set(columns)
        forgotten = seen & self.outer if always or self.exists else set()
        for v in sorted(unseen | forgotten):
            raise NotCovered(f"?{v} in an expression is bound outside of its group")


def variables(node: object) -> set[str]:
    """Name all variables in a part of the algebra, in EXISTS too."""
    if isinstance(node, Variable | BNode):
        return {label(node)}
    if isinstance(node, CompValue):
        parts: list[Any] = [value for key, value in node.items() if key not in {"_vars", "graph"}]
        parts.append(getattr(node, "graph", None))
        return set().union(*map(variables, parts))
    if isinstance(node, Iterable) and not isinstance(node, str | bytes | Path):
        return set().union(*map(variables, node))
    return set()


def needs(expr: object) -> frozenset[str]:
    """Name variables without which an expression cannot be true."""
    kind = getattr(expr, "name", "")
    if kind == "ConditionalAndExpression":
        return frozenset().union(*map(needs, (expr.expr, *expr.other)))  # type: ignore[attr-defined]
    return fails_without(expr)


def fails_without(expr: object) -> frozenset[str]:
    """Name variables without which an expression is an error."""
    if isinstance(expr, Variable):
        return frozenset({str(expr)})
    if not isinstance(expr, CompValue) or expr.name in _TOLERANT:
        return frozenset()
    if expr.name in {"ConditionalAndExpression", "ConditionalOrExpression"}:
        return frozenset.intersection(*map(fails_without, (expr.expr, *expr.other)))
    if expr.name in _KINDS and not isinstance(expr.arg, Variable):
        return frozenset()  # rdflib takes an error for a value of no kind
    operands = [value for key, value in expr.items() if key not in {"_vars", "op", "iri"}]
    return frozenset().union(*map(_operand, operands))


def _operand(value: object) -> frozenset[str]:
    if isinstance(value, list | tuple):
        return frozenset().union(*map(_operand, value))
    return fails_without(value)
