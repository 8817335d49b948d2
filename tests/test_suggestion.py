"""Drafts of mappings: what is known of headers of registers, and mappings that can be read."""

import json
from pathlib import Path
from typing import Any

import pytest

from clusterkg import tables, tabular
from clusterkg.csvw import conversion, metadata, suggestion
from clusterkg.files import knowledge
from clusterkg.tabular import Dialect

REGISTER = """企业名称,统一社会信用代码,注册资本（万元）,成立日期,所属省份,所属城市,所属区县,\
所属行业,登记状态,法定代表人,曾用名,英文名,地址,产品,股票代码,备注
甲机械有限公司,91110000600037341L,"1,000",43467,重庆市,重庆市,巴南区,C34,存续,张三,甲厂、老甲厂,\
Jia Ltd,工业路1号,泵、阀,000569.SZ,好
乙机械有限公司,,500,2019年1月2日,重庆市,重庆市,江北区,C34,注销,李四,,,工业路2号,泵,,
"""


def draft(path: Path, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the draft, and its columns by title, or by name where they are virtual."""
    path.write_text(text, encoding="utf-8")
    with tables.connect() as connection:
        made = suggestion.draft(tabular.load(connection, path), connection)
    columns = made["tableSchema"]["columns"]
    return made, {column.get("titles") or column["name"]: column for column in columns}


def test_what_is_known_can_be_read() -> None:
    known = metadata.read(knowledge("ontology") / "tables" / "register.json")
    assert len([column for column in known.columns if column.predicate]) > 15
    assert all(column.titles for column in known.columns if not column.virtual)


def test_a_register_in_chinese(tmp_path: Path) -> None:
    made, columns = draft(tmp_path / "register.csv", REGISTER)
    assert {title: column.get("propertyUrl") for title, column in columns.items()} == {
        "企业名称": "rdfs:label", "统一社会信用代码": "ckg:unifiedSocialCreditCode",
        "注册资本（万元）": "ckg:registeredCapital", "成立日期": "ckg:establishedOn",
        "所属省份": None, "所属城市": None, "所属区县": "ckg:registeredIn", "所属行业": None,
        "登记状态": "ckg:registrationStatus", "法定代表人": "ckg:legalRepresentative",
        "曾用名": "ckg:formerName", "英文名": "rdfs:label", "地址": "ckg:registeredAddress",
        "产品": "ckg:produces", "股票代码": "ckg:securitiesCode", "备注": None,
        "currency": "ckg:capitalCurrency", "product-kind": "rdf:type",
        "product-name": "rdfs:label", "line": "ckg:lineProduct", "line-of": "ckg:productLineOf",
        "line-kind": "rdf:type", "line-status": "ckg:reviewStatus", "line-name": "rdfs:label",
        "kind": "rdf:type"}
    assert {"rule": "amount", "currency": "any", "unit": "万元"} in columns["注册资本（万元）"][
        "ckg:rules"]
    assert "excel-date" in columns["成立日期"]["ckg:rules"]
    assert columns["产品"]["separator"] == columns["product-name"]["separator"] == "、"
    assert columns["所属区县"]["ckg:resolve"]["within"] == ["province", "city"]
    assert made["ckg:mint"] == {"namespace": "ent", "code": "code", "else": ["name", "district"]}
    assert "好" in columns["备注"]["rdfs:comment"]


def test_a_draft_converts_its_table(tmp_path: Path, built: Path) -> None:
    from clusterkg import version

    made, _ = draft(tmp_path / "register.csv", REGISTER)
    mapping = tmp_path / "register.json"
    mapping.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    with tables.connect() as connection:
        grid = tabular.load(connection, tmp_path / "register.csv")
        conversion.convert(connection, metadata.read(mapping), grid, version.current(built))
        assert connection.execute("FROM refused").fetchall() == []
        said = dict(connection.execute("SELECT p, o FROM fact WHERE row = 2").fetchall())
    ns = "https://w3id.org/clusterkg/"
    assert said[f"<{ns}ns#registeredIn>"] == f"<{ns}id/place/cn-500113>"
    assert said[f"<{ns}ns#registeredCapital>"].startswith('"10000000"')
    assert said[f"<{ns}ns#capitalCurrency>"] == f"<{ns}voc/unit/cny>"
    assert said[f"<{ns}ns#registrationStatus>"] == f"<{ns}voc/registration-status/in-business>"
    assert said[f"<{ns}ns#establishedOn>"].startswith('"2019-01-02"')


def test_a_draft_keeps_what_its_table_was_read_by(tmp_path: Path) -> None:
    """Below a title, in an encoding that was named, and with numbers of the source's own."""
    path = tmp_path / "company.csv"
    path.write_bytes("名單\nid;name\n1;甲廠\n2;乙廠\n".encode("big5"))
    given = Dialect("big5", ";", skip=1)
    with tables.connect() as connection:
        made = suggestion.draft(tabular.load(connection, path, given), connection, given, "others")
    assert made["dialect"] == {"encoding": "big5", "delimiter": ";", "skipRows": 1}
    assert made["ckg:mint"]["own"] == {"column": "number", "scope": "others"}
    mapping = tmp_path / "company.json"
    mapping.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    assert metadata.read(mapping).dialect == given
    assert "dialect" not in draft(tmp_path / "r.csv", "编号,企业名称\n1,甲\n")[0]


def test_two_names_of_one_number_are_not_one_thing(tmp_path: Path) -> None:
    """Several rows may say what one firm makes, but not that it is two."""
    made, _ = draft(tmp_path / "c.csv", "id,name,product\n1,甲机械厂,齿轮\n1,甲机械厂,轴\n"
                    "1,丙化工厂,氯气\n2,乙厂,\n")
    mapping = tmp_path / "c.json"
    mapping.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    with tables.connect() as connection:
        grid = tabular.load(connection, tmp_path / "c.csv")
        conversion.convert(connection, metadata.read(mapping), grid)
        assert connection.execute("SELECT row, col, value, wrong FROM refused").fetchall() == [
            (4, 2, "丙化工厂", "differs from an earlier row of the same key")]


@pytest.mark.parametrize(("header", "expected"), [
    ("Company Name,USCC,City", {"rdfs:label", "ckg:unifiedSocialCreditCode", "ckg:registeredIn"}),
    ("name,fullname,code", {"skos:altLabel", "rdfs:label"}),
    ("公司名称,社会信用代码,注册资金", {"rdfs:label", "ckg:unifiedSocialCreditCode",
                              "ckg:registeredCapital"}),
    ("ｃｏｍｐａｎｙ,法人,主营产品", {"rdfs:label", "ckg:legalRepresentative", "ckg:produces"})])
def test_other_headers(tmp_path: Path, header: str, expected: set[str]) -> None:
    _, columns = draft(tmp_path / "r.csv", f"{header}\na,b,c\n")
    found = {column.get("propertyUrl") for column in columns.values() if "titles" in column}
    assert found - {None} == expected


@pytest.mark.parametrize(("header", "mint"), [
    ("企业名称,区县", {"else": ["name", "district"]}),
    ("企业名称,城市", {"else": ["name", "city"]}),
    ("企业名称,城市,区县,统一社会信用代码", {"code": "code", "else": ["name", "district"]}),
    ("企业名称,区县,编号", {"else": ["name", "district"]}),
    ("企业名称,编号", {"own": {"column": "number", "scope": "r"}}),
    ("企业名称,编号,股票代码", {"own": {"column": "securities", "scope": "securities"}}),
    ("统一社会信用代码,区县", {"code": "code"}), ("统一社会信用代码,企业名称", {"code": "code"}),
    ("区县,地址", None), ("企业名称,所属省份,地址", None), ("企业名称,序号", None)])
def test_neither_a_place_nor_a_name_alone_tells_things_apart(
        tmp_path: Path, header: str, mint: dict[str, Any] | None) -> None:
    made, _ = draft(tmp_path / "r.csv", f"{header}\n{',' * header.count(',')}\n")
    assert made.get("ckg:mint") == (mint and {"namespace": "ent", **mint})
    assert ("aboutUrl" in made["tableSchema"]) == (mint is not None)
    assert ("rdfs:comment" in made) == (not mint or not {"else", "own"} & set(mint))
    key = mint and (mint.get("code") or mint.get("own", {}).get("column") or mint.get("else"))
    assert made["tableSchema"].get("primaryKey") == key
    assert not {"dc:replaces", "dc:identifier"} & {
        key for column in made["tableSchema"]["columns"] for key in column}


def test_a_column_that_its_cells_show(tmp_path: Path) -> None:
    made, columns = draft(tmp_path / "r.csv", "foo,企业名称\n91110000600037341L,甲\n"
                          "91110000600037341l,乙\n")
    assert columns["foo"]["propertyUrl"] == "ckg:unifiedSocialCreditCode"
    assert made["tableSchema"]["primaryKey"] == "code"


def test_a_table_of_which_nothing_is_known(tmp_path: Path) -> None:
    made, columns = draft(tmp_path / "r.csv", "foo,bar\n1,2\n")
    assert [set(column) for column in columns.values()] == [{"titles", "rdfs:comment"}] * 2
    assert "ckg:mint" not in made
