"""Mappings as RML: read by rdflib and carried out here, they say what the project itself says."""

import csv
import json
import re
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import rdflib
from rdflib import Literal, Namespace, URIRef

from clusterkg import tables, tabular
from clusterkg.csvw import conversion, metadata, rml
from clusterkg.namespaces import expand

RR, RML = Namespace("http://www.w3.org/ns/r2rml#"), Namespace("http://semweb.mmlab.be/ns/rml#")
MAPPING = {"@context": "http://www.w3.org/ns/csvw", "tableSchema": {
    "aboutUrl": "ent:{code}", "primaryKey": "code", "columns": [
        {"name": "code", "titles": "代 码"},
        {"name": "name", "titles": "企业{名称}", "propertyUrl": "rdfs:label", "lang": "zh"},
        {"name": "site", "propertyUrl": "skos:exactMatch", "valueUrl": "{+site}"},
        {"name": "since", "propertyUrl": "ckg:establishedOn"},
        {"name": "capital", "propertyUrl": "ckg:registeredCapital", "ckg:rules": ["amount"]},
        {"name": "type", "virtual": True, "propertyUrl": "rdf:type",
         "valueUrl": "ckg:Enterprise"}]}}
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
    assert "# capital (ckg:registeredCapital): left out, for its cleaning rules" in turtle
    assert "# the table's primaryKey is left out" in turtle
    with tables.connect() as connection:
        conversion.convert(connection, mapping, tabular.load(connection, tmp_path / "t.csv"))
        ours = connection.execute("SELECT DISTINCT s || ' ' || p || ' ' || o || ' .' FROM fact "
                                  "WHERE p NOT LIKE '%sourceRow>' AND p NOT LIKE '%Capital>'")
        lines = "\n".join(line for line, in ours.fetchall())
    expected = {str(quad.triple) for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES)}
    assert carried_out(turtle, tmp_path / "t.csv") == expected
    assert len(expected) == 5
    assert expand("ckg:establishedOn") in lines
