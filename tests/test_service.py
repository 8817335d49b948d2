"""The description of the service, and the page that people see in its place."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDF, Namespace

from clusterkg.web.negotiation import GRAPHS
from clusterkg.world import Settings, World
from web import BASE, ask, laid, opened

HERE = Path(__file__).parent
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
# The vocabulary's own domains and ranges, and what section 3 of the standard asks for.
SCHEMA = """
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass sd:Service ;
   sh:property [ sh:path sd:endpoint ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
     [ sh:path sd:supportedLanguage ; sh:minCount 1 ;
       sh:in (sd:SPARQL10Query sd:SPARQL11Query sd:SPARQL11Update) ] ,
     [ sh:path sd:feature ; sh:in (sd:DereferencesURIs sd:UnionDefaultGraph sd:RequiresDataset
                                   sd:EmptyGraphs sd:BasicFederatedQuery) ] ,
     [ sh:path sd:resultFormat ; sh:nodeKind sh:IRI ;
       sh:pattern "^http://www.w3.org/ns/formats/" ] ,
     [ sh:path sd:defaultEntailmentRegime ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
     [ sh:path sd:defaultDataset ; sh:maxCount 1 ; sh:class sd:Dataset ] .
[] a sh:NodeShape ; sh:targetClass sd:Dataset ;
   sh:property [ sh:path sd:defaultGraph ; sh:maxCount 1 ; sh:class sd:Graph ] ,
     [ sh:path sd:namedGraph ; sh:class sd:NamedGraph ] .
[] a sh:NodeShape ; sh:targetClass sd:NamedGraph ;
   sh:property [ sh:path sd:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
     [ sh:path sd:graph ; sh:maxCount 1 ; sh:class sd:Graph ] .
[] a sh:NodeShape ; sh:targetClass sd:Graph ;
   sh:property [ sh:path void:triples ; sh:maxCount 1 ; sh:datatype xsd:integer ] .
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return laid(tmp_path_factory.mktemp("service"), ox.parse(path=HERE / "protocol.trig"))


def description(world: World, accept: str = "application/n-triples") -> rdflib.Graph:
    reply = ask(world, "GET", "/sparql", accept=accept)
    assert reply.media_type == accept
    return rdflib.Graph().parse(data=reply.body, format=accept)


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_it_is_rdf_in_every_format(form: object, world: World) -> None:
    media_type = form.essence  # type: ignore[attr-defined] # pytest hands on what it was given
    reply = ask(world, "GET", "/sparql", accept=media_type)
    assert reply.media_type == media_type
    dataset = rdflib.Dataset(default_union=True).parse(data=reply.body, format=media_type)
    assert (None, RDF.type, SD.Service) in dataset


def test_it_names_the_endpoint_as_it_was_called(world: World) -> None:
    assert list(description(world).objects(None, SD.endpoint)) == [rdflib.URIRef(f"{BASE}/sparql")]


def test_it_conforms_to_the_schema(world: World) -> None:
    conforms, _, report = pyshacl.validate(description(world),
                                           shacl_graph=rdflib.Graph().parse(data=SCHEMA))
    assert conforms, report


def test_it_names_every_graph(world: World) -> None:
    names = {str(name) for name in description(world).objects(None, SD.name)}
    assert names == {f"http://example.org/{name}" for name in ("tea", "salt", "silk")}


def test_updates_and_federation_are_named_only_where_they_are_offered(tmp_path: Path) -> None:
    plain, whole = laid(tmp_path / "a", []), laid(tmp_path / "b", [], is_writable=True,
                                                  services=("example.org",))
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) not in description(plain)
    assert (None, SD.feature, SD.BasicFederatedQuery) not in description(plain)
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) in description(whole)
    assert (None, SD.feature, SD.BasicFederatedQuery) in description(whole)


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs
                           if name in ("href", "src", "action")]


def test_the_page_asks_no_other_host_and_needs_no_script(world: World) -> None:
    reply = ask(world, "GET", "/sparql", accept="text/html")
    assert reply.media_type == "text/html"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert not re.search(r"<script|javascript:|\son\w+=", reply.text)
    links = Links()
    links.feed(reply.text)
    assert links.addresses
    assert not [address for address in links.addresses if urlsplit(address).netloc]


def test_a_base_with_a_path_stands_before_every_link(world: World) -> None:
    below = World(world.graph, Settings(base="http://example.org/kg"), world.built)
    for address in ("/sparql", "/nowhere"):
        links = Links()
        links.feed(ask(below, "GET", address, accept="text/html").text)
        assert links.addresses
        assert all(each.startswith(("/kg/", "?", "#")) for each in links.addresses), links.addresses


def test_the_examples_of_the_page_answer(built: Path) -> None:
    whole, links = opened(built), Links()
    links.feed(ask(whole, "GET", "/sparql", accept="text/html").text)
    examples = [address for address in links.addresses if "query=" in address]
    assert len(examples) > 2
    for address in examples:
        assert dict(parse_qsl(urlsplit(address).query))["query"]
        reply = ask(whole, "GET", address)
        assert reply.status == 200, address
