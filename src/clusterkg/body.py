"""The parameters in the body of a request: a form, or a JSON object."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clusterkg.errors import quoted
from clusterkg.web import target
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

FORM, OBJECT = "application/x-www-form-urlencoded", "application/json"
_CLASSES: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}


def pairs(request: Request, types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each parameter as an address has it, as often as it comes.

    `types` says which type of JSON each takes; a value of another, of a name that is there, is
    Problem 422. Raises Problem 400 and 415 for a body that cannot be read.
    """
    kind = request.media_type()
    if request.method != "POST" or not (request.body or kind):
        return
    if kind not in (FORM, OBJECT):
        raise Problem(415, "media-type", f"send the values as {FORM} or {OBJECT}",
                      headers=(("Accept-Post", f"{FORM}, {OBJECT}"),))
    try:
        text = request.body.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, "request", "the body is not UTF-8; send it as UTF-8") from error
    yield from target.pairs(text) if kind == FORM else _members(text, types)


class _Object(list[tuple[str, Any]]):
    """The members of a JSON object as they came, so that none hides another."""


def _members(text: str, types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        found = json.loads(text, object_pairs_hook=_Object)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "request", "the body is no JSON; send an object such as "
                                      '{"page_size": 10}') from error
    if not isinstance(found, _Object):
        raise Problem(422, "parameter", "the body is no JSON object; send one with a member for "
                                        "each parameter")
    for name, value in found:
        yield name, _written(name, value, types.get(name, "string"))


def _written(name: str, value: object, kind: str) -> str:
    """Write a member as an address has it; 2.0 is the integer 2, as JSON Schema counts."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, _CLASSES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise Problem(422, "parameter", f"{quoted(name)} takes a JSON {kind}, and got another "
                                        "value", parameter=name[:80])
    return value if isinstance(value, str) else json.dumps(value)
