"""Where in a Turtle file a subject is described: best effort, and silent when unsure."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from clusterkg.files import read_text

_TOKEN = re.compile(r'''
    (?P<long>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\')
  | (?P<short>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<comment>\#[^\n]*)
  | (?P<space>\s+)
  | (?P<open>[\[(]) | (?P<close>[\])])
  | (?P<keyword>@?(?:prefix|base)(?![\w:.-]))
  | (?P<name>[^\W\d_](?:[\w.-]*[\w-])?:(?:[\w:](?:[\w.:-]*[\w:-])?)?|:(?:[\w:](?:[\w.:-]*[\w:-])?)?)
  | (?P<stop>\.(?!\d))
  | (?P<other>.)
''', re.VERBOSE | re.DOTALL | re.IGNORECASE)


class Place(NamedTuple):
    """A file, and the 1-based line on which a subject's block starts."""

    file: str | None
    line: int | None


def index(files: Iterable[Path]) -> Callable[[str], Place | None]:
    """Give a function from a subject in N-Triples notation to its first block in Turtle files."""
    turtle = [path for path in files if path.suffix in (".ttl", ".nt")]

    @cache
    def read() -> dict[str, Place]:
        found: dict[str, Place] = {}
        for path in turtle:
            for subject, line in subjects(read_text(path)):
                found.setdefault(subject, Place(_shown(path), line))
        return found

    return lambda subject: read().get(subject)


def _shown(path: Path) -> str:
    """Write a path as short as it may be from where the user stands."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def subjects(turtle: str) -> Iterator[tuple[str, int]]:
    """List the subjects of a Turtle text that are IRIs, as `<iri>`, with the line of each block.

    A construct that the scanner does not know (`@base`, an escape in a name, a stray quote) ends
    the list: a line not given is better than a wrong one.
    """
    prefixes: dict[str, str] = {}
    line, counted = 1, 0
    for statement in _statements(turtle):
        kind, first = statement[0]
        line, counted = line + turtle.count("\n", counted, first.start()), first.start()
        if kind == "keyword":
            if "base" in first.group().lower() or len(statement) < 3:
                return
            prefixes[statement[1][1].group()[:-1]] = statement[2][1].group()[1:-1]
            continue
        iri = _iri(kind, first.group(), prefixes)
        if iri and turtle[first.end()].isspace():
            yield iri, line


def _statements(turtle: str) -> Iterator[list[tuple[str, re.Match[str]]]]:
    depth, statement = 0, []
    for match in _TOKEN.finditer(turtle):
        kind = str(match.lastgroup)
        if kind in ("space", "comment"):
            continue
        depth += {"open": 1, "close": -1}.get(kind, 0)
        statement.append((kind, match))
        sparql_prefix = len(statement) == 3 and statement[0][1].group().lower() == "prefix"
        if match.group() in "\"'\\" or (kind == "keyword" and len(statement) > 1):
            return
        if sparql_prefix or (kind == "stop" and depth == 0):
            yield statement
            statement = []


def _iri(kind: str, written: str, prefixes: dict[str, str]) -> str | None:
    if kind == "iri":
        return written if ":" in written else None
    prefix, colon, local = written.partition(":")
    if kind != "name" or not colon or prefix not in prefixes:
        return None
    return f"<{prefixes[prefix]}{local}>"
