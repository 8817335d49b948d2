"""CSVW's datatypes: what is taken is well-formed to rdflib, and has the same value."""

import itertools
import operator
import re
from decimal import Decimal

import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterkg import tables
from clusterkg.csvw import lexical, numeral
from clusterkg.csvw.mapping import Datatype
from clusterkg.errors import UsageError

CONNECTION = tables.connect()
NAMES = ["integer", "decimal", "double", "boolean", "date", "dateTime", "gYear", "gYearMonth",
         "unsignedByte", "long", "time", "duration", "dayTimeDuration", "yearMonthDuration"]
DATED = {"date", "dateTime", "gYear", "gYearMonth"}
BEYOND = re.compile("-|0000|[0-9]{5}")  # years that Python's dates, and so rdflib, do not know
TEXTS = st.text(st.sampled_from("0123456789+-.:eETZINFa, "), max_size=22) | st.one_of(
    st.integers().map(str), st.decimals(allow_nan=False).map(str), st.dates().map(str),
    st.datetimes().map(lambda when: when.isoformat()), st.floats().map(str))


def checked(text: str, datatype: Datatype) -> tuple[str | None, str | None]:
    found = CONNECTION.execute(
        f"SELECT r.value, r.wrong FROM (SELECT {lexical.sql(datatype, 'v1')} AS r "
        "FROM (SELECT ?::VARCHAR AS v1))", [text]).fetchone()
    assert found
    return found


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_taken_is_well_formed(name: str, text: str) -> None:
    value, wrong = checked(text, Datatype(lexical.XSD + name))
    assert (value is None) == (wrong is not None)
    if value is not None and not (name in DATED and BEYOND.match(value)):
        read = rdflib.Literal(value, datatype=rdflib.URIRef(lexical.XSD + name), normalize=False)
        assert not read.ill_typed
        if name in ("integer", "decimal", "long"):
            assert Decimal(value) == Decimal(text)
        assert checked(value, Datatype(lexical.XSD + name)) == (value, None)


@pytest.mark.parametrize(("text", "name", "value"), [
    ("007", "integer", "7"), ("+5", "integer", "5"), ("-0", "integer", "0"),
    ("1.50", "decimal", "1.5"),
    (".5", "decimal", "0.5"), ("5.", "decimal", "5"), ("256", "unsignedByte", None),
    ("1", "boolean", "true"), ("2019-02-29", "date", None), ("1.5", "integer", None),
    ("2019-01-02T10:00:00", "dateTime", "2019-01-02T10:00:00"), ("x", "double", None),
    ("P1DT2H30M", "dayTimeDuration", "P1DT2H30M"), ("-PT0.5S", "dayTimeDuration", "-PT0.5S"),
    ("P1M", "dayTimeDuration", None), ("P1D", "yearMonthDuration", None), ("PT", "duration", None),
    ("P1Y2M3DT4H", "duration", "P1Y2M3DT4H"), ("26:30", "duration", None)])
def test_one_value_one_text(text: str, name: str, value: str | None) -> None:
    assert checked(text, Datatype(lexical.XSD + name))[0] == value


LONG = st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-10**20 + 1,
                   max_value=10**20 - 1)
COMPARED = {"minimum": operator.ge, "maximum": operator.le, "minExclusive": operator.gt,
            "maxExclusive": operator.lt}


@settings(max_examples=100, deadline=None)
@example(limit=Decimal("1234567890123456789.1111111114"), number=Decimal(0), near="",
         word="maximum", is_near=True)
@given(limit=LONG, number=LONG, near=st.sampled_from(["", "0", "00000000001"]),
       word=st.sampled_from(sorted(COMPARED)), is_near=st.booleans())
def test_decimals_are_compared_to_their_last_digit(
        limit: Decimal, number: Decimal, near: str, word: str, is_near: bool) -> None:
    text = f"{limit:f}{near}" if is_near else f"{number:f}"
    found, _ = checked(text, Datatype(lexical.XSD + "decimal", limits={word: f"{limit:f}"}))
    assert (found is not None) == COMPARED[word](Decimal(text), limit)


@pytest.mark.parametrize(("text", "word", "fits"), [
    ("9007199254740993", "maximum", False), ("9007199254740992", "maximum", True),
    ("-9007199254740993", "minimum", True), ("-0.0", "minimum", True)])
def test_limits_have_more_digits_than_a_double(text: str, word: str, fits: bool) -> None:
    limit = {"maximum": "9007199254740992", "minimum": "-9007199254740993.5"}[word]
    found, _ = checked(text, Datatype(lexical.XSD + "decimal", limits={word: limit}))
    assert (found is not None) == fits


def test_what_is_no_number_keeps_to_no_limit() -> None:
    limited = Datatype(lexical.XSD + "double", limits={"minimum": "0"})
    assert checked("NaN", limited)[0] is None
    assert checked("INF", limited)[0] == "INF"


@pytest.mark.parametrize(("datatype", "text", "value"), [
    (Datatype(lexical.XSD + "date", "d.M.yyyy"), "2.1.2019", "2019-01-02"),
    (Datatype(lexical.XSD + "date", "yyyyMMdd"), "20190102", "2019-01-02"),
    (Datatype(lexical.XSD + "date", "yyyy年M月d日"), "2019年1月2日", "2019-01-02"),
    (Datatype(lexical.XSD + "boolean", "是|否"), "是", "true"),
    (Datatype(lexical.XSD + "boolean", "是|否"), "true", None),
    (Datatype(lexical.XSD + "string", "[A-Z]{2}"), "AB", "AB"),
    (Datatype(lexical.XSD + "string", "[A-Z]{2}"), "ABC", None),
    (Datatype(lexical.XSD + "decimal", group=".", decimal=","), "1.234,50", "1234.5"),
    (Datatype(lexical.XSD + "integer", group=","), "1,234", "1234"),
    (Datatype(lexical.XSD + "integer", group=","), "12,34", None),
    (Datatype(lexical.XSD + "integer", limits={"minimum": "5"}), "4", None),
    (Datatype(lexical.XSD + "date", limits={"maximum": "2020-01-01"}), "2019-01-02", "2019-01-02"),
    (Datatype(lexical.XSD + "string", limits={"maxLength": "2"}), "三个字", None)])
def test_formats_and_limits(datatype: Datatype, text: str, value: str | None) -> None:
    lexical.check(datatype)
    assert checked(text, datatype)[0] == value


def test_a_text_of_another_form_is_not_said_to_be_none() -> None:
    found = checked("ABC", Datatype(lexical.XSD + "string", "[A-Z]{2}"))
    assert found == (None, "is not of the form that the mapping asks for")


@pytest.mark.parametrize("datatype", [
    Datatype(lexical.XSD + "date", "dd MMM yyyy"), Datatype(lexical.XSD + "integer", "0.0.0"),
    Datatype(lexical.XSD + "boolean", "Y"),
    Datatype(lexical.XSD + "integer", limits={"length": "1"}),
    Datatype(lexical.XSD + "integer", limits={"minimum": "1; DROP"}),
    Datatype(lexical.XSD + "integer", limits={"maximum": "1.5"}),
    Datatype(lexical.XSD + "string", limits={"maxLength": "٣"}),
    Datatype(lexical.XSD + "date", limits={"minimum": "2019-02-30"}),
    Datatype(lexical.XSD + "string", "(a{500}){500}")])
def test_formats_that_mean_nothing(datatype: Datatype) -> None:
    with pytest.raises(UsageError):
        lexical.check(datatype)


@pytest.mark.parametrize("pattern", ["0", "#", "000", "#,##0", "0,000", "00,000", "#,000", "#,#00",
                                     "000,000", "#,###", "00,0"])
def test_patterns_take_the_numbers_that_have_their_form(pattern: str) -> None:
    """Each way to part up to nine digits by commas, judged by counting."""
    shape = re.compile(numeral.shape(Datatype("", pattern, "," if "," in pattern else "")))
    least, size = pattern.count("0"), len(pattern.rsplit(",", 1)[-1])
    for digits in ("123456789"[:count] for count in range(1, 10)):
        for commas in itertools.product(("", ","), repeat=len(digits) - 1):
            text = digits[0] + "".join(map("".join, zip(commas, digits[1:], strict=True)))
            first, *groups = text.split(",")
            is_parted = "," in pattern and len(first) <= size and all(
                len(group) == size for group in groups)
            fits = len(digits) >= least and (is_parted or ("," not in pattern and not groups))
            assert bool(shape.fullmatch(text)) == fits, text
