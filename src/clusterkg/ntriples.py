"""Any RDF file as N-Triples bytes: what the engines hand to one another."""

from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import pyoxigraph as ox

from clusterkg.errors import UnreadableError
from clusterkg.files import RDF_SUFFIXES, read_text

_XML = ox.RdfFormat.RDF_XML
_FORMATS = {".owl": _XML, ".xml": _XML, ".jsonld": ox.RdfFormat.JSON_LD}


def read(paths: Iterable[Path], *, blank_prefix: str = "b") -> bytes:
    """Read RDF files into one N-Triples document; named graphs are merged.

    Blank nodes are numbered in the order in which they appear, `_:b0` first, and those of
    different files stay apart. Raises UnreadableError with `path:line`.
    """
    numbers = count()
    return b"".join(_read(path, blank_prefix, numbers) for path in paths)


def triples(path: Path) -> Iterator[ox.Triple]:
    """Parse one file, its format told by its suffix; raise UnreadableError with `path:line`."""
    text = read_text(path)
    try:
        for quad in ox.parse(text, _format(path), base_iri=path.resolve().as_uri()):
            yield quad.triple
    except SyntaxError as error:
        raise UnreadableError(f"{_reason(error)}; mend the syntax", path=path,
                              line=error.lineno) from error


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


def _format(path: Path) -> ox.RdfFormat:
    suffix = path.suffix.lower()
    found = _FORMATS.get(suffix) or ox.RdfFormat.from_extension(suffix.removeprefix("."))
    if found is None:
        allowed = " ".join(RDF_SUFFIXES)
        raise UnreadableError(f"no RDF format has the suffix {suffix!r}; use {allowed}", path=path)
    return found


def _reason(error: SyntaxError) -> str:
    message = str(error.msg)
    return message.split(": ", 1)[1] if message.startswith("Parser error at line") else message
