import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterkg import chunk, tables, verbatim
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


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".rdf"])
def test_a_byte_order_mark_is_passed_over(suffix: str, tmp_path: Path) -> None:
    text = ('<?xml version="1.0" encoding="utf-8"?><r:RDF xmlns:r="http://www.w3.org/1999/02/'
            '22-rdf-syntax-ns#"/>' if suffix == ".rdf" else '<x:a> <x:b> "\u00c4" .\n')
    path = written(tmp_path, f"in{suffix}", "\ufeff" + text)
    assert tables.load(tables.connect(), path) == (suffix != ".rdf")


def test_a_context_on_the_web_is_not_fetched(tmp_path: Path) -> None:
    path = written(tmp_path, "in.jsonld", '{"@context": "https://schema.org/", "name": "x"}')
    with pytest.raises(UnreadableError, match="write the context into the file"):
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


@pytest.mark.parametrize("cut", [40, 20, 5])
def test_xml_that_is_cut_off_is_refused(cut: int, tmp_path: Path) -> None:
    """The engine's parser would give what came before the end, as if it were all."""
    whole = f"{HEAD}\n{BODY}".replace("&b;", "b")
    path = written(tmp_path, "in.rdf", whole[:-cut])
    with pytest.raises(UnreadableError, match=r"in\.rdf:2: not well-formed XML"):
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


AWKWARD = ["\x00", "\x01b", "\x01c", "\\u0001", "\\\\n", "\\x01", '"', '" <x:g> ', '"@en .', "_:b",
           "NULL", "#", "\r\n", "\ufffe\uffff", "\u2028", "\ud7ff\ue000", "\U0010ffff", " ",
           "x" * 100_000]
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
                  st.lists(st.sampled_from(AWKWARD), max_size=4).map("".join))
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="zh"), TEXTS),
    st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode(XSD + "integer")), TEXTS))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LITERALS, min_size=1, max_size=8))
def test_literals_come_back_as_they_were(literals: list[ox.Literal]) -> None:
    quads = {ox.Quad(ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), literal, GRAPH)
             for literal in literals}
    connection = tables.connect()
    tables.insert(connection, quads)
    assert set(tables.quads(connection)) == quads


def parsed(path: Path) -> set[str]:
    return {str(quad) for quad in ox.parse(path=path, format=ox.RdfFormat.N_QUADS)}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LITERALS, min_size=1, max_size=8))
def test_what_is_written_is_what_the_parser_writes(tmp_path: Path,
                                                   literals: list[ox.Literal]) -> None:
    quads = {ox.Quad(ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), literal, graph)
             for literal in literals for graph in (GRAPH, ox.DefaultGraph())}
    connection, path = tables.connect(), tmp_path / "it's.nq"
    tables.insert(connection, quads)
    tables.write(connection, "quad", path)
    expected = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert expected
    assert sorted(path.read_bytes().split(b"\n")) == sorted(expected.split(b"\n"))


def test_every_control_character_is_read_and_written(tmp_path: Path) -> None:
    characters = [*map(chr, range(0x300)), *map(chr, range(0xFFF0, 0x10000))]
    quads = {ox.Quad(ox.BlankNode("b1x1"), ox.NamedNode(EX + "p"), ox.Literal(character))
             for character in characters}
    connection, path = tables.connect(), tmp_path / "out.nq"
    tables.insert(connection, quads)
    assert set(tables.quads(connection)) == quads
    tables.write(connection, "quad", path)
    assert parsed(path) == {str(quad) for quad in quads}


def many(graphs: int) -> str:
    """Spell quads with spaces, quotes and blank nodes, each of them twice, far apart."""
    lines = [f'_:n{n % 7} <{EX}p{n % 3}> "a \\"{n}\\" <{EX}g>"@en <{EX}g{n % graphs}> .\n'
             f"<{EX}s{n}> <{EX}p> _:n{n % 5} .\n_:n{n % 7} <{EX}q> <{EX}s{n}> _:g{n % 2} .\n"
             for n in range(40)]
    return "".join(lines + lines)


@pytest.mark.parametrize("size", [7, 64, 10_000])
def test_chunks_change_nothing(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "in.nq", many(3))
    whole, cut = tables.connect(), tables.connect()
    assert tables.load(whole, path) == 240
    monkeypatch.setattr(chunk, "_QUADS", size)
    monkeypatch.setattr(chunk, "_LOOKED", min(size, 5))
    assert tables.load(cut, path) == 240
    assert list(map(str, tables.quads(cut, "(FROM quad ORDER BY ALL)"))) == list(
        map(str, tables.quads(whole, "(FROM quad ORDER BY ALL)")))
    assert tables.count(cut, "quad") == tables.count(cut, "(SELECT DISTINCT * FROM quad)") == 120
    assert tables.count(cut, "term") == tables.count(
        cut, "(SELECT DISTINCT value, kind, datatype, language FROM term)")


def test_chunks_end_where_a_file_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "_BYTES", 100_000)
    text = "".join(f'<{EX}s> <{EX}p> "{n} {"y" * 5_000}" .\n' for n in range(200))
    path = written(tmp_path, "in.nt", text)
    sizes = [lines.stat().st_size for lines in chunk.of_files([path], tmp_path)]
    assert len(sizes) > 2
    assert sum(sizes) == path.stat().st_size + 200 * len("\x010")


def test_what_the_parser_reads_is_what_the_tables_hold(tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "_QUADS", 11)
    path = written(tmp_path, "in.nq", many(4))
    connection = tables.connect()
    tables.load(connection, path)
    held, read = ox.Dataset(tables.quads(connection)), ox.Dataset(ox.parse(path=path))
    for dataset in (held, read):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert held == read


def test_an_error_in_a_later_chunk_names_its_line_and_adds_nothing(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk, "_QUADS", 10)
    path = written(tmp_path, "in.nt", f"<{EX}a> <{EX}p> <{EX}b> .\n" * 64 + "<x:a> <x:b\n")
    connection = tables.connect()
    with pytest.raises(UnreadableError, match=r"in\.nt:65: "):
        tables.load(connection, path)
    assert tables.count(connection, "quad") == 0
    assert tables.load(connection, written(tmp_path, "b.nt", f"<{EX}a> <{EX}p> <{EX}b> .")) == 1


def several(folder: Path) -> list[Path]:
    """Write files that share terms and labels of blank nodes; one is empty, one is Turtle."""
    texts = {"a.nq": many(2), "b.nq": "".join(f"_:n{n} <{EX}p0> _:n1 _:g1 .\n" for n in range(9)),
             "c.ttl": "", "d.ttl": f'<{EX}s1> <{EX}p> [], _:n1, "a", "a" . _:n1 <{EX}p> [] .',
             "e.nq": many(3)}
    return [written(folder, name, text) for name, text in texts.items()]


def rows(connection: tables.Connection) -> list[str]:
    return sorted(map(str, tables.quads(connection)))


def graphs_of(paths: list[Path], *, named: bool) -> list[ox.NamedNode] | None:
    return [ox.NamedNode(EX + path.name) for path in paths] if named else None


@pytest.fixture(scope="module", params=[False, True], ids=["own graphs", "named"])
def one_by_one(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
               ) -> tuple[bool, list[int], list[str]]:
    """Read files one by one: tell whether each has a graph, how many quads, and the rows."""
    paths, connection = several(tmp_path_factory.mktemp("one")), tables.connect()
    graphs = graphs_of(paths, named=request.param)
    found = [tables.load(connection, path, graphs[number] if graphs else None)
             for number, path in enumerate(paths)]
    return request.param, found, rows(connection)


@pytest.mark.parametrize("size", [13, 64, 10_000])
@pytest.mark.parametrize("together", [0, 3_000, 10**9])
def test_files_read_together_are_as_if_read_one_by_one(
        size: int, together: int, one_by_one: tuple[bool, list[int], list[str]], tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    paths, (named, found, expected) = several(tmp_path), one_by_one
    at_once = tables.connect()
    monkeypatch.setattr(tables, "_TOGETHER", together)
    monkeypatch.setattr(chunk, "_QUADS", size)
    monkeypatch.setattr(chunk, "_LOOKED", min(size, 5))
    graphs = graphs_of(paths, named=named)
    assert tables.load_all(at_once, paths, graphs) == found == [240, 9, 0, 5, 240]
    assert rows(at_once) == expected
    assert tables.count(at_once, "term") == tables.count(
        at_once, "(SELECT DISTINCT value, kind, datatype, language FROM term)")


def test_files_of_one_graph_keep_their_blank_nodes_apart(tmp_path: Path) -> None:
    paths = [written(tmp_path, f"{n}.ttl", f"_:x <{EX}p> {n}, 7 .") for n in range(9)]
    connection = tables.connect()
    assert tables.load_all(connection, paths, [GRAPH] * 9) == [2] * 9
    assert tables.count(connection, "(SELECT DISTINCT s FROM quad)") == 9


@pytest.mark.parametrize(("text", "error", "said"), [
    ("<x:a> <x:b> 1 .\n<x:a> <x:b", UnreadableError, r"11\.ttl:2: "),
    ("<x:a> <x:b> \"\xff\"", UnreadableError, r"11\.ttl"),
    ('<x:a> <x:b> 1, "x"@en--ltr .', RefusedError, r"11\.ttl.*RDF 1\.2 term \"x\"")])
def test_of_files_read_together_the_one_that_is_wrong_is_named(
        tmp_path: Path, text: str, error: type[Exception], said: str) -> None:
    paths = [written(tmp_path, f"{n}.ttl", f"<x:a> <x:b> {n} .\n<x:a> <x:c> _:x .")
             for n in range(20)]
    paths[11].write_text(text, encoding="latin-1")
    connection = tables.connect()
    with pytest.raises(error, match=said):
        tables.load_all(connection, paths)
    assert tables.count(connection, "quad") == 0
    assert tables.load_all(connection, paths[:9]) == [2] * 9


def test_many_small_files_are_read_at_once(tmp_path: Path) -> None:
    paths = [written(tmp_path, f"{n}.ttl", f"<x:s{n}> <x:b> {n}, [], _:x .") for n in range(1_000)]
    connection, start = tables.connect(), time.process_time()
    assert tables.load_all(connection, paths) == [3] * 1_000
    assert time.process_time() - start < 10
    assert tables.count(connection, "(SELECT DISTINCT o FROM quad)") == 3_000


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


A, STRING = f"<{EX}a>", "http://www.w3.org/2001/XMLSchema#string"
PLAIN = [f'{A} {A} {A} .', f'{A} {A} "a b  c ."@zh .', f'{A} <{EX}b?q#f> "1"^^<{XSD}integer> .',
         f'<http://x> {A} "é \\n \\"q\\" \\\\ 😀 \' \u0085" .', f'<{EX}%E5é/(a)> {A} "" .',
         f'{A} {A} "<b> <c> ."^^<{EX}d> .']
ODD = [f"{A} {A} .", f'{A} {A} "a"', f"{A} {A} {A} {A} .", f"{A} {A} {A} . ", f"{A}  {A} {A} .",
       f"{A} {A} _:b .", f"_:b {A} {A} .", f'"a" {A} {A} .', f'{A} "a" {A} .', "", "# a", " ",
       f"{A}\t{A} {A} .", f"{A} {A} {A} .\r", f"{A} {A} {A}.", f"<{EX}a b> {A} {A} .",
       f"<a> {A} {A} .", f"<{EX}%zz> {A} {A} .", f"<{EX}#x#y> {A} {A} .", f"<{EX}[> {A} {A} .",
       f"<urn:a> {A} {A} .", f"<http://[x> {A} {A} .", f"<http://x:y/> {A} {A} .",
       f"<{EX}\ue000> {A} {A} .",
       f'{A} {A} "a"@ZH .', f'{A} {A} "a"@zh-Hans .', f'{A} {A} "a"@ .', f'{A} {A} "a"@zh--ltr .',
       f'{A} {A} "a"^^<{STRING}> .', f'{A} {A} "a"^^<{EX}a b> .', f'{A} {A} "a"^^zh .',
       f'{A} {A} "a"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .',
       f'{A} {A} "\\u0041" .', f'{A} {A} "\\t\t" .', f'{A} {A} "\\x" .', f"{A} {A} '\\'' .",
       f'{A} {A} "\\\'" .', f'{A} {A} "\x7f\ufffe" .', f'{A} {A} "a"b" .', f'{A} {A} "a .',
       f"{A} {A} <<( {A} {A} {A} )>> .", f'{A} {A} "\x01" .', f'{A} {A} "\x00" .', "\ufeff"]


def taken(path: Path, monkeypatch: pytest.MonkeyPatch, least: int) -> object:
    """Give the quads and terms of a file, or what is wrong with it."""
    monkeypatch.setattr(verbatim, "_LEAST", least)
    connection = tables.connect()
    try:
        count = tables.load(connection, path, GRAPH)
    except (UnreadableError, RefusedError) as error:
        return str(error)
    terms = connection.execute("SELECT value, kind, datatype, language FROM term").fetchall()
    return count, sorted(terms), set(map(str, tables.quads(connection)))


@pytest.mark.parametrize("odd", ODD)
def test_a_line_that_is_not_plain_goes_to_the_parser(
        odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in.nt"
    path.write_bytes("\n".join([*PLAIN, odd, *PLAIN, ""]).encode())
    assert taken(path, monkeypatch, 0) == taken(path, monkeypatch, 2**60)


def test_plain_lines_are_taken_as_the_parser_takes_them(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in.nt"
    path.write_bytes("\n".join([*PLAIN, ""] * 50).replace("\n\n", "\n").encode())
    parsed = taken(path, monkeypatch, 2**60)
    monkeypatch.setattr(verbatim, "_PIECE", 1000)
    monkeypatch.setattr(chunk, "of_files", None)
    assert taken(path, monkeypatch, 0) == parsed
    assert isinstance(parsed, tuple)
    assert parsed[0] == 50 * len(PLAIN)


def test_a_file_that_changes_after_it_was_looked_at_is_not_taken(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other, look = tmp_path / "in.nt", tmp_path / "other.nt", verbatim.chunks
    path.write_text(f"{A} {A} {A} .\n" * 3)
    other.write_text(f"{A} {A} no .\n" * 3)

    def swapped(*given: Any) -> object:
        other.replace(path)
        return look(*given)

    monkeypatch.setattr(verbatim, "chunks", swapped)
    assert "somebody wrote to this file while it was read" in str(taken(path, monkeypatch, 0))
