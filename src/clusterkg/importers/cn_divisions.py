"""Administrative places of China from three CSV files of codes and names.

Source: github.com/modood/Administrative-divisions-of-China, folder dist, at the commit below;
data of the National Bureau of Statistics. Codes follow GB/T 2260, without their trailing zeros.

Three kinds of row are no places of their own and are left out:
- placeholders such as 市辖区 or 省直辖县级行政区划 in the place of a prefecture: a name that no
  government has; what hangs below them hangs directly below the province;
- codes whose last two digits are 71 to 79: the statistics' own numbers for development zones,
  which GB/T 2260 does not know;
- a county row that repeats the code of its prefecture, where a prefecture has no counties.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clusterkg import importers, turtle
from clusterkg.errors import UnreadableError
from clusterkg.files import replaced
from clusterkg.turtle import about, iri, labels, typed

COMMIT = "57a0aa9cef47169a2eb74cf057b0245052a34e8c"
PROJECT = "https://github.com/modood/Administrative-divisions-of-China"
LICENCE = "http://www.wtfpl.net/about/"
ISSUED, AS_OF = "2024-11-28", "2023-06-30"
_LEFT_OUT_EN = (
    "Names are Chinese, as the source has none else. Left out are {} rows that are no places of "
    "their own: placeholders for prefectures, statistical codes of development zones, and counties "
    "that repeat the code of their prefecture. "
    "The source does not cover Hong Kong, Macao and Taiwan.")
_LEFT_OUT_ZH = (
    "名称仅有中文，与来源一致。未收入{}行：地级占位行、开发区统计代码行、"
    "与所属地级市代码相同的县级行。来源不含香港、澳门和台湾。")


@dataclass(frozen=True)
class Level:
    """One file: its columns from own code to outermost parent, and the class of its rows."""

    file: str
    kind: str
    columns: tuple[str, ...]
    title: tuple[str, str]


LEVELS = (
    Level("provinces.csv", "ckg:ProvinceLevelArea", ("code", "name"),
          ("provinces of China", "中国省级行政区")),
    Level("cities.csv", "ckg:PrefectureLevelArea", ("code", "name", "provinceCode"),
          ("prefectures of China", "中国地级行政区")),
    Level("areas.csv", "ckg:CountyLevelArea", ("code", "name", "cityCode", "provinceCode"),
          ("counties of China", "中国县级行政区")),
)


@dataclass(frozen=True)
class Place:
    """One row: six-digit code, name, codes of the possible parents from near to far."""

    code: str
    name: str
    parents: tuple[str, ...]
    kind: str
    row: str


def convert(folder: Path, out: Path) -> None:
    """Write the register of places as Turtle; raise UnreadableError for a row that cannot be."""
    rows = [place for level in LEVELS for place in _read(folder / level.file, level)]
    kept, seen = [], set[str]()
    for place in rows:
        if not _left_out(place) and place.code not in seen:
            kept.append(place)
            seen.add(place.code)
    triples = [t for place in kept for t in _place_triples(place, seen)]
    triples += _header(len(rows) - len(kept))
    triples += [t for level in LEVELS for t in _document(folder / level.file, level)]
    with replaced(out) as temporary:
        temporary.write_text(turtle.write(triples), encoding="utf-8")


def _read(path: Path, level: Level) -> Iterator[Place]:
    width = 2 * (LEVELS.index(level) + 1)
    for line, row in importers.rows(path, level.columns):
        code, name, *parents = (row[column] for column in level.columns)
        if not (code.isdecimal() and len(code) == width and name):
            raise UnreadableError(f"a row needs a name and a code of {width} digits", path=path,
                                  line=line)
        if not all(code.startswith(parent) for parent in parents):
            raise UnreadableError(f"code {code} does not begin with its parent's", path=path,
                                  line=line)
        yield Place(_full(code), name, tuple(map(_full, parents)), level.kind,
                    f"{level.file}!{line}")


def _full(code: str) -> str:
    return code.ljust(6, "0")


def _left_out(place: Place) -> bool:
    placeholder = place.name in {"市辖区", "县"} or place.name.endswith("直辖县级行政区划")
    return placeholder or place.code[4] == "7"


def _place_triples(place: Place, known: set[str]) -> list[Triple]:
    parents = [f"place:cn-{code}" for code in place.parents if code in known] or ["place:cn"]
    if place.parents and parents == ["place:cn"]:
        raise UnreadableError(f"the province of {place.code} is missing; add it to provinces.csv",
                              path=place.row)
    return about(f"place:cn-{place.code}", [
        ("rdf:type", iri(place.kind)),
        ("rdfs:label", Literal(place.name, language="zh")),
        ("ckg:adminCode", Literal(place.code)),
        ("ckg:directlyWithin", iri(parents[0])),
        ("ckg:sourceRow", Literal(place.row)),
    ])


def _header(left_out: int) -> list[Triple]:
    return about("graph:cn-divisions", [
        ("dcterms:title", Literal("Administrative divisions of China", language="en")),
        ("dcterms:title", Literal("中国行政区划", language="zh")),
        ("dcterms:description", Literal(_LEFT_OUT_EN.format(left_out), language="en")),
        ("dcterms:description", Literal(_LEFT_OUT_ZH.format(left_out), language="zh")),
        ("dcterms:license", NamedNode(LICENCE)),
        ("dcterms:source", NamedNode(f"{PROJECT}/tree/{COMMIT}")),
        ("dcterms:issued", typed(ISSUED, "xsd:date")),
        ("ckg:asOfDate", typed(AS_OF, "xsd:date")),
    ]) + about("organization:cn-nbs", [
        ("rdf:type", iri("ckg:PublicAuthority")),
        *labels("National Bureau of Statistics", "国家统计局"),
    ])


def _document(path: Path, level: Level) -> list[Triple]:
    english, chinese = level.title
    return about(f"doc:cn-divisions-{path.stem}", [
        ("rdf:type", iri("ckg:SourceDocument")),
        *labels(f"{level.file}: {english}", f"{level.file}：{chinese}"),
        ("dcterms:title", Literal(f"Administrative-divisions-of-China: {level.file}")),
        ("dcterms:language", Literal("zh")),
        ("dcterms:issued", typed(ISSUED, "xsd:date")),
        ("dcterms:license", NamedNode(LICENCE)),
        ("ckg:asOfDate", typed(AS_OF, "xsd:date")),
        ("ckg:fileName", Literal(level.file)),
        ("ckg:contentSha256", Literal(sha256(path.read_bytes()).hexdigest())),
        ("ckg:relaysFrom", iri("organization:cn-nbs")),
        ("ckg:sourceUrl", typed(f"{PROJECT}/blob/{COMMIT}/dist/{level.file}", "xsd:anyURI")),
    ])


if __name__ == "__main__":
    sys.exit(importers.run(convert, sys.argv[1:]))
