"""Limits of an answer: rows and bytes counted exactly, however an engine cuts its pieces."""

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat as Results

from clusterkg import limit
from clusterkg.limit import Writer
from clusterkg.web import dispatch, target
from clusterkg.web.negotiation import GRAPHS, RESULTS
from clusterkg.web.problem import Problem
from clusterkg.world import World
from web import AbortedError, ask, laid

FORMATS = {"json": Results.JSON, "xml": Results.XML, "csv": Results.CSV, "tsv": Results.TSV}
VALUES = st.text(st.sampled_from('ab,{}[]"\\\r\n\t<>&result /丝'), max_size=8) | st.sampled_from(
    [",{", "[{", "},{", "<result>", "\r\n", '"', '\\"', '\\', '",{"', "\n\n"])


def results(rows: list[list[str | None]], name: str) -> bytes:
    """Write rows of two variables as the engine does."""
    store = ox.Store()
    terms = [["UNDEF" if value is None else str(ox.Literal(value)) for value in row]
             for row in rows]
    values = " ".join(f"({' '.join(row)})" for row in terms)
    found = store.query(f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=FORMATS[name]) or b""


@settings(max_examples=250, deadline=None)
@given(st.lists(st.lists(VALUES | st.none(), min_size=2, max_size=2), max_size=5),
       st.sampled_from(sorted(FORMATS)), st.integers(1, 40))
@example([["x,{", "y"], ["[{", ",{"]], "json", 1)
@example([["a\\", '"'], ["\\\\", "{"]], "json", 1)
@example([["a\r\nb", '"\n"'], ["\n", None]], "csv", 1)
@example([[None, None], [None, None]], "json", 3)
def test_rows_are_counted_whatever_they_hold_and_wherever_they_are_cut(
        rows: list[list[str | None]], name: str, size: int) -> None:
    body, count = results(rows, name), limit.counter(name)
    assert sum(count(body[i:i + size]) for i in range(0, len(body), size)) == len(rows)


def test_quoted_triples_are_no_rows() -> None:
    store = ox.Store()
    found = store.query("SELECT * { VALUES ?x { <<( <a:a> <a:b> <<( <a:c> <a:d> 'x' )>> )>> 1 } }")
    assert isinstance(found, ox.QuerySolutions)
    assert limit.counter("json")(found.serialize(format=Results.JSON) or b"") == 2


def test_a_long_value_takes_no_longer_for_being_cut() -> None:
    count, piece = limit.counter("json"), b'\\"' * 4096
    total = count(b'{"head":{},"results":{"bindings":[{"a":{"type":"literal","value":"')
    total += sum(count(piece) for _ in range(2000))
    assert total + count(b'"}},{"a":{}}]}}') == 2


def written(most: int, *pieces: bytes) -> tuple[list[int], bytes]:
    """Give the sizes in which pieces are passed on, and all of it."""
    passed: list[bytes] = []

    class Out(io.RawIOBase):
        def write(self, piece: object) -> int:
            passed.append(bytes(cast(bytes, piece)))
            return len(passed[-1])
    writer = Writer(cast(BinaryIO, Out()), most)
    for piece in pieces:
        writer.write(piece)
    writer.finish()
    return [len(piece) for piece in passed], b"".join(passed)


def test_pieces_are_joined_and_nothing_is_lost() -> None:
    pieces = [bytes([n % 256]) * 8192 for n in range(20)]
    sizes, whole = written(10**6, *pieces)
    assert sizes == [65536, 65536, 20 * 8192 - 2 * 65536]
    assert whole == b"".join(pieces)


def test_the_last_byte_that_fits_is_written() -> None:
    assert written(10, b"12345", b"67890") == ([10], b"1234567890")
    with pytest.raises(Problem) as caught:
        written(9, b"12345", b"67890")
    assert caught.value.status == 422


# Through the endpoint

COUNT = 3000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("limits")
    laid(place, (ox.Quad(ox.NamedNode(f"http://example.org/{n}"), ox.NamedNode("http://example.org/p"),
                         ox.Literal(f"{n},{{\r\n<result>\"")) for n in range(COUNT)))
    return place


def world(folder: Path, **limits: int) -> World:
    from web import opened

    return opened(folder, **limits)


ALL = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")
TRIPLES = "/sparql?query=" + quote("CONSTRUCT { ?s <http://example.org/q> ?o } { ?s ?p ?o }")


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.name)
def test_too_many_rows_are_told_not_cut(form: object, folder: Path) -> None:
    accept = form.essence  # type: ignore[attr-defined] # pytest hands on what it was given
    few = ALL + quote(" LIMIT 100")
    assert ask(world(folder, rows=100), "GET", few, accept=accept).status == 200
    reply = ask(world(folder, rows=99), "GET", few, accept=accept)
    assert reply.status == 422
    assert reply.json["type"].endswith("/problem/too-large")
    with pytest.raises(AbortedError):
        ask(world(folder, rows=COUNT - 1), "GET", ALL, accept=accept)


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
@pytest.mark.parametrize("address", [TRIPLES, "/store?default"])
def test_too_many_triples_are_told_not_cut(form: object, address: str, folder: Path) -> None:
    accept = form.essence  # type: ignore[attr-defined] # pytest hands on what it was given
    assert ask(world(folder, rows=COUNT), "GET", address, accept=accept).status == 200
    with pytest.raises(AbortedError):
        ask(world(folder, rows=COUNT - 1), "GET", address, accept=accept)
    assert ask(world(folder, rows=20), "GET", address, accept=accept).status == 422


def test_too_many_bytes_are_told_not_cut(folder: Path) -> None:
    whole = ask(world(folder), "GET", ALL).body
    assert ask(world(folder, bytes=len(whole)), "GET", ALL).body == whole
    assert ask(world(folder, bytes=5000), "GET", ALL).status == 422
    with pytest.raises(AbortedError):
        ask(world(folder, bytes=len(whole) - 1), "GET", ALL)


def streamed(world: World, address: str, write: Callable[[bytes], None]) -> None:
    """Answer as a server does, with a function in the place of the connection."""
    class Out(io.RawIOBase):
        def write(self, piece: object) -> int:
            write(cast(bytes, piece))
            return len(cast(bytes, piece))
    response = dispatch.respond(target.parsed("GET", address, {}), world)
    assert response.status == 200
    assert not isinstance(response.body, bytes)
    response.body(cast(BinaryIO, Out()))


@pytest.mark.parametrize("query", ["SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000",
                                   "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_an_answer_is_passed_on_while_it_is_found(query: str, folder: Path) -> None:
    sizes: list[int] = []
    tracemalloc.start()
    try:
        streamed(world(folder), f"/sparql?query={quote(query)}", lambda p: sizes.append(len(p)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(sizes) < 100_000
    assert sum(sizes) > 2 * max(sizes)
    assert peak < 2_000_000


@pytest.mark.parametrize("error", [BrokenPipeError("gone"), KeyboardInterrupt(),
                                   Problem(503, "x", "y")])
def test_a_writer_that_ends_ends_the_query(error: BaseException, folder: Path) -> None:
    count = 0

    def write(piece: bytes) -> None:
        nonlocal count
        count += 1
        if count >= 2:
            raise error
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with pytest.raises(type(error)):
        streamed(world(folder), f"/sparql?query={quote(endless)}", write)
    assert count <= 3  # the engine may offer once more what it holds
