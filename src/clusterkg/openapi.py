"""The questions as OpenAPI 3.1: a path each, made of what their headers say."""

from collections.abc import Iterable
from typing import Any

import clusterkg
from clusterkg import body, caption, demand, offer
from clusterkg.namespaces import compress
from clusterkg.parameter import Parameter
from clusterkg.query import Query
from clusterkg.web.negotiation import HTML, JSON

_Json = dict[str, Any]

_SHAPES: dict[str, _Json] = {
    "xsd_date": {"format": "date"}, "xsd_dateTime": {"format": "date-time"},
    "xsd_gYear": {"pattern": r"^-?[0-9]{4,}$"},
    "xsd_gYearMonth": {"pattern": r"^-?[0-9]{4,}-(0[1-9]|1[0-2])$"},
    "xsd_anyURI": {"pattern": r"^[^\s<>\"{}|\\^`]+$"}}
_TEXT: _Json = {"maxLength": demand.LONGEST,
                "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"}
_OWN: dict[str, tuple[str, _Json]] = {
    "page": ("which page of the rows", {"type": "integer", "minimum": 1,
                                        "maximum": demand.LAST_PAGE}),
    "page_size": (f"rows of a page; without it and page, files are whole and others have "
                  f"{demand.PAGE_SIZE} or what the server allows", {"type": "integer",
                                                                    "minimum": 1}),
    "format": ("the format, whatever Accept says",
               {"type": "string", "enum": [each.name for each in demand.FORMATS]}),
    "lang": ("the language of labels and titles, whatever Accept-Language says",
             {"type": "string", "pattern": "^[a-z]{2,3}$"}),
    "timeout": ("seconds that it may take; the server has a limit of its own",
                {"type": "number", "minimum": demand.LEAST_TIME})}
_ERRORS = {"400": "The request cannot be read.", "404": "There is no such question.",
           "406": "None of the formats is acceptable.", "413": "The body is too large.",
           "414": "The address is too long.", "415": "The body has another media type.",
           "422": "A value does not fit: what is allowed is listed. Or there are too many rows.",
           "429": "All places are taken.", "431": "The head is too large.",
           "503": "It took too long, or the graph is out of reach."}


def document(questions: Iterable[Query], base: str, version: str,
             rows: int = demand.MOST_ROWS) -> _Json:
    """Describe the questions; `base` is where they are served, `version` that of the graph.

    A page has at most `rows` rows.
    """
    listed = list(questions)
    return {
        "openapi": "3.1.0",
        "info": {"title": "clusterkg: questions", "version": version or clusterkg.__version__,
                 "description": "Each question is a SPARQL query with parameters: an IRI, "
                                "a CURIE or a label in any language, a number, a date.",
                 "license": {"name": "CC BY 4.0",
                             "url": "https://creativecommons.org/licenses/by/4.0/"}},
        "servers": [{"url": base}],
        "tags": [{"name": name} for name in sorted({t for q in listed for t in q.header.tags})],
        "paths": {"/queries": {"get": _listing()},
                  "/queries/{name}": {"get": _describing([one.name for one in listed])},
                  **{f"/queries/{one.name}/run": _running(one, rows) for one in listed}},
        "components": _components(rows)}


def schema(one: Parameter) -> _Json:
    """Describe what a parameter takes, as JSON Schema."""
    kind = offer.json_type(one)
    shape = _SHAPES.get(one.kind, _TEXT) if kind == "string" else {}
    said = {"type": kind, **shape, **({"minLength": 1} if one.kind == "iri" else {})}
    return said if one.default is None else {**said, "default": _value(one, one.default)}


def _value(one: Parameter, text: str) -> str | int | float | bool:
    """Give a value of a header as JSON."""
    kind = offer.json_type(one)
    if kind == "boolean":
        return text == "true"
    return int(text) if kind == "integer" else float(text) if kind == "number" else text


def _listing() -> _Json:
    return {"operationId": "queries", "summary": "Which questions are there?",
            "parameters": _own("lang"),
            "responses": {"200": _content("The questions.", {
                JSON.essence: {"schema": {"type": "array", "items": _schema_of("Question")}},
                HTML.essence: {"schema": {"type": "string"}}}), **_refused("400", "406", "422")}}


def _describing(names: list[str]) -> _Json:
    place = {"name": "name", "in": "path", "required": True,
             "schema": {"type": "string", "enum": names}}
    text = {"schema": {"type": "string"}}
    return {"operationId": "query", "summary": "What does a question ask and take?",
            "parameters": [place, *_own("lang")],
            "responses": {"200": _content("The question.", {
                JSON.essence: {"schema": _schema_of("Question")}, HTML.essence: text,
                "text/turtle": text, "text/plain": text}), **_refused("400", "404", "406", "422")}}


def _running(one: Query, rows: int) -> _Json:
    shared: _Json = {"summary": one.summary, "tags": list(one.header.tags)}
    if one.description:
        shared["description"] = one.description
    answers = {"200": {"$ref": "#/components/responses/Answer"}}
    return {"get": {"operationId": one.name, **shared, "x-sparql": one.text,
                    "parameters": [*(_parameter(each, one) for each in one.parameters),
                                   *_own(*_OWN)],
                    "responses": {**answers, **_refused(*(_ERRORS.keys() - {"413", "415"}))}},
            "post": {"operationId": f"{one.name}_post", **shared,
                     "parameters": _own("timeout"), "requestBody": _body(one, rows),
                     "responses": {**answers, **_refused(*_ERRORS)}}}


def _parameter(one: Parameter, of: Query) -> _Json:
    among = " or ".join(map(compress, one.of_classes or filter(None, [one.of_scheme])))
    meaning = caption.title(one.descriptions or {}, "en", one.name)
    said = {"name": one.name, "in": "query", "required": offer.is_required(one),
            "description": f"{meaning}: {one.takes}{f' of {among}' if among else ''}",
            "schema": schema(one)}
    example = of.header.example.get(one.name)
    return said if example is None else {**said, "example": _value(one, example)}


def _body(one: Query, rows: int) -> _Json:
    members = {**{each.name: schema(each) for each in one.parameters},
               **{name: said for name, (_, said) in _owned(rows).items() if name != "timeout"}}
    taken = {"type": "object", "additionalProperties": False, "properties": members,
             "required": [each.name for each in one.parameters if offer.is_required(each)]}
    example = {each.name: _value(each, one.header.example[each.name])
               for each in one.parameters if each.name in one.header.example}
    return {"content": {kind: {"schema": taken, "example": example}
                        for kind in (body.OBJECT, body.FORM)}}


def _own(*names: str) -> list[_Json]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _owned(rows: int) -> dict[str, tuple[str, _Json]]:
    meaning, said = _OWN["page_size"]
    return _OWN | {"page_size": (meaning, said | {"maximum": rows})}


def _refused(*codes: str) -> _Json:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in sorted(codes)}


def _schema_of(name: str) -> _Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(description: str, content: _Json) -> _Json:
    return {"description": description, "content": content}


def _components(rows: int) -> _Json:
    text = {"schema": {"type": "string"}}
    answer = {each.essence: text for each in demand.FORMATS} | {
        JSON.essence: {"schema": _schema_of("Answer")},
        demand.XLSX.essence: {"schema": {"type": "string", "format": "binary"}}}
    problem = {"application/problem+json": {"schema": _schema_of("Problem")},
               "text/plain": text, HTML.essence: text}
    link = {"Link": {"description": "first, prev and next page (RFC 8288)", **text}}
    return {
        "parameters": {name: {"name": name, "in": "query", "description": meaning, "schema": said}
                       for name, (meaning, said) in _owned(rows).items()},
        "responses": {"Answer": {**_content("The rows.", answer), "headers": link},
                      **{code: _content(said, problem) for code, said in _ERRORS.items()}},
        "schemas": _schemas()}


def _schemas() -> _Json:
    text: _Json = {"type": "string"}
    term = _object({"type": {"enum": ["uri", "literal", "bnode", "triple"]}, "value": {},
                    "label": text, "datatype": text, "xml:lang": text}, "type", "value")
    column = _object({"name": text, "title": text}, "name", "title")
    choice = _object({"value": text, "label": text}, "value")
    listed = {"type": "array", "items": _schema_of("Choice")}
    parameter = _object({"name": text, "meaning": text, "takes": text,
                         "required": {"type": "boolean"}, "default": {"type": ["string", "null"]},
                         "among": {"type": "array", "items": text}, "allowed": listed,
                         "nearest": listed}, "name", "takes", "required")
    many = {"type": "array", "items": _schema_of("Parameter")}
    return {
        "Term": term, "Column": column, "Choice": choice, "Parameter": parameter,
        "Question": _object({"name": text, "summary": text, "title": text, "href": text,
                             "tags": {"type": "array", "items": text}, "parameters": many},
                            "name", "summary", "title", "href", "tags", "parameters"),
        "Answer": _object({
            "question": text, "title": text, "page": {"type": "integer"},
            "page_size": {"type": "integer"}, "diagnosis": text,
            "columns": {"type": "array", "items": _schema_of("Column")},
            "rows": {"type": "array", "items": {"type": "object",
                                                "additionalProperties": _schema_of("Term")}},
            "links": {"type": "object", "additionalProperties": text},
            "taken": {"type": "array", "items": text}}, "question", "columns", "rows", "links"),
        "Problem": _object({"type": text, "title": text, "status": {"type": "integer"},
                            "detail": text, "parameters": many},
                           "type", "title", "status", "detail")}


def _object(properties: _Json, *required: str) -> _Json:
    return {"type": "object", "properties": properties, "required": list(required)}
