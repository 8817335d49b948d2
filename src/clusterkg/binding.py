"""Put terms in the place of a query's parameters without ever changing the query's shape."""

from collections.abc import Iterator, Mapping, Sequence

from clusterkg.errors import UsageError
from clusterkg.parameter import Parameter, parse
from clusterkg.tokens import Token, closing, significant, tokenise


class MisuseError(Exception):
    """Say what is wrong with a parameter, and on which line, to the reader who knows the path."""

    def __init__(self, what: str, line: int):
        """Keep both apart."""
        super().__init__(what)
        self.line = line


def parameters(text: str) -> list[Parameter]:
    """List the parameters of a query in the order of their first use; raise MisuseError."""
    tokens = significant(text)
    found: dict[str, Parameter] = {}
    for token in tokens:
        if _is_parameter(token):
            _add(found, token)
    for index, token in enumerate(tokens):
        if _is_parameter(token) and _is_target(tokens, index):
            raise MisuseError(
                f"{token.text} becomes a constant and cannot be selected, grouped by or assigned; "
                f"write BIND({token.text} AS ?name) and use ?name", token.line)
    return list(found.values())


def _is_parameter(token: Token) -> bool:
    return token.kind == "variable" and token.text[1] == "_"


def _add(found: dict[str, Parameter], token: Token) -> None:
    try:
        parameter = parse(token.text)
    except UsageError as error:
        raise MisuseError(str(error), token.line) from error
    known = found.setdefault(parameter.name, parameter)
    if known.variable != token.text:
        raise MisuseError(f"{known.variable} and {token.text} are one name with two kinds; use one",
                     token.line)


def _is_target(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1]
    if before.is_word("AS"):
        return True
    depth = 0
    for token in reversed(tokens[:index]):
        depth += token.is_mark(")") - token.is_mark("(")
        if depth < 0 or token.is_mark("{", "}") or token.is_word(*_OTHER_CLAUSES):
            return False
        if token.is_word("SELECT", "GROUP"):
            return True
    return False


_OTHER_CLAUSES = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "WHERE", "FROM")


def unguarded(text: str, optional: Sequence[Parameter]) -> None:
    """Refuse an optional parameter without default where unset it would empty the answer.

    A FILTER that does not ask BOUND first errs on every solution; LIMIT needs a number. Raises
    MisuseError.
    """
    tokens = significant(text)
    names = {parameter.variable for parameter in optional}
    for index, token in enumerate(tokens):
        if token.is_word("LIMIT", "OFFSET") and tokens[index + 1].text in names:
            raise MisuseError(f"{tokens[index + 1].text} needs a default here", token.line)
        if token.is_word("FILTER"):
            _check_filter(tokens[index:_filter_end(tokens, index)], names)


def _filter_end(tokens: Sequence[Token], index: int) -> int:
    opening = next(i for i in range(index, len(tokens)) if tokens[i].is_mark("(", "{"))
    return closing(tokens, opening) + 1


def _check_filter(tokens: Sequence[Token], names: set[str]) -> None:
    if any(token.is_mark("{") for token in tokens):
        return  # inside EXISTS an unset parameter is a variable that matches everything
    asked = {tokens[i + 2].text for i in range(len(tokens) - 2) if tokens[i].is_word("BOUND")}
    for token in tokens:
        if token.text in names - asked:
            raise MisuseError(f"when {token.text} is not set this FILTER lets nothing through; "
                              f"write FILTER(!BOUND({token.text}) || ...)", token.line)


def place(text: str, terms: Mapping[str, str | None]) -> str:
    """Replace each variable in `terms` by its term; None leaves it unset.

    Set, `BOUND(?__x)` becomes `(true)`; unset it becomes `(false)`, and inside a VALUES block the
    variable becomes UNDEF. Raises UsageError should the text's tokens change in any other way.
    """
    tokens = list(tokenise(text))
    pieces = [token.text for token in tokens]
    for index, piece in _replacements(tokens, terms):
        pieces[index] = piece
    bound = "".join(pieces)
    _check_shape(tokens, pieces, bound)
    return bound


def _replacements(tokens: Sequence[Token],
                  terms: Mapping[str, str | None]) -> Iterator[tuple[int, str]]:
    meaning = [index for index, token in enumerate(tokens) if token.significant]
    inside = _values_blocks([tokens[index] for index in meaning])
    for order, index in enumerate(meaning):
        name = tokens[index].text
        if name not in terms:
            continue
        if order >= 2 and tokens[meaning[order - 2]].is_word("BOUND"):
            yield meaning[order - 2], ""
            yield index, "false" if terms[name] is None else "true"
        elif terms[name] is not None:
            yield index, f"{terms[name]} "  # the space keeps `?_n.` from becoming a decimal
        elif order in inside:
            yield index, "UNDEF"


def _values_blocks(tokens: Sequence[Token]) -> set[int]:
    inside: set[int] = set()
    for index, token in enumerate(tokens):
        if token.is_word("VALUES"):
            opening = next((i for i in range(index, len(tokens)) if tokens[i].is_mark("{")), index)
            inside.update(range(opening, closing(tokens, opening)))
    return inside


def _check_shape(tokens: Sequence[Token], pieces: Sequence[str], bound: str) -> None:
    expected: list[tuple[str, str]] = []
    for token, piece in zip(tokens, pieces, strict=True):
        if piece == token.text:
            expected += [(token.kind, token.text)] if token.significant else []
            continue
        cut = [(t.kind, t.text) for t in significant(piece)]
        if not _is_one_term(cut) and (piece or not token.is_word("BOUND")):
            raise UsageError(f"the value for {token.text} is not one RDF term")
        expected += cut
    if [(t.kind, t.text) for t in significant(bound)] != expected:
        raise UsageError("a parameter's value would change the query; it was not run")


_TERM_SHAPES = (("iri",), ("string",), ("string", "language"), ("string", "mark", "iri"),
                ("number",), ("mark", "number"), ("word",))


def _is_one_term(cut: Sequence[tuple[str, str]]) -> bool:
    return tuple(kind for kind, _ in cut) in _TERM_SHAPES
