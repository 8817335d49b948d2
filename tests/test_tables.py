from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg import tables
from clusterkg.errors import RefusedError, UnreadableError

EX = "http://example.org/"
GRAPH = ox.NamedNode(EX + "graph")
XSD = "http://www.w3.org/2001/XMLSchema#"
SAME = {
    "in.ttl": f"<{EX}a> <{EX}p> \"x\"@en .",
    "in.nt": f"<{EX}a> <{EX}p> \"x\"@en .",
    "in.nq": f"<{EX}a> <{EX}p> \"x\"@en .",
    "in.trig": f"<{EX}a> <{EX}p> \"x\"@en .",
    "in.jsonld": f'{{"@id": "{EX}a", "{EX}p": {{"@value": "x", "@language": "en"}}}}',
    "in.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
              f'xmlns:e="{EX}"><rdf:Description rdf:about="{EX}a">'
              '<e:p xml:lang="en">x</e:p></rdf:Description></rdf:RDF>',
}
SAME["in.owl"] = SAME["in.xml"] = SAME["in.rdf"]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SAME)
def test_the_suffix_decides_the_format(name: str, tmp_path: Path) -> None:
    connection = tables.connect()
    assert tables.load(connection, written(tmp_path, name, SAME[name]), GRAPH) == 1
    assert list(tables.quads(connection)) == [ox.Quad(
        ox.NamedNode(EX + "a"), ox.NamedNode(EX + "p"), ox.Literal("x", language="en"), GRAPH)]


def test_a_dataset_keeps_its_graphs_unless_one_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "in.nq", f"<{EX}a> <{EX}p> <{EX}b> <{EX}g> .\n<{EX}a> <{EX}p> _:x .\n")
    kept, named = tables.connect(), tables.connect()
    tables.load(kept, path)
    tables.load(named, path, GRAPH)
    assert {str(quad.graph_name) for quad in tables.quads(kept)} == {f"<{EX}g>", "DEFAULT"}
    assert {quad.graph_name for quad in tables.quads(named)} == {GRAPH}


def test_ids_of_literals_are_negative(tmp_path: Path) -> None:
    connection = tables.connect()
    text = f'<{EX}a> <{EX}p> <{EX}b>, _:b, 1, "b" .'
    tables.load(connection, written(tmp_path, "in.ttl", text))
    signs = dict(connection.execute(
        "SELECT kind, max(sign(id)) FROM term GROUP BY kind").fetchall())
    assert signs == {"iri": 1, "blank": 1, "literal": -1}


def test_blank_nodes_of_files_stay_apart_and_have_the_same_names_every_time(tmp_path: Path) -> None:
    one = written(tmp_path, "one.ttl", f"_:x <{EX}p> [], _:y .")
    two = written(tmp_path, "two.ttl", f"_:x <{EX}q> [] .")

    def names() -> list[str]:
        connection = tables.connect()
        for path in (one, two):
            tables.load(connection, path)
        return sorted(str(quad) for quad in tables.quads(connection))

    assert names() == names()
    assert len(names()) == 3
    assert len({name.split()[0] for name in names()}) == 2


def test_the_same_quad_of_two_loads_is_there_once_a_load(tmp_path: Path) -> None:
    path = written(tmp_path, "in.ttl", f"<{EX}a> <{EX}p> 1, 1, 01 .")
    connection = tables.connect()
    assert tables.load(connection, path, GRAPH) == 2 + 1
    assert tables.count(connection, "quad") == 2


@pytest.mark.parametrize(("text", "line"), [
    ("<x:a> <x:b>\n\n<x:c", 3), ("<x:a> <x:b> 1 ;\n ;; x", 2)])
def test_a_syntax_error_names_its_line(text: str, line: int, tmp_path: Path) -> None:
    path = written(tmp_path, "in.ttl", text)
    with pytest.raises(UnreadableError, match=f"in.ttl:{line}: "):
        tables.load(tables.connect(), path)


@pytest.mark.parametrize("name", ["in.ttl", "in.nt", "in.rdf"])
def test_another_encoding_names_its_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b'\n\n<x:a> <x:b> "\xe9" .')
    with pytest.raises(UnreadableError, match=rf"{name}:3: "):
        tables.load(tables.connect(), path)


@pytest.mark.parametrize("name", ["none.ttl", "in.csv", "."])
def test_what_cannot_be_read_is_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        tables.load(tables.connect(), tmp_path / name)


@pytest.mark.parametrize("object_", ["<<( <x:a> <x:b> <x:c> )>>", '"x"@en--ltr'])
def test_terms_of_rdf_1_2_are_refused(object_: str, tmp_path: Path) -> None:
    path = written(tmp_path, "in.ttl", f"<x:a> <x:b> {object_} .")
    with pytest.raises(RefusedError, match=r"RDF 1\.2"):
        tables.load(tables.connect(), path)


HEAD = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="{EX}">'
BODY = f'<rdf:Description rdf:about="{EX}a"><e:p>&b;</e:p></rdf:Description></rdf:RDF>'


@pytest.mark.parametrize("entities", ['<!ENTITY a "aa"><!ENTITY b "&a;&a;">', '<!ENTITY % b "b">',
                                      '<!ENTITY b SYSTEM "file:///etc/passwd">',
                                      f'<!ENTITY b "{"b" * 10_000}">'])
def test_entities_that_can_grow_are_refused(entities: str, tmp_path: Path) -> None:
    path = written(tmp_path, "in.rdf", f"<!DOCTYPE r [\n{entities}]>{HEAD}{BODY}")
    with pytest.raises(UnreadableError, match=r"in\.rdf:2: .*ENTITY"):
        tables.load(tables.connect(), path)


def test_entities_may_abbreviate(tmp_path: Path) -> None:
    path = written(tmp_path, "in.owl", f'<!DOCTYPE r [<!ENTITY b "{EX}">]>{HEAD}{BODY}')
    connection = tables.connect()
    tables.load(connection, path)
    assert [str(quad.object) for quad in tables.quads(connection)] == [f'"{EX}"']


@pytest.mark.parametrize("size", [15 * 2**20, 16 * 2**20 + 1])
def test_huge_literals_are_refused_where_they_stand(size: int, tmp_path: Path) -> None:
    path = written(tmp_path, "in.ttl", f'<x:a> <x:b> 1 .\n<x:a> <x:b> "{"y" * size}" .')
    if size < 16 * 2**20:
        assert tables.load(tables.connect(), path) == 2
        return
    with pytest.raises(UnreadableError, match=r"in\.ttl:2: .*16 MB") as caught:
        tables.load(tables.connect(), path)
    assert len(str(caught.value)) < 300


def test_an_empty_file_has_no_quads(tmp_path: Path) -> None:
    assert tables.load(tables.connect(), written(tmp_path, "in.ttl", "# nothing\n")) == 0


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="zh"), TEXTS),
    st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode(XSD + "integer")), TEXTS))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LITERALS, min_size=1, max_size=8))
def test_literals_come_back_as_they_were(literals: list[ox.Literal]) -> None:
    quads = {ox.Quad(ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), literal, GRAPH)
             for literal in literals}
    connection = tables.connect()
    tables.insert(connection, quads)
    assert set(tables.quads(connection)) == quads


def test_lexical_forms_are_kept(tmp_path: Path) -> None:
    text = f'<{EX}a> <{EX}p> "304.90"^^<{XSD}decimal>, "007"^^<{XSD}integer>, "1"^^<{XSD}boolean> .'
    connection = tables.connect()
    tables.load(connection, written(tmp_path, "in.ttl", text))
    written_as = {str(quad.object).split('"')[1] for quad in tables.quads(connection)}
    assert written_as == {"304.90", "007", "1"}


def test_tables_on_disk_are_read_again(tmp_path: Path) -> None:
    connection = tables.connect(tmp_path / "kept.duckdb")
    tables.load(connection, written(tmp_path, "in.ttl", f"<{EX}a> <{EX}p> 1 ."), GRAPH)
    connection.close()
    assert tables.count(tables.reopen(tmp_path / "kept.duckdb"), "quad") == 1
