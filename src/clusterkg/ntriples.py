"""Any RDF file as N-Triples bytes: what the engines hand to one another."""

import mmap
import os
import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import pyoxigraph as ox

from clusterkg.errors import UnreadableError
from clusterkg.files import RDF_SUFFIXES, read_text

_JSON_NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
# Where no string, IRI or comment is; the parser knows no limit.
_TERM_NESTING = re.compile(rb"""
    \\. | "{3}(?:[^"\\]|\\.|"(?!""))*+(?:"{3})? | '{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3})?
  | "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'? | (?P<begins><<) | (?P<ends>>>)
  | <(?:[^<>"{}|^`\\\x00-\x20]|\\[uU])*+> | \#[^\n\r]*+""", re.VERBOSE | re.DOTALL)
_CLOSING = ("}", "]")
_LINE = re.compile(rb"\n")
_DEEPEST = 500
# What ontology editors write: a short name for a namespace. Anything else can grow without end.
_ENTITY = re.compile(r"""<!ENTITY(?!\s+\S+\s+(?:"[^"&]{0,200}"|'[^'&]{0,200}')\s*>)""")


def read(paths: Iterable[Path], *, blank_prefix: str = "b") -> bytes:
    """Read RDF files into one N-Triples document; named graphs are merged.

    Blank nodes are numbered in the order in which they appear, `_:b0` first, and those of
    different files stay apart. Raises UnreadableError with `path:line`.
    """
    numbers = count()
    return b"".join(_read(path, blank_prefix, numbers) for path in paths)


def triples(path: Path) -> Iterator[ox.Triple]:
    """Parse one file, its format told by its suffix; raise UnreadableError with `path:line`."""
    text, form = read_text(path), format_of(path)
    refuse_hostile_text(text, form, path)
    try:
        for quad in ox.parse(text, form, base_iri=path.resolve().as_uri()):
            yield quad.triple
    except SyntaxError as error:
        raise UnreadableError(f"{_reason(error)}; mend the syntax", path=path,
                              line=error.lineno) from error


def format_of(path: Path) -> ox.RdfFormat:
    """Tell a file's format by its suffix, whatever its case; raise UnreadableError."""
    media_type = RDF_SUFFIXES.get(path.suffix.lower())
    found = ox.RdfFormat.from_media_type(media_type) if media_type else None
    if found is None:
        allowed = " ".join(RDF_SUFFIXES)
        raise UnreadableError(f"no RDF format has the suffix {path.suffix!r}; use {allowed}",
                              path=path)
    return found


def refuse_hostile(path: Path) -> None:
    """Refuse a file that would fill the memory, the stack or the day of a parser.

    Raises UnreadableError with `path:line`; Turtle and its kin are looked through where they lie.
    """
    form = format_of(path)
    if form in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
        refuse_hostile_text(read_text(path), form, path)
    elif path.is_file():
        with path.open("rb") as file:
            refuse_hostile_file(file, path)


def refuse_hostile_file(file: BinaryIO, path: Path | None = None) -> None:
    """Refuse Turtle or its kin whose terms nest too deep, none of it held in memory."""
    if os.fstat(file.fileno()).st_size:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            _refuse_deep_terms(content, path)


def refuse_hostile_text(text: str, form: ox.RdfFormat, path: Path | None = None) -> None:
    """Refuse what would fill the memory, the stack or the day of a parser."""
    if form == ox.RdfFormat.JSON_LD:
        _refuse_deep_json(text, path)
    elif form != ox.RdfFormat.RDF_XML:
        _refuse_deep_terms(text.encode(), path)
    elif found := _ENTITY.search(text):
        raise UnreadableError("an <!ENTITY> that is long or made of others could fill the memory; "
                              "write out what it stands for", path=path,
                              line=text.count("\n", 0, found.start()) + 1)
    else:
        _refuse_deep_xml(text, path)


def _refuse_deep_xml(text: str, path: Path | None) -> None:
    """Count with a parser that takes time in proportion, and tells what is cut off."""
    parser, depth = expat.ParserCreate("utf-8"), 0

    def begin(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST or len(attributes) > _DEEPEST:
            raise _deep(path, parser.CurrentLineNumber)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise UnreadableError(f"not well-formed XML: {expat.ErrorString(error.code)}; mend it",
                              path=path, line=error.lineno) from error


def _refuse_deep_json(text: str, path: Path | None) -> None:
    depth = 0
    for match in _JSON_NESTING.finditer(text):
        depth += (match[0] in "{[") - (match[0] in _CLOSING)
        if depth > _DEEPEST:
            raise _deep(path, text.count("\n", 0, match.start()) + 1)


def _refuse_deep_terms(content: bytes | mmap.mmap, path: Path | None) -> None:
    if not _has_many_terms(content):
        return
    depth = 0
    for match in _TERM_NESTING.finditer(content):
        depth += (match.lastgroup == "begins") - (match.lastgroup == "ends")
        if depth > _DEEPEST:
            raise _deep(path, sum(1 for _ in _LINE.finditer(content, 0, match.start())) + 1)


def _has_many_terms(content: bytes | mmap.mmap) -> bool:
    """Tell quickly whether there are enough to nest too deep, wherever they are."""
    place = -1
    for _ in range(_DEEPEST + 1):
        place = content.find(b"<<", place + 1)
        if place < 0:
            return False
    return True


def _deep(path: Path | None, line: int) -> UnreadableError:
    return UnreadableError(f"nested more than {_DEEPEST} deep; flatten it", path=path, line=line)


def _read(path: Path, blank_prefix: str, numbers: Iterator[int]) -> bytes:
    names: dict[str, ox.BlankNode] = {}

    def renamed(term: object) -> object:
        if not isinstance(term, ox.BlankNode):
            return term
        if term.value not in names:
            names[term.value] = ox.BlankNode(f"{blank_prefix}{next(numbers)}")
        return names[term.value]

    lines = (" ".join(str(renamed(term)) for term in triple) for triple in triples(path))
    return "".join(f"{line} .\n" for line in lines).encode()


def _reason(error: SyntaxError) -> str:
    message = str(error.msg)
    return message.split(": ", 1)[1] if message.startswith("Parser error at line") else message
