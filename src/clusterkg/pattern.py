"""Cut a query's outer group graph pattern into its elements, as written (SPARQL 1.1, 5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clusterkg.tokens import Token, closing, form, significant

_CONDITIONS = ("FILTER", "MINUS")
_HARMLESS = ("OPTIONAL", "BIND")  # they never take a solution away
_KEYWORDS = (*_CONDITIONS, *_HARMLESS, "GRAPH", "VALUES", "SELECT")
_MODIFIERS = ("HAVING", "VALUES", "LIMIT", "OFFSET")


@dataclass(frozen=True)
class Element:
    """Hold one element of a group: `kind` is its keyword, TRIPLE or GROUP."""

    kind: str
    text: str
    line: int

    @property
    def can_empty(self) -> bool:
        """Tell whether the element can take solutions away."""
        return self.kind not in _HARMLESS


@dataclass(frozen=True)
class Pattern:
    """Hold a query's parts: prologue and dataset clauses, outer group, modifiers after it."""

    prologue: str
    dataset: str
    elements: tuple[Element, ...]
    modifiers: tuple[Element, ...]

    def ask(self, texts: Sequence[str]) -> str:
        """Write the ASK for a group of these elements."""
        return f"{self.prologue}ASK {self.dataset} {{ {' '.join(texts)} }}"


def parse(text: str) -> Pattern | None:
    """Take a checked query apart; None for a DESCRIBE without a pattern."""
    tokens = significant(text)
    start = next(i for i, t in enumerate(tokens) if t.is_word(form(tokens) or ""))
    opening = _outer_group(tokens, start)
    if opening is None:
        return None
    end = closing(tokens, opening)
    return Pattern(
        _prologue(tokens[:start]), _dataset(tokens[start:opening]),
        tuple(elements(text, tokens[opening + 1:end])),
        tuple(_modifiers(text, tokens[end + 1:])))


def _prologue(tokens: Sequence[Token]) -> str:
    return "".join(f"{token.text} " for token in tokens)


def _outer_group(tokens: Sequence[Token], start: int) -> int | None:
    is_template = tokens[start].is_word("CONSTRUCT")
    index = start + 1
    while index < len(tokens):
        if tokens[index].is_mark("{"):
            if not is_template:
                return index
            is_template, index = False, closing(tokens, index)
        elif tokens[index].is_mark("("):
            index = closing(tokens, index)
        is_template = is_template and not tokens[index].is_word("WHERE")
        index += 1
    return None


def _dataset(tokens: Sequence[Token]) -> str:
    starts = [i for i, token in enumerate(tokens) if token.is_word("FROM")]
    clauses = (tokens[i:i + (3 if tokens[i + 1].is_word("NAMED") else 2)] for i in starts)
    return " ".join(token.text for clause in clauses for token in clause)


def _modifiers(text: str, tokens: Sequence[Token]) -> Iterator[Element]:
    starts = [i for i, token in enumerate(tokens) if token.is_word(*_MODIFIERS)]
    for index, after in pairwise([*starts, len(tokens)]):
        yield _element(text, tokens[index].text.upper(), tokens[index:after])


def elements(text: str, tokens: Sequence[Token]) -> Iterator[Element]:
    """Walk through the elements of a group whose inner tokens are given."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.is_mark("."):
            index += 1
            continue
        if token.is_word("SELECT"):
            end = len(tokens)
        elif token.is_mark("{"):
            end = _after_unions(tokens, index)
        elif token.is_word(*_KEYWORDS):
            end = _after_keyword(tokens, index)
        else:
            end = _after_triples(tokens, index)
            yield from _triples(text, tokens[index:end])
            index = end
            continue
        kind = "GROUP" if token.is_mark("{") else token.text.upper()
        yield _element(text, kind, tokens[index:end])
        index = end


def _element(text: str, kind: str, tokens: Sequence[Token]) -> Element:
    last = tokens[-1]
    return Element(kind, text[tokens[0].start:last.start + len(last.text)], tokens[0].line)


def _after_unions(tokens: Sequence[Token], index: int) -> int:
    end = closing(tokens, index) + 1
    while end + 1 < len(tokens) and tokens[end].is_word("UNION"):
        end = closing(tokens, end + 1) + 1
    return end


def _after_keyword(tokens: Sequence[Token], index: int) -> int:
    braced = tokens[index].is_word("OPTIONAL", "MINUS", "GRAPH", "VALUES")
    marks = ("{",) if braced or _is_exists(tokens[index:]) else ("(", "{")
    opening = next((i for i in range(index, len(tokens)) if tokens[i].is_mark(*marks)), index)
    return closing(tokens, opening) + 1


def _is_exists(tokens: Sequence[Token]) -> bool:
    return any(token.is_word("EXISTS") for token in tokens[1:3])


def _after_triples(tokens: Sequence[Token], index: int) -> int:
    end = index
    while end < len(tokens):
        token = tokens[end]
        if token.is_mark(".", "{") or (end > index and token.is_word(*_KEYWORDS)):
            break
        end = closing(tokens, end) + 1 if token.is_mark("(", "[") else end + 1
    return max(end, index + 1)


def _triples(text: str, tokens: Sequence[Token]) -> Iterator[Element]:
    """Give each predicate-object list its subject, so that every one can be asked for alone."""
    first, *others = _parts(tokens)
    subject = tokens[0]
    if not others or subject.is_mark("[", "(") or subject.kind == "blank":
        whole = _element(text, "TRIPLE", tokens)
        yield Element("TRIPLE", f"{whole.text} .", whole.line)
        return
    for part in (first, *others):
        element = _element(text, "TRIPLE", part)
        written = element.text if part is first else f"{subject.text} {element.text}"
        yield Element("TRIPLE", f"{written} .", element.line)


def _parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    parts, start, index = [], 0, 0
    while index < len(tokens):
        if tokens[index].is_mark(";"):
            parts.append(tokens[start:index])
            start = index + 1
        index = closing(tokens, index) + 1 if tokens[index].is_mark("(", "[") else index + 1
    return [part for part in [*parts, tokens[start:]] if part]
