"""Write a made-up register as a spreadsheet export, dirty as they are, and what is true of it.

    python benchmarks/spreadsheet.py --rows 1000000 --seed 1 --out DIR

writes DIR/register.csv, its mapping DIR/register.json, DIR/data/industries.ttl, which has to be in
the graph, and DIR/truth.json: which lines have to end in quarantine, by what is wrong with them,
which are skipped, how many enter, and what some of them say. With --changed N it also writes
DIR/edited/register.csv: the same, but that N companies have another capital. With --plain it writes
DIR/plain.csv and DIR/plain.json only: a register that any tool can read, with nothing to clean.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import columns
import names

HEADER = ("企业名称", "统一社会信用代码", "法定代表人", "注册资本", "成立日期", "登记状态",
          "所属省份", "所属城市", "所属区县", "注册地址", "行业代码", "经营范围")
_NAME, _CODE, _CAPITAL, _DAY, _STATUS, _PROVINCE, _CITY, _COUNTY = 0, 1, 3, 4, 5, 6, 7, 8
_INDUSTRY, _SCOPE = 10, 11
_DIRTY, _SKIPPED, _AGAIN = 0.01, 0.0001, 0.001  # shares of all rows
_MOST_ALIKE = 125_000  # brands that differ
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GOODS = tuple(columns.GOODS)
_SAMPLE = 200  # rows of which it is told what they say
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
        self.meant: Row = []  # what the last row says, in plain

    def row(self, more: int = 0) -> Row:
        """Draw a clean row; `more` is added to its capital in 万元."""
        draw = self.random.random
        self.number += 1
        code, province, city, county = self.places.settled[int(draw() * len(self.places.settled))]
        _, brand = names.brand(self.number % _MOST_ALIKE)
        goods = _GOODS[int(draw() * len(_GOODS))]
        other = _GOODS[int(draw() * len(_GOODS))]
        amount, day = int(draw() * 9_000) + 100 + more, int(draw() * 10_000)
        kept = draw() < 0.9
        self.meant = [f"{county}{brand}{goods}有限公司", names.credit_code(code, self.number),
                      _SURNAMES[int(draw() * 20)] + brand[:1], f"{amount}0000", _day(day, 0),
                      "in-business", province, city, code,
                      f"{province}{county}{brand}路{self.number % 999}号",
                      columns.GOODS[goods], f"{goods}的制造，{other}的销售"]
        row = self.meant.copy()
        row[_CAPITAL], row[_DAY] = _capital(amount, draw()), _day(day, draw())
        row[_STATUS], row[_COUNTY] = "存续" if kept else "在业", county
        return row

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
            row[_SCOPE] = f'{row[_SCOPE]}, "{row[_NAME]}"\n依法须经批准的项目除外'


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


# What may be wrong with a row, and how it is made so; and in which column it is found, unless
# the row cannot be cut into cells.
FAULTS: dict[str, Callable[[Register, Row], bytes]] = {
    "check digit": _set(_CODE, _other_digit),
    "short code": _set(_CODE, lambda _, row: row[_CODE][:-1]),
    "no code": _set(_CODE, lambda _, row: ""),
    "no name": _set(_NAME, lambda _, row: ""),
    "no such day": _set(_DAY, lambda _, row: "2019年13月1日"),
    "no date": _set(_DAY, lambda _, row: "去年"),
    "no amount": _set(_CAPITAL, lambda _, row: "面议"),
    "unknown status": _set(_STATUS, lambda _, row: "不详状态"),
    "no industry": _set(_INDUSTRY, lambda _, row: "机械类"),
    "unknown place": _set(_COUNTY, lambda _, row: "火星区"),
    "ambiguous place": _ambiguous,
    "contradiction": _contradiction,
    "shifted columns": lambda _, row: f"{row[0]},分公司,".encode() + line(row[1:]),
    "cut off": lambda _, row: line(row[:5]),
    "NUL": lambda _, row: b"\0" + line(row),
    "open quote": lambda _, row: b'"' + line([*row[:10], "", ""]),
    "other encoding": lambda _, row: row[0].encode("gb18030") + b"," + line(row[1:]),
}
AGAIN = "same key"
BLAMED = {"check digit": _CODE, "short code": _CODE, "no code": _CODE, "no name": _NAME,
          "no such day": _DAY, "no date": _DAY, "no amount": _CAPITAL, "unknown status": _STATUS,
          "no industry": _INDUSTRY, "unknown place": _COUNTY, "ambiguous place": _COUNTY,
          "contradiction": _COUNTY, AGAIN: _CAPITAL}


def plain(rows: int, seed: int, folder: Path) -> None:
    """Write a register with nothing to clean."""
    folder.mkdir(parents=True, exist_ok=True)
    register = Register(seed)
    with (folder / "plain.csv").open("wb") as out:
        out.write(line(list(HEADER)))
        for _ in range(rows):
            register.row()
            out.write(line(register.meant))
    _write(folder / "plain.json", columns.plain())


def generate(rows: int, seed: int, folder: Path, changed: frozenset[int] = frozenset()) -> (
        dict[str, object]):
    """Write the register with as many rows; those in `changed` get another capital if clean."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "register.csv").open("wb") as out:
        out.write(line(list(HEADER)))
        writing = _Writing(Register(seed), max(1, rows // _SAMPLE))
        for index in range(rows):
            out.write(writing.row(index in changed))
    return writing.truth(rows)


@dataclass
class _Writing:
    """What was written so far."""

    register: Register
    every: int  # clean row there is one whose meaning is told
    number: int = 2  # of the next line
    quarantined: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    sample: list[Row] = field(default_factory=list)
    former: Row | None = None

    def row(self, change: bool) -> bytes:
        """Draw a row and write it, clean or not."""
        row, random = self.register.row(more=10_000 * change), self.register.random
        chance, kind = random.random(), random.choice(list(FAULTS))
        if chance < _DIRTY * len(FAULTS) / (len(FAULTS) + 1):
            self.quarantined[kind].append(self.number)
            written = FAULTS[kind](self.register, row)
        elif chance < _DIRTY and self.former:
            self.quarantined[AGAIN].append(self.number)
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
        if self.register.number % self.every == 0:
            self.sample.append(self.register.meant)
        self.register.noise(row)
        self.changed += [self.number] if change else []
        self.former = row
        return line(row)

    def truth(self, rows: int) -> dict[str, object]:
        """Give what is known of the rows."""
        bad = sum(map(len, self.quarantined.values()))
        return {"rows": rows, "entered": rows - bad - len(self.skipped), "skipped": self.skipped,
                "quarantined": self.quarantined, "changed": self.changed, "sample": self.sample,
                "blamed": {kind: HEADER[BLAMED[kind]] if kind in BLAMED else ""
                           for kind in (*FAULTS, AGAIN)}}


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--changed", type=int, default=0, metavar="N",
                        help="write an edited register, too, in which N companies differ")
    parser.add_argument("--plain", action="store_true", help="write a plain one only")
    arguments = parser.parse_args()
    if arguments.plain:
        return plain(arguments.rows, arguments.seed, arguments.out)
    truth = generate(arguments.rows, arguments.seed, arguments.out)
    if arguments.changed:
        chosen = Random(arguments.seed).sample(range(arguments.rows), arguments.changed)
        edited = generate(arguments.rows, arguments.seed, arguments.out / "edited",
                          frozenset(chosen))
        truth["changed"] = edited["changed"]
    (arguments.out / "truth.json").write_text(json.dumps(truth, sort_keys=True) + "\n")
    _write(arguments.out / "register.json", columns.mapping())
    data = arguments.out / "data"
    data.mkdir(exist_ok=True)
    (data / "industries.ttl").write_text(columns.industries(), encoding="utf-8")
    print(json.dumps({name: truth[name] for name in ("rows", "entered")}))
    return None


def _write(path: Path, said: dict[str, object]) -> None:
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
