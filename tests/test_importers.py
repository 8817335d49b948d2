"""Importers: the same files from the same sources, nothing lost unsaid, nothing made up."""

import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from clusterkg import turtle
from clusterkg.errors import UnreadableError
from clusterkg.importers import cluster_lists, cn_divisions, run
from clusterkg.importers.cluster_lists.gazetteer import register
from clusterkg.namespaces import expand
from conftest import Requires

Description = Mapping[str, list[str]]
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ENTITIES = "https://w3id.org/clusterkg/id/"


def ckg(name: str) -> str:
    return expand(f"ckg:{name}")


def described(quads: Iterable[Quad]) -> dict[str, Description]:
    found: dict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        assert isinstance(quad.subject, NamedNode), "no blank nodes in data"
        assert isinstance(quad.object, NamedNode | Literal), "no blank nodes in data"
        found[quad.subject.value][quad.predicate.value].append(quad.object.value)
    return dict(found)


def of_class(things: Mapping[str, Description], *names: str) -> dict[str, Description]:
    wanted = {ckg(name) for name in names}
    found = {iri: thing for iri, thing in things.items() if wanted & set(thing.get(TYPE, ()))}
    assert found, f"nothing of {names}"
    return found


def labels(things: Mapping[str, Description]) -> list[str]:
    return [label for thing in things.values() for label in thing[expand("rdfs:label")]]


@pytest.fixture(scope="module")
def divisions(root: Path) -> dict[str, Description]:
    return described(parse(path=str(root / "data/cn-divisions.ttl")))


@pytest.fixture(scope="module")
def lists(root: Path) -> dict[str, Description]:
    return described(parse(path=str(root / "data/cluster-lists.ttl")))


# The register of places ---------------------------------------------------------------------------

LEVELS = ("ProvinceLevelArea", "PrefectureLevelArea", "CountyLevelArea")


def places(things: Mapping[str, Description]) -> dict[str, Description]:
    return of_class(things, *LEVELS)


def test_register_is_what_the_source_gives(requires: Requires, root: Path, tmp_path: Path) -> None:
    cn_divisions.convert(requires.shared("data") / "cn-divisions", tmp_path / "out.ttl")
    assert (tmp_path / "out.ttl").read_bytes() == (root / "data/cn-divisions.ttl").read_bytes()


def test_every_row_of_the_source_is_a_place_or_left_out(
        requires: Requires, divisions: dict[str, Description]) -> None:
    folder = requires.shared("data") / "cn-divisions"
    entered = {thing[ckg("sourceRow")][0]: thing[expand("rdfs:label")]
               for thing in places(divisions).values()}
    seen: set[str] = set()
    for file in ("provinces.csv", "cities.csv", "areas.csv"):
        with (folder / file).open(encoding="utf-8", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream), start=2):
                code = row["code"].ljust(6, "0")
                out = "直辖县级" in row["name"] or row["name"] in {"县", "市辖区"} \
                    or re.fullmatch(r"\d{4}7\d", code) or code in seen
                seen.add(code)
                assert entered.pop(f"{file}!{line}", None) == (None if out else [row["name"]])
    assert not entered


def test_register_counts(divisions: dict[str, Description]) -> None:
    counts = [len(of_class(divisions, level)) for level in LEVELS]
    assert counts == [31, 342 - 9, 2978 - 124 - 3]
    header = divisions[expand("graph:cn-divisions")]
    assert str(9 + 124 + 3) in header[expand("dcterms:description")][0]


def test_codes_are_unique_and_in_their_iris(divisions: dict[str, Description]) -> None:
    codes = {iri: thing[ckg("adminCode")] for iri, thing in places(divisions).items()}
    assert all(re.fullmatch(r"\d{6}", code) for [code] in codes.values())
    assert {iri: expand(f"place:cn-{code}") for iri, [code] in codes.items()} \
        == {iri: iri for iri in codes}


def test_every_place_has_one_parent_and_a_path_to_china(
        divisions: dict[str, Description]) -> None:
    parents = {iri: thing[ckg("directlyWithin")] for iri, thing in places(divisions).items()}
    for iri in parents:
        place, steps = iri, 0
        while place != expand("place:cn"):
            [place] = parents[place]
            steps += 1
            assert steps <= 3


def test_places_lie_in_the_area_of_their_code(divisions: dict[str, Description]) -> None:
    for iri, thing in places(divisions).items():
        code, parent = iri[-6:], thing[ckg("directlyWithin")][0]
        stem = parent.removeprefix(expand("place:cn-")).rstrip("0")
        assert parent == expand("place:cn") or code.startswith(stem)


def test_same_names_stay_apart(divisions: dict[str, Description]) -> None:
    def named(name: str) -> dict[str, list[str]]:
        return {iri[-6:]: thing[ckg("directlyWithin")] for iri, thing in places(divisions).items()
                if thing[expand("rdfs:label")] == [name]}
    assert named("江北区") == {"500105": [expand("place:cn-500000")],
                            "330205": [expand("place:cn-330200")]}
    assert list(named("资阳市")) == ["512000"]
    assert list(named("东莞市")) == ["441900"]
    assert named("济源市") == {"419001": [expand("place:cn-410000")]}


def made_up_divisions(folder: Path, *, areas: str = "") -> Path:
    (folder / "provinces.csv").write_text('code,name\n98,"甲市"\n99,"乙省"\n', "utf-8")
    (folder / "cities.csv").write_text(
        'code,name,provinceCode\n9801,"市辖区",98\n9802,"县",98\n9901,"丙市",99\n'
        '9919,"丁市",99\n9990,"省直辖县级行政区划",99\n', "utf-8")
    (folder / "areas.csv").write_text(
        'code,name,cityCode,provinceCode\n980101,"江北区",9801,98\n980229,"戊县",9802,98\n'
        '990105,"江北区",9901,99\n990171,"丙高新技术产业开发区",9901,99\n991900,"丁市",9919,99\n'
        '999001,"己市",9990,99\n' + areas, "utf-8")
    return folder


def test_made_up_divisions(tmp_path: Path) -> None:
    cn_divisions.convert(made_up_divisions(tmp_path), tmp_path / "out.ttl")
    found = places(described(parse(path=str(tmp_path / "out.ttl"))))
    assert {iri[-6:]: (thing[expand("rdfs:label")][0], thing[ckg("directlyWithin")][0][-6:],
                       thing[ckg("sourceRow")][0]) for iri, thing in found.items()} == {
        "980000": ("甲市", "ace/cn", "provinces.csv!2"),
        "990000": ("乙省", "ace/cn", "provinces.csv!3"),
        "990100": ("丙市", "990000", "cities.csv!4"),
        "991900": ("丁市", "990000", "cities.csv!5"),
        "980101": ("江北区", "980000", "areas.csv!2"),
        "980229": ("戊县", "980000", "areas.csv!3"),
        "990105": ("江北区", "990100", "areas.csv!4"),
        "999001": ("己市", "990000", "areas.csv!7"),
    }


@pytest.mark.parametrize(("row", "what"), [
    ("99010,短,9901,99\n", r"areas\.csv:8: .*6 digits"),
    ("980102,甲,9901,99\n", r"areas\.csv:8: .*parent"),
    ("990106,少\n", r"areas\.csv:8: 2 cells"),
])
def test_broken_division_is_named_with_its_line(tmp_path: Path, row: str, what: str) -> None:
    made_up_divisions(tmp_path, areas=row)
    with pytest.raises(UnreadableError, match=what):
        cn_divisions.convert(tmp_path, tmp_path / "out.ttl")
    assert not (tmp_path / "out.ttl").exists()


# Cluster lists ------------------------------------------------------------------------------------

def test_lists_are_what_the_sources_give(requires: Requires, root: Path, tmp_path: Path) -> None:
    cluster_lists.convert(requires.shared("data") / "cluster-lists", tmp_path / "out.ttl")
    assert (tmp_path / "out.ttl").read_bytes() == (root / "data/cluster-lists.ttl").read_bytes()


def left_out(lists: Mapping[str, Description]) -> set[str]:
    notes = lists[expand("graph:cluster-lists")][expand("skos:editorialNote")]
    return {note.split(" left out: ")[0] for note in notes if " left out: " in note}


def test_every_row_is_evidence_or_left_out_with_a_reason(
        requires: Requires, lists: dict[str, Description]) -> None:
    evidence = {passage for thing in lists.values()
                for passage in thing.get(ckg("evidencedBy"), ())}
    used = {lists[passage][ckg("sourceRow")][0] for passage in evidence}
    rows = {f"{path.name}!{line}"
            for path in (requires.shared("data") / "cluster-lists").glob("*.tsv")
            for line in range(2, len(path.read_text("utf-8").splitlines()) + 1)}
    assert len(rows) == 24 + 18 + 19 + 17 + 15 + 10 + 17 + 7 + 18 + 22
    assert used | left_out(lists) == rows
    assert not used & left_out(lists)


def test_every_confirmed_name_is_a_label(
        requires: Requires, lists: dict[str, Description]) -> None:
    known = set(labels(of_class(lists, "Cluster", "IndustrialPark", "HighTechZone",
                                "EconomicDevelopmentZone")))
    elsewhere = {"平顶山市智能制造装备产业集群", "重庆空港工业园区", "四川德阳经济技术开发区",
                 "上海张江生物医药集群"}
    missing = Counter[str]()
    for path in (requires.shared("data") / "cluster-lists").glob("*.tsv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream, delimiter="\t"), start=2):
                name = row.get("name_zh") or row.get("park_zh")
                if name and name not in known | elsewhere:
                    missing["left out" if f"{path.name}!{line}" in left_out(lists) else name] += 1
    banan = next(name for name in missing if "巴南" in name)
    assert missing == {"left out": 4, banan: 1, "泉州现代体育用品集群": 1}


def test_passages_cut_the_rows_out_of_the_files(
        requires: Requires, lists: dict[str, Description]) -> None:
    folder = requires.shared("data") / "cluster-lists"
    for passage in of_class(lists, "Passage").values():
        document = lists[passage[ckg("inDocument")][0]]
        raw = (folder / document[ckg("fileName")][0]).read_bytes()
        assert document[ckg("contentSha256")] == [hashlib.sha256(raw).hexdigest()]
        start, end = int(passage[ckg("charStart")][0]), int(passage[ckg("charEnd")][0])
        text = raw.decode()[start:end]
        assert passage[ckg("textSha256")] == [hashlib.sha256(text.encode()).hexdigest()]
        number = int(passage[ckg("paragraphNumber")][0])
        assert raw.decode().splitlines()[number] == text
        for page in passage[ckg("transcribedFrom")]:
            assert lists[page][ckg("sourceUrl")][0] in text if page in lists else "seed" in text


def test_passages_lead_to_pages(lists: dict[str, Description]) -> None:
    for passage in of_class(lists, "Passage").values():
        assert passage[ckg("transcribedFrom")]
        pages = [lists[page] for page in passage[ckg("transcribedFrom")] if page in lists]
        assert pages or passage[ckg("transcribedFrom")] == [expand("doc:903e39150cbb66aa")]
        assert all(page[ckg("sourceUrl")][0].startswith("http") for page in pages)


def test_records_carry_evidence_status_and_label(lists: dict[str, Description]) -> None:
    records = of_class(lists, "Claim", "EnumerationClaim", "Designation", "Breakdown",
                       "StatisticalObservation", "CooperationDeclaration")
    for iri, record in records.items():
        shared = expand("rdfs:label") not in record
        assert not shared or iri.endswith("advanced-power-equipment")
        assert record[ckg("evidencedBy")]
        doubted = record[ckg("reviewStatus")] != [expand("status:accepted")]
        assert not doubted or ckg("statusReason") in record
        assert record[ckg("reviewStatus")][0] in {
            expand("status:accepted"), expand("status:contested")}
        assert all(passage in lists for passage in record[ckg("evidencedBy")])


def test_inferences_of_ours_say_so(lists: dict[str, Description]) -> None:
    marked = [thing for thing in lists.values() if ckg("basis") in thing]
    assert marked
    assert all(ckg("basisNote") in thing for thing in marked)


def test_unconfirmed_names_are_nowhere(root: Path) -> None:
    text = (root / "data/cluster-lists.ttl").read_text("utf-8")
    assert not re.search("巴南|佛山|泉州现代|济源市纳米|UNCONFIRMED", text)


def test_proposals_confer_nothing(lists: dict[str, Description]) -> None:
    for designation in of_class(lists, "Designation").values():
        for edition in designation.get(ckg("onList"), ()):
            assert "henan" not in edition
            assert "sichuan" not in edition
            assert "guizhou" not in edition


def test_members_by_list(lists: dict[str, Description]) -> None:
    members = Counter(edition.removeprefix(f"{ENTITIES}list/")
                      for designation in of_class(lists, "Designation").values()
                      for relation in ("onList", "appearsOn")
                      for edition in designation.get(ckg(relation), ()))
    assert members == {
        "miit-nam-45": 21, "miit-nam-2021": 12, "miit-nam-2022": 5, "miit-nam-2024": 19,
        "miit-csme-2022": 9, "miit-csme-2023": 2, "miit-csme-2025": 6,
        "henan-strategic-emerging-1": 14, "henan-advanced-manufacturing-2023": 10,
        "sichuan-advanced-manufacturing-1": 17, "guizhou-csme-2023": 7,
        "guizhou-csme-2023-recommended": 6, "cyq-demonstration-parks-1": 18,
    }
    assert len(of_class(lists, "Cluster")) == 21 + 19 + 17 + 14 + 10 + 17 + 7 - 2


def test_breakdowns_add_up(lists: dict[str, Description]) -> None:
    totals = {iri: thing[ckg("breakdownTotal")][0]
              for iri, thing in of_class(lists, "Breakdown").items()}
    parts: dict[str, list[Decimal]] = defaultdict(list)
    for observation in of_class(lists, "StatisticalObservation").values():
        for breakdown in observation.get(ckg("inBreakdown"), ()):
            parts[breakdown].append(Decimal(observation[ckg("numericValue")][0]))
    assert {iri: sum(values) for iri, values in parts.items()} \
        == {iri: Decimal(lists[total][ckg("numericValue")][0]) for iri, total in totals.items()}
    assert sorted(map(len, parts.values())) == [2, 2, 2, 2, 18]


def claimed(lists: Mapping[str, Description], predicate: str) -> set[tuple[str, str]]:
    return {(claim[ckg("claimSubject")][0], value)
            for claim in of_class(lists, "Claim").values()
            if claim[ckg("claimPredicate")] == [ckg(predicate)]
            for value in [*claim.get(ckg("claimObject"), ()), *claim.get(ckg("claimLiteral"), ())]}


def test_provinces_add_up_to_the_regions_of_the_article(
        lists: dict[str, Description]) -> None:
    inside = claimed(lists, "within")
    counts = Counter[str]()
    for observation in of_class(lists, "StatisticalObservation").values():
        if not re.search("by-province", "".join(observation.get(ckg("inBreakdown"), ()))):
            continue
        [category] = observation[ckg("forCategory")]
        for place, region in inside:
            if place == category and "/region-cn-" in region:
                counts[region.rpartition("/region-cn-")[2]] += int(
                    Decimal(observation[ckg("numericValue")][0]))
    # The article prints 30, 8, 5 and 2; one in the east and one in the west cross provinces.
    assert counts == {"east": 30 - 1, "central": 8, "west": 5 - 1, "northeast": 2}
    crossing = [o for o in of_class(lists, "StatisticalObservation").values()
                if "crossing" in o.get(ckg("forCategory"), [""])[0]]
    assert [o[ckg("numericValue")] for o in crossing] == [["1.0"]] * 2


def test_no_province_lies_in_a_region_that_holds_but_a_part_of_it(
        lists: dict[str, Description]) -> None:
    for place, region in claimed(lists, "within"):
        name = (place.rpartition("/")[2], region.rpartition("/")[2])
        assert name not in {("cn-440000", "region-pearl-river-delta"),
                            ("cn-510000", "region-chengdu-chongqing")}


def test_days_of_public_notice_are_those_of_the_rows(
        requires: Requires, lists: dict[str, Description]) -> None:
    printed = {tuple(re.findall(r"\d{4}-\d{2}-\d{2}", period))
               for path in (requires.shared("data") / "cluster-lists").glob("*.tsv")
               for period in re.findall(r"publicity[^;\t]*", path.read_text("utf-8"))}
    first, last = dict(claimed(lists, "publicisedFrom")), dict(claimed(lists, "publicisedUntil"))
    assert {(day, last[edition]) if edition in last else (day,)
            for edition, day in first.items()} == printed
    assert last.keys() <= first.keys()
    assert first.keys().isdisjoint(dict(claimed(lists, "announcedOn")))


def test_proposals_are_called_so(lists: dict[str, Description]) -> None:
    for iri, designation in of_class(lists, "Designation").items():
        if ckg("onList") not in designation:
            assert not re.search("认定|designation", " ".join(labels({iri: designation})))


def test_no_english_label_is_chinese(root: Path) -> None:
    for quad in parse(path=str(root / "data/cluster-lists.ttl")):
        if isinstance(quad.object, Literal) and quad.object.language == "en":
            outside = quad.object.value.replace("工信部企业函", "")
            assert not re.search("[\u4e00-\u9fff]", re.sub("〔.*号", "", outside)), quad.subject


def test_the_page_of_an_article_beside_the_project_is_that_article(
        root: Path, lists: dict[str, Description]) -> None:
    article = described(parse(path=str(root / "data/doc-903e39150cbb66aa.ttl")))
    [url] = article[expand("doc:903e39150cbb66aa")][ckg("sourceUrl")]
    assert not [iri for iri, thing in lists.items() if url in thing.get(ckg("sourceUrl"), ())]


def test_nothing_is_named_that_no_file_describes(
        root: Path, lists: dict[str, Description]) -> None:
    known = {quad.subject for path in sorted((root / "data").glob("*.ttl"))
             for quad in parse(path=str(path))}
    named = {quad.object for quad in parse(path=str(root / "data/cluster-lists.ttl"))
             if isinstance(quad.object, NamedNode) and quad.object.value.startswith(ENTITIES)}
    assert named <= known


# Places in names ----------------------------------------------------------------------------------

@pytest.mark.parametrize(("name", "codes"), [
    ("无锡市惠山区智能基础零部件制造产业集群", ["cn-320206"]),
    ("贵阳市白云区航空发动机装备制造业集群", ["cn-520113"]),
    ("郑州市、开封市新能源汽车产业集群", ["cn-410100", "cn-410200"]),
    ("某某集群(郑州市、许昌市)", ["cn-410100", "cn-411000"]),
    ("包头稀土新材料集群", ["cn-150200"]),
    ("四川宜宾三江新区", ["cn-511500"]),
    ("京津冀集成电路集群", ["region-beijing-tianjin-hebei"]),
    ("江北区某产业集群", []),
    ("白云区某产业集群", []),
    ("成德眉资特色调味品产业集群", []),
    ("郑州市、无名市某产业集群", []),
])
def test_names_give_places_only_where_they_are_plain(name: str, codes: list[str]) -> None:
    assert register().leading(name) == [NamedNode(expand(f"place:{code}")) for code in codes]


def test_a_full_name_of_several_places_names_none() -> None:
    assert register().named("江北区") is None
    assert register().named("资阳市") == NamedNode(expand("place:cn-512000"))


# Made-up lists ------------------------------------------------------------------------------------

NAMES = "seq\tname_zh\tplaces_zh\tfield_or_note\tround_or_date\tsource_url\n"
CURATED = """
@prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix list: <https://w3id.org/clusterkg/id/list/> .
@prefix obs: <https://w3id.org/clusterkg/id/obs/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
list:miit-nam-45 rdfs:label "list"@en ; ckg:listYear 2022 ; ckg:sourceRow "facts.tsv!2" .
obs:one a ckg:StatisticalObservation ; rdfs:label "one"@en ; ckg:sourceRow "facts.tsv!2" .
"""


def made_up_lists(folder: Path, **contents: str) -> Path:
    for file, table in cluster_lists.TABLES.items():
        (folder / file).write_text("\t".join(table.columns) + "\n", "utf-8")
    (folder / "facts.tsv").write_text(
        "subject\tproperty\tvalue\tunit_or_note\tsaid_by\tsource_url\n"
        "甲\t乙\t1\t\t丙报 2021-01-02\thttp://example.org/f\n", "utf-8")
    for name, rows in contents.items():
        (folder / f"{name.replace('_', '-')}.tsv").write_text(NAMES + rows, "utf-8")
    (folder / "curated.ttl").write_text(CURATED, "utf-8")
    return folder


def converted(folder: Path) -> dict[str, Description]:
    out = folder / "out.ttl"
    cluster_lists.convert(folder, out, curated_file=folder / "curated.ttl")
    return described(parse(path=str(out)))


def test_made_up_lists(tmp_path: Path) -> None:
    things = converted(made_up_lists(
        tmp_path,
        national_amc_45_names_confirmed=(
            "1\t无锡市某集群\t无锡市\t\tthird round (2022)\thttp://example.org/1\n"
            "2\t江北区某集群\t江北区\t\tby 2022\thttp://example.org/1\n"
            "3\t某某(集群全称未见)\t\t\t\thttp://example.org/1\n"
            "4\t某集群 (Chinese form UNCONFIRMED)\t\t\t\thttp://example.org/2\n"
            "5\t某集群\t\tEnglish page: Some Cluster; Chinese form UNCONFIRMED\t\t"
            "http://example.org/2\n"),
        henan_sei_clusters_batch1_2022=(
            "1\t某市纳\t\tstored excerpt is cut after 纳\t\thttp://example.org/3\n")))
    assert sorted(labels(of_class(things, "Cluster"))) \
        == ["Some Cluster", "无锡市某集群", "江北区某集群"]
    assert left_out(things) == {
        "national-amc-45-names-confirmed.tsv!4", "national-amc-45-names-confirmed.tsv!5",
        "henan-sei-clusters-batch1-2022.tsv!2"}
    claims = of_class(things, "Claim").values()
    assert sorted((claim[ckg("claimPredicate")][0].rpartition("#")[2],
                   (claim.get(ckg("claimObject")) or claim[ckg("claimLiteral")])[0])
                  for claim in claims) == [
        ("listYear", "2022"), ("locatedIn", expand("place:cn-320200"))]
    assert ckg("listYear") not in things[expand("list:miit-nam-45")], "a claim stands for it"
    assert things[expand("obs:one")][ckg("reviewStatus")] == [expand("status:accepted")]


def test_abbreviated_places_lie_in_the_province_of_a_provincial_list(tmp_path: Path) -> None:
    things = converted(made_up_lists(
        tmp_path,
        sichuan_provincial_amc_batch1_2024="1\t成德眉资某集群\t\t\t\thttp://example.org/1\n",
        national_amc_2024_names_confirmed="1\t成德绵某集群\t\t\t2024\thttp://example.org/2\n"))
    [claim] = [claim for claim in of_class(things, "Claim").values()
               if claim[ckg("claimPredicate")] == [ckg("locatedIn")]]
    assert claim[ckg("claimObject")] == [expand("place:cn-510000")]
    assert claim[ckg("basis")] == [expand("basis:curator-inference")]


def test_same_lists_give_same_bytes(tmp_path: Path) -> None:
    made_up_lists(tmp_path)
    written = set()
    for _ in range(2):
        converted(tmp_path)
        written.add((tmp_path / "out.ttl").read_bytes())
    assert len(written) == 1


def test_curated_row_that_is_missing_is_named(tmp_path: Path) -> None:
    made_up_lists(tmp_path)
    (tmp_path / "curated.ttl").write_text(CURATED.replace("facts.tsv!2", "facts.tsv!9"), "utf-8")
    with pytest.raises(UnreadableError, match=r"curated\.ttl: no row facts\.tsv!9"):
        converted(tmp_path)


def test_command_line_gives_one_line_and_an_exit_code(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cn_divisions.convert, [str(tmp_path), str(tmp_path / "out.ttl")]) == 3
    assert run(cn_divisions.convert, []) == 2
    missing, usage = capsys.readouterr().err.splitlines()
    assert "provinces.csv: No such file" in missing
    assert "FOLDER OUT" in usage


# Turtle -------------------------------------------------------------------------------------------

def test_turtle_is_sorted_and_reads_back_equal() -> None:
    triples = [
        *turtle.about("place:b", [*turtle.labels('a "b" .\n\tc:', "丙"),
                                  ("ckg:sourceUrl", turtle.typed("http://x.y/a:b", "xsd:anyURI"))]),
        *turtle.about("place:a", [("rdf:type", turtle.iri("ckg:Place")),
                                  ("ckg:charEnd", Literal(7))]),
        *turtle.about("graph:z", [("dcterms:source", NamedNode("http://x.y/skos:q"))]),
    ]
    text = turtle.write(triples)
    assert text == turtle.write(reversed(triples))
    quads = list(parse(text, format=RdfFormat.TURTLE))
    assert {Triple(q.subject, q.predicate, q.object) for q in quads} == set(triples)
    assert re.findall(r"^(\w+:\w+) ", text, re.MULTILINE) == ["graph:z", "place:a", "place:b"]
    assert re.findall(r"^@prefix (\w+):", text, re.MULTILINE) \
        == ["ckg", "dcterms", "graph", "place", "rdfs", "xsd"]
