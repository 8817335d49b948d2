"""The benchmark: the made-up world is the same each time, conforms, and is what its truth says."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pyoxigraph as ox
import pytest
import rdflib

from clusterkg import query, snapshot
from clusterkg.files import knowledge
from clusterkg.graph import open_graph
from clusterkg.namespaces import expand
from clusterkg.source import version_of
from clusterkg.store import Store

FOLDER = Path(__file__).parent.parent / "benchmarks"
SMALL = 2_000


def generated(folder: Path, *more: str, seed: int = 1) -> dict[str, Any]:
    subprocess.run([sys.executable, FOLDER / "generate.py", "--triples", str(SMALL), "--seed",
                    str(seed), "--out", folder, *more], check=True, capture_output=True)
    truth = json.loads((folder / "truth.json").read_text())
    assert isinstance(truth, dict)
    return truth


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    generated(folder, "--edit")
    return folder


@pytest.fixture(scope="module")
def built(world: Path) -> Path:
    made = snapshot.build(snapshot.inputs(inputs(world)), world / "snapshot")
    assert made.version is not None
    assert made.report.counts["Violation"] == 0
    assert made.report.counts["Warning"] == 0
    return world / "snapshot"


def inputs(folder: Path) -> dict[str, list[Path]]:
    return {"ontology": [knowledge("ontology"), folder / "ontology.ttl"],
            "data": [folder / "data"]}


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*.*")) if path.suffix in {".nt", ".ttl", ".json"}}


@cache
def module(name: str) -> Any:
    """Import one of the benchmark's own modules."""
    sys.path.insert(0, str(FOLDER))
    try:
        return __import__(name, fromlist=["_"])
    finally:
        sys.path.remove(str(FOLDER))


# -- the made-up world -------------------------------------------------------------------------

def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
        world: Path, tmp_path: Path) -> None:
    generated(tmp_path / "again", "--edit")
    generated(tmp_path / "other", "--edit", seed=2)
    first = {name: text for name, text in texts(world).items() if not name.startswith("snapshot")}
    assert texts(tmp_path / "again") == first
    assert texts(tmp_path / "other") != first


def test_the_truth_counts_the_lines(world: Path) -> None:
    truth = json.loads((world / "truth.json").read_text())
    lines = {path.stem: path.read_text(encoding="utf-8").count("\n")
             for path in (world / "data").glob("*.nt")}
    assert lines == truth["sources"]
    assert sum(lines.values()) == truth["triples"]
    whole = [line for path in (world / "data").glob("*.nt")
             for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(set(whole)) == len(whole)


def test_few_clusters_hold_most_of_the_enterprises() -> None:
    world = module("world").World(200_000, 1)
    drawn = Counter(cluster.number for cluster in world.draw(5_000))
    assert sum(count for _, count in drawn.most_common(20)) > 2_500


def test_the_edited_source_drops_changes_and_adds(world: Path) -> None:
    before, after = (set((world / folder / "bulletin.nt").read_text(encoding="utf-8").splitlines())
                     for folder in ("data", "edited"))
    assert before - after
    assert after - before
    assert before & after


def test_what_was_built_is_what_was_made_up(world: Path, built: Path) -> None:
    found = subprocess.run([sys.executable, FOLDER / "tasks" / "truth.py", built,
                            world / "truth.json"], capture_output=True, text=True, check=False)
    assert json.loads(found.stdout)["wrong"] == []
    assert json.loads(found.stdout)["members"] > 20


def test_most_questions_have_an_answer(built: Path) -> None:
    graph = open_graph(built)
    empty = []
    for question in graph.queries():
        free = all(parameter.optional for parameter in question.parameters)
        if free and not graph.query(question.name).rows:
            empty.append(question.name)
    assert len(empty) < 10, empty


def test_what_breaks_the_shapes_is_found_as_often_as_it_was_written(tmp_path: Path) -> None:
    truth = generated(tmp_path, "--violations", "2")
    found = subprocess.run([sys.executable, FOLDER / "tasks" / "shacl.py", tmp_path],
                           capture_output=True, text=True, check=True)
    assert json.loads(found.stdout)["violations"] == truth["violations"]
    assert sum(truth["violations"].values()) > 20


# -- the measurements --------------------------------------------------------------------------

def test_an_exponent_is_the_slope_of_the_logarithms() -> None:
    growth = module("growth")
    assert growth.exponent({10: 2.0, 100: 20.0, 1_000: 200.0}) == pytest.approx(1)
    assert growth.exponent({10: 1.0, 100: 100.0}) == pytest.approx(2)
    assert growth.extrapolated({1: 9.0, 10: 2.0, 100: 11.0}, 1_000) == pytest.approx(101)


def test_a_command_is_timed_and_its_memory_is_known() -> None:
    # In a process of its own: on Linux a child's peak is at least that of the one that starts it.
    program = ("import measure, sys; said = measure.run([sys.executable, '-c', sys.argv[1]], 30); "
               "print(said.said, said.peak, said.seconds, sep='; ')")
    child = "x = bytearray(80_000_000); print('{\"n\": 3}')"
    done = subprocess.run([sys.executable, "-c", program, child], check=True, capture_output=True,
                          text=True, env={**os.environ, "PYTHONPATH": str(FOLDER)})
    said, peak, seconds = done.stdout.split("; ")
    assert said == "{'n': 3}"
    assert 80 < float(peak) < 400
    assert 0 < float(seconds) < 30


@pytest.mark.parametrize(("program", "word"), [
    ("raise SystemExit('no disk')", "no disk"), ("import time; time.sleep(60)", "did not end")])
def test_a_command_that_fails_or_hangs_says_so(program: str, word: str) -> None:
    measure = module("measure")
    with pytest.raises(measure.FailedError, match=word):
        measure.run([sys.executable, "-c", program], 1)


def small_run() -> Any:
    bench = module("bench").Bench(Path("work"), 10_000)
    measured = module("measure").Measured(2.0, 512.0)
    for size, seconds in ((1_000, 1.0), (10_000, 10.5)):
        bench.note(("closure", "clusterkg", size), seconds, measured, "tasks/close.py")
    row = module("bench").Row
    bench.rows += [row("closure", "under 30 s", "10.5 s", True),
                   row("labels", "20 ms", "a|b", None)]
    bench.failed["purrdf"] = "not built"
    bench.details["questions"] = [{"question": "goals", "rows": 3, "memory": 1.5, "disk": 2.5}]
    return bench


def known(bench: Any) -> dict[str, Any]:
    return {"closure": module("parts").Part("2026-01-01", "abc", bench)}


def test_results_are_rendered_with_what_failed(tmp_path: Path) -> None:
    bench = small_run()
    module("results").write(known(bench), bench, tmp_path)
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "| closure | under 30 s | 10.5 s | yes |" in text
    assert "| labels | 20 ms | a\\|b | not judged |" in text
    assert "- purrdf: not built" in text
    assert "| closure | clusterkg | 1,000 10k | 1.02 |" in text
    assert "| goals | 3 | 1.5 | 2.5 |" in text
    assert all(one.count("|") == other.count("|") for one, other in pairwise(text.splitlines())
               if one.startswith("|") and other.startswith("|") and "\\|" not in one + other)
    read: Mapping[str, Any] = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert read["parts"]["closure"]["failed"] == {"purrdf": "not built"}


def test_a_run_of_one_part_keeps_what_was_found_of_the_others(tmp_path: Path) -> None:
    bench, parts, results = small_run(), module("parts"), module("results")
    results.write(known(bench), bench, tmp_path)
    both = parts.earlier(tmp_path, bench) | {"labels": parts.fresh(bench)}
    both["labels"].found.check(True, "labels are found")
    text = results.markdown(both, bench)
    assert "closure on 2026-01-01 at commit abc; labels on " in text
    assert "| closure | under 30 s | 10.5 s | yes |" in text
    assert text.count("- right: ") == 1
    assert parts.earlier(tmp_path, module("bench").Bench(tmp_path, 3_000)) == {}


def test_what_is_wrong_is_told_and_ends_the_run_with_one(tmp_path: Path) -> None:
    bench = small_run()
    bench.check(False, "counts are right, 10k", "3 instead of 4")
    text = module("results").markdown(known(bench), bench)
    assert "- **wrong**: counts are right, 10k: 3 instead of 4" in text


def test_only_what_was_compared_is_called_right() -> None:
    bench = small_run()
    assert "- nothing was compared" in module("results").markdown(known(bench), bench)
    bench.check(True, "counts are right, 10k")
    text = module("results").markdown(known(bench), bench)
    assert "- right: counts are right, 10k" in text
    assert text.count("- right: ") == 1
    assert "nothing was compared" not in text


def test_a_peer_that_is_missing_or_late_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    bench = module("bench").Bench(tmp_path, 10_000, peers=tmp_path)
    assert bench.peer("owlrl", "owlrl_close.py", tmp_path / "asserted.nt") is None
    assert "No such file" in bench.failed["owlrl"]
    bench.peers = Path(sys.prefix)
    assert bench.peer("pySHACL", "pyshacl_check.py", tmp_path / "data.nt", timeout=0.01) is None
    assert bench.failed["pySHACL"] == "data.nt: did not end within 0.01 s"


def test_reasonable_is_told_with_and_without_its_triples_in_python() -> None:
    bench, closure = small_run(), module("rows.closure")
    closure._note(bench, "reasonable", 10_000, module("measure").Measured(
        30.0, 100.0, {"load": 1.0, "reason": 21.0, "hand_over": 10.5}), "close")
    closure._rows(bench)
    row = next(row for row in bench.rows if "beside reasonable" in row.work)
    assert "21.0 s: 2.0 times" in row.measured
    assert "10.5 s: 1.0 times" in row.measured


def question(**more: Any) -> dict[str, Any]:
    return {"question": "goals", "rows": 2, "memory": 10.0, "disk": 400.0, **more}


def test_questions_are_judged_with_those_that_virtuoso_refuses() -> None:
    bench, questions = small_run(), module("rows.questions")
    questions._row(bench, [question(virtuoso=20.0, ratio=0.5),
                           question(virtuoso=None), question(virtuoso=None)])
    memory, disk = bench.rows[-2:]
    assert memory.reached is False  # one of three is known to be faster
    assert "it refuses 2" in memory.measured
    assert "3 from 300 ms on" in disk.measured


def test_a_question_is_asked_about_what_gives_it_most_rows(built: Path) -> None:
    choice, store = module("choice"), Store.open(version_of(built) / "store")
    members = query.named("enterprises_in_cluster")
    chosen = choice.sample(members, store)
    counts = {size for cluster in choice._busiest(f"?m a <{expand('ckg:Cluster')}> .", store)
              if (size := len(query.run(members, {"cluster": cluster}, store).rows))}
    assert len(query.run(members, chosen, store).rows) == max(counts) > min(counts)


def test_each_question_is_asked_about_something_that_it_answers(built: Path) -> None:
    choice, store = module("choice"), Store.open(version_of(built) / "store")
    for asked in query.every(query.folder()):
        chosen = choice.sample(asked, store)
        assert query.run(asked, chosen, store).rows, (asked.name, chosen)


def test_an_answer_without_rows_decides_nothing() -> None:
    agree, store = module("tasks.agree"), ox.Store()
    graph = rdflib.Graph()
    same = "SELECT ?s {{ ?s <http://example.org/{}> ?o }}"
    graph.add((rdflib.URIRef("http://example.org/s"), rdflib.URIRef("http://example.org/p"),
               rdflib.Literal("x")))
    store.add(ox.Quad(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"),
                      ox.Literal("x")))
    assert agree._alike(same.format("p"), Store(store), graph) is True
    assert agree._alike(same.format("q"), Store(store), graph) is None
    graph.add((rdflib.URIRef("http://example.org/s"), rdflib.URIRef("http://example.org/q"),
               rdflib.Literal("x")))
    assert agree._alike(same.format("q"), Store(store), graph) is False


def test_snapshots_are_the_same_where_tables_stores_and_labels_are(
        built: Path, tmp_path: Path) -> None:
    sums, one, other = module("tasks.same")._sums, version_of(built), tmp_path / "other"
    shutil.copytree(one, other)
    found = sums(one)
    assert min(count for count, _ in found.values()) > 100
    assert sums(other) == found
    store = ox.Store(str(other / "store"))
    store.add(ox.Quad(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"),
                      ox.Literal("x")))
    store.flush()
    del store
    with closing(sqlite3.connect(other / "labels.sqlite")) as labels:
        labels.execute("UPDATE label SET key = 'x' WHERE id = 1")
        labels.commit()
    with closing(duckdb.connect(str(other / "closure.duckdb"))) as tables:
        tables.execute("UPDATE quad SET g = 0 WHERE o = (SELECT max(o) FROM quad)")
    assert {name for name, sum_ in sums(other).items() if sum_ != found[name]} >= {
        "asserted", "store", "labels"}


def test_the_plot_is_an_image_with_a_line_for_each_engine() -> None:
    drawn = module("plot").draw(small_run().points, "time & size")
    root = ElementTree.fromstring(drawn)
    names = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "time & size" in names
    assert "closure: clusterkg" in names
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 1


def test_peers_are_locked_by_checksum() -> None:
    lock = (FOLDER / "requirements.txt").read_text(encoding="utf-8")
    named = (FOLDER / "requirements.in").read_text(encoding="utf-8").split()
    assert all(f"{name} \\" in lock or f"{name} ;" in lock for name in named)
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_every_generated_line_is_n_triples(world: Path) -> None:
    for path in sorted((world / "data").glob("*.nt")):
        assert sum(1 for _ in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)) > 0
