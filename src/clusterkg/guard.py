"""Refuse SPARQL text that would leave this machine, or end the process that reads it."""

import re
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import urlsplit

from clusterkg.errors import RefusedError, UsageError
from clusterkg.tokens import Token, tokenise

_MOST_TOKENS, _DEEPEST = 10_000, 500
_MOST_PIECES = 100_000  # with spaces and comments
_WORD = re.compile("service", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def is_plain(text: str) -> bool:
    """Tell, without cutting it, that a text is short and shallow and names no other server."""
    return len(text) <= _MOST_TOKENS and sum(map(text.count, "{([!")) <= _DEEPEST and \
        not _WORD.search(text)


def cut(text: str) -> list[Token]:
    """Cut text into all its tokens; raise UsageError for more than the engine's parser survives."""
    found: list[Token] = []
    for token in tokenise(text):
        found.append(token)
        if len(found) > _MOST_PIECES:
            raise UsageError(f"a query of over {_MOST_PIECES} words, spaces and comments")
    said = [token for token in found if token.significant]
    depth = _depth(said)
    if len(said) > _MOST_TOKENS or depth > _DEEPEST:
        raise UsageError(f"a query of {len(said)} words nested {depth} deep; at most "
                         f"{_MOST_TOKENS} and {_DEEPEST} are taken")
    return found


def local(tokens: Sequence[Token], hosts: Collection[str] = ()) -> str:
    """Give the text of all `tokens` as it may run: asking no host but `hosts`.

    Raises RefusedError. The engine's parser and our tokens can differ on where a string or a
    comment ends, and the engine wants no space around a keyword: so the word is left standing only
    where it is allowed, or where no parser takes it for the keyword. It is escaped in strings and
    IRIs, and blanked in comments.
    """
    text = "".join(token.text for token in tokens)
    if not _WORD.search(text):
        return text
    said = [token for token in tokens if token.significant]
    for index in asking(said):
        _check(said[index:index + 3], hosts)
    return "".join(map(defused, tokens))


def asking(tokens: Sequence[Token]) -> Iterator[int]:
    """Find the tokens in which a parser could see the keyword, glued to others or not.

    As a part of a prefix it can be meant where a group follows, of which the name is the host.
    """
    for index, (token, after) in enumerate(zip(tokens, (*tokens[1:], None), strict=True)):
        beginning = token.text.partition(":")[0]
        if token.kind in ("word", "name") and _WORD.search(beginning) and (
                token.kind == "word" or after is None or after.is_mark("{")):
            yield index


def _check(tokens: Sequence[Token], hosts: Collection[str]) -> None:
    keyword, *after = tokens
    if after and after[0].is_word("SILENT"):
        after = after[1:]
    if not hosts:
        raise RefusedError("SERVICE would send the query to another server; leave it out (and "
                           "choose other names for what begins with that word)")
    if not keyword.is_word("SERVICE") or not after or not _is_allowed(after[0], hosts):
        raise RefusedError("SERVICE is allowed with a constant <http(s)://...> at "
                           f"{', '.join(sorted(hosts))} alone, set off by spaces")


def unescaped(text: str) -> str:
    """Write an IRI out as a parser reads it."""
    return _ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), text)


def _is_allowed(token: Token, hosts: Collection[str]) -> bool:
    if token.kind != "iri":
        return False
    iri = unescaped(token.text[1:-1])
    try:
        parts = urlsplit(iri)
        host = parts.hostname if parts.port is None or parts.port else None
    except ValueError:
        return False
    plain = re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", parts.netloc) is not None
    return parts.scheme in ("http", "https") and plain and host in hosts


def defused(token: Token) -> str:
    """Write a token so that no parser can find the keyword in it."""
    if token.kind == "comment":
        return "#" + " " * (len(token.text) - 1)
    if token.kind in ("string", "iri"):
        return _WORD.sub(lambda found: f"\\u{ord(found[0][0]):04X}{found[0][1:]}", token.text)
    return token.text


def _depth(tokens: Sequence[Token]) -> int:
    depth = deepest = denied = 0
    for token in tokens:
        depth += (token.text in "{([") - (token.text in "})]")
        denied = denied + 1 if token.is_mark("!") else 0  # each nests what follows
        deepest = max(deepest, depth + denied)
    return deepest
