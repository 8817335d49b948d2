"""An import enters whole, is accounted for row by row, and can be taken back."""

import csv
import io
from pathlib import Path

import pytest

from clusterkg.errors import RefusedError, UsageError
from clusterkg.importing import entry, ground, history, listing, naming, telling, undo
from clusterkg.tabular import Dialect
from imports import HERE, held, made_up, order
from sites import Site, firms

__all__ = ["made_up"]
DIRTY = "code,name,town\n1,One,x\nzwei,Two,y\n,,\n4,Four,-\n5,,x\n6,\"Six, \"\"6\"\"\",x\n"


@pytest.fixture
def site(tmp_path: Path, made_up: None) -> Site:
    return firms(tmp_path)


def test_an_import_is_a_source_and_is_taken_back_byte_for_byte(site: Site, tmp_path: Path) -> None:
    before = held(site.folder)
    done = entry.enter(order(tmp_path))
    assert (done.account.read, done.account.entered) == (3, 3)
    assert site.is_true("GRAPH graph:firms { :f1 a :Firm ; :name 'One' } :f1 a :Agent")
    assert [(one["source"], len(one["editions"])) for one in listing.listed(site.folder)] == [
        ("d", 0), ("firms", 1), ("o", 0)]
    undone = undo.undo(site.folder, "firms")
    assert (undone.number, undone.now) == (1, 0)
    assert held(site.folder) == before
    assert not (site.folder / "imports").exists()


def test_every_row_is_in_one_of_three_places(site: Site, tmp_path: Path) -> None:
    done = entry.enter(order(tmp_path, DIRTY))
    account = done.account
    assert (account.read, account.entered, account.quarantined, account.skipped) == (6, 2, 2, 2)
    wrong = {(told.address, told.column, told.reason.wrong, told.reason.value)
             for told in done.reasons}
    assert ("firms.csv!A3", "code", "no number", "zwei") in wrong
    assert any(address == "firms.csv!6" and "A firm needs a name" in said
               for address, _, said, _ in wrong)
    assert dict(done.rules) == {"no town": 1, "the mapping makes nothing of it": 1}
    assert site.is_true("GRAPH graph:firms { :f1 a :Firm . :f6 a :Firm }")
    assert not site.is_true(":f5 ?p ?o")
    text = telling.text(done)
    assert "read 6 = entered 2 + quarantined 2 + skipped 2" in text


def test_the_quarantine_can_be_mended_and_imported(site: Site, tmp_path: Path) -> None:
    done = entry.enter(order(tmp_path, DIRTY))
    assert done.quarantine
    text = done.quarantine.read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["cell", "column", "value", "wrong", "advice", "code", "name", "town"]
    assert rows[0] == ["firms.csv!A3", "code", "zwei", "no number", "give one", "zwei", "Two", "y"]
    assert [row[0] for row in rows] == ["firms.csv!A3", "firms.csv!6"]


def test_the_same_file_again_changes_nothing(site: Site, tmp_path: Path) -> None:
    entry.enter(order(tmp_path))
    before, answering = held(site.folder), site.version
    again = entry.enter(order(tmp_path))
    assert again.unchanged
    assert again.prepared is None
    assert again.account.entered == 3
    assert (held(site.folder), site.version) == (before, answering)


def test_what_else_changed_is_looked_at_again_and_changes_nothing(site: Site,
                                                                  tmp_path: Path) -> None:
    entry.enter(order(tmp_path))
    site.write("PUT", "/store?graph=urn:other", '<urn:a> <urn:b> "c" .')
    before = held(site.folder)
    again = entry.enter(order(tmp_path))
    assert again.unchanged
    assert again.prepared
    assert held(site.folder) == before


def test_a_newer_edition_replaces_and_says_the_difference(site: Site, tmp_path: Path) -> None:
    entry.enter(order(tmp_path))
    first = held(site.folder)
    newer = "code,name,town\n1,One,x\n2,Second,y\n4,Four,x\n"
    done = entry.enter(order(tmp_path, newer))
    found = done.difference
    assert (found.added, found.gone, found.changed, found.moved) == (1, 1, 1, 0)
    assert f"<{HERE}name> Two → Second" in found.shown["changed"][0]
    assert site.is_true("GRAPH graph:firms { :f2 :name 'Second' . :f4 a :Firm }")
    assert not site.is_true(":f3 ?p ?o")
    assert [edition.number for edition in history.editions(site.folder, "firms")] == [1, 2]
    assert undo.undo(site.folder, "firms").now == 1
    assert held(site.folder) == first


def test_a_dry_run_says_the_same_and_writes_nothing(site: Site, tmp_path: Path) -> None:
    before, answering = held(site.folder), site.version
    tried = entry.enter(order(tmp_path, DIRTY, dry=True))
    assert (held(site.folder), site.version) == (before, answering)
    done = entry.enter(order(tmp_path, DIRTY))
    assert (tried.account, tried.reasons, tried.rules) == (done.account, done.reasons, done.rules)


def test_what_no_row_says_stops_the_import(site: Site, tmp_path: Path) -> None:
    """A place of a place is said to be a firm, and to be a town."""
    site.write("PUT", "/store?graph=urn:other", f"""<{HERE}x> <{HERE}near> <{HERE}far> .
        <{HERE}far> a <{HERE}Town> . <{HERE}reach> <http://www.w3.org/2000/01/rdf-schema#range>
        <{HERE}Firm> ; <http://www.w3.org/2002/07/owl#propertyChainAxiom>
        (<{HERE}in> <{HERE}near>) .""")
    before, answering = held(site.folder), site.version
    with pytest.raises(RefusedError, match="nothing was entered"):
        entry.enter(order(tmp_path))
    assert (held(site.folder), site.version) == (before, answering)


def test_a_name_that_is_taken_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is a source 'd'"):
        entry.enter(order(tmp_path, source="d"))
    with pytest.raises(UsageError, match="no name of a source"):
        entry.enter(order(tmp_path, source="../d"))


def test_only_what_was_imported_is_taken_back(site: Site) -> None:
    with pytest.raises(UsageError, match="'d' was not imported; there are: none"):
        undo.undo(site.folder, "d")


def test_the_server_does_not_write_what_was_imported(site: Site, tmp_path: Path) -> None:
    entry.enter(order(tmp_path))
    graph = "https://w3id.org/clusterkg/id/graph/firms"
    assert site.write("PUT", f"/store?graph={graph}", "<urn:a> <urn:b> 1 .").status == 403


def test_parts_of_a_file_are_sources_of_their_own() -> None:
    assert naming.named(None, Path("a/Register 2.xlsx")) == "register-2"
    assert naming.named(None, Path("a/Register 2.xlsx"), "表1") == "register-2-biao1"
    assert naming.named(None, Path("all.zip"), "b.csv") == "all-b-csv"
    assert naming.named("given", Path("all.zip"), "b.csv") == "given"


def test_another_sheet_is_another_ground(site: Site) -> None:
    first, second = (ground.beside(site.folder, "t", Dialect(sheet=name)) for name in "ab")
    assert first == ground.beside(site.folder, "t", Dialect(sheet="a")) != second
