"""An edition of which only what changed is converted is what a conversion of everything makes."""

import json
import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from clusterkg import collation, resumption, reuse, tables, tabular, version
from clusterkg.csvw import agreement, metadata, terms
from clusterkg.importing import account, entry, facts, history, recall, splicing, undo
from clusterkg.importing.facts import Origin
from clusterkg.importing.recall import Recall
from clusterkg.importing.table import Imported
from clusterkg.integrity import MANIFEST
from clusterkg.resolving import Known
from clusterkg.resumption import Resumed
from imports import HERE, held, made_up, order
from sites import NOTHING, Site, firms, lay
from test_build import FILES

__all__ = ["made_up"]
HEADER = "code,name,town,capital,tags,boss\n"
SURE = "9,S,x,1,a,\n"  # a table of which no row is whole is refused
COLUMNS: list[dict[str, object]] = [
    {"name": "code", "datatype": "integer", "required": True},
    {"name": "name", "propertyUrl": HERE + "name"},
    {"name": "town", "propertyUrl": HERE + "in",
     "ckg:resolve": {"class": HERE + "Town", "by": "label"}},
    {"name": "capital", "propertyUrl": HERE + "capital", "datatype": "decimal"},
    {"name": "tags", "separator": ";", "propertyUrl": HERE + "tag"},
    {"name": "boss", "aboutUrl": HERE + "b{boss}", "propertyUrl": HERE + "boss"},
    {"name": "rank", "virtual": True, "aboutUrl": HERE + "b{boss}", "ckg:from": "capital",
     "propertyUrl": HERE + "rank"}]
MAPPING = {"@context": "http://www.w3.org/ns/csvw", "dialect": {"delimiter": ","},
           "ckg:skip": [{"column": "town", "equals": ["-"], "why": "no town"}],
           "tableSchema": {"aboutUrl": HERE + "f{code}", "primaryKey": "name",
                           "columns": COLUMNS}}
WORLD = """@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:x a :Town ; rdfs:label "x" . :y a :Town ; rdfs:label "y" .
"""
TERMS = """@prefix : <https://example.org/> . @prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:Town a owl:Class . :in a owl:ObjectProperty . :tag a owl:DatatypeProperty .
:name a owl:DatatypeProperty . :capital a owl:DatatypeProperty ; ckg:singleValued true .
:boss a owl:DatatypeProperty . :rank a owl:DatatypeProperty ; ckg:singleValued true .
"""


TABLE = "code,name,town\n" + "".join(f"{n},Firm {n},x\n" for n in range(1, 40)) + "z,Z,y\n,,-\n"


CREATED = re.compile(rb"[^\n]*#dateTime>[^\n]*\n")


def some(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


ROW = st.tuples(some("1", "2", "3", "4", "5", "6", "7", "z", ""), some("A", "B", "C", "D", "E", ""),
                some("x", "y", "q", "-", "x"), some("1", "1.0", "2", "much", ""),
                some("a", "b;a", "", ";"), some("", "", "", "7", "8"))
BROKEN = some('1,"A', "1,A,x\n", ",,,,,\n", "1,A,x,1,\0,\n")
WHOLE = ROW.map(lambda row: ",".join(row) + "\n")
LINE = st.one_of(WHOLE, WHOLE, BROKEN)


@st.composite
def editions(draw: st.DrawFn) -> list[str]:
    """Draw three editions of one table."""
    lines = draw(st.lists(LINE, min_size=4, max_size=12))
    found = [HEADER + SURE + "".join(lines)]
    for _ in range(2):
        for at, line in draw(st.lists(st.tuples(st.integers(0, 12), LINE), max_size=2)):
            lines[at % len(lines)] = line
        how = draw(some("", "", "more", "less", "between"))
        lines = ([*lines, draw(LINE)] if how == "more" else lines[:-1] or lines if how == "less"
                 else [draw(LINE), *lines] if how == "between" else lines)
        found.append(HEADER + SURE + "".join(lines))
    return found


class Made(NamedTuple):
    """What came of an edition: its facts, and all that is said of its rows."""

    facts: list[bytes]
    said: tuple[object, ...]
    changes: list[object]
    partly: bool


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    lay(folder, {**NOTHING, "data/d.ttl": WORLD})
    return Site(folder).folder


def small(patch: pytest.MonkeyPatch) -> None:
    """Let mappings name the terms of the town, and take few rows for a part of a table."""
    known = terms.terms(ox.parse(TERMS, ox.RdfFormat.TURTLE))
    patch.setattr(metadata, "packaged", lambda: known)
    patch.setattr(agreement, "known", lambda: known)
    patch.setattr(recall, "_SHARE", 1)


def converted(folder: Path, known: Known, number: int, before: Path | None) -> Made:
    """Do what an import does until the build, after the edition `before` or as for the first."""
    place, old = folder / str(number), folder / f"{number - 1}.nt"
    place.mkdir(exist_ok=True)
    path = folder / f"{number}.nt" if before or number == 1 else folder / f"{number}-whole.nt"
    with closing(tables.connect()) as connection:
        mapping = metadata.read(folder / "m.json", "t.csv")
        grid = tabular.load(connection, folder / f"e{number}" / "t.csv", mapping.dialect)
        origin = Origin("t", number, "t.csv", "t.csv", "0", "0", "2026-01-01T00:00:00", "me", {})
        known_before = Recall(before, sorted(origin.own), "m")
        partly = known_before.convert(connection, mapping, grid, known)
        counted = account.settle(connection, grid.read)
        changes: list[object] = []
        if partly:
            facts.write(connection, folder / "part.nt", origin)
            gone = [*origin.own, *recall.gone(connection)]
            changes = list(splicing.splice(old, folder / "part.nt", gone, path))
        else:
            facts.write(connection, path, origin)
            changes = list(collation.subjects(old, path)) if number > 1 else []
        if before or number == 1:
            known_before.keep(connection, mapping, grid, place)
        said = (counted, account.reasons(connection), account.rules(connection),
                connection.execute("FROM refused ORDER BY ALL").fetchall(),
                connection.execute("FROM skipped ORDER BY ALL").fetchall())
        return Made(path.read_bytes().splitlines(), said, changes, partly)


@settings(max_examples=8, deadline=None)
@given(texts=editions())
def test_what_changed_alone_makes_the_same(texts: Sequence[str], town: Path,
                                           tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        folder = tmp_path_factory.mktemp("editions")
        (folder / "m.json").write_text(json.dumps(MAPPING))
        known = Known(version.current(town))
        for number, text in enumerate(texts, 1):
            lay(folder, {f"e{number}/t.csv": text})
        converted(folder, known, 1, None)
        for number in (2, 3):
            made = converted(folder, known, number, folder / str(number - 1))
            event(f"partly: {made.partly}")
            whole = converted(folder, known, number, None)
            assert made.facts == whole.facts
            assert made.said == whole.said
            assert made.changes == whole.changes


@pytest.mark.parametrize(("first", "change", "rows"), [
    (TABLE, ("7,Firm 7,x", "7,Seventh,x"), (39, True)),
    (TABLE, ("7,Firm 7,x", "7,,x"), (38, True)),  # a shape refuses it
    (TABLE.replace("Firm 9", ""), ("7,Firm 7,x", "7,Seventh,x"), (38, True)),  # it refused one
    (TABLE, ("2,Firm 2,x", "0,Firm 0,x\n2,Firm 2,x"), (40, False))])  # what follows has moved
def test_an_edition_enters_as_it_would_alone(made_up: None, tmp_path: Path, first: str,
                                             change: tuple[str, str],
                                             rows: tuple[int, bool]) -> None:
    """Once with what is known of the edition before, and once without."""
    (entered, partly), site, found = rows, firms(tmp_path), []
    entry.enter(order(tmp_path, first))
    before = held(site.folder)
    for is_known in (True, False):
        if not is_known:
            (history.place(site.folder, "firms", 1) / recall.FILE).unlink()
        done = entry.enter(order(tmp_path, first.replace(*change)))
        assert done.account.entered == entered
        assert done.prepared
        assert done.prepared.partly is (partly and is_known)
        said = done.difference, done.reasons, done.rules, done.account
        found.append((said, *alike(site.folder)))
        if is_known:
            undo.undo(site.folder, "firms")
            assert held(site.folder) == before
    assert found[0] == found[1]


@pytest.mark.parametrize("cut", [0, 5, 2, 1])
def test_what_is_damaged_of_the_edition_before_is_not_needed(made_up: None, tmp_path: Path,
                                                             cut: int) -> None:
    site = firms(tmp_path)
    entry.enter(order(tmp_path, TABLE))
    file = history.place(site.folder, "firms", 1) / recall.FILE
    content = file.read_bytes()
    place = len(content) * cut // 8  # 0: no tables at all; else all bytes from there on are others
    file.write_bytes(content[:place] + bytes(byte ^ 0x55 for byte in content[place:]))
    done = entry.enter(order(tmp_path, TABLE.replace("Firm 7", "Seventh")))
    assert done.account.entered == 39
    assert done.prepared
    assert not done.prepared.partly
    assert site.is_true(":f7 :name 'Seventh'")


def alike(folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """Give what answers and is kept, but for the time of an import and what is known of rows."""
    quads, files = held(folder)
    return ([quad for quad in quads if "#dateTime>" not in quad],
            {name: CREATED.sub(b"", content) for name, content in files.items()
             if not name.endswith((recall.FILE, ".gz", history.FILE))})


# Round by round shapes refuse 2 and 6, what is in 2, what is in 3; rows 8 and 9 speak of one firm.
CHAIN = "1,One,1\n5,Five,5\n7,Seven,1\n6,,5\n2,,1\n7,Seven,2\n3,Three,2\n4,Four,3\n"
CLEAN = "".join(CHAIN.splitlines(keepends=True)[:3])
HEAD = "code,name,town\n"
IN_FIRMS = FILES["shapes/s.ttl"] + """:In a sh:NodeShape ; sh:targetSubjectsOf :in ;
    sh:property [ sh:path :in ; sh:class :Firm ; sh:message "It is in a firm."@en ] .
"""


def nothing(*given: object) -> None:
    return None


def test_rounds_go_on_from_what_was_refused(made_up: None, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each build began anew, and as if the rows that are refused were not there."""
    taken, turns, found = Resumed.read, list[Resumed](), list[object]()

    def read(way: Resumed) -> None:
        turns.append(way)
        taken(way)

    monkeypatch.setattr(Resumed, "read", read)
    monkeypatch.setattr(reuse, "ground", nothing)
    template = Site(chain(tmp_path / "world")).folder.parent
    given = [(HEAD + CHAIN, True), (HEAD + CHAIN, False), (HEAD + CLEAN, False)]
    dry, on, alone = (imported(tmp_path / str(n), template, *some) for n, some in enumerate(given))
    assert len(turns) == 6, "after each of the first three of four builds, twice"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resumption, "ground", nothing)
        anew = imported(tmp_path / "anew", template, HEAD + CHAIN)
    for done, folder in (on, anew):
        assert done.account == account.Account(8, 3, 5, 0) == dry[0].account
        assert done.reasons == dry[0].reasons
        found.append((alike(folder), counts(folder)))
    assert found[0] == found[1]
    assert counts(alone[1]) == counts(on[1])
    assert said(alone[1]) == said(on[1])


def chain(folder: Path) -> Path:
    lay(folder, FILES | {"shapes/s.ttl": IN_FIRMS})
    return folder


def imported(folder: Path, template: Path, text: str,
             dry: bool = False) -> tuple[Imported, Path]:
    """Import firms that are in firms."""
    folder.mkdir()
    site, given = Site(folder, template), order(folder, text, dry=dry)
    given.mapping.write_text(given.mapping.read_text("utf-8").replace("{town}", "f{town}"), "utf-8")
    return entry.enter(given), site.folder


def said(folder: Path) -> list[str]:
    """Give what answers, but for the checksum of the file itself."""
    return [quad for quad in alike(folder)[0] if "contentSha256" not in quad]


def counts(folder: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(
        (version.current(folder) / MANIFEST).read_text("utf-8"))["counts"]
    return found
