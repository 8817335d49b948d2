"""SPARQL 1.1 Query Results JSON Format."""

import json
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from clusterkg.answer import Term
from clusterkg.view import View

BINARY = False
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def render(view: View) -> bytes:
    """Write the document, one binding a line."""
    if view.truth is not None:
        return _dump({"head": {}, "boolean": view.truth}) + b"\n"
    columns = view.answer.columns
    rows = [_dump({name: term(one) for name, one in zip(columns, row, strict=True)
                   if one is not None}) for row in view.answer.rows]
    head = _dump({"vars": list(columns)})
    lines = b",\n".join(rows)
    return b'{"head": ' + head + b', "results": {"bindings": [\n' + lines + b"\n]}}\n"


def term(one: Term) -> dict[str, Any]:
    """Write a term as that format does."""
    if isinstance(one, NamedNode):
        return {"type": "uri", "value": one.value}
    if isinstance(one, BlankNode):
        return {"type": "bnode", "value": one.value}
    return _literal(one) if isinstance(one, Literal) else {"type": "triple", "value": {
        "subject": term(one.subject), "predicate": term(one.predicate),
        "object": term(one.object)}}


def _literal(term: Literal) -> dict[str, Any]:
    written = {"type": "literal", "value": term.value}
    if term.language:
        return written | {"xml:lang": term.language}
    datatype = term.datatype.value
    return written if datatype == _STRING else written | {"datatype": datatype}


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
