"""Pages in a real browser: readable on a phone, whole without a script, and asking nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest

import browser
from browser import Browser
from clusterkg.namespaces import BASE, expand
from conftest import Requires
from servers import Server, running, until
from test_pages import CLUSTER, DECLARATION, DOCUMENT
from web import laid

ADDRESSES = [
    "/", "/page/ns", "/sources", "/problem", CLUSTER, DECLARATION, DOCUMENT,
    "/search?q=Banan", "/search?among=ckg:Cluster", "/sparql.html",
    f"/sparql.html?{urlencode({'query': 'SELECT * { ?s a ckg:Cluster ; ?p ?o }'})}",
    "/sparql.html?query=SELECT", "/queries.html", "/queries/chain_gaps.html",
    "/queries/chain_gaps/run.html?cluster=Banan&lang=zh",
    "/queries/chain_gaps/run.html?cluster=Banan", "/page/cluster/nothing",
    "/why?" + urlencode({"s": f"{BASE}id/cluster/500113-advanced-power-equipment",
                         "p": expand("rdf:type"), "o": f"<{expand('ckg:RecognisedCluster')}>"})]


@pytest.fixture(scope="module")
def chromium(requires: Requires, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser.opened(requires.program("chromium"), tmp_path_factory.mktemp("chrome")) as tab:
        yield tab


@pytest.fixture(scope="module")
def server(chromium: Browser, built: Path,
           tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(built, tmp_path_factory.mktemp("log"), "--processes", "1") as started:
        yield started


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_fits_a_phone_and_fetches_nothing_but_its_style(chromium: Browser, server: Server,
                                                               address: str) -> None:
    chromium.open(server.url + address, 320)
    assert chromium.value("document.documentElement.scrollWidth") <= 320
    assert chromium.value("document.documentElement.scrollHeight") > 100
    hosts = {urlsplit(url).netloc for url in chromium.requested()}
    assert hosts == {urlsplit(server.url).netloc}
    fetched = {urlsplit(url).path for url in chromium.requested()}
    assert fetched - {"/favicon.ico"} == {urlsplit(address).path, "/style.css"}
    assert not [text for text in chromium.complaints() if "Content Security" in text]
    assert chromium.value("getComputedStyle(document.body).margin") == "0px"  # the style is taken


def test_a_form_is_sent_and_a_link_followed_without_a_script(chromium: Browser,
                                                             server: Server) -> None:
    chromium.open(f"{server.url}/search?q=Banan", script=False)
    found = chromium.value("document.querySelector('.hits a').href")
    assert found.startswith(f"{server.url}/page/")
    chromium.open(f"{server.url}/", script=False)
    chromium.events.clear()
    chromium.value("document.querySelector('main form input[name=q]').value = 'Banan'")
    chromium.value("document.querySelector('main form button').click()")
    chromium.arrive()
    assert "q=Banan" in chromium.value("location.href")
    assert chromium.value("document.querySelectorAll('.hits li').length") > 0


def test_what_a_graph_says_runs_nowhere(chromium: Browser, tmp_path: Path) -> None:
    """A script that ran would change the title."""
    evil = ["<script>document.title='run'</script>",
            "</script><script>document.title='run'</script>",
            "\"><img src=x onerror=\"document.title='run'\">", "x onload=document.title='run' y",
            "' autofocus onfocus='document.title=1", '" autofocus onfocus="document.title=1']
    thing = ox.NamedNode(f"{BASE}id/a/b")
    quads = [ox.Quad(thing, ox.NamedNode(expand("rdfs:label")), ox.Literal(text)) for text in evil]
    quads.append(ox.Quad(thing, ox.NamedNode("urn:p"), ox.NamedNode(
        "javascript:document.title='run'")))
    folder = tmp_path / "snapshot"
    laid(folder, quads)
    with running(folder, tmp_path, "--processes", "1") as started:
        for address in ("/page/a/b", *("/search?q=" + quote(each) for each in evil[1:]),
                        "/sparql.html?query=" + quote(f"SELECT * {{ ?s ?p ?o }} # {evil[0]}")):
            chromium.open(started.url + address)
            assert chromium.value("document.title") != "run"
            assert chromium.value("document.querySelectorAll('img').length") == 0
            assert chromium.value(
                "[...document.querySelectorAll('script')].every(s => s.type == "
                "'application/ld+json')")
            assert chromium.value("[...document.querySelectorAll('*')].every(e => "
                                  "e.getAttributeNames().every(n => !n.startsWith('on')))")
            assert chromium.value("[...document.links].every(a => !/^javascript/i.test(a.href))")


def test_the_policy_stops_a_script_even_so(chromium: Browser, server: Server) -> None:
    """The second line of defence holds by itself: what is put into the page does not run."""
    chromium.open(server.url + CLUSTER)
    chromium.value("(() => { const s = document.createElement('script');"
                   "s.textContent = \"document.title = 'run'\"; document.body.append(s); })()")
    chromium.value("(() => { const i = document.createElement('img');"
                   "i.src = 'http://192.0.2.1/x'; document.body.append(i); })()")
    assert chromium.value("document.title") != "run"
    assert [text for text in chromium.complaints() if "Content Security Policy" in text]
    assert any("192.0.2.1" in text for text in chromium.complaints())


def test_every_link_and_field_says_what_it_is(chromium: Browser, server: Server) -> None:
    chromium.open(server.url + CLUSTER)
    chromium.call("Accessibility.enable")
    named = [(node["role"]["value"], node.get("name", {}).get("value", ""))
             for node in chromium.call("Accessibility.getFullAXTree")["nodes"]
             if not node["ignored"]]
    chromium.call("Accessibility.disable")
    said = [name for role, name in named if role in ("link", "button", "searchbox", "textbox")]
    assert len(said) > 50
    assert not {"", "why", "1"} & set(said)  # nobody hears which
    assert any(name.startswith("why: ") for name in said)


def framed(chromium: Browser) -> dict[str, Any]:
    """Give what the frame of a page shows, once it has come."""
    frames = chromium.call("Page.getFrameTree")["frameTree"].get("childFrames", [])
    return frames[0]["frame"] if frames else {}


def test_a_preview_is_shown_in_a_frame_and_a_page_is_not(
        chromium: Browser, server: Server) -> None:
    iri = BASE + "id" + CLUSTER.removeprefix("/page")
    chromium.open(f"{server.url}/style.css")  # which has no policy of its own
    for address, is_shown in ((f"/reconcile/preview?id={iri}", True), (CLUSTER, False)):
        chromium.call("Page.setDocumentContent", html=f'<iframe src="{server.url}{address}">',
                      frameId=chromium.call("Page.getFrameTree")["frameTree"]["frame"]["id"])
        until(lambda: framed(chromium).get("url", "") not in ("", "about:blank"), what="the frame")
        assert ("unreachableUrl" not in framed(chromium)) == is_shown
        assert not [text for text in chromium.complaints() if "style" in text]


def test_another_page_may_reconcile(chromium: Browser, server: Server) -> None:
    chromium.open(f"{server.url.replace('127.0.0.1', 'localhost')}/style.css")
    for path in ("/reconcile", "/reconcile/suggest/entity?prefix=Banan"):
        found = chromium.call(
            "Runtime.evaluate", awaitPromise=True, returnByValue=True,
            expression=f"fetch('{server.url}{path}').then(reply => reply.json())"
        )["result"]["value"]
        assert found.get("name") == "clusterkg" or found["result"]
    found = chromium.call("Runtime.evaluate", awaitPromise=True, returnByValue=True, expression=(
        f"fetch('{server.url}/reconcile/1.0-draft/match', {{method: 'POST', headers: "
        "{'Content-Type': 'application/json'}, body: JSON.stringify({queries: [{conditions: "
        "[{matchType: 'name', propertyValue: 'Banan'}]}]})}).then(reply => reply.status)"))
    assert found["result"]["value"] == 200
