"""Texts that name things: found, or refused with what is wrong; never picked."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from clusterkg import resolving, tables, version
from clusterkg.errors import UnreadableError, UsageError
from clusterkg.namespaces import expand
from clusterkg.resolving import How
from clusterkg.tables import Connection
from conftest import Requires

AREA = "ckg:AdministrativeArea"
Found = tuple[str | None, str | None]


class Asker:
    """Ask a version's graph for texts, and give (key of the IRI, what is wrong) for each."""

    def __init__(self, connection: Connection, folder: Path):
        self.connection, self.folder = connection, folder

    def __call__(self, texts: Iterable[str | Sequence[str | None] | None], *, by: str = "place",
                 kind: str = AREA) -> list[Found]:
        rows = [(text,) if text is None or isinstance(text, str) else text for text in texts]
        within = max(map(len, rows)) - 1
        named = "".join(f", within{n} VARCHAR" for n in range(1, within + 1))
        self.connection.execute(f"CREATE OR REPLACE TABLE wanted(id BIGINT, text VARCHAR{named})")
        marks = ", ".join(["unnest(?::VARCHAR[])"] * (within + 2))
        filled = [[str(n), *row, *[None] * (within + 1 - len(row))] for n, row in enumerate(rows)]
        self.connection.execute(f"INSERT INTO wanted SELECT {marks}",
                                [list(column) for column in zip(*filled, strict=True)])
        kinds = kind if "//" in kind else expand(kind)
        resolving.resolve(self.connection, self.folder, "wanted", How(kinds, by, within))
        found = self.connection.execute(
            "SELECT iri, wrong, advice FROM resolved ORDER BY id").fetchall()
        assert all((iri is None) == bool(wrong) == bool(advice) for iri, wrong, advice in found)
        return [(iri and iri.rpartition("/")[2].removeprefix("cn-"), wrong)
                for iri, wrong, _ in found]


@pytest.fixture
def connection() -> Iterator[Connection]:
    with tables.connect() as made:
        yield made


@pytest.fixture
def places(connection: Connection, built: Path) -> Asker:
    return Asker(connection, version.current(built))


@pytest.mark.parametrize(("text", "code"), [
    ("500113", "500113"), ("500113000000", "500113"), ("500113001002", "500113"),
    ("巴南区", "500113"), ("巴南", "500113"), (" 重庆市巴南区 ", "500113"), ("重庆巴南", "500113"),
    ("中国重庆市江津区", "500116"), ("重庆市市辖区渝北区", "500112"),
    ("重庆市重庆市渝北区", "500112"), ("重庆市/渝北区", "500112"), ("重庆", "500000"),
    ("重庆市渝北区回兴街道1号", "500112"), ("四川武侯区天府大道99号", "510107"),
    ("资阳市", "512000"), ("资阳区", "430902"), ("成都", "510100"), ("Chongqing", "500000"),
    ("chongqing municipality", "500000"), ("内蒙古", "150000"), ("新疆", "650000"),
    ("新疆伊犁哈萨克自治州", "654000"), ("恩施州", "422800"), ("石柱县", "500240"),
    ("浦东", "310115"), ("北京市朝阳区建国路1号", "110105"), ("广东省东莞市长安镇", "441900"),
    ("海南省琼海市", "469002"), ("上海市重庆南路1号", "310000")])
def test_a_place_is_found(places: Asker, text: str, code: str) -> None:
    assert places([text]) == [(code, None)]


@pytest.mark.parametrize("text", [
    "50113", "5001", "500171", "5001130", "999999", "北京路100号", "重庆南路1号", "火星", "区", "",
    None, "江苏苏州工业园区", "市辖区", "朝阳", "吉林", "东区中山五路1号", "' OR 1=1 --",
    "%", "x" * 9_999])
def test_a_text_that_tells_no_place_is_refused(places: Asker, text: str | None) -> None:
    (found, wrong), = places([text])
    assert found is None
    assert wrong


def test_what_has_two_meanings_is_never_picked(places: Asker) -> None:
    (found, wrong), = places(["江北区"])
    assert found is None
    assert wrong == ("names 2 places: 浙江省宁波市江北区 (330205), 重庆市江北区 (500105)")
    assert places([("江北区", "重庆市"), ("江北区", "浙江"), ("江北区", "330200"),
                   ("江北区", "宁波市"), ("江北区鱼嘴镇", "重庆"), ("资阳", "四川省")]) == [
        ("500105", None), ("330205", None), ("330205", None), ("330205", None), ("500105", None),
        ("512000", None)]
    for outside, several in (("火星", "names 2 places"), ("四川", "none of the 2 places"),
                             (None, "names 2 places")):
        (found, wrong), = places([("江北区", outside)])
        assert found is None
        assert wrong
        assert wrong.startswith(several)


def test_cells_that_contradict_each_other_are_refused(places: Asker) -> None:
    assert places([("渝北区", "浙江省", None), ("渝北区", "重庆市", "市辖区"),
                   ("500112", "四川", None), ("渝北区", "重庆", "宁波市")]) == [
        (None, "重庆市渝北区 (500112) does not lie in 浙江省"), ("500112", None),
        (None, "重庆市渝北区 (500112) does not lie in 四川"),
        (None, "重庆市渝北区 (500112) does not lie in 宁波市")]


def test_the_class_settles_and_limits(places: Asker) -> None:
    assert places(["吉林", "重庆市渝北区"], kind="ckg:ProvinceLevelArea") == [
        ("220000", None), ("500000", None)]
    assert places(["吉林"], kind="ckg:PrefectureLevelArea") == [("220200", None)]
    assert places(["重庆市"], kind="ckg:CountyLevelArea") == [
        (None, "重庆市 (500000) is of another kind")]
    assert places(["成渝地区双城经济圈"], kind="ckg:Place")[0][1] is None


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_county_is_found_by_its_path_and_by_its_name_where_it_is_the_only_one(
        places: Asker, requires: Requires) -> None:
    folder = requires.shared("data") / "cn-divisions"
    name = {row["code"]: row["name"] for file in ("provinces.csv", "cities.csv")
            for row in rows(folder, file)}
    counties = [row for row in rows(folder, "areas.csv") if row["code"][4] != "7"
                and row["code"].ljust(6, "0") not in {code.ljust(6, "0") for code in name}]
    assert len(counties) > 2_800
    paths = ["".join((name[row["provinceCode"]], name[row["cityCode"]].removeprefix("县"),
                      row["name"])) for row in counties]
    wanted = [(row["code"], None) for row in counties]
    assert [found for found in zip(paths, places(paths), wanted, strict=True)
            if found[1] != found[2]] == []
    assert places([path + "某某路1号" for path in paths]) == wanted
    alone = Counter(name.values()) + Counter(row["name"] for row in counties)
    for row, (code, wrong) in zip(counties, places([row["name"] for row in counties]),
                                  strict=True):
        if alone[row["name"]] == 1:
            assert code == row["code"], row
        else:
            assert (code, (wrong or "")[:6]) == (None, "names "), row
    settled = [(row["name"], name[row["provinceCode"]]) for row in counties]
    same = defaultdict(set)
    for row in counties:
        same[row["name"], row["provinceCode"]].add(row["code"])
    for row, (code, _) in zip(counties, places(settled), strict=True):
        if len(same[row["name"], row["provinceCode"]]) > 1:
            assert code is None
        else:
            assert code in {row["code"], None}


SCHEME = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix i: <https://example.org/industry/> .
i:C skos:inScheme i:scheme ; skos:notation "C" ; skos:prefLabel "制造业"@zh .
i:C34 skos:inScheme i:scheme ; skos:notation "C34" ; skos:prefLabel "通用设备制造业"@zh .
i:C3412 skos:inScheme i:scheme ; skos:notation "C3412" ;
    skos:prefLabel "内燃机及配件制造"@zh , "Engines (internal combustion)"@en .
i:C341 skos:inScheme i:scheme ; skos:notation "C341" ; skos:prefLabel "锅炉制造"@zh .
i:C0511 skos:inScheme i:scheme ; skos:notation "C0511" ; skos:prefLabel "锅炉制造"@zh .
i:D44 skos:inScheme i:scheme ; skos:notation "44" ; skos:prefLabel "电力"@zh ; skos:broader i:D .
i:D skos:inScheme i:scheme ; skos:notation "D" ; skos:prefLabel "能源"@zh .
i:old skos:inScheme i:scheme ; skos:notation "3499" ; owl:deprecated true .
i:elsewhere skos:inScheme i:other ; skos:notation "C9999" .
"""


@pytest.fixture
def industries(connection: Connection, tmp_path: Path) -> Asker:
    (tmp_path / "scheme.ttl").write_text(SCHEME, encoding="utf-8")
    with tables.connect(tmp_path / "closure.duckdb") as made:
        tables.load(made, tmp_path / "scheme.ttl")
        made.execute("CREATE TABLE triple AS SELECT DISTINCT s, p, o, 0 AS step FROM quad")
    return Asker(connection, tmp_path)


@pytest.mark.parametrize(("text", "code"), [
    ("C3412", "C3412"), ("3412", "C3412"), ("c3412", "C3412"), ("内燃机及配件制造", "C3412"),
    ("C3412 内燃机及配件制造", "C3412"), ("3412-内燃机及配件制造", "C3412"),
    ("内燃机及配件制造(3412)", "C3412"), ("内燃机及配件制造（C3412）", "C3412"), ("制造业", "C"),
    ("C", "C"), ("0511", "C0511"), ("D44", "D44"), ("44", "D44"),
    ("engines (internal combustion)", "C3412")])
def test_an_industry_is_found_by_code_or_name(industries: Asker, text: str, code: str) -> None:
    assert industries([text], by="code", kind="https://example.org/industry/scheme") == [
        (code, None)]


@pytest.mark.parametrize(("text", "wrong"), [
    ("D3412", "no code or name"), ("511", "no code or name"), ("C44", "no code or name"),
    ("锅炉制造", "names 2 things"), ("C3412 锅炉制造", "(internal combustion) / 内燃"),
    ("3499", "no code or name"), ("C9999", "no code or name"), ("", "is empty"),
    (None, "is empty")])
def test_a_code_is_not_made_up(industries: Asker, text: str | None, wrong: str) -> None:
    (found, said), = industries([text], by="code", kind="https://example.org/industry/scheme")
    assert found is None
    assert wrong in str(said)


def test_labels_are_found_whatever_their_width_and_case(industries: Asker) -> None:
    kind = "https://example.org/industry/scheme"
    assert industries(["ENGINES （internal  combustion）", "3412", "锅炉制造"], by="label",
                      kind=kind) == [
        ("C3412", None), (None, "names nothing of this kind"),
        (None, "names 2 things: https://example.org/industry/C0511, "
               "https://example.org/industry/C341")]


def test_what_cannot_be_asked_is_said(industries: Asker, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is resolved by 'magic'; give one of code, label"):
        industries(["x"], by="magic")
    with pytest.raises(UsageError, match="not settled by other columns"):
        industries([("x", "y")], by="label")
    with pytest.raises(UnreadableError, match="build it again"):
        Asker(industries.connection, tmp_path / "nowhere")(["x"])
    assert industries(["C"], by="code", kind="https://example.org/industry/scheme") == [("C", None)]


@pytest.mark.parametrize("by", ["code", "label"])
def test_tables_of_others_are_left_alone(industries: Asker, by: str) -> None:
    ours = ("named", "name", "place", "within", "meaning", "word", "asked")
    for table in ours:
        industries.connection.execute(f"CREATE TABLE {table} AS SELECT 'ours' AS mark")
    industries(["C3412"], by=by, kind="https://example.org/industry/scheme")
    for table in ours:
        assert industries.connection.execute(f"FROM {table}").fetchall() == [("ours",)]
    left = industries.connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary "
                                         "UNION SELECT view_name FROM duckdb_views() "
                                         "WHERE temporary AND NOT internal").fetchall()
    assert left == [("resolved",)]
