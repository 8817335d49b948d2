"""What clients ask, in either version, as one: read with every limit checked."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusterkg.errors import UsageError, quoted
from clusterkg.namespaces import expand
from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

BATCH = 50  # queries
IDS = 500  # things that are extended at once
_LIMIT, _MOST = 5, 100  # candidates
_CONDITIONS, _VALUES, _TYPES = 20, 50, 20
_ALL_VALUES = 2_000  # of the conditions of a batch
_LONGEST = 1000  # characters of a value
_OLD = frozenset({"query", "type", "limit", "properties", "type_strict"})
_NEW = frozenset({"type", "limit", "conditions", "lang", "dir"})
_LINKS = 50  # properties that things are extended by: as many as are proposed


@dataclass(frozen=True, slots=True)
class Condition:
    """Values that a property should have; `quantifier` is any, all or none."""

    property: str
    values: tuple[str, ...]
    is_required: bool = False
    quantifier: str = "any"


@dataclass(frozen=True, slots=True)
class Query:
    """One query: a name, an identifier, or conditions alone; `strict` is any, all or should."""

    name: str = ""
    id: str = ""
    types: tuple[str, ...] = ()
    limit: int = _LIMIT
    conditions: tuple[Condition, ...] = ()
    strict: str = "any"


def old(text: str) -> Mapping[str, Query]:
    """Read the queries of version 0.2; raise Problem 400, and 413 for too many."""
    batch = _object(parsed(text), "queries")
    _check_size(batch, "queries", BATCH)
    queries = {key: _old(_object(one, key)) for key, one in batch.items()}
    _check_values(queries.values())
    return queries


def new(request: Request) -> Sequence[Query]:
    """Read the queries of version 1.0; raise Problem 400, 413 or 415."""
    batch = _batch(_object(body(request), "the body").get("queries"), "queries", BATCH)
    queries = [_new(_object(one, "a query")) for one in batch]
    _check_values(queries)
    return queries


def body(request: Request) -> Any:  # whatever JSON a client sends
    """Read the JSON of a body; raise Problem 400 or 415."""
    if request.media_type() not in ("application/json", ""):
        raise Problem(415, "media-type", "send the body as application/json",
                      headers=(("Accept-Post", "application/json"),))
    return parsed(request.body.decode(errors="replace"))


def extension(given: object) -> tuple[list[str], list[str]]:
    """Read ids, and ids of properties; raise Problem 400, and 413 for too many."""
    asked = _object(given, "extend")
    ids = [_text(one, "an id") for one in _batch(asked.get("ids"), "ids", IDS)]
    links = [_text(_object(one, "a property").get("id"), "the id of a property")
             for one in _batch(asked.get("properties"), "properties", _LINKS)]
    return list(dict.fromkeys(ids)), list(dict.fromkeys(links))


def iri(identifier: str) -> str:
    """Turn an identifier into an IRI: it is one, or a CURIE; what is neither stays as it is."""
    try:
        return identifier if "://" in identifier else expand(identifier)
    except UsageError:
        return identifier


def _old(one: Mapping[str, Any]) -> Query:
    _check_names(one, _OLD)
    conditions = tuple(Condition(iri(_text(each.get("pid"), "pid")), _values(each.get("v")))
                       for each in map(_mapping, _list(one.get("properties", []), "properties",
                                                       _CONDITIONS)))
    name, strict = _text(one.get("query", ""), "query"), one.get("type_strict", "any")
    if strict not in ("any", "all", "should"):
        raise _unfit("type_strict is any, all or should")
    if "query" not in one and not conditions:  # an empty cell is asked for, and means nothing
        raise _unfit("a query has a query or properties")
    types = one.get("type", [])
    named = _list([types] if isinstance(types, str) else types, "type", _TYPES)
    return Query(name, types=tuple(iri(_text(each, "a type")) for each in named if each),
                 limit=_limited(one.get("limit")), conditions=conditions, strict=strict)


def _new(one: Mapping[str, Any]) -> Query:
    _check_names(one, _NEW)
    listed = [_mapping(each) for each in _list(one.get("conditions"), "conditions", _CONDITIONS)]
    if not listed:
        raise _unfit("a query has at least one condition")
    by_kind: dict[str, list[Mapping[str, Any]]] = {"name": [], "id": [], "property": []}
    for each in listed:
        kind = each.get("matchType")
        if not isinstance(kind, str) or kind not in by_kind:
            raise _unfit("matchType is name, id or property")
        by_kind[kind].append(each)
    kind_ = _text(one.get("type", ""), "type")
    return Query(_first(by_kind["name"]), _first(by_kind["id"]), (iri(kind_),) if kind_ else (),
                 _limited(one.get("limit")), tuple(map(_condition, by_kind["property"])))


def _condition(each: Mapping[str, Any]) -> Condition:
    quantifier = each.get("matchQuantifier", "any")
    if quantifier not in ("any", "all", "none"):
        raise _unfit("matchQuantifier is any, all or none")
    return Condition(iri(_text(each.get("propertyId"), "propertyId")),
                     _values(each.get("propertyValue")), each.get("required") is True, quantifier)


def _first(conditions: Sequence[Mapping[str, Any]]) -> str:
    values = [value for each in conditions for value in _values(each.get("propertyValue"))]
    return values[0] if values else ""


def _values(given: object) -> tuple[str, ...]:
    """Read a value or several; of a thing that was matched already its identifier counts."""
    some = _list(given if isinstance(given, list) else [given], "values", _VALUES)
    return tuple(text for text in map(_value, some) if text)


def _value(given: object) -> str:
    if isinstance(given, dict):
        return iri(_text(given.get("id"), "id"))
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        # A spreadsheet's 2021 comes as 2021.0.
        return str(int(given) if isinstance(given, float) and given.is_integer() else given)
    return _text(given, "a value")


def _limited(given: object) -> int:
    if given is None:
        return _LIMIT
    if isinstance(given, bool) or not isinstance(given, int | float) or not given > 0:
        raise _unfit("limit is a positive number")
    return int(min(max(given, 1), _MOST))


def _text(given: object, what: str) -> str:
    if not isinstance(given, str) or len(given) > _LONGEST:
        raise _unfit(f"{what} is a string of at most {_LONGEST} characters")
    return given.encode(errors="replace").decode().strip()  # half a character is none


def parsed(text: str) -> Any:  # whatever JSON a client sends
    """Read JSON; raise Problem 400 for what is none, or has two members of one name."""
    try:
        return json.loads(text, object_pairs_hook=_members)
    except (ValueError, RecursionError) as error:
        raise _unfit("this is no JSON") from error


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; of two members of one name a client would get the answer to one only."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _unfit(f"an object has two members {quoted(name)}; give each its own name")
        found[name] = value
    return found


def _mapping(given: object) -> Mapping[str, Any]:
    return _object(given, "a condition")


def _object(given: object, what: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _unfit(f"{what} is no JSON object")
    return given


def _list(given: object, what: str, most: int | None = None) -> list[Any]:
    if not isinstance(given, list) or (most is not None and len(given) > most):
        raise _unfit(f"{what} is a list" + (f" of at most {most}" if most else ""))
    return given


def _check_names(one: Mapping[str, Any], known: Collection[str]) -> None:
    unknown = sorted(one.keys() - set(known))
    if unknown:
        raise _unfit(f"a query has no {unknown[0][:40]!r}; it has {', '.join(sorted(known))}")


def _batch(given: object, what: str, most: int) -> list[Any]:
    """Read a list that a client could send in parts; raise Problem 413 for too many at once."""
    some = _list(given, what)
    _check_size(some, what, most)
    return some


def _check_size(batch: Sequence[Any] | Mapping[str, Any], what: str, most: int) -> None:
    if len(batch) > most:
        raise Problem(413, "batch-too-large", f"{len(batch)} {what}; send at most {most} at once")


def _check_values(queries: Iterable[Query]) -> None:
    """Keep what a batch can cost in bounds: each value is held against each candidate."""
    total = sum(len(one.values) for query in queries for one in query.conditions)
    if total > _ALL_VALUES:
        raise Problem(413, "batch-too-large", f"{total} values of conditions; send at most "
                                              f"{_ALL_VALUES} at once")


def _unfit(why: str) -> Problem:
    return Problem(400, "request", f"{why}; see reconciliation-api.github.io/specs")
