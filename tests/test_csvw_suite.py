"""W3C's tests of CSV on the Web, as far as somebody gives the metadata of a table.

The project asks for more than the standard: what a row is about, and a property that says what a
column means. So each table is given what the standard takes where nothing is said: a property named
after its url and the column, and a subject of its own for each row.
"""

import io
import json
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote, urljoin

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from clusterkg import tables, tabular
from clusterkg.csvw import conversion, dialect, metadata
from clusterkg.csvw.metadata import CONTEXT
from clusterkg.csvw.terms import Terms, known
from clusterkg.errors import ClusterkgError
from clusterkg.importing import keys
from clusterkg.importing.preparation import Prepared
from clusterkg.importing.table import Table
from clusterkg.namespaces import expand, prefixes
from clusterkg.tabular import Dialect
from conftest import MIRROR, Requires, Suite

BASE = "http://www.w3.org/2013/csvw/tests/"
ROW = f"{BASE}row-"
DESCRIBES = rdflib.URIRef("http://www.w3.org/ns/csvw#describes")
SCHEMA = "http://schema.org/"  # the project writes it with https
# Tables that are wrong by the standard, and are taken: by the number of the test.
TAKEN = {
    "an @id or @type that nothing reads": {*range(81, 89)},
    "what other vocabularies say of a table is a remark": {*range(134, 147)},
    "columns are found wherever they stand, and others left out": {133, 148, 278},
    "a language that nothing reads": {109},
    "rows of one key that say the same are one": {232, 234},
    "a row that repeats the header is passed over": {257},
    "a key may lead to several rows": {258}}
# Tables that are right, and are refused with the line, or a row of which is.
REFUSED = {
    "no tableSchema": {23}, "propertyUrl as a template": {30, 31, 38, 39, 235, 236, 237, 250},
    "a datatype that is not here": {36, 37, 187, 193, 195, 228, 229},
    "a datatype of one's own": {242}, "a format of a URI": {152},
    "a format of numbers": {158, 170, 171, 282, 283, 284, 285},
    "a format of days or times": {188, 189, 190, 245, 246}, "ordered lists": {306, 307},
    "a schema in a file of its own": {34, 35}, "a file that lies elsewhere": {273}}


class Any_(Terms):  # noqa: N801  # it stands for any term
    """Terms of which every property is one."""

    def known(self, name: str, kind: str) -> str:
        prefix, _, rest = name.partition(":")
        if rest.startswith("//"):
            return name
        given = {"schema": SCHEMA, "foaf": "http://xmlns.com/foaf/0.1/"}
        return given[prefix] + rest if prefix in given else self.declared(name)

    def declared(self, name: str) -> str:
        """Give the IRI of one of the project's, or of another that the test made up."""
        prefix, _, _ = name.partition(":")
        iri = expand(name) if prefix in prefixes() else BASE + name
        return iri if iri in self.properties else BASE + name


# Metadata that the standard does not find by the table's url; to an import it is given.
ELSEWHERE = {116}
TOLD: dict[tuple[str, str], tuple[str, str]] = {}
ANY = Any_(**{field.name: getattr(known(), field.name) for field in fields(Terms)})


@pytest.fixture(scope="module")
def suite(requires: Requires, tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """Unpack the tests, of which some have several files."""
    requires.mirrored("w3c+csvw")
    folder, place = tmp_path_factory.mktemp("csvw"), next((MIRROR / "w3c+csvw").glob("**/HEAD"))
    packed = subprocess.run(["git", "--git-dir", str(place.parent), "archive", "HEAD", "tests"],
                            capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return Suite(folder)


def entries(suite: Suite, manifest: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Give the number of each test with metadata, its kind, and what is said of it."""
    for entry in json.loads(suite.read(f"tests/{manifest}.jsonld"))["entries"]:
        given = [entry["action"], entry.get("option", {}).get("metadata", ""),
                 *entry.get("implicit", [])]
        described = next((name for name in given if name.endswith(".json")), None)
        if described:
            yield (int(re.sub(r"\D", "", entry["id"].partition("#")[2])),
                   entry["type"].partition(":")[2], entry | {"described": described})


def told(suite: Suite, entry: dict[str, Any], folder: Path) -> tuple[str, str]:
    """Tell whether tables are `valid`, with their triples; `invalid`; or `refused`, and why.

    Both manifests have the same tables.
    """
    which = entry["described"], entry["action"]
    if which not in TOLD:
        TOLD[which] = _told(suite, entry, folder)
    return TOLD[which]


def _told(suite: Suite, entry: dict[str, Any], folder: Path) -> tuple[str, str]:
    try:
        found = list(converted(suite, entry, folder))
        keys.follow(found)
        wrong = [row for _, connection in found
                 for row in connection.execute("SELECT col, wrong FROM refused").fetchall()]
        return ("invalid", str(wrong[0])) if wrong else ("valid", "\n".join(
            f"{s} {p} {o} ." for _, connection in found
            for s, p, o in connection.execute("SELECT DISTINCT s, p, o FROM fact").fetchall()))
    except ClusterkgError as error:
        return "refused", str(error)


def converted(suite: Suite, entry: dict[str, Any],
              folder: Path) -> Iterator[tuple[Table, tables.Connection]]:
    mapping_file = folder / "m.json"
    laid(suite, entry["described"], mapping_file)
    try:
        described = json.loads(mapping_file.read_bytes())
        complete(described, entry)
        mapping_file.write_text(json.dumps(described), "utf-8")
    except (ValueError, AttributeError):
        described = {}  # which is to be told
    names = metadata.tables(mapping_file) if "tables" in described else [None]
    for number, name in enumerate(names):
        mapping = metadata.read(mapping_file, name, terms=ANY)
        url = name or mapping.url or entry["action"]
        file = folder / Path(url.partition("?")[0]).name
        laid(suite, urljoin(entry["described"], url.partition("?")[0]), file)
        connection = connected(number)
        grid = tabular.load(connection, file, dialect.merged(Dialect(), mapping.dialect))
        conversion.convert(connection, mapping, grid)
        yield cast(Table, SimpleNamespace(
            order=SimpleNamespace(file=file, mapping=mapping_file), aside=folder, source=file.name,
            prepared=Prepared(grid, mapping))), connection


@cache
def connected(number: int) -> tables.Connection:
    """Connect once for the tables of that place in their groups."""
    return tables.connect()


def laid(suite: Suite, name: str, file: Path) -> None:
    """Lay a file of the suite there; nothing, where the suite has none."""
    file.unlink(missing_ok=True)
    try:
        file.write_bytes(suite.read(f"tests/{name.removeprefix(BASE)}"))
    except (OSError, ValueError):
        return


def complete(described: dict[str, Any], entry: dict[str, Any]) -> None:
    """Say what the standard takes where nothing is said."""
    base, context = BASE + entry["described"], described.get("@context")
    if context == CONTEXT:
        described["@context"] = [context, {"@base": base}]
    elif isinstance(context, list) and isinstance(context[-1], dict):
        context[-1]["@base"] = urljoin(base, context[-1].get("@base", ""))
    listed = described.get("tables", [described])
    for table in listed if isinstance(listed, list) else ():
        schema = described.get("tableSchema")
        schema = table.get("tableSchema", schema) if isinstance(table, dict) else None
        if isinstance(schema, dict):
            say(schema, (described, table, schema), urljoin(base, str(table.get("url", ""))))


def say(schema: dict[str, Any], inherited: tuple[dict[str, Any], ...], url: str) -> None:
    """Say it in a schema; `inherited` are what its columns inherit from."""
    if not any("aboutUrl" in one for one in inherited):
        schema["aboutUrl"] = f"{ROW}{quote(url, safe='')}-{{_row}}"
    if not any("propertyUrl" in one for one in inherited):
        name_columns(schema.get("columns"), url)
    for one in inherited:
        meant = str(one.get("propertyUrl", ""))
        if meant.startswith("#"):
            one["propertyUrl"] = url + meant


def name_columns(columns: object, url: str) -> None:
    for number, column in enumerate(columns if isinstance(columns, list) else (), 1):
        if isinstance(column, dict) and not column.get("virtual"):
            said = column.get("name") or column.get("titles")
            name = quote(said) if isinstance(said, str) else f"_col.{number}"
            meant = column.setdefault("propertyUrl", f"{url}#{name}")
            if str(meant).startswith("#"):
                column["propertyUrl"] = url + meant


def test_tables_are_right_or_wrong_as_the_suite_says(suite: Suite, tmp_path: Path) -> None:
    """Warnings are not compared: what the standard warns of, an import mostly refuses."""
    kinds: Counter[str] = Counter()
    taken, refused = (set[int]().union(*some.values()) for some in (TAKEN, REFUSED))
    other: list[tuple[int, str, tuple[str, str]]] = []
    for number, kind, entry in entries(suite, "manifest-validation"):
        kinds[kind] += 1
        if not kind.startswith("Warning"):
            is_right, found = kind.startswith("Positive"), told(suite, entry, tmp_path)
            as_said = (found[0] == "valid") is is_right
            if as_said is (number in (refused if is_right else taken)):
                other.append((number, kind, found))
    assert not other
    assert kinds == {"NegativeValidationTest": 145, "PositiveValidationTest": 67,
                     "WarningValidationTest": 61}


def test_tables_state_what_the_suite_says(suite: Suite, tmp_path: Path) -> None:
    """Of the rows: what the standard says of tables besides, an import says in its own way."""
    same = 0
    for number, kind, entry in entries(suite, "manifest-rdf"):
        if kind == "ToRdfTest" and number not in ELSEWHERE:
            found, text = told(suite, entry, tmp_path)
            if found == "valid":
                given = suite.read(f"tests/{entry['result']}").decode()
                expected = rdflib.Graph().parse(data=given, format="turtle",
                                                publicID=BASE + entry["result"])
                if not entry["option"].get("minimal"):
                    things = set(expected.objects(None, DESCRIBES))
                    for triple in set(expected):
                        if triple[0] not in things:
                            expected.remove(triple)
                assert isomorphic(graph(text), expected), number
                same += 1
    assert same == 31


def graph(text: str) -> rdflib.Graph:
    """Read triples; a row without a subject of its own is a blank node, as in the standard."""
    plain = text.replace("<https://schema.org/", f"<{SCHEMA}")
    rows = re.sub(rf"<{re.escape(ROW)}([^>]*)>",
                  lambda found: "_:r" + found[1].encode().hex(), plain)
    said = [quad for quad in ox.parse(rows, ox.RdfFormat.N_TRIPLES)
            if quad.predicate.value != expand("ckg:sourceRow")]
    lines = "\n".join(f"{quad.triple} ." for quad in said)
    return rdflib.Graph().parse(data=lines, format="nt")
