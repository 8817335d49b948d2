"""The texts, their passages, and what stands in data/ about them."""

import json
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL

from clusterkg import cli, passage, verification
from clusterkg.errors import UnreadableError, UsageError
from conftest import ROOT, Requires

CKG = Namespace("https://w3id.org/clusterkg/ns#")
STATUS = Namespace("https://w3id.org/clusterkg/voc/status/")
DATA = ROOT / "data"
TEXTS = ("doc-419d53de9b1592ca", "doc-5696e7274f48d51e", "doc-66e51e5d6c67a0d0",
         "doc-903e39150cbb66aa", "doc-91cedf6b53bf8c87")
OWN = (*TEXTS, "entities", "places")

# A made-up text: an accent, a character outside the basic plane, an empty line, a CRLF.
WORDS = "Café \U0001f680 works\r\n\r\n  \nTwo lines here\nand a third\n"


def place(words: str, part: str) -> tuple[int, int, int]:
    """Find a part by an independent way: count characters, and non-empty lines above it."""
    start = words.index(part)
    above = [line for line in words[:start].split("\n")[:-1] if line.strip()]
    return start, start + len(part), len(above)


def turtle(words: bytes, parts: list[tuple[int, int, int, str]], name: str = "text.txt") -> str:
    rows = [f"@prefix ckg: <{CKG}> .\n@prefix rdfs: <{RDFS}> .\n@prefix : <https://example.org/> ."
            f'\n:d a ckg:SourceDocument ; ckg:contentSha256 "{sha256(words).hexdigest()}" ;'
            f" ckg:fileName {json.dumps(name)} ."]
    for start, end, paragraph, part in parts:
        rows.append(f":p{start}-{end} ckg:inDocument :d ; ckg:charStart {start} ;"
                    f" ckg:charEnd {end} ; ckg:paragraphNumber {paragraph} ;"
                    f' ckg:textSha256 "{sha256(part.encode()).hexdigest()}" .\n'
                    f':r{start}-{end} ckg:evidencedBy :p{start}-{end} ;'
                    f' rdfs:label "fact about {start}"@en .')
    return "\n".join(rows)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Give a folder with data.ttl, and texts/ with the text that it speaks of."""
    (tmp_path / "texts" / "deep").mkdir(parents=True)
    (tmp_path / "texts" / "deep" / "text.txt").write_bytes(WORDS.encode())
    parts = [(*place(WORDS, part), part)
             for part in ("Café \U0001f680", "works\r\n\r\n  \nTwo", "lines here", "and a third")]
    (tmp_path / "data.ttl").write_text(turtle(WORDS.encode(), parts), encoding="utf-8")
    return tmp_path


def verify(world: Path, *more: str) -> int:
    return cli.run(["verify-sources", str(world / "texts"), "--data", str(world / "data.ttl"),
                    *more])


def rewrite(world: Path, words: bytes) -> None:
    (world / "texts" / "deep" / "text.txt").write_bytes(words)


def test_a_text_that_is_as_recorded(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(world) == 0
    out = capsys.readouterr().out
    assert "1 verified, 0 differs, 0 not there; passages: 4 of 4 hold" in out


def test_a_text_is_found_by_its_checksum_under_another_name(world: Path) -> None:
    text = world / "texts" / "deep" / "text.txt"
    text.rename(text.with_name("renamed"))
    assert verify(world) == 0


@pytest.mark.parametrize(("part", "broken"), [("Café", 1), ("third", 1), ("lines", 1),
                                              ("\U0001f680", 1), ("\r", 1)])
def test_one_changed_character_is_named(
        world: Path, part: str, broken: int, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(world, WORDS.replace(part, "X" + part[1:], 1).encode())
    assert verify(world) == 1
    out = capsys.readouterr().out
    assert "document <https://example.org/d>: SHA-256 is" in out
    assert f"passages: {4 - broken} of 4 hold" in out
    assert re.search(r"text\.txt: passage <https://example\.org/p\d+-\d+>: the words differ", out)


def test_a_change_outside_every_passage_breaks_the_document_alone(
        world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(world, WORDS.encode() + b"x")
    assert verify(world) == 1
    assert "0 verified, 1 differs, 0 not there; passages: 4 of 4 hold" in capsys.readouterr().out


def test_a_line_put_above_moves_words_and_paragraphs(
        world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(world, ("New\n" + WORDS).encode())
    assert verify(world) == 1
    assert "passages: 0 of 4 hold" in capsys.readouterr().out


def test_a_cut_text_says_what_is_not_there(
        world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(world, WORDS[:20].encode())
    assert verify(world) == 1
    assert re.search(r"characters \d+ to \d+ are not there; the text has 20",
                     capsys.readouterr().out)


def test_latin_1_is_told_with_its_line(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(world, "one\nCafé".encode("latin-1"))
    assert verify(world) == 1
    assert "not UTF-8 (line 2), so no passage can be checked" in capsys.readouterr().out


def test_a_missing_text_is_told_and_nothing_verified_is_1(
        world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (world / "texts" / "deep" / "text.txt").unlink()
    assert verify(world) == 1
    assert "not there: text.txt" in capsys.readouterr().out


def test_a_missing_text_beside_a_verified_one_is_0(world: Path) -> None:
    other = turtle(b"other", [(0, 5, 0, "other")], "other.txt").replace("example.org",
                                                                       "example.net")
    (world / "more.ttl").write_text(other, encoding="utf-8")
    assert verify(world, str(world / "more.ttl")) == 0


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd", "../../../../etc/passwd", "..",
                                  ".", "", "deep/../../outside.txt", "deep"])
def test_a_file_name_never_leads_out_of_the_folder(
        world: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (world / "outside.txt").write_text("secret", encoding="utf-8")
    (world / "data.ttl").write_text(turtle(b"secret", [(0, 6, 0, "secret")], name),
                                    encoding="utf-8")
    assert verify(world, "--show") == 1
    out = capsys.readouterr().out
    assert "secret" not in out
    assert "1 not there" in out


def test_links_and_pipes_are_not_opened(
        world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (world / "outside").mkdir()
    (world / "outside" / "text.txt").write_text("secret", encoding="utf-8")
    (world / "texts" / "deep" / "text.txt").unlink()
    (world / "texts" / "text.txt").symlink_to(world / "outside" / "text.txt")
    (world / "texts" / "link").symlink_to(world / "outside")
    os.mkfifo(world / "texts" / "pipe")
    (world / "data.ttl").write_text(turtle(b"secret", [(0, 6, 0, "secret")]), encoding="utf-8")
    assert verify(world, "--show") == 1
    assert "secret" not in capsys.readouterr().out


def test_a_file_that_is_too_large_is_passed_over(
        world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passage, "LARGEST", 10)
    assert verify(world) == 1


@pytest.mark.parametrize("edit", [
    ("ckg:paragraphNumber 0", "ckg:paragraphNumber 1"), ("ckg:charStart 0", "ckg:charStart -1"),
    ("ckg:charStart 0", 'ckg:charStart "none"'), ("ckg:charEnd 6", "ckg:charEnd 0"),
    ("ckg:charEnd 6", "ckg:charEnd 99999999999999999999999"), ("ckg:textSha256", "ckg:other")])
def test_a_slip_in_the_data_is_a_problem_of_that_passage(
        world: Path, edit: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    data = (world / "data.ttl").read_text(encoding="utf-8")
    assert edit[0] in data
    (world / "data.ttl").write_text(data.replace(*edit, 1), encoding="utf-8")
    assert verify(world) == 1
    assert "passages: 3 of 4 hold" in capsys.readouterr().out


def test_show_prints_the_words_beside_what_they_support(
        world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify(world, "--show")
    out = capsys.readouterr().out
    assert "“Café \U0001f680”\n  supports: fact about 0" in out


def test_json_holds_the_same(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(world, "--format", "json", "--show") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["conforms"] is True
    [document] = found["documents"]
    assert document["status"] == "verified"
    assert document["passages"][0]["words"] == "Café \U0001f680"
    assert document["passages"][0]["supports"] == ["fact about 0"]
    verify(world, "--format", "json")
    assert "words" not in capsys.readouterr().out


def test_a_row_of_a_table_is_a_passage_too(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_bytes(b"a\tb\r\n1\t2\r\n")
    digest = sha256(b"1\t2").hexdigest()
    document = passage.Document("d", sha256(b"a\tb\r\n1\t2\r\n").hexdigest(), "t.tsv", "")
    row = passage.Passage("p", document, checksum=digest, row="t.tsv!2")
    assert passage.text(row, tmp_path) == "1\t2"
    [check] = verification.verify(passage.Ledger((document,), (row,)), tmp_path)
    assert check.status == "verified"
    beyond = passage.Passage("p", document, checksum=digest, row="t.tsv!9")
    with pytest.raises(UnreadableError):
        passage.text(beyond, tmp_path)


def test_no_folder_and_no_document(world: Path) -> None:
    assert cli.run(["verify-sources", str(world / "nowhere"), "--data",
                    str(world / "data.ttl")]) == UnreadableError.exit_code
    (world / "data.ttl").write_text("", encoding="utf-8")
    assert verify(world) == UsageError.exit_code


@given(st.text(st.sampled_from("ab \n\r\t é\U0001f680\u00a0\u2028"), max_size=40), st.data())
def test_paragraphs_count_non_empty_lines(words: str, data: st.DataObject) -> None:
    filled = [i for i, character in enumerate(words) if not character.isspace()]
    if not filled:
        return
    start = data.draw(st.sampled_from(filled))
    lines = [i for i, line in enumerate(words.split("\n")) if line.strip()]
    assert lines[passage.paragraph(words, start)] == words[:start].count("\n")


# The real data ------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def graph() -> Graph:
    found = Graph()
    for name in OWN:
        found.parse(DATA / f"{name}.ttl")
    return found


@pytest.fixture(scope="module")
def policies() -> dict[URIRef, str]:
    ontology = Graph().parse(ROOT / "ontology" / "clusterkg.ttl")
    return {s: str(o) for s, o in ontology.subject_objects(CKG.evidencePolicy)
            if isinstance(s, URIRef)}


def records(graph: Graph) -> Iterator[URIRef]:
    found = [s for s in graph.subjects(CKG.reviewStatus) if isinstance(s, URIRef)]
    assert len(found) > 150
    return iter(found)


def test_the_real_texts_hold_every_passage(
        requires: Requires, capsys: pytest.CaptureFixture[str]) -> None:
    texts = requires.shared("sources")
    data = [str(DATA / f"{name}.ttl") for name in TEXTS]
    assert cli.run(["verify-sources", str(texts), "--data", *data]) == 0
    out = capsys.readouterr().out
    assert "documents: 5 verified, 0 differs, 0 not there" in out
    total, good = re.findall(r"passages: (\d+) of (\d+) hold", out)[0]
    assert total == good
    assert int(total) > 120


def test_one_character_changed_in_a_real_text(
        requires: Requires, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in requires.shared("sources").glob("*.txt"):
        words = text.read_bytes()
        if b"207 enterprises" in words:
            words = words.replace(b"207 enterprises", b"208 enterprises")
        (tmp_path / text.name).write_bytes(words)
    assert cli.run(["verify-sources", str(tmp_path)]) == 1
    problems = [line for line in capsys.readouterr().out.splitlines() if ": passage " in line]
    assert len(problems) == 1
    assert "passage:903e39150cbb66aa-1365-1405: the words differ" in problems[0]


def test_no_sentence_of_a_text_is_kept(requires: Requires, graph: Graph) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())

    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i:i + 9]) for i in range(len(found) - 8)}

    texts = sorted(requires.shared("sources").glob("*.txt"))
    assert len(texts) == 5
    printed = set[tuple[str, ...]]().union(*(runs(t.read_text(encoding="utf-8")) for t in texts))
    for subject, _, value in graph:
        assert not isinstance(value, Literal) or not runs(str(value)) & printed, subject


def test_what_stands_for_a_headline_is_no_title(graph: Graph) -> None:
    documents = [d for d in graph.subjects(CKG.fileName)]
    assert len(documents) == len(TEXTS)
    for document in documents:
        assert not list(graph.objects(document, DCTERMS.title))
        assert {v.language for v in graph.objects(document, DCTERMS.description)
                if isinstance(v, Literal)} == {"en", "zh"}


def test_a_publisher_with_an_interest_rests_on_passages(graph: Graph) -> None:
    [claim] = graph.subjects(CKG.claimPredicate, CKG.publishedBy)
    assert len(list(graph.objects(claim, CKG.evidencedBy))) == 2


def test_sides_of_a_contradiction_say_why(graph: Graph) -> None:
    pairs = [pair for link in (CKG.conflictsWith, CKG.differsFrom)
             for pair in graph.subject_objects(link)]
    assert len(pairs) > 8
    ours = {side for pair in pairs for side in pair if (side, CKG.reviewStatus, None) in graph}
    assert not [side for side in ours if (side, CKG.statusReason, None) not in graph]


def test_no_blank_node_and_no_same_as(graph: Graph) -> None:
    assert not [t for t in graph if any(isinstance(term, BNode) for term in t)]
    assert not list(graph.triples((None, OWL.sameAs, None)))


def test_every_record_leads_to_a_text_and_says_its_status(graph: Graph) -> None:
    for record in records(graph):
        passages = list(graph.objects(record, CKG.evidencedBy))
        assert passages, record
        for one in passages:
            assert graph.value(graph.value(one, CKG.inDocument), CKG.contentSha256), one
        assert len(list(graph.objects(record, CKG.reviewStatus))) == 1, record
        assert len([v for v in graph.objects(record, RDFS.label)
                    if isinstance(v, Literal) and v.language == "en"]) == 1, record


def test_doubt_and_inference_are_explained_in_both_languages(graph: Graph) -> None:
    doubtful = [r for r in records(graph) if (r, CKG.reviewStatus, STATUS.accepted) not in graph]
    inferred = list(graph.subjects(CKG.basis))
    assert len(doubtful) > 15
    assert len(inferred) > 30
    for nodes, note in ((doubtful, CKG.statusReason), (inferred, CKG.basisNote)):
        for node in nodes:
            languages = {v.language for v in graph.objects(node, note) if isinstance(v, Literal)}
            assert languages == {"en", "zh"}, node


def test_what_needs_a_claim_is_not_written_by_hand(
        graph: Graph, policies: dict[URIRef, str]) -> None:
    kept = {p for p, policy in policies.items() if policy in ("claim", "derived")}
    assert len(kept) > 30
    assert not [t for t in graph if t[1] in kept]
    used = {graph.value(c, CKG.claimPredicate) for c in graph.subjects(CKG.claimPredicate)}
    assert used <= policies.keys()


def test_passages_say_all_that_is_needed_and_no_more(graph: Graph) -> None:
    keys = {RDF.type, RDFS.label, DCTERMS.language, CKG.inDocument, CKG.charStart, CKG.charEnd,
            CKG.paragraphNumber, CKG.textSha256}
    found = list(graph.subjects(CKG.inDocument))
    assert len(found) > 120
    for one in found:
        assert set(graph.predicates(one)) == keys
        assert graph.value(one, DCTERMS.language) == graph.value(
            graph.value(one, CKG.inDocument), DCTERMS.language)
        assert list(graph.subjects(CKG.evidencedBy, one)), f"{one} supports nothing"


@pytest.mark.parametrize("name", OWN)
def test_files_declare_just_the_prefixes_they_use(name: str) -> None:
    text = (DATA / f"{name}.ttl").read_text(encoding="utf-8")
    declared = re.findall(r"^@prefix ([\w-]+):", text, re.MULTILINE)
    body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", re.sub(r"(?m)^@prefix.*$", "", text))
    assert sorted(declared) == declared
    assert set(declared) == set(re.findall(r"(?<![\w:-])([A-Za-z][\w-]*):", body)) | {
        prefix for prefix in declared if f"^^{prefix}:" in text}
