"""Where in a Turtle file a subject is described: best effort, and silent when unsure."""

import mmap
import re
from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Iterator
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
_HEAD, _LARGE, _LARGEST = 2**20, 2**24, 2**30
_PROBES, _SEEN = 500, 1000  # lines that are looked at to tell whether all are sorted; bytes of each
_PREFIX = re.compile(rb"^@prefix\s+([\w.-]*):\s*<([^>\n]*)>", re.MULTILINE)
_FIRST = re.compile(rb"^(<[^>\n]*>|[A-Za-z_]?[\w.-]*:[^\s;,]*)(?=[ \t\r\n])", re.MULTILINE)
_LONG = re.compile(rb'"""(?:[^"\\]|\\.|"(?!""))*"""|' rb"'''(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL)


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


def finder(files: Iterable[Path]) -> Callable[[Collection[str]], dict[str, Place]]:
    """Give the function that finds subjects in these files."""
    return lambda wanted: find(files, wanted)


def find(files: Iterable[Path], wanted: Collection[str]) -> dict[str, Place]:
    """Find the first line that begins with each of the `wanted` subjects, in N-Triples notation.

    A file is passed over once and not parsed. Left out are blank nodes, subjects that are not at
    the beginning of a line, and files of more than a gigabyte.
    """
    left, found = {term for term in wanted if term.startswith("<")}, dict[str, Place]()
    for path in files:
        if left and path.suffix in (".ttl", ".nt"):
            shown = _shown(path)
            new = {term: Place(shown, line) for term, line in _lines(path, left)}
            found |= new
            left -= new.keys()
    return found


def _lines(path: Path, wanted: set[str]) -> Iterator[tuple[str, int]]:
    if not 0 < path.stat().st_size < _LARGEST:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if path.suffix == ".nt" and len(text) > _LARGE and _is_sorted(text):
            yield from _looked_up(text, wanted)
            return
        written, long = _written(wanted, text), _long(text)
        line, counted = 1, 0
        for match in _FIRST.finditer(text):
            if match[1] in written and _begins(text, match.start(), long):
                line, counted = line + _newlines(text, counted, match.start()), match.start()
                yield written.pop(match[1]), line


def _is_sorted(text: mmap.mmap) -> bool:
    """Tell by some of its lines whether a file is sorted, as what is imported is."""
    starts = [text.rfind(b"\n", 0, len(text) * probe // _PROBES) + 1 for probe in range(_PROBES)]
    lines = [text[start:start + _SEEN].partition(b"\n")[0] for start in starts]
    return lines == sorted(lines)


def _looked_up(text: mmap.mmap, wanted: Iterable[str]) -> Iterator[tuple[str, int]]:
    found = ((_first(text, term.encode() + b" "), term) for term in wanted)
    line, counted = 1, 0
    for start, term in sorted((start, term) for start, term in found if start is not None):
        line, counted = line + _newlines(text, counted, start), start
        yield term, line


def _first(text: mmap.mmap, begin: bytes) -> int | None:
    """Give where the first of sorted lines that begin so does; None where none does."""
    low, high = 0, len(text)
    while low < high:
        start = text.rfind(b"\n", 0, (low + high) // 2) + 1
        if text[start:start + len(begin)] < begin:
            low = text.find(b"\n", start) + 1 or len(text)
        else:
            high = start
    return low if text[low:low + len(begin)] == begin else None


def _newlines(text: mmap.mmap, start: int, end: int) -> int:
    """Count them a piece at a time: a slice of a mapped file is a copy."""
    pieces = range(start, end, _HEAD)
    return sum(text[piece:min(piece + _HEAD, end)].count(b"\n") for piece in pieces)


def _written(wanted: Iterable[str], text: mmap.mmap) -> dict[bytes, str]:
    """Map what a file may write for the wanted IRIs to these."""
    found = {term.encode(): term for term in wanted}
    prefixes = _PREFIX.findall(text[:_HEAD])
    once = {name: space for name, space in prefixes if [n for n, _ in prefixes].count(name) == 1}
    for name, space in once.items():
        found |= {name + b":" + iri[len(space) + 1:-1]: term
                  for iri, term in ((term.encode(), term) for term in wanted)
                  if iri.startswith(b"<" + space)}
    return found


def _begins(text: mmap.mmap, start: int, long: list[tuple[int, int]]) -> bool:
    """Say whether a statement begins here, and not an object or a line of a long literal."""
    at, last = start, b""
    while start > 0 and not last:
        line = text.rfind(b"\n", 0, start - 1) + 1
        words = text[line:start].strip()
        start, last = line, b"" if words[:1] == b"#" else words
    ended = not last or last.endswith(b".") or last[:6].upper() == b"PREFIX"
    spans = bisect(long, (at, 0))
    return ended and not (spans and at < long[spans - 1][1])


def _long(text: mmap.mmap) -> list[tuple[int, int]]:
    """List the spans of long literals."""
    there = max(text.find(b'"""'), text.find(b"'''")) >= 0
    return [match.span() for match in _LONG.finditer(text)] if there else []


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
