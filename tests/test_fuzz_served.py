"""Whatever is sent, as HTTP, SPARQL or RDF, is answered: never by 500, never by a dead process.

`CLUSTERKG_EXAMPLES` says how many of each are tried.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clusterkg import payload
from clusterkg.web import target
from clusterkg.web.problem import Problem
from clusterkg.world import World
from servers import Server, drained, running
from test_attacks import parsed
from web import ask, laid, opened

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("CLUSTERKG_EXAMPLES", "100"))
FUZZED = settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES <= 100,
                  suppress_health_check=list(HealthCheck))
REFUSALS = ("application/problem+json", "text/html", "text/plain")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("fuzzed")
    laid(place / "snapshot", ox.parse(path=HERE / "protocol.trig"))
    return place


@pytest.fixture(scope="module")
def world(folder: Path) -> World:
    return opened(folder / "snapshot")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with running(folder / "snapshot", folder, "--processes", "1", "--timeout", "5", "--body",
                 "100KB") as started:
        before = sorted(started.executors())
        yield started
        assert sorted(started.executors()) == before, "an executor has died"
        log = started.log()
        assert "Traceback" not in log, log[log.find("Traceback"):][:1500]


# Bytes

WORDS = st.sampled_from([
    b"GET ", b"POST ", b"HEAD ", b"QUERY ", b"/", b"/sparql", b"/store?default", b"/health/live",
    b"?query=ASK%7B%7D", b"?query=", b"%", b"%00", b"%ff", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n",
    b" HTTP/2\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b";", b",",
    b"Host: x\r\n", b"host:\r\n", b"Content-Length: 6\r\n", b"Content-Length: 0\r\n",
    b"Content-Length: -1\r\n", b"Content-Length: 99999\r\n", b"Transfer-Encoding: chunked\r\n",
    b"6\r\nASK {}\r\n", b"0\r\n\r\n", b"FFFFFFFF\r\n", b"ASK {}", b"Connection: close\r\n",
    b"Connection: keep-alive\r\n", b"Content-Type: application/sparql-query\r\n",
    b"Accept: text/html\r\n", b"Accept: ", b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\n",
    b"Content-Encoding: gzip\r\n", b"X-Request-Id: ", b"Range: bytes=0-\r\n",
    b"If-None-Match: *\r\n", b"\xff\xfe", b"\xc3\xa9", b"a" * 300])
FAIR = [b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 6\r\n\r\nASK {}",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n",
        b"GET /page/ns HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"]


@st.composite
def sent(draw: st.DrawFn) -> bytes:
    """Make a request, and damage it; or heap words up."""
    data = draw(st.sampled_from([*FAIR, b""]))
    for _ in range(draw(st.integers(0 if data else 1, 4))):
        at = draw(st.integers(0, len(data)))
        until = at + draw(st.sampled_from([0, 0, 1, 2, 10]))
        data = data[:at] + draw(WORDS | st.binary(max_size=4)) + data[until:]
    return data


@FUZZED
@given(data=sent())
@example(data=b"")
@example(data=FAIR[0] * 3)
def test_any_bytes_are_answered_as_http(data: bytes, server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        got = drained(client)
    for one in messages(got):
        reply = parsed(one, "HEAD" if b"HEAD" in data and one.endswith(b"\r\n\r\n") else "GET")
        assert 200 <= reply.status < 505, (data, reply)
        assert reply.status != 500, (data, reply)
        if reply.status >= 400:
            assert reply.headers["content-type"].partition(";")[0] in REFUSALS
    assert server.get("/health/live").status == 200


def messages(got: bytes) -> list[bytes]:
    """Cut what came into answers, at their status lines."""
    starts = [i for i in range(len(got)) if got.startswith(b"HTTP/1.", i)
              and got[i + 7:i + 9] in (b"0 ", b"1 ") and got[i + 9:i + 12].isdigit()]
    assert not got or starts[:1] == [0], got[:100]
    ends = [*starts[1:], len(got)] if starts else []
    return [got[i:j] for i, j in zip(starts, ends, strict=True) if got[i + 9:i + 12] != b"100"]


# SPARQL

PIECES = st.sampled_from([
    "SELECT", "SELECT *", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "{", "}", "(", ")",
    "?s", "?p", "?o", "<http://example.org/tea>", "<x>", "<", ">", "a", ".", ";", ",", '"x"',
    "'", '"""', "@en", "^^",
    "1", "-1", "1e400", "true", "FILTER(", "BIND(1 AS ?x)", "OPTIONAL {", "UNION", "MINUS {",
    "GRAPH ?g {", "VALUES ?s {", "UNDEF", "LIMIT 3", "OFFSET 1", "ORDER BY", "GROUP BY", "HAVING(",
    "COUNT(*)", "(COUNT(?s) AS ?n)", "SUM(", "REGEX(", '"(a+"', "SUBSTR(", "IRI(", "STRDT(",
    "NOW()", "BNODE()", "<<", "<<(", ")>>", "{|", "|}", "*", "+", "/", "|", "!", "^", "PREFIX",
    "BASE",
    "p:", "skos:note", ":", "_:b", "[]", "[", "]", "#", "\n", "\\u0041", "\\", "\0", "丝",
    "\U0001f9f5",
    "FROM <urn:x>", "FROM NAMED", "REDUCED", "DISTINCT", "EXISTS {", "NOT", "IN (", "AS", "SILENT",
    "INSERT DATA {", "DROP ALL", "LOAD", "LANGMATCHES(", "TRIPLE(", "EXP(", "1/0"])
QUERIES = ["SELECT * { ?s ?p ?o }", "ASK { ?s ?p ?o }", "DESCRIBE <http://example.org/tea>",
           "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
           "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?n",
           "SELECT * { ?s ?p ?o OPTIONAL { ?o ?q ?x } FILTER(STRLEN(STR(?o)) > 2) } LIMIT 5"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(st.sampled_from(QUERIES)).split(" ")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(words)))
        words[at:at + draw(st.integers(0, 2))] = [draw(PIECES)]
    return draw(st.sampled_from([" ", " ", ""])).join(words)


PROMISED = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
            "text/tab-separated-values", "text/turtle", "application/n-triples",
            "application/rdf+xml", "application/ld+json", "application/trig", "application/n-quads")


@FUZZED
@given(text=texts(), accept=st.sampled_from(["", "*/*", *PROMISED]))
def test_any_text_is_answered_as_sparql(text: str, accept: str, world: World) -> None:
    reply = ask(world, "GET", f"/sparql?query={quote(text)}", b"", accept=accept or "*/*")
    # What RDF/XML or JSON-LD has no words for is rightly told while it is written.
    assert reply.status in (200, 400, 403, 406, 422), (text, reply)
    if reply.status == 200 and accept in PROMISED:
        assert reply.media_type == accept
    if reply.status >= 400:
        assert reply.media_type in REFUSALS
        assert "Traceback" not in reply.text


# RDF

BODIES = {
    "text/turtle": '@prefix e: <urn:e:> . e:a e:p "x"@en , 1 , [ e:q ( 1 2 ) ] ; a e:C .',
    "application/trig": "@prefix e: <urn:e:> . { e:a e:p e:b . }",
    "application/n-triples": '<urn:a> <urn:p> "x\\u0041"^^<urn:t> .\n_:b <urn:p> <urn:c> .\n',
    "application/rdf+xml": '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
                           'xmlns:e="urn:e:"><r:Description r:about="urn:a"><e:p r:parseType='
                           '"Collection"><e:C/></e:p></r:Description></r:RDF>',
    "application/ld+json": '{"@context": {"p": "urn:p", "q": {"@id": "urn:q", "@type": "@id"}}, '
                           '"@id": "urn:a", "p": [1, {"@value": "x", "@language": "en"}]}'}
SCRAPS = st.sampled_from([
    "<", ">", "<<", "<<(", ")>>", "[", "]", "(", ")", "{", "}", "{|", "|}", '"', "'", '"""', "\\",
    "\\u", "\\u0041", "\\uD800", "@", "@prefix", "@base <x> .", "^^", ".", ";", ",", ":", "_:",
    "_:b", "a", "#", "\n", "\r", "\0", "\ufeff", "1e9", "true", "null", "&amp;", "&x;", "<!--",
    "-->", "<![CDATA[", "<?x?>", '<!DOCTYPE r [<!ENTITY x "y">]>', ' r:ID="1"', ' r:nodeID="x"',
    ' xml:base="urn:x"', '"@graph": [', '"@list": [', '"@context": "urn:x"', '"@reverse": {',
    '"@type": "@json"', '"@id": "_:b"', "<urn:x>", "<x>", "丝", "\U0001f9f5", "e:", "xmlns:e=''"])


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, str]:
    kind = draw(st.sampled_from(sorted(BODIES)))
    text = BODIES[kind]
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(SCRAPS) * draw(st.sampled_from([1, 1, 1, 600])) \
            + text[at + draw(st.integers(0, 3)):]
    return kind, text


@FUZZED
@given(body=bodies())
@example(body=("text/turtle", "<urn:s> <urn:p> " + "<<( <urn:a> <urn:\\u0041#> " * 9000 + "1"
               + " )>>" * 9000 + " ."))
def test_any_body_is_read_whole_or_refused(body: tuple[str, str]) -> None:
    kind, text = body
    request = target.parsed("PUT", "/store?graph=urn:g", {"content-type": kind},
                            text.encode("utf-8", "surrogatepass"), base="http://h")
    try:
        read = payload.read(request, "http://h/x")
    except Problem as problem:
        if problem.status == 400:
            return
        raise
    lines = "".join(f"{triple} .\n" for triple in read)
    assert len(list(ox.parse(lines, ox.RdfFormat.N_TRIPLES))) == len(read), text
