"""Mappings that cannot be read, each told with its line; templates against other readers."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterkg import tables
from clusterkg.csvw import iri, metadata, template
from clusterkg.csvw.mapping import Mapping
from clusterkg.errors import UnreadableError

CONNECTION = tables.connect()
GOOD: dict[str, Any] = {
    "@context": "http://www.w3.org/ns/csvw",
    "tableSchema": {"aboutUrl": "ent:{code}", "columns": [
        {"name": "code", "propertyUrl": "ckg:unifiedSocialCreditCode"},
        {"name": "name", "titles": "企业名称", "propertyUrl": "rdfs:label", "lang": "zh"},
        {"name": "products", "separator": ";", "propertyUrl": "ckg:formerName"}]}}


def read(path: Path, described: object) -> Mapping:
    (path / "m.json").write_text(json.dumps(described, ensure_ascii=False, indent=1))
    return metadata.read(path / "m.json")


def changed(column: int | None = None, **more: object) -> dict[str, Any]:
    """Give the good mapping with other keys in a column, or in the table."""
    made: dict[str, Any] = json.loads(json.dumps(GOOD))
    (made if column is None else made["tableSchema"]["columns"][column]).update(
        {key.replace("__", ":"): value for key, value in more.items()})
    return made


def test_the_good_mapping_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, changed(dc__title="remarks of others", schema__name="x", notes=[1]))
    assert [column.name for column in found.columns] == ["code", "name", "products"]
    assert found.columns[1].titles == ("企业名称",)


@pytest.mark.parametrize(("described", "said"), [
    (changed(0, propertyUrl="ckg:uscc"), "no property 'ckg:uscc'"),
    (changed(0, propertyUrl="rdfs:lable"), "near it are rdfs:label, "),
    (changed(0, propertyUrl="ckg:Capital"), "near it are ckg:capitalCurrency, ckg:registeredCap"),
    (changed(0, propertyUrl="foo:bar"), "unknown prefix"),
    (changed(0, propertyUrl="ckg:sourceRow"), "stated of each row"),
    (changed(0, propertyUrl="ckg:{x}"), "not a template"),
    (changed(0, propertyUrl="ckg:locatedIn"), "leads to a thing"),
    (changed(0, propertyUrl="rdf:type", valueUrl="ckg:Firm"), "no class"),
    (changed(0, valueUrl="ent:{code}"), "has a text or number"),
    (changed(0, datatype="integer"), "has values of type xsd:string"),
    (changed(0, datatype="decimall"), "no datatype 'decimall'"),
    (changed(0, datatype={"base": "string", "minimum": "1"}), "means nothing"),
    (changed(0, datatyp="string"), "'datatyp' is unknown"),
    (changed(0, ckg__rules=["guess"]), "no rule 'guess'"),
    (changed(0, ckg__rules=[{"rule": "code"}]), "needs length"),
    (changed(0, aboutUrl="ent:{nobody}"), "no column 'nobody'"),
    (changed(0, aboutUrl="ent:{products}"), "several values"),
    (changed(0, aboutUrl="ent:{code"), "no URI template"),
    (changed(0, aboutUrl="ent:{code*}"), "no expression"),
    (changed(0, aboutUrl="ent:{_own}"), "needs ckg:mint"),
    (changed(1, name="code"), "two columns are called"),
    (changed(1, required="yes"), "true or false belongs"),
    (changed(2, ordered=True), "not supported"),
    (changed(1, name="_mine"), "begins with _"),
    (changed(0, datatype={"@id": "ckg:kind", "base": "string"}), "of one's own"),
    (changed(0, lang="zh"), "texts of no language"),
    (changed(0, aboutUrl="#row-{_row}"), "begins with no IRI"),
    (changed(0, aboutUrl="{code}"), "begins with no IRI"),
    (changed(0, aboutUrl="ent:{_name}"), "no column '_name'"),
    (changed(tableSchema="schema.json"), "file of its own"),
    (changed(1, virtual=True, propertyUrl="ckg:establishedOn", default="2019-13-01"),
     "'2019-13-01' is no date"),
    (changed(1, virtual=True, propertyUrl="ckg:registeredCapital", default="abc"),
     "'abc' is no decimal"),
    (changed(ckg__source={"licence": "https://a b"}), "licence is no IRI"),
    (changed(ckg__source={"publisher": "http://x y"}), "publisher is no IRI"),
    (changed(ckg__source={"url": "register.csv"}), "url is no IRI"),
    (changed(ckg__source={"language": "zh CN"}), "no language 'zh CN'"),
    (changed(ckg__source={"issued": "2022/09/25"}), "no date '2022/09/25'"),
    (changed(ckg__source={"issued": "2023-02-29"}), "no date"),
    (changed(ckg__source={"title": " "}), "title is empty"),
    (changed(dialect={"lineTerminators": ";"}), "lineTerminators is not supported"),
    (changed(dialect={"commentPrefix": "#"}), "not supported but as null"),
    (changed(dialect={"skipColumns": 1}), "skipColumns is not supported but as 0"),
    (changed(dialect="dialect.json"), "an object"),
    (changed(dialect={"skipRows": True}), "skipRows is a whole number from 0 to 10000"),
    (changed(dialect={"delimiter": "ab"}), "a delimiter is one character"),
    (changed(1, virtual=True, titles=None), "a text"),
    (changed(1, ckg__resolve={"class": "ckg:Nobody", "by": "label"}), "no class"),
    (changed(1, ckg__resolve={"class": "ckg:Place"}), "by is missing"),
    (changed(1, ckg__from="code"), "virtual column"),
    (changed(1, ckg__when={"column": "x", "equals": ["a"]}), "no column 'x'"),
    (changed(ckg__skip=[{"column": "code", "equals": ["x"]}]), "why is missing"),
    (changed(ckg__mint={"namespace": "nope", "code": "code"}), "no prefix 'nope'"),
    (changed(1, propertyUrl="ckg:locatedIn", lang="und",
             ckg__resolve={"class": "ckg:AdministrativeArea", "by": "place"}) | {
                 "ckg:mint": {"namespace": "ent", "else": ["name"]}}, "needs a name, too"),
    (changed(ckg__mint={"namespace": "ent"}), "give code, else or own"),
    (changed(ckg__mint={"namespace": "ent", "code": "products"}), "several values"),
    (changed(ckg__source={"author": "x"}), "'author' is unknown"),
    (changed(dialect={"trim": False}), "not supported"),
    (changed(2, separator=""), "1 to 10 characters"),
    (changed(1, lang='zh" .'), "no language"),
    (changed(0, datatype={"base": "string", "format": "(?=x)"}), "no regular expression"),
    (changed(dialect={"colour": "red"}), "unknown in a dialect"),
    (changed(tables=[1, 2]), "where an object"), (changed(tables=[]), "a group has tables"),
    (changed(suppressOutput=True), "nothing would be stated"),
    (changed(tables=[{}] * 1001), "1,001 tables"),
    (changed(tableSchema={"columns": [{"name": "a"}] * 2001}), "more than 2,000 columns"),
    ({"tableSchema": GOOD["tableSchema"]}, "begins with"),
    ({"@context": "http://www.w3.org/ns/csvw"}, "needs tableSchema"), ([], "where an object")])
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, described: object, said: str) -> None:
    with pytest.raises(UnreadableError, match=said) as told:
        read(tmp_path, described)
    assert str(told.value).startswith(f"{tmp_path / 'm.json'}:")
    if said.startswith("no property"):
        assert f"{tmp_path / 'm.json'}:6: " in str(told.value)


@pytest.mark.parametrize("text", ["", "{", "{\"a\": 1,\n \"a\": 2}", "[" * 100_000, "1" * 10_000,
                                  "\"\\ud800\"", "null"])
def test_what_is_no_mapping_at_all(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(UnreadableError):
        metadata.read(tmp_path / "m.json")


def test_what_is_said_of_a_source_is_kept(tmp_path: Path) -> None:
    said = {"title": {"en": "Firms", "zh": "企业"}, "language": "zh", "issued": "2022-09",
            "licence": "free to use", "publisher": "https://example.org/a"}
    assert read(tmp_path, changed(ckg__source=said)).source == {**said, "title": "企业"}


def test_a_language_is_of_texts_only(tmp_path: Path) -> None:
    """A language that is inherited does not touch days, codes or what has none."""
    columns = [{"name": "code"}, {"name": "name", "propertyUrl": "rdfs:label"},
               {"name": "since", "propertyUrl": "ckg:establishedOn"},
               {"name": "uscc", "propertyUrl": "ckg:unifiedSocialCreditCode"},
               {"name": "other", "propertyUrl": "skos:altLabel", "lang": "und"},
               {"name": "old", "propertyUrl": "skos:altLabel", "lang": "zh-Hant"}]
    found = read(tmp_path, changed(lang="zh", tableSchema={
        "aboutUrl": "ent:{code}", "columns": columns}))
    assert [column.language for column in found.columns[1:]] == [
        "zh", None, None, None, "zh-hant"]


def test_a_constant_is_written_in_the_one_way(tmp_path: Path) -> None:
    found = read(tmp_path, changed(1, virtual=True, propertyUrl="ckg:registeredCapital",
                                   default="007.50", lang="und"))
    assert found.columns[1].default == "7.5"


@pytest.mark.parametrize(("base", "url", "text", "whole"), [
    ("https://a.cn/x/", "t.csv", "#row-{code}", "https://a.cn/x/t.csv#row-{code}"),
    ("https://a.cn/x/", "t.csv", "{#code}", "https://a.cn/x/t.csv{#code}"),
    ("https://a.cn/x/", "../t.csv", "{code}", "https://a.cn/{code}"),
    ("", "https://a.cn/x/t.csv", "y/{code}", "https://a.cn/x/y/{code}"),
    ("", "https://a.cn/x/t.csv", "/y/{code}", "https://a.cn/y/{code}"),
    ("", "https://a.cn/x/t.csv", "{/code}", "https://a.cn{/code}"),
    ("", "https://a.cn/x/t.csv", "{?code}", "https://a.cn/x/t.csv{?code}"),
    ("https://a.cn/", "t.csv", "ent:{code}", "ent:{code}"),
    ("https://a.cn/", "t.csv", "{+code}", "{+code}")])
def test_templates_rest_upon_the_table(tmp_path: Path, base: str, url: str, text: str,
                                       whole: str) -> None:
    context = ["http://www.w3.org/ns/csvw", {"@base": base, "@language": "en"}]
    made = changed(url=url)
    made["@context"], made["tableSchema"]["aboutUrl"] = context, text
    found = read(tmp_path, made).columns[0].about
    assert found
    assert found.text == whole


# -- groups of tables ----------------------------------------------------------------------------

GROUP: dict[str, Any] = {
    "@context": "http://www.w3.org/ns/csvw", "lang": "zh", "null": ["-"], "aboutUrl": "ent:{code}",
    "ckg:source": {"title": "All"}, "dialect": {"delimiter": "|"}, "tables": [
        {"url": "https://example.org/a/firms.csv", "lang": "en", "ckg:source": {"title": "Firms"},
         "tableSchema": {"columns": [
             {"name": "code", "required": True},
             {"name": "name", "propertyUrl": "rdfs:label"},
             {"name": "short", "propertyUrl": "skos:altLabel", "lang": "de", "null": ""}]}},
        {"url": "more%20names.csv", "tableSchema": {"null": ["?"], "columns": [
            {"name": "code"}, {"name": "name", "propertyUrl": "rdfs:label"}]}},
        {"url": "notes.csv", "suppressOutput": True}]}


def test_the_tables_of_a_group_inherit(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"tables for firms.csv, more names.csv$"):
        read(tmp_path, GROUP)
    assert metadata.tables(tmp_path / "m.json") == ["firms.csv", "more names.csv"]
    firms = metadata.read(tmp_path / "m.json", "firms.csv.gz")
    assert [(one.language, one.null) for one in firms.columns[1:]] == [("en", ("-",)),
                                                                       ("de", ("",))]
    assert (firms.source["title"], firms.dialect.delimiter) == ("Firms", "|")
    more = metadata.read(tmp_path / "m.json", "more names.csv")
    assert [(one.language, one.null) for one in more.columns[1:]] == [("zh", ("?",))]
    assert more.source["title"] == "All"
    for name in ("firms.tsv", "notes.csv", ""):
        with pytest.raises(UnreadableError, match=r"no table|nothing would|say from"):
            metadata.read(tmp_path / "m.json", name)


@pytest.mark.parametrize(("url", "said"), [
    (None, "no url"), ("a/firms.csv", "two tables"), ("https://example.org/", "names no file")])
def test_each_table_of_a_group_has_a_file(tmp_path: Path, url: str | None, said: str) -> None:
    second = {key: value for key, value in {**GROUP["tables"][1], "url": url}.items() if value}
    with pytest.raises(UnreadableError, match=said):
        read(tmp_path, {**GROUP, "tables": [GROUP["tables"][0], second]})
    with pytest.raises(UnreadableError, match=said):
        metadata.tables(tmp_path / "m.json")


# -- templates ---------------------------------------------------------------------------------

RESERVED = ":/?#[]@!$&'()*+,;="
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def expanded(text: str, **values: str) -> str | None:
    made = template.parse(text).sql(lambda name: f"${name}")
    wanted = {name: value for name, value in values.items() if f"${name}" in made}
    found = CONNECTION.execute(f"SELECT {made}", wanted).fetchone()
    return found[0] if found else None


@settings(max_examples=60, deadline=None)
@given(x=TEXTS, y=TEXTS)
def test_templates_expand_as_the_rfc_says(x: str, y: str) -> None:
    """RFC 6570, 3.2.2 to 3.2.9, with the quoting of Python's own library."""
    def simple(value: str) -> str:
        return quote(value, safe="~")

    assert expanded("http://a/{x}", x=x) == f"http://a/{simple(x)}"
    assert expanded("http://a/{x,y}", x=x, y=y) == f"http://a/{simple(x)},{simple(y)}"
    assert expanded("http://a{/x,y}", x=x, y=y) == f"http://a/{simple(x)}/{simple(y)}"
    assert expanded("http://a/b{.x}", x=x) == f"http://a/b.{simple(x)}"
    assert expanded("http://a/{?x,y}", x=x, y=y) == f"http://a/?x={simple(x)}&y={simple(y)}"
    assert expanded("http://a/?b=c{&x}", x=x) == f"http://a/?b=c&x={simple(x)}"
    equals = "=" if x else ""
    assert expanded("http://a/{;x}", x=x) == f"http://a/;x{equals}{simple(x)}"
    if "%" not in x:
        assert expanded("http://a/{+x}", x=x) == f"http://a/{quote(x, safe=RESERVED + '~')}"
        assert expanded("http://a/{#x}", x=x) == f"http://a/#{quote(x, safe=RESERVED + '~')}"


def test_no_value_makes_no_iri() -> None:
    made = template.parse("ent:{x}").sql(lambda _: "NULL::VARCHAR")
    assert CONNECTION.execute(f"SELECT {made}").fetchone() == (None,)


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("htps:/?#[]@%41aZ中 é\"<>\\^`{|}.-_~;\u00a0\ue000\ufffe"),
                    max_size=16) | st.builds(lambda rest: f"https://{rest}", TEXTS))
def test_what_passes_for_an_iri_is_one_to_the_engine(text: str) -> None:
    (passes,) = CONNECTION.execute(f"SELECT {iri.fits('$x')}", {"x": text}).fetchone() or (None,)
    if passes:
        line = f"<{text}> <http://p> <{text}> ."
        assert len(list(ox.parse(line, ox.RdfFormat.N_TRIPLES))) == 1


@pytest.mark.parametrize("text", ["https://example.org/a?b=c#d", "http://localhost:80/", "urn:a:b",
                                  "https://例子.cn/中文"])
def test_plain_iris_pass(text: str) -> None:
    assert CONNECTION.execute(f"SELECT {iri.fits('$x')}", {"x": text}).fetchone() == (True,)


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(r'{"url": "\ud800"}')
    with pytest.raises(UnreadableError, match="half a character"):
        metadata.read(path)


@pytest.mark.parametrize(("column", "message"), [
    ({"aboutUrl": "http://e.x/" + "{id}" * 101}, "more than 100 variables in a template"),
    ({"aboutUrl": "http://e.x/" + "{id}" * 200_000}, "has more than 2,000 characters"),
    ({"aboutUrl": "http://e.x/{" + ",".join(["id"] * 101) + "}"}, "more than 100 variables"),
    ({"ckg:rules": ["trim"] * 51}, "more than 50 rules"),
    ({"ckg:resolve": {"class": "ckg:Enterprise", "by": "label", "within": ["id"] * 11}},
     "more than 10 columns")])
def test_lists_that_nobody_wrote_are_refused_on_their_line(
        tmp_path: Path, column: dict[str, object], message: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw", "tableSchema": {
        "columns": [{"name": "id", "propertyUrl": "rdfs:label", **column}]}}, indent=1))
    (key,) = column
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1)
                if key in text or ("within" in text))
    with pytest.raises(UnreadableError, match=message) as caught:
        metadata.read(path)
    at = {"ckg:resolve": line + 3}.get(key, line)
    assert str(caught.value).startswith(f"{path}:{at}: ")
