"""Any RDF file as N-Triples bytes: what the engines hand to one another."""

import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import pyoxigraph as ox

from clusterkg.errors import UnreadableError
from clusterkg.files import RDF_SUFFIXES, read_text

_JSON_NESTING = re.compile(r'"(?:[^"\\\\]|\\\\.)*+"|[{}\[\]]')
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
    """Refuse RDF/XML whose entities can fill the memory, and JSON-LD too deep for the parser.

    Raises UnreadableError with `path:line`; other formats pass unread.
    """
    form = format_of(path)
    if form in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
        refuse_hostile_text(read_text(path), form, path)


def refuse_hostile_text(text: str, form: ox.RdfFormat, path: Path | None = None) -> None:
    """Refuse such text before it is parsed; other formats pass."""
    if form == ox.RdfFormat.JSON_LD:
        _refuse_depth(text, path)
    found = _ENTITY.search(text) if form == ox.RdfFormat.RDF_XML else None
    if found:
        raise UnreadableError("an <!ENTITY> that is long or made of others could fill the memory; "
                              "write out what it stands for", path=path,
                              line=text.count("\n", 0, found.start()) + 1)


def _refuse_depth(text: str, path: Path | None) -> None:
    depth = 0
    for match in _JSON_NESTING.finditer(text):
        depth += (match[0] in "{[") - (match[0] in "}]")
        if depth > _DEEPEST:
            raise UnreadableError(f"nested more than {_DEEPEST} deep; flatten it", path=path,
                                  line=text.count("\n", 0, match.start()) + 1)


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
