"""An import enters whole, is accounted for row by row, and can be taken back."""

import getpass
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest

from clusterkg import cli, snapshot, tables, version
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.importing import account, entry, ground, history, listing, naming, telling, undo
from clusterkg.importing.account import Account
from clusterkg.importing.preparation import Order
from clusterkg.integrity import MANIFEST
from clusterkg.namespaces import expand
from clusterkg.tabular import Dialect
from imports import HERE, TABLE, held, made_up, order
from sites import Site, firms, lay

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
    assert ("firms.csv!A3", "code", "is no integer", "zwei") in {
        (address, column, said[:13], value) for address, column, said, value in wrong}
    assert any(address == "firms.csv!6" and "A firm needs a name" in said
               for address, _, said, _ in wrong)
    assert dict(done.rules) == {"no town": 1, "empty row": 1}
    assert site.is_true("GRAPH graph:firms { :f1 a :Firm . :f6 a :Firm }")
    assert not site.is_true(":f5 ?p ?o")
    text = telling.text(done)
    assert "read 6 = entered 2 + quarantined 2 + skipped 2" in text


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def mend(path: Path, to: Path, **changes: str) -> Path:
    """Save a quarantine as a person does who wrote into some of its cells."""
    book = openpyxl.load_workbook(path)
    for address, text in changes.items():
        book.worksheets[0][address] = text
    book.save(to)
    return to


def test_the_quarantine_can_be_mended_and_imported(site: Site, tmp_path: Path) -> None:
    done = entry.enter(order(tmp_path, DIRTY))
    first = held(site.folder)
    assert done.quarantine
    header, *rows = cells(done.quarantine)
    assert header == ("cell", "column", "value", "wrong", "advice", "code", "name", "town")
    assert [(row[0], *row[5:]) for row in rows] == [
        ("firms.csv!A3", "zwei", "Two", "y"), ("firms.csv!6", "5", "", "x")]
    mended = mend(done.quarantine, tmp_path / "mended.xlsx", F2="2")
    again = entry.enter(order(tmp_path, DIRTY, mended=mended))
    assert (again.edition, again.account) == (2, Account(6, 3, 1, 2))
    assert site.is_true("GRAPH graph:firms { :f1 a :Firm . :f2 :name 'Two' ; :in :y }")
    assert site.is_true("GRAPH graph:firms { :f2 ckg:sourceRow 'firms.csv!3' }")
    assert again.quarantine
    assert len(cells(again.quarantine)) == 2
    assert entry.enter(order(tmp_path, DIRTY)).unchanged, "what was mended stays so"
    mended = mend(again.quarantine, tmp_path / "mended.xlsx", G2="Five")
    assert entry.enter(order(tmp_path, DIRTY, mended=mended)).account == Account(6, 4, 0, 2)
    assert site.is_true("GRAPH graph:firms { :f2 :name 'Two' . :f5 :name 'Five' }")
    assert [undo.undo(site.folder, "firms").now for _ in "ab"] == [2, 1]
    assert held(site.folder) == first


def test_what_is_mended_is_a_text_whatever_it_has(site: Site, tmp_path: Path) -> None:
    """The file has no sign that N-Triples escape, nor a blank but spaces: mended cells have."""
    name = f'Two" . <{HERE}s> <{HERE}p> "\\'
    done = entry.enter(order(tmp_path, "code,name,town\nzwei,Two,y\ndrei,Three,y\n"))
    assert done.quarantine
    mended = mend(done.quarantine, tmp_path / "mended.xlsx", F2="2", G2=name, F3="3", G3="3\t\n")
    assert entry.enter(order(tmp_path, "code,name,town\nzwei,Two,y\ndrei,Three,y\n",
                             mended=mended)).account == Account(2, 2, 0, 0)
    assert site.is_true(f":f2 :name {ox.Literal(name)} . :f3 :name '3'")
    assert not site.is_true(":s ?p ?o")


def test_mended_rows_are_those_of_the_quarantine(site: Site, tmp_path: Path) -> None:
    done = entry.enter(order(tmp_path, DIRTY))
    assert done.quarantine
    before, path = held(site.folder), tmp_path / "mended.xlsx"
    for changes, wrong in [({"A2": "firms.csv!2"}, "firms.csv!2 is not in quarantine"),
                           ({"A2": "others.csv!A3"}, "is no cell of firms.csv"),
                           ({"A3": "firms.csv!A3"}, "firms.csv!3 is there twice"),
                           ({"G1": "nom"}, "no column 'name'")]:
        mended = mend(done.quarantine, path, **changes)
        with pytest.raises(UnreadableError, match=wrong):
            entry.enter(order(tmp_path, DIRTY, mended=mended))
    mended = mend(done.quarantine, path, F2="2")
    with pytest.raises(RefusedError, match="import the file first"):
        entry.enter(order(tmp_path, DIRTY + "7,Seven,x\n", mended=mended))
    assert held(site.folder) == before
    entry.enter(order(tmp_path, DIRTY, mended=mended))
    other = entry.enter(order(tmp_path, DIRTY + "7,Seven,x\n"))
    assert other.prepared
    assert "the 1 rows that were mended" in other.prepared.grid.remarks[0]
    assert other.account == Account(7, 3, 2, 2)


def test_nothing_in_quarantine_is_computed(site: Site, tmp_path: Path) -> None:
    """Read it as a spreadsheet does: every cell is a text, whatever it begins with."""
    names = ["=1+1", "@SUM(A1)", "+1", "-1", "=cmd|' /C calc'!A0", "007", " a ", "一\n二", "&<>"]
    done = entry.enter(order(tmp_path, "code,name,NAME,town\n" + "".join(
        f'c,"{name}","{name}",x\n' for name in names)))
    assert done.quarantine
    sheet = openpyxl.load_workbook(done.quarantine).worksheets[0]
    assert [sheet.cell(1, n).value for n in range(6, 10)] == ["code", "name", "NAME", "town"]
    assert [[cell.value for cell in row] for row in sheet["G2:H10"]] == [[n, n] for n in names]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_what_no_workbook_holds_is_in_json_lines(site: Site, tmp_path: Path) -> None:
    odd = "code,name,town\nx1,\x01,y\nx2,_x0041_,y\n3,\x02,y\n"
    done = entry.enter(order(tmp_path, odd))
    assert done.quarantine
    assert done.quarantine.name == "quarantine.jsonl"
    lines = [json.loads(line) for line in done.quarantine.read_text("utf-8").splitlines()]
    assert [(line["cell"], line["name"]) for line in lines] == [
        ("firms.csv!A2", "\x01"), ("firms.csv!A3", "_x0041_")]
    mended = tmp_path / "mended.jsonl"
    mended.write_text(done.quarantine.read_text("utf-8").replace('"x2"', '"2"'), "utf-8")
    assert entry.enter(order(tmp_path, odd, mended=mended)).account == Account(3, 2, 1, 0)
    assert site.is_true(":f2 :name '_x0041_'")


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


def test_another_table_does_not_stand_for_a_source_unasked(site: Site, tmp_path: Path) -> None:
    entry.enter(order(tmp_path))
    before = held(site.folder)
    others = "code,name,town\n7,Seven,x\n8,Eight,x\n"
    with pytest.raises(RefusedError, match="3 things, of which 3 would be gone"):
        entry.enter(order(tmp_path, others))
    assert "would be gone" in entry.enter(order(tmp_path, others, dry=True)).objection
    other = order(tmp_path, "code,name,town\n1,One,x\n2,Two,y\n3,Three,z\n")
    other.mapping.write_text(other.mapping.read_text("utf-8") + " ", "utf-8")
    with pytest.raises(RefusedError, match=r"edition 1 is firms\.csv by another mapping; give"):
        entry.enter(other)
    renamed = order(tmp_path, "code,name,town\n1,One,x\n2,Two,y\n")
    renamed.file.rename(tmp_path / "firms.txt")
    with pytest.raises(RefusedError, match=r"edition 1 is firms\.csv as \.csv; give"):
        entry.enter(replace(renamed, file=tmp_path / "firms.txt"))
    assert held(site.folder) == before
    assert entry.enter(order(tmp_path, others, replace=True)).edition == 2


def named_by_number(folder: Path, text: str, scope: str = "r", **more: Any) -> Order:
    """Lay a register whose own numbers tell its things apart, with what they make."""
    mapping = {
        "@context": "http://www.w3.org/ns/csvw",
        "ckg:mint": {"namespace": "ent", "own": {"column": "no", "scope": scope}},
        "tableSchema": {"aboutUrl": "{+_iri}", "columns": [
            {"name": "no"}, {"name": "name", "propertyUrl": "rdfs:label", "lang": "zh"},
            {"name": "makes", "separator": ";", "ckg:mint": "product", "aboutUrl": "{+_own}",
             "propertyUrl": "rdfs:label"}]}}
    lay(folder, {"numbered.csv": text, "numbered.json": json.dumps(mapping)})
    return Order(folder / "numbered.csv", folder / "numbered.json", folder / "snapshot", **more)


LABEL = expand("rdfs:label")
NUMBERED = "no,name,makes\n1,甲机械厂,泵;阀;轴\n2,乙厂,齿轮\n3,丁厂,氯\n"
OTHERS = "no,name,makes\n1,丙化工厂,泵;阀;轴\n2,戊厂,齿轮\n3,丁厂,氯\n"


def test_a_register_of_other_names_does_not_stand_for_a_source_unasked(
        site: Site, tmp_path: Path) -> None:
    """Two registers that count from 1 have the same numbers, and share products."""
    entry.enter(named_by_number(tmp_path, NUMBERED))
    before = held(site.folder)
    said = r"edition 1 is numbered\.csv and calls 2 of 3 things otherwise; give .*--replace"
    with pytest.raises(RefusedError, match=said):
        entry.enter(named_by_number(tmp_path, OTHERS))
    assert held(site.folder) == before
    done = entry.enter(named_by_number(tmp_path, NUMBERED.replace("甲机械厂", "甲公司")))
    assert (done.edition, sum(done.difference.renamed.values())) == (2, 1)
    assert entry.enter(named_by_number(tmp_path, OTHERS, replace=True)).edition == 3


def test_numbers_of_two_registers_do_not_make_one_of_two_things(
        site: Site, tmp_path: Path) -> None:
    entry.enter(named_by_number(tmp_path, NUMBERED))
    before = held(site.folder)
    said = (r"2 of 3 things whose numbers of the scope 'r' .* '甲机械厂' in graph:numbered, "
            r"'丙化工厂' here; .*another scope")
    ways: list[dict[str, Any]] = [{}, {"dry": True}, {"replace": True}]
    for more in ways:
        with pytest.raises(RefusedError, match=said):
            entry.enter(named_by_number(tmp_path, OTHERS, source="others", **more))
    assert held(site.folder) == before
    entry.enter(named_by_number(tmp_path, OTHERS, "others", source="others"))
    one = NUMBERED.replace("丁厂", "丁")
    done = entry.enter(named_by_number(tmp_path, one, source="third"))
    assert done.prepared
    assert "1 of 3 things" in done.prepared.grid.remarks[-1]
    assert site.is_true(f"GRAPH graph:numbered {{ ?x <{LABEL}> '甲机械厂'@zh }} "
                        f"GRAPH graph:others {{ ?y <{LABEL}> '丙化工厂'@zh }} FILTER(?x != ?y)")


def test_the_mapping_of_the_same_file_may_be_mended(site: Site, tmp_path: Path) -> None:
    done = order(tmp_path)
    entry.enter(done)
    text = done.mapping.read_text("utf-8").replace(f'"{HERE}name"', f'"{HERE}name", "lang": "en"')
    done.mapping.write_text(text, "utf-8")
    assert entry.enter(done).edition == 2
    assert site.is_true(":f1 :name 'One'@en")


def test_what_leads_to_a_row_that_breaks_a_shape_does_not_enter(site: Site,
                                                               tmp_path: Path) -> None:
    given = order(tmp_path, "code,name,town\n1,One,1\n2,,1\n3,Three,2\n4,Four,3\n")
    said = json.loads(given.mapping.read_text("utf-8"))
    said["tableSchema"]["foreignKeys"] = [
        {"columnReference": "town", "reference": {"columnReference": "code"}}]
    given.mapping.write_text(json.dumps(said), "utf-8")
    done = entry.enter(given)
    assert done.account == Account(4, 1, 3, 0)
    assert {(told.address, told.reason.wrong[:16]) for told in done.reasons} == {
        ("firms.csv!3", "A firm needs a n"), ("firms.csv!C4", "leads to no row ")}


def test_who_has_no_name_imports_by_number(site: Site, tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", unknown)
    entry.enter(order(tmp_path))
    (edition,) = history.editions(site.folder, "firms")
    assert edition.who == f"uid {os.getuid()}"


def test_editions_stay_where_another_release_built(site: Site, tmp_path: Path) -> None:
    """A release that writes one thing more into its ledger."""
    entry.enter(order(tmp_path))
    before = held(site.folder)
    current = version.current(site.folder)
    manifest = json.loads((current / MANIFEST).read_text("utf-8"))
    manifest["built_from"]["weather"] = "fine"
    text = json.dumps(manifest)
    (current / MANIFEST).write_text(text, "utf-8")
    (site.folder / "CURRENT").write_text(f"{current.name} {sha256(text.encode()).hexdigest()}\n")
    told: list[Callable[[], object]] = [
        lambda: entry.enter(order(tmp_path)), lambda: undo.undo(site.folder, "firms"),
        lambda: listing.listed(site.folder), lambda: history.sources(site.folder)]
    for ask in told:
        with pytest.raises(UnreadableError, match=r"another release .* run `clusterkg build` once"):
            ask()
    history.settle(site.folder)
    assert held(site.folder) == before
    snapshot.build(site.inputs, site.folder)
    assert held(site.folder) == before
    assert undo.undo(site.folder, "firms").now == 0


def test_an_account_that_is_none_stops_its_source_alone(site: Site, tmp_path: Path) -> None:
    entry.enter(order(tmp_path))
    entry.enter(order(tmp_path, "code,name,town\n9,Nine,x\n", source="others"))
    (site.folder / "imports/firms/1/import.json").write_text("{", "utf-8")
    found = {one["source"]: one for one in listing.listed(site.folder)}
    assert "no account of an import" in found["firms"]["wrong"]
    assert "no account of an import" in listing.text([found["firms"]])
    with pytest.raises(UnreadableError, match="with --replace"):
        undo.undo(site.folder, "firms")
    assert undo.undo(site.folder, "others").now == 0
    shutil.rmtree(site.folder / "imports/firms")
    with pytest.raises(UsageError, match="no import"):
        entry.enter(order(tmp_path))
    assert entry.enter(order(tmp_path, replace=True)).edition == 1


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


@pytest.mark.parametrize("how", ["changed", "missing", "no part"])
def test_what_somebody_changed_is_no_fact(site: Site, tmp_path: Path, how: str) -> None:
    entry.enter(order(tmp_path))
    first = held(site.folder)
    file = site.folder / "written" / ("other.nt" if how == "no part" else "firms.nt")
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(first[1]["written/firms.nt"].replace(b'"One"', b'"Won"'))
    other = replace(order(tmp_path), source="other")
    for attempt in (lambda: undo.undo(site.folder, "firms"), lambda: entry.enter(other),
                    lambda: entry.enter(replace(other, dry=True)),
                    lambda: entry.enter(order(tmp_path)),
                    lambda: snapshot.build(site.inputs, site.folder),
                    lambda: snapshot.build(site.inputs, site.folder, full=True)):
        with pytest.raises(RefusedError, match=f"^{re.escape(str(file))}: .*; ") as told:
            attempt()
        assert ("clusterkg restore firms" in str(told.value)) == (how != "no part")
    assert cli.run(["verify-snapshot", "--snapshot", str(site.folder)]) == 1
    if how == "no part":
        file.unlink()
    else:
        assert cli.run(["restore", "firms", "--snapshot", str(site.folder)]) == 0
    assert held(site.folder) == first
    assert cli.run(["verify-snapshot", "--snapshot", str(site.folder)]) == 0
    undo.undo(site.folder, "firms")


@pytest.mark.parametrize(("lost", "said"), [
    ("1", "imports/firms/1: what was kept of this edition is missing"),
    ("2", "imports/firms: what was kept of the last edition is missing"),
    ("2/gone.nt.gz", "imports/firms/2: what this edition changed cannot be read")])
def test_what_is_kept_no_more_is_not_taken_back_to(site: Site, tmp_path: Path, lost: str,
                                                   said: str) -> None:
    entry.enter(order(tmp_path))
    entry.enter(order(tmp_path, TABLE + "4,Four,y\n"))
    path = site.folder / "imports/firms" / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    before = held(site.folder)
    with pytest.raises(RefusedError, match=said):
        undo.undo(site.folder, "firms")
    assert held(site.folder) == before


@pytest.mark.parametrize("step", ["read", "convert"])
def test_a_file_that_changes_meanwhile_is_refused(site: Site, tmp_path: Path, step: str) -> None:
    before, given = held(site.folder), order(tmp_path)

    def say(told: str) -> None:
        if told == step:
            given.file.write_text(TABLE.replace("One", "Won"), encoding="utf-8")

    with pytest.raises(RefusedError, match="changed this file while it was read; try"):
        entry.enter(given, say)
    assert held(site.folder) == before


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


def test_no_two_tables_are_one_source() -> None:
    """Names that are spelled alike would lose a table."""
    orders = [Order(Path(name), Path("g.json"), Path("snapshot"), prefix="g")
              for name in ("firms-a.csv", "firms_a.csv")]
    assert list(naming.of_all(orders[:1])) == ["g-firms-a"]
    with pytest.raises(UsageError, match=r"firms-a\.csv.* and .*firms_a\.csv"):
        naming.of_all(orders)


def test_another_sheet_is_another_ground(site: Site) -> None:
    first, second = (ground.beside(site.folder, ["t"], Dialect(sheet=name)) for name in "ab")
    assert first == ground.beside(site.folder, ["t"], Dialect(sheet="a")) != second


def test_reasons_are_bounded_and_none_is_lost() -> None:
    with tables.connect() as connection:
        connection.execute("""
            CREATE TABLE refused AS SELECT 10 + range AS row, 1 AS col, 'v' || range AS value,
                'differs from row ' || range AS wrong, 'mend it' AS advice FROM range(5000)
            UNION ALL SELECT row, 2, 'x', 'is no date', 'give one'
            FROM (VALUES (1), (2)) AS r(row)""")
        found = account.reasons(connection)
    assert len(found) == 1_001
    assert (found[0].rows, found[0].column, found[0].first) == (2, 2, 1)
    assert sum(reason.rows for reason in found) == 5_002
    assert "4001 of them" in found[-1].wrong
