"""What an import says, as a file: sorted N-Triples, the document it comes from among them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from clusterkg.ledger import graph
from clusterkg.namespaces import expand
from clusterkg.tables import Connection

# What one row alone says of a thing is in order; what several say is cut into lines once more.
_SHARED = """
DELETE FROM shared;
INSERT INTO shared SELECT s FROM spoken GROUP BY s HAVING count(*) > 1
                   UNION SELECT s FROM spoken JOIN described USING (s)
"""
_REST = """
DELETE FROM rest;
INSERT INTO rest SELECT DISTINCT s, text FROM (
    SELECT s, unnest(string_split(text[:-2], chr(10))) || chr(10) AS text FROM other
    UNION ALL FROM described)
"""
_WRITTEN = "SELECT encode(text) FROM written"
_DESCRIBED = """
CREATE OR REPLACE TEMP TABLE described AS
SELECT split_part(text, ' ', 1) AS s, text || chr(10) AS text
FROM (SELECT unnest(?::VARCHAR[]) AS text)
"""
_TOGETHER = 250  # rows, whose lines are written at once while others are made
# What is said of a register whose terms of use nobody has looked for.
_NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/"
_WEB = ("http://", "https://")


@dataclass(frozen=True)
class Origin:
    """Where facts come from: a file, what its mapping says of it, and the run that read it.

    `table` is what the addresses of rows begin with: the name of the file or of a sheet. What
    `is_derived` was made from the graph: there is no document that anybody could look into.
    """

    source: str
    number: int
    file: str
    table: str
    file_sha256: str
    mapping_sha256: str
    when: str
    who: str
    said: Mapping[str, Any]
    is_derived: bool = False

    def triples(self) -> list[ox.Triple]:
        """Describe graph, document and run."""
        if self.is_derived:
            return [*self._graph(), *self._run()]
        return [*self._graph(), *self._document(), *self._run(), *self._reading()]

    @property
    def own(self) -> frozenset[str]:
        """Name graph, document and run."""
        return own(self.source)

    @property
    def _of_document(self) -> str:
        return _document(self.source)

    @property
    def _of_run(self) -> str:
        return _run(self.source)

    @property
    def _title(self) -> ox.Literal:
        return ox.Literal(str(self.said.get("title") or self.file), language=self._language)

    @property
    def _language(self) -> str:
        return str(self.said.get("language") or "und")

    def _graph(self) -> Iterable[ox.Triple]:
        about = graph(self.source)
        yield _triple(about, "dcterms:title", self._title)
        licence = str(self.said.get("licence") or "")
        known = licence.startswith(_WEB)
        yield _triple(about, "dcterms:license", ox.NamedNode(licence if known else _NOT_EVALUATED))
        if licence and not known:
            yield _triple(about, "dcterms:rights", ox.Literal(licence))

    def _document(self) -> Iterable[ox.Triple]:
        about = self._of_document
        yield _triple(about, "rdf:type", _node("ckg:SourceDocument"))
        yield _triple(about, "rdfs:label", self._title)
        yield _triple(about, "dcterms:title", ox.Literal(self._title.value))
        yield _triple(about, "dcterms:language", ox.Literal(self._language))
        yield _triple(about, "ckg:fileName", ox.Literal(self.file))
        yield _triple(about, "ckg:contentSha256", ox.Literal(self.file_sha256))
        if url := str(self.said.get("url") or ""):
            yield _triple(about, "ckg:sourceUrl", ox.Literal(url, datatype=_node("xsd:anyURI")))
        if issued := str(self.said.get("issued") or ""):
            yield _triple(about, "dcterms:issued", _dated(issued))
        if publisher := str(self.said.get("publisher") or ""):
            known = publisher.startswith(_WEB)
            yield _triple(about, "ckg:publishedBy" if known else "dcterms:publisher",
                          ox.NamedNode(publisher) if known else ox.Literal(publisher))

    def _run(self) -> Iterable[ox.Triple]:
        about = self._of_run
        yield _triple(about, "rdf:type", _node("ckg:ExtractionRun"))
        yield _triple(about, "rdfs:label", ox.Literal(
            f"import of {self.file}, edition {self.number}", language="en"))
        yield _triple(about, "rdfs:label", ox.Literal(
            f"导入{self.file},第{self.number}版", language="zh"))
        yield _triple(about, "dcterms:created", ox.Literal(
            self.when, datatype=_node("xsd:dateTime")))
        yield _triple(about, "dcterms:creator", ox.Literal(self.who))
        yield _triple(about, "dcterms:description", ox.Literal(
            f"mapping, SHA-256 {self.mapping_sha256}", language="en"))

    def _reading(self) -> Iterable[ox.Triple]:
        about = self._of_run
        yield _triple(about, "dcterms:source", ox.NamedNode(self._of_document))
        yield _triple(about, "dcterms:identifier", ox.Literal(self.table))


def own(source: str) -> frozenset[str]:
    """Name the graph, the document and the run of a source."""
    return frozenset((graph(source), _document(source), _run(source)))


def _document(source: str) -> str:
    return expand(f"doc:{source}")


def _run(source: str) -> str:
    return expand(f"run:import-{source}")


def write(connection: Connection, path: Path, origin: Origin | None) -> None:
    """Write what rows say, and where it comes from if that is known, each triple once.

    The views are those of `csvw.statement`.
    """
    triples = origin.triples() if origin else []
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    connection.execute(_DESCRIBED, [text.decode().splitlines()])
    connection.execute(_SHARED)
    connection.execute(_REST)
    lines = connection.execute(_WRITTEN)
    with path.open("wb") as file:
        while rows := lines.fetchmany(_TOGETHER):
            file.write(b"".join(text for text, in rows))


def _dated(text: str) -> ox.Literal:
    """Take a day, a month or a year by its length."""
    kind = {10: "xsd:date", 7: "xsd:gYearMonth", 4: "xsd:gYear"}.get(len(text), "xsd:date")
    return ox.Literal(text, datatype=_node(kind))


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), _node(predicate), value)


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))
