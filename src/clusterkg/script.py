"""The text of an update, cut into operations and those into words, blocks and names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clusterkg.tokens import Token, closing, significant, tokenise
from clusterkg.web.problem import Problem

_INK = re.compile(r"[^\n]")
_LOAD = re.compile("load", re.IGNORECASE)


def harmless(text: str) -> str:
    """Give the text without LOAD wherever a parser could find the word; raise Problem 403.

    It is escaped in strings and IRIs, and comments go, since the engine's parser and our tokens
    could differ on where they end.
    """
    return "".join(map(_plain, tokenise(text)))


def _plain(token: Token) -> str:
    found = _LOAD.search(token.text)
    if token.kind == "comment":
        return "#"
    if found and token.kind in ("string", "iri"):
        return _LOAD.sub(lambda each: f"\\u{ord(each[0][0]):04X}{each[0][1:]}", token.text)
    if found and (token.kind == "word" or (token.kind == "name" and found.start() == 0)):
        raise Problem(403, "load", "LOAD would fetch a document; send the graph itself to /store "
                      "(and choose other names for what begins with that word)")
    return token.text


@dataclass(frozen=True)
class Operation:
    """An operation with all prologues before it.

    `alone` is the text up to its end in which all other operations are blank: what the engine says
    of it is true of the whole. At `start` the prologues end; without `tokens` all does.
    """

    prologue: str
    tokens: Sequence[Token]
    alone: str
    start: int


def operations(text: str) -> Iterator[Operation]:
    """Cut an update at its semicolons."""
    prologue, before, start = "", "", 0
    for tokens, stop in _parts(significant(text), len(text)):
        end = 0
        while end < len(tokens) and tokens[end].is_word("PREFIX", "BASE", "VERSION"):
            end += 3 if tokens[end].is_word("PREFIX") else 2
        prologue += " ".join(["", *(token.text for token in tokens[:end])])
        middle = tokens[end].start if tokens[end:] else stop
        yield Operation(prologue, tokens[end:], before + text[start:stop], middle)
        before += text[start:middle] + _INK.sub(" ", text[middle:stop + 1])
        start = stop + 1


def check_labels(operations: Sequence[Operation]) -> None:
    """Raise Problem 400 for a blank node's label in two INSERT DATA: it would be two nodes."""
    seen: set[str] = set()
    for operation in operations:
        if [token.text.upper() for token in operation.tokens[:2]] == ["INSERT", "DATA"]:
            labels = {token.text for token in operation.tokens if token.kind == "blank"}
            if seen & labels:
                raise Problem(400, "syntax", f"{min(seen & labels)} is used in two operations; "
                                             "give each its own labels, or make it one operation")
            seen |= labels


def _parts(tokens: Sequence[Token], length: int) -> Iterator[tuple[list[Token], int]]:
    """Give what stands before each semicolon and before the end, and where that is."""
    start = depth = 0
    for index, token in enumerate(tokens):
        depth += token.is_mark("{", "(", "[") - token.is_mark("}", ")", "]")
        if token.is_mark(";") and depth == 0:
            yield list(tokens[start:index]), token.start
            start = index + 1
    yield list(tokens[start:]), length


class Words:
    """Read an operation's tokens from the left."""

    def __init__(self, text: str, tokens: Sequence[Token]):
        """Begin with the first; they stand in the text."""
        self._text, self._tokens, self._at = text, tokens, 0

    def take(self, *keywords: str) -> str:
        """Read one of the keywords; "" where none of them is next."""
        if self._at < len(self._tokens) and self._tokens[self._at].is_word(*keywords):
            self._at += 1
            return self._tokens[self._at - 1].text.upper()
        return ""

    def name(self) -> str:
        """Read whatever token is next."""
        if self._at >= len(self._tokens):
            raise unclear()
        self._at += 1
        return self._tokens[self._at - 1].text

    def block(self) -> str:
        """Read what stands in braces, with them."""
        if self._at >= len(self._tokens) or not self._tokens[self._at].is_mark("{"):
            raise unclear()
        end = closing(self._tokens, self._at)
        start, last = self._tokens[self._at].start, self._tokens[end]
        self._at = end + 1
        return self._text[start:last.start + len(last.text)]

    def is_over(self) -> bool:
        """Tell whether nothing is left."""
        return self._at == len(self._tokens)


def unclear() -> Problem:
    """Say that tokens are not set off as they have to be here."""
    return Problem(400, "syntax", "this update is not understood; set off keywords, names and "
                                  "braces by spaces")
