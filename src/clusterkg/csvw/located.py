"""JSON whose values know the line on which they are written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pyoxigraph as ox

from clusterkg.errors import UnreadableError, quoted
from clusterkg.files import read_text
from clusterkg.ntriples import refuse_hostile_text

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_LARGEST = 4 * 2**20  # characters: a person writes it


class Node:
    """An object of JSON, or what is in one, with its place in the file."""

    def __init__(self, value: object, path: Path, at: tuple[str | int, ...],
                 lines: dict[tuple[str | int, ...], int]):
        """Hold a value that lies `at` some keys."""
        self.value, self.path, self._at, self._lines = value, path, at, lines

    @property
    def line(self) -> int:
        """Give the line of the value, counted from 1."""
        return self._lines.get(self._at, 1)

    def wrong(self, what: str) -> NoReturn:
        """Raise UnreadableError with `path:line`."""
        raise UnreadableError(what, path=self.path, line=self.line)

    def names(self) -> list[str]:
        """List the keys of an object."""
        if not isinstance(self.value, dict):
            self.wrong(f"{_kind(self.value)} where an object {{...}} belongs")
        return list(self.value)

    def child(self, key: str) -> "Node | None":
        """Give what lies under a key of an object, None where nothing does."""
        return self._below(key, self.value[key]) if (
            isinstance(self.value, dict) and key in self.value) else None

    def items(self) -> Iterator["Node"]:
        """Give the items of a list; what is no list is the only one."""
        if isinstance(self.value, list):
            for number, value in enumerate(self.value):
                yield self._below(number, value)
        else:
            yield self

    def text(self) -> str:
        """Give a string."""
        if not isinstance(self.value, str):
            self.wrong(f"{_kind(self.value)} where a text \"...\" belongs")
        return str(self.value)

    def texts(self) -> tuple[str, ...]:
        """Give a string or several."""
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        """Give true or false."""
        if not isinstance(self.value, bool):
            self.wrong(f"{_kind(self.value)} where true or false belongs")
        return bool(self.value)

    def _below(self, key: str | int, value: object) -> "Node":
        return Node(value, self.path, (*self._at, key), self._lines)


def read(path: Path) -> Node:
    """Read a file; raise UnreadableError with `path:line` for what is not JSON."""
    text = read_text(path).removeprefix("\ufeff")
    if len(text) > _LARGEST:
        raise UnreadableError(f"more than {_LARGEST:,} characters; no mapping is that long",
                              path=path)
    refuse_hostile_text(text, ox.RdfFormat.JSON_LD, path)
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise UnreadableError(r"half a character, such as \ud800; write all of it",
                              path=path) from error
    except json.JSONDecodeError as error:
        raise UnreadableError(f"no JSON: {error.msg}; mend it", path=path,
                              line=error.lineno) from error
    except ValueError as error:
        raise UnreadableError("a number of thousands of digits; shorten it", path=path) from error
    return Node(value, path, (), _lines(text, path))


def _lines(text: str, path: Path) -> dict[tuple[str | int, ...], int]:
    found: dict[tuple[str | int, ...], int] = {}
    line, counted = 1, 0
    above: list[str | int] = []  # one a level: the key or number of what comes next
    is_key: list[bool] = []
    for match in _TOKEN.finditer(text):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        token = match[0]
        if is_key and is_key[-1] and token.startswith('"'):
            above[-1], is_key[-1] = json.loads(token), False
            if tuple(above) in found:
                raise UnreadableError(f"{quoted(str(above[-1]))} is written twice; keep one",
                                      path=path, line=line)
            found[tuple(above)] = line
        elif token in "}]":
            above.pop()
            is_key.pop()
        elif token == ",":
            last = above[-1]
            above[-1], is_key[-1] = (last + 1, False) if isinstance(last, int) else (last, True)
        elif token != ":":
            found.setdefault(tuple(above), line)
            if token in "{[":
                above.append("" if token == "{" else 0)
                is_key.append(token == "{")
    return found


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false",
             type(None): "null"}
    return kinds.get(type(value), "a number")
