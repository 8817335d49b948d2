"""A small graph in which a document and two registers say different things of the same firms.

`one` is in both registers by its code, and in the document. `two` has its code in the first; that
it is what the second calls by its own number is decided in a file.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from clusterkg import snapshot
from clusterkg.files import knowledge
from clusterkg.importing import entry
from clusterkg.importing.entry import Imported
from clusterkg.importing.preparation import Order
from clusterkg.namespaces import expand, prefixes

ENT = expand("ent:")
ONE, TWO = f"{ENT}91500113ma5ukxy110", f"{ENT}91500113ma5ukxy224"
OLD = "https://example.org/b/2"
PAPER = """
doc:paper a ckg:SourceDocument ; rdfs:label "Paper"@en , "报纸"@zh ; dcterms:title "Paper" ;
    dcterms:language "en" ; dcterms:issued "2020-05-06"^^xsd:date ; ckg:contentSha256 "{}" .
passage:p a ckg:Passage ; rdfs:label "p"@en , "段"@zh ; ckg:inDocument doc:paper ;
    ckg:charStart 10 ; ckg:charEnd 20 ; ckg:paragraphNumber 1 ; ckg:textSha256 "{}" .
place:cn-500113 a ckg:CountyLevelArea ; rdfs:label "Banan"@en , "巴南区"@zh ;
    ckg:adminCode "500113" ; ckg:directlyWithin place:cn-500000 .
place:cn-500000 a ckg:ProvinceLevelArea ; rdfs:label "Chongqing"@en , "重庆市"@zh ;
    ckg:adminCode "500000" ; ckg:directlyWithin place:cn .
place:cn a ckg:Country ; rdfs:label "China"@en , "中国"@zh .
ent:91500113ma5ukxy110 a ckg:Enterprise ; rdfs:label "Firm One"@en , "一号企业"@zh .
claim:capital a ckg:Claim ; rdfs:label "capital"@en , "资本"@zh ;
    ckg:claimSubject ent:91500113ma5ukxy110 ; ckg:claimPredicate ckg:registeredCapital ;
    ckg:claimLiteral 3000 ; ckg:reviewStatus status:contested ; ckg:evidencedBy passage:p ;
    ckg:statusReason "Nobody else says so."@en , "孤证。"@zh .
claim:founded a ckg:Claim ; rdfs:label "founded"@en , "成立"@zh ;
    ckg:claimSubject ent:91500113ma5ukxy110 ; ckg:claimPredicate ckg:establishedOn ;
    ckg:claimLiteral "2001-02-03"^^xsd:date ; ckg:reviewStatus status:accepted ;
    ckg:evidencedBy passage:p ; ckg:statusReason "As printed."@en , "如原文。"@zh .
""".format("a" * 64, "b" * 64)
DECISIONS = f"""#mapping_set_id: https://example.org/set
#author_label: A. Reviewer
#curie_map:
#  ent: {ENT}
#  b: https://example.org/b/
subject_id\tpredicate_id\tobject_id\tmapping_justification
b:2\tskos:exactMatch\tent:91500113ma5ukxy224\tsemapv:ManualMappingCuration
"""
TABLES = {
    "a.csv": "code,name,capital,founded,place\n"
             "91500113MA5UKXY110,一号企业,1000,2001-02-03,500113\n"
             "91500113MA5UKXY224,二号企业,500,1999-01-01,500113\n"
             "91500113MA5UKXY338,三号企业,70,2003-03-03,500113\n",
    "b.csv": "id,name,capital,founded\n"
             f"{ONE},一号企业,2000,2001-02-03\n"
             f"{OLD},二号厂,500.0,1998-12-31\n"
             f"{OLD},二号厂,500.0,1998-12-31\n",
}
_VALUES = [
    {"name": "name", "propertyUrl": "rdfs:label", "lang": "zh"},
    {"name": "capital", "propertyUrl": "ckg:registeredCapital", "datatype": "decimal"},
    {"name": "founded", "propertyUrl": "ckg:establishedOn", "datatype": "date"},
    {"name": "kind", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "ckg:Enterprise"},
    {"name": "unit", "virtual": True, "propertyUrl": "ckg:capitalCurrency", "valueUrl": "unit:cny"}]
_SOURCE = {"title": "登记表", "language": "zh", "publisher": "Registry"}
MAPPINGS: Mapping[str, object] = {
    "a": {"@context": "http://www.w3.org/ns/csvw",
          "ckg:source": {**_SOURCE, "issued": "2021-01-01"},
          "ckg:mint": {"namespace": "ent", "code": "code"},
          "tableSchema": {"aboutUrl": "{+_iri}", "columns": [
              {"name": "code", "propertyUrl": "ckg:unifiedSocialCreditCode"},
              *_VALUES[:3], {"name": "place", "propertyUrl": "ckg:registeredIn",
                             "valueUrl": "place:cn-{place}"}, *_VALUES[3:]]}},
    "b": {"@context": "http://www.w3.org/ns/csvw",
          "ckg:source": {**_SOURCE, "issued": "2022-02-02"},
          "tableSchema": {"aboutUrl": "{+id}", "columns": [{"name": "id"}, *_VALUES]}},
}
SHAPES = ("prefixes", "Claim", "Enterprise", "Organization", "Property")  # about such things
_kept: list[TemporaryDirectory[str]] = []


def enter(world: Path, name: str, text: str = "") -> Imported:
    """Import one of the tables, or another text in its place."""
    table, mapping = world / f"{name}.csv", world / f"{name}.json"
    table.write_text(text or TABLES[f"{name}.csv"], encoding="utf-8")
    mapping.write_text(json.dumps(MAPPINGS[name]), encoding="utf-8")
    return entry.enter(Order(table, mapping, world / "snapshot"))


@cache
def world() -> Path:
    """Build the graph and import both registers; `snapshot` lies in the folder."""
    _kept.append(TemporaryDirectory(prefix="clusterkg-opposed-"))
    here = Path(_kept[-1].name)
    known = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    (here / "paper.ttl").write_text(known + PAPER, encoding="utf-8")
    (here / "review.sssom.tsv").write_text(DECISIONS, encoding="utf-8")
    packaged = snapshot.Inputs.packaged()
    shapes = tuple(knowledge("ontology") / "shapes" / f"{name}.ttl" for name in SHAPES)
    made = snapshot.build(snapshot.Inputs(
        packaged.ontology, (here / "paper.ttl", here / "review.sssom.tsv"), shapes,
        packaged.queries), here / "snapshot")
    assert made.version is not None, made.report.results
    for name in MAPPINGS:
        enter(here, name)
    return here
