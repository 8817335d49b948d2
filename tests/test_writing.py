"""A change of a written graph is a build: it counts whole, or not at all."""


import pytest

from sites import Site, firms

HERE = "urn:here"
PREFIX = "@prefix : <https://example.org/> .\n"
PREFIX_SPARQL = "PREFIX : <https://example.org/> "
GOOD = PREFIX + ':new a :Firm ; :name "New" .\n'
BAD = PREFIX + ":nameless a :Firm .\n"
CONTRARY = PREFIX + ':a a :Town .\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return firms(tmp_path_factory.mktemp("firms"))


def test_what_is_written_answers_with_what_follows_from_it(site: Site) -> None:
    before = site.version
    reply = site.write("PUT", f"/store?graph={HERE}", GOOD)
    assert reply.status == 201, reply
    assert reply.headers["x-clusterkg-version"] == site.version != before
    assert site.is_true(":new a :Agent")
    assert site.is_true("GRAPH <urn:here> { :new a :Firm } GRAPH ?g { :new a :Agent }")
    assert site.write("DELETE", f"/store?graph={HERE}").status == 204
    assert not site.is_true(":new ?p ?o")
    assert site.files() == {}


@pytest.mark.parametrize("body", [BAD, CONTRARY])
def test_what_does_not_conform_changes_nothing(site: Site, body: str) -> None:
    before, files = site.version, site.files()
    reply = site.write("PUT", f"/store?graph={HERE}", body)
    assert reply.status == 422, reply
    assert reply.json["type"].endswith("/problem/not-conforming")
    assert reply.json["report"]["conforms"] is False
    assert (site.version, site.files()) == (before, files)
    assert site.graph(HERE) is None


def test_an_update_changes_what_it_says(site: Site) -> None:
    insert = """INSERT DATA { GRAPH <urn:u> { :x a :Firm ; :name "X" ; :size 1 . }
                GRAPH <urn:v> { :y a :Firm ; :name "Y" } :z :note "in the default graph" }"""
    assert site.update(PREFIX_SPARQL + insert).status == 204
    assert site.is_true('GRAPH <urn:u> { :x :size 1 } :x a :Agent . :z :note ?n '
                        'GRAPH graph:default { :z :note ?n }')
    assert site.update(PREFIX_SPARQL + "DELETE { GRAPH <urn:u> { ?x :size ?n } } INSERT "
                       "{ GRAPH <urn:u> { ?x :size 2 } } WHERE { ?x :size ?n }").status == 204
    assert site.is_true("GRAPH <urn:u> { :x :size 2 } FILTER NOT EXISTS { :x :size 1 }")
    assert site.update("DROP GRAPH <urn:u> ; DROP GRAPH <urn:v>").status == 204
    assert site.update(PREFIX_SPARQL + "DELETE WHERE { :z ?p ?o }").status == 204
    assert site.files() == {}
