"""Check SPARQL text before it is sent anywhere: read-only, local, well-formed."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import QuerySolutions

from clusterkg import guard
from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError, UsageError
from clusterkg.files import read_text
from clusterkg.namespaces import prefixes
from clusterkg.tokens import (
    Token,
    form,
    is_update,
    prefixes_declared,
    prefixes_used,
    significant,
    tokenise,
)

_STDIN = Path("<stdin>")
_MOST_TOKENS, _DEEPEST = 10_000, 500
_PLACE = re.compile(r"error at (\d+):(\d+): ?")


def with_prefixes(text: str) -> str:
    """Declare the known prefixes that `text` uses and does not declare, without a new line."""
    tokens = significant(text)
    missing = prefixes_used(tokens).keys() - prefixes_declared(tokens)
    known = sorted(missing & prefixes().keys())
    return "".join(f"PREFIX {prefix}: <{prefixes()[prefix]}> " for prefix in known) + text


def check(text: str, path: Path | str | None = None) -> str:
    """Give the query form of `text`, or refuse it.

    Raises RefusedError for an update and for SERVICE; for text that is no query UnreadableError
    with `path:line`, or UsageError with the line where the text came without a file.
    """
    tokens = significant(text)
    _check_size(tokens, path)
    _check_harmless(tokens, path)
    _check_prefixes(tokens, path)
    try:
        pyoxigraph.Store().query(guard.local(list(tokenise(text))))
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise _syntax_error(str(error), text, path) from error
    return form(tokens) or "SELECT"


def _check_size(tokens: Sequence[Token], path: Path | str | None) -> None:
    """Refuse what would overflow the parser's stack, which ends the process without a word."""
    depth = deepest = 0
    for token in tokens:
        depth += (token.text in "{([") - (token.text in "})]")
        deepest = max(deepest, depth)
    if len(tokens) > _MOST_TOKENS or deepest > _DEEPEST:
        raise RefusedError(f"a query of {len(tokens)} words nested {deepest} deep; at most "
                           f"{_MOST_TOKENS} and {_DEEPEST} are taken", path=path)


def given(text: str | None, file: Path | None) -> tuple[str, Path | None]:
    """Take a query from the command line, from a file, or for `-` from standard input.

    Gives the query and where it came from; raises UsageError unless there is one, and
    UnreadableError.
    """
    if (text is None) == (file is None):
        raise UsageError("give one query: as TEXT, as -f FILE, or - for standard input")
    if file is not None:
        return read_text(file), file
    if text is not None and text != "-":
        return text, None
    try:
        return sys.stdin.buffer.read().decode(), _STDIN
    except UnicodeDecodeError as error:
        raise UnreadableError("not UTF-8; send the query as UTF-8", path=_STDIN) from error


def columns(text: str) -> list[str]:
    """List the variables that a checked SELECT gives, without question marks."""
    found = pyoxigraph.Store().query(text)
    return [v.value for v in found.variables] if isinstance(found, QuerySolutions) else []


def _check_harmless(tokens: Sequence[Token], path: Path | str | None) -> None:
    if is_update(tokens):
        raise RefusedError(f"{form(tokens)} changes data and the graph is read-only; "
                           "ask with SELECT, ASK, CONSTRUCT or DESCRIBE", path=path)
    for index in guard.asking(tokens):
        raise RefusedError("SERVICE would send the query to another server; leave it out",
                           path=path, line=tokens[index].line if path else None)


def _check_prefixes(tokens: Sequence[Token], path: Path | str | None) -> None:
    declared = prefixes_declared(tokens)
    for prefix, token in prefixes_used(tokens).items():
        if prefix not in declared:
            raise _broken(f"prefix {prefix}: is not declared; add PREFIX {prefix}: <...>",
                          token.line, path)


@dataclass(frozen=True)
class Mistake:
    """Where a text is no SPARQL (from 1), the token there or "", and what is wrong."""

    line: int
    column: int
    token: str
    what: str


def mistake(message: str, text: str) -> Mistake:
    """Read the engine's message about `text`."""
    place = _PLACE.search(message)
    if place is None:
        return Mistake(1, 1, "", f"not a SPARQL query: {message}")
    line, column = int(place[1]), int(place[2])
    # The engine names a line and a column in characters; the token there says more to a reader.
    offset = sum(len(row) for row in text.splitlines(keepends=True)[:line - 1]) + column - 1
    tokens = significant(text)
    token = next((t.text[:40] for t in tokens if t.start + len(t.text) > offset), "")
    near = f"near {token!r}" if token else \
        f"after {tokens[-1].text[:40]!r}" if tokens else "in an empty text"
    return Mistake(line, column, token,
                   f"SPARQL syntax error {near}{_expected(message[place.end():])}")


def _syntax_error(message: str, text: str, path: Path | str | None) -> ClusterkgError:
    found = mistake(message, text)
    return _broken(found.what, found.line, path)


def _expected(rest: str) -> str:
    short = rest.startswith("expected") and len(rest) < 60 and "[" not in rest
    return f": {rest}" if short else "; check the words, dots and brackets before it"


def _broken(what: str, line: int, path: Path | str | None) -> ClusterkgError:
    if path is None:
        return UsageError(f"line {line}: {what}")
    return UnreadableError(what, path=path, line=line)
