"""Asking from the command line and from Python: formats, messages, exit codes, time limits."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

import clusterkg
from clusterkg import cli, query
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.graph import Graph
from clusterkg.result import Result
from clusterkg.value import IRI
from worlds import QUESTIONS, memory, snapshot

RUNAWAY = ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . "
           "?q ?r ?s }")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return snapshot(tmp_path_factory.mktemp("world"))


class Run:
    """Run a command in this process, on the small world, in English."""

    def __init__(self, world: Path, capture: pytest.CaptureFixture[bytes]):
        self.world = world
        self.capture = capture

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        assert cli.run([*arguments, "--snapshot", str(self.world)]) == code
        out, err = self.capture.readouterr()
        return out.decode(), err.decode()


@pytest.fixture
def run(world: Path, capsysbinary: pytest.CaptureFixture[bytes],
        monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return Run(world, capsysbinary)


# -- queries -----------------------------------------------------------------------------------

def test_the_questions_are_listed(run: Run) -> None:
    rows = json.loads(run("queries", "--json")[0])["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == ["clusters", "revenue", "stages"]
    assert rows[2]["parameters"]["value"] == "cluster [enterprise] [limit]"


def test_one_question_is_shown_with_its_parameters_and_its_sparql(run: Run) -> None:
    out, _ = run("queries", "stages")
    assert "  cluster: the cluster (IRI, CURIE or label of ckg:Cluster, required)" in out
    assert "  limit: rows at most (integer, default 10)" in out
    assert "example: clusterkg query stages 'cluster=North engine cluster'" in out
    assert "SELECT ?stage ?enterprise WHERE {" in out
    assert "#+" not in out
    assert "cluster,集群," in run("queries", "stages", "--format", "csv", "--lang", "zh")[0]


# -- query -------------------------------------------------------------------------------------

def test_a_table_shows_labels_in_the_readers_language(run: Run) -> None:
    assert "North engine cluster" in run("query", "clusters")[0]
    chinese, _ = run("query", "clusters", "--lang", "zh")
    assert "北区发动机产业集群" in chinese
    assert "South valve cluster" in chinese  # the only label that there is
    assert "集群" in chinese.splitlines()[0]
    assert "cluster:north" in run("query", "clusters", "--iris")[0]


def test_programs_get_iris(run: Run) -> None:
    out, err = run("query", "stages", "cluster=北区发动机产业集群", "limit=1", "--format", "csv")
    assert out == ("stage,enterprise\r\n"
                   "https://w3id.org/clusterkg/id/stage/casting,\r\n")
    assert err == ""


def test_every_format_is_written(run: Run, tmp_path: Path) -> None:
    for name, beginning in (("table", b"cluster "), ("json", b'{"head"'), ("csv", b"cluster,"),
                            ("tsv", b"?cluster\t"), ("md", b"| cluster |"), ("xlsx", b"PK")):
        path = tmp_path / f"answer.{name}"
        out, _ = run("query", "clusters", "--format", name, "-o", str(path))
        assert out == ""
        assert path.read_bytes().startswith(beginning)
    sheet = load_workbook(io.BytesIO((tmp_path / "answer.xlsx").read_bytes())).active
    assert sheet is not None
    assert sheet["A2"].value == "North engine cluster"


@pytest.mark.parametrize(("name", "beginning"), [
    ("a.csv", b"cluster,"), ("a.TSV", b"?cluster\t"), ("a.json", b'{"head"'),
    ("a.md", b"| cluster"), ("a.xlsx", b"PK"), ("a.txt", b"cluster "), ("a", b"cluster ")])
def test_the_suffix_of_what_is_written_chooses_the_format(
        run: Run, tmp_path: Path, name: str, beginning: bytes) -> None:
    run("query", "clusters", "-o", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(beginning)


def test_a_named_format_comes_before_the_suffix(run: Run, tmp_path: Path) -> None:
    run("query", "clusters", "--json", "-o", str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_bytes().startswith(b'{"head"')


def test_the_suffix_counts_for_sparql_and_the_list_too(run: Run, tmp_path: Path) -> None:
    run("sparql", "CONSTRUCT WHERE { ?x ckg:revenue ?y }", "-o", str(tmp_path / "a.nt"))
    run("queries", "-o", str(tmp_path / "a.csv"))
    run("queries", "stages", "-o", str(tmp_path / "b.csv"))
    assert (tmp_path / "a.csv").read_text().startswith("name,question,")
    assert (tmp_path / "b.csv").read_text().startswith("name,meaning,")


def test_what_a_name_was_taken_to_be_is_said_on_standard_error(run: Run) -> None:
    out, err = run("query", "stages", "cluster=north", "limit=1", "--format", "csv")
    assert out.startswith("stage,")
    said = "cluster: 'north' is taken to be cluster:north (North engine cluster)"
    assert err == f"clusterkg: {said}\n"
    kg = Graph(memory(), query.folder(QUESTIONS))
    assert kg.query("stages", cluster="north").taken == [said]
    assert kg.query("stages", cluster="North engine cluster").taken == []


def test_the_list_is_in_the_language_of_the_reader(run: Run) -> None:
    assert "stages,某集群有哪些环节，谁在其中？," in run(
        "queries", "--format", "csv", "--lang", "zh")[0]
    assert "Which stages has a cluster" in run("queries", "--lang", "id")[0]
    assert run("queries", "stages", "--lang", "zh")[0].startswith("stages: 某集群有哪些环节")


def test_an_answer_without_rows_says_why_on_standard_error(run: Run) -> None:
    out, err = run("query", "clusters", "atLeast=100", "--format", "csv")
    assert out == "cluster,members,share,since,year\r\n"
    assert err == "no row with atLeast = 100; without it there are 3\n"


def test_what_no_source_says_is_unknown(run: Run) -> None:
    out, err = run("query", "revenue", "cluster=cluster:north")
    assert "unknown: no source in the graph says" in out
    assert err == "no row: line 10: cluster:north ckg:revenue ?revenue matches nothing\n"


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["query", "stage"], 2, "nearest: stages"),
    (["query", "stages"], 2, "cluster is missing"),
    (["query", "stages", "north"], 2, "as name=value"),
    (["query", "stages", "cluster=north", "cluster=south"], 2, "each parameter once"),
    (["query", "stages", "enterprise=lph", "cluster=north"], 2, "nearest: ent:a"),
    (["sparql"], 2, "give one query"),
    (["sparql", "ASK {}", "-f", "asked.rq"], 2, "give one query"),
    (["query", "stages", "cluster=Nort engine"], 2, "nearest: cluster:north"),
    (["query", "stages", "cluster=south"], 2, "may mean"),
    (["query", "stages", "cluster=north", "limit=x"], 2, "not of kind integer"),
    (["query", "clusters", "--queries", "/nowhere"], 3, "no question here"),
    (["query", "clusters", "-o", "/nowhere/a.csv"], 4, "cannot write"),
    (["query", "clusters", "-o", "a.ttl"], 2, "no format has the suffix '.ttl'; use one of .csv"),
    (["sparql", "ASK {}", "-o", "a.docx"], 2, "no format has the suffix '.docx'"),
    (["query", "stages", "cluster=n"], 2, "no 'n' in ckg:Cluster; nearest: cluster:north"),
    (["query", "stages", "cluster=" + "x" * 100_000], 2, f"no '{'x' * 80}…' in ckg:Cluster"),
    (["query", "stages", "x" * 100_000], 2, f"'{'x' * 80}…': write each"),
    (["query", "x" * 100_000], 2, f"no question '{'x' * 80}…'"),
    (["query", "stages", "x" * 100_000 + "=1"], 2, f"no parameter '{'x' * 80}…'; it takes"),
    (["query", "--lang", "x" * 100_000], 2, "x…' is not a language"),
    (["query", "--format", "x" * 100_000], 2, "…"),
    (["sparql", "SELECT ?x { ?x ?y }"], 2, "line 1: SPARQL syntax error"),
    (["sparql", "-f", "/nowhere.rq"], 3, "/nowhere.rq: "),
    (["sparql", "DELETE WHERE { ?x ?y ?z }"], 4, "read-only"),
    (["sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }"], 4, "SERVICE"),
    (["sparql", "SELECT * { ?x ?y ?z }", "--format", "ttl"], 2, "for triples"),
])
def test_what_goes_wrong_is_one_line_and_an_exit_code(
        run: Run, arguments: list[str], code: int, said: str) -> None:
    out, err = run(*arguments, code=code)
    assert out == ""
    assert said in err
    assert len(err) < 600
    assert err.startswith("clusterkg: ")
    assert err.count("\n") == 1


def test_a_snapshot_that_is_not_there_is_named(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["query", "clusters", "--snapshot", str(tmp_path)]) == 3
    assert f"clusterkg: {tmp_path}: no snapshot here; run" in capsys.readouterr().err


# -- sparql ------------------------------------------------------------------------------------

def test_sparql_knows_the_prefixes_and_every_form(run: Run) -> None:
    assert run("sparql", "ASK { cluster:north a ckg:Cluster }", "--format", "csv")[0] == \
        "answer\r\ntrue\r\n"
    turtle, _ = run("sparql", "CONSTRUCT WHERE { cluster:north ckg:members ?n }")
    assert "cluster:north ckg:members 3 ." in turtle
    triples, _ = run("sparql", "DESCRIBE place:land", "--format", "nt")
    assert len(triples.splitlines()) == 2
    assert run("sparql", "DESCRIBE place:land", "--format", "csv")[0].startswith("subject,")


def test_sparql_comes_from_a_file_or_standard_input(
        run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "asked.rq"
    path.write_text("SELECT ?c\n{ ?c a ckg:Place .. }", encoding="utf-8")
    assert f"clusterkg: {path}:2: SPARQL" in run("sparql", "-f", str(path), code=3)[1]
    piped = io.TextIOWrapper(io.BytesIO(path.read_bytes().replace(b" ..", b"")))
    monkeypatch.setattr("sys.stdin", piped)
    assert run("sparql", "-", "--format", "csv")[0].count("\r\n") == 4
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert "<stdin>: not UTF-8" in run("sparql", "-", code=3)[1]


# -- time limits -------------------------------------------------------------------------------

def started(world: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a query as a terminal does; a job in the background would pass on an ignored SIGINT."""
    command = [sys.executable, "-m", "clusterkg", "sparql", RUNAWAY, "--snapshot", str(world)]
    return subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=interruptible)  # noqa: PLW1509  # sets one signal, and no other thread runs


def interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_runaway_query_ends_with_the_time_limit(world: Path) -> None:
    with started(world, "--timeout", "1") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert err == "clusterkg: stopped after 1 s; ask for less, or raise --timeout\n"


def test_a_runaway_query_ends_with_ctrl_c(world: Path) -> None:
    with started(world, "--timeout", "60") as process:
        _until_busy(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


def _until_busy(process: subprocess.Popen[str]) -> None:
    """Wait until the process has computed for two seconds, which starting up does not take."""
    ends = time.monotonic() + 50
    ticks = os.sysconf("SC_CLK_TCK")
    while time.monotonic() < ends:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        if int(fields[11]) / ticks > 2:
            return
        time.sleep(0.1)
    pytest.fail("the query did not start")


def test_a_full_disk_is_one_line(world: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "clusterkg", "query", "clusters", "--snapshot", str(world)],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stderr == ("clusterkg: cannot write to standard output: No space left on device; "
                           "make room, or write elsewhere with -o FILE\n")


# -- Python ------------------------------------------------------------------------------------

GRAPH = Graph(memory(), query.folder(QUESTIONS))


def test_python_gets_named_rows_of_typed_values() -> None:
    result = GRAPH.query("clusters", place="北区")
    assert result.columns == ("cluster", "members", "share", "since", "year")
    (row,) = result
    assert isinstance(row.cluster, IRI)
    assert (row.members, row.share, row.since, row.year) == (
        3, Decimal("12.5"), date(2023, 10, 1), 2023)
    assert result.labels("zh") == {row.cluster: "北区发动机产业集群"}
    assert result[0].members == 3
    assert "North engine cluster" in str(result)
    assert result.to_csv().startswith("cluster,members")


def test_python_gets_data_frames_with_types(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = GRAPH.query("clusters").to_pandas()
    assert list(frame.columns) == ["cluster", "members", "share", "since", "year"]
    assert str(frame["members"].dtype) == "Int64"
    assert str(frame["share"].dtype) == "Float64"
    assert str(frame["since"].dtype).startswith("datetime64")
    assert frame["members"].sum() == 15
    assert frame["since"][0] == pd.Timestamp("2023-10-01")
    assert len(GRAPH.query("clusters", atLeast=100).to_pandas()) == 0
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'clusterkg\[pandas\]'"):
        GRAPH.query("clusters").to_pandas()


def test_python_lists_the_questions_and_asks_in_sparql() -> None:
    assert [asked.name for asked in GRAPH.queries()] == ["clusters", "revenue", "stages"]
    rows = GRAPH.sparql("SELECT ?n { cluster:north ckg:members ?n }")
    assert isinstance(rows, Result)
    assert rows[0].n == 3
    assert GRAPH.sparql("ASK { cluster:north ckg:members 4 }") is False
    assert GRAPH.query("revenue", cluster="north").diagnosis().startswith("no row: ")
    with pytest.raises(RefusedError):
        GRAPH.sparql("DROP ALL")


def test_python_opens_a_snapshot(world: Path, tmp_path: Path) -> None:
    assert len(clusterkg.open(world).query("clusters")) == 3
    with pytest.raises(UnreadableError):
        clusterkg.open(tmp_path)


def test_importing_clusterkg_imports_no_engine() -> None:
    heavy = ("duckdb", "openpyxl", "pandas", "pyoxigraph", "pyshacl", "rdflib", "rich",
             "SPARQLWrapper", "yaml")
    code = f"import sys, clusterkg; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          timeout=60, check=True)
    assert done.stdout.strip() == "[]"
