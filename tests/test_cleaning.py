"""Cleaning rules: each gives what is meant, or refuses; none guesses."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from clusterkg import tables
from clusterkg.csvw import cleaning
from clusterkg.errors import UsageError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
PARAMETERS: dict[str, dict[str, str | int]] = {
    "code": {"length": 6}, "amount": {"unit": "元", "currency": "any"},
    "percent": {"bare": "percent"}}
CONNECTION = tables.connect()
# Texts like those in registers: what rules look for, in any order.
SIGNS = st.sampled_from("0123456789,.-+/ 年月日万亿元人民币美%‰eE()ABIOSZ*　１，N/A")
DIRTY = st.text(SIGNS, max_size=24)


def clean(name: str, cell: str, **parameters: str | int) -> tuple[str | None, str | None]:
    """Give the value, and what is wrong."""
    rule = cleaning.rule(name)
    expression = rule.sql("v1", rule.check(parameters))
    found = CONNECTION.execute(f"SELECT r.value, r.wrong, r.advice FROM (SELECT {expression} AS r "
                               "FROM (SELECT ?::VARCHAR AS v1))", [cell]).fetchone()
    assert found
    value, wrong, advice = found
    assert (wrong is None) == (advice is None)
    assert wrong is None or value is None
    return value, wrong


@pytest.mark.parametrize("name", cleaning.rules())
def test_every_rule_says_what_it_does(name: str) -> None:
    assert len(cleaning.rule(name).meaning) > 20
    assert cleaning.rule(name).meaning.endswith((".", ":")) or ":" in cleaning.rule(name).meaning


@pytest.mark.parametrize("name", cleaning.rules())
@settings(max_examples=40)
@given(cell=DIRTY | st.text())
def test_what_is_clean_stays(name: str, cell: str) -> None:
    more = PARAMETERS.get(name, {})
    value, _ = clean(name, cell.replace("\0", ""), **more)
    if value is not None and name not in ("currency", "member"):
        again, wrong = clean(name, value, **more)
        assert (again, wrong) == (value, None)


@given(number=st.decimals(0, 10**10, places=3, allow_nan=False, allow_infinity=False),
       unit=st.sampled_from(["", "千", "万", "百万", "亿"]), grouped=st.booleans(),
       currency=st.sampled_from(["元", "人民币", "元人民币", "元(人民币)", "圆"]))
def test_amounts(number: Decimal, unit: str, grouped: bool, currency: str) -> None:
    scale = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8}[unit]
    written = f"{number:,f}" if grouped else f"{number:f}"
    value, wrong = clean("amount", written + unit + currency)
    assert wrong is None
    assert Decimal(str(value)) == number * scale
    assert clean("currency", written + unit + currency, bare="CNY") == ("CNY", None)


@pytest.mark.parametrize("cell", ["1000", "1,00万元", "万元", "1000万股", "1000万美元",
                                  "约1000万元", "1000-2000万元", "1.000,5万元", "壹仟万元",
                                  "1万2千元", "", "100 200万元", "5 0万元", "注册资本1000万元",
                                  "(1,000.00元)", "1000((万元)", "一百万元", "1０00万元", "−5万元"])
def test_amounts_that_are_not_plain_are_refused(cell: str) -> None:
    value, wrong = clean("amount", cell)
    assert value is None
    assert wrong


@pytest.mark.parametrize(("cell", "value"), [
    ("1.2亿", "120000000"), ("￥1,000.00", "1000"), ("1000万(元)", "10000000"), ("0万元", "0"),
    ("1000(万元)", "10000000"), ("-5万元", "-50000"), ("1000 万元", "10000000"),
    ("100万元整", "1000000"), ("500万元(人民币)", "5000000"), ("人民币 1,000 元", "1000")])
def test_amounts_as_offices_write_them(cell: str, value: str) -> None:
    assert clean("amount", cell) == (value, None)


def test_an_amount_in_words_is_said_to_be_one() -> None:
    assert clean("amount", "壹佰万元整") == (None, "is an amount in words")
    assert clean("amount", "１，０００万元")[1]
    assert clean("amount", str(clean("width", "１，０００万元")[0])) == ("10000000", None)


@pytest.mark.parametrize(("cell", "currency"), [
    ("500万美元", "USD"), ("HK$1,000", "HKD"), ("10万欧元", "EUR"), ("1亿日元", "JPY"),
    ("2万英镑", "GBP"), ("$5", "USD"), ("美元500万", "USD"), ("USD 5", "USD"),
    ("1000(万元)", None), ("1000万元人民币", "CNY"), ("RMB 5", "CNY")])
def test_a_currency_is_told_and_its_amount_taken(cell: str, currency: str | None) -> None:
    assert clean("amount", cell, currency="any")[1] is None
    found, wrong = clean("currency", cell)
    assert (found, wrong) == ((None, "has a currency that is not known") if cell == "$5"
                              else (None, "does not say which currency") if currency is None
                              else (currency, None))


@given(day=DAYS, form=st.sampled_from(["{0:04}-{1:02}-{2:02}", "{0:04}/{1}/{2}", "{0:04}.{1}.{2}",
                                       "{0:04}{1:02}{2:02}", "{0:04}年{1}月{2}日",
                                       "{0:04}/{1:02}/{2:02} 00:00:00"]))
def test_days_in_five_forms(day: date, form: str) -> None:
    assert clean("date", form.format(day.year, day.month, day.day)) == (day.isoformat(), None)


@given(cell=DIRTY)
def test_no_day_comes_of_what_is_none(cell: str) -> None:
    value, _ = clean("date", cell)
    if value is not None:
        digits = re.findall(r"[0-9]+", cell)
        parts = digits if len(digits) >= 3 else [cell[:4], cell[4:6], cell[6:8]]
        assert date(*(int(part) for part in parts[:3])).isoformat() == value


@pytest.mark.parametrize("cell", ["2019年13月1日", "2019-02-29", "2019/1-2", "2019-1", "19-01-02",
                                  "01/02/2019", "2019-01-02 10:30:00", "2019.01", "00000000",
                                  "2019/13/01", "2019-02-30", "长期", "1900-01-00", "2019年",
                                  "19.1.2", "2019年1月", "0001-01-01", "0000-00-00", "43467",
                                  "2019-01-01T16:00:00Z", "2019/1/2/3", "2019－01－02"])
def test_days_that_are_none_are_refused(cell: str) -> None:
    assert clean("date", cell)[1]


def test_a_time_of_the_day_is_said_to_be_one() -> None:
    assert clean("date", "2019-01-02 08:00:00") == (None, "has a time of the day")
    assert "year 1000" in str(clean("date", "0001-01-01")[1])


@given(day=st.dates(date(1927, 5, 18), date(2099, 12, 31)), tail=st.sampled_from(["", ".0"]))
def test_days_that_a_spreadsheet_counts(day: date, tail: str) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    assert clean("excel-date", f"{serial}{tail}") == (day.isoformat(), None)


@pytest.mark.parametrize("cell", ["20190102", "2019-01-02", "60", "0", "2958466", "12.5", "2019",
                                  "201905", "9999", "73051", "43467.5", "190102"])
def test_what_no_spreadsheet_counts_stays(cell: str) -> None:
    assert clean("excel-date", cell) == (cell, None)


@given(code=st.integers(0, 999_999), tail=st.sampled_from(["", ".0"]))
def test_lost_zeros_come_back(code: int, tail: str) -> None:
    assert clean("code", f"{code}{tail}", length=6) == (str(code).zfill(6), None)


@pytest.mark.parametrize("cell", ["1234567", "12a", "5.00113E+05", "", "-12", "12.5"])
def test_what_is_no_code_is_refused(cell: str) -> None:
    assert clean("code", cell, length=6)[1]


@given(body=st.text(st.sampled_from(ALPHABET), min_size=17, max_size=18) | st.builds(
    lambda front, rest: f"91{front:06}{rest}", st.integers(0, 999_999),
    st.text(st.sampled_from(ALPHABET), min_size=9, max_size=10)), mended=st.booleans())
def test_credit_codes(body: str, mended: bool) -> None:
    code = body[:17] + uscc.calc_check_digit(body[:17]) if mended else body
    value, wrong = clean("credit-code", code)
    if code[:2].isdigit():  # letters there are right, which the oracle does not know
        assert (value == code) == uscc.is_valid(code)
    assert (wrong is None) == (value is not None)
    assert clean("credit-code-form", code)[0] == (code if re.fullmatch(
        r"..[0-9]{6}.{10}", code) else None)


def test_credit_codes_are_written_in_one_way() -> None:
    assert clean("credit-code", " 9111 0000-600037341l") == ("91110000600037341L", None)


@pytest.mark.parametrize("letter", "IOSVZ")
@pytest.mark.parametrize("rule", ["credit-code", "credit-code-form"])
def test_letters_that_no_credit_code_has_are_named(rule: str, letter: str) -> None:
    for place in range(18):
        code = "91110000600037341L"[:place] + letter + "91110000600037341L"[place + 1:]
        assert "letter that no credit code has" in str(clean(rule, code)[1])
        assert not uscc.is_valid(code)


@pytest.mark.parametrize("cell", ["000569", "000569.SZ", "000569SZ", "SZ000569", "sz.000569"])
def test_securities_codes_have_one_form(cell: str) -> None:
    assert clean("securities-code", cell) == ("000569", None)


@pytest.mark.parametrize("cell", ["600373.SZ", "000569.SH", "00700.HK", "569", "0005690",
                                  "SZ000569.SZ"])
def test_securities_codes_that_contradict_themselves_are_refused(cell: str) -> None:
    assert clean("securities-code", cell)[1]


@pytest.mark.parametrize(("cell", "value"), [
    ("1,234.50", "1234.5"), ("0012", "12"), ("-0.0", "0"), ("+7", "7"), ("-1,000", "-1000"),
    ("1 234 567.5", "1234567.5"), ("1\N{NO-BREAK SPACE}234", "1234"), ("1234", "1234")])
def test_numbers(cell: str, value: str) -> None:
    assert clean("number", cell) == (value, None)


@pytest.mark.parametrize(("cell", "value"), [
    ("1.234,50", "1234.5"), ("1234,5", "1234.5"), ("1.234", "1234"), ("-7", "-7"),
    ("1 234,5", "1234.5"), ("1234.5", None), ("1,234.5", None)])
def test_numbers_with_a_decimal_comma_where_it_is_declared(cell: str, value: str | None) -> None:
    assert clean("number", cell, decimal="comma")[0] == value


@pytest.mark.parametrize("cell", ["1,23", "1.2E+05", "12a", "", "1.", "1,0000", "½", "1.234,5",
                                  "1'234", "1 23", "12 34,567", "1,2E5", "1 234,567"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    assert clean("number", cell)[1]


@pytest.mark.parametrize(("cell", "text"), [
    ('="000569"', "000569"), ("'000569", "000569"), ("915001130000\t", "915001130000"),
    ('=""', ""), ("'甲'", "'甲'"), ("=1+1", "=1+1"), ("'t Hooft's", "'t Hooft's"), ("a'b", "a'b")])
def test_marks_that_keep_a_text_are_taken_off(cell: str, text: str) -> None:
    assert clean("text-mark", cell) == (text, None)


@given(number=st.decimals(-1000, 1000, places=4, allow_nan=False, allow_infinity=False))
def test_shares(number: Decimal) -> None:
    assert Decimal(str(clean("percent", f"{number}%")[0])) == number
    assert Decimal(str(clean("percent", f"{number}‰")[0])) == number / 10
    assert Decimal(str(clean("percent", f"{number}%", **{"as": "fraction"})[0])) == number / 100
    assert clean("percent", f"{number}")[1]
    assert Decimal(str(clean("percent", f"{number}", bare="fraction")[0])) == number * 100


@given(text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFEF,
                                  exclude_categories=["Cs"])))
def test_width_is_what_unicode_calls_compatible(text: str) -> None:
    expected = "".join(unicodedata.normalize("NFKC", one) if "！" <= one <= "～" or one == "\u3000"
                       else one for one in text)
    assert clean("width", text) == (expected, None)


@pytest.mark.parametrize("cell", ["N/A", "#N/A", "-", "--", "—", "/", "无", "暂无", "NULL", "nan",
                                  "*"])
def test_words_for_nothing(cell: str) -> None:
    assert clean("empty-words", cell) == (None, None)


@pytest.mark.parametrize("cell", ["无锡", "0", "N", "无忧", "A/B", "三角***份限公司"])
def test_words_for_something(cell: str) -> None:
    assert clean("empty-words", cell) == (cell, None)


@pytest.mark.parametrize(("name", "given", "said"), [
    ("code", {}, "needs length"), ("code", {"length": "6"}, "whole number"),
    ("code", {"length": 6, "width": 1}, "no parameter 'width'"),
    ("amount", {"unit": "' OR 1"}, "千元"), ("trim", {"x": 1}, "it has: none")])
def test_parameters_that_do_not_fit(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        cleaning.rule(name).check(given)


def test_a_rule_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="there are amount, code"):
        cleaning.rule("guess")


def test_small_letters() -> None:
    assert clean("lower", "CNY") == ("cny", None)


@given(number=st.decimals(Decimal("1e-9"), Decimal("1e9"), allow_nan=False, allow_infinity=False,
                          places=12), form=st.sampled_from(["{:e}", "{:.3E}", "{:+.12e}"]))
def test_exponents_are_written_out(number: Decimal, form: str) -> None:
    written = form.format(number)
    value, wrong = clean("exponent", written)
    assert wrong is None
    if len(written.partition("e")[0]) <= 19:
        assert Decimal(str(value)) == Decimal(written)
        assert "e" not in str(value).lower()


@pytest.mark.parametrize("cell", ["12", "1.5", "5E5X", "1e400", "91e5", "x"])
def test_what_has_no_exponent_stays(cell: str) -> None:
    assert clean("exponent", cell) == (cell, None)


@pytest.mark.parametrize(("cell", "value"), [
    ('{"a": 4', "a"), (' "磷肥": {}}', "磷肥"), (r'"a\"b": 1', 'a"b')])
def test_a_member_of_an_object_gives_its_name(cell: str, value: str) -> None:
    assert clean("member", cell) == (value, None)
    assert clean("member", "a: 1")[1]
