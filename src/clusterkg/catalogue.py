"""The questions as answers: which there are, and what each takes."""

from collections.abc import Iterable

from pyoxigraph import Literal

from clusterkg.answer import Answer
from clusterkg.caption import title
from clusterkg.namespaces import compress
from clusterkg.parameter import Parameter
from clusterkg.query import Query


def listing(queries: Iterable[Query], language: str) -> Answer:
    """Give a row a question: name, what it asks, what it takes; optional ones in brackets."""
    return _answer(("name", "question", "parameters"),
                   ((one.name, one.title(language), " ".join(map(_usage, one.parameters)))
                    for one in queries))


def _usage(parameter: Parameter) -> str:
    return parameter.name if _is_required(parameter) else f"[{parameter.name}]"


def _is_required(parameter: Parameter) -> bool:
    return not parameter.optional and parameter.default is None


def parameters(query: Query, language: str) -> Answer:
    """Give a row a parameter: name, what it is, what it takes, whether it may be left out."""
    return _answer(("name", "meaning", "takes", "among", "required", "default"),
                   (_row(parameter, language) for parameter in query.parameters))


def _row(parameter: Parameter, language: str) -> tuple[str, ...]:
    among = parameter.of_classes or filter(None, [parameter.of_scheme])
    return (parameter.name, title(parameter.descriptions or {}, language, ""), parameter.takes,
            " or ".join(map(compress, among)), "yes" if _is_required(parameter) else "no",
            parameter.default or "")


def description(query: Query, language: str) -> str:
    """Write all about a question, its SPARQL last."""
    lines = [f"{query.name}: {query.title(language)}", ""]
    if query.description:
        lines += [query.description, ""]
    lines += [_sentence(parameter, language) for parameter in query.parameters]
    if query.header.example:
        lines += ["", "example: " + " ".join(_example(query))]
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+"))
    return "\n".join(lines).rstrip() + f"\n\n{body.strip()}\n"


def _sentence(parameter: Parameter, language: str) -> str:
    name, meaning, takes, among, required, default = _row(parameter, language)
    parts = [takes + (f" of {among}" if among else ""), "required" if required == "yes" else
             f"default {default}" if default else "optional"]
    return f"  {name}: {meaning} ({', '.join(parts)})"


def _example(query: Query) -> list[str]:
    pairs = [f"{name}={value}" for name, value in query.header.example.items()]
    return ["clusterkg", "query", query.name, *(f"'{p}'" if " " in p else p for p in pairs)]


def _answer(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Answer:
    return Answer(columns, tuple(tuple(Literal(cell) for cell in row) for row in rows))
