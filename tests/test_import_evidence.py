"""What was imported leads back to its document and its row."""

import json
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

import clusterkg
from clusterkg import entity, explanation, source, tables, version
from clusterkg.content import TABLES
from clusterkg.importing import entry
from clusterkg.importing.preparation import Order
from clusterkg.namespaces import expand
from clusterkg.result import Result
from sites import firms

FIRM = "https://example.org/t7"
DOCUMENT = expand("doc:t")
MAPPING = {"@context": "http://www.w3.org/ns/csvw", "url": "t.csv", "tableSchema": {
    "aboutUrl": "https://example.org/t{number}", "columns": [
        {"name": "number", "propertyUrl": "ckg:securitiesCode"},
        {"name": "name", "propertyUrl": "rdfs:label", "lang": "zh"}]}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import a table of two rows about one thing, and one about another."""
    world = tmp_path_factory.mktemp("evidence")
    firms(world)
    (world / "m.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    (world / "t.csv").write_text("number,name\n6,six\n7,seven\n7,seven again\n", encoding="utf-8")
    entry.enter(Order(world / "t.csv", world / "m.json", world / "snapshot"))
    return world / "snapshot"


def test_an_explanation_leads_to_document_and_rows(folder: Path) -> None:
    with closing(tables.reopen(version.current(folder) / TABLES)) as connection:
        proof = explanation.explain(connection, ox.NamedNode(FIRM),
                                    ox.NamedNode(expand("rdfs:label")),
                                    ox.Literal("seven", language="zh"))
    assert proof
    assert {(one.document, one.row) for one in proof.evidence} == {
        (ox.NamedNode(DOCUMENT), "t.csv!3"), (ox.NamedNode(DOCUMENT), "t.csv!4")}


def test_a_page_leads_to_document_and_rows(folder: Path) -> None:
    opened = source.open_version(version.current(folder))
    found = entity.facts(FIRM, opened).sources
    assert {(one.document, one.row) for one in found} == {
        (ox.NamedNode(DOCUMENT), "t.csv!3"), (ox.NamedNode(DOCUMENT), "t.csv!4")}


def test_the_question_leads_to_document_and_rows(folder: Path, root: Path) -> None:
    graph = clusterkg.open(folder)
    text = (root / "queries/evidence_for.rq").read_text(encoding="utf-8")
    body = text[text.index("PREFIX"):].replace("?_entity_iri", f"<{FIRM}>")
    found = graph.sparql(body)
    assert isinstance(found, Result)
    assert [(str(row.document), row.places) for row in found] == [
        (DOCUMENT, "t.csv!3, t.csv!4")]
