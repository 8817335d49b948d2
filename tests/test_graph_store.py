"""The Graph Store Protocol as clients write by it: forms of a graph, statuses, refusals."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import RdfFormat

from clusterkg import ledger
from clusterkg.namespaces import expand
from sites import Site, empty, firms
from web import ask, laid

HERE, ADDRESS = "urn:here", "/store?graph=urn:here"
ONE = '<urn:s> <urn:p> "1" .\n'
FORMS = {
    "text/turtle": "<urn:s> <urn:p> 'é'@fr .", "application/n-triples": '<urn:s> <urn:p> "é"@fr .',
    "application/trig": "{ <urn:s> <urn:p> 'é'@fr }",
    "application/x-turtle": "<urn:s> <urn:p> 'é'@fr .",
    "application/n-quads": '<urn:s> <urn:p> "é"@fr .',
    "application/ld+json": '{"@id": "urn:s", "urn:p": {"@value": "é", "@language": "fr"}}',
    "application/rdf+xml": """<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:u="urn:"><r:Description r:about="urn:s"><u:p xml:lang="fr">é</u:p></r:Description>
        </r:RDF>""",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return empty(tmp_path_factory.mktemp("store"), timeout=5.0)


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return firms(tmp_path_factory.mktemp("protected"))


@pytest.fixture
def unchanged(site: Site) -> Iterator[Site]:
    """Give a world that must be the same after the test."""
    before = (site.version, site.files())
    yield site
    assert (site.version, site.files()) == before
    assert {p.name for p in (site.folder / "written").parent.iterdir()} <= {
        "CURRENT", "lock.sqlite", "versions", "written", "writer.sqlite", "inputs.json", "dumps"}


def test_a_graph_may_come_in_any_form(site: Site) -> None:
    """One write, of a form with one file of each kind: the graph has what all of them say."""
    parts = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{n}"; filename="{n}.x"\r\n'
        f"Content-Type: {kind}\r\n\r\n{body}\r\n" for n, (kind, body) in enumerate(FORMS.items()))
    reply = site.write("POST", ADDRESS, parts + "--cut--\r\n", "multipart/form-data; boundary=cut")
    assert reply.status == 201, reply
    assert {str(t) for t in site.graph(HERE) or ()} == {'<urn:s> <urn:p> "é"@fr'}


@pytest.mark.parametrize("kind", [*FORMS, "text/turtle; charset=UTF-8", "TEXT/TURTLE"])
def test_each_form_is_read(kind: str, unchanged: Site) -> None:
    """It is refused only after it was read, for what it says of an IRI's length."""
    body = FORMS.get(kind, FORMS["text/turtle"])
    reply = unchanged.write("PUT", f"/store?graph=urn:{'x' * 300}", body, kind)
    assert reply.status == 400
    assert reply.json["type"].endswith("/problem/iri-too-long")


@pytest.mark.parametrize("kind", ["application/rdf+xml", "application/ld+json"])
def test_a_form_that_is_cut_off_changes_nothing(kind: str, unchanged: Site) -> None:
    reply = unchanged.write("PUT", ADDRESS, FORMS[kind].strip()[:-8], kind)
    assert reply.status == 400, reply
    assert reply.json["type"].endswith("/problem/syntax")


def test_posted_files_are_told_by_their_suffix(site: Site) -> None:
    body = ('--b\r\nContent-Disposition: form-data; name="f"; filename="x.ttl"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n<> <urn:p> _:b . _:b <urn:q> 1 .\r\n"
            '--b\r\nContent-Disposition: form-data; name="g"; filename="Y.NT"\r\n'
            '\r\n_:b <urn:q> "2" .\r\n--b--\r\n')
    reply = site.write("POST", "/store", body, 'multipart/form-data; boundary="b"')
    assert reply.status == 201
    name = reply.headers["location"]
    assert name.startswith(expand("graph:x-"))
    found = site.graph(name)
    assert found is not None
    assert len(found) == 3
    assert len({t.subject for t in found if t.predicate == ox.NamedNode("urn:q")}) == 2
    assert ox.NamedNode(name) in {t.subject for t in found}  # relative IRIs start from the graph


def test_statuses_and_merging(site: Site) -> None:
    """Numbers keep the spelling in which they were sent, blank nodes stay apart."""
    address = "/store?graph=http%3A%2F%2Fx.example%2FA"
    assert site.write("PUT", address, '_:x <urn:p> 01 .').status == 201
    assert site.write("POST", address, '_:x <urn:p> 1 , 01 .').status == 204
    assert site.write("POST", address, ONE).status == 204
    found = site.graph("http://x.example/A")
    assert found is not None
    assert len(found) == 3
    (name,) = [name for name in site.files() if "x.example" in name]
    lines = site.files()[name].decode().splitlines()
    assert lines == sorted(lines)
    assert sum('"01"' in line for line in lines) == 2
    assert sum('"1"^^' in line for line in lines) == 1
    assert site.graph("http://x.example/a") is None
    assert site.write("DELETE", address).status == 204
    assert site.write("DELETE", address).status == 404
    assert site.graph("http://x.example/A") is None


def test_the_default_graph_is_what_all_say(site: Site) -> None:
    assert site.write("PUT", "/store?default", ONE).status == 201
    read = site.ask("GET", "/store?default", accept="application/n-triples").text
    assert ONE in read
    assert site.graph(expand("graph:default")) == {
        q.triple for q in ox.parse(ONE, RdfFormat.N_TRIPLES)}
    assert site.write("DELETE", "/store?default").status == 204
    assert ONE not in site.ask("GET", "/store?default", accept="application/n-triples").text


def test_a_change_depends_on_what_the_client_has_read(site: Site) -> None:
    """Of two who read the same, the second to write is refused, in whatever form they read it."""
    address = "/store?graph=urn:shared"
    assert site.write("PUT", address, ONE, if_match="*").status == 412
    assert site.graph("urn:shared") is None
    assert site.write("PUT", address, ONE, if_none_match="*").status == 201
    tags = [site.ask("GET", address, accept=kind).headers["etag"]
            for kind in ("text/turtle", "application/rdf+xml")]
    assert len({*tags}) == 2
    assert all(tag.startswith('"') for tag in tags)
    assert site.ask("GET", address, accept="text/turtle", if_none_match=tags[0]).status == 304
    before = (site.version, site.files())
    for method in ("PUT", "POST", "DELETE"):
        for name, said in (("if_match", '"stale"'), ("if_match", f"W/{tags[0]}"),
                           ("if_none_match", "*"), ("if_none_match", f"W/{tags[1]}")):
            reply = site.write(method, address, "no RDF", **{name: said})
            assert reply.status == 412, (method, name, said, reply)
            assert reply.json["type"].endswith("/problem/precondition")
    assert site.update("CLEAR ALL", if_match=tags[0]).status == 412
    assert site.write("POST", "/store", ONE, if_match="*").status == 412
    assert (site.version, site.files()) == before
    assert site.write("POST", address, "<urn:s> <urn:p> 2 .", if_match=tags[1]).status == 204
    assert site.write("PUT", address, ONE, if_match=tags[0]).status == 412
    assert len(site.graph("urn:shared") or ()) == 2
    (whole, form) = (site.ask("GET", "/store?default").headers["etag"], "text/turtle")
    assert whole not in {site.ask("GET", address, accept=form).headers["etag"], *tags}
    assert site.write("DELETE", address, if_match=whole).status == 412
    tag = site.ask("GET", address, accept=form).headers["etag"]
    assert site.write("DELETE", address, if_match=f'"x", {tag}').status == 204


def test_nothing_makes_no_graph(unchanged: Site) -> None:
    assert unchanged.write("PUT", "/store?graph=urn:nothing", "# nothing").status == 204
    assert unchanged.graph("urn:nothing") is None


DEEP = 100_000
XML = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e">'
MALFORMED: dict[str, tuple[str, str | bytes, str]] = {
    "no RDF": ("text/turtle", "<urn:s> <urn:p> ;;; .", "syntax"),
    "no UTF-8": ("text/turtle", b'<urn:s> <urn:p> "\xe9" .', "syntax"),
    "another charset": ("text/turtle; charset=latin-1", ONE, "charset"),
    "several graphs": ("application/trig", f"<urn:g> {{ {ONE} }}", "several-graphs"),
    "a term of RDF 1.2": ("text/turtle", "<urn:s> <urn:p> <<( <urn:s> <urn:p> 1 )>> .", "rdf-1.2"),
    "a direction": ("application/n-triples", '<urn:s> <urn:p> "x"@en--ltr .', "rdf-1.2"),
    "brackets": ("text/turtle", "<urn:s> <urn:p> " + "[ <urn:p> " * DEEP, "syntax"),
    "parentheses": ("text/turtle", "<urn:s> <urn:p> " + "(" * DEEP, "syntax"),
    "a deep object": ("application/ld+json", '{"urn:p":' * DEEP, "syntax"),
    "a deep object after an escape": ("application/ld+json", '["\\n", ' + '{"urn:p":' * DEEP
                                      + '"', "syntax"),
    "deep triple terms": ("application/n-triples", "<urn:s> <urn:p> "
                          + "<<( <urn:s> <urn:p> " * DEEP
                          + "<urn:o>" + " )>>" * DEEP + " .", "syntax"),
    "deep triple terms after a trap": ("text/turtle", "@prefix e: <urn:#> . e:a\\#\\' <urn:p> "
                                       '"""\\""" """ , \'"\', ' + "<< <urn:s> <urn:p> " * DEEP,
                                       "syntax"),
    "deep elements": ("application/rdf+xml", f"{XML}{'<e:A><e:p>' * DEEP}", "syntax"),
    "too many attributes": ("application/rdf+xml", XML[:-1] + "".join(
        f' xmlns:e{n}="urn:e"' for n in range(DEEP)) + "></r:RDF>", "syntax"),
    "a remote context": ("application/ld+json", '{"@context": "http://127.0.0.1:9/c"}', "syntax"),
    "a local context": ("application/ld+json", '{"@context": "file:///etc/passwd"}', "syntax"),
    "entities": ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                 "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>&b;</r:RDF>",
                 "syntax"),
    "an external entity": ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a SYSTEM '
                           '"file:///etc/passwd">]><r:RDF xmlns:r="http://www.w3.org/1999/02/22-'
                           'rdf-syntax-ns#"><r:Description><r:value>&a;</r:value>'
                           "</r:Description></r:RDF>", "syntax"),
    "no form": ("multipart/form-data; boundary=x", ONE, "form"),
    "a form without boundary": ("multipart/form-data", ONE, "form"),
    "forms in forms": ("multipart/form-data; boundary=0", "".join(
        f"--{n}\r\nContent-Type: multipart/mixed; boundary={n + 1}\r\n\r\n" for n in range(2000)),
        "form"),
    "too many files": ("multipart/form-data; boundary=x",
                       "--x\r\nContent-Type: text/turtle\r\n\r\n\r\n" * 1001 + "--x--", "form"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_cannot_be_read_changes_nothing(case: str, unchanged: Site) -> None:
    kind, body, problem = MALFORMED[case]
    reply = unchanged.write("PUT", ADDRESS, body, kind)
    assert reply.status == 400, reply
    assert reply.json["type"].endswith(f"/problem/{problem}")
    assert "root:" not in reply.text
    assert len(reply.text) < 3000


@pytest.mark.parametrize("kind", ["", "text/plain", "text/html", "application/json",
                                  "application/octet-stream", "image/png", "text/xml"])
def test_other_types_are_not_taken(kind: str, unchanged: Site) -> None:
    reply = unchanged.write("PUT", ADDRESS, ONE, kind)
    assert reply.status == 415
    assert "text/turtle" in reply.headers["accept-post"]


@pytest.mark.parametrize("address", ["/store?graph=x", "/store?graph=", "/store?graph=..%2Fx",
                                     "/store?graph=urn:a&graph=urn:b", "/store?graph=urn:a&default",
                                     "/store?graph=urn:a%20b", "/store?graph=urn:%00",
                                     "/store?default&default", "/store?graph=urn:a%3E%3Cb"])
def test_an_unfit_name_is_refused(address: str, unchanged: Site) -> None:
    for method in ("PUT", "POST", "DELETE"):
        assert unchanged.write(method, address, ONE).status == 400


@pytest.mark.parametrize("iri", ["file:///etc/passwd", "urn:..", "urn:../../x", "http://x/%2e%2e/%2f",
                                 "http://x/../../../../tmp/x", "urn:/", "urn:é中",
                                 "urn:CON", "http://x/A?b=c#D", "urn:~'$(touch)&;*"])
def test_a_name_is_one_file_and_comes_back(iri: str, site: Site) -> None:
    name = ledger.name_of(iri)
    assert name[0] == "="
    assert name.isascii()
    assert not {"/", "\\"} & set(name)
    assert name == name.lower()
    assert ledger.graph(name) == iri


def test_names_that_differ_are_files_that_differ() -> None:
    names = {ledger.name_of(f"urn:{end}").lower() for end in ("a", "A", "%61", "%41", "a.")}
    assert len(names) == 5


def test_files_lie_where_they_should(site: Site) -> None:
    before = {path for path in site.folder.parent.rglob("*") if "versions" not in path.parts}
    assert site.write("PUT", "/store?graph=http://x/../../../x", ONE).status == 201
    after = {path for path in site.folder.parent.rglob("*") if "versions" not in path.parts}
    (new,) = after - before - {site.folder / "written", site.folder / "writer.sqlite"}
    assert new.parent == site.folder / "written"


# Who may

def test_who_does_not_know_the_token_changes_nothing(unchanged: Site) -> None:
    for address in (ADDRESS, f"{ADDRESS}&token=x", f"{ADDRESS}&access_token=x"):
        for method in ("PUT", "POST", "DELETE"):
            reply = unchanged.ask(method, address, ONE, content_type="text/turtle",
                                  authorization="Bearer x", cookie="token=x")
            assert reply.status == 401
            assert reply.headers["www-authenticate"] == 'Bearer realm="clusterkg"'
            assert "access-control-allow-credentials" not in reply.headers


def test_where_nothing_is_written_not_even_a_writer_may(tmp_path: Path) -> None:
    world = laid(tmp_path, [])
    for method in ("PUT", "POST", "DELETE"):
        reply = ask(world, method, ADDRESS, ONE, content_type="text/turtle", writer=True)
        assert reply.status == 403
        assert reply.json["type"].endswith("/problem/read-only")
    reply = ask(world, "OPTIONS", "/store", origin="http://x.example")
    assert "authorization" not in reply.headers["access-control-allow-headers"].lower()


def test_a_snapshot_that_does_not_say_what_it_is_made_of_takes_nothing(tmp_path: Path) -> None:
    world = laid(tmp_path, [], is_writable=True)
    reply = ask(world, "PUT", ADDRESS, ONE, content_type="text/turtle", writer=True)
    assert reply.status == 503
    assert "build it again" in reply.json["detail"]


@pytest.mark.parametrize("graph", ["graph:ontology", "graph:inferred", "graph:description",
                                   "graph:all", "graph:d"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_graphs_of_the_build_are_not_written(graph: str, method: str, protected: Site) -> None:
    before = (protected.version, protected.files())
    iri = expand(graph)
    reply = protected.write(method, f"/store?graph={iri}", ONE)
    assert reply.status == 403
    assert reply.json["type"].endswith("/problem/protected")
    assert reply.json["graph"] == iri
    assert (protected.version, protected.files()) == before


# What would not conform

@pytest.mark.parametrize(("accept", "kind"), [
    ("*/*", "application/problem+json"), ("text/turtle", "text/turtle"), ("text/html", "text/html"),
    ("text/plain", "text/plain"), ("application/xml", "application/problem+json")])
def test_a_report_comes_as_it_is_asked_for(accept: str, kind: str, protected: Site) -> None:
    body = "@prefix : <https://example.org/> . :n a :Firm ."
    reply = protected.write("PUT", ADDRESS, body, accept=accept)
    assert (reply.status, reply.media_type) == (422, kind)
    if kind == "text/turtle":
        triples = {str(q.predicate) for q in ox.parse(reply.body, RdfFormat.TURTLE)}
        assert "<http://www.w3.org/ns/shacl#focusNode>" in triples
    else:
        assert "A firm needs a name." in reply.text
        assert str(protected.folder.parent) not in reply.text
    if kind.endswith("json"):
        said = json.loads(reply.body)
        assert said["report"]["counts"]["Violation"] == 1
        assert said["status"] == 422


def test_what_no_rule_covers_is_told(protected: Site) -> None:
    body = ("@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdf: <http://www.w3.org/1999/02/"
            "22-rdf-syntax-ns#> . <urn:c> owl:unionOf [ rdf:first <urn:d> ] .")
    before = (protected.version, protected.files())
    reply = protected.write("PUT", ADDRESS, body)
    assert reply.status == 422, reply
    assert reply.json["type"].endswith("/problem/not-covered")
    assert (protected.version, protected.files()) == before
