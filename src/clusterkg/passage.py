"""Passages: positions and checksums in texts that lie elsewhere, and whether those texts hold them.

A passage is a span of code points of a text as decoded from UTF-8, line ends untouched; its
paragraph is the zero-based number of the non-empty line in which it starts. The queries in the
folder `evidence` say how documents and passages are found in a graph.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from clusterkg import discovery, ntriples
from clusterkg.answer import Answer, Source, Term
from clusterkg.errors import UnreadableError, UsageError
from clusterkg.files import read_text
from clusterkg.store import Store

# A text of a document is some kilobytes; what is larger than this is none and is not opened.
LARGEST = 64 * 2**20


@dataclass(frozen=True)
class Document:
    """Describe a text by what is kept of it: the SHA-256 of its bytes; "" for what is unknown."""

    iri: str
    checksum: str
    file: str
    title: str


@dataclass(frozen=True)
class Passage:
    """Describe a span of a document; None where the graph does not say it."""

    iri: str
    document: Document
    start: int | None = None
    end: int | None = None
    paragraph: int | None = None
    checksum: str | None = None
    row: str | None = None
    supports: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Ledger:
    """Hold the documents of a graph and their passages, in the order of the texts."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]

    def of(self, document: Document) -> Iterator[Passage]:
        """Walk through the passages of one document."""
        return (passage for passage in self.passages if passage.document == document)


def from_files(paths: Iterable[Path]) -> Ledger:
    """Read the ledger of RDF files, without a build; raises what `ntriples.triples` raises."""
    store = ox.Store()
    for path in paths:
        store.extend(ox.Quad(*triple) for triple in ntriples.triples(path))
    return read(Store(store))


def read(source: Source) -> Ledger:
    """Read the ledger of a graph; raise UsageError where it has no document."""
    documents = {row[0]: Document(*row) for row in _rows(source, "documents")}
    if not documents:
        raise UsageError("no document with a checksum in this data; name files that have some")
    labels: dict[str, list[str]] = {}
    for iri, label in _rows(source, "supported"):
        labels.setdefault(iri, []).append(label)
    passages = tuple(_passage(row, documents, labels) for row in _rows(source, "passages"))
    return Ledger(tuple(documents.values()), passages)


def _passage(row: list[str], documents: dict[str, Document],
             labels: dict[str, list[str]]) -> Passage:
    iri, document, start, end, paragraph, checksum, place = row
    return Passage(iri, documents[document], _number(start), _number(end), _number(paragraph),
                   checksum or None, place or None, tuple(labels.get(iri, ())))


def _number(written: str) -> int | None:
    """Read an integer; None for what is none, so that a slip in the data is told as a gap."""
    return int(written) if re.fullmatch("[+-]?[0-9]{1,18}", written) else None


def _rows(source: Source, name: str) -> Iterator[list[str]]:
    """Give the solutions of one query as texts, empty where a variable is unbound."""
    files = {path.stem: path for path in discovery.data_files("evidence", ".rq")}
    answer = source.query(read_text(files[name]))
    if not isinstance(answer, Answer):
        raise UsageError(f"{name}.rq is no SELECT; install clusterkg again")
    return ([_text(term) for term in row] for row in answer.rows)


def _text(term: Term | None) -> str:
    return "" if term is None else str(getattr(term, "value", term))


class Folder:
    """The files below one folder, none outside it: links are not followed."""

    def __init__(self, root: Path):
        """Raise UnreadableError where there is no such folder."""
        if not root.is_dir():
            raise UnreadableError("no such folder; name the one with the texts", path=root)
        self.root = root

    @cached_property
    def files(self) -> list[Path]:
        """List regular files that are not too large, sorted."""
        found = [Path(top, name) for top, _, names in os.walk(self.root) for name in names]
        return sorted(path for path in found if _is_text_like(path))

    @cached_property
    def checksums(self) -> dict[str, Path]:
        """Map SHA-256 to the first file that has it; files that cannot be read are passed over."""
        found: dict[str, Path] = {}
        for path in self.files:
            try:
                found.setdefault(sha256(path.read_bytes()).hexdigest(), path)
            except OSError:
                continue
        return found

    def find(self, document: Document) -> Path | None:
        """Locate a document by its checksum, else by the name of its file."""
        named = [path for path in self.files if path.name == document.file]
        return self.checksums.get(document.checksum) or next(iter(named), None)


def _is_text_like(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST


def text(passage: Passage, folder: Path) -> str:
    """Give a passage's words from the text in `folder`, whether or not its checksum holds.

    Raises UnreadableError where the document is not there, is not UTF-8 or is too short.
    """
    path = Folder(folder).find(passage.document)
    if path is None:
        raise UnreadableError(f"{passage.document.file or passage.document.iri} is not here",
                              path=folder)
    words = cut(read_text(path), passage)
    if words is None:
        raise UnreadableError(f"{passage.iri} lies outside this text", path=path)
    return words


def span(words: str, passage: Passage) -> tuple[int, int] | None:
    """Give start and end of a passage in a text; None where they do not fit into it."""
    if passage.start is None and passage.end is None and passage.row is not None:
        return _line(words, passage.row.rpartition("!")[2])
    if passage.start is None or passage.end is None:
        return None
    fits = 0 <= passage.start < passage.end <= len(words)
    return (passage.start, passage.end) if fits else None


def _line(words: str, number: str) -> tuple[int, int] | None:
    """Give the span of a one-based line without its end."""
    lines = words.split("\n")
    if not number.isdecimal() or not 1 <= int(number) <= len(lines):
        return None
    start = sum(len(line) + 1 for line in lines[: int(number) - 1])
    return start, start + len(lines[int(number) - 1].removesuffix("\r"))


def cut(words: str, passage: Passage) -> str | None:
    """Cut a passage out of the text of its document; None where it does not fit."""
    place = span(words, passage)
    return None if place is None else words[slice(*place)]


def paragraph(words: str, start: int) -> int:
    """Number the non-empty line in which position `start` lies; -1 before the first one."""
    before, _, rest = words[:start].rpartition("\n")
    inside = rest + words[start:].partition("\n")[0]
    above = sum(1 for line in before.split("\n") if line.strip())
    return above - (not inside.strip())
