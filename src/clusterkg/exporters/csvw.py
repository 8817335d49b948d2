"""CSVW: a zip of one CSV a class with metadata that turns the rows back into triples."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pyoxigraph import Quad

from clusterkg import canonical
from clusterkg.cell import datatype, misfit
from clusterkg.classification import Classification
from clusterkg.namespaces import expand
from clusterkg.tabulation import IRI, Column, Table, local_name, tables, unused

MEDIA_TYPE = "application/zip"
SUFFIX = ".zip"

METADATA = "csv-metadata.json"
_UNTYPED = "untyped"
_DIALECT = {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"], "trim": False}


def export(quads: Iterable[Quad], out: BinaryIO) -> None:
    """Write the distinct triples of all graphs, as far as cells can hold them.

    The metadata's notes count what is left out, by reason.
    """
    ordered = canonical.dataset(quads)
    triples, lost = _carried(canonical.union(ordered))
    made = _tables(triples, Classification(ordered))
    # Stored, not deflated: the bytes would depend on the version of zlib.
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr(_entry(METADATA), _metadata(made, lost))
        for table in made:
            archive.writestr(_entry(f"{table.name}.csv"), _csv(table))


def _carried(quads: Iterable[Quad]) -> tuple[list[Quad], Counter[str]]:
    carried: list[Quad] = []
    lost: Counter[str] = Counter()
    for quad in quads:
        reason = next(filter(None, map(misfit, quad.triple)), None)
        if reason:
            lost[reason] += 1
        else:
            carried.append(quad)
    return carried, lost


def _tables(triples: Iterable[Quad], classes: Classification) -> list[Table]:
    by_class: dict[str, list[Quad]] = defaultdict(list)
    for quad in triples:
        by_class[next(iter(classes.most_specific(quad.subject)), "")].append(quad)
    taken: set[str] = set()
    names = {kind: unused(local_name(kind) if kind else _UNTYPED, taken)
             for kind in sorted(by_class)}
    return [table for kind, name in names.items() for table in tables(name, by_class[kind])]


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["id", *(column.name for column in table.columns)])
    writer.writerows(table.rows)
    return text.getvalue().encode()


def _metadata(made: Iterable[Table], lost: Counter[str]) -> str:
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "notes": [{"leftOut": number, "because": reason} for reason, number in sorted(
            lost.items())],
        "dialect": _DIALECT,
        "tables": [{"url": f"{table.name}.csv", "tableSchema": _schema(table)} for table in made]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _schema(table: Table) -> dict[str, object]:
    subject = {"name": "id", "datatype": "anyURI", "required": True, "suppressOutput": True}
    taken = {"id", *(column.name.lower() for column in table.columns)}
    kinds = [{"name": unused("type", taken), "virtual": True, "propertyUrl": expand("rdf:type"),
              "valueUrl": kind} for kind in table.types]
    return {"aboutUrl": "{+id}", "columns": [subject, *map(_column, table.columns), *kinds]}


def _column(column: Column) -> dict[str, object]:
    found: dict[str, object] = {"name": column.name, "propertyUrl": column.predicate}
    if column.kind == IRI:
        return {**found, "datatype": "anyURI", "valueUrl": f"{{+{column.name}}}"}
    if column.language:
        found |= {"lang": column.language}
    else:
        found |= {"datatype": datatype(column.kind)}
    return found | ({"separator": column.separator} if column.separator else {})


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry
