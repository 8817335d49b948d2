"""Say which condition leaves a query without a row.

A parameter is to blame when without its value there would be rows; otherwise the outer pattern is
grown element by element, each step one ASK, until nothing matches.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from pyoxigraph import NamedNode

from clusterkg import binding, caption, query
from clusterkg.answer import Answer, Source
from clusterkg.errors import ClusterkgError
from clusterkg.namespaces import compress
from clusterkg.parameter import Parameter
from clusterkg.pattern import Element, Pattern, elements, parse
from clusterkg.query import Query, Value
from clusterkg.tokens import significant, tokenise

_BUDGET = 5.0
_DEPTH = 3
_LONGEST = 100


def of_text(text: str, source: Source, *, budget: float = _BUDGET) -> str:
    """Name the element of `text` that leaves no row, in one line.

    `budget` is in seconds and looked at between probes. Never raises: a probe that the source
    refuses ends the search.
    """
    pattern = parse(text)
    if pattern is None:
        return "no row: the resource is not described"
    return f"no row: {_blamed(pattern, _Probe(source, pattern, budget))}"


def of_query(asked: Query, values: Mapping[str, Value], source: Source, *,
             budget: float = _BUDGET) -> str:
    """Name the values without which there would be rows; where there are none, the element."""
    ends = monotonic() + budget
    terms = query.terms(asked, values, source)
    given = [p for p in asked.parameters if terms[p.variable] is not None]
    blamed = list(_without_each(asked, given, terms, source, ends))
    if blamed:
        shown = " and ".join(f"{p.name} = {_named(terms[p.variable], source)}" for p, _ in blamed)
        others = " or ".join(_instead(p, rows, alone=len(given) == 1) for p, rows in blamed)
        return f"no row with {shown}; {others}"
    return of_text(binding.place(asked.text, terms), source, budget=ends - monotonic())


def _without_each(asked: Query, given: Sequence[Parameter], terms: Mapping[str, str | None],
                  source: Source, ends: float) -> Iterator[tuple[Parameter, int | None]]:
    """Give each parameter without whose value there are rows, and how many, where countable."""
    for parameter in given:
        text = binding.place(asked.text, {**terms, parameter.variable: None})
        if monotonic() > ends:
            return
        if parameter.optional:
            rows = _rows(text, source)
            if rows:
                yield parameter, rows
        elif (pattern := parse(text)) is not None:
            probe = _Probe(source, pattern, ends - monotonic())
            if probe(_ordered(pattern.elements)):
                yield parameter, None


def _rows(text: str, source: Source) -> int:
    try:
        reply = source.query(text)
    except ClusterkgError:
        return 0
    return len(reply.rows) if isinstance(reply, Answer) else 0


def _instead(parameter: Parameter, rows: int | None, *, alone: bool) -> str:
    if rows is None:
        return f"with another {parameter.name} there are rows"
    return f"without {'it' if alone else parameter.name} there {_counted(rows)}"


def _counted(rows: int) -> str:
    return "is 1" if rows == 1 else f"are {rows:,}"


def _named(term: str | None, source: Source) -> str:
    written = str(term)
    if not written.startswith("<"):
        return written
    node = NamedNode(written.strip("<>"))
    try:
        known = caption.labels(source, [node], "en")
    except ClusterkgError:
        known = {}
    return caption.text(node, known)


class _Probe:
    """Ask whether elements together match anything; None when that cannot be told any more."""

    def __init__(self, source: Source, pattern: Pattern, budget: float):
        self.source = source
        self.pattern = pattern
        self.ends = monotonic() + budget

    def __call__(self, group: Sequence[Element]) -> bool | None:
        if monotonic() > self.ends:
            return None
        try:
            return self.source.query(self.pattern.ask([e.text for e in group])) is True
        except ClusterkgError:
            return None


def _ordered(group: Sequence[Element]) -> list[Element]:
    # A FILTER speaks about the whole group, wherever it stands in it.
    return sorted(group, key=lambda element: element.kind == "FILTER")


def _blamed(pattern: Pattern, probe: _Probe) -> str:
    found = _culprit(_ordered(pattern.elements), (), probe, _DEPTH)
    if found is None:
        return _by_modifier(pattern)
    element, is_first = found
    if element is None:
        return "which condition emptied it took too long to find out"
    what = {"FILTER": "lets nothing through", "MINUS": "takes every row away"}.get(
        element.kind, "matches nothing" if is_first else
        "matches nothing together with what stands before it")
    return f"line {element.line}: {_short(element.text)} {what}"


def _culprit(group: Sequence[Element], before: tuple[Element, ...], probe: _Probe,
             depth: int) -> tuple[Element | None, bool] | None:
    for index, element in enumerate(group):
        if not element.can_empty:
            continue
        matches = probe([*before, *group[:index + 1]])
        if matches is None:
            return None, False
        if not matches:
            inner = _inside(element) if depth else None
            deeper = _culprit(inner, (*before, *group[:index]), probe, depth - 1) if inner else None
            return deeper or (element, index == 0 and not before)
    return None


def _inside(element: Element) -> list[Element] | None:
    """Cut open a plain group or a GRAPH; a UNION or a subquery is named whole."""
    tokens = significant(element.text)
    if element.kind not in ("GROUP", "GRAPH") or any(t.is_word("UNION", "SELECT") for t in tokens):
        return None
    opening = next(i for i, token in enumerate(tokens) if token.is_mark("{"))
    head = element.text[:tokens[opening].start]
    inner = _ordered(list(elements(element.text, tokens[opening + 1:-1])))
    return [replace(e, line=e.line + element.line - 1,
                    text=f"{head}{{ {e.text} }}" if head else e.text) for e in inner]


def _by_modifier(pattern: Pattern) -> str:
    for modifier in pattern.modifiers:
        if modifier.kind == "LIMIT" and modifier.text.split()[-1] != "0":
            continue
        return f"line {modifier.line}: {_short(modifier.text)} leaves none of what matches"
    return "the pattern matches, but nothing could be made of it"


def _short(text: str) -> str:
    names = (compress(t.text[1:-1]) if t.kind == "iri" else t.text for t in tokenise(text))
    flat = " ".join("".join(names).split()).removesuffix(" .")
    return flat if len(flat) <= _LONGEST else flat[:_LONGEST - 3] + "..."
