"""The CSVW export reads back as the triples that cells can hold, and says what is left out."""

import io
import re
import zipfile

import csvw_reading
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from odd_quads import CKG, EX, RDF, XSD, quads
from reading import union, written

LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = ox.NamedNode(f"{RDF}type")


def left_out(quad: ox.Quad) -> bool:
    """Say independently of the exporter which triples a cell cannot hold."""
    return any(_lost(term) for term in quad.triple)


def _lost(term: object) -> bool:
    if isinstance(term, ox.NamedNode):
        return not term.value.isascii()
    if not isinstance(term, ox.Literal):
        return True
    value = term.value
    if not value or "\x00" in value:
        return True
    name = term.datatype.value.removeprefix(XSD)
    ill_formed = {"integer": ("x",), "decimal": (), "double": (), "boolean": ("TRUE",),
                  "date": ("2020-02-30",), "gYear": ("02022",)}
    return value in ill_formed.get(name, ())


@settings(max_examples=150, deadline=None)
@given(quads(named=False))
def test_reads_back_equal_but_for_what_is_named(data: list[ox.Quad]) -> None:
    content = written("csvw", data)
    expected = {quad for quad in union(data) if not left_out(quad)}
    read = csvw_reading.read(content)
    assert set(read) == expected
    assert len(read) == len(expected), "each triple is carried once"
    assert sum(csvw_reading.notes(content).values()) == len(set(data)) - len(expected)


def tables(data: list[ox.Quad]) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(written("csvw", data))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def quad(subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(EX + subject), predicate, value)


def test_one_table_a_class_named_after_the_most_specific() -> None:
    above = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    firm, agent = ox.NamedNode(f"{EX}Firm"), ox.NamedNode(f"{EX}Agent")
    found = tables([quad("Firm", above, agent), quad("a", TYPE, firm), quad("a", TYPE, agent),
                    quad("b", TYPE, agent), quad("a", LABEL, ox.Literal("A", language="en"))])
    assert sorted(found) == ["Agent.csv", "Firm.csv", "csv-metadata.json", "untyped.csv"]
    assert found["Firm.csv"] == f"id,label\r\n{EX}a,A\r\n"


def test_several_values_share_a_cell_or_get_a_table() -> None:
    partner = ox.NamedNode(f"{CKG}partner")
    found = tables([quad("a", LABEL, ox.Literal("x")), quad("a", LABEL, ox.Literal("y|z")),
                    quad("a", partner, ox.NamedNode(f"{EX}b")),
                    quad("a", partner, ox.NamedNode(f"{EX}c"))])
    assert found["untyped.csv"] == f"id,label\r\n{EX}a,x;y|z\r\n"
    assert found["untyped.partner.csv"] == f"id,partner\r\n{EX}a,{EX}b\r\n{EX}a,{EX}c\r\n"


def test_kinds_of_one_property_have_columns_of_their_own() -> None:
    found = tables([quad("a", LABEL, ox.Literal("A", language="en")),
                    quad("a", LABEL, ox.Literal("甲", language="zh")),
                    quad("a", LABEL, ox.Literal("1", datatype=ox.NamedNode(f"{XSD}integer")))])
    assert found["untyped.csv"].splitlines()[0] == "id,label_en,label_zh,label_integer"


@pytest.mark.parametrize("word", ["blank", "URI templates"])
def test_what_is_left_out_is_said(word: str) -> None:
    content = written("csvw", [ox.Quad(ox.BlankNode(), LABEL, ox.Literal("x")),
                               quad("中", LABEL, ox.Literal("x"))])
    assert [n for why, n in csvw_reading.notes(content).items() if word in why] == [1]


def test_zip_holds_no_time_and_no_compression() -> None:
    with zipfile.ZipFile(io.BytesIO(written("csvw", [quad("a", LABEL, ox.Literal("x"))]))) as made:
        assert {entry.date_time for entry in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(entry.compress_size == entry.file_size for entry in made.infolist())
        assert all(re.fullmatch(r"[\w.-]+", name) for name in made.namelist())
