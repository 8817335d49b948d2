"""A build answers for what it read, refuses what it cannot keep, and never harms what was there."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import Literal, Store

import clusterkg
from clusterkg import examples, ledger, snapshot, summary
from clusterkg.errors import UsageError
from clusterkg.graph import Graph
from clusterkg.result import Result

ONTOLOGY = """
@prefix : <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Firm a owl:Class ; rdfs:subClassOf :Agent . :Agent a owl:Class . :Town a owl:Class ;
    owl:disjointWith :Agent .
:makes a owl:ObjectProperty ; rdfs:domain :Firm .
"""
DATA = '@prefix : <https://example.org/> .\n:a a :Firm ; :name "A" .\n:b :makes :c ; :name "B" .\n'
SHAPES = """
@prefix : <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:Named a sh:NodeShape ; sh:targetClass :Firm ;
    sh:property [ sh:path :name ; sh:minCount 1 ; sh:message "A firm needs a name."@en ] .
"""
QUERY = """#+ summary: Which firms are there?
#+ x-clusterkg:
#+   columns: {firm: {en: firm, zh: 企业}}
SELECT ?firm WHERE { ?firm a <https://example.org/Firm> } ORDER BY ?firm
"""


FILES = {"ontology/o.ttl": ONTOLOGY, "data/d.ttl": DATA, "shapes/s.ttl": SHAPES,
         "queries/firms.rq": QUERY}


def lay_out(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Lay out a small world of somebody's own."""
    return lay_out(tmp_path)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay_out(tmp_path_factory.mktemp("once") / "world")
    made(folder, "snapshot", full=True)
    return kept(folder)


@pytest.fixture
def sound(once: Path) -> Path:
    """Give that world with a snapshot of it."""
    return restored(once)


def kept(world: Path) -> Path:
    """Keep a world for `restored`."""
    shutil.copytree(world, world.with_name("kept"), symlinks=True)
    return world


def restored(world: Path) -> Path:
    """Lay a world out as it was kept, in its place: in another, builds begin from nothing."""
    world.rename(world.with_name(f"used-{len(list(world.parent.iterdir()))}"))
    return Path(shutil.copytree(world.with_name("kept"), world, symlinks=True))


def command(world: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "clusterkg", "build", "--ontology", str(world / "ontology"),
            "--data", str(world / "data"), "--shapes", str(world / "shapes"),
            "--queries", str(world / "queries"), "--snapshot", str(world / "snapshot"), *more]


def build(world: Path, *more: str, limit: Callable[[], None] | None = None) -> tuple[int, str]:
    done = subprocess.run(command(world, *more), capture_output=True, text=True, timeout=120,
                          check=False, preexec_fn=limit, cwd=world, env=around(limit))
    return done.returncode, done.stderr


def around(limit: Callable[[], None] | None) -> dict[str, str]:
    """Give the environment of a command: under a limit, Python would keep half of a bytecode."""
    return {**os.environ, **({"PYTHONDONTWRITEBYTECODE": "1"} if limit else {})}


def edit(world: Path, text: str) -> None:
    """Add a triple about something else."""
    (world / "data/d.ttl").write_text(f'{DATA}:else :note "{text}" .\n', encoding="utf-8")


def firms(world: Path) -> list[str]:
    graph = clusterkg.open(world / "snapshot")
    return [str(row.firm).rsplit("/", 1)[-1] for row in graph.query("firms")]


def test_a_build_answers_with_what_follows(world: Path) -> None:
    assert build(world) == (0, "")
    assert firms(world) == ["a", "b"]


def counted(graph: Graph, pattern: str) -> int:
    result = graph.sparql(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    assert isinstance(result, Result)
    return int(result[0].n)


def test_the_default_graph_holds_each_triple_once(built: Path) -> None:
    graph = clusterkg.open(built)
    once = "{ SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert counted(graph, "?s ?p ?o") == counted(graph, once) > 50_000


def test_asserted_and_inferred_are_told_apart_by_graph(built: Path) -> None:
    graph = clusterkg.open(built)
    both = graph.sparql("ASK { GRAPH graph:inferred { ?s ?p ?o } "
                        "GRAPH ?g { ?s ?p ?o } FILTER(?g != graph:inferred) }")
    assert both is False
    assert graph.sparql("ASK { GRAPH graph:inferred { ?s ?p ?o } }") is True


def test_every_source_has_its_graph(built: Path, root: Path) -> None:
    rows = clusterkg.open(built).sparql("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(rows, Result)
    names = {str(row.g).rsplit("/", 1)[-1] for row in rows}
    assert {path.stem for path in (root / "data").glob("*.ttl")} <= names


BAD = {
    "malformed Turtle": ("data/d.ttl", DATA + ":c :makes ;;; .\n", 3, "d.ttl:4:"),
    "Latin-1": ("data/d.ttl", DATA + ':c :name "\xe9" .\n', 3, "d.ttl:4: not UTF-8"),
    "a malformed shape": ("shapes/s.ttl", SHAPES.replace("sh:minCount 1", 'sh:minCount "x"'), 3,
                          "s.ttl"),
    "a malformed ontology": ("ontology/o.ttl", ONTOLOGY + "<", 3, "o.ttl:"),
    "a broken query": ("queries/firms.rq", QUERY.replace("WHERE {", "WHERE"), 3, "firms.rq:"),
    "a graph that does not conform": ("data/d.ttl", DATA.replace('; :name "A"', ""), 1,
                                      "A firm needs a name."),
    "a contradiction": ("data/d.ttl", DATA + ":a a :Town .\n", 1, "cax-dw"),
    "a contradiction's place": ("data/d.ttl", DATA + ":a a :Town .\n", 1, "data/d.ttl:2: "),
    "a construct no rule covers": (
        "ontology/o.ttl", ONTOLOGY + ":Agent owl:disjointUnionOf (:Firm :Town) .\n", 4,
        "disjointUnionOf"),
}


@pytest.mark.parametrize(("file", "text", "code", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_named_and_the_old_snapshot_stays(
        sound: Path, file: str, text: str, code: int, said: str) -> None:
    (sound / file).write_bytes(text.encode("latin-1" if "\xe9" in text else "utf-8"))
    ended, printed = build(sound)
    assert ended == code, printed
    assert said in printed
    assert "Traceback" not in printed
    assert code == 1 or len(printed.splitlines()) == 1
    assert firms(sound) == ["a", "b"]


def test_an_empty_data_folder_is_named(world: Path) -> None:
    (world / "data/d.ttl").unlink()
    code, said = build(world)
    assert code == 3
    assert "data: no RDF file" in said


def test_a_missing_file_is_named(world: Path) -> None:
    (world / "data/d.ttl").unlink()
    (world / "data").rmdir()
    code, said = build(world)
    assert code == 3
    assert "no such file or folder" in said


def test_two_sources_of_one_name_are_refused(world: Path) -> None:
    other = world / "more"
    other.mkdir()
    (other / "d.ttl").write_text(DATA)
    inputs = snapshot.inputs({"data": [world / "data", other], "ontology": [world / "ontology"],
                              "shapes": [world / "shapes"], "queries": world / "queries"})
    with pytest.raises(UsageError, match="is taken"):
        snapshot.build(inputs, world / "snapshot")


def test_a_full_disk_is_told_in_one_line(sound: Path) -> None:

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    for way in ("--full", "--quiet"):  # the latter builds upon the version before
        edit(sound, way)
        code, said = build(sound, way, limit=small_files)
        assert code == 4, said
        assert "make room" in said
        assert len(said.splitlines()) == 1
        assert firms(sound) == ["a", "b"]


def test_a_second_build_is_refused_while_one_runs(world: Path) -> None:
    from clusterkg import version

    with version.building(world / "snapshot"):
        code, said = build(world)
    assert code == 4
    assert "another build is running" in said


def test_literals_keep_their_values(world: Path) -> None:
    (world / "data/d.ttl").write_text(DATA + ':a :size 304.90 ; :code "007" ; :note "é\\n\\"x" .\n',
                                      encoding="utf-8")
    made(world, "snapshot", full=False)
    answer = clusterkg.open(world / "snapshot").source.query(
        'SELECT ?v { <https://example.org/a> ?p ?v FILTER(isLiteral(?v)) } ORDER BY STR(?v)')
    values = {row[0] for row in answer.rows}  # type: ignore[union-attr]
    assert Literal("007") in values
    assert Literal('é\n"x') in values


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_graph_that_is_open_answers_through_later_builds(sound: Path, before: int) -> None:
    for number in range(before):
        edit(sound, f"before {number}")
        made(sound, "snapshot", full=False)
    graph = clusterkg.open(sound / "snapshot")
    for number in range(3):
        edit(sound, str(number))
        if number:
            made(sound, "snapshot", full=False)
        else:  # as another process does
            assert build(sound)[0] == 0
    assert len(graph.query("firms")) == 2
    assert [question.name for question in graph.queries()] == ["firms"]
    del graph
    edit(sound, "after")
    made(sound, "snapshot", full=False)
    assert {int(path.name) for path in (sound / "snapshot/versions").iterdir()} == {
        before + 4, before + 5}


def made(world: Path, folder: str, *, full: bool) -> snapshot.Built:
    return snapshot.build(snapshot.inputs({
        "data": [world / "data"], "ontology": [world / "ontology"], "shapes": [world / "shapes"],
        "queries": world / "queries"}), world / folder, full=full)


def held(version: Path | None) -> tuple[set[str], list[tuple[str, ...]]]:
    """Give the quads of a version's store, and its labels."""
    assert version is not None
    with closing(sqlite3.connect(version / "labels.sqlite")) as index:
        labels = index.execute("SELECT iri, name, key FROM label JOIN resource "
                               "ON resource.id = label.resource ORDER BY 1, 2, 3").fetchall()
    return {str(quad) for quad in Store.read_only(str(version / "store"))}, labels


EDITS = {
    "data/d.ttl": DATA.replace(":b :makes :c ;", ":b ") + ':a :name "B", "b"@en ; :size 1, 01 .\n',
    "data/e.ttl": '@prefix : <https://example.org/> .\n:e :makes [ :name "E" ] ; :name "B" .\n',
    "data/f.ttl": DATA.replace(":a ", ":f "),
    "shapes/s.ttl": SHAPES.replace("sh:minCount 1", "sh:minCount 1 ; sh:maxCount 1")
                          .replace("sh:property [", "sh:severity sh:Warning ; sh:property [ "
                                   "sh:severity sh:Warning ;"),
    "queries/agents.rq": QUERY.replace("Firm>", "Agent>"),
    "ontology/o.ttl": ONTOLOGY + ":makes rdfs:range :Agent .\n",
}


def test_what_is_built_upon_a_version_is_what_is_built_from_nothing(sound: Path) -> None:
    later = {"data/g.ttl": '@prefix : <https://example.org/> . :g :note "not for a shape" .',
             "data/d.ttl": "\n\n# lines move\n" + EDITS["data/d.ttl"], "data/e.ttl": ""}
    for file, text in [*EDITS.items(), *later.items(), ("data/d.ttl", DATA)]:
        if text:
            (sound / file).write_text(text, encoding="utf-8")
        else:
            (sound / file).unlink()
        upon, fresh = made(sound, "snapshot", full=False), made(sound, "other", full=True)
        assert (upon.changed is None) is file.startswith("ontology")
        assert fresh.changed is None
        assert (upon.report, upon.counts) == (fresh.report, fresh.counts)
        assert held(upon.version) == held(fresh.version)


def test_questions_are_in_the_graph_of_every_version(world: Path) -> None:
    """Whether built from nothing, upon other questions, or upon the same ones."""
    pattern = f"GRAPH <{examples.GRAPH}> {{ ?q a sh:SPARQLExecutable ; sh:select ?text }} ?q ?p ?o"
    (world / "queries/agents.rq").write_text(EDITS["queries/agents.rq"], encoding="utf-8")
    changes = {"queries/agents.rq": None, "data/d.ttl": DATA + ":new :note 1 .\n"}
    found = []
    for file, text in {"": None, **changes}.items():
        if text:
            (world / file).write_text(text, encoding="utf-8")
        elif file:
            (world / file).unlink()
        made(world, "snapshot", full=False)
        asked = clusterkg.open(world / "snapshot").sparql(f"SELECT DISTINCT ?q {{ {pattern} }}")
        assert isinstance(asked, Result)
        found.append(sorted(str(row.q).rsplit("/", 1)[-1] for row in asked))
    assert found == [["agents", "firms"], ["firms"], ["firms"]]


def test_questions_are_neither_counted_nor_closed(sound: Path) -> None:
    first = clusterkg.open(sound / "snapshot")
    assert counted(first, "graph:all void:triples ?n") == 1
    assert first.sparql(f"ASK {{ GRAPH graph:inferred {{ ?s ?p ?o }} "
                        f"FILTER(STRSTARTS(STR(?s), '{examples.GRAPH}')) }}") is False
    assert first.sparql(f"ASK {{ GRAPH graph:description {{ ?s ?p ?o }} "
                        f"FILTER(STRSTARTS(STR(?s), '{examples.GRAPH}')) }}") is False
    rows = first.sparql("SELECT ?n { graph:all void:triples ?n }")
    whole = counted(first, "{ SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } "
                           f"FILTER(?g NOT IN (graph:description, <{examples.GRAPH}>)) }} }}")
    assert isinstance(rows, Result)
    assert rows[0].n == whole


def test_what_changed_beside_sources_is_named(sound: Path) -> None:
    (sound / "shapes/s.ttl").write_text(SHAPES + "\n# read again", encoding="utf-8")
    again = made(sound, "snapshot", full=False)
    assert "changed    0 sources, shapes" in summary.text(again)


def test_what_was_read_already_is_not_built_again(world: Path) -> None:
    first = made(world, "snapshot", full=False)
    again = made(world, "snapshot", full=False)
    assert again.kept
    assert (again.version, again.counts) == (first.version, first.counts)
    assert made(world, "snapshot", full=True).version != first.version


def test_a_warning_stays_where_nothing_changed(world: Path) -> None:
    (world / "shapes/s.ttl").write_text(SHAPES.replace("sh:minCount 1", "sh:minCount 2 ; "
                                                       "sh:severity sh:Warning"), encoding="utf-8")
    first = made(world, "snapshot", full=False)
    again = made(world, "snapshot", full=False)
    assert again.kept
    assert len(first.report.results) == 1
    assert again.report == first.report
    assert "conforms   yes: 0 violations, 1 warning, 0 infos" in summary.text(again)


def test_shapes_that_moved_are_read_anew(world: Path) -> None:
    def taken(folder: str) -> ledger.Ledger:
        return ledger.take([world / "ontology"], [world / "data"], [world / folder],
                           world / "queries")

    before = taken("shapes")
    (world / "shapes").rename(world / "moved")  # relative IRIs are others now
    assert taken("moved").shapes != before.shapes


def test_an_engine_of_another_release_builds_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = ledger.program()
    monkeypatch.setattr(ledger, "release", lambda name: f"another {name}")
    assert ledger.program() != now


def test_a_damaged_version_is_not_built_upon(world: Path) -> None:
    first = made(world, "snapshot", full=False).version
    assert first is not None
    with (first / "closure.duckdb").open("r+b") as tables:
        tables.seek(20_000)
        tables.write(b"\x00\x01\x02\x03")
    assert made(world, "snapshot", full=False).changed is None
    assert firms(world) == ["a", "b"]


def test_only_questions_enter_the_snapshot(world: Path) -> None:
    (world / "queries" / "key.pem").write_text("secret")
    made(world, "snapshot", full=False)
    assert not [p for p in (world / "snapshot").rglob("*") if p.name == "key.pem"]
