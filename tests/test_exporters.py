"""The command export, on a small world: what it takes, what it writes, what it refuses."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib import namespace
from rdflib.namespace import DCTERMS, VOID

import fuseki
from clusterkg import (
    census,
    cli,
    context,
    description,
    discovery,
    examples,
    snapshot,
    tables,
)
from clusterkg.files import knowledge
from clusterkg.namespaces import expand
from conftest import Requires

WORLD = Path(__file__).parent / "exports" / "world"
GOLDEN = Path(__file__).parent / "exports" / "golden"
FORMATS = ["csvw", "graphml", "jsonld", "nquads", "ntriples", "rdfxml", "trig", "turtle"]
QUADS = {"jsonld": RdfFormat.JSON_LD, "nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
TRIPLES = {"ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML, "turtle": RdfFormat.TURTLE}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the small world."""
    folder = tmp_path_factory.mktemp("world") / "snapshot"
    made = snapshot.build(snapshot.Inputs(
        (WORLD / "ontology.ttl",), (WORLD / "article.ttl", WORLD / "places.ttl"),
        (WORLD / "shapes.ttl",), knowledge("queries")), folder)
    assert made.version is not None, made.report
    return folder


class Run:
    """Run the command in this process."""

    def __init__(self, world: Path, capture: pytest.CaptureFixture[bytes]):
        self.world = world
        self.capture = capture

    def __call__(self, *arguments: str, code: int = 0) -> bytes:
        done = cli.run(["export", *arguments, "--snapshot", str(self.world)])
        out, err = self.capture.readouterr()
        assert done == code, err
        self.error = err.decode()
        return out


@pytest.fixture
def run(world: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    return Run(world, capsysbinary)


NAMED = (ox.NamedNode, ox.Literal, ox.DefaultGraph)


def parsed(data: bytes, form: RdfFormat) -> set[str]:
    return canonical(ox.parse(data, format=form))


def asserted(*names: str) -> list[ox.Quad]:
    """Read the world's files, each into its named graph, without the code under test."""
    return [ox.Quad(quad.subject, quad.predicate, quad.object,
                    ox.NamedNode(expand("graph:") + name)) for name in names
            for quad in ox.parse(path=str(WORLD / f"{name}.ttl"), rename_blank_nodes=True)]


def canonical(quads: Iterable[ox.Quad]) -> set[str]:
    """Write quads so that only blank nodes are renamed; the rest, nearly all, is left as it is."""
    found = set(quads)
    named = {quad for quad in found if all(isinstance(term, NAMED) for term in quad)}
    dataset = ox.Dataset(found - named)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for some in (named, dataset) for quad in some}


# -- what is there ---------------------------------------------------------------------------------

def test_the_formats_are_these() -> None:
    assert discovery.names("exporters") == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_an_exporter_says_what_it_is(name: str) -> None:
    module = discovery.load("exporters", name)
    assert ": " in (module.__doc__ or "").splitlines()[0]
    assert "/" in module.MEDIA_TYPE
    assert module.SUFFIX.startswith(".")
    form = {**QUADS, **TRIPLES}.get(name)
    if form:
        assert form.media_type == module.MEDIA_TYPE
        assert f".{form.file_extension}" == module.SUFFIX


# -- everything, sources, entities -----------------------------------------------------------------

@pytest.mark.parametrize("name", sorted(QUADS))
def test_what_was_read_comes_back_as_it_was_written(run: Run, name: str) -> None:
    found = ox.parse(run("--format", name, "--no-inferred"), format=QUADS[name])
    made = {expand("graph:description"), examples.GRAPH}
    kept = [quad for quad in found if quad.graph_name.value not in made]
    assert canonical(kept) == canonical(asserted("article", "ontology", "places"))


@pytest.mark.parametrize("name", sorted(TRIPLES))
def test_without_graphs_the_union_is_written(run: Run, name: str) -> None:
    expected = [ox.Quad(*quad.triple) for quad in asserted("places")]
    assert parsed(run("--format", name, "--source", "places"), TRIPLES[name]) == canonical(expected)


def test_inferences_are_a_graph_of_their_own(run: Run) -> None:
    found = set(ox.parse(run("--format", "nquads", "--source", "inferred"),
                         format=RdfFormat.N_QUADS))
    town, within, country, graph = (ox.NamedNode(expand(name)) for name in (
        "place:town", "ckg:within", "place:country", "graph:inferred"))
    assert ox.Quad(town, within, country, graph) in found
    assert {quad.graph_name for quad in found} == {graph}
    with_all = set(ox.parse(run("--format", "nquads"), format=RdfFormat.N_QUADS))
    assert found <= with_all
    assert not found & set(ox.parse(run("--format", "nquads", "--no-inferred"),
                                    format=RdfFormat.N_QUADS))


@pytest.mark.parametrize("name", ["place:town", "https://w3id.org/clusterkg/id/place/town",
                                  "Old Town", "老城"])
def test_an_entity_comes_with_links_records_and_evidence(run: Run, name: str) -> None:
    found = parsed(run("--format", "nquads", "--entity", name, "--no-inferred"), RdfFormat.N_QUADS)
    others = {expand("place:county"), expand("place:country"), expand("place:elsewhere"),
              expand("graph:places")}
    expected = [quad for quad in asserted("article", "places")
                if getattr(quad.subject, "value", "") not in others]
    assert found == canonical(expected)


def test_an_entity_shows_who_points_at_it_and_no_more_of_them(run: Run) -> None:
    found = set(ox.parse(run("--format", "nquads", "--entity", "County", "--no-inferred"),
                         format=RdfFormat.N_QUADS))
    town = ox.NamedNode(expand("place:town"))
    assert [quad.predicate.value for quad in found if quad.subject == town] == [
        expand("ckg:within")]


def test_a_class_keeps_its_blank_nodes(run: Run) -> None:
    text = run("--format", "turtle", "--entity", "ckg:Town", "--no-inferred").decode()
    assert "[ a owl:Restriction ;" in text


# -- bytes -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", FORMATS)
def test_bytes_are_the_same_each_time(run: Run, name: str) -> None:
    first = run("--format", name)
    assert first
    assert run("--format", name) == first


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "csvw"])
def test_golden(run: Run, name: str) -> None:
    suffix = discovery.load("exporters", name).SUFFIX
    content = run("--format", name, "--entity", "place:town", "--no-inferred")
    assert content.decode() == (GOLDEN / f"town{suffix}").read_text(encoding="utf-8")


def test_every_golden_file_is_used() -> None:
    suffixes = {discovery.load("exporters", name).SUFFIX for name in FORMATS if name != "csvw"}
    assert {path.name for path in GOLDEN.iterdir()} == {f"town{suffix}" for suffix in suffixes}


def test_lines_are_in_byte_order(run: Run) -> None:
    lines = run("--format", "ntriples").split(b"\n")[:-1]
    assert lines == sorted(set(lines))


# -- JSON-LD ---------------------------------------------------------------------------------------

@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_a_context_can_be_referred_to(run: Run, tmp_path: Path) -> None:
    address = tmp_path / "context.jsonld"
    run("--format", "jsonld", "--context-only", "-o", str(address))
    text = run("--format", "jsonld", "--context", address.as_uri(), "--no-inferred")
    assert json.loads(text)["@context"] == address.as_uri()
    dataset = rdflib.Dataset()
    dataset.parse(data=text, format="json-ld")
    inline = rdflib.Dataset()
    inline.parse(data=run("--format", "jsonld", "--no-inferred"), format="json-ld")
    assert len(dataset) == len(inline) > 20
    assert sorted(_named(dataset)) == sorted(_named(inline))


def _named(dataset: rdflib.Dataset) -> Iterator[str]:
    for s, p, o, g in dataset.quads():
        if not isinstance(s, rdflib.BNode) and not isinstance(o, rdflib.BNode):
            yield f"{s} {p} {o!r} {g}"


def test_the_context_alone_needs_no_graph(tmp_path: Path,
                                          capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.run(["export", "--format", "jsonld", "--context-only",
                    "--snapshot", str(tmp_path)]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {"@context": context.whole()}


def test_the_context_names_properties_by_local_name() -> None:
    terms = context.whole()
    assert terms["label"] == {"@id": "rdfs:label", "@container": "@language"}
    assert terms["locatedIn"] == {"@id": "ckg:locatedIn", "@type": "@id"}
    assert terms["asOfDate"] == {"@id": "ckg:asOfDate", "@type": "xsd:date"}
    assert terms["unit"] == "https://w3id.org/clusterkg/voc/unit/"  # a prefix keeps its name
    assert terms["ckg:unit"] == {"@id": "ckg:unit", "@type": "@id"}


# -- errors and output -----------------------------------------------------------------------------

def test_an_unknown_source_is_refused_with_those_there_are(run: Run) -> None:
    run("--format", "turtle", "--source", "nobody", code=2)
    assert "'nobody'; there are article," in run.error
    assert "places" in run.error


def test_an_unknown_entity_is_refused_with_the_nearest(run: Run) -> None:
    run("--format", "turtle", "--entity", "Old Twon", code=2)
    assert "place:town (Old Town)" in run.error


@pytest.mark.parametrize("option", [["--context", "https://example.org/c"], ["--context-only"]])
def test_a_context_is_refused_where_it_is_of_no_use(run: Run, option: list[str]) -> None:
    run("--format", "turtle", *option, code=2)
    assert "context" in run.error


def test_a_file_is_replaced_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.rdf"
    path.write_text("before", encoding="utf-8")
    assert run("--format", "rdfxml", "-o", str(path)) == b""
    assert path.read_bytes() == run("--format", "rdfxml")
    run("--format", "turtle", "-o", str(tmp_path / "nowhere" / "x.ttl"), code=4)
    assert [p.name for p in tmp_path.iterdir()] == ["out.rdf"]


def test_where_nothing_was_built_that_is_said(tmp_path: Path,
                                              capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", "--format", "turtle", "--snapshot", str(tmp_path)]) == 3
    assert "clusterkg build" in capfd.readouterr().err


def test_a_reader_may_leave_early(world: Path) -> None:
    command = [sys.executable, "-m", "clusterkg", "export", "--format", "nquads",
               "--snapshot", str(world)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_two_exports_at_once(world: Path) -> None:
    command = [sys.executable, "-m", "clusterkg", "export", "--format", "nquads",
               "--snapshot", str(world)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    outputs = {process.communicate(timeout=60)[0] for process in running}
    assert len(outputs) == 1
    assert outputs != {b""}


# -- endpoints -------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def endpoint(requires: Requires, world: Path,
             tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the world's named graphs by Fuseki, and their union as its default graph."""
    java, maven = requires.java(), requires.program("mvn")
    folder = tmp_path_factory.mktemp("fuseki")
    store = ox.Store.read_only(str(next((world / "versions").iterdir()) / "store"))
    content = store.dump(format=RdfFormat.N_QUADS)
    with fuseki.running(java, fuseki.jar(maven, folder), folder) as address:
        request = urllib.request.Request(address, data=content, method="POST",
                                         headers={"Content-Type": "application/n-quads"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as reply:
            assert reply.status in (200, 201, 204)
        yield f"{address}/sparql"


@pytest.mark.parametrize("what", [[], ["--no-inferred"], ["--source", "places"],
                                  ["--entity", "Old Town"], ["--entity", "ckg:Town"]])
def test_an_endpoint_gives_the_same(run: Run, endpoint: str, what: list[str]) -> None:
    local = run("--format", "nquads", *what)
    assert cli.run(["export", "--format", "nquads", *what, "--endpoint", endpoint]) == 0
    remote = run.capture.readouterr().out
    assert values(remote) == values(local)


def values(lines: bytes) -> set[str]:
    """Compare by value: the store from which the endpoint was filled rewrites literals."""
    store = ox.Store()
    store.bulk_load(lines, format=RdfFormat.N_QUADS)
    return canonical(list(store))


# -- VoID and DCAT ---------------------------------------------------------------------------------

VOCABULARIES = {"void": "VOID", "dcat": "DCAT", "dcterms": "DCTERMS", "foaf": "FOAF"}


def described(*quads: ox.Quad) -> rdflib.Graph:
    graph = rdflib.Graph()
    connection = tables.connect()
    tables.insert(connection, [*asserted("article", "ontology", "places"), *quads])
    census.take(connection, "quad")
    made = description.describe(connection)
    assert {str(quad.graph_name) for quad in made} == {f"<{expand('graph:description')}>"}
    graph.parse(data="".join(f"{quad.triple} .\n" for quad in made), format="nt")
    return graph


def test_every_term_of_the_description_exists() -> None:
    graph = described()
    used = {term for triple in graph for term in triple if isinstance(term, rdflib.URIRef)}
    checked = 0
    for prefix, name in VOCABULARIES.items():
        for term in used:
            if term.startswith(expand(f"{prefix}:")) and str(term) != expand(f"{prefix}:"):
                assert term in getattr(namespace, name), term
                checked += 1
    assert checked > 20
    assert rdflib.URIRef(expand("void:tripels")) not in VOID
    assert set(graph.predicates()) <= {t for t in used if any(
        t.startswith(expand(f"{p}:")) for p in [*VOCABULARIES, "rdf"])}


def test_the_description_counts_what_there_is() -> None:
    copy = [ox.Quad(*quad.triple) for quad in asserted("places")]
    graph = described(*copy)
    whole = rdflib.URIRef(expand("graph:all"))
    data = rdflib.Graph()
    for name in ("article", "ontology", "places"):
        data.parse(WORLD / f"{name}.ttl")
    assert graph.value(whole, VOID.triples) == rdflib.Literal(len(data))
    kinds = {s for s, o in data.subject_objects(rdflib.RDF.type) if isinstance(o, rdflib.URIRef)}
    for name, number in {"properties": len(set(data.predicates())),
                         "classes": len(set(data.objects(None, rdflib.RDF.type))),
                         "entities": sum(isinstance(node, rdflib.URIRef) for node in kinds),
                         "distinctSubjects": len(set(data.subjects())),
                         "distinctObjects": len(set(data.objects()))}.items():
        assert graph.value(whole, VOID[name]) == rdflib.Literal(number), name
    for part in graph.objects(whole, VOID.classPartition):
        members = set(data.subjects(rdflib.RDF.type, graph.value(part, VOID["class"])))
        assert graph.value(part, VOID.entities) == rdflib.Literal(len(members))
        for inner in graph.objects(part, VOID.propertyPartition):
            uses = [s for s in data.subjects(graph.value(inner, VOID.property)) if s in members]
            assert graph.value(inner, VOID.triples) == rdflib.Literal(len(uses))
    assert len(list(graph.objects(whole, VOID.classPartition))) == len(
        set(data.objects(None, rdflib.RDF.type)))


def test_sources_have_licences_and_documents() -> None:
    graph = described()
    places, article = (rdflib.URIRef(expand(f"graph:{n}")) for n in ("places", "article"))
    assert set(graph.objects(None, VOID.subset)) >= {places, article}
    assert str(graph.value(places, DCTERMS.license)) == "https://example.org/licence"
    assert "creativecommons" in str(graph.value(article, DCTERMS.license))
    assert str(graph.value(article, DCTERMS.source)) == expand("doc:1")


def test_graphs_have_their_own_numbers_and_inferences_no_documents() -> None:
    node = ox.NamedNode("https://example.org/n")
    inferred = ox.NamedNode(expand("graph:inferred"))
    more = [ox.Quad(node, ox.NamedNode(expand("rdf:type")),
                    ox.NamedNode(expand("ckg:SourceDocument")), inferred),
            ox.Quad(inferred, ox.NamedNode(expand("dcterms:license")), ox.Literal("no"), inferred)]
    graph = described(*more)
    for name in ("article", "ontology", "places"):
        number = len(rdflib.Graph().parse(WORLD / f"{name}.ttl"))
        assert graph.value(rdflib.URIRef(expand("graph:") + name), VOID.triples) == rdflib.Literal(
            number)
    about = rdflib.URIRef(inferred.value)
    assert graph.value(about, VOID.triples) == rdflib.Literal(2)
    assert graph.value(about, DCTERMS.source) is None
    assert "creativecommons" in str(graph.value(about, DCTERMS.license))


def test_what_describes_the_graphs_is_not_counted() -> None:
    own = ox.NamedNode(expand("graph:description"))
    extra = ox.Quad(own, ox.NamedNode(expand("void:triples")), ox.Literal("1"), own)
    assert set(described(extra)) == set(described())


def test_every_format_is_a_distribution() -> None:
    graph = described()
    types = {str(t).split("media-types/")[1] for t in graph.objects(None, namespace.DCAT.mediaType)}
    assert types == {discovery.load("exporters", name).MEDIA_TYPE for name in FORMATS}
    assert len(list(graph.objects(None, namespace.DCAT.distribution))) == len(FORMATS)


# -- the real graph --------------------------------------------------------------------------------

def test_the_real_graph_in_all_formats_is_one_dataset(
        built: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def exported(name: str) -> bytes:
        assert cli.run(["export", "--format", name, "--snapshot", str(built)]) == 0
        return capsysbinary.readouterr().out

    quads = set(ox.parse(exported("nquads"), format=RdfFormat.N_QUADS))
    assert len(quads) > 50_000
    expected = canonical(quads)
    for name in ("trig", "jsonld"):
        assert parsed(exported(name), QUADS[name]) == expected
    triples = canonical([ox.Quad(*quad.triple) for quad in quads])
    for name, form in TRIPLES.items():
        assert parsed(exported(name), form) == triples
