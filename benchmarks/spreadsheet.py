"""Write a made-up register as a spreadsheet export, dirty as they are, and what is true of it.

    python benchmarks/spreadsheet.py --rows 1000000 --seed 1 --out DIR

writes DIR/register.csv, its mapping DIR/register.json, and DIR/truth.json: which lines have to end
in quarantine, by what is wrong with them, which are skipped, and how many enter. With --changed N
it also writes DIR/edited/register.csv: the same, but that N companies have another capital.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import names

HEADER = ("企业名称", "统一社会信用代码", "法定代表人", "注册资本", "成立日期", "登记状态",
          "所属省份", "所属城市", "所属区县", "注册地址", "主营产品", "经营范围")
_NAME, _CODE, _CAPITAL, _DAY, _STATUS, _PROVINCE, _CITY, _COUNTY = 0, 1, 3, 4, 5, 6, 7, 8
_DIRTY, _SKIPPED, _AGAIN = 0.01, 0.0001, 0.001  # shares of all rows
_MOST_ALIKE = 125_000  # brands that differ
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GOODS = ("柴油发动机", "变速箱", "压铸件", "齿轮", "曲轴", "连杆", "发电机组", "液压泵", "车桥",
          "控制器")
_PLACE = re.compile(r"^place:cn-(\d{6}) a ckg:(\w+) ;\n    rdfs:label \"([^\"]+)\"@zh",
                    re.MULTILINE)
_DATA = Path(__file__).parent.parent / "data" / "cn-divisions.ttl"

Row = list[str]


@dataclass
class Places:
    """The counties of China, with the names of what they lie in."""

    settled: list[tuple[str, str, str, str]] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @classmethod
    def read(cls) -> "Places":
        """Take those counties whose name is the only one in what they lie in."""
        found = _PLACE.findall(_DATA.read_text(encoding="utf-8"))
        name = {code: label for code, _, label in found}
        counties = [(code, label) for code, kind, label in found if kind == "CountyLevelArea"]
        there = defaultdict(set)
        for code, label in counties:
            there[label].add(code[:2])
        alone = Counter((code[:2], label) for code, label in counties)
        made = cls(doubled=sorted(label for label, those in there.items() if len(those) > 1))
        made.settled = [
            (code, name[f"{code[:2]}0000"], name.get(f"{code[:4]}00", "市辖区"), label)
            for code, label in counties if alone[code[:2], label] == 1]
        return made


class Register:
    """Rows one after the other, the same for the same seed."""

    def __init__(self, seed: int):
        """Begin."""
        self.random, self.places, self.number = Random(seed), Places.read(), 0

    def row(self, more: int = 0) -> Row:
        """Draw a clean row; `more` is added to its capital in 万元."""
        draw = self.random.random
        self.number += 1
        code, province, city, county = self.places.settled[int(draw() * len(self.places.settled))]
        _, brand = names.brand(self.number % _MOST_ALIKE)
        goods = _GOODS[int(draw() * len(_GOODS))]
        other = _GOODS[int(draw() * len(_GOODS))]
        person = _SURNAMES[int(draw() * 20)] + brand[:1]
        return [f"{county}{brand}{goods}有限公司", names.credit_code(code, self.number), person,
                _capital(int(draw() * 9_000) + 100 + more, draw()),
                _day(int(draw() * 10_000), draw()), "存续" if draw() < 0.9 else "在业",
                province, city, county, f"{province}{county}{brand}路{self.number % 999}号",
                f"{goods};{other}", f"{goods}的制造，{other}的销售"]

    def noise(self, row: Row) -> None:
        """Write some cells as people do; all of it can be cleaned."""
        chance = self.random.random()
        if chance < 0.01:
            row[_CODE] = "".join(chr(ord(sign) + 0xFEE0) for sign in row[_CODE])
        elif chance < 0.02:
            row[_CODE] = f" {row[_CODE]}\t"
        elif chance < 0.03:
            row[2] = "N/A"
        elif chance < 0.05:
            row[11] = f'{row[11]}, "{row[10]}"\n依法须经批准的项目除外'


def _capital(amount: int, chance: float) -> str:
    if chance < 0.4:
        return f"{amount}万元人民币"
    if chance < 0.6:
        return f"{amount:,}万元"
    return f"{amount}0000" if chance < 0.8 else f"{amount / 10_000}亿元"


def _day(number: int, chance: float) -> str:
    rest, day = divmod(number, 28)
    year, month = divmod(rest, 12)
    year, month, day = 1990 + year, month + 1, day + 1
    forms = (f"{year}-{month:02}-{day:02}", f"{year}/{month}/{day}", f"{year}.{month}.{day}",
             f"{year}{month:02}{day:02}", f"{year}年{month}月{day}日")
    return forms[int(chance * 5)]


def line(row: Row) -> bytes:
    """Write a row as CSV does."""
    quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' if re.search('[,"\n]', cell) else cell
              for cell in row)
    return (",".join(quoted) + "\n").encode()


def _set(column: int, value: Callable[[Register, Row], str]) -> Callable[[Register, Row], bytes]:
    def made(register: Register, row: Row) -> bytes:
        row[column] = value(register, row)
        return line(row)
    return made


def _other_digit(_: Register, row: Row) -> str:
    return row[_CODE][:-1] + ("0" if row[_CODE][-1] != "0" else "1")


def _ambiguous(register: Register, row: Row) -> bytes:
    row[_PROVINCE] = row[_CITY] = ""
    row[_COUNTY] = register.random.choice(register.places.doubled)
    return line(row)


def _contradiction(register: Register, row: Row) -> bytes:
    row[_PROVINCE], row[_CITY] = ("四川省", "成都市") if row[_PROVINCE] != "四川省" else (
        "广东省", "广州市")
    row[_COUNTY] = "密云区" if row[_PROVINCE] != "北京市" else "渝北区"
    return line(row)


# What may be wrong with a row, and how it is made so.
FAULTS: dict[str, Callable[[Register, Row], bytes]] = {
    "check digit": _set(_CODE, _other_digit),
    "short code": _set(_CODE, lambda _, row: row[_CODE][:-1]),
    "no code": _set(_CODE, lambda _, row: ""),
    "no name": _set(_NAME, lambda _, row: ""),
    "no such day": _set(_DAY, lambda _, row: "2019年13月1日"),
    "no date": _set(_DAY, lambda _, row: "去年"),
    "no amount": _set(_CAPITAL, lambda _, row: "面议"),
    "unknown status": _set(_STATUS, lambda _, row: "不详状态"),
    "unknown place": _set(_COUNTY, lambda _, row: "火星区"),
    "ambiguous place": _ambiguous,
    "contradiction": _contradiction,
    "shifted columns": lambda _, row: f"{row[0]},分公司,".encode() + line(row[1:]),
    "cut off": lambda _, row: line(row[:5]),
    "NUL": lambda _, row: b"\0" + line(row),
    "open quote": lambda _, row: b'"' + line([*row[:10], "", ""]),
    "other encoding": lambda _, row: row[0].encode("gb18030") + b"," + line(row[1:]),
}


def generate(rows: int, seed: int, folder: Path, changed: frozenset[int] = frozenset()) -> (
        dict[str, object]):
    """Write the register with as many rows; those in `changed` get another capital if clean."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "register.csv").open("wb") as out:
        out.write(line(list(HEADER)))
        writing = _Writing(Register(seed))
        for index in range(rows):
            out.write(writing.row(index in changed))
    return writing.truth(rows)


@dataclass
class _Writing:
    """What was written so far."""

    register: Register
    number: int = 2  # of the next line
    quarantined: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    former: Row | None = None

    def row(self, change: bool) -> bytes:
        """Draw a row and write it, clean or not."""
        row, random = self.register.row(more=10_000 * change), self.register.random
        chance, kind = random.random(), random.choice(list(FAULTS))
        if chance < _DIRTY * len(FAULTS) / (len(FAULTS) + 1):
            self.quarantined[kind].append(self.number)
            written = FAULTS[kind](self.register, row)
        elif chance < _DIRTY and self.former:
            self.quarantined["same key"].append(self.number)
            row[_CODE], row[_CAPITAL] = self.former[_CODE], "77万元"
            written = line(row)
        elif chance < _DIRTY + _SKIPPED:
            self.skipped.append(self.number)
            row[_STATUS] = "注销"
            written = line(row)
        elif chance < _DIRTY + _SKIPPED + _AGAIN and self.former:
            written = line(self.former)
        else:
            written = self._clean(row, change)
        self.number += written.count(b"\n")
        return written

    def _clean(self, row: Row, change: bool) -> bytes:
        self.register.noise(row)
        self.changed += [self.number] if change else []
        self.former = row
        return line(row)

    def truth(self, rows: int) -> dict[str, object]:
        """Give what is known of the rows."""
        bad = sum(map(len, self.quarantined.values()))
        return {"rows": rows, "entered": rows - bad - len(self.skipped), "skipped": self.skipped,
                "quarantined": self.quarantined, "changed": self.changed}


def mapping() -> dict[str, object]:
    """Give the mapping of such a register."""
    clean = ["width", "trim"]
    return {
        "@context": "http://www.w3.org/ns/csvw", "url": "register.csv",
        "ckg:source": {"title": "Made-up register", "language": "zh", "issued": "2026-01-01"},
        "ckg:skip": [{"column": "登记状态", "equals": ["注销"], "why": "no longer registered"}],
        "ckg:mint": {"namespace": "ent", "code": "统一社会信用代码"},
        "tableSchema": {
            "aboutUrl": "{+_iri}", "primaryKey": "统一社会信用代码",
            "columns": [
                {"titles": "企业名称", "propertyUrl": "rdfs:label", "lang": "zh", "required": True},
                {"titles": "统一社会信用代码", "propertyUrl": "ckg:unifiedSocialCreditCode",
                 "required": True, "ckg:rules": [*clean, "credit-code"]},
                {"titles": "法定代表人", "propertyUrl": "ckg:legalRepresentative",
                 "null": ["", "N/A"]},
                {"titles": "注册资本", "propertyUrl": "ckg:registeredCapital",
                 "datatype": "decimal", "ckg:rules": [*clean, {"rule": "amount", "unit": "元"}]},
                {"titles": "成立日期", "propertyUrl": "ckg:establishedOn", "datatype": "date",
                 "ckg:rules": [*clean, "date"]},
                {"titles": "登记状态", "propertyUrl": "ckg:registrationStatus", "ckg:resolve": {
                    "class": "ckg:RegistrationStatus", "by": "label"}},
                {"titles": "所属省份"}, {"titles": "所属城市"},
                {"titles": "所属区县", "propertyUrl": "ckg:registeredIn", "ckg:resolve": {
                    "class": "ckg:CountyLevelArea", "by": "place",
                    "within": ["所属省份", "所属城市"]}},
                {"titles": "注册地址", "propertyUrl": "ckg:registeredAddress"},
                {"titles": "主营产品"},
                {"titles": "经营范围", "propertyUrl": "ckg:businessScope", "lang": "zh"},
                {"name": "type", "virtual": True, "propertyUrl": "rdf:type",
                 "valueUrl": "ckg:Enterprise"},
                {"name": "currency", "virtual": True, "propertyUrl": "ckg:capitalCurrency",
                 "valueUrl": "unit:cny"}]}}


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--changed", type=int, default=0, metavar="N",
                        help="write an edited register, too, in which N companies differ")
    arguments = parser.parse_args()
    truth = generate(arguments.rows, arguments.seed, arguments.out)
    if arguments.changed:
        chosen = Random(arguments.seed).sample(range(arguments.rows), arguments.changed)
        edited = generate(arguments.rows, arguments.seed, arguments.out / "edited",
                          frozenset(chosen))
        truth["changed"] = edited["changed"]
    (arguments.out / "truth.json").write_text(json.dumps(truth, sort_keys=True) + "\n")
    (arguments.out / "register.json").write_text(
        json.dumps(mapping(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: truth[name] for name in ("rows", "entered")}))


if __name__ == "__main__":
    main()
