"""Foreign keys between the tables of a group: rows enter with those that they lead to, or not."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg import reuse, snapshot, tables, tabular
from clusterkg.csvw import conversion, metadata, usage
from clusterkg.errors import ClusterkgError, UsageError
from clusterkg.importing import entry, keys
from clusterkg.importing.account import Account
from clusterkg.importing.preparation import Prepared
from clusterkg.importing.table import Table
from clusterkg.tabular import Dialect
from imports import HERE, MAPPING, held, made_up, order
from sites import firms, lay

__all__ = ["made_up"]
Key = tuple[str | list[str], str, str | list[str]]


def group(described: Mapping[str, list[Key]], *columns: str) -> dict[str, Any]:
    """Describe tables of which each has the columns, all of them texts, and these keys."""
    return {"@context": metadata.CONTEXT, "tables": [{"url": f"{name}.csv", "tableSchema": {
        "@id": f"{name}.json", "aboutUrl": f"ent:{name}-{{{columns[0]}}}",
        "columns": [{"name": column, "propertyUrl": "skos:notation"} for column in columns],
        "foreignKeys": [{"columnReference": mine, "reference": {
            "resource": f"{to}.csv", "columnReference": theirs}} for mine, to, theirs in listed]}}
        for name, listed in described.items()]}


@contextmanager
def converted(folder: Path, described: object, **texts: str) -> Iterator[keys.Open]:
    """Read and convert the tables of a group, as an import does before it compares them."""
    lay(folder, {"g.json": json.dumps(described)} | {f"{n}.csv": t for n, t in texts.items()})
    with ExitStack() as stack:
        found = []
        for name in texts:
            connection, file = stack.enter_context(tables.connect()), folder / f"{name}.csv"
            mapping = metadata.read(folder / "g.json", file.name)
            grid = tabular.load(connection, file, Dialect("utf-8", ","))
            conversion.convert(connection, mapping, grid)
            told = SimpleNamespace(order=SimpleNamespace(file=file, mapping=folder / "g.json"),
                                   aside=folder, source=name, prepared=Prepared(grid, mapping))
            found.append((cast(Table, told), connection))
        yield found


def left(some: keys.Open) -> list[set[int]]:
    """Give the rows of each table that state something."""
    return [{row for row, in connection.execute("SELECT DISTINCT row FROM fact").fetchall()}
            for _, connection in some]


def told(some: keys.Open, number: int) -> list[tuple[int, int, str, str, str]]:
    return some[number][1].execute(
        "SELECT row, col, value, wrong, advice FROM refused ORDER BY ALL").fetchall()


def test_what_leads_nowhere_is_told_with_what_would_be_right(tmp_path: Path) -> None:
    described = group({"a": [("to", "b", "id")], "b": []}, "id", "to")
    described["tables"][1]["tableSchema"]["columns"][1]["datatype"] = "integer"
    with converted(tmp_path, described, a="id,to\n1,x\n2,y\n3,z\n4,\n",
                   b="id,to\nx,1\ny,one\n") as found:
        assert keys.are_there(found)
        assert keys.follow(found)
        assert left(found) == [{2, 5}, {2}]
        assert told(found, 0) == [
            (3, 2, "y", "leads to no row of b.csv that enters", "mend b.csv!3"),
            (4, 2, "z", "leads to no row of b.csv that enters", "give id as a row has it there")]
        assert not keys.follow(found)


def test_a_key_of_several_columns_is_one(tmp_path: Path) -> None:
    """What has an empty part leads nowhere, and is right."""
    described = group({"a": [(["to", "at"], "b", ["at", "id"])], "b": []}, "id", "to", "at")
    with converted(tmp_path, described, a="id,to,at\n1,p,x\n2,x,p\n3,p,\n4,,x\n",
                   b="id,to,at\nx,,p\np,,q\n") as found:
        assert keys.follow(found)
        assert left(found) == [{2, 4, 5}, {2, 3}]


def test_columns_that_lead_elsewhere_are_of_use(tmp_path: Path) -> None:
    described = group({"a": [("to", "b", "at")], "b": []}, "id", "to", "at")
    for column in described["tables"][0]["tableSchema"]["columns"][1:]:
        del column["propertyUrl"]
    with converted(tmp_path, described, a="id,to,at\n1,,x\n", b="id,to,at\n") as found:
        prepared = found[0][0].prepared
        assert usage.silent(prepared.mapping, prepared.grid) == ("at",)
    del described["tables"][1]["tableSchema"]["columns"][2]["propertyUrl"]
    lay(tmp_path, {"g.json": json.dumps(described)})
    with converted(tmp_path, described, a="id,to,at\n1,,x\n", b="id,to,at\n") as found:
        prepared = found[1][0].prepared
        assert usage.silent(prepared.mapping, prepared.grid) == ()


def test_a_row_that_is_skipped_does_not_enter(tmp_path: Path) -> None:
    described = group({"a": [("to", "b", "id")], "b": []}, "id", "to")
    described["tables"][1]["ckg:skip"] = [{"column": "id", "equals": ["x"], "why": "is none"}]
    with converted(tmp_path, described, a="id,to\n1,x\n2,y\n", b="id,to\nx,\ny,\n") as found:
        assert keys.follow(found)
        assert left(found) == [{3}, {3}]
        assert told(found, 0)[0][4] == "mend b.csv!2"


def test_tables_may_lead_to_one_another_by_their_schemas(tmp_path: Path) -> None:
    described = group({"a": [("to", "b", "id")], "b": [("to", "a", "id")]}, "id", "to")
    reference = described["tables"][0]["tableSchema"]["foreignKeys"][0]["reference"]
    reference["schemaReference"] = reference.pop("resource").replace("csv", "json")
    with converted(tmp_path, described, a="id,to\n1,x\n2,y\n3,z\n",
                   b="id,to\nx,1\ny,3\nz,\n") as found:
        assert not keys.follow(found)
    with converted(tmp_path, described, a="id,to\n1,x\n2,y\n3,none\n",
                   b="id,to\nx,1\ny,3\nz,2\n") as found:
        assert keys.follow(found)
        assert left(found) == [{2}, {2}]


CELLS = st.one_of(st.just(""), st.sampled_from("xyz"))
ROWS = st.lists(st.tuples(st.sampled_from("xyzuv"), CELLS, CELLS), max_size=5)


@settings(deadline=None, max_examples=12,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.tuples(ROWS, ROWS, ROWS))
def test_the_most_rows_stay_that_lead_to_such_as_stay(
        rows: tuple[list[tuple[str, ...]], ...], tmp_path: Path) -> None:
    """Cycles, keys to the own table, and keys to two tables at once."""
    ways = {"a": [("p", "b"), ("q", "a")], "b": [("p", "c"), ("q", "a")], "c": [("p", "a")]}
    described = group({name: [(column, to, "id") for column, to in listed]
                       for name, listed in ways.items()}, "id", "p", "q")
    stay = {name: dict(enumerate(some, 2)) for name, some in zip(ways, rows, strict=True)}
    is_done = False
    while not is_done:
        ids = {name: {row[0] for row in some.values()} for name, some in stay.items()}
        kept = {name: {n: row for n, row in some.items() if all(
            row[("id", "p", "q").index(column)] in {"", *ids[to]} for column, to in ways[name])}
            for name, some in stay.items()}
        is_done, stay = kept == stay, kept
    texts = {name: "\n".join(["id,p,q", *map(",".join, some), ""])
             for name, some in zip(ways, rows, strict=True)}
    with converted(tmp_path, described, **texts) as found:
        keys.follow(found)
        assert left(found) == [set(some) for some in stay.values()]


def test_rows_hang_on_one_another_only_so_deep(tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_DEEPEST", 3)
    described = group({"a": [("to", "b", "id")], "b": [("to", "a", "id")]}, "id", "to")
    chain = "".join(f"{n},{n + 1}\n" for n in range(9))
    with converted(tmp_path, described, a=f"id,to\n{chain}", b=f"id,to\n{chain}") as found, \
            pytest.raises(ClusterkgError, match="more than 3 deep"):
        keys.follow(found)


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no table": ({"resource": "c.csv"}, "no table here has the url 'c.csv'"),
    "no schema": ({"schemaReference": "c.json"}, "no table here has the schema with the @id"),
    "a remark": ({"resource": "b.csv", "dc:title": "b"}, "'dc:title' is unknown here"),
    "both": ({"resource": "b.csv", "schemaReference": "b.json"}, "not both"),
    "no column": ({"resource": "b.csv", "columnReference": "no"}, "no column 'no'; there are id"),
    "too many": ({"resource": "b.csv", "columnReference": ["id", "to"]}, "as many columns"),
    "several values": ({"resource": "b.csv", "columnReference": "many"}, "'many' has several"),
    "a thing": ({"resource": "b.csv", "columnReference": "thing"}, "'to' and 'thing' are never"),
    "no cell": ({"resource": "b.csv", "columnReference": "kind"}, "'kind' is a virtual column"),
    "what is not read": ({"resource": "s.csv"}, "has suppressOutput, and is not read")}


@pytest.mark.parametrize("name", WRONG)
def test_a_key_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    reference, said = WRONG[name]
    described = group({"a": [("to", "b", "id")], "b": [], "s": []}, "id", "to")
    described["tables"][2]["suppressOutput"] = True
    described["tables"][1]["tableSchema"]["columns"] += [
        {"name": "many", "separator": ";"}, {"name": "kind", "virtual": True},
        {"name": "thing", "ckg:resolve": {"class": "ckg:Organization", "by": "code"}}]
    described["tables"][0]["tableSchema"]["foreignKeys"][0]["reference"] = {
        "columnReference": "id", **reference}
    lay(tmp_path, {"g.json": json.dumps(described, indent=1)})
    with pytest.raises(ClusterkgError, match=r"g\.json:\d+: ") as error:
        metadata.read(tmp_path / "g.json", "a.csv")
    assert said in str(error.value)


def test_no_key_enters_that_leads_to_a_row_in_quarantine(tmp_path: Path, made_up: None) -> None:
    """Also where a shape sends it there, and a row that leads to that one; all are told."""
    before = held(firms(tmp_path).folder)
    key = {"columnReference": "of", "reference": {"resource": "f.csv", "columnReference": "code"}}
    about = {"aboutUrl": HERE + "b{id}", "columns": [
        {"name": "id"}, {"name": "name", "propertyUrl": HERE + "name"}, {"name": "of"}]}
    lay(tmp_path, {
        "all/b.csv": "id,name,of\n1,b,1\n2,b,2\n3,b,9\n4,b,zwei\n5,b,\n",
        "all/c.csv": "id,name,of\n1,c,1\n2,c,2\n",
        "all/f.csv": "code,name,town\n1,One,x\n2,,y\nzwei,Two,x\n",
        "group.json": json.dumps({"@context": metadata.CONTEXT, "tables": [
            {"url": "b.csv", "tableSchema": {**about, "foreignKeys": [key]}},
            {"url": "c.csv", "tableSchema": {
                **about, "aboutUrl": HERE + "c{id}", "foreignKeys": [{
                    "columnReference": "of", "reference": {
                        "resource": "b.csv", "columnReference": "id"}}]}},
            {"url": "f.csv", "tableSchema": MAPPING["tableSchema"]}]})})
    given = replace(order(tmp_path), file=tmp_path / "all", mapping=tmp_path / "group.json")
    done = entry.enter_all(given)
    assert [one.account for one in done.tables] == [
        Account(5, 2, 3, 0), Account(2, 1, 1, 0), Account(3, 1, 2, 0)]
    assert [{(told.address, told.reason.wrong[:27], told.reason.advice) for told in one.reasons}
            for one in done.tables[:2]] == [
        {("b.csv!C3", "leads to no row of f.csv th", "mend f.csv!3")},
        {("c.csv!C3", "leads to no row of b.csv th", "mend b.csv!3")}]
    assert all(one.unchanged for one in entry.enter_all(given).tables)
    with pytest.raises(UsageError, match=r"f\.csv: foreign keys tie this table to b\.csv: rows"):
        entry.enter(replace(given, file=tmp_path / "all/f.csv", source="other"))
    assert held(given.snapshot) != before


def test_rows_that_stand_from_an_earlier_edition_are_led_to(
        tmp_path: Path, made_up: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a shape refuses what they lead to in a table that is else what it was."""
    site = firms(tmp_path)
    key = {"columnReference": "of", "reference": {"resource": "f.csv", "columnReference": "code"}}
    table = "code,name,town\n" + "".join(f"{n},N{n},x\n" for n in range(1, 60))
    lay(tmp_path, {
        "all/f.csv": table,
        "all/b.csv": "id,name,of\n" + "".join(f"{n},b,{n}\n" for n in range(1, 60)),
        "group.json": json.dumps({"@context": metadata.CONTEXT, "tables": [
            {"url": "f.csv", "tableSchema": MAPPING["tableSchema"]},
            {"url": "b.csv", "tableSchema": {"aboutUrl": HERE + "b{id}", "columns": [
                {"name": "id"}, {"name": "name", "propertyUrl": HERE + "name"}, {"name": "of"}],
                "foreignKeys": [key]}}]})})
    given = replace(order(tmp_path), file=tmp_path / "all", mapping=tmp_path / "group.json")
    assert entry.enter_all(given).account == Account(118, 118, 0, 0)
    (tmp_path / "all/f.csv").write_text(table.replace("N7", "Seven"), "utf-8")
    assert entry.enter_all(given).account == Account(118, 118, 0, 0)
    (tmp_path / "all/f.csv").write_text(table.replace("7,N7,", "7,,"), "utf-8")
    with monkeypatch.context() as patch:  # the first build is not upon the version before
        patch.setattr(reuse, "ground", lambda *of: None)
        assert entry.enter_all(given).account == Account(118, 116, 2, 0)
    answering = held(given.snapshot)
    assert snapshot.build(site.inputs, given.snapshot, full=True).version
    assert held(given.snapshot) == answering
    (tmp_path / "all/f.csv").write_text(table.replace("7,N7,", "seven,N7,"), "utf-8")
    assert entry.enter_all(given).account == Account(118, 116, 2, 0)
