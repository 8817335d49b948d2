"""Official lists of clusters and parks, and single facts, transcribed from public web pages.

Ten TSV files, one row a name or fact, each with the address of its page. A row becomes a passage
of its file; names become clusters or parks with a designation and the places they lie in; what
else the rows say is written by hand in `curated.ttl`, which points to rows by `ckg:sourceRow`.

Clusters get `cluster:<code>-x-<hash>` where they lie in one place with a code, otherwise
`cluster:x-<hash>`; the hash is over the name and the code. A name that is not confirmed, cut, or
only a theme is left out; the header of the named graph says which, and why.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clusterkg import turtle
from clusterkg.files import replaced
from clusterkg.importers.cluster_lists import curated, row, share
from clusterkg.importers.cluster_lists.curated import Fact, Facts, claim, record, slug
from clusterkg.importers.cluster_lists.gazetteer import register
from clusterkg.importers.cluster_lists.naming import texts
from clusterkg.importers.cluster_lists.row import Row
from clusterkg.namespaces import compress
from clusterkg.turtle import about, iri

_NAMES = ("seq", "name_zh", "places_zh", "field_or_note", "round_or_date", "source_url")


@dataclass(frozen=True)
class Table:
    """One file: its columns, the list it transcribes, how far that went, and whose it is."""

    columns: tuple[str, ...] = _NAMES
    edition: str | None = None
    relation: str = "ckg:appearsOn"
    province: str | None = None


TABLES = {
    "chengyu-demonstration-parks-batch1-2021-partial.tsv": Table(
        ("seq", "park_zh", "source_url"), "list:cyq-demonstration-parks-1", "ckg:onList"),
    "facts.tsv": Table(
        ("subject", "property", "value", "unit_or_note", "said_by", "source_url")),
    "guizhou-sme-characteristic-2023-partial.tsv": Table(
        edition="list:guizhou-csme-2023", province="place:cn-520000"),
    "henan-provincial-amc-2023.tsv": Table(
        edition="list:henan-advanced-manufacturing-2023", province="place:cn-410000"),
    "henan-sei-clusters-batch1-2022.tsv": Table(
        edition="list:henan-strategic-emerging-1", province="place:cn-410000"),
    "national-amc-2024-names-confirmed.tsv": Table(
        edition="list:miit-nam-2024", relation="ckg:onList"),
    share.FILE: Table(share.COLUMNS),
    "national-amc-45-names-confirmed.tsv": Table(
        edition="list:miit-nam-45", relation="ckg:onList"),
    "national-sme-characteristic-clusters-confirmed.tsv": Table(
        ("name_zh", "list_year", "source_url"), "list:miit-csme-{list_year}", "ckg:onList"),
    "sichuan-provincial-amc-batch1-2024.tsv": Table(
        edition="list:sichuan-advanced-manufacturing-1", province="place:cn-510000"),
}
# Things that other sources name too; these keep the name that they have there.
_KNOWN = {
    "平顶山市智能制造装备产业集群": "cluster:410400-intelligent-equipment",
    "重庆市巴南区先进动力装备产业集群": "cluster:500113-advanced-power-equipment",
    "四川德阳经济技术开发区": "place:park-deyang-edz",
    "重庆江津工业园区": "place:park-jiangjin",
    "重庆空港工业园区": "place:park-chongqing-airport",
}
# The page prints one name for two clusters of one city; this is what it prints for the second.
_PRINTED = {"上海张江生物医药集群": "张江生物医药集群"}
_PARKS = {"郑州经济技术开发区": "place:park-zhengzhou-edz", "商丘高新区": "place:park-shangqiu-htz"}
_DOUBT = re.compile(r" \(.*UNCONFIRMED.*\)$")
# What the rows of a list leave out.
_INFERRED = {
    "list:miit-csme-2025": (
        "The row gives the year of the list and not its stage; taken as conferred.",
        "该行载有名单年份而未载阶段，视为已认定。"),
    "list:miit-nam-45": (
        "The row gives a round or a date at most; that the cluster is one of the 45 is what the"
        " transcription as a whole says.",
        "该行至多载有轮次或日期；属于45个集群之一是整份转录表所示。"),
}
_FROM_NAME = ("Read from the name.", "据名称判读。")
_OF_PROVINCE = ("The name abbreviates places; the list is one of this province.",
                "名称为地名简称，名单属该省。")
# How a designation is called by the list it refers to; others are conferred.
_STANDING = {
    "list:guizhou-csme-2023": ("{} on the public notice", "{}列入公示名单"),
    "list:guizhou-csme-2023-recommended": ("{} among those recommended", "{}列入推荐名单"),
    "list:henan-advanced-manufacturing-2023": ("{} on the public notice", "{}列入公示名单"),
    "list:henan-strategic-emerging-1": ("{} on the public notice", "{}列入公示名单"),
    "list:miit-nam-2021": ("{} among the winners of the first two rounds", "{}列入前两轮优胜者"),
    "list:miit-nam-2022": ("{} among the winners of the third round", "{}列入第三轮优胜者"),
    "list:sichuan-advanced-manufacturing-1": ("{} on the public notice", "{}列入公示名单"),
}
_CONFERRED = ("designation of {}", "{}的认定")
_CURATED = Path(__file__).with_name("curated.ttl")


def convert(folder: Path, out: Path, *, curated_file: Path = _CURATED) -> None:
    """Write what the transcriptions say as Turtle; raise UnreadableError for a broken row."""
    rows = [r for file, table in TABLES.items() for r in row.read(folder / file, table.columns)]
    written = curated.read(curated_file, {r.key: r for r in rows})
    triples = written + row.pages(rows, curated.publishers(written))
    for file in TABLES:
        triples += row.transcription(folder / file)
    for r in rows:
        triples += row.passage(r) + list(_meaning(r))
    with replaced(out) as temporary:
        temporary.write_text(turtle.write(triples), encoding="utf-8")


def _meaning(r: Row) -> Iterator[Triple]:
    if r.file == share.FILE:
        yield from share.meaning(r)
    elif TABLES[r.file].edition:
        reason = _left_out(r)
        if reason:
            note = Literal(f"{r.key} left out: {reason}", language="en")
            yield from about("graph:cluster-lists", [("skos:editorialNote", note)])
        else:
            yield from _designated(r)


def _left_out(r: Row) -> str | None:
    name, note = _name(r), r.cells.get("field_or_note", "")
    if "未见" in name:
        return "the page names a theme, not the cluster."
    if "cut after" in note:
        return "the name is cut."
    if "UNCONFIRMED" in _name_cell(r) + note and not (_english(r) or name in _KNOWN):
        return "the name is not confirmed."
    return None


def _name(r: Row) -> str:
    return _DOUBT.sub("", _name_cell(r))


def _name_cell(r: Row) -> str:
    return r.cells.get("name_zh") or r.cells["park_zh"]


def _english(r: Row) -> str | None:
    found = re.search(r"English page: ([^;]+)", r.cells.get("field_or_note", ""))
    return found[1] if found else None


def _designated(r: Row) -> Iterator[Triple]:
    places, stated = _places(r)
    designee = _designee(r, places)
    if designee not in _KNOWN.values():
        yield from about(designee, [("rdf:type", iri(_kind(r))),
                                    *texts("rdfs:label", _names(r).items())])
    doubt: Facts = [] if stated else _inferred(_FROM_NAME)
    province = TABLES[r.file].province
    if province and not places:
        places, doubt = [iri(province)], _inferred(_OF_PROVINCE)
    for place in places:
        yield from claim(Fact(designee, _names(r), "ckg:locatedIn", place, tuple(doubt)), [r])
    for relation, edition in _editions(r):
        yield from _designation(r, designee, relation, edition)


def _designation(r: Row, designee: str, relation: str, edition: str) -> list[Triple]:
    known, proposed = designee in _KNOWN.values(), relation == "ckg:appearsOn"
    shared = known and not proposed and _kind(r) == "ckg:Cluster"
    # What another source says is conferred keeps the plain name.
    notice = "-publicity" if known and proposed else ""
    key = f"{edition.partition(':')[2]}{notice}.{designee.partition(':')[2]}"
    words = dict(zip(("en", "zh"), _STANDING.get(edition, _CONFERRED), strict=True))
    return about(f"designation:{key}", [
        ("rdf:type", iri("ckg:Designation")),
        *([] if shared else texts("rdfs:label", ((language, words[language].format(name))
                                                 for language, name in _names(r).items()))),
        ("ckg:designee", iri(designee)),
        (relation, iri(edition)),
        *(_inferred(_INFERRED[edition]) if edition in _INFERRED else []),
        *record([r]),
    ])


def _editions(r: Row) -> Iterator[tuple[str, str]]:
    table = TABLES[r.file]
    assert table.edition
    yield table.relation, table.edition.format_map(r.cells)
    if "推荐国家级" in r.cells.get("field_or_note", ""):
        yield "ckg:appearsOn", "list:guizhou-csme-2023-recommended"
    year = re.search(r"\(.*(2021|2022)\)|^(2021)$", r.cells.get("round_or_date", ""))
    if table.edition == "list:miit-nam-45" and year:
        yield "ckg:appearsOn", f"list:miit-nam-{year[1] or year[2]}"


def _inferred(notes: tuple[str, str]) -> Facts:
    return [("ckg:basis", iri("basis:curator-inference")),
            *texts("ckg:basisNote", zip(("en", "zh"), notes, strict=True))]


def _designee(r: Row, places: list[NamedNode]) -> str:
    name = _name(r)
    if name in _KNOWN:
        return _KNOWN[name]
    names = [compress(place.value) for place in places]
    code = names[0].removeprefix("place:cn-") if len(names) == 1 else ""
    code = code if code.isdecimal() else ""
    normal = unicodedata.normalize("NFKC", name).casefold()
    if "park_zh" in r.cells:
        return f"place:park-{slug('park', normal, code)}"
    return f"cluster:{code and code + '-'}{slug('cluster', normal, code)}"


def _kind(r: Row) -> str:
    if "park_zh" not in r.cells:
        return "ckg:Cluster"
    if "高新技术产业" in _name(r):
        return "ckg:HighTechZone"
    return "ckg:EconomicDevelopmentZone" if "经济" in _name(r) else "ckg:IndustrialPark"


def _printed(r: Row) -> str:
    return _PRINTED.get(_name(r), _name(r))


def _names(r: Row) -> dict[str, str]:
    confirmed = "UNCONFIRMED" not in r.cells.get("field_or_note", "")
    english = _english(r)
    found = {"en": english} if english else {}
    return found | ({"zh": _printed(r)} if confirmed or not english else {})


def _places(r: Row) -> tuple[list[NamedNode], bool]:
    """Give the places of a row, and whether the row states them apart from the name."""
    if _DOUBT.search(_name_cell(r)):
        return [], True
    cell = r.cells.get("places_zh", "")
    if not cell:
        return register().leading(_name(r)), False
    found = [_park(name) or register().named(name) for name in cell.split(";")]
    return [place for place in found if place], True


def _park(name: str) -> NamedNode | None:
    return iri(_PARKS[name]) if name in _PARKS else None
