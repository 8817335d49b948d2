"""W3C's tests that write: those of the Graph Store Protocol, and updates by the SPARQL Protocol.

Each write is a build, so all of them share one world; what a test wrote is deleted after it.
"""

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

import pytest
import rdflib
from rdflib.compare import isomorphic

import w3c
from conftest import Requires
from sites import Site, empty
from test_protocol import CASES, UPDATES, perform
from web import Reply

MANIFEST = "sparql/sparql11/graph-store-protocol/manifest-indirect.ttl"


STORED = w3c.at_hand(MANIFEST)
OURS = w3c.ours("written.tsv")
NAMES = tuple(dict.fromkeys(row["w3c"] for row in OURS))


def test_the_graph_store_suite_is_whole(requires: Requires) -> None:
    requires.w3c()
    assert len(STORED) == 9
    assert {case.name for case in STORED} | set(UPDATES) == set(NAMES)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return empty(tmp_path_factory.mktemp("w3c"))


@pytest.fixture
def site(shared: Site) -> Iterator[Site]:
    """Give a world without written graphs, and leave it so."""
    yield shared
    assert shared.update("DROP ALL").status == 204
    assert shared.files() == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_we_say_in_our_own_words(name: str, site: Site) -> None:
    """The rows of a name, one after the other, do what W3C's test of that name does."""
    location = ""
    for row in (row for row in OURS if row["w3c"] == name):
        body = row["body"].replace("\\n", "\r\n")
        if "form-urlencoded" in row["content type"]:
            body = quote(body, safe="=&")
        address = row["address"].replace("$LOCATION$", quote(location, safe=""))
        reply = site.write(row["method"], address, body, row["content type"])
        assert reply.status == int(row["status"]), (row, reply)
        location = reply.headers.get("location", location)
        if row["answer"] == "true":
            assert reply.json["boolean"] is True, row
        elif row["answer"]:
            assert reply.headers["content-type"] == "text/turtle; charset=utf-8"
            assert _same(reply.body, row["answer"])


@pytest.mark.parametrize("case", w3c.listed(STORED))
def test_w3c_graph_store(case: w3c.Case, site: Site) -> None:
    location = ""
    for exchange in case.exchanges:
        address = exchange.target.replace("/gsp", "/store", 1).replace("$LOCATION$", location)
        headers = {name.replace("-", "_"): value for name, value in exchange.headers.items()}
        reply = site.ask(exchange.method, address, exchange.body, writer=True, **headers)
        assert reply.status in exchange.statuses, (exchange.target, reply)
        location = reply.headers.get("location", location)
        _check(reply, exchange)


def _check(reply: Reply, exchange: w3c.Exchange) -> None:
    if exchange.media_type:
        assert reply.headers["content-type"] == exchange.media_type
    if exchange.text is not None and exchange.method == "GET":
        assert exchange.media_type
        assert _same(reply.body, exchange.text)


def _same(given: bytes, expected: str) -> bool:
    read, wanted = (rdflib.Graph().parse(data=text, format="turtle") for text in (given, expected))
    return len(read) > 0 and isomorphic(read, wanted)


WRITING = w3c.listed([case for case in CASES if case.name in UPDATES])


@pytest.mark.parametrize("case", WRITING)
def test_w3c_update(case: w3c.Case, site: Site) -> None:
    for exchange in case.exchanges:
        perform(partial(site.ask, writer=True), exchange, "/sparql/")


@pytest.mark.parametrize("case", WRITING)
def test_w3c_update_without_a_token(case: w3c.Case, shared: Site) -> None:
    first, headers = case.exchanges[0], case.exchanges[0].headers
    reply = shared.ask(first.method, first.target, first.body,
                       **{name.replace("-", "_"): value for name, value in headers.items()})
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Bearer realm="clusterkg"'


@pytest.mark.parametrize("case", w3c.listed([c for c in CASES if c.name.startswith("bad_")]))
def test_w3c_what_is_bad_is_bad_where_one_may_write(case: w3c.Case, shared: Site) -> None:
    for exchange in case.exchanges:
        perform(partial(shared.ask, writer=True), exchange, "/sparql")
