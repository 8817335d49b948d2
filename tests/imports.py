"""What the tests of importing share: tables for a small world, and what their columns mean."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import version
from clusterkg.csvw import metadata, terms
from clusterkg.importing.preparation import Order
from clusterkg.namespaces import expand
from sites import lay

HERE = "https://example.org/"
TABLE = "code,name,town\n1,One,x\n2,Two,y\n3,Three,x\n"
MAPPING = {
    "@context": "http://www.w3.org/ns/csvw",
    "ckg:skip": [{"column": "town", "equals": ["-"], "why": "no town"}],
    "tableSchema": {"aboutUrl": HERE + "f{code}", "columns": [
        {"name": "code", "datatype": "integer"},
        {"name": "name", "propertyUrl": HERE + "name"},
        {"name": "town", "propertyUrl": HERE + "in", "valueUrl": HERE + "{town}"},
        {"name": "kind", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": HERE + "Firm"}]}}


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mappings name the terms of the small world."""
    quads = ox.parse(f"""@prefix : <{HERE}> . @prefix owl: <{expand('owl:')}> .
        :Firm a owl:Class . :in a owl:ObjectProperty . :name a owl:DatatypeProperty .""",
                     ox.RdfFormat.TURTLE)
    known = terms.terms(quads)
    monkeypatch.setattr(metadata, "packaged", lambda: known)


def order(folder: Path, text: str = TABLE, **more: object) -> Order:
    """Lay a table and a mapping beside a world."""
    lay(folder, {"firms.csv": text, "mapping.json": json.dumps(MAPPING)})
    return Order(folder / "firms.csv", folder / "mapping.json", folder / "snapshot",
                 **more)  # type: ignore[arg-type]  # of Order


def held(folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """Give all quads that answer, and the bytes of all files that later builds read."""
    store = ox.Store.read_only(str(version.current(folder) / "store"))
    files = {str(path.relative_to(folder)): path.read_bytes()
             for name in ("written", "imports") for path in (folder / name).rglob("*")
             if path.is_file()}
    return sorted(map(str, store)), files
