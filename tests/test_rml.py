"""Mappings as RML: read by rdflib and carried out here, they say what the project itself says."""

import csv
import json
import re
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import Literal, Namespace, URIRef

from clusterkg import cli, tables, tabular
from clusterkg.csvw import conversion, metadata, rml
from clusterkg.namespaces import expand

RR, RML = Namespace("http://www.w3.org/ns/r2rml#"), Namespace("http://semweb.mmlab.be/ns/rml#")
MAPPING = {"@context": "http://www.w3.org/ns/csvw", "tableSchema": {
    "aboutUrl": "ent:{code}", "primaryKey": "code", "columns": [
        {"name": "code", "titles": "代 码"},
        {"name": "name", "titles": "企业{名称}", "propertyUrl": "rdfs:label", "lang": "zh",
         "ckg:rules": ["width", "trim"]},
        {"name": "site", "propertyUrl": "skos:exactMatch", "valueUrl": "{+site}"},
        {"name": "since", "propertyUrl": "ckg:establishedOn"},
        {"name": "capital", "propertyUrl": "ckg:registeredCapital", "ckg:rules": ["amount"]},
        {"name": "type", "virtual": True, "propertyUrl": "rdf:type",
         "valueUrl": "ckg:Enterprise"},
        {"name": "hidden", "titles": "since", "propertyUrl": "ckg:listedOn",
         "suppressOutput": True},
        {"name": "null", "titles": "since", "propertyUrl": "ckg:listedOn", "null": ["?", ""]}]}}
TABLE = "代 码,企业{名称},site,since,capital\na 1,甲,https://a.cn/,2019-01-02,5万元\nb,,,,\n"


def carried_out(turtle: str, path: Path) -> set[str]:
    """Do what the maps say, by the words of the RML and R2RML specifications."""
    graph, found = rdflib.Graph().parse(data=turtle), set()
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for one in graph.subjects(RR.subjectMap):
        subject, pair = graph.value(one, RR.subjectMap), graph.value(one, RR.predicateObjectMap)
        for row in rows:
            terms = (term(graph, subject, row), graph.value(pair, RR.predicate),
                     term(graph, graph.value(pair, RR.objectMap), row))
            if all(terms):
                found.add(" ".join(str(part.n3()) for part in terms if part is not None))
    return found


def term(graph: rdflib.Graph, node: rdflib.term.Node | None,
         row: dict[str, str]) -> URIRef | Literal | None:
    reference, template = graph.value(node, RML.reference), graph.value(node, RR.template)
    constant = graph.value(node, RR.constant)
    if isinstance(constant, URIRef):
        return constant
    if isinstance(template, Literal):
        names = re.findall(r"\{((?:\\.|[^\\}])*)\}", template)
        if not all(row[re.sub(r"\\(.)", r"\1", name)] for name in names):
            return None
        return URIRef(re.sub(r"\{((?:\\.|[^\\}])*)\}", lambda name: quote(
            row[re.sub(r"\\(.)", r"\1", name[1])], safe="~"), template))
    text = row[str(reference)]
    if not text or graph.value(node, RR.termType) == RR.IRI:
        return URIRef(text) if text else None
    datatype = graph.value(node, RR.datatype)
    language = graph.value(node, RR.language)
    return Literal(text, lang=str(language) if language else None,
                   datatype=URIRef(str(datatype)) if datatype else None)


def test_rml_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    mapping = metadata.read(tmp_path / "m.json")
    turtle = rml.export(mapping, "t.csv")
    assert "# capital (ckg:registeredCapital): taken as it is, without amount\n" in turtle
    assert "# name" not in turtle
    assert "# null (ckg:listedOn): left out, for null" in turtle
    assert "hidden" not in turtle
    assert "# the table's primaryKey is left out" in turtle
    with tables.connect() as connection:
        conversion.convert(connection, mapping, tabular.load(connection, tmp_path / "t.csv"))
        ours = connection.execute("SELECT DISTINCT s || ' ' || p || ' ' || o || ' .' FROM fact "
                                  "WHERE p NOT LIKE '%sourceRow>' AND p NOT LIKE '%Capital>' "
                                  "AND p NOT LIKE '%listedOn>'")
        lines = "\n".join(line for line, in ours.fetchall())
    expected = {str(quad.triple) for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES)}
    theirs = carried_out(turtle, tmp_path / "t.csv")
    raw = {line for line in theirs if "Capital>" in line}
    assert len(raw) == 1
    assert "5万元" in raw.pop()
    assert {line for line in theirs if "Capital>" not in line} == expected
    assert len(expected) == 5
    assert expand("ckg:establishedOn") in lines


def test_the_command_writes_what_was_asked_for(tmp_path: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    """A group says by the name of the file which table is meant."""
    table = {"tableSchema": MAPPING["tableSchema"]}
    (tmp_path / "m.json").write_text(json.dumps({
        "@context": MAPPING["@context"], "tables": [
            {"url": "t.csv", **table}, {"url": "u.tsv", **table}]}), encoding="utf-8")
    assert cli.run(["rml", str(tmp_path / "m.json"), "--file", "there/t.csv"]) == 0
    said = capsys.readouterr()
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    assert carried_out(said.out, tmp_path / "t.csv")
    assert '"there/t.csv"' in said.out
    assert said.err == ("left out, as the comments say: null\n"
                        "capital: RML does not carry out amount\n")
    for more, code in (([], 3), (["--file", "v.csv"], 3), (["--file", "u.tsv"], 2)):
        assert cli.run(["rml", str(tmp_path / "m.json"), *more]) == code
        assert capsys.readouterr().out == ""


def test_a_mapping_of_which_nothing_is_left_is_told_by_the_exit_code(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = {"aboutUrl": "ent:{code}", "columns": [
        {"name": "code", "propertyUrl": "rdfs:label", "separator": ";"}]}
    (tmp_path / "m.json").write_text(json.dumps({
        "@context": MAPPING["@context"], "tableSchema": schema}), encoding="utf-8")
    assert cli.run(["rml", str(tmp_path / "m.json"), "--file", "t.csv"]) == 1
    assert capsys.readouterr().err == "left out, as the comments say: code\n"
