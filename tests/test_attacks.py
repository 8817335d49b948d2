"""Every attack of the list is answered as its row says, and the server goes on."""

import http.client
import io
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import pages
from attacks import ATTACKS, EVIL, Attack, Sent
from clusterkg.namespaces import BASE
from servers import Reply, Server, running
from sites import Site
from test_build import command, lay_out

SECRET = "a-token-of-the-attacks-0123456789"
LABELS = ["<script>alert(1)</script>", "</script><svg onload=alert(1)>", "{{7*7}}", "]]><!--",
          "' onmouseover=alert(1) x='", "</textarea><script>alert(1)</script>"]
FAR = ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]


class Canary:
    """A listener that nobody may contact."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/x"

    def is_found(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()


@dataclass
class Target:
    """Both servers, and what they must not do."""

    reading: Server
    writing: Server
    canary: Canary

    def of(self, attack: Attack) -> Server:
        return self.writing if attack.writing else self.reading

    def send(self, server: Server, sent: Sent | bytes) -> Reply:
        """Send, and read an answer that must be the only one."""
        data = sent if isinstance(sent, bytes) else sent.written(SECRET, self.canary.address)
        got = server.raw(data)
        method = sent.method if isinstance(sent, Sent) else data.split(b" ", 1)[0].decode("latin-1")
        return parsed(got, method)


class _Whole(io.BytesIO):
    """Stands in for a socket whose other side has closed."""

    def makefile(self, *_: Any, **__: Any) -> io.BytesIO:
        return self


def parsed(data: bytes, method: str = "GET") -> Reply:
    """Read one answer as any client does; fail where more comes, or less than it says."""
    if not data:
        return Reply(0, {}, b"", 0)
    held = _Whole(data)
    answer = http.client.HTTPResponse(held, method=method)  # type: ignore[arg-type]  # but reads
    answer.begin()
    headers = answer.getheaders()
    body, rest = answer.read(), held.read() if not held.closed else b""
    assert not rest, rest[:200]
    names = [name.lower() for name, _ in headers]
    assert names.count("content-length") <= 1
    assert names.count("content-type") <= 1
    return Reply(answer.status, {name.lower(): value for name, value in headers}, body, 0)


def lay(folder: Path) -> Path:
    """Lay out a small world in which some things have labels that would do harm."""
    world = lay_out(folder)
    thing = f"<{BASE}id/thing/evil>"
    labels = ", ".join('"' + label.replace('"', '\\"') + '"@en' for label in LABELS)
    links = ", ".join(f"<{far}>" for far in FAR)
    facts = "".join(f"<urn:n{n}> <urn:p{n % 7}> <urn:o{n % 50}> .\n" for n in range(1000))
    (world / "data/evil.ttl").write_text(
        f"@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n{thing} rdfs:label {labels} ;\n"
        f" rdfs:seeAlso {links} ; <urn:note> {labels.replace('@en', '')} .\n{facts}",
        encoding="utf-8")
    return world


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    token = folder / "token"
    token.write_text(SECRET, encoding="ascii")
    token.chmod(0o600)
    lay(folder)
    site = Site(lay_out(folder))  # builds what lies there, too
    shutil.copytree(site.folder, folder / "copy")
    limits = ("--processes", "1", "--memory-of-a-query", "200MB", "--body", "4MB",
              "--queue", "8")
    logs = [folder / "reading", folder / "writing"]
    for log in logs:
        log.mkdir()
    canary = Canary()
    with running(folder / "copy", logs[0], *limits) as reading, \
            running(site.folder, logs[1], *limits, "--writable", "--token-file",
                    str(token)) as writing:
        yield Target(reading, writing, canary)
    canary.close()


def test_the_list_is_long_and_says_everything_once() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names)) >= 70
    assert all(attack.sent and attack.statuses for attack in ATTACKS)
    assert not [attack.name for attack in ATTACKS if 500 in attack.statuses]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(attack: Attack, target: Target) -> None:
    server = target.of(attack)
    written = len(server.log())
    for sent in attack.sent:
        reply = target.send(server, sent)
        shown = str(sent)[:200]
        assert reply.status in attack.statuses, (shown, reply.status, reply.body[:300])
        whole = "\r\n".join(f"{k}: {v}" for k, v in reply.headers.items()).encode("latin-1") \
            + b"\r\n\r\n" + reply.body
        assert attack.has in whole, (shown, whole[:500])
        for part in (*attack.lacks, b"Traceback", SECRET.encode(), str(server.snapshot).encode()):
            assert part not in whole, (shown, part, whole[:500])
        _protects_its_reader(reply, shown)
    assert server.get("/health/live").body.strip() == b"ok"
    assert not target.canary.is_found(), "somebody was contacted"
    log = server.log()[written:]
    assert "Traceback" not in log
    assert SECRET not in log


def _protects_its_reader(reply: Reply, shown: str) -> None:
    if not reply.status:
        return
    assert reply.headers["x-content-type-options"] == "nosniff", shown
    assert "access-control-allow-credentials" not in reply.headers
    if reply.status >= 400:
        kind = reply.headers["content-type"].partition(";")[0]
        assert kind in ("application/problem+json", "text/html", "text/plain"), (shown, kind)
    if reply.headers.get("content-type", "").startswith("text/html"):
        assert reply.headers["content-security-policy"].startswith("default-src 'none'"), shown


@pytest.mark.parametrize("address", [EVIL, "/search?q=alert", "/", "/sources"])
def test_labels_stay_text(address: str, target: Target) -> None:
    reply = target.reading.get(address, accept="text/html")
    shown = pages.read(reply.body.decode())  # no element or attribute that is not ours
    assert all(map(pages.is_harmless, pages.addresses(shown)))
    if address == EVIL:
        assert all(label in shown.text for label in LABELS)


def test_nothing_that_was_tried_has_changed_the_graph(target: Target) -> None:
    counted = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D"
    before, after = target.reading.get(counted), target.writing.get(counted)
    assert before.json == after.json
    assert not (target.writing.snapshot / "written").exists() or \
        not list((target.writing.snapshot / "written").iterdir())


def test_who_is_slow_is_cut_off_and_keeps_nobody_waiting(target: Target) -> None:
    """A hundred heads that come a drop at a time, and as many who say nothing."""
    began = time.monotonic()
    held = [socket.create_connection(("127.0.0.1", target.reading.port)) for _ in range(200)]
    for each in held[:100]:
        each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    for _ in range(10):
        for each in held[:100:20]:
            each.sendall(b"X: a\r\n")
        reply = target.reading.get("/health/ready")
        assert (reply.status, reply.seconds < 2) == (200, True)
        time.sleep(0.5)
    for each in held[:100:10]:
        each.settimeout(20)
        assert each.recv(100).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 25
    for each in held:
        each.close()
    assert target.reading.get("/health/live").status == 200


def test_many_runaways_are_stopped_or_turned_away(target: Target) -> None:
    runaway = next(attack for attack in ATTACKS if attack.name == "everything four times").sent[0]
    with ThreadPoolExecutor(40) as pool:
        answers = [pool.submit(target.send, target.reading, runaway) for _ in range(40)]
        alive = [target.reading.get("/health/live") for _ in range(5)]
        statuses = {each.result().status for each in answers}
    assert statuses == {429, 503}
    assert max(reply.seconds for reply in alive) < 2
    assert target.reading.sparql("ASK {}").status == 200


NESTED = "<urn:s> <urn:p> " + "<<( <urn:a> {0} " * 100_000 + "<urn:c>" + " )>>" * 100_000 + " .\n"
FILES = {"terms.nt": NESTED.format("<urn:b>"), "terms.ttl": NESTED.format("<urn:b>"),
         "escape.nt": NESTED.format("<urn:\\u0041#>"), "return.ttl": "# x\r" + NESTED.format("a"),
         "quads.nq": NESTED.format("<urn:b>"), "graphs.trig": NESTED.format("a"),
         "open.nt": NESTED[:1_000_000].format("<urn:b>"), "brackets.ttl": "<urn:s> <urn:p> "
         + "[ <urn:p> " * 100_000, "json.jsonld": '{"urn:p":' * 100_000}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_nests_too_deep_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    world = lay_out(tmp_path)
    (world / "data" / name).write_text(FILES[name], encoding="utf-8", newline="")
    done = subprocess.run(command(world), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr[-300:]
    assert f"{name}:1: " in done.stderr


def test_so_is_what_comes_by_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-m", "clusterkg", "infer", "-"], text=True, timeout=60,
                          input=FILES["terms.ttl"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == \
        (3, "clusterkg: input:1: nested more than 500 deep; flatten it\n")
