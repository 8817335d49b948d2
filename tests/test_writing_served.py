"""Writing to a real server: who may, who reads what was written, what ends a write."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from servers import Server, descendants, query, running, until
from sites import Site, firms

SECRET = "a-token-of-the-tests-0123456789"
TURTLE, UPDATE = "text/turtle", "application/sparql-update"
ADDRESS = "/store?graph=urn:here"
# Everything thrice; it is asked on a copy of the store, before anything is written.
ENDLESS = "INSERT { ?a ?b ?n } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(SECRET + "\n", encoding="ascii")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build a small world with some facts to multiply."""
    folder = tmp_path_factory.mktemp("served")
    site = firms(folder)
    facts = "".join(f"<urn:n{i}> <urn:p{i % 7}> <urn:o{i % 50}> .\n" for i in range(1000))
    assert site.write("PUT", "/store?graph=urn:many", facts).status == 201
    return site


@pytest.fixture(scope="module")
def server(site: Site, token: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(site.folder, tmp_path_factory.mktemp("log"), "--writable", "--token-file",
                 str(token), "--processes", "2", "--metrics", "--body", "1MB") as started:
        yield started


def test_what_was_written_is_read_by_everybody_from_then_on(server: Server) -> None:
    """Both fronts answer by it, and neither from what it remembers."""
    bearer = {"authorization": f"Bearer {SECRET}"}
    asked = query("SELECT ?n { <urn:here> <urn:is> ?n }")
    for number in range(4):
        body = f"<urn:here> <urn:is> {number} ."
        reply = server.ask("PUT", ADDRESS, body, content_type=TURTLE, **bearer)
        assert reply.status == (204 if number else 201), reply
        for _ in range(8):
            read = server.get(asked)
            assert [row["n"]["value"] for row in read.json["results"]["bindings"]] == [str(number)]
            tag = read.headers.get("etag", "none")
            assert server.get(asked, if_none_match=tag).status == 304
    assert server.ask("DELETE", ADDRESS, **bearer).status == 204
    assert server.get(ADDRESS).status == 404
    assert server.get(asked).json["results"]["bindings"] == []


REFUSED = ["", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {SECRET[:-1]}", f"Bearer {SECRET}x",
           f"Bearer {SECRET}, Bearer {SECRET}", f"Bearer x, Bearer {SECRET}", SECRET,
           f"Basic {SECRET}", f"Bearer\t{SECRET}\tx", f"Token {SECRET}", f'Bearer "{SECRET}"',
           f"Bearer {SECRET.upper()}", "Bearer *", "Bearer ."]


@pytest.mark.parametrize("header", REFUSED)
def test_only_the_right_token_lets_in(header: str, server: Server) -> None:
    for method, address, kind in (("PUT", ADDRESS, TURTLE), ("POST", "/sparql", UPDATE)):
        reply = server.ask(method, address, "CLEAR ALL", content_type=kind, authorization=header)
        assert reply.status == 401, reply
        assert reply.headers["www-authenticate"] == 'Bearer realm="clusterkg"'
        assert SECRET.encode() not in reply.body


@pytest.mark.parametrize("place", ["token", "access_token", "authorization", "bearer"])
def test_a_token_elsewhere_than_in_its_header_is_none(place: str, server: Server) -> None:
    said = f"{place}={SECRET}"
    for address in (f"{ADDRESS}&{said}", ADDRESS):
        assert server.ask("DELETE", address, cookie=said).status == 401
    form = f"update={quote('CLEAR ALL')}&{said}"
    reply = server.ask("POST", f"/sparql?{said}", form, cookie=said, x_token=SECRET,
                       content_type="application/x-www-form-urlencoded",
                       proxy_authorization=f"Bearer {SECRET}")
    assert reply.status == 401


def test_too_large_a_graph_is_refused_before_it_is_read(server: Server) -> None:
    reply = server.ask("PUT", ADDRESS, "x" * 2_000_000, content_type=TURTLE,
                       authorization=f"Bearer {SECRET}")
    assert reply.status == 413


def test_a_page_of_another_site_cannot_write(server: Server) -> None:
    reply = server.ask("OPTIONS", ADDRESS, origin="http://x.example",
                       access_control_request_method="PUT",
                       access_control_request_headers="authorization")
    assert "authorization" not in reply.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in reply.headers


def test_the_token_is_told_nowhere(server: Server) -> None:
    bad = server.ask("PUT", ADDRESS, "<", content_type=TURTLE, authorization=f"Bearer {SECRET}")
    assert bad.status == 400
    told = [bad.body, server.get("/metrics").body, server.log().encode()]
    for pid in (server.process.pid, *descendants(server.process.pid)):
        told += [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    assert len(told) > 8
    assert not [text for text in told if SECRET.encode() in text]


@pytest.mark.parametrize("ends", ["by itself", "with its executor"])
def test_a_write_that_never_ends_is_ended_and_leaves_no_trace(
        ends: str, site: Site, token: Path, tmp_path: Path) -> None:
    before, files = site.version, site.files()
    with running(site.folder, tmp_path, "--writable", "--token-file", str(token), "--processes",
                 "1", "--timeout", "0.2") as server, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(server.ask, "POST", "/sparql", ENDLESS, content_type=UPDATE,
                           authorization=f"Bearer {SECRET}")
        until(lambda: any(site.folder.glob("versions/.draft*/store/CURRENT")), 20, "it has begun")
        if ends == "with its executor":
            for pid in server.executors():
                os.kill(pid, signal.SIGKILL)
        reply = sent.result()
        assert reply.status == (503 if ends == "by itself" else 500), reply
        assert "the change may have been made or not" in reply.json["detail"]
        assert reply.seconds < 10
        time.sleep(0.3)
        assert server.get("/store?graph=urn:many").status == 200
    assert (site.version, site.files()) == (before, files)
    assert site.update("INSERT DATA { <urn:a> <urn:b> 1 }").status == 204
    assert site.update("DELETE DATA { <urn:a> <urn:b> 1 }").status == 204
    assert all(path.name.isdecimal() for path in (site.folder / "versions").iterdir())


def test_a_write_that_is_killed_while_it_builds_is_whole_or_not_there(
        site: Site, token: Path, tmp_path: Path) -> None:
    facts = "".join(f"<urn:k{i}> <urn:p> {i} .\n" for i in range(100))
    with running(site.folder, tmp_path, "--writable", "--token-file", str(token), "--processes",
                 "1") as server, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(server.ask, "PUT", "/store?graph=urn:killed", facts,
                           content_type=TURTLE, authorization=f"Bearer {SECRET}")
        until((site.folder / "written/.before").is_dir, 20, "it builds")
        for pid in server.executors():
            os.kill(pid, signal.SIGKILL)
        assert sent.result().status in (500, 201)
        assert server.get("/store?graph=urn:many").status == 200
    assert site.write("PUT", "/store?graph=urn:after", "<urn:a> <urn:b> 1 .").status == 201
    is_there = any("killed" in name for name in site.files())
    assert len(site.graph("urn:killed") or ()) == (100 if is_there else 0)
    assert not any(name.startswith(".") for name in site.files())
    assert site.update("DROP SILENT GRAPH <urn:killed> ; DROP GRAPH <urn:after>").status == 204
