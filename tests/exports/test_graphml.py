"""GraphML: nodes and edges as the format's readers expect them, whatever the labels hold."""

import xml.etree.ElementTree as ET

import pyoxigraph as ox
from hypothesis import given, settings
from odd_quads import CKG, EX, RDF, quads
from reading import written

NS = {"g": "http://graphml.graphdrawing.org/xmlns"}
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = ox.NamedNode(f"{RDF}type")
KNOWS = ox.NamedNode(f"{CKG}knows")
A, B = ox.NamedNode(f"{EX}a"), ox.NamedNode(f"{EX}b")
INFERRED = ox.NamedNode("https://w3id.org/clusterkg/id/graph/inferred")


def graph(data: list[ox.Quad]) -> ET.Element:
    root = ET.fromstring(written("graphml", data))
    keys = {key.attrib["id"]: key.attrib for key in root.findall("g:key", NS)}
    (found,) = root.findall("g:graph", NS)
    assert found.attrib["edgedefault"] == "directed"
    for item in found:
        kind = item.tag.removeprefix(f"{{{NS['g']}}}")
        used = [value.attrib["key"] for value in item]
        assert len(set(used)) == len(used)
        assert all(keys[key]["for"] == kind for key in used)
    return found


def values(item: ET.Element) -> dict[str, str]:
    return {value.attrib["key"]: value.text or "" for value in item}


@settings(max_examples=80, deadline=None)
@given(quads())
def test_every_link_is_an_edge_between_nodes_that_are_there(data: list[ox.Quad]) -> None:
    found = graph(data)
    ids = [node.attrib["id"] for node in found.findall("g:node", NS)]
    edges = found.findall("g:edge", NS)
    assert len(set(ids)) == len(ids)
    assert len({edge.attrib["id"] for edge in edges}) == len(edges)
    assert {edge.attrib[end] for edge in edges for end in ("source", "target")} <= set(ids)
    links = {quad.triple for quad in data
             if quad.predicate != TYPE and not isinstance(quad.object, ox.Literal)}
    assert len(edges) == len(links)


def test_nodes_have_an_english_label_and_the_telling_class() -> None:
    kinds = [ox.Quad(A, TYPE, ox.NamedNode(name)) for name in (
        f"{CKG}Cluster", "http://www.w3.org/2002/07/owl#NamedIndividual")]
    labels = [ox.Quad(A, LABEL, ox.Literal(text, language=tag))
              for text, tag in (("集群", "zh"), ("R&D <cluster>\x01", "en"))]
    (node,) = graph(kinds + labels).findall("g:node", NS)
    assert node.attrib == {"id": A.value}
    assert values(node) == {"label": "R&D <cluster>", "type": "ckg:Cluster"}


def test_a_node_without_a_label_is_called_by_its_iri() -> None:
    (node,) = graph([ox.Quad(A, LABEL, ox.Literal(""))]).findall("g:node", NS)
    assert values(node) == {"label": "a"}


def test_an_edge_is_inferred_when_nobody_asserts_it() -> None:
    alone = [ox.Quad(A, KNOWS, B, INFERRED)]
    for data, told in ((alone, "true"), ([ox.Quad(A, KNOWS, B, A), *alone], "false")):
        (edge,) = graph(data).findall("g:edge", NS)
        assert edge.attrib == {"id": "e1", "source": A.value, "target": B.value}
        assert values(edge) == {"predicate": "ckg:knows", "inferred": told}
