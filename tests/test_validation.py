"""Validation: agreement with pySHACL and the W3C suite, hostile input, the command."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import pyshacl
import pytest
from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from clusterkg import cli, location, ntriples, shape, tables, validation
from clusterkg.errors import ClusterkgError, RefusedError, UnreadableError
from clusterkg.files import RDF_SUFFIXES, knowledge, rdf_files
from clusterkg.report import Report
from conftest import Requires

ROOT = Path(__file__).parents[1]
SHAPES = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
PREFIXES = """@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Key = tuple[str, str, str, str, str]


def keys(report: Report) -> Counter[Key]:
    return Counter((anonymous(r.focus_node), r.path or "", anonymous(r.value), r.severity,
                    r.component or "") for r in report.results)


def anonymous(text: str | None) -> str:
    return "_:" if text and text.startswith("_:") else text or ""


def oracle(graph: Graph, report: Node | None = None) -> Counter[Key]:
    """Read a report graph by other means than the module under test."""
    rows: Counter[Key] = Counter()
    for result in graph.objects(report, SH.result):
        path = graph.value(result, SH.resultPath)
        severity = str(graph.value(result, SH.resultSeverity))
        own = severity.startswith(str(SH))
        rows[(term(graph.value(result, SH.focusNode)),
              shape.path_text(graph, path) if path is not None else "",
              term(graph.value(result, SH.value)),
              severity.removeprefix(str(SH)) if own else f"<{severity}>",
              term(graph.value(result, SH.sourceConstraintComponent)))] += 1
    return rows


def term(node: Node | None) -> str:
    return "" if node is None else "_:" if isinstance(node, BNode) else shape.text(node)


def write(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(PREFIXES + body, encoding="utf-8")
    return path


def checked(files: Sequence[Path], shapes: Sequence[Path]) -> Report:
    """Check files as they are, as the command does with shapes of one's own."""
    return validation.check(tables_of(files), validation.read_shapes(shapes))


def tables_of(files: Sequence[Path]) -> tables.Connection:
    return validation.load(files, adopt=False)


def run(*arguments: object) -> int:
    return cli.run(["validate", *map(str, arguments)])


# --- agreement -----------------------------------------------------------------------------------

# pySHACL itself cannot do the first; the second's shapes are no SHACL by SHACL's own shapes.
W3C_KNOWN = {"sparql/pre-binding/shapesGraph-001", "core/path/path-strange-002"}


@pytest.mark.parametrize(("part", "least"), [("core", 97), ("sparql", 22)])
def test_w3c_suite(part: str, least: int, requires: Requires) -> None:
    suite = requires.shared("suites") / "w3c-shacl"
    outcomes = {f"{path.relative_to(suite).with_suffix('')}": w3c_passes(graph, entry)
                for path in sorted((suite / part).rglob("*.ttl")) for graph in [parsed(path)]
                for entry in graph.subjects(RDF.type, SHT.Validate)}
    assert {name for name, passed in outcomes.items() if not passed} <= W3C_KNOWN
    assert sum(outcomes.values()) >= least


def test_w3c_strange_path_passes_when_the_shapes_are_taken_as_they_are(requires: Requires) -> None:
    path = requires.shared("suites") / "w3c-shacl" / "core" / "path" / "path-strange-002.ttl"
    graph = parsed(path)
    report = validation.check(tables_of([path]), shape.read([path]))
    assert keys(report) == oracle(graph, graph.value(None, RDF.type, SH.ValidationReport))


def parsed(path: Path) -> Graph:
    with shape.as_written():
        return Graph().parse(path, publicID=path.resolve().as_uri())


def w3c_passes(graph: Graph, entry: Node) -> bool:
    action, expected = graph.value(entry, MF.action), graph.value(entry, MF.result)
    data, shapes = (Path(str(graph.value(action, link)).removeprefix("file://"))
                    for link in (SHT.dataGraph, SHT.shapesGraph))
    try:
        report = checked([data], [shapes])
    except ClusterkgError:
        return expected == SHT.Failure
    return keys(report) == oracle(graph, expected)


def test_agrees_with_pyshacl_on_every_bad_file_at_once() -> None:
    files = sorted((ROOT / "tests" / "shapes").glob("*/bad-*.ttl"))
    data, shapes = Graph(), Graph()
    with shape.as_written():
        for path in files:
            data.parse(path)
    for path in SHAPES:
        shapes.parse(path)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    found = checked(files, SHAPES)
    assert keys(found) == oracle(report)
    assert len({result.shape for result in found.results}) > 50


def test_subclasses_count_where_the_data_holds_the_hierarchy(tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", "ex:S sh:targetClass ex:A ; sh:property ex:P .\n"
                   "ex:P sh:path ex:p ; sh:minCount 1 .")
    data = write(tmp_path, "d.ttl", "ex:B rdfs:subClassOf ex:A .\nex:b a ex:B .")
    assert [r.focus_node for r in checked([data], [shapes]).results] == [
        "<http://example.org/b>"]


def test_lists_and_blank_focus_nodes(tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", """ex:S sh:targetObjectsOf ex:knows ;
        sh:property [ sh:path ( ex:tags [ sh:zeroOrMorePath [ sh:inversePath ex:up ] ] ) ;
                      sh:in ( "a" "b" ) ; sh:message "no tag"@en, "无此标签"@zh ] .""")
    data = write(tmp_path, "d.ttl", 'ex:a ex:knows [ ex:tags "a" ], [ ex:tags "c" ] .')
    (result,) = checked([data], [shapes]).results
    assert result.focus_node.startswith("_:b")
    assert result.value == '"c"'
    assert result.path == "<http://example.org/tags>/((^<http://example.org/up>)*)"
    assert result.shape == "<http://example.org/S>"
    assert dict(result.messages) == {"en": "no tag", "zh": "无此标签"}


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", "ex:S sh:targetClass ex:A ; sh:property ex:P .\n"
                   "ex:P sh:path ex:p ; sh:maxCount 1 .")
    files = [write(tmp_path, name, f"_:x a ex:A ; ex:p {name[0]} .") for name in ("1.ttl", "2.ttl")]
    assert checked(files, [shapes]).conforms


def test_messages_of_sparql_constraints_keep_their_language(tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", """ex:S sh:targetNode ex:a ;
        sh:message "found {?value}"@en, "发现{?value}"@zh ;
        sh:sparql [ sh:select "SELECT $this ?value WHERE { $this ?p ?value }" ] .""")
    data = write(tmp_path, "d.ttl", 'ex:a ex:p "x" .')
    (result,) = checked([data], [shapes]).results
    assert dict(result.messages) == {"en": "found x", "zh": "发现x"}


# --- hostile and broken shapes --------------------------------------------------------------------

def select(query: str, extra: str = "") -> str:
    return f'ex:S sh:targetNode ex:a ; sh:sparql [ {extra} sh:select """{query}""" ] .'


@pytest.mark.parametrize(("body", "says"), [
    (select("SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }"), "SERVICE"),
    (select("SELECT $this WHERE { $this ?p ?o . # c\\nOPTIONAL{SERVICE<http://x/>{?a ?b ?c}} }"),
     "SERVICE"),
    (select("SELECT $this WHERE { \\\\u0053ERVICE <http://x/> { $this ?p ?o } }"), "SERVICE"),
    (select("SELECT $this WHERE { FILTER EXISTS { SERVICE ?o { $this ?p ?o } } }"), "SERVICE"),
    (select("SELECT $this FROM <file:///etc/hostname> WHERE { $this ?p ?o }"), "FROM"),
    ('ex:S sh:targetNode ex:a ; sh:js [ sh:jsFunctionName "f" ] .',
     "<http://example.org/S>: JavaScript"),
    ("""ex:S sh:targetNode ex:a ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ;
        sh:predicate ex:p ; sh:object 1 ] .""", "<http://example.org/S>: sh:rule is not run"),
])
def test_shapes_that_leave_the_machine_or_are_not_run_are_refused(body: str, says: str,
                                                                  tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", body)
    with pytest.raises(RefusedError, match=f"s.ttl: {says}"):
        validation.read_shapes([shapes])


ADVANCED = {
    "a target": 'ex:S sh:class ex:C ; sh:target [ a sh:SPARQLTarget ; '
                'sh:select "SELECT ?this WHERE { ?this <http://example.org/p> 7 }" ] .',
    "a target of a property shape": 'ex:S sh:path ex:good ; sh:maxCount 0 ; sh:target [ '
                'sh:select "SELECT ?this WHERE { ?this <http://example.org/p> 7 }" ] .',
    "an expression": "ex:S sh:targetNode ex:a ; sh:expression [ sh:path ex:good ] .",
    "a function": 'ex:f a sh:SPARQLFunction ; sh:returnType xsd:integer ; '
                  'sh:parameter [ sh:path ex:n ; sh:datatype xsd:integer ] ; '
                  'sh:select "SELECT ($n + 1 AS ?r) WHERE { }" .\n'
                  'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this WHERE { '
                  '$this <http://example.org/p> ?n . '
                  'FILTER(<http://example.org/f>(?n) = 8) }" ] .',
}


@pytest.mark.parametrize("body", ADVANCED.values(), ids=ADVANCED)
def test_advanced_features_are_run_where_shapes_have_them(body: str, tmp_path: Path) -> None:
    shapes = validation.read_shapes([write(tmp_path, "s.ttl", body)])
    data = write(tmp_path, "d.ttl", "ex:a ex:p 7 ; ex:good false .\nex:b ex:p 8 .")
    report = validation.check(tables_of([data]), shapes)
    assert [r.focus_node for r in report.results] == ["<http://example.org/a>"]


def test_owl_imports_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "far.ttl", "ex:S sh:targetNode ex:a ; sh:class ex:Never .")
    shapes = write(tmp_path, "s.ttl", f"<> owl:imports <{(tmp_path / 'far.ttl').as_uri()}> .\n"
                   "ex:S sh:targetNode ex:b ; sh:nodeKind sh:IRI .")
    data = write(tmp_path, "d.ttl", f"<> owl:imports <{(tmp_path / 'far.ttl').as_uri()}> .")
    assert checked([data], [shapes]).results == ()


@pytest.mark.parametrize(("body", "line", "says"), [
    ("ex:S sh:targetNode ex:a ; sh:property [ sh:minCount 1 ] .", 7, "no SHACL"),
    ("ex:S a sh:NodeShape ; sh:severity 7 .", 7, "no SHACL"),
    (select("SELECT $this WHERE { $this ?p }"), 7, "SPARQL syntax"),
    (select("SELECT $this WHERE { $this none:p ?o }"), 7, "Unknown namespace prefix"),
    (select("ASK { $this ?p ?o }"), 7, "no SELECT query"),
    ("ex:S sh:targetNode ex:a ; sh:pattern '(' .", 7, "regular expression"),
    ("ex:D sh:declare ex:E .\nex:E sh:prefix 'a: <x> SELECT'; sh:namespace 'http://x/' .", 8,
     "no legal prefix"),
    ("ex:S sh:targetNode ex:a ; sh:and ex:L .\nex:L <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
     " ex:L .", None, "no SHACL"),
    ("ex:a ex:b ex:c .", None, "no SHACL shape"),
    ("ex:S sh:targetNode ex:a", None, ""),
    ("ex:S x:y ex:z .", 7, "prefix"),
])
def test_malformed_shapes_name_file_and_line(body: str, line: int | None, says: str,
                                             tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", "\n" + body)
    with pytest.raises(UnreadableError) as raised:
        validation.read_shapes([shapes])
    assert says in str(raised.value)
    assert str(raised.value).startswith(f"{shapes}:{line}: " if line else f"{shapes}")


def test_ill_formed_literals_are_results_not_errors(tmp_path: Path,
                                                    capfd: pytest.CaptureFixture[str]) -> None:
    broken = '"x"^^xsd:decimal, "y"^^xsd:integer, "z"^^xsd:date, "\\u0001"@en, true, ex:a'
    properties = re.findall(r"^ckg:([a-z]\w*) a owl:(?:Datatype|Annotation)Property",
                            (ROOT / "ontology" / "clusterkg.ttl").read_text("utf-8"), re.MULTILINE)
    classes = sorted({str(c) for path in SHAPES for c in Graph().parse(path).objects(
        None, SH.targetClass)})
    lines = [f"ex:a ckg:{name} {broken} ." for name in properties]
    lines += [f"ex:a a <{name}> ." for name in classes]
    lines += [f"ex:a ckg:{name} ex:a, [], 1 ." for name in ("subsetOf", "inBreakdown", "unit")]
    data = write(tmp_path, "d.ttl", "@prefix ckg: <https://w3id.org/clusterkg/ns#> .\n"
                 + "\n".join(lines))
    assert len(properties) > 25
    assert len(checked([data], SHAPES).results) > 60
    assert "Traceback" not in capfd.readouterr().err


# --- size and real data ---------------------------------------------------------------------------

def test_a_register_of_3351_places_is_quick(tmp_path: Path) -> None:
    lines = ["<p:0> <T> <A#Country> .", '<p:0> <L> "国"@zh .']
    for n in range(3350):
        province, prefecture, county = n // 110, n // 10 % 11, n % 10
        kind, code, parent = (
            ("CountyLevelArea", f"{province + 11}{prefecture:02}{county:02}", (n // 10) * 10)
            if county else ("PrefectureLevelArea", f"{province + 11}{prefecture:02}00",
                            (n // 110) * 110)
            if prefecture else ("ProvinceLevelArea", f"{province + 11}0000", -1))
        lines += [f"<p:{n + 1}> <T> <A#{kind}> .", f'<p:{n + 1}> <L> "地{n}"@zh .',
                  f'<p:{n + 1}> <A#adminCode> "{code}" .',
                  f"<p:{n + 1}> <A#directlyWithin> <p:{parent + 1}> .",
                  f'<p:{n + 1}> <A#sourceRow> "areas.csv!{n + 2}" .']
    lines.append("<p:9> <A#directlyWithin> <p:9> .")
    text = "\n".join(lines).replace("<T>", f"<{RDF.type}>").replace(
        "<L>", "<http://www.w3.org/2000/01/rdf-schema#label>").replace(
        "<A#", "<https://w3id.org/clusterkg/ns#")
    data = tmp_path / "d.nt"
    data.write_text(text + "\n", encoding="utf-8")
    loaded = tables_of([data, *rdf_files([knowledge("ontology")])])
    start = process_time()
    report = validation.check(loaded, validation.read_shapes(SHAPES))
    assert process_time() - start < 30
    assert {(r.shape or "").rpartition("#")[2] for r in report.results} == {
        "PlaceParent>", "PlaceCycle>"}


def test_packaged_data_conforms() -> None:
    files = rdf_files([knowledge("data")])
    data = validation.load([*files, *rdf_files([knowledge("ontology")])])
    report = validation.check(data, validation.read_shapes(SHAPES),
                              locate=location.finder(files))
    assert [(r.shape, r.focus_node, r.value) for r in report.results if r.disallows] == []
    assert all(r.file and r.line for r in report.results)


def test_accepted_claims_count_as_what_they_state(tmp_path: Path,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "d.ttl"
    data.write_text("""@prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix status: <https://w3id.org/clusterkg/voc/status/> .
ex:d a ckg:CooperationDeclaration ; rdfs:label "d"@en ; ckg:reviewStatus status:accepted ;
    ckg:sourceRow "f.csv!2" .
ex:p a ckg:EconomicRegion ; rdfs:label "p"@en .
ex:q a ckg:EconomicRegion ; rdfs:label "q"@en .
ex:c a ckg:EnumerationClaim ; rdfs:label "c"@en ; ckg:claimSubject ex:d ;
    ckg:claimPredicate ckg:hasParty ; ckg:listedItem ex:p, ex:q ; ckg:statedCount 2 ;
    ckg:reviewStatus status:accepted ; ckg:sourceRow "f.csv!2" .
""", encoding="utf-8")
    ontology = rdf_files([knowledge("ontology")])
    few = [path for path in SHAPES if path.stem in ("prefixes", "CooperationDeclaration")]
    shapes = validation.read_shapes(few)
    assert validation.check(validation.load([data, *ontology]), shapes).conforms
    assert not checked([data, *ontology], few).conforms
    data.write_text(data.read_text("utf-8").replace("ckg:statedCount 2", "ckg:statedCount 8"),
                    encoding="utf-8")
    assert run(data) == 1
    shown = capsys.readouterr().out
    assert "DeclarationPartyCount" in shown
    assert "d.ttl:5" in "".join(shown.split())  # a long path is wrapped
    assert "f.csv!2" in shown


def test_results_name_the_row_of_a_register(tmp_path: Path,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "d.nt"
    data.write_text("""<http://e/x> <T> <A#CountyLevelArea> .
<http://e/x> <A#sourceRow> "areas.csv!7" .
<http://e/y> <T> <A#CountyLevelArea> .
""".replace("<T>", f"<{RDF.type}>").replace("<A#", "<https://w3id.org/clusterkg/ns#"),
                    encoding="utf-8")
    assert run(data, "--format", "json") == 1
    found = {(entry["focusNode"], entry["line"], entry.get("row"))
             for group in json.loads(capsys.readouterr().out)["groups"]
             for entry in group["results"]}
    assert found == {("<http://e/x>", 1, "areas.csv!7"), ("<http://e/y>", 3, None)}


@pytest.mark.parametrize(("text", "line"), [
    ("@prefix e: <http://e/> .\n\ne:x a e:A .", 3),
    ("<http://e/w> <http://e/p> <http://e/x> .\n<http://e/x> a <http://e/A> .", 2),
    ("@prefix e: <http://e/> .\ne:w e:p\ne:x .\ne:x a e:A .", 4),
    ('@prefix e: <http://e/> .\ne:w e:p """.\ne:x a e:A .\n""" .\ne:x a e:A .', 5),
    ("@prefix e: <http://e/> .\n# a comment.\n\n# another\ne:x a e:A .", 5),
    ("@prefix e: <http://e/> .\n@prefix e: <http://f/> .\ne:x a e:A .", None),
    ("<http://e/xx> a <http://e/A> .", None)])
def test_subjects_are_found_without_parsing(text: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "d.ttl"
    path.write_text(text, encoding="utf-8")
    found = location.find([path], {"<http://e/x>", "_:b"})
    assert [place.line for place in found.values()] == ([line] if line else [])


@pytest.mark.parametrize("is_sorted", [True, False])
def test_a_large_file_of_sorted_lines_is_looked_up(
        is_sorted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(location, "_LARGE", 0)
    names = [f"<http://e/{number}>" for number in range(0, 3000, 3)]
    lines = sorted(f'{name} <http://e/p> "{n}" .\n' for name in names for n in range(3))
    path = tmp_path / "register.nt"
    path.write_text("".join(lines if is_sorted else reversed(lines)))
    wanted = {f"<http://e/{number}>" for number in range(-1, 3003)}
    found = location.find([path], wanted)
    texts = path.read_text().splitlines()
    assert {term: place.line for term, place in found.items()} == {
        name: next(n for n, text in enumerate(texts, 1) if text.startswith(f"{name} "))
        for name in names}


# --- RDF/XML that would grow without end --------------------------------------------------------

def rdfxml(folder: Path, entities: str) -> Path:
    path = folder / "d.rdf"
    path.write_text(f"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
{entities} ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
<rdf:Description rdf:about="http://e/x"><e:p rdf:resource="&a;b"/></rdf:Description></rdf:RDF>
""", encoding="utf-8")
    return path


@pytest.mark.parametrize("entities", [
    '<!ENTITY z "zzzz">\n<!ENTITY a "&z;&z;&z;&z;">',
    f'<!ENTITY z "z">\n<!ENTITY\ta "{"z" * 201}" >',
    '<!ENTITY z "z">\n<!ENTITY % a "z">',
    '<!ENTITY z "z">\n<!ENTITY a SYSTEM "file:///etc/hostname">',
])
def test_entities_that_grow_are_refused(entities: str, tmp_path: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    path = rdfxml(tmp_path, entities)
    with pytest.raises(UnreadableError, match=r"d\.rdf:4: an <!ENTITY>"):
        ntriples.read([path])
    with pytest.raises(UnreadableError, match=r"d\.rdf:4: an <!ENTITY>"):
        ntriples.refuse_hostile(path)
    shapes = write(tmp_path, "s.ttl", "ex:S sh:targetNode ex:a ; sh:class ex:C .")
    assert run(path, "--shapes", shapes) == 3
    assert "<!ENTITY>" in capsys.readouterr().err


def test_short_names_of_namespaces_are_read(tmp_path: Path) -> None:
    path = rdfxml(tmp_path, '<!ENTITY a "http://e/" >')
    ntriples.refuse_hostile(path)
    assert ntriples.read([path]) == b"<http://e/x> <http://e/p> <http://e/b> .\n"


def test_other_formats_may_speak_of_entities(tmp_path: Path) -> None:
    ntriples.refuse_hostile(write(tmp_path, "d.ttl", "# <!ENTITY"))


@pytest.mark.parametrize("name", ["d.n3", "d", "d.txt"])
def test_an_unknown_suffix_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"no RDF format has the suffix .*\.ttl"):
        ntriples.read([write(tmp_path, name, "")])


def test_every_suffix_has_a_format_and_any_case_will_do() -> None:
    for suffix in RDF_SUFFIXES:
        form = ntriples.format_of(Path(f"d{suffix.upper()}"))
        assert form.media_type == RDF_SUFFIXES[suffix]


# --- the command ----------------------------------------------------------------------------------

@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Give data with a violation, a warning and an info, and its shapes."""
    shapes = write(tmp_path, "s.ttl", "\n".join(
        f'ex:{s} a sh:PropertyShape ; sh:targetClass ex:{s} ; sh:path ex:p ; sh:minCount 1 ; '
        f'sh:severity sh:{s} ; sh:message "{s} <&> \\"missing\\""@en, "缺少"@zh .'
        for s in ("Violation", "Warning", "Info")))
    body = "\n".join(f"ex:a{n} a ex:Violation ." for n in range(5))
    return write(tmp_path, "d.ttl", body + "\nex:w a ex:Warning .\nex:i a ex:Info ."), shapes


def test_exit_codes(pair: tuple[Path, Path], tmp_path: Path,
                    capsys: pytest.CaptureFixture[str]) -> None:
    data, shapes = pair
    soft = write(tmp_path, "soft.ttl", "ex:w a ex:Warning .\nex:i a ex:Info .")
    broken = write(tmp_path, "broken.ttl", "ex:w a ex:Warning")
    latin = tmp_path / "latin.ttl"
    latin.write_bytes(b'<http://a/b> <http://a/c>\n "caf\xe9" .')
    assert run(data, "--shapes", shapes) == 1
    assert run(soft, "--shapes", shapes) == 0
    assert run(tmp_path / "none.ttl", "--shapes", shapes) == 3
    assert run(broken, "--shapes", shapes) == 3
    assert run(soft, "--shapes", broken) == 3
    assert run(latin, "--shapes", shapes) == 3
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4
    assert f"{latin}:2: " in told[3]
    assert run("--format", "none") == 2


def test_foreign_shapes_see_the_files_alone(tmp_path: Path) -> None:
    shapes = write(tmp_path, "s.ttl", "ex:S sh:targetObjectsOf rdfs:subClassOf ; sh:class ex:No .")
    assert run(write(tmp_path, "d.ttl", "ex:a a ex:A ."), "--shapes", shapes) == 0


def test_output_file_is_what_would_be_printed(pair: tuple[Path, Path], tmp_path: Path,
                                              capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    data, shapes = pair
    for name in ("json", "ttl", "html", "junit", "text"):
        run(data, "--shapes", shapes, "--format", name)
        run(data, "--shapes", shapes, "--format", name, "-o", tmp_path / name)
        assert (tmp_path / name).read_bytes() == capsysbinary.readouterr().out


def test_turtle_report_is_pyshacls_own(pair: tuple[Path, Path], tmp_path: Path) -> None:
    data, shapes = pair
    run(data, "--shapes", shapes, "--format", "ttl", "-o", tmp_path / "report.ttl")
    _, report, _ = pyshacl.validate(str(data), shacl_graph=str(shapes))
    assert isinstance(report, Graph)
    written = Graph().parse(tmp_path / "report.ttl")
    assert oracle(written) == oracle(report)
    assert set(written.objects(None, SH.resultMessage)) == set(
        report.objects(None, SH.resultMessage))
    assert set(written.objects(None, SH.sourceShape)) == {
        URIRef(f"http://example.org/{s}") for s in ("Violation", "Warning", "Info")}
