"""W3C's standards of tabular data, point by point: done as they say, or refused by one line.

Each case is a mapping, a table, and the triples that CSV on the Web makes of it (minimal mode), or
what is said instead.
"""

import json
from collections.abc import Mapping, Set
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest

from clusterkg import tables, tabular
from clusterkg.csvw import conversion, dialect, metadata
from clusterkg.errors import ClusterkgError
from clusterkg.namespaces import expand, prefixes

CONNECTION = tables.connect()
SOURCE_ROW = expand("ckg:sourceRow")
NAME: dict[str, Any] = {"name": "name", "propertyUrl": "rdfs:label"}
CODE: dict[str, Any] = {"name": "code"}


class Case(NamedTuple):
    """A table and its columns; `more` are keys of the table, `schema` of its schema."""

    columns: list[dict[str, Any]]
    text: str | bytes
    triples: Set[str] = frozenset()
    refused: tuple[str, ...] = ()
    error: str = ""
    more: Mapping[str, Any] = MappingProxyType({})
    schema: Mapping[str, Any] = MappingProxyType({})


def noted(**kind: object) -> dict[str, Any]:
    """Give a column that states literals of any datatype."""
    return {"name": "n", "propertyUrl": "skos:notation", **kind}


def typed(datatype: object, text: str, value: str = "", name: str = "") -> Case:
    """Give a case of one cell: the literal that it becomes, or nothing."""
    kind = name or str(datatype)
    made = {f'ent:a skos:notation "{value}"' + (f"^^xsd:{kind}" if kind != "string" else "")}
    return Case([CODE, noted(datatype=datatype)], f'code,n\na,"{text}"\n', made if value else set(),
                () if value else ("B",))


PLAIN = "code,name\na,Foo\n"
FOO = {'ent:a rdfs:label "Foo"'}
CASES = {
    # dialects
    "a delimiter": Case([CODE, NAME], "code;name\na;Foo\n", FOO,
                        more={"dialect": {"delimiter": ";"}}),
    "a quote": Case([CODE, NAME], "code,name\na,'Foo, Bar'\n", {'ent:a rdfs:label "Foo, Bar"'},
                    more={"dialect": {"quoteChar": "'"}}),
    "no quotes": Case([CODE, NAME], 'code,name\na,"Foo"\n', {'ent:a rdfs:label "\\"Foo\\""'},
                      more={"dialect": {"quoteChar": None}}),
    "rows above the header": Case([CODE, NAME], f"Firms\n2024\n{PLAIN}", FOO,
                                  more={"dialect": {"skipRows": 2}}),
    "no header": Case([CODE, NAME], "a,Foo\n", FOO, more={"dialect": {"header": False}}),
    "no rows of a header": Case([NAME, CODE], "Foo,a\n", FOO,
                                more={"dialect": {"headerRowCount": 0}}),
    "two rows of a header": Case([CODE, NAME], PLAIN, error="headerRowCount is a whole number",
                                 more={"dialect": {"headerRowCount": 2}}),
    "an encoding": Case([CODE, NAME], "code,name\na,企业\n".encode("gb18030"),
                        {'ent:a rdfs:label "企业"'}, more={"dialect": {"encoding": "gb18030"}}),
    "utf-16": Case([CODE, NAME], PLAIN.encode("utf-16"), FOO,
                   more={"dialect": {"encoding": "utf-16"}}),
    "comments": Case([CODE, NAME], PLAIN, error="commentPrefix is not supported but as null",
                     more={"dialect": {"commentPrefix": "#"}}),
    "untrimmed": Case([CODE, NAME], PLAIN, error="trim is not supported but as true",
                      more={"dialect": {"trim": False}}),
    "other line ends": Case([CODE, NAME], PLAIN, error="lineTerminators is not supported",
                            more={"dialect": {"lineTerminators": "|"}}),
    "ends of lines": Case([CODE, NAME], PLAIN.replace("\n", "\r\n"), FOO,
                          more={"dialect": {"lineTerminators": ["\r\n", "\n"]}}),
    # names of columns
    "titles in languages": Case(
        [CODE, {**NAME, "titles": {"en": "firm", "zh": ["企业", "公司"]}}], "code,公司\na,Foo\n",
        FOO),
    "columns in another order": Case([NAME, CODE], PLAIN, FOO),
    "a column that is missing": Case([CODE, {**NAME, "name": "title"}], PLAIN,
                                     error="no column 'title' in the table; it has code, name"),
    "a name of the standard": Case([{"name": "_code"}, NAME], PLAIN, error="begins with _"),
    "no name": Case([CODE, {"propertyUrl": "rdfs:label"}], PLAIN, error="needs a name or titles"),
    # what stands for nothing
    "null": Case([CODE, {**NAME, "null": ["-", "N/A", ""]}], "code,name\na,Foo\nb,-\nc,N/A\nd,\n",
                 FOO),
    "null without the empty text": Case(
        [CODE, {**NAME, "null": "-"}], "code,name\na,Foo\nb,\nc,-\n",
        FOO | {'ent:b rdfs:label ""'}),
    "default": Case([CODE, {**NAME, "default": "Foo"}], "code,name\na,\n", FOO),
    "required": Case([CODE, {**NAME, "required": True}], "code,name\na,Foo\nb,\n", FOO, ("B",)),
    # several values
    "separator": Case([CODE, {**NAME, "separator": ";"}], "code,name\na,x;y\n",
                      {'ent:a rdfs:label "x"', 'ent:a rdfs:label "y"'}),
    "ordered": Case([CODE, {**NAME, "separator": ";", "ordered": True}], PLAIN,
                    error="ordered lists are not supported"),
    "ordered, of one value": Case([CODE, {**NAME, "ordered": True}], PLAIN, FOO),
    "no separator": Case([{**CODE, "separator": None}, {**NAME, "separator": None}],
                         "code,name\na,x;y\n", {'ent:a rdfs:label "x;y"'}, more={"separator": ";"}),
    # languages
    "lang": Case([CODE, {**NAME, "lang": "zh-Hant"}], PLAIN, {'ent:a rdfs:label "Foo"@zh-hant'}),
    "lang of the table": Case([CODE, NAME, noted(datatype="integer")], "code,name,n\na,Foo,1\n",
                              {'ent:a rdfs:label "Foo"@en', 'ent:a skos:notation "1"^^xsd:integer'},
                              more={"lang": "en"}),
    "no lang": Case([CODE, {**NAME, "lang": "und"}], PLAIN, FOO, more={"lang": "en"}),
    "textDirection": Case([CODE, {**NAME, "textDirection": "rtl"}], PLAIN, FOO),
    # datatypes
    "integer": typed("integer", "007", "7"), "integer of another": typed("integer", "1.0"),
    "number": typed("number", "1.5", "1.5", "double"), "boolean": typed("boolean", "1", "true"),
    "boolean, otherwise": typed("boolean", "yes"), "dateTime": typed(
        "datetime", "2019-01-02T09:30:00Z", "2019-01-02T09:30:00Z", "dateTime"),
    "time": typed("time", "09:30:00", "09:30:00"), "gYear": typed("gYear", "2019", "2019"),
    "any": typed("any", "x", "x", "string"),
    "formats of booleans": typed({"base": "boolean", "format": "Y|N"}, "N", "false", "boolean"),
    "groups of digits": typed({"base": "integer", "format": {"groupChar": ","}}, "1,000,000",
                              "1000000", "integer"),
    "groups that are none": typed({"base": "integer", "format": {"groupChar": ","}}, "1,00"),
    "a comma before decimals": typed({"base": "decimal", "format": {
        "decimalChar": ",", "groupChar": "."}}, "1.234,50", "1234.5", "decimal"),
    "a pattern of numbers": typed({"base": "decimal", "format": "#,##0.0#"}, "-1,234.50", "-1234.5",
                                  "decimal"),
    "no groups": typed({"base": "decimal", "format": "#,##0.0#"}, "1234.50"),
    "too many decimals": typed({"base": "decimal", "format": "#,##0.0#"}, "1.234"),
    "too few decimals": typed({"base": "decimal", "format": "#,##0.0#"}, "1"),
    "zeros at the beginning": typed({"base": "integer", "format": "000"}, "007", "7", "integer"),
    "too few digits": typed({"base": "integer", "format": "000"}, "07"),
    "zeros in groups": typed({"base": "integer", "format": "0,000"}, "0,012", "12", "integer"),
    "too few in groups": typed({"base": "integer", "format": "0,000"}, "012"),
    "a pattern in other signs": typed(
        {"base": "decimal", "format": {"pattern": "#.##0,00", "groupChar": ".",
                                       "decimalChar": ","}}, "1.234,50", "1234.5", "decimal"),
    "percents": Case([CODE, noted(datatype={"base": "decimal", "format": "0%"})], "code,n\na,1\n",
                     error="no pattern of numbers"),
    "formats of days": typed({"base": "date", "format": "d.M.yyyy"}, "2.1.2019", "2019-01-02",
                             "date"),
    "days of another form": typed({"base": "date", "format": "dd/MM/yyyy"}, "2/1/2019"),
    "years of two digits": typed({"base": "date", "format": "d.M.yyyy"}, "2.1.19"),
    "formats of times": typed({"base": "time", "format": "HHmm"}, "0930", "09:30:00", "time"),
    "formats of both": typed({"base": "datetime", "format": "yyyy-MM-dd HH:mm"},
                             "2019-01-02 09:30", "2019-01-02T09:30:00", "dateTime"),
    "half a day": Case([CODE, noted(datatype={"base": "date", "format": "MM/yyyy"})],
                       "code,n\na,1\n", error="is no format of a date"),
    "zones": Case([CODE, noted(datatype={"base": "time", "format": "HH:mmX"})], "code,n\na,1\n",
                  error="no format of dates"),
    "patterns of texts": typed({"base": "string", "format": "[A-Z]+"}, "ABC", "ABC", "string"),
    "texts of no pattern": typed({"base": "string", "format": "[A-Z]+"}, "ABc"),
    "minimum": typed({"base": "integer", "minimum": 2}, "2", "2", "integer"),
    "below the minimum": typed({"base": "integer", "minInclusive": "2"}, "1"),
    "maxExclusive": typed({"base": "decimal", "maxExclusive": "2"}, "2"),
    "a latest day": typed({"base": "date", "maximum": "2019-01-01"}, "2019-01-02"),
    "limits that nothing keeps to": Case(
        [CODE, noted(datatype={"base": "decimal", "minimum": 9, "maxExclusive": "9.0"})],
        "code,n\na,1\n", error="no value keeps to minimum 9 and maxExclusive 9.0"),
    "two limits for one side": Case(
        [CODE, noted(datatype={"base": "date", "minInclusive": "2019-01-01",
                               "minExclusive": "2018-01-01"})],
        "code,n\na,1\n", error="minInclusive and minExclusive are two limits"),
    "limits that one value keeps to": typed(
        {"base": "string", "minLength": 3, "length": 3, "maxLength": 3}, "abc", "abc", "string"),
    "length": typed({"base": "string", "length": 3}, "abc", "abc", "string"),
    "minLength": typed({"base": "string", "minLength": 4}, "abc"),
    "maxLength": typed({"base": "string", "maxLength": 2}, "abc"),
    "length of a number": Case([CODE, noted(datatype={"base": "integer", "length": 3})],
                               "code,n\na,1\n", error="length means nothing for integer"),
    "a minimum of what has none": Case([CODE, noted(datatype={"base": "boolean", "minimum": 1})],
                                       "code,n\na,1\n", error="minimum means nothing for boolean"),
    "a datatype that is not here": Case([CODE, noted(datatype="json")], "code,n\na,1\n",
                                        error="no datatype 'json'"),
    "a datatype of one's own": Case(
        [CODE, noted(datatype={"@id": "https://example.org/t", "base": "string"})], "code,n\na,1\n",
        error="datatype of one's own"),
    # templates
    "the number of a row": Case([NAME], "name\nx\nFoo\n", {
        'ent:row-1 rdfs:label "x"', 'ent:row-2 rdfs:label "Foo"'},
        schema={"aboutUrl": "ent:row-{_row}"}),
    "the number of a line": Case([NAME], "name\nFoo\n", {'ent:2 rdfs:label "Foo"'},
                                 schema={"aboutUrl": "ent:{_sourceRow}"}),
    "a fragment": Case([CODE, NAME], PLAIN, {'<https://a.cn/t#a> rdfs:label "Foo"'},
                       schema={"aboutUrl": "https://a.cn/t{#code}"}),
    "two variables": Case([CODE, NAME], PLAIN, {'<https://a.cn/a,Foo?code=a> rdfs:label "Foo"'},
                          schema={"aboutUrl": "https://a.cn/{code,name}{?code}"}),
    "what has to be encoded": Case([CODE, NAME], "code,name\na b/中,Foo\n", {
        '<https://a.cn/a%20b%2F%E4%B8%AD> rdfs:label "Foo"'},
        schema={"aboutUrl": "https://a.cn/{code}"}),
    "the base of the table": Case([CODE, NAME], PLAIN, {
        '<https://a.cn/x/t.csv#a> rdfs:label "Foo"'}, schema={"aboutUrl": "#{code}"}, more={
            "url": "x/t.csv", "@context": [metadata.CONTEXT, {"@base": "https://a.cn/"}]}),
    "a language of the context": Case([CODE, NAME], PLAIN, FOO, more={
        "@context": [metadata.CONTEXT, {"@language": "de"}]}),
    "no base": Case([CODE, NAME], PLAIN, schema={"aboutUrl": "#{code}"},
                    error="'#{code}' begins with no IRI"),
    "no aboutUrl": Case([CODE, NAME], PLAIN, schema={"aboutUrl": None}, error="give aboutUrl"),
    "a property in full": Case([CODE, {**NAME, "propertyUrl": expand("rdfs:label")}], PLAIN, FOO),
    "a property of nobody": Case([CODE, {**NAME, "propertyUrl": "foo:name"}], PLAIN,
                                 error="unknown prefix"),
    "no property at all": Case([CODE, {"name": "name"}], PLAIN, error="nothing would be stated"),
    "no property": Case([CODE, NAME, {"name": "n"}], "code,name,n\na,Foo,1\n", FOO),
    "a value that is a thing": Case(
        [CODE, {"name": "b", "propertyUrl": "skos:exactMatch", "valueUrl": "ent:{b}"}],
        "code,b\na,c\nb,\n", {"ent:a skos:exactMatch ent:c"}),
    "a subject of its own": Case([CODE, {**NAME, "aboutUrl": "product:{code}"}], PLAIN,
                                 {'product:a rdfs:label "Foo"'}),
    # columns
    "a virtual column": Case([CODE, {"name": "v", "virtual": True, "propertyUrl": "rdf:type",
                                     "valueUrl": "ckg:Enterprise"}, NAME], PLAIN,
                             FOO | {"ent:a rdf:type ckg:Enterprise"}),
    "a virtual text": Case([CODE, NAME, {"name": "v", "virtual": True, "default": "1",
                                         "datatype": "integer", "propertyUrl": "skos:notation"}],
                           PLAIN, FOO | {'ent:a skos:notation "1"^^xsd:integer'}),
    "suppressOutput": Case([CODE, NAME, noted(suppressOutput=True)], "code,name,n\na,Foo,1\n", FOO),
    "suppressOutput of the table": Case([CODE, NAME], PLAIN, error="nothing would be stated",
                                        more={"suppressOutput": True}),
    # tables
    "remarks": Case([{**CODE, "dc:title": "c"}, NAME], PLAIN, FOO, schema={
        "rowTitles": "name"}, more={
        "dc:title": "t", "notes": [{"type": "x"}], "schema:license": {"@id": "https://a.cn/"},
        "@id": "https://a.cn/t", "@type": "Table", "tableDirection": "ltr", "transformations": []}),
    "a key that nobody reads": Case([CODE, NAME], PLAIN, error="'titel' is unknown here",
                                    more={"titel": "x"}),
    "a schema in another file": Case([], PLAIN, error="a schema in a file of its own is not read",
                                     more={"tableSchema": "https://a.cn/schema.json"}),
    "primaryKey": Case([CODE, NAME], "code,name\na,Foo\na,Foo\na,Bar\n", FOO, ("B",),
                       schema={"primaryKey": "code"}),
    "foreignKeys": Case([CODE, NAME, {"name": "of"}], "code,name,of\na,Foo,\nb,Bar,c\n", FOO,
                        ("C",), schema={"foreignKeys": [{"columnReference": "of", "reference": {
                            "resource": "t.csv", "columnReference": "code"}}]},
                        more={"url": "t.csv"}),
    "foreignKeys of another table": Case(
        [CODE, NAME], PLAIN, error="no table here has the url 'o.csv'", schema={"foreignKeys": [{
            "columnReference": "code", "reference": {"resource": "o.csv",
                                                     "columnReference": "code"}}]}),
    "foreignKeys of a schema": Case(
        [CODE, NAME], PLAIN, error="no table here has the schema with the @id",
        schema={"foreignKeys": [{
            "columnReference": "code", "reference": {"schemaReference": "o.json",
                                                     "columnReference": "code"}}]}),
}


def short(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Write a term with the project's prefixes, where the rest of it is a plain name."""
    text = str(term)
    for prefix, iri in sorted(prefixes().items(), key=lambda pair: -len(pair[1])):
        head, found, tail = text.partition(f"<{iri}")
        if found and tail.endswith(">") and tail[:-1].replace("-", "").isalnum():
            return f"{head}{prefix}:{tail[:-1]}"
    return text


@pytest.mark.parametrize("name", CASES)
def test_the_standard_is_kept_or_it_is_said(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    schema = {"aboutUrl": "ent:{code}", "columns": case.columns, **case.schema}
    described = {"@context": metadata.CONTEXT, "tableSchema": {
        key: value for key, value in schema.items() if value is not None}, **case.more}
    (tmp_path / "m.json").write_text(json.dumps(described), encoding="utf-8")
    (tmp_path / "t.csv").write_bytes(
        case.text if isinstance(case.text, bytes) else case.text.encode())
    if case.error:
        with pytest.raises(ClusterkgError, match=case.error.replace("{", r"\{")) as told:
            converted(tmp_path)
        assert "m.json:" in str(told.value)
    else:
        assert converted(tmp_path) == (case.triples, case.refused)


def converted(folder: Path) -> tuple[set[str], tuple[str, ...]]:
    """Give the triples, and the columns of the refused cells."""
    mapping = metadata.read(folder / "m.json", "t.csv")
    grid = tabular.load(CONNECTION, folder / "t.csv",
                        dialect.merged(tabular.Dialect(), mapping.dialect))
    conversion.convert(CONNECTION, mapping, grid)
    lines = CONNECTION.execute("SELECT DISTINCT s || ' ' || p || ' ' || o || ' .' FROM fact")
    read = list(ox.parse("\n".join(line for line, in lines.fetchall()), ox.RdfFormat.N_TRIPLES))
    refused = CONNECTION.execute("SELECT col FROM refused ORDER BY row, col").fetchall()
    return {" ".join(map(short, (quad.subject, quad.predicate, quad.object))) for quad in read
            if quad.predicate.value != SOURCE_ROW}, tuple(" ABCDEF"[col] for col, in refused)
