"""URI templates (RFC 6570, level 3) as SQL expressions.

Two things differ from the RFC, so that no IRI comes of half a row: where a variable has no value
there is no IRI at all, and a prefix that the project knows is written out at the beginning.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import prefixes
from clusterkg.sql import literal

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_BODY = re.compile(r"([+#./;?&]?)([^{}\s+#/;?&*:|=!@^$,]+(?:,[^{}\s+#/;?&*:|=!@^$,]+)*)")
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):(?!//)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Of what an IRI is made, and what stands as it is in `{+x}`.
_LITERAL = re.compile(r"[^\x00-\x20\"<>\\^`{|}]*")
_RESERVED = r"[A-Za-z0-9\-._~:/?#\[\]@!$&''()*+,;=]|%[0-9A-Fa-f]{2}"

_LONGEST = 2_000  # characters: nothing takes IRIs that are longer
_MOST = 100  # variables, each as often as it is there


class _Operator(NamedTuple):
    """A row of RFC 6570's appendix A."""

    first: str
    between: str
    named: bool = False
    empty: str = ""
    reserved: bool = False


_OPERATORS = {
    "": _Operator("", ","), "+": _Operator("", ",", reserved=True),
    "#": _Operator("#", ",", reserved=True), ".": _Operator(".", "."), "/": _Operator("/", "/"),
    ";": _Operator(";", ";", named=True), "?": _Operator("?", "&", named=True, empty="="),
    "&": _Operator("&", "&", named=True, empty="=")}


@dataclass(frozen=True)
class Template:
    """A template; `parts` are literal text, or an operator with its variables."""

    text: str
    parts: tuple[str | tuple[str, tuple[str, ...]], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Name the variables, each once, in their order."""
        return tuple(dict.fromkeys(name for part in self.parts if not isinstance(part, str)
                                   for name in part[1]))

    @property
    def head(self) -> str:
        """Give the text that all its IRIs begin with."""
        first = self.parts[0] if self.parts else ""
        return first if isinstance(first, str) else ""

    def sql(self, column: Callable[[str], str], whole: Collection[str] = ()) -> str:
        """Give the expression of the IRI; `column` gives that of a variable, NULL for no value.

        The variables of `whole` are IRIs already, in which nothing is to be encoded.
        """
        if len(self.parts) == 1 and self.text in {f"{{+{name}}}" for name in whole}:
            return column(self.variables[0])
        pieces = [literal(part) if isinstance(part, str) else _expanded(*part, column)
                  for part in self.parts]
        return f"({' || '.join(pieces)})"


def parse(text: str) -> Template:
    """Read a template; raise UsageError for what is none."""
    if len(text) > _LONGEST:
        raise UsageError(f"{quoted(text)} has more than {_LONGEST:,} characters; shorten the "
                         "template")
    parts: list[str | tuple[str, tuple[str, ...]]] = []
    at = 0
    for match in _EXPRESSION.finditer(text):
        parts += _literal(text[at:match.start()], text)
        body = _BODY.fullmatch(match[1])
        if not body:
            raise UsageError(f"{quoted(match[0])} is no expression of a URI template; write "
                             "{name}, {+name} or {#name}")
        parts.append((body[1], tuple(unquote(name) for name in body[2].split(","))))
        at = match.end()
    parts += _literal(text[at:], text)
    if parts and isinstance(parts[0], str):
        parts[0] = _written_out(parts[0])
    if sum(len(part[1]) for part in parts if not isinstance(part, str)) > _MOST:
        raise UsageError(f"more than {_MOST} variables in a template; leave some out")
    return Template(text, tuple(parts))


def rooted(text: str, base: str | None) -> str:
    """Give a template that begins with an IRI; raise UsageError where nothing says which.

    `base` is the IRI of the table, upon which CSVW resolves what a template makes.
    """
    first, brace, rest = text.partition("{")
    if _SCHEME.match(first) or (not first and rest.startswith("+")):
        return text
    if base is None:
        raise UsageError(f"{quoted(text)} begins with no IRI; write one in full, or with a prefix "
                         "of the project, such as ent:{code}, or give the table's url in full")
    sign = first[:1] or rest[:1]
    if sign in ("#", "?"):
        return base.split(sign)[0].split("#")[0] + text
    if not first and sign == "/":
        return urljoin(base, "/").removesuffix("/") + text
    return urljoin(base, first or ".") + brace + rest


def _literal(text: str, whole: str) -> list[str]:
    if not _LITERAL.fullmatch(text):
        raise UsageError(f"{quoted(whole)} is no URI template; leave out spaces, braces that do "
                         'not close, and any of " < > \\ ^ ` |')
    return [text] if text else []


def _written_out(text: str) -> str:
    found = _PREFIXED.match(text)
    if found and found[1] in prefixes():
        return prefixes()[found[1]] + text[found.end():]
    return text


def _expanded(operator: str, names: tuple[str, ...], column: Callable[[str], str]) -> str:
    how = _OPERATORS[operator]
    values = [_value(name, column(name), how) for name in names]
    first = f"{literal(how.first)} || {values[0]}"
    return f" || {literal(how.between)} || ".join([first, *values[1:]])


def _value(name: str, expression: str, how: _Operator) -> str:
    encoded = _reserved(expression) if how.reserved else f"url_encode({expression})"
    if not how.named:
        return encoded
    return (f"{literal(name)} || CASE WHEN {expression} = '' THEN {literal(how.empty)} "
            f"ELSE '=' || {encoded} END")


def _reserved(expression: str) -> str:
    stands = f"regexp_full_match(piece, '{_RESERVED}')"
    piece = f"CASE WHEN {stands} THEN piece ELSE url_encode(piece) END"
    return (f"CASE WHEN regexp_full_match({expression}, '({_RESERVED})*') THEN {expression} ELSE "
            f"list_reduce(list_transform(regexp_extract_all({expression}, '(?s){_RESERVED}|.'), "
            f"lambda piece: {piece}), lambda one, other: one || other) END")
