"""A reader of the part of CSV on the Web that the exports use, after W3C csv2rdf's minimal mode."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
RESERVED = "!#$&'()*+,/:;=?@[]"
COLLAPSED = re.compile(r"\s+")


def read(data: bytes) -> list[ox.Quad]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        metadata = json.loads(archive.read("csv-metadata.json"))
        assert metadata["@context"] == "http://www.w3.org/ns/csvw"
        assert metadata["dialect"] == {"encoding": "utf-8", "header": True, "trim": False,
                                       "lineTerminators": ["\r\n"]}
        urls = [table["url"] for table in metadata["tables"]]
        assert sorted(archive.namelist()) == sorted(["csv-metadata.json", *urls])
        return [quad for table in metadata["tables"]
                for quad in _table(archive.read(table["url"]).decode("utf-8"), table)]


def notes(data: bytes) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        metadata = json.loads(archive.read("csv-metadata.json"))
    return {note["because"]: note["leftOut"] for note in metadata["notes"]}


def _table(text: str, table: dict[str, Any]) -> Iterator[ox.Quad]:
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = table["tableSchema"]["columns"]
    names = [column["name"] for column in columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.]*", name) for name in names)
    virtual = [column.get("virtual", False) for column in columns]
    assert virtual == sorted(virtual), "virtual columns come last"
    assert header == [c["name"] for c in columns if not c.get("virtual")]
    assert len({row[0] for row in rows}) == len(rows) or len(header) == 2
    for row in rows:
        assert len(row) == len(header)
        cells = dict(zip(header, row, strict=True))
        for column in columns:
            if not column.get("suppressOutput"):
                yield from _triples(column, cells, table["tableSchema"]["aboutUrl"], table["url"])


def _triples(column: dict[str, Any], cells: dict[str, str], about: str,
             base: str) -> Iterator[ox.Quad]:
    text = cells.get(column["name"], "")
    if not text and not column.get("virtual"):
        return  # the default of `null` is the empty string
    subject = ox.NamedNode(_expanded(about, cells, base))
    predicate = ox.NamedNode(_expanded(column["propertyUrl"], cells, base))
    if "valueUrl" in column:
        assert "separator" not in column
        yield ox.Quad(subject, predicate, ox.NamedNode(_expanded(column["valueUrl"], cells, base)))
        return
    for value in text.split(column["separator"]) if "separator" in column else [text]:
        yield ox.Quad(subject, predicate, _literal(value, column))


def _expanded(template: str, cells: dict[str, str], base: str) -> str:
    """Expand `{+name}` after RFC 6570, 3.2.3, and resolve the result."""
    def filled(found: re.Match[str]) -> str:
        parts = re.split("(%[0-9A-Fa-f]{2})", cells[found[1]])
        return "".join(part if number % 2 else quote(part, safe=RESERVED)
                       for number, part in enumerate(parts))

    result = re.sub(r"\{\+([A-Za-z0-9_.]+)\}", filled, template)
    assert "{" not in result
    return urljoin(f"http://csvw.example/{base}", result)


def _literal(value: str, column: dict[str, Any]) -> ox.Literal:
    if "lang" in column:
        assert "datatype" not in column
        return ox.Literal(value, language=column["lang"])
    kind = column.get("datatype", "string")
    base = kind["base"] if isinstance(kind, dict) else kind
    if base != "string":
        assert value.strip()
        value = COLLAPSED.sub(" ", value).strip()
    iri = kind["@id"] if isinstance(kind, dict) else f"{XSD}{kind}"
    assert not isinstance(kind, dict) or not iri.startswith(XSD) or iri[len(XSD):] in UNKNOWN
    return ox.Literal(value, datatype=ox.NamedNode(iri))


# XSD's types that CSVW has no name for.
UNKNOWN = {"NCName", "ENTITY", "ID", "IDREF", "NOTATION", "anySimpleType"}
