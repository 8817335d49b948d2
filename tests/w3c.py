"""W3C's tests that are HTTP exchanges, read from their manifests."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from _pytest.mark import ParameterSet
from rdflib import RDFS, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from conftest import STAND_IN, Readable, Requires

BASE = "http://w3c.example/"
HT = Namespace("http://www.w3.org/2011/http#")
HTS = Namespace("http://www.w3.org/2011/http-statusCodes#")
CNT = Namespace("http://www.w3.org/2011/content#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
STATUSES = {"Created": {201}, "OK": {200}, "NoContent": {204}, "NotFound": {404},
            "BadRequest": {400}} | {
    f"StatusCode{n}xx": set(range(100 * n, 100 * n + 100)) for n in range(1, 6)}


@dataclass(frozen=True)
class Exchange:
    """One request, and what is expected of its answer; None where nothing is."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[int]
    boolean: bool | None
    form: str | None  # boolean, tabular or RDF
    media_type: str | None
    text: str | None


@dataclass(frozen=True)
class Case:
    """Exchanges that are done in their order, and the named graphs that are there before."""

    name: str
    graphs: dict[str, bytes]  # N-Triples
    exchanges: tuple[Exchange, ...]


def at_hand(manifest: str) -> list[Case]:
    """Read a manifest where the suite is there: cases are needed before any test can be skipped."""
    try:
        return cases(Requires().w3c(), manifest)
    except pytest.skip.Exception:
        return []


def listed(some: list[Case]) -> list[ParameterSet]:
    """Give parameters of a test; where there is no case, one that is skipped and says why."""
    return [pytest.param(case, id=case.name) for case in some] or [pytest.param(
        None, id="absent", marks=pytest.mark.skip(f"W3C's rdf-tests are not here; {STAND_IN}"))]


def cases(suite: Readable, manifest: str) -> list[Case]:
    """Read a manifest, in the order of its list."""
    graph, entries = contents(suite, manifest)
    return [_case(graph, entry, suite) for entry in entries]


def contents(suite: Readable, manifest: str) -> tuple[rdflib.Graph, list[Node]]:
    """Read what a manifest says, and what it lists; an empty list is a failure."""
    graph = rdflib.Graph().parse(data=suite.read(manifest), format="turtle",
                                 publicID=BASE + manifest)
    entries = next(graph.objects(None, MF.entries))
    found = list(Collection(graph, entries))
    assert found
    return graph, found


def ours(file: str) -> list[dict[str, str]]:
    """Read a table of ours, whose column `w3c` names the tests that a row stands in for."""
    with (Path(__file__).parent / file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def name(entry: Node) -> str:
    return str(entry).rpartition("#")[2]


def _case(graph: rdflib.Graph, entry: Node, suite: Readable) -> Case:
    data = {str(graph.value(node, RDFS.label)):
            suite.read(str(graph.value(node, UT.graph)).removeprefix(BASE))
            for node in graph.objects(entry, UT.graphData)}
    action = graph.value(entry, MF.action)
    requests = graph.value(action, HT.requests)
    assert requests is not None
    return Case(name(entry), data,
                tuple(_exchange(graph, each) for each in Collection(graph, requests)))


def _exchange(graph: rdflib.Graph, node: Node) -> Exchange:
    answer = graph.value(node, HT.resp)
    assert answer is not None
    boolean = graph.value(answer, MF.expectedBoolean)
    form = graph.value(answer, MF.expectedFormat)
    text = _body(graph, answer)
    return Exchange(
        str(graph.value(node, HT.methodName)), str(graph.value(node, HT.absolutePath)),
        dict(_headers(graph, node)), _body(graph, node) or b"", frozenset(_statuses(graph, answer)),
        None if boolean is None else str(boolean) == "true", None if form is None else str(form),
        dict(_headers(graph, answer)).get("content-type"), None if text is None else text.decode())


def _headers(graph: rdflib.Graph, node: Node) -> Iterator[tuple[str, str]]:
    listed = graph.value(node, HT.headers)
    for header in Collection(graph, listed) if listed is not None else ():
        yield (str(graph.value(header, HT.fieldName)).lower(),
               str(graph.value(header, HT.fieldValue)))


def _body(graph: rdflib.Graph, node: Node) -> bytes | None:
    body = graph.value(node, HT.body)
    if body is None:
        return None
    chars = graph.value(body, CNT.chars)
    encoding = graph.value(body, CNT.characterEncoding)
    return str(chars).encode(str(encoding or "utf-8"))


def _statuses(graph: rdflib.Graph, answer: Node) -> Iterator[int]:
    for status in graph.objects(answer, MF.expectedStatus):
        yield from STATUSES[str(status).removeprefix(str(HTS))]
