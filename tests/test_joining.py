"""Decisions make two one in the graph that is built, keep two apart, and can be taken back."""

import os
import random
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import joining, snapshot, source, sssom, summary
from clusterkg.errors import ClusterkgError, UnreadableError, UsageError
from clusterkg.importing import decisions
from clusterkg.importing.decisions import Order
from clusterkg.ledger import graph

EX = "https://example.org/"
ONTOLOGY = """
@prefix : <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Firm a owl:Class ; rdfs:subClassOf :Agent . :Agent a owl:Class .
:makes a owl:ObjectProperty ; rdfs:domain :Firm . :near a owl:SymmetricProperty .
"""
SHAPES = """
@prefix : <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:Named a sh:NodeShape ; sh:targetClass :Town ; sh:property [ sh:path :name ; sh:minCount 1 ] .
"""
QUERY = ("#+ summary: Which firms are there?\n#+ x-clusterkg:\n"
         "#+   columns: {firm: {en: firm, zh: 企业}}\n"
         f"SELECT ?firm WHERE {{ ?firm a <{EX}Firm> }} ORDER BY ?firm\n")
REGISTER = """
@prefix : <https://example.org/> . @prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:old a :Firm ; rdfs:label "Old Works" ; ckg:sourceRow "register.csv!17" ; :near :x .
:x :makes :pumps ; :near :old .
"""
REPORT = """
@prefix : <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:new a :Firm ; rdfs:label "New Works" . :y :near :old , :new .
"""
RDFS, SKOS = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2004/02/skos/core#"
STAY = ("http://www.w3.org/2002/07/owl#deprecated", "http://purl.org/dc/terms/isReplacedBy")
HEAD = (f"#mapping_set_id: {EX}set\n#author_label: A. Reviewer\n#curie_map:\n#  ex: {EX}\n"
        "subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\t"
        "mapping_justification\n")


def row(subject: str, object_: str, modifier: str = "", label: str = "",
        predicate: str = "skos:exactMatch") -> str:
    return (f"ex:{subject}\t{label}\t{predicate}\t{modifier}\tex:{object_}\t"
            "semapv:ManualMappingCuration\n")


def lay_out(folder: Path, *decisions: str, **data: str) -> snapshot.Inputs:
    for kind in ("ontology", "data", "shapes", "queries"):
        shutil.rmtree(folder / kind, ignore_errors=True)
        (folder / kind).mkdir(parents=True)
    (folder / "ontology/o.ttl").write_text(ONTOLOGY)
    (folder / "shapes/s.ttl").write_text(SHAPES)
    (folder / "queries/firms.rq").write_text(QUERY)
    for name, text in data.items():
        (folder / f"data/{name}.ttl").write_text(text)
    if decisions:
        (folder / "data/review.sssom.tsv").write_text(HEAD + "".join(decisions))
    return snapshot.Inputs((folder / "ontology",), (folder / "data",), (folder / "shapes",),
                           folder / "queries")


def built(folder: Path, *decisions: str, **data: str) -> snapshot.Built:
    made = snapshot.build(lay_out(folder, *decisions, **data), folder / "snapshot")
    assert made.version is not None, made.report.groups
    return made


def held(made: snapshot.Built) -> set[ox.Quad]:
    """Give what the graph holds, but for its description, which names checksums and dates."""
    assert made.version is not None
    apart = {graph("description"), "https://w3id.org/clusterkg/id/graph/questions"}
    return {quad for quad in ox.Store.read_only(str(made.version / "store"))
            if not isinstance(quad.graph_name, ox.NamedNode) or quad.graph_name.value not in apart}


def in_graph(quads: set[ox.Quad], name: str) -> set[str]:
    return {str(quad.triple) for quad in quads if quad.graph_name == ox.NamedNode(graph(name))}


def test_what_is_decided_to_be_one_is_one(tmp_path: Path) -> None:
    made = built(tmp_path, row("old", "new", label="Former Works"), register=REGISTER,
                 report=REPORT)
    quads = held(made)
    assert in_graph(quads, "register") == {
        f"<{EX}new> <{SKOS}altLabel> \"Old Works\"",
        f"<{EX}new> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{EX}Firm>",
        f"<{EX}new> <https://w3id.org/clusterkg/ns#sourceRow> \"register.csv!17\"",
        f"<{EX}new> <{EX}near> <{EX}x>", f"<{EX}x> <{EX}makes> <{EX}pumps>",
        f"<{EX}x> <{EX}near> <{EX}new>"}
    assert f"<{EX}y> <{EX}near> <{EX}new>" in in_graph(quads, "report")
    assert in_graph(quads, "review.sssom") == {
        f"<{EX}old> <{STAY[0]}> \"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>",
        f"<{EX}old> <{STAY[1]}> <{EX}new>", f"<{EX}new> <{SKOS}altLabel> \"Former Works\""}
    of_old = {q for q in quads if q.subject == ox.NamedNode(f"{EX}old")}
    assert {q.predicate.value for q in of_old} == set(STAY)
    assert not [q for q in quads if q.object == ox.NamedNode(f"{EX}old")]


def test_the_build_says_what_it_joined(tmp_path: Path) -> None:
    made = built(tmp_path, row("old", "new"), register=REGISTER, report=REPORT)
    (one,) = made.joined
    assert (one.old, one.new, one.facts, list(one.rows)) == (
        f"{EX}old", f"{EX}new", 4, ["register.csv!17"])
    assert "register.csv!17" in summary.text(made)


def test_without_the_decision_all_is_as_before(tmp_path: Path) -> None:
    before = held(built(tmp_path / "a", register=REGISTER, report=REPORT))
    made = built(tmp_path / "b", row("old", "new"), register=REGISTER, report=REPORT)
    assert held(made) != before
    assert held(built(tmp_path / "b", register=REGISTER, report=REPORT)) == before


def test_two_that_are_told_apart_stay_two(tmp_path: Path) -> None:
    made = built(tmp_path, row("old", "new", "Not"), register=REGISTER, report=REPORT)
    assert in_graph(held(made), "review.sssom") == {
        f"<{EX}old> <http://www.w3.org/2002/07/owl#differentFrom> <{EX}new>"}
    assert not made.joined


def test_a_proposal_does_nothing(tmp_path: Path) -> None:
    made = built(tmp_path, row("old", "new", predicate="skos:closeMatch"), register=REGISTER)
    assert not made.joined
    assert f"<{EX}old> <{RDFS}label> \"Old Works\"" in in_graph(held(made), "register")


@pytest.mark.parametrize("rows", [
    (row("a", "b"), row("a", "c")), (row("a", "b"), row("b", "c"), row("c", "a")),
    (row("a", "b"), row("b", "c"), row("a", "c", "Not")),
    (row("a", "b"), row("b", "c"), row("c", "a", "Not")), (row("a", "b"), row("b", "a")),
    (row("a", "b"), row("c", "b"), row("a", "c", "Not")), (row("a", "a"),),
    (row("a", "b", "Perhaps"),), (row("a b", "c"),)])
def test_contradictions_are_told_with_their_line(rows: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"review\.sssom\.tsv:\d+: "):
        snapshot.build(lay_out(tmp_path, *rows, register=REGISTER), tmp_path / "snapshot")


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_decisions_does_not_matter(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    pairs = [chance.sample("abcdefgh", 2) for _ in range(chance.randint(2, 7))]
    rows = [row(one, other, chance.choice(["", "", "", "Not"])) for one, other in pairs]
    outcomes = set()
    for turn in range(6):
        chance.shuffle(rows)
        part = chance.randint(0, len(rows))
        paths = [tmp_path / f"{turn}-{n}.sssom.tsv" for n in range(2)]
        for path, some in zip(paths, (rows[:part], rows[part:]), strict=True):
            path.write_text(HEAD + "".join(some))
        try:
            outcomes.add(str(sorted(joining.pairs(paths).items())))
        except UnreadableError:
            outcomes.add("contradiction")
    assert len(outcomes) == 1


def test_decisions_that_agree_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text(HEAD + row("a", "b") + row("a", "c") + row("b", "c") + row("a", "b")
                    + row("d", "e", "Not") + row("e", "d", "Not"))
    assert joining.pairs([path]) == {f"{EX}a": f"{EX}c", f"{EX}b": f"{EX}c"}


def test_a_contradiction_names_all_lines(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.sssom.tsv" for name in "xy"]
    paths[0].write_text(HEAD + row("a", "b") + row("b", "z") + row("m", "n"))
    paths[1].write_text(HEAD + row("c", "b") + row("a", "c", "Not"))
    with pytest.raises(UnreadableError, match=r"y\.sssom\.tsv:7: .*by x\.sssom\.tsv:6, "
                                              r"y\.sssom\.tsv:6; leave"):
        joining.pairs(paths)


class Rounds:
    """A small graph with rounds of decisions under one name."""

    def __init__(self, folder: Path):
        built(folder, register=REGISTER, report=REPORT)
        self.folder, self.path = folder / "snapshot", folder / "d.sssom.tsv"

    def apply(self, *rows: str, prefer: bool = False) -> str:
        self.path.write_text(HEAD + "".join(rows))
        return str(decisions.apply(Order(prefer=prefer), self.path, self.folder))

    def state(self) -> tuple[bytes, set[ox.Quad]]:
        kept = self.folder / "written" / "d.sssom.tsv"
        quads = set(ox.Store.read_only(str(source.version_of(self.folder) / "store")))
        return kept.read_bytes() if kept.exists() else b"", {
            quad for quad in quads if "description" not in str(quad.graph_name)}


def test_rounds_of_decisions_are_applied_and_taken_back(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path)
    states = [rounds.state()]
    for rows, prefer, said in (
            ((row("old", "new"), row("x", "y", "Not")), False,
             "d.sssom: 0 kept, 2 new, 0 changed (1 the same, 1 not); decided by A. Reviewer"),
            ((row("pumps", "elsewhere"), row("p", "q", predicate="skos:broadMatch")), False,
             "2 kept, 1 new, 0 changed (1 the same, 0 not)"),
            ((row("x", "y"),), True, "2 kept, 0 new, 1 changed (1 the same, 0 not)")):
        assert said in rounds.apply(*rows, prefer=prefer)
        states.append(rounds.state())
    assert "nothing changes" in rounds.apply(row("old", "new"))
    while states:  # byte for byte
        assert rounds.state() == states.pop()
        if states:
            decisions.undo(rounds.folder, "d.sssom.tsv")
            kept = list((rounds.folder / "decisions").rglob("*.sssom.tsv"))
            assert len(kept) == len(states) - 1  # what nobody can come back to is gone
    for back in (decisions.undo, decisions.withdraw):
        with pytest.raises(UsageError, match="there are: none"):
            back(rounds.folder, "d.sssom.tsv")


def test_what_contradicts_or_leads_astray_is_told(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(tmp_path)
    told = rounds.apply(row("old", "new"), row("x", "elsewhere", "Not"))
    assert f"1 of 2 decisions lead to what no data name; the first: <{EX}x>" in told
    before = rounds.state()
    with pytest.raises(UnreadableError, match=r"d\.sssom\.tsv:6: .*d\.sssom\.tsv:\d says other"):
        rounds.apply(row("new", "old"))
    with pytest.raises(UnreadableError, match="goes round in a circle"):  # found by the build
        rounds.apply(row("new", "z"), row("z", "old"))
    assert rounds.state() == before
    monkeypatch.setattr(decisions, "_STEPS", 1)
    decisions.withdraw(rounds.folder, "d.sssom.tsv")
    assert len(list((rounds.folder / "decisions").rglob("*.sssom.tsv"))) == 1
    assert rounds.state()[0] == b""
    decisions.undo(rounds.folder, "d.sssom.tsv")
    assert rounds.state() == before


def test_nobody_is_joined_that_nobody_vouches_for(tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text((HEAD + row("a", "b")).replace("#author_label: A. Reviewer\n", ""))
    with pytest.raises(UnreadableError, match="vouches"):
        joining.pairs([path])


@pytest.mark.parametrize(("one", "other"), [
    ("Firm", "new"), ("new", "Firm"), ("makes", "nobody"), ("Used", "new"), ("old", "Used"),
    ("near", "Agent"), ("by", "new")])
def test_a_term_of_the_ontology_stays(one: str, other: str, tmp_path: Path) -> None:
    # Used and by are no terms of the ontology, but what the graph is written with all the same.
    report = REPORT + ":y a :Used ; :by :new .\n"
    before = row("x", "y", "Not")
    with pytest.raises(UnreadableError, match=r"review\.sssom\.tsv:7: .* is a term of the o"):
        snapshot.build(lay_out(tmp_path, before, row(one, other), register=REGISTER, report=report),
                       tmp_path / "snapshot")


def test_a_term_is_refused_before_a_build_and_by_a_later_one(tmp_path: Path) -> None:
    built(tmp_path, register=REGISTER, report=REPORT + ":y a :Used .\n")
    path, folder = tmp_path / "d.sssom.tsv", tmp_path / "snapshot"
    for one, other in (("Firm", "nobody"), ("nobody", "Firm"), ("Used", "new")):
        path.write_text(HEAD + row("x", "y", "Not") + row(one, other))
        with pytest.raises(ClusterkgError, match=r"d\.sssom\.tsv:\d: .* is a term of the ontology"):
            decisions.apply(Order(), path, folder)
    assert not (folder / "written" / "d.sssom.tsv").exists()
    # What was nothing when it was decided has become a class.
    built(tmp_path, row("old", "thing"), register=REGISTER, report=REPORT)
    with pytest.raises(UnreadableError, match=r"review\.sssom\.tsv:6: .* is a term of the"):
        built(tmp_path, row("old", "thing"), register=REGISTER, report=REPORT + ":y a :thing .\n")


def test_a_build_that_is_refused_says_what_it_joined_by_which_line(tmp_path: Path) -> None:
    made = snapshot.build(lay_out(tmp_path, row("old", "town"), register=REGISTER,
                                  report=REPORT + ":town a :Town .\n"), tmp_path / "snapshot")
    assert made.version is None
    assert f"<{EX}old> into <{EX}town>: 4 facts of register.csv!17, by review.sssom.tsv:6" in (
        summary.text(made))


@pytest.mark.parametrize("text", [
    "", "#a: [\nsubject_id\n", "subject_id\tpredicate_id\n", "#- a\n" + HEAD, "\0",
    HEAD + "ex:a\t\tskos:exactMatch\t\tex:b\tsemapv:x\tmore\n", HEAD.replace("predicate_modifier",
                                                                             "subject_id"),
    HEAD + "nobody:a\t\tskos:exactMatch\t\tex:b\tsemapv:x\n",
    HEAD + "ex:a> <ex:b\t\tskos:exactMatch\t\tex:b\tsemapv:x\n", "#" + "[" * 90_000 + "\n",
    "#a: &a [x, x]\n#author_label: [*a, *a]\n" + HEAD,
    HEAD + f"ex:a\t{'x' * 200_000}\tskos:exactMatch\t\tex:b\tsemapv:x\n"])
def test_a_damaged_file_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text(text)
    with pytest.raises(ClusterkgError, match=r"d\.sssom\.tsv"):
        list(sssom.quads(path))


def test_a_file_is_written_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "d.sssom.tsv"
    path.write_text(HEAD + row("a", "b", label="x\u2028y 'z' \"q\"") + row("c", "d", "Not"))
    sheet = sssom.read(path)
    again = tmp_path / "e.sssom.tsv"
    again.write_text(sssom.write(sheet))
    assert [dict(row) for _, row in sssom.read(again).rows] == [
        dict(row) | {"subject_label": " ".join(row["subject_label"].split())}
        for _, row in sheet.rows]
    assert sssom.read(again).about == sheet.about


def random_data(chance: random.Random) -> str:
    lines = []
    for _ in range(chance.randint(4, 14)):
        s, o = chance.choice("abcdefgh"), chance.choice("abcdefgh")
        p = chance.choice([f"<{EX}makes>", f"<{EX}near>", f"<{RDFS}label>", f"<{SKOS}prefLabel>"])
        what = f'"{o}"' if "abel" in p else f"<{EX}{o}>"
        lines.append(f"<{EX}{s}> {p} {what} .")
    return "\n".join(lines)


def rewritten(text: str, ends: dict[str, str]) -> str:
    """Join by an oracle of its own: text by text."""
    out = set()
    for triple in ox.parse(text, ox.RdfFormat.TURTLE):
        s, p, o = (str(term) for term in triple.triple)
        if s[1:-1] in ends:
            p = f"<{SKOS}altLabel>" if "abel" in p else p
            s = f"<{ends[s[1:-1]]}>"
        out.add(f"{s} {p} <{ends[o[1:-1]]}> ." if o[1:-1] in ends else f"{s} {p} {o} .")
    return "\n".join(sorted(out))


# A few that stay the same; CLUSTERKG_EXAMPLES asks for more.
@pytest.mark.parametrize("seed", range(int(os.environ.get("CLUSTERKG_EXAMPLES", "2"))))
def test_a_change_gives_what_a_build_from_nothing_gives(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    decisions = [row("a", "b"), row("b", "c"), row("d", "e", label="D"), row("f", "g", "Not")]
    ends = {f"{EX}a": f"{EX}c", f"{EX}b": f"{EX}c", f"{EX}d": f"{EX}e"}
    data = {name: random_data(chance) for name in ("one", "two", "three")}
    built(tmp_path / "w", *decisions, **data)
    for name in ("two", "one"):
        data[name] = random_data(chance)
        made = built(tmp_path / "w", *decisions, **data)
        assert list(made.changed or ()) == [name]  # the quick way was taken
        assert held(made) == held(built(tmp_path / f"fresh-{name}", *decisions, **data))
    plain = held(built(tmp_path / "plain", **{n: rewritten(t, ends) for n, t in data.items()}))
    for name in data:
        assert in_graph(held(made), name) == in_graph(plain, name)
    decisions[0] = row("a", "b", "Not")  # changed: all is made anew
    again = built(tmp_path / "w", *decisions, **data)
    assert held(again) == held(built(tmp_path / "last", *decisions, **data))
