"""A change of a written graph is a build: it counts whole, or not at all."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from clusterkg import examples, ledger, snapshot, version, written
from clusterkg.errors import UsageError
from clusterkg.snapshot import Inputs
from sites import Site, empty, firms
from test_build import lay_out
from web import ask, opened

HERE = "urn:here"
PREFIX = "@prefix : <https://example.org/> .\n"
PREFIXES = "PREFIX : <https://example.org/> PREFIX graph: <https://w3id.org/clusterkg/id/graph/> "
GOOD = PREFIX + ':new a :Firm ; :name "New" .\n'
BAD = PREFIX + ":nameless a :Firm .\n"
CONTRARY = PREFIX + ":a a :Town .\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return firms(tmp_path_factory.mktemp("firms"))


@pytest.fixture
def unchanged(site: Site) -> Iterator[Site]:
    """Give a world that must be the same after the test."""
    before = (site.version, site.files())
    yield site
    assert (site.version, site.files()) == before
    assert all(path.name.isdecimal() for path in (site.folder / "versions").iterdir())


def test_what_is_written_answers_with_what_follows_from_it(site: Site) -> None:
    before = site.version
    reply = site.write("PUT", f"/store?graph={HERE}", GOOD)
    assert reply.status == 201, reply
    assert reply.headers["x-clusterkg-version"] == site.version != before
    assert site.is_true(":new a :Agent")
    assert site.is_true("GRAPH <urn:here> { :new a :Firm } GRAPH graph:inferred { :new a :Agent }")
    assert site.write("DELETE", f"/store?graph={HERE}").status == 204
    assert not site.is_true(":new ?p ?o")
    assert site.files() == {}


@pytest.mark.parametrize("body", [BAD, CONTRARY])
def test_what_does_not_conform_changes_nothing(unchanged: Site, body: str) -> None:
    reply = unchanged.write("PUT", f"/store?graph={HERE}", body)
    assert reply.status == 422, reply
    assert reply.json["type"].endswith("/problem/not-conforming")
    assert reply.json["report"]["conforms"] is False
    assert unchanged.graph(HERE) is None


def test_an_update_changes_what_it_says(site: Site) -> None:
    insert = """INSERT DATA { GRAPH <urn:u> { :x a :Firm ; :name "X" ; :size 1 . }
                GRAPH <urn:v> { :y a :Firm ; :name "Y" } :z :note "in the default graph" }"""
    assert site.update(PREFIXES + insert).status == 204
    assert site.is_true('GRAPH <urn:u> { :x :size 1 } :x a :Agent . :z :note ?n '
                        'GRAPH graph:default { :z :note ?n }')
    assert site.update(PREFIXES + "DELETE { GRAPH <urn:u> { ?x :size ?n } } INSERT "
                       "{ GRAPH <urn:u> { ?x :size 2 } } WHERE { ?x :size ?n }").status == 204
    assert site.is_true("GRAPH <urn:u> { :x :size 2 } FILTER NOT EXISTS { :x :size 1 }")
    assert site.update("DROP GRAPH <urn:u> ; DROP GRAPH <urn:v>").status == 204
    assert site.update(PREFIXES + "DELETE WHERE { :z ?p ?o }").status == 204
    assert site.files() == {}


KEPT = {
    "the ontology": ("DELETE WHERE { GRAPH graph:ontology { ?s ?p ?o } }", 403),
    "a file": ("INSERT DATA { GRAPH graph:d { :a :b :c } }", 403),
    "any graph": ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", 403),
    "what follows": ("DELETE { GRAPH ?g { ?s a :Agent } } WHERE { GRAPH ?g { ?s a :Agent } }", 403),
    "the description": ("CLEAR GRAPH graph:description", 403),
    "the questions": (f"DROP GRAPH <{examples.GRAPH}>", 403),
    "all": ("CLEAR ALL", 403), "all named graphs": ("DROP NAMED", 403),
    "the default graph": ("CLEAR DEFAULT", 403), "by moving": ("MOVE DEFAULT TO <urn:x>", 403),
    "by copying": ("COPY DEFAULT TO graph:d", 403),
    "what a file says": ("DELETE DATA { :a a :Firm }", 403),
    "by a variable": ("INSERT { GRAPH ?g { :x :y :z } } WHERE { GRAPH ?g { :a a :Firm } }", 403),
    "after an allowed one": ("INSERT DATA { GRAPH <urn:x> { :x :y :z } } ; CLEAR ALL", 403),
    "another document": ("LOAD <file:///etc/passwd> INTO GRAPH <urn:x>", 403),
    "another server": ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
                       403),
    "a missing graph": ("CLEAR GRAPH <urn:none>", 404),
    "too long a name": (f"INSERT DATA {{ GRAPH <urn:{'x' * 300}> {{ :a :b :c }} }}", 400),
    "a new kind of term": ("INSERT DATA { :a :b << :c :d :e >> }", 400),
    "a mistake": ("INSERT DATA { :a :b }", 400), "a query": ("SELECT * { ?s ?p ?o }", 400),
    "too much": ("INSERT DATA { " + ":a :b :c . " * 4000 + "}", 400),
    "too deep": ("INSERT { :a :b :c } WHERE " + "{" * 600 + "}" * 600, 400),
    "what breaks a shape": ("INSERT DATA { :nameless a :Firm }", 422),
}


@pytest.mark.parametrize("case", KEPT)
def test_an_update_that_is_refused_changes_nothing(case: str, unchanged: Site) -> None:
    text, status = KEPT[case]
    reply = unchanged.update(PREFIXES + text)
    assert reply.status == status, reply
    assert reply.media_type == "application/problem+json"


def test_an_update_that_changes_nothing_is_no_build(unchanged: Site) -> None:
    for text in ("", "INSERT DATA { }", "DELETE DATA { GRAPH <urn:none> { :a :b :c } }",
                 "DELETE WHERE { ?s :never ?o }", "CREATE GRAPH <urn:new>",
                 "CLEAR SILENT GRAPH <urn:none>"):
        assert unchanged.update(PREFIXES + text).status == 204


def test_who_does_not_know_the_token_updates_nothing(unchanged: Site) -> None:
    for address in ("/sparql", "/sparql?token=x", "/sparql/?access_token=x"):
        reply = unchanged.ask("POST", address, "CLEAR ALL", authorization="Bearer x",
                              content_type="application/sparql-update", cookie="token=x")
        assert reply.status == 401
    reply = unchanged.ask("GET", "/sparql?update=CLEAR%20ALL", writer=True)
    assert reply.status == 400


def test_what_other_graphs_say_stays_in_the_default_graph(tmp_path: Path) -> None:
    """It can be removed where it was written, or with all that was written."""
    site = empty(tmp_path)
    text = "INSERT DATA { :a :b 1 , 2 . GRAPH <urn:x> { :a :b 1 , 03 } }"
    assert site.update(PREFIXES + text).status == 204
    before = site.files()
    for text in ("DELETE DATA { :a :b 1 }", "CLEAR DEFAULT", "DELETE WHERE { ?s ?p 1 }"):
        reply = site.update(PREFIXES + text)
        assert (reply.status, reply.json["graph"]) == (409, "urn:x")
    assert site.files() == before
    both = "DELETE DATA { :a :b 1 . GRAPH <urn:x> { :a :b 1 } }"
    assert site.update(PREFIXES + both).status == 204
    assert site.is_true(":a :b 2 , 3 FILTER NOT EXISTS { :a :b 1 }")
    assert site.update("DROP ALL").status == 204
    assert site.files() == {}
    assert not site.is_true(":a ?p ?o")


def test_what_follows_from_a_claim_goes_with_it(site: Site) -> None:
    claim = """:claim ckg:claimSubject :a ; ckg:claimPredicate :makes ; ckg:claimObject :thing ;
               ckg:reviewStatus <https://w3id.org/clusterkg/voc/status/accepted>"""
    assert site.update(f"{PREFIXES} INSERT DATA {{ GRAPH <urn:x> {{ {claim} }} }}").status == 204
    assert site.is_true("GRAPH <urn:x> { :a :makes :thing }")
    reply = site.update(PREFIXES + "DELETE DATA { GRAPH <urn:x> { :a :makes :thing } }")
    assert (reply.status, reply.json["graph"]) == (409, "urn:x")
    assert b"makes> <https://example.org/thing" not in b"".join(site.files().values())
    assert site.update(PREFIXES + "DELETE WHERE { GRAPH <urn:x> { :claim ?p ?o } }").status == 204
    assert not site.is_true(":a :makes ?thing")


def test_blank_nodes_belong_to_their_graph(tmp_path: Path) -> None:
    """They can be matched, and removed by a pattern, as often as the graph is written anew."""
    site = empty(tmp_path)
    text = "INSERT DATA { GRAPH <urn:x> { :a :b [ :c 1 ] , [ :c 2 ] , [ :c 3 ] } }"
    assert site.update(PREFIXES + text).status == 204
    remove = "WITH <urn:x> DELETE { ?a :b ?n . ?n :c 2 } WHERE { ?a :b ?n . ?n :c 2 }"
    assert site.update(PREFIXES + remove).status == 204
    assert site.update("COPY <urn:x> TO <urn:y>").status == 204
    for graph in ("urn:x", "urn:y"):
        found = site.graph(graph)
        assert found is not None
        values = {str(t.object) for t in found if t.predicate.value.endswith("c")}
        assert len(found) == 4
        assert {value[1] for value in values} == {"1", "3"}


# What a build keeps

def test_a_build_keeps_what_was_written(tmp_path: Path) -> None:
    site = Site(lay_out(tmp_path))
    assert site.write("PUT", f"/store?graph={HERE}", GOOD).status == 201
    for full in (False, True):
        made = snapshot.build(site.inputs, site.folder, full=full)
        assert made.version
        assert site.is_true("GRAPH <urn:here> { :new a :Firm } :new a :Agent")
    (tmp_path / "data/e.ttl").write_text(GOOD.replace(":new", ":late"), encoding="utf-8")
    assert site.write("DELETE", f"/store?graph={HERE}").status == 204
    assert site.is_true(":late a :Agent FILTER NOT EXISTS { :new ?p ?o }")


def test_what_a_build_was_made_from_is_written_down(tmp_path: Path) -> None:
    assert Inputs.of(tmp_path) is None
    packaged = Inputs.packaged()
    packaged.keep(tmp_path)
    assert (tmp_path / "inputs.json").read_text(encoding="utf-8") == "{}"
    assert Inputs.of(tmp_path) == packaged
    own = Inputs((Path("o"), Path("p")), (), (Path("/s"),), Path("q"))
    own.keep(tmp_path)
    assert Inputs.of(tmp_path) == Inputs(
        (Path("o").absolute(), Path("p").absolute()), (), (Path("/s"),), Path("q").absolute())
    for broken in ("", "[]", '{"data": 1}'):
        (tmp_path / "inputs.json").write_text(broken, encoding="utf-8")
        assert Inputs.of(tmp_path) is None


def test_two_files_for_one_graph_are_refused(tmp_path: Path) -> None:
    """One of the build's own files, and one that would take its graph."""
    for name in ("x.ttl", f"{ledger.name_of(ledger.graph('x'))}.nt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="taken"):
        ledger.sources([tmp_path])


# Several at once

def test_writers_take_turns(tmp_path: Path) -> None:
    site = empty(tmp_path, timeout=60.0)
    with ThreadPoolExecutor(3) as pool:
        replies = list(pool.map(lambda n: ask(
            opened(site.folder, is_writable=True, timeout=60.0), "POST",
            f"/store?graph=urn:{n % 2}", f"<urn:{n}> <urn:p> {n} .", writer=True,
            content_type="text/turtle"), range(3)))
    assert sorted(reply.status for reply in replies) == [201, 201, 204]
    assert len({reply.headers["x-clusterkg-version"] for reply in replies}) == 3
    assert len(site.graph("urn:0") or ()) == 2
    assert len(site.graph("urn:1") or ()) == 1


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    site = empty(tmp_path, timeout=0.3)
    with closing(sqlite3.connect(site.folder / "writer.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        reply = site.write("PUT", f"/store?graph={HERE}", "<urn:s> <urn:p> 1 .")
        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    with version.building(site.folder):
        reply = site.write("PUT", f"/store?graph={HERE}", "<urn:s> <urn:p> 1 .")
        assert reply.status == 503
        assert "another build" in reply.json["detail"]
        assert "retry-after" in reply.headers
    assert site.files() == {}
    assert site.write("PUT", f"/store?graph={HERE}", "<urn:s> <urn:p> 1 .").status == 201


# Ended at any moment

OLD = {"=a": b"<urn:a> <urn:a> <urn:old> .\n", "=b": b"<urn:b> <urn:b> <urn:old> .\n"}
NEW = {"=a": b"<urn:a> <urn:a> <urn:new> .\n", "=b": None, "=c": b"<urn:c> <urn:c> <urn:new> .\n"}
AFTER: dict[str, bytes] = {name: content for name, content in (OLD | NEW).items() if content}


class Ended(BaseException):  # no error, but an end
    """The process has ended."""


def ending(number: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """End whatever is done at the given change of a file; give what counts them."""
    done = 0

    def guarded(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*given: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done >= number:
                raise Ended
            return change(*given, **named)
        return changed

    for name in ("rename", "replace", "unlink", "mkdir", "write_bytes", "write_text"):
        monkeypatch.setattr(Path, name, guarded(getattr(Path, name)))
    for name in ("copyfile", "rmtree"):
        monkeypatch.setattr(shutil, name, guarded(getattr(shutil, name)))
    return lambda: done


def test_what_cannot_be_told_to_be_agreed_is_undone(tmp_path: Path) -> None:
    """Whoever deletes a file and finds no sound version must not lose it."""
    for number, current in enumerate((None, "", "7 nonsense", "\0")):
        folder = tmp_path / str(number)
        (folder / "written").mkdir(parents=True)
        (folder / "written/=a.nt").write_bytes(OLD["=a"])
        if current is not None:
            (folder / "CURRENT").write_text(current, encoding="ascii")
        with written.tried(folder, {"=a": None}):
            assert not (folder / "written/=a.nt").exists()
        assert (folder / "written/=a.nt").read_bytes() == OLD["=a"]
        assert not (folder / "written/.before").exists()


@pytest.mark.parametrize("is_agreed", [False, True])
def test_an_end_at_any_moment_leaves_the_old_or_the_new(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_agreed: bool) -> None:
    """Whether the new version answered by then decides which."""
    answering = dict(OLD)

    def built_from(folder: Path, names: Any) -> dict[str, str | None] | None:
        return {name: sha256(answering[name]).hexdigest() if name in answering else None
                for name in names}

    number, ends = 0, True
    while ends:
        number += 1
        folder = tmp_path / str(number)
        (folder / "written").mkdir(parents=True)
        for name, content in OLD.items():
            (folder / "written" / f"{name}.nt").write_bytes(content)
        answering = dict(OLD)
        with monkeypatch.context() as patch:
            patch.setattr(written, "_sums", built_from)
            count = ending(number, patch)
            with suppress(Ended), written.tried(folder, NEW):
                if is_agreed:
                    answering = dict(AFTER)
        ends = count() >= number
        with monkeypatch.context() as patch:
            patch.setattr(written, "_sums", built_from)
            with written.tried(folder, {}):
                found = {path.stem: path.read_bytes() for path in written.files(folder)}
        assert found == answering, number
        assert not (folder / "written/.before").exists()
    assert number > 10
