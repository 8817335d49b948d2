"""Regular expressions: Python's, rewritten for RE2 where both mean the same."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from clusterkg.algebra.value import NotCovered

# By name: type checkers know them only where something else imports them.
code, parser = import_module("re._constants"), import_module("re._parser")
_MOST = 1000  # repetitions in RE2


def translate(pattern: str) -> str:
    """Rewrite a pattern of Python for RE2; raise NotCovered where they may differ.

    `$` comes out as the end of the text: before a last line break only Python finds it, so the
    caller has to exclude texts that end in one.
    """
    try:
        parsed = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise NotCovered(f"regular expression: {error}") from error
    return _sequence(parsed)


def matches_nothing(pattern: str) -> bool:
    """Say whether a pattern can match the empty text."""
    return bool(parser.parse(pattern).getwidth()[0] == 0)


def ends(pattern: str) -> bool:
    """Say whether `$` is in a pattern."""
    return "$" in pattern


def _sequence(parsed: Any) -> str:
    return "".join(_written(operator, argument) for operator, argument in parsed)


def _written(operator: Any, argument: Any) -> str:
    write = _WRITE.get(operator)
    if write is None:
        raise NotCovered(f"regular expression: {str(operator).lower()}")
    return write(argument)


def _literal(character: int) -> str:
    return rf"\x{{{character:x}}}"


def _set(items: Any) -> str:
    return "[" + "".join(_item(operator, argument) for operator, argument in items) + "]"


def _item(operator: Any, argument: Any) -> str:
    if operator is code.NEGATE:
        return "^"
    if operator is code.LITERAL:
        return _literal(argument)
    if operator is code.RANGE:
        return f"{_literal(argument[0])}-{_literal(argument[1])}"
    if operator is code.CATEGORY and argument in _CATEGORIES:
        return _CATEGORIES[argument]
    raise NotCovered(f"regular expression: {str(argument).lower()}")


def _repeat(argument: tuple[int, Any, Any], lazy: str = "") -> str:
    low, high, inner = argument
    if max(low, 0 if high is code.MAXREPEAT else high) > _MOST:
        raise NotCovered(f"regular expression: more than {_MOST} repetitions")
    top = "" if high is code.MAXREPEAT else str(high)
    return f"(?:{_sequence(inner)}){{{low},{top}}}{lazy}"


def _group(argument: tuple[int | None, int, int, Any]) -> str:
    number, added, removed, inner = argument
    if added or removed:
        raise NotCovered("regular expression: flags inside")
    return f"({'?:' if number is None else ''}{_sequence(inner)})"


def _at(where: Any) -> str:
    if where is code.AT_BEGINNING:
        return "^"
    if where is code.AT_END:
        return "$"
    raise NotCovered(f"regular expression: {str(where).lower()}")


_CATEGORIES = {code.CATEGORY_DIGIT: r"\p{Nd}", code.CATEGORY_NOT_DIGIT: r"\P{Nd}"}
_WRITE: dict[Any, Callable[[Any], str]] = {
    code.LITERAL: _literal, code.NOT_LITERAL: lambda character: f"[^{_literal(character)}]",
    code.ANY: lambda _: r"[^\n]", code.IN: _set, code.MAX_REPEAT: _repeat,
    code.MIN_REPEAT: lambda argument: _repeat(argument, "?"), code.SUBPATTERN: _group,
    code.BRANCH: lambda argument: "(?:" + "|".join(map(_sequence, argument[1])) + ")",
    code.AT: _at}
