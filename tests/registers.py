"""A small graph of made-up firms whose names are hard to tell apart, built once."""

import csv
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from clusterkg import snapshot, source
from clusterkg.files import knowledge
from clusterkg.matching.proposal import Ground
from clusterkg.namespaces import expand

ENT = "https://w3id.org/clusterkg/id/ent/"
HOSTILE = '</title><script>alert("1")</script>'
_LABELLED = Path(__file__).parents[1] / "benchmarks" / "labelled.py"
_MORE = f"""
@prefix ent: <{ENT}> . @prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix place: <https://w3id.org/clusterkg/id/place/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ent:x-power a ckg:Enterprise ; rdfs:label "重庆宗申动力机械股份有限公司"@zh , "Zongshen power"@en ;
    ckg:registeredIn place:cn-500113 ; ckg:unifiedSocialCreditCode "915001130000000019" ;
    <https://example.org/size> 2021 , 2.5 , "2021-03-04"^^xsd:date ,
        "2021-03-04T05:06:07Z"^^xsd:dateTime .
ent:x-aero a ckg:Enterprise ; rdfs:label "Zongshen Aero-Development"@en ;
    skos:altLabel "宗申航发"@zh .
ent:x-north a ckg:Enterprise ; rdfs:label "锦带机械厂"@zh ; ckg:registeredIn place:cn-500105 ;
    ckg:formerName "松针农具社"@zh .
ent:x-south a ckg:Enterprise ; rdfs:label "锦带机械厂"@zh ; ckg:registeredIn place:cn-330205 .
ent:x-hostile a ckg:Enterprise ; rdfs:label \"\"\"{HOSTILE}\"\"\" .
"""
_SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/s> a sh:NodeShape ; sh:targetClass <https://example.org/None> ;
    sh:property [ sh:path <https://example.org/p> ; sh:minCount 1 ] .
"""
_kept: list[TemporaryDirectory[str]] = []


@dataclass(frozen=True)
class Firm:
    """An entry of the register; the name begins with its city."""

    iri: str
    name: str
    code: str


@dataclass(frozen=True)
class Named:
    """A name that somebody wrote, and the IRI of what it means, "" for nothing there."""

    text: str
    code: str
    place: str
    kind: str
    meant: str


@cache
def _made() -> Path:
    """Make the register and the names; the folder goes when the tests end."""
    _kept.append(TemporaryDirectory(prefix="clusterkg-registers-"))
    here = Path(_kept[-1].name)
    subprocess.run([sys.executable, _LABELLED, "--entries", "400", "--names", "260", "--seed", "7",
                    "--out", here], check=True)
    return here


@cache
def folder() -> Path:
    """Give the snapshot's folder."""
    here = _made()
    (here / "more.ttl").write_text(_MORE, encoding="utf-8")
    (here / "shape.ttl").write_text(_SHAPE, encoding="utf-8")
    data = (here / "register.nt", here / "more.ttl", *(
        knowledge("data") / f"{name}.ttl" for name in ("cn-divisions", "places")))
    packaged = snapshot.Inputs.packaged()
    made = snapshot.build(snapshot.Inputs(packaged.ontology, data, (here / "shape.ttl",),
                                          packaged.queries), here / "snapshot")
    assert made.version is not None
    return here / "snapshot"


@cache
def ground() -> Ground:
    """Open it for matching."""
    return Ground.of(source.open_version(source.version_of(folder())))


@cache
def firms() -> Sequence[Firm]:
    """Give the firms that are in it."""
    said: dict[str, dict[str, str]] = {}
    for quad in ox.parse(path=_made() / "register.nt"):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            said.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    return [_firm(iri, of) for iri, of in said.items()]


def _firm(iri: str, of: Mapping[str, str]) -> Firm:
    return Firm(iri, of[expand("rdfs:label")], of[expand("ckg:unifiedSocialCreditCode")])


@cache
def named() -> Sequence[Named]:
    """Give the names."""
    truth = json.loads((_made() / "truth.json").read_text(encoding="utf-8"))
    with (_made() / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [Named(text, code, place, one["kind"], one["meant"])
            for (text, code, place), one in zip(rows, truth, strict=True)]
