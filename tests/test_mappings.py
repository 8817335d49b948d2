"""The mappings that come with the project: they hold together, and account for real tables."""

import json
from collections import Counter
from pathlib import Path

import pytest

from clusterkg import tables, tabular
from clusterkg.csvw import conversion, metadata
from clusterkg.files import knowledge
from clusterkg.importing import account, grouping, naming
from clusterkg.importing.preparation import Order
from clusterkg.importing.table import Table
from clusterkg.tables import Connection
from conftest import Requires

MAPPINGS = knowledge("ontology") / "mappings"
GROUP = "chain-knowledge-graph"
# Entered, quarantined and skipped rows of the tables of a folder that enter together; what later
# ones name, earlier ones or the graph define.
TOGETHER = {
    "chain-knowledge-graph": {
        "industry.jsonl": (511, 0, 0), "industry_industry.jsonl": (480, 0, 0),
        "industry_up.jsonl": (209, 37, 89), "company.jsonl": (4583, 50, 21),
        "company_industry.jsonl": (4160, 270, 0), "product.jsonl": (95550, 9, 0),
        "company_product.tsv": (51704, 101, 1980), "product_product.tsv": (57107, 2, 53044)},
    "cn-divisions": {
        "provinces.csv": (31, 0, 0), "cities.csv": (333, 0, 9), "areas.csv": (2854, 124, 0),
        "adcodes-lonlat.csv": (3073, 145, 293), "geonames-cn-cities15000.tsv": (0, 0, 2106)},
    "kag-supplychain": {
        "Industry.csv": (10, 0, 0), "Product.csv": (78, 0, 0), "Company.csv": (103, 0, 0),
        "CompanyUpdate.csv": (1, 0, 0), "Person.csv": (20, 0, 0),
        "Company_fundTrans_Company.csv": (19, 0, 0), "Index.csv": (0, 0, 3),
        "Trend.csv": (0, 0, 2), "TaxOfCompanyEvent.csv": (0, 0, 2),
        "TaxOfProdEvent.csv": (0, 0, 1), "ProductChainEvent.csv": (0, 0, 1)},
}
# The same of tables that enter alone, whose cells name nothing of the graph.
REAL = {"gbt4754-2017/gbt4754-2017.tsv": ("gbt4754", 1771, 1, 0)}


def converted(connection: Connection, path: Path, mapping: str) -> account.Account:
    grid = tabular.load(connection, path)
    conversion.convert(connection, metadata.read(MAPPINGS / f"{mapping}.json", path.name), grid)
    return account.settle(connection, grid.read)


def tables_of(path: Path) -> list[str | None]:
    """Name the tables of a group; a mapping of one table need not name it."""
    is_group = len(json.loads(path.read_text(encoding="utf-8")).get("tables", [])) > 1
    return [*metadata.tables(path)] if is_group else [None]


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.json")), ids=lambda path: path.stem)
def test_every_mapping_holds_together(path: Path) -> None:
    assert all(metadata.read(path, name).source["title"] for name in tables_of(path))


@pytest.mark.parametrize("name", REAL)
def test_each_row_of_a_real_table_is_in_one_place(name: str, requires: Requires) -> None:
    path = requires.shared("data") / name
    mapping, *expected = REAL[name]
    with tables.connect() as connection:
        found = converted(connection, path, mapping)
    assert [found.entered, found.quarantined, found.skipped] == expected
    assert found.read == sum(expected)


@pytest.mark.parametrize("name", TOGETHER)
def test_each_row_of_tables_that_enter_together_is_in_one_place(
        name: str, requires: Requires, built: Path, tmp_path: Path) -> None:
    folder = requires.shared("data") / name
    seen: list[Path] = []
    told = {}
    for order in grouping.orders(Order(folder, MAPPINGS / f"{name}.json", built)):
        table = Table(order, naming.of(order), tmp_path, ())
        with tables.connect(tmp_path / f"{table.source}.duckdb") as connection:
            table.prepare(connection, lambda step: None, seen)
            found = table.settle(connection)
            table.show(connection)
        seen.append(table.seen)
        told[order.file.name] = (found.entered, found.quarantined, found.skipped)
        assert found.read == sum(told[order.file.name])
    assert told == TOGETHER[name]


@pytest.mark.parametrize(("part", "expected"), [
    ("nodes", (855, 93, 0, 762)), ("edges", (1958, 0, 0, 1958))])
def test_a_graph_becomes_lines_and_what_it_invents_stays_out(
        part: str, expected: tuple[int, ...], requires: Requires, tmp_path: Path) -> None:
    graph = requires.shared("data") / "gaoming-chain-graph" / "graph_data.json"
    path = tmp_path / f"{part}.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in json.loads(
        graph.read_text(encoding="utf-8"))[part]), encoding="utf-8")
    with tables.connect() as connection:
        found = converted(connection, path, "gaoming-chain-graph")
        rules = account.rules(connection)
    assert (found.read, found.entered, found.quarantined, found.skipped) == expected
    assert "the mapping makes nothing of it" not in dict(rules)


def test_a_code_that_several_names_share_enters_once(tmp_path: Path) -> None:
    path = tmp_path / "company.jsonl"
    rows = [("新名", "新名股份有限公司", "600001", "2001-01-01"),
            ("旧名", "旧名股份有限公司", "600001.SH", "2001-01-01"),
            ("无日", "无日股份有限公司", "000002.SZ", "-"),
            ("乱行", "别家股份有限公司", "688078", "2010-01-01"),
            ("乱日", "乱日股份有限公司", "300003", "深圳证券交易所")]
    path.write_text("".join(
        f'{{"name": "{name}", "fullname": "{full}", "code": "{code}", "location": "", '
        f'"time": "{day}"}}\n' for name, full, code, day in rows), encoding="utf-8")
    with tables.connect() as connection:
        found = converted(connection, path, GROUP)
        assert (found.entered, found.quarantined, found.skipped) == (3, 1, 1)
        assert {"company.jsonl!" in one.advice for one in account.reasons(connection)} == {True}


def test_what_is_upstream_goes_into_the_other(tmp_path: Path) -> None:
    path = tmp_path / "product_product.tsv"
    path.write_text("from_product\trel\tto_product\n发动机\t上游材料\t曲轴\n发动机\t产品小类\t"
                    "发动机油\n钢\t下游产品\t曲轴\n", encoding="utf-8")
    with tables.connect() as connection:
        found = converted(connection, path, GROUP)
        assert (found.entered, found.skipped) == (2, 1)
        names = dict(connection.execute(
            "SELECT s, o FROM fact WHERE p LIKE '%#label>'").fetchall())
        said = {(names[s].split('"')[1], names[o].split('"')[1]) for s, o in connection.execute(
            "SELECT s, o FROM fact WHERE p LIKE '%#requiresInput>'").fetchall()}
        assert said == {("发动机", "曲轴"), ("曲轴", "钢")}


def test_masked_companies_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "Company.csv"
    path.write_text('id,name,product\n1,三***公司,"轮胎,轮胎-斜交"\n2,三***公司,轮胎\n',
                    encoding="utf-8")
    with tables.connect() as connection:
        assert converted(connection, path, "kag-supplychain").entered == 2
        kinds = Counter(kind.rsplit("#", 1)[-1] for kind, _ in connection.execute(
            "SELECT DISTINCT o, s FROM fact WHERE p LIKE '%#type>'").fetchall())
        assert kinds == {"Enterprise>": 2, "ProductCategory>": 2}
