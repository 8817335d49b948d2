"""What a question offers to programs: its names, titles and parameters, as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import NamedNode

from clusterkg import caption, label, query
from clusterkg.answer import Source
from clusterkg.errors import UsageError
from clusterkg.namespaces import compress
from clusterkg.parameter import Parameter
from clusterkg.query import Query
from clusterkg.web import link

_JSON_TYPES = {"integer": "integer", "number": "number", "decimal": "number", "double": "number",
               "boolean": "boolean"}
SHOWN = 50  # things that a parameter lists as allowed


def entry(one: Query, language: str, base: str) -> dict[str, Any]:
    """Describe a question as the list of questions does."""
    return {"name": one.name, "summary": one.summary, "title": one.title(language),
            "tags": list(one.header.tags), "href": link.absolute(base, f"/queries/{one.name}"),
            "parameters": [parameter(each, language) for each in one.parameters]}


def question(one: Query, language: str, base: str, source: Source) -> dict[str, Any]:
    """Describe a question by itself: what a parameter allows, the columns and the text, too."""
    return {**entry(one, language, base), "description": one.description,
            "parameters": [{**parameter(each, language), **allowed(each, source, language)}
                           for each in one.parameters],
            "columns": columns(one, one.columns, language),
            "example": dict(one.header.example), "sparql": one.text,
            "run": link.absolute(base, f"/queries/{one.name}/run")}


def parameter(one: Parameter, language: str) -> dict[str, Any]:
    """Describe a parameter; `among` are the classes or the scheme that a label is looked up in."""
    among = one.of_classes or tuple(filter(None, [one.of_scheme]))
    said: dict[str, Any] = {
        "name": one.name, "meaning": caption.title(one.descriptions or {}, language, ""),
        "takes": one.takes, "required": is_required(one), "default": one.default}
    return said | ({"among": [compress(iri) for iri in among]} if among else {})


def is_required(one: Parameter) -> bool:
    """Tell whether a parameter has to be given."""
    return not one.optional and one.default is None


def json_type(one: Parameter) -> str:
    """Name the type of JSON that a parameter takes."""
    return _JSON_TYPES.get(one.kind.removeprefix("xsd_"), "string")


def allowed(one: Parameter, source: Source, language: str = "en") -> dict[str, Any]:
    """List what a parameter allows, where that is few, by name; else nothing."""
    if one.kind == "xsd_boolean":
        return {"allowed": [{"value": "true"}, {"value": "false"}]}
    if one.kind != "iri":
        return {}
    found = dict(label.members(source, query.scope(one), SHOWN))
    found |= caption.labels(source, map(NamedNode, found), language)
    return {"allowed": named(sorted(found.items(), key=lambda pair: pair[1]))} if found else {}


def nearest(one: Parameter, value: str, source: Source) -> dict[str, Any]:
    """List what a value that is not known may have meant."""
    if one.kind != "iri":
        return {}
    try:
        return {"nearest": named(label.candidates(value, source, query.scope(one)))}
    except UsageError:
        return {}


def columns(one: Query, names: Iterable[str], language: str) -> list[dict[str, str]]:
    """Name some columns and their titles."""
    return [{"name": name, "title": caption.title(_texts(one, name), language, name)}
            for name in names]


def named(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Give things by IRI and label."""
    return [{"value": iri, "label": name} for iri, name in found]


def _texts(one: Query, name: str) -> Mapping[str, str]:
    return one.columns.get(name, {})
