"""The index of labels finds what reading all labels finds, and pinyin, misspelt names and edits."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import closure, compound, fit, labels, lookup, reuse, tables
from clusterkg.answer import Reply
from clusterkg.errors import UnreadableError, UsageError
from clusterkg.label import Scope, resolve
from clusterkg.lookup import Index
from clusterkg.namespaces import expand
from clusterkg.store import Store
from test_label import FOUND, ORDERED, REFUSED
from worlds import quads

EX = "http://example.org/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode(RDFS + "label")
ALTERNATIVE = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
PLACES = Scope((EX + "Place",))


class Embedded(Store):
    """A store in memory with the index of a folder."""

    def __init__(self, store: ox.Store, folder: Path):
        super().__init__(store)
        self.labels = Index(folder)


def loaded(statements: Iterable[ox.Quad]) -> tables.Connection:
    connection = tables.connect()
    tables.insert(connection, statements)
    connection.execute("CREATE VIEW inferred AS SELECT 0 AS g, s, p, o FROM quad WHERE false")
    return connection


def embedded(statements: Iterable[ox.Quad], folder: Path) -> Embedded:
    held = list(statements)
    connection = loaded(held)
    labels.write(folder, connection)
    connection.close()
    store = ox.Store()
    store.extend(held)
    return Embedded(store, folder)


def named(local: str, *texts: str, kind: str = "Place") -> list[ox.Quad]:
    node = ox.NamedNode(EX + local)
    return [ox.Quad(node, TYPE, ox.NamedNode(EX + kind)),
            *(ox.Quad(node, LABEL, ox.Literal(text, language="en" if text.isascii() else "zh"))
              for text in texts)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    return embedded(quads(), tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    return embedded([
        *named("chongqing", "重庆市"), *named("chengdu", "成都市", "Chengdu"),
        *named("changchun", "长春市"), *named("banan", "重庆市巴南区"), *named("xian", "西安市"),
        *named("luzhou", "泸州市"), *named("green", "绿园区"), *named("lvliang", "吕梁市"),
        *named("works", "重庆齿轮厂", "Chongqing Gear Works", kind="Works"),
        *named("vitamin", "Vitamin C", kind="Thing"), *named("group", "Group x", kind="Thing"),
        *named("hepatitis", "hepatitis B", kind="Thing"), *named("abc", "Abc b-d", kind="Thing"),
        *named("plan", "Plan (5G) works", kind="Thing"), *named("all", "All-6g", kind="Thing"),
        *named("stars", "two ** stars", kind="Thing"), *named("set", "a [z] set", kind="Thing"),
        *named("e", "湖北鄂州", kind="Thing"),
        *named("quoted", 'The "best" NEAR * text: a OR b', kind="Works"),
    ], tmp_path_factory.mktemp("country"))


@pytest.mark.parametrize(("text", "scope", "curie"), [*FOUND, *ORDERED])
def test_the_index_finds_what_reading_all_labels_finds(
        world: Embedded, text: str, scope: Scope, curie: str) -> None:
    assert resolve(text, world, scope) == ox.NamedNode(expand(curie))


@pytest.mark.parametrize(("text", "scope", "said"), REFUSED)
def test_the_index_refuses_with_the_same_words(
        world: Embedded, text: str, scope: Scope, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(text, world, scope)
    assert said in str(caught.value)


PINYIN = [
    ("chongqingshi", "chongqing"), ("Chóngqìng Shì", "chongqing"), ("chong2qing4shi4", "chongqing"),
    ("cqs", "chongqing"), ("chengdus", "chengdu"), ("changchun", "changchun"), ("ccs", "changchun"),
    ("ba nan", "banan"), ("xi'an", "xian"), ("xian", "xian"), ("luzhou", "luzhou"),
    ("lvyuan", "green"), ("lǜ yuán", "green"), ("luyuan", "green"), ("重庆市", "chongqing"),
    ("巴南", "banan"), ("Chengdu", "chengdu"), ("区", None), ("市", None),
]


@pytest.mark.parametrize(("text", "local"), PINYIN)
@pytest.mark.parametrize("indexed", [True, False])
def test_chinese_is_found_by_how_it_is_read(
        country: Embedded, text: str, local: str | None, indexed: bool) -> None:
    source = country if indexed else Store(country._store)
    if local is None:
        with pytest.raises(UsageError, match="may mean"):
            resolve(text, source, PLACES)
    else:
        assert resolve(text, source, PLACES) == ox.NamedNode(EX + local)


@pytest.mark.parametrize(("text", "local"), [
    ("5g", "plan"), ("6G", "all"), ("(5", None), ("**", "stars"), ("[z", "set"), ("z]", "set"),
    ("e?", None)])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_word_of_two_letters_is_found(
        country: Embedded, text: str, local: str | None, indexed: bool) -> None:
    source = country if indexed else Store(country._store)
    if local is None:
        with pytest.raises(UsageError):
            resolve(text, source, Scope((EX + "Thing",)))
    else:
        assert resolve(text, source, Scope((EX + "Thing",))) == ox.NamedNode(EX + local)


@pytest.mark.parametrize(("text", "local"), [
    ("c", "vitamin"), ("x", "group"), ("d", "abc"), ("z", "set"), ("鄂", "e")])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_single_letter_is_refused_with_what_has_it_as_a_word(
        country: Embedded, text: str, local: str, indexed: bool) -> None:
    source = country if indexed else Store(country._store)
    with pytest.raises(UsageError, match=f"no '{text}' in .*; nearest: <{EX}{local}>"):
        resolve(text, source, Scope((EX + "Thing",)))


@pytest.mark.parametrize("indexed", [True, False])
def test_a_single_letter_that_is_the_whole_label_is_found(tmp_path: Path, indexed: bool) -> None:
    store = embedded([*named("v", "V"), *named("valve", "Valve V")], tmp_path)
    source = store if indexed else Store(store._store)
    assert resolve("v", source, PLACES) == ox.NamedNode(EX + "v")


def within(part: str, *wholes: str) -> list[ox.Quad]:
    return [ox.Quad(ox.NamedNode(EX + part), ox.NamedNode(expand("ckg:within")),
                    ox.NamedNode(EX + whole)) for whole in wholes]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    return embedded([
        *named("cq", "重庆市", "Chongqing Municipality"), *named("zj", "浙江省"),
        *named("nb", "宁波市"), *named("bn", "巴南区", "Banan District"), *within("bn", "cq"),
        *named("jb", "江北区"), *within("jb", "cq"), *named("nbjb", "江北区"),
        *within("nb", "zj"), *within("nbjb", "nb", "zj"), *named("sf", "Springfield"),
        *named("cn", "China", "中国"), *named("town", "Town"), *within("town", "cn", "town"),
        *within("sf", "cn", "town", "sf"),
        *named("works", "重庆市巴南区装备厂", kind="Works"),
    ], tmp_path_factory.mktemp("register"))


@pytest.mark.parametrize(("text", "local"), [
    ("重庆市巴南区", "bn"), ("重庆市 巴南区", "bn"), ("重庆市江北区", "jb"),
    ("宁波市江北区", "nbjb"), ("浙江省宁波市江北区", "nbjb"), ("浙江省宁波市", "nb"),
    ("巴南区", "bn"),
    ("Chongqing Municipality Banan District", "bn"), ("重庆市巴南区装备厂", "works"),
    ("宁波市巴南区", None), ("重庆市重庆市", None), ("江北区", None), ("xx重庆市巴南区", None),
    ("宁波市浙江省江北区", None), ("浙江省浙江省江北区", None), ("浙江省重庆市江北区", None),
    ("China Town Springfield", "sf"), ("Town Springfield", "sf"), ("china   SPRINGFIELD", "sf"),
    ("Chinatown Springfield", None), ("Town China Springfield", None),
    ("New-Town Springfield", None), ("China Town China Springfield", None),
    ("中国Town Springfield", "sf"), ("中国Springfield", "sf"), ("中国 Springfield", "sf")])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_name_may_follow_the_names_of_what_holds_the_place(
        register: Embedded, text: str, local: str | None, indexed: bool) -> None:
    source, taken = register if indexed else Store(register._store), list[str]()
    if local is None:
        with pytest.raises(UsageError):
            resolve(text, source)
    else:
        assert resolve(text, source, say=taken.append) == ox.NamedNode(EX + local)
        assert taken == []


@pytest.mark.parametrize("indexed", [True, False])
def test_each_of_many_of_one_name_is_held_against_what_stands_before_it(
        tmp_path: Path, indexed: bool) -> None:
    towns = [quad for number in range(30) for quad in (
        *named(f"t{number:02}", "城关镇"), *named(f"c{number}", f"{number}县"),
        *within(f"t{number:02}", f"c{number}"))]
    store = embedded([*towns, *within("t29", "c3"), *named("one", "镇"),
                      *within("one", "c7")], tmp_path)
    source = store if indexed else Store(store._store)
    for number in (0, 19, 20, 28):
        assert resolve(f"{number}县城关镇", source) == ox.NamedNode(f"{EX}t{number:02}")
    with pytest.raises(UsageError, match=r"may mean <\S+t03> .*, <\S+t29> \S+; name"):
        resolve("3县城关镇", source)


def test_one_of_more_of_one_name_than_are_looked_at_is_not_the_only_one(
        register: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "MOST", 1)
    source = Embedded(register._store, register.labels.path.parent)
    with pytest.raises(UsageError, match=r"may mean .* and perhaps more; name one"):
        resolve("重庆市江北区", source)
    with pytest.raises(UsageError, match="is like too many labels in the graph"):
        resolve("宁波市浙江省江北区", source)


def test_what_holds_things_is_asked_for_once_and_for_many_together(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    store = embedded([
        *named("x", "二三"), *named("y", "三"), *named("a", "一"), *named("b", "一一"),
        *within("x", "a", "b"), *within("y", "a", "b"), *within("a", "b"), *within("b", "a"),
    ], tmp_path)

    def query(text: str) -> Reply:
        asked.append(text)
        return Store.query(store, text)

    monkeypatch.setattr(store, "query", query)
    known = store.labels.among([""])
    assert compound.equal("一" * 60 + "二三", known, store) == [EX + "x"]
    assert compound.equal("四" + "一" * 60 + "二三", known, store) == []
    assert compound.equal("一" * 60 + "四二三", known, store) == []
    assert len(asked) <= 3 * 4


@pytest.mark.parametrize("indexed", [True, False])
def test_what_a_name_was_taken_to_be_is_said_unless_it_is_a_label(
        country: Embedded, indexed: bool) -> None:
    source, taken = country if indexed else Store(country._store), list[str]()
    for text in ("Chongqing Gear Works", "Gear Works", "cqs"):
        resolve(text, source, say=taken.append)
    assert taken == [f"'Gear Works' is taken to be <{EX}works> (Chongqing Gear Works)",
                     f"'cqs' is taken to be <{EX}chongqing> (重庆市)"]


@pytest.mark.parametrize("text", ["x" * 100_000, "齿轮" * 50_000, "ckg:" + "x" * 100_000,
                                  "http://example.org/" + "x" * 100_000])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_message_repeats_only_the_beginning_of_a_long_text(
        country: Embedded, text: str, indexed: bool) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(text, country if indexed else Store(country._store), PLACES)
    said = str(caught.value)
    assert text[:70] in said
    assert text[:90] not in said


@pytest.mark.parametrize(("text", "local"), [
    ("Chengdo", "chengdu"), ("chongqin shi", "chongqing"), ("chonqingshi", "chongqing"),
    ("Chonqing Gear Wroks", "works"), ("重钦市", "chongqing"), ("重庆齿伦厂", "works")])
def test_what_is_misspelt_is_named_as_the_nearest(
        country: Embedded, text: str, local: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(text, country)
    assert f"<{EX}{local}>" in str(caught.value).partition("nearest: ")[2]


@pytest.mark.parametrize("text", ["The \"best\" NEAR * text: a OR b", "\"best\"", "near * text",
                                  "a or b"])
def test_the_syntax_of_the_index_is_only_text(country: Embedded, text: str) -> None:
    assert resolve(text, country) == ox.NamedNode(EX + "quoted")


@pytest.mark.parametrize("text", ['"', "*", "NEAR(a b)", "text:x", "a\0b", "^a", "-", "(", "\ud800",
                                  "\ue000\ue001\ue002", "AND", 'x" OR gram MATCH "a'])
def test_no_text_breaks_the_index(country: Embedded, text: str) -> None:
    with pytest.raises(UsageError):
        resolve(text, country, PLACES)


def test_an_edit_of_the_index_equals_a_new_one(tmp_path: Path) -> None:
    before = [*named("a", "Alpha"), *named("b", "北京市"), *named("c", "Gamma", kind="Works"),
              *named("d", "Delta")]
    after = [*named("a", "Alpha", "Aleph"), *named("c", "Gamma"), *named("d", "Delta"),
             *named("e", "南京市", kind="Town")]
    folders = [tmp_path / name for name in ("old", "new", "whole")]
    for folder in folders:
        folder.mkdir()
    embedded(before, folders[0])
    embedded(after, folders[2])
    connection = loaded(after)
    tables.insert(connection, [])
    tables.identify(connection, [EX + "b"])
    labels.revise(folders[0], folders[1], connection, f"""(
        SELECT id AS s FROM term WHERE kind = 'iri' AND value IN (
            '{EX}a', '{EX}b', '{EX}c', '{EX}e'))""")
    assert held(folders[1]) == held(folders[2]) != held(folders[0])
    index = Index(folders[1])
    assert index.among([EX + "Place"]).containing("gamma") == [EX + "c"]
    assert index.among([""]).read_as("beijingshi") == []
    assert index.among([EX + "Town"]).reading_inside("jing") == [EX + "e"]


def test_a_label_is_forgotten_without_a_look_at_the_others(tmp_path: Path) -> None:
    embedded([quad for number in range(2000) for quad in named(f"p{number}", f"北京{number}")],
             tmp_path)
    steps: list[None] = []
    with sqlite3.connect(tmp_path / labels.FILE) as index:
        index.set_progress_handler(lambda: steps.append(None), 1000)
        labels._forget(index, [(EX + "p7",)])
    assert len(steps) < 2
    lookup = Index(tmp_path).among([""])
    assert lookup.read_as("beijing7") == lookup.equal("北京7") == []
    assert lookup.read_as("beijing8") == [EX + "p8"]


def test_a_whole_label_is_found_in_a_scope_of_any_width(tmp_path: Path) -> None:
    many = [quad for number in range(150) for quad in
            named(f"p{number}", "same", f"town {number}", kind=f"Kind{number}")]
    both = [ox.Quad(ox.NamedNode(f"{EX}p{number}"), TYPE, ox.NamedNode(EX + "Town"))
            for number in range(120)]
    index = Index(embedded([*many, *both], tmp_path).labels.path.parent)
    for wide in ("", EX + "Town"):
        assert index.among([wide]).equal("town 7") == [EX + "p7"]
        assert len(index.among([wide]).equal("same")) == (120 if wide else 150)
    assert index.among([EX + "Kind7"]).equal("same") == [EX + "p7"]
    assert index.among([EX + "Town"]).equal("town 130") == []


def test_only_labels_classes_and_schemes_are_looked_up_again() -> None:
    before = [*named("a", "Alpha"), *named("b", "Beta")]
    connection = loaded(before)
    tables.insert(connection, [ox.Quad(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "near"),
                                       ox.NamedNode(EX + "b"))])
    closure.infer(connection)
    for changed, expected in (("near", set()), ("Place", {"a", "b"})):
        connection.execute(f"""
            CREATE OR REPLACE TABLE store_lost AS FROM quad LIMIT 0;
            CREATE OR REPLACE TABLE store_new AS SELECT q.* FROM quad AS q
            JOIN term AS t ON t.id IN (q.p, q.o) AND t.value = '{EX}{changed}'""")
        connection.execute(reuse._RELABELLED)
        again = connection.execute(
            "SELECT t.value FROM relabelled AS r JOIN term AS t ON t.id = r.s")
        assert {iri for iri, in again.fetchall()} == {EX + local for local in expected}


def held(folder: Path) -> set[tuple[str, ...]]:
    with sqlite3.connect(folder / labels.FILE) as index:
        return {row for select in (
            "SELECT r.iri, r.name, l.key, s.members FROM resource AS r JOIN label AS l "
            "ON l.resource = r.id JOIN sort AS s ON s.id = l.sort",
            "SELECT r.iri, x.key, s.members FROM resource AS r JOIN label AS l ON l.resource = r.id"
            " JOIN sound AS x ON x.id / 2 = l.id JOIN sort AS s ON s.id = x.sort",
        ) for row in index.execute(select)}


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    (tmp_path / labels.FILE).write_bytes(b"no database, but long enough to be read as one" * 40)
    with pytest.raises(UnreadableError, match=r"labels\.sqlite: .*run `clusterkg build`"):
        Index(tmp_path)


def test_many_that_fit_are_counted_up_to_a_limit(tmp_path: Path) -> None:
    many = [quad for number in range(1200) for quad in named(f"p{number}", f"town {number}")]
    with pytest.raises(UsageError, match=r"and at least 995 more; name one of them"):
        resolve("town", embedded(many, tmp_path))


def crowded(folder: Path, first: str, last: str, like: str, number: int = 2100) -> Embedded:
    """Put many labels that look alike to the index between two."""
    return embedded([*named("a", first),
                     *(quad for n in range(number) for quad in named(f"m{n:05}", like.format(n))),
                     *named("z", last)], folder)


CROWDS = [
    ("an", "Red An Works", "Blue An Mill", "Zx Anhui Henan {:05}"),
    ("henan", "Red Henan Works", "Blue Henan Mill", "Zx Henans Ohenan {:05}"),
    ("实华", "东实华厂", "西实华厂", "中石化{:05}"),
    ("え", "xえ", "zzえ", "z {:05}"),
]


@pytest.mark.parametrize("crowd", CROWDS, ids=str)
@pytest.mark.parametrize("indexed", [True, False])
def test_a_word_is_ambiguous_however_many_labels_look_like_it(
        tmp_path: Path, crowd: tuple[str, ...], indexed: bool) -> None:
    text, first, last, like = crowd
    store = crowded(tmp_path, first, last, like)
    with pytest.raises(UsageError, match=rf"may mean (<{EX}[az]> [^,;]*(, |; name one of)){{2}}"):
        resolve(text, store if indexed else Store(store._store))


@pytest.mark.parametrize("crowd", CROWDS, ids=str)
def test_nothing_is_the_only_one_where_not_all_were_looked_at(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crowd: tuple[str, ...]) -> None:
    text, first, last, like = crowd
    monkeypatch.setattr(lookup, "_CANDIDATES", 5)
    monkeypatch.setattr(lookup, "_MORE", 20)
    (tmp_path / "one").mkdir()
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match=f"may mean <{EX}a> .* and perhaps more; name one"):
        resolve(text, crowded(tmp_path / "one", first, last, like, 50))
    with pytest.raises(UsageError, match=f"{text}' is like too many labels in the graph to be"):
        resolve(text, crowded(tmp_path / "none", like.format(90), last, like, 50))


def test_what_is_read_so_is_found_however_many_are_read_so_inside(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_CANDIDATES", 5)
    monkeypatch.setattr(lookup, "_MORE", 20)
    store = crowded(tmp_path, "重庆市", "Zx", "重庆市第{}厂", 50)
    assert resolve("chongqingshi", store) == ox.NamedNode(EX + "a")


def test_a_class_is_not_passed_over_for_the_next_where_not_all_were_looked_at(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_CANDIDATES", 5)
    monkeypatch.setattr(lookup, "_MORE", 20)
    like = [quad for n in range(50) for quad in named(f"m{n}", f"Zx Anhui Henan {n}")]
    works = EX + "Works"
    store = embedded([*like, *named("z", "Blue An Mill"),
                      *named("w", "Old An Works", kind="Works")], tmp_path)
    assert resolve("an", store, Scope((works, EX + "Place"))) == ox.NamedNode(EX + "w")
    with pytest.raises(UsageError, match=f"may mean <{EX}w> .* and perhaps more"):
        resolve("an", store, Scope((EX + "Place", works)))
