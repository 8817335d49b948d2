"""Each shape has files that conform and files that violate it, each with exactly these results.

`shapes/<shape>/good-*.ttl` give no result of that shape; `bad-*.ttl` give exactly the rows of
`expected.tsv`. Other shapes may find fault with either: a fixture shows one thing only.
"""

import csv
import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH

from clusterkg import validation
from clusterkg.namespaces import expand
from clusterkg.notation import readable
from clusterkg.report import Report, Result, Severity
from clusterkg.shape import Shapes

SHAPES = Path(__file__).parents[1] / "ontology" / "shapes"
FIXTURES = Path(__file__).parent / "shapes"
NAMESPACE = "https://w3id.org/clusterkg/shapes#"
Row = tuple[str, str, str, str]


@cache
def graph_of(path: Path) -> Graph:
    return Graph().parse(path)


def shapes_in(path: Path) -> set[str]:
    links = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    return {str(node).removeprefix(NAMESPACE) for link in links
            for node in graph_of(path).subjects(link)}


FILE_OF = {name: path for path in sorted(SHAPES.glob("*.ttl")) for name in shapes_in(path)}


@cache
def read(path: Path) -> Shapes:
    return validation.read_shapes([SHAPES / "prefixes.ttl", path])


@cache
def checked(name: str, data: Path) -> Report:
    return validation.check(validation.load([data], adopt=False), read(FILE_OF[name]))


def found(name: str, data: Path) -> list[Row]:
    report = checked(name, data)
    return sorted(row(r) for r in report.results if r.shape == f"<{NAMESPACE}{name}>")


def row(result: Result) -> Row:
    return (readable(result.focus_node), readable(result.path), readable(result.value),
            str(result.severity))


def expected(name: str, data: Path) -> list[Row]:
    with (FIXTURES / name / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0] == ["file", "focus node", "path", "value", "severity"]
    return sorted((r[1], r[2], r[3], r[4]) for r in rows[1:] if r[0] == data.name)


def files(kind: str) -> list[object]:
    return [pytest.param(path.parent.name, path, id=f"{path.parent.name}/{path.stem}")
            for path in sorted(FIXTURES.glob(f"*/{kind}-*.ttl"))]


def test_there_are_shapes() -> None:
    assert len(FILE_OF) > 60


@pytest.mark.parametrize("name", sorted(FILE_OF))
def test_shape_has_good_and_bad_files(name: str) -> None:
    folder = FIXTURES / name
    assert list(folder.glob("good-*.ttl"))
    assert list(folder.glob("bad-*.ttl"))


def test_no_fixture_without_shape() -> None:
    assert {folder.name for folder in FIXTURES.iterdir()} == set(FILE_OF)


@pytest.mark.parametrize(("name", "data"), files("good"))
def test_good_file_conforms(name: str, data: Path) -> None:
    assert found(name, data) == expected(name, data) == []


@pytest.mark.parametrize(("name", "data"), files("bad"))
def test_bad_file_gives_exactly_the_expected_results(name: str, data: Path) -> None:
    assert expected(name, data)
    assert found(name, data) == expected(name, data)


@pytest.mark.parametrize("name", sorted(FILE_OF))
def test_shape_is_named_and_described(name: str) -> None:
    graph, node = graph_of(FILE_OF[name]), URIRef(NAMESPACE + name)
    languages = {label.language for label in graph.objects(node, SH.name)
                 if isinstance(label, Literal)}
    assert languages == {"en", "zh"}
    assert len(list(graph.objects(node, SH.description))) == 1


@pytest.mark.parametrize("path", sorted(SHAPES.glob("*.ttl")), ids=lambda p: p.stem)
def test_messages_are_english_and_chinese_and_never_inside_sparql(path: Path) -> None:
    graph = graph_of(path)
    for node in set(graph.subjects(SH.message)):
        assert (None, SH.sparql, node) not in graph
        assert sorted(m.language or "" for m in graph.objects(node, SH.message)
                      if isinstance(m, Literal)) == ["en", "zh"]


@pytest.mark.parametrize(("name", "data"), files("bad"))
def test_every_result_has_a_message_in_both_languages(name: str, data: Path) -> None:
    report = checked(name, data)
    assert all(set(result.messages) == {"en", "zh"} for result in report.results)


def test_shape_files_are_named_after_their_targets_class() -> None:
    ontology = graph_of(SHAPES.parent / "clusterkg.ttl")
    names = {path.stem for path in SHAPES.glob("*.ttl")} - {"prefixes", "Thing", "Property"}
    described = {str(s) for s in ontology.subjects()}
    assert {n for n in names if expand(f"ckg:{n}") not in described} <= {"Concept"}


def test_shapes_name_only_terms_of_the_ontology() -> None:
    ontology = {str(s) for name in ("clusterkg", "vocabularies")
                for s in graph_of(SHAPES.parent / f"{name}.ttl").subjects()}
    declared = graph_of(SHAPES / "prefixes.ttl")
    spaces = {str(p): str(n) for node, p in declared.subject_objects(SH.prefix)
              for n in declared.objects(node, SH.namespace)}
    for path in SHAPES.glob("*.ttl"):
        named = {str(term) for triple in graph_of(path) for term in triple
                 if isinstance(term, URIRef) and str(term).startswith(expand("ckg:"))}
        for query in graph_of(path).objects(None, SH.select):
            names = re.findall(r"\b([\w-]+):([\w-]+)", str(query))
            named |= {spaces[p] + local for p, local in names
                      if spaces[p].startswith("https://w3id.org/clusterkg/")}
        assert named <= ontology, path


def test_no_line_is_too_long_to_read() -> None:
    for path in SHAPES.glob("*.ttl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert len(line) <= 140, path


def test_warnings_and_infos_are_a_choice() -> None:
    severities = {str(s) for path in SHAPES.glob("*.ttl")
                  for s in graph_of(path).objects(None, SH.severity)}
    assert severities == {str(SH[s]) for s in (Severity.WARNING, Severity.INFO)}
