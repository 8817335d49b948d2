"""A made-up register and names that people write for its entries, with what each one means.

The register has what makes matching hard: groups whose members share a brand, firms of one brand
and trade in several cities, brands that differ in a letter. Of each name in the list it is known
which entry it means, if any: some mean firms that the register has not.

    python benchmarks/labelled.py --entries 2000 --names 400 --seed 1 --out DIR
"""

import argparse
import csv
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from names import credit_code

CITIES = ("重庆市 500113,成都市 510104,绵阳市 510703,武汉市 420102,襄阳市 420606,长沙市 430102,"
          "株洲市 430202,西安市 610102,宝鸡市 610302,洛阳市 410302,南京市 320102,苏州市 320505,"
          "宁波市 330203,台州市 331002,芜湖市 340202,青岛市 370202,烟台市 370602,潍坊市 370702,"
          "柳州市 450202,佛山市 440604,深圳市 440303,长春市 220102,沈阳市 210102,大连市 210202")
FIRST = "华宏万众宗美隆力恒鑫瑞盛泰康安吉金永天新东方南长江海洋青山云龙凤虎飞腾光明正大中联合"
SECOND = "信欣鑫申升盛利力立丽达大泰太丰峰锋源元远航杭辉晖江疆龙隆荣融瑞锐晨辰阳洋诚成城昌"
TRADES = ("动力机械,航空发动机制造,精密机械,汽车零部件,汽车传动系统,齿轮箱,电子科技,新材料科技,"
          "智能装备,环保设备,轴承制造,铸造,锻压设备,模具,电机制造,减速机,液压件,压缩机,工程机械,"
          "摩托车制造,轨道交通装备,光电科技,化工,自动化设备,仪器仪表,能源科技,电器,橡胶制品")
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
SHORT = {"航空发动机制造": "航发", "汽车零部件": "汽配", "工程机械": "工机", "轨道交通装备": "轨交",
         "汽车传动系统": "传动", "动力机械": "动力", "自动化设备": "自动化", "摩托车制造": "摩托"}
_CITIES = tuple((name, code) for name, _, code in (one.partition(" ") for one in CITIES.split(",")))
_TRADES = tuple(TRADES.split(","))
_HEARD = ("信欣鑫", "申升盛", "利力立丽", "达大", "泰太", "丰峰锋", "源元远", "航杭", "辉晖",
          "江疆", "龙隆", "荣融", "瑞锐", "晨辰", "阳洋", "诚成城")
# Characters of the words above, by those of Taiwan and Hong Kong.
TRADITIONAL = str.maketrans(
    "华万众兴恒东长飞腾龙凤云联达丰锋远辉荣锐阳诚动机发制传统轮电"
    "轴铸锻压设备减缩轨车装仪产团责环庆汉宁岛烟潍苏沈连宝鸡绵术胶",
    "華萬眾興恆東長飛騰龍鳳雲聯達豐鋒遠輝榮銳陽誠動機發製傳統輪電"
    "軸鑄鍛壓設備減縮軌車裝儀產團責環慶漢寧島煙濰蘇瀋連寶雞綿術膠")
ID = "https://w3id.org/clusterkg/id/ent/"


@dataclass(frozen=True)
class Firm:
    """An entry of the register."""

    city: str
    area: str
    brand: str
    trade: str
    form: str
    code: str
    others: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """Give the whole name."""
        return f"{self.city}{self.brand}{self.trade}{self.form}"

    @property
    def iri(self) -> str:
        """Give its IRI."""
        return ID + self.code.lower()


@dataclass(frozen=True)
class Named:
    """A name as somebody wrote it; `meant` is an IRI, "" where the register has no such firm.

    Of `rivals` other firms the same could have been written: no one can tell which is meant.
    """

    text: str
    kind: str
    meant: str
    code: str = ""
    place: str = ""
    rivals: int = 0


def register(entries: int, seed: int) -> list[Firm]:
    """Make the entries; the whole names are distinct."""
    chance, found = random.Random(seed), dict[str, Firm]()
    while len(found) < entries:
        one = _firm(chance, len(found))
        draw = chance.random()
        some = [one]
        if draw < 0.15:  # a group
            some += [_like(chance, one, len(found) + n, trade=trade)
                     for n, trade in enumerate(chance.sample(_TRADES, 2), 1)]
        elif draw < 0.25:  # a namesake elsewhere
            some.append(_like(chance, one, len(found) + 1, city=chance.choice(_CITIES)))
        for each in some:
            if len(found) < entries:
                found.setdefault(each.name, each)
    return list(found.values())


def _firm(chance: random.Random, index: int) -> Firm:
    city, area = chance.choice(_CITIES)
    brand = chance.choice(FIRST) + chance.choice(SECOND)
    brand += chance.choice(SECOND) if chance.random() < 0.4 else ""
    trade = chance.choice(_TRADES)
    made = Firm(_said(chance, city), area, brand, trade, _form(chance), credit_code(area, index))
    others = []
    if chance.random() < 0.15:
        others.append(f"{_said(chance, city)}{chance.choice(FIRST)}{chance.choice(SECOND)}"
                      f"{chance.choice(_TRADES)}{_form(chance)}")
    return Firm(made.city, area, brand, trade, made.form, made.code, tuple(others))


def _like(chance: random.Random, one: Firm, index: int, trade: str = "",
          city: tuple[str, str] | None = None) -> Firm:
    name, area = city or (one.city, one.area)
    return Firm(_said(chance, name) if city else name, area, one.brand, trade or one.trade,
                _form(chance), credit_code(area, index))


def _said(chance: random.Random, city: str) -> str:
    return city if chance.random() < 0.5 else city.removesuffix("市")


def _form(chance: random.Random) -> str:
    return chance.choices(FORMS, (6, 2, 2, 1))[0]


def named(firms: Sequence[Firm], names: int, seed: int) -> list[Named]:
    """Make the names: each kind as often as others."""
    chance = random.Random(seed + 1)
    known = {text for one in firms for text in (one.name, *one.others)}
    cores = {(one.brand + one.trade, one.city.removesuffix("市")) for one in firms}
    kinds, found = list(_KINDS.items()), list[Named]()
    while len(found) < names:
        kind, write = kinds[len(found) % len(kinds)]
        one = chance.choice(firms)
        made = write(chance, one)
        if made is None:
            continue
        if not made.meant and (made.text in known or _core(made.text) in cores):
            continue
        if made.text in known and made.text not in (one.name, *one.others):
            continue  # that is the very name of another
        own = one.brand + one.trade, one.city.removesuffix("市")
        if made.text not in one.others and _core(made.text) in cores and _core(made.text) != own:
            continue  # the same, but for the legal form
        place = one.city if chance.random() < 0.5 and kind not in _ABSENT else ""
        found.append(Named(made.text, kind, made.meant, made.code, place))
    return _with_rivals(firms, found)


def _with_rivals(firms: Sequence[Firm], some: Sequence[Named]) -> list[Named]:
    """Count for each name of how many other firms it could have been written."""
    wanted = {(one.kind, one.text) for one in some if one.kind in _WAYS}
    written: dict[tuple[str, str], list[Firm]] = {key: [] for key in wanted}
    for firm in firms:
        for kind, ways in _WAYS.items():
            for text in ways(firm):
                if (kind, text) in wanted:
                    written[kind, text].append(firm)
    return [replace(one, rivals=len({
        firm.iri for firm in written.get((one.kind, one.text), ()) if firm.iri != one.meant
        and (not one.place or firm.city.removesuffix("市") == one.place.removesuffix("市"))}))
        if one.meant else one for one in some]


def _core(text: str) -> tuple[str, str]:
    city = next((name.removesuffix("市") for name, _ in _CITIES
                 if text.startswith(name.removesuffix("市"))), "")
    rest = text.removeprefix(city).removeprefix("市")
    return next((rest.removesuffix(form) for form in sorted(FORMS, key=len, reverse=True)
                 if rest.endswith(form)), rest), city


def _same(chance: random.Random, one: Firm) -> Named | None:
    text = one.name if chance.random() < 0.6 else f" {one.city}（{one.brand}）{one.trade}{one.form}"
    return Named(text, "", one.iri)


def _other_form(chance: random.Random, one: Firm) -> Named | None:
    if one.form == FORMS[3]:
        return None
    form = chance.choice([each for each in (*FORMS[:3], "") if each != one.form])
    return Named(one.name.removesuffix(one.form) + form, "", one.iri)


def _other_place(chance: random.Random, one: Firm) -> Named | None:
    city = one.city.removesuffix("市") if one.city.endswith("市") else f"{one.city}市"
    return Named(f"{chance.choice((city, city, ''))}{one.brand}{one.trade}{one.form}", "", one.iri)


def _traditional(chance: random.Random, one: Firm) -> Named | None:
    text = one.name.translate(TRADITIONAL)
    return Named(text, "", one.iri) if text != one.name else None


def _branch(chance: random.Random, one: Firm) -> Named | None:
    """Name a branch: no entry of the register."""
    city, _ = chance.choice(_CITIES)
    return Named(f"{one.name}{city.removesuffix('市')}分公司", "", "")


def _short(chance: random.Random, one: Firm) -> Named | None:
    if len(one.brand) < 3 and len(one.trade) < 4:
        return None
    return Named(one.brand + (one.trade if chance.random() < 0.5 else one.trade[:2]), "", one.iri)


def _abbreviated(chance: random.Random, one: Firm) -> Named | None:
    return Named(one.brand + SHORT[one.trade], "", one.iri) if one.trade in SHORT else None


def _former(chance: random.Random, one: Firm) -> Named | None:
    return Named(chance.choice(one.others), "", one.iri) if one.others else None


def _renamed(chance: random.Random, one: Firm) -> Named:
    """Give a new name that the register has not: by the name alone nobody finds it."""
    text = f"{one.city}{chance.choice(FIRST)}{chance.choice(SECOND)}{chance.choice(_TRADES)}" \
           f"{one.form}"
    return Named(text, "", one.iri)


def _renamed_with_code(chance: random.Random, one: Firm) -> Named | None:
    return replace(_renamed(chance, one), code=one.code)


def _misspelt(chance: random.Random, one: Firm) -> Named | None:
    heard = next((some for some in _HEARD if one.brand[1] in some), "")
    if heard and chance.random() < 0.6:
        brand = one.brand[0] + chance.choice(heard.replace(one.brand[1], "")) + one.brand[2:]
        return Named(f"{one.city}{brand}{one.trade}{one.form}", "", one.iri)
    at = chance.randrange(len(one.trade))
    return Named(f"{one.city}{one.brand}{one.trade[:at]}{one.trade[at + 1:]}{one.form}", "",
                 one.iri)


def _group(chance: random.Random, one: Firm) -> Named | None:
    """Name a member of its group that the register has not."""
    return Named(f"{one.city}{one.brand}{chance.choice(_TRADES)}{one.form}", "", "")


def _namesake(chance: random.Random, one: Firm) -> Named | None:
    city, _ = chance.choice(_CITIES)
    return Named(f"{city}{one.brand}{one.trade}{one.form}", "", "")


def _look_alike(chance: random.Random, one: Firm) -> Named | None:
    brand = chance.choice(FIRST) + one.brand[1:]
    return Named(f"{one.city}{brand}{one.trade}{one.form}", "", "")


def _masked(chance: random.Random, one: Firm) -> Named | None:
    return Named(chance.choice((f"{one.brand}***{one.form[-3:]}", f"{one.name[:3]}***{one.form}",
                                f"{one.city}**{one.trade}{one.form}")), "", "")


def _unknown(chance: random.Random, one: Firm) -> Named | None:
    made = _firm(chance, 0)
    return Named(made.name, "", "")


_KINDS: dict[str, Callable[[random.Random, Firm], Named | None]] = {
    "same": _same, "other legal form": _other_form, "other place form": _other_place,
    "short": _short, "abbreviated": _abbreviated, "former": _former, "renamed": _renamed,
    "renamed, with its code": _renamed_with_code,
    "misspelt": _misspelt, "traditional": _traditional, "branch": _branch, "group": _group,
    "namesake elsewhere": _namesake, "look-alike": _look_alike, "masked": _masked,
    "unknown": _unknown}


def _forms_of(one: Firm) -> set[str]:
    return {f"{one.city}{one.brand}{one.trade}{form}" for form in (*FORMS[:3], "")}


def _places_of(one: Firm) -> set[str]:
    city = one.city.removesuffix("市")
    return {f"{city_}{one.brand}{one.trade}{one.form}" for city_ in (city, f"{city}市", "")}


def _shorts_of(one: Firm) -> set[str]:
    return {one.brand + one.trade[:size] for size in range(1, len(one.trade) + 1)}


def _abbreviations_of(one: Firm) -> set[str]:
    return _shorts_of(one) | {one.brand + SHORT.get(one.trade, "")}


def _misspellings_of(one: Firm) -> set[str]:
    heard = {letter for some in _HEARD if one.brand[1] in some for letter in some}
    whole = f"{one.brand}{one.trade}"
    return {f"{one.city}{text}{one.form}" for text in (
        *(one.brand[0] + letter + whole[2:] for letter in heard),
        *(whole[:at] + whole[at + 1:] for at in range(len(one.brand), len(whole))))}


_WAYS: dict[str, Callable[[Firm], set[str]]] = {
    "other legal form": _forms_of, "other place form": _places_of, "short": _shorts_of,
    "abbreviated": _abbreviations_of, "misspelt": _misspellings_of}
_ABSENT = ("branch", "group", "namesake elsewhere", "look-alike", "masked", "unknown")


def triples(firms: Sequence[Firm]) -> Iterator[str]:
    """Write the register as N-Triples."""
    label, also = "<http://www.w3.org/2000/01/rdf-schema#label>", \
        "<http://www.w3.org/2004/02/skos/core#altLabel>"
    ns, place = "https://w3id.org/clusterkg/ns#", "https://w3id.org/clusterkg/id/place/cn-"
    for row, one in enumerate(firms, 2):
        subject = f"<{one.iri}>"
        yield (f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ns}Enterprise> .\n"
               f'{subject} {label} "{one.name}"@zh .\n'
               f'{subject} <{ns}unifiedSocialCreditCode> "{one.code}" .\n'
               f"{subject} <{ns}registeredIn> <{place}{one.area}> .\n"
               f'{subject} <{ns}sourceRow> "register.csv!{row}" .\n')
        for other in one.others:
            yield f'{subject} {also} "{other}"@zh .\n'


def write(folder: Path, entries: int, names: int, seed: int) -> None:
    """Write register.nt, names.csv and truth.json."""
    folder.mkdir(parents=True, exist_ok=True)
    firms = register(entries, seed)
    with (folder / "register.nt").open("w", encoding="utf-8") as file:
        file.writelines(triples(firms))
    ask(folder, named(firms, names, seed))


def ask(folder: Path, listed: Sequence[Named]) -> None:
    """Write names.csv and truth.json."""
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("企业名称", "统一社会信用代码", "地区"))
        rows.writerows((one.text, one.code, one.place) for one in listed)
    truth = [{"row": row, "kind": one.kind, "meant": one.meant, "rivals": one.rivals}
             for row, one in enumerate(listed, 2)]
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--names", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write(given.out, given.entries, given.names, given.seed)
