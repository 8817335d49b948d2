"""Rows of the transcriptions as passages, each leading to the file and to the page it was read on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clusterkg import importers
from clusterkg.files import read_text
from clusterkg.turtle import about, iri, labels, typed

_URL = re.compile(r"https?://\S+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ENGLISH_PAGE = re.compile(r"/en/")
# Pages that lie beside the project as documents of their own.
_DOCUMENTS = {"seed 000": "doc:903e39150cbb66aa"}

Publishers = dict[str, NamedNode]


@dataclass(frozen=True)
class Row:
    """One line: its cells, where its characters stand in the file, and their checksum."""

    file: str
    line: int
    cells: importers.Row
    start: int
    end: int
    sha256: str

    @property
    def key(self) -> str:
        """Name the row as `ckg:sourceRow` does."""
        return f"{self.file}!{self.line}"

    @property
    def document(self) -> str:
        """Name the transcription."""
        return f"doc:{_stem(self.file)}"

    @property
    def passage(self) -> str:
        """Name the passage that is this row."""
        return f"passage:{_stem(self.file)}-{self.start}-{self.end}"

    @property
    def urls(self) -> list[str]:
        """List the addresses of the pages the row was read on, but for those of a document."""
        return [] if self.copied else _URL.findall(self.cells["source_url"])

    @property
    def copied(self) -> str | None:
        """Name the document beside the project that the page is, if it is one."""
        return next((name for hint, name in _DOCUMENTS.items()
                     if hint in self.cells["source_url"]), None)


def read(path: Path, columns: tuple[str, ...]) -> list[Row]:
    """Read the rows of one transcription."""
    lines = read_text(path).split("\n")
    starts = [0]
    for text in lines:
        starts.append(starts[-1] + len(text) + 1)
    return [Row(path.name, line, cells, starts[line - 1], starts[line] - 1,
                sha256(lines[line - 1].encode()).hexdigest())
            for line, cells in importers.rows(path, columns, delimiter="\t")]


def transcription(path: Path) -> list[Triple]:
    """Describe the file as a document whose bytes can be checked."""
    return about(f"doc:{_stem(path.name)}", [
        ("rdf:type", iri("ckg:SourceDocument")),
        *labels(f"transcription {path.name}", f"转录表 {path.name}"),
        ("dcterms:title", Literal(path.name)),
        ("dcterms:language", Literal("zh")),
        ("ckg:contentSha256", Literal(sha256(path.read_bytes()).hexdigest())),
        ("ckg:fileName", Literal(path.name)),
    ])


def passage(row: Row) -> list[Triple]:
    """Describe the row as a passage of its file, transcribed from its pages."""
    sources = [row.copied] if row.copied else [_page_name(url) for url in row.urls]
    return about(row.passage, [
        ("rdf:type", iri("ckg:Passage")),
        *labels(f"{row.file}, line {row.line}", f"{row.file}第{row.line}行"),
        ("ckg:charStart", Literal(row.start)),
        ("ckg:charEnd", Literal(row.end)),
        ("ckg:inDocument", iri(row.document)),
        ("ckg:paragraphNumber", Literal(row.line - 1)),
        ("ckg:sourceRow", Literal(row.key)),
        ("ckg:textSha256", Literal(row.sha256)),
        *(("ckg:transcribedFrom", iri(name)) for name in sources),
    ])


def pages(rows: Iterable[Row], publishers: Publishers) -> list[Triple]:
    """Describe the pages, with whom and when they say they have the news from."""
    triples = []
    for row in rows:
        said_by = row.cells.get("said_by", "")
        told = [("ckg:relaysFrom", node) for name, node in publishers.items() if name in said_by]
        dated = [("dcterms:issued", typed(day, "xsd:date")) for day in _DAY.findall(said_by)]
        for url in row.urls:
            triples += _page(url) + about(_page_name(url), [*told, *dated])
    return triples


def _page(url: str) -> list[Triple]:
    address = re.sub(r"^https?://", "", url)
    return about(_page_name(url), [
        ("rdf:type", iri("ckg:SourceDocument")),
        *labels(f"page {address}", f"网页 {address}"),
        ("dcterms:title", Literal(address)),
        ("dcterms:language", Literal("en" if _ENGLISH_PAGE.search(url) else "zh")),
        ("ckg:sourceUrl", typed(url, "xsd:anyURI")),
    ])


def _page_name(url: str) -> str:
    return f"doc:page-{sha256(url.encode()).hexdigest()[:10]}"


def _stem(file: str) -> str:
    return f"cluster-lists-{Path(file).stem}"
