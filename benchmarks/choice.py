"""Choose what a question is asked about: what it has most to say of.

For the first parameter, and for each that must be given: of the busiest members of its class or
vocabulary (those that most triples point to), the one that gets the most rows, but no more than a
reader looks at; where none gets any, the same of what the question answers with most often when it
is asked about everything.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from pyoxigraph import Literal, NamedNode

from clusterkg import binding, query
from clusterkg.answer import Answer, Source
from clusterkg.errors import UsageError
from clusterkg.parameter import Parameter
from clusterkg.query import Query, Value

_TRIES, MOST = 12, 1_000
_IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"
_BUSIEST = """SELECT ?m (COUNT(?s) AS ?n) WHERE {{ {pattern} FILTER(isIRI(?m)) ?s ?p ?m }}
              GROUP BY ?m ORDER BY DESC(?n) ?m LIMIT {tries}"""


def sample(asked: Query, source: Source) -> dict[str, Value]:
    """Choose a value for the first parameter, and for those that must be given."""
    chosen: dict[str, Value] = {}
    order = list(asked.header.parameters)
    for parameter in sorted(asked.parameters, key=lambda p: order.index(p.name)):
        if chosen and parameter.optional:
            break
        found = _heaviest(asked, chosen, parameter, source)
        if found is not None:
            chosen[parameter.name] = found
    return chosen


def answer(source: Source, text: str) -> Answer:
    """Ask for rows."""
    reply = source.query(text)
    if not isinstance(reply, Answer):
        raise TypeError("a question answers with rows")
    return reply


def _heaviest(asked: Query, chosen: Mapping[str, Value], parameter: Parameter,
              source: Source) -> Value:
    members = _members(parameter, source)
    return (_most_rows(asked, chosen, parameter, members, source)
            or _most_rows(asked, chosen, parameter, _answered(asked, chosen, parameter, source),
                          source)
            or next(iter(members), None))


def _most_rows(asked: Query, chosen: Mapping[str, Value], parameter: Parameter,
               values: Iterable[Value], source: Source) -> Value:
    """Ask about each value, and about all where a further one must be given; None: no rows."""
    counts = {value: _rows(asked, {**chosen, parameter.name: value}, source) for value in values}
    fit = {value: count for value, count in counts.items() if 0 < count <= MOST}
    return max(fit, key=lambda value: fit[value], default=None)


def _rows(asked: Query, values: Mapping[str, Value], source: Source) -> int:
    try:
        return len(answer(source, _freed(asked, values, source)).rows)
    except UsageError:  # it is not of the parameter's class
        return 0


def _freed(asked: Query, values: Mapping[str, Value], source: Source) -> str:
    """Bind a question; what must be given and is not becomes the variable that it is held against.
    """
    given = tuple(parameter for parameter in asked.parameters if parameter.name in values)
    terms = query.terms(replace(asked, parameters=given), values, source)
    unset = {p.variable: None for p in asked.parameters if p not in given}
    text = binding.place(asked.text, terms | unset)
    for parameter in asked.parameters:
        text = text.replace(parameter.variable, f"?{parameter.name}")
    return text


def _answered(asked: Query, chosen: Mapping[str, Value], parameter: Parameter,
              source: Source) -> list[Value]:
    own = re.escape(parameter.variable)
    found = re.search(rf"\?(\w+) (?:{{|=) {own}", asked.text)
    column = found[1] if found else parameter.name
    if column not in asked.columns:
        return []
    counted = Counter(answer(source, _freed(asked, chosen, source)).column(column))
    return [term if isinstance(term, NamedNode) else term.value
            for term, _ in counted.most_common(_TRIES) if isinstance(term, NamedNode | Literal)]


def _members(parameter: Parameter, source: Source) -> tuple[NamedNode, ...]:
    if parameter.kind != "iri":
        return ()
    patterns = [f"?m a <{name}> ." for name in parameter.of_classes]
    if parameter.of_scheme:
        patterns = [f"?m <{_IN_SCHEME}> <{parameter.of_scheme}> ."]
    return next(filter(None, (_busiest(pattern, source) for pattern in patterns)), ())


@cache
def _busiest(pattern: str, source: Source) -> tuple[NamedNode, ...]:
    found = answer(source, _BUSIEST.format(pattern=pattern, tries=_TRIES))
    return tuple(term for term in found.column("m") if isinstance(term, NamedNode))
