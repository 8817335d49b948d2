"""Cut SPARQL text into tokens, losing no character (SPARQL 1.1 Query Language, section 19.8)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(rf"""
  (?P<space>[ \t\r\n]+)
| (?P<comment>\#[^\r\n]*)
| (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
           | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
| (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
| (?P<variable>[?$][\w·‿⁀]+)
| (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
| (?P<blank>_:\w(?:[\w.\-·]*[\w\-·])?)
| (?P<name>(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:
           (?:(?:[\w:]|{_ESCAPED})(?:(?:[\w.\-:·]|{_ESCAPED})*(?:[\w\-:·]|{_ESCAPED}))?)?)
| (?P<number>\d*\.\d+(?:[eE][+-]?\d+)? | \d+\.?[eE][+-]?\d+ | \d+)
| (?P<word>[^\W\d]\w*)
| (?P<mark>\^\^ | && | \|\| | != | <= | >= | .)
""", re.VERBOSE | re.DOTALL)

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


class Token(NamedTuple):  # made much quicker than a frozen dataclass
    """Hold one token: its kind (a group of the pattern above), its text and its 1-based line."""

    kind: str
    text: str
    line: int
    start: int

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of the keywords, given in capitals."""
        return self.kind == "word" and self.text.upper() in words

    def is_mark(self, *marks: str) -> bool:
        """Tell whether this is one of the punctuation marks."""
        return self.kind == "mark" and self.text in marks

    @property
    def significant(self) -> bool:
        """Tell tokens that mean something from spaces and comments."""
        return self.kind not in ("space", "comment")


def tokenise(text: str) -> Iterator[Token]:
    """Walk through the tokens of `text`; their texts joined are `text` again."""
    line = 1
    for match in _TOKEN.finditer(text):
        yield Token(str(match.lastgroup), match[0], line, match.start())
        line += match[0].count("\n")


def significant(text: str) -> list[Token]:
    """List the tokens of `text` without spaces and comments."""
    return [token for token in tokenise(text) if token.significant]


def form(tokens: Sequence[Token]) -> str | None:
    """Name the query form or the update operation that `tokens` begin with, after the prologue."""
    found = (t.text.upper() for t in tokens if t.is_word(*_FORMS, *_UPDATES))
    return next(found, None)


def is_update(tokens: Sequence[Token]) -> bool:
    """Tell whether `tokens` would change the graph."""
    return form(tokens) in _UPDATES


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Find the index of the mark that closes the one at `opening`; the last index if none does."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += tokens[index].is_mark("{", "(", "[") - tokens[index].is_mark("}", ")", "]")
        if depth == 0:
            return index
    return len(tokens) - 1


def prefixes_declared(tokens: Sequence[Token]) -> set[str]:
    """Collect the prefixes that the prologue declares, without colons."""
    return {after.text[:-1] for before, after in pairwise(tokens)
            if before.is_word("PREFIX") and after.kind == "name"}


def prefixes_used(tokens: Sequence[Token]) -> dict[str, Token]:
    """Map each prefix that a name uses to the first such name."""
    used: dict[str, Token] = {}
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind == "name" and not (before and before.is_word("PREFIX")):
            used.setdefault(token.text.partition(":")[0], token)
    return used
