"""The address of a request, taken apart once and in one place."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_to_bytes

from clusterkg.web.message import Request
from clusterkg.web.problem import Problem

_MOST = 10_000  # parameters


def parsed(method: str, target: str, headers: Mapping[str, str], body: bytes = b"",
           **more: str | bool) -> Request:
    """Make a request of what came; `more` are `base`, `writer` and `id`.

    Raises Problem 400 for an address that is no UTF-8 or holds a control character.
    """
    path, _, query = target.partition("#")[0].partition("?")
    return Request(method, _path(path), target, pairs(query), headers, body, **more)  # type: ignore[arg-type] # their names are the fields'


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read `a=1&b=2`, of an address or of a form; raise Problem 400 for what is no UTF-8."""
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict",
                               max_num_fields=_MOST))
    except UnicodeDecodeError as error:
        raise _unfit("parameters are not UTF-8") from error
    except ValueError as error:
        raise _unfit(f"more than {_MOST} parameters") from error


def _path(text: str) -> str:
    try:
        path = unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        raise _unfit("the address is not UTF-8") from error
    if any(c < " " or c == "\x7f" for c in path):
        raise Problem(404, "not-found", "there is nothing at an address with control characters")
    return path


def _unfit(what: str) -> Problem:
    return Problem(400, "request", f"{what}; mend it and ask again")
