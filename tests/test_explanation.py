import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from closures import EX, closed, triples
from clusterkg import closure, explanation, source, tables
from clusterkg.cli import run
from clusterkg.explanation import Proof
from clusterkg.store import Store

ENTAILMENTS = [folder for folder in sorted((Path(__file__).parent / "entailments").iterdir())
               if (folder / "out.ttl").exists()]
KG = "https://w3id.org/clusterkg/"


def proof(connection: duckdb.DuckDBPyConnection, turtle: str) -> Proof | None:
    (triple,) = triples(turtle)
    return explanation.explain(connection, triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]  # RDF 1.1


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """All entailments in one graph, each with names of its own."""
    paths = []
    for folder in ENTAILMENTS:
        paths.append(tmp_path_factory.mktemp("world") / f"{folder.name}.ttl")
        text = (folder / "in.ttl").read_text(encoding="utf-8")
        paths[-1].write_text(text.replace(EX, f"{EX}{folder.name}/"), encoding="utf-8")
    return closed(*paths)[0]


@pytest.fixture(scope="module")
def proofs(world: duckdb.DuckDBPyConnection) -> Mapping[str, tuple[ox.Quad, Proof | None]]:
    """Of the inferences of each one that is proved by the rule itself, or the last."""
    found: dict[str, tuple[ox.Quad, Proof | None]] = {}
    inferred = sorted(tables.quads(world, "inferred"), key=str)
    for name in (folder.name for folder in ENTAILMENTS):
        for quad in (each for each in inferred if f"{EX}{name}/" in str(each)):
            proof = explanation.explain(world, quad.subject, quad.predicate, quad.object)  # type: ignore[arg-type]  # RDF 1.1
            found[name] = quad, proof
            if proof and any(one.rule == name for one in proof.walk()):
                break
    return found


@pytest.mark.parametrize("folder", ENTAILMENTS, ids=lambda f: f.name)
def test_an_inference_has_a_proof_down_to_assertions(
        folder: Path, proofs: Mapping[str, tuple[ox.Quad, Proof | None]]) -> None:
    _, found = proofs[folder.name]
    assert found is not None
    assert found.rule
    assert folder.name in {one.rule for one in found.walk()}
    for one in found.walk():
        assert bool(one.premises) is bool(one.rule)
        assert bool(one.graphs) is not bool(one.rule)


def test_the_premises_alone_give_the_conclusions(
        world: duckdb.DuckDBPyConnection,
        proofs: Mapping[str, tuple[ox.Quad, Proof | None]]) -> None:
    wanted = {str(ox.Triple(*one.triple)) for _, found in proofs.values() if found  # type: ignore[arg-type]
              for one in found.walk() if not one.rule}
    again = tables.connect()
    tables.insert(again, [each for each in tables.quads(world) if str(each.triple) in wanted
                          or each.predicate.value.endswith(("#first", "#rest"))])
    closure.infer(again)
    conclusions = {quad.triple for quad, _ in proofs.values()}
    renamed = {each.triple for each in tables.quads(again, "inferred")}
    assert {one for one in conclusions if "_:" not in str(one)} <= renamed


def test_an_explanation_is_the_same_every_time() -> None:
    turtle = ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d . :b :p :d . :a :p :c ."
    assert len({str(proof(closed(turtle)[0], ":a :p :d .")) for _ in range(3)}) == 1


def test_cells_of_lists_are_no_premises() -> None:
    connection, _ = closed(":p owl:propertyChainAxiom ( :a :b :c :d ) . "
                           ":1 :a :2 . :2 :b :3 . :3 :c :4 . :4 :d :5 .")
    found = proof(connection, ":1 :p :5 .")
    assert found is not None
    steps = triples(":1 :a :2 . :2 :b :3 . :3 :c :4 . :4 :d :5 .")
    assert [one.rule for one in found.premises] == [""] * 5
    assert {str(ox.Triple(*one.triple)) for one in found.premises} >= set(map(str, steps))  # type: ignore[arg-type]


CLAIM = """
:c a ckg:Claim ; ckg:reviewStatus status:{} ; ckg:claimSubject :k ;
   ckg:claimPredicate ckg:hasMember ; ckg:claimObject :e ; ckg:evidencedBy :passage .
:passage ckg:inDocument :doc ; ckg:paragraphNumber 3 ; ckg:charStart 10 ; ckg:charEnd 20 .
:position a ckg:ChainPosition ; ckg:reviewStatus status:{} ; ckg:atStage :s ;
   ckg:evidencedBy :passage .
ckg:ChainPosition rdfs:subClassOf ckg:Record . ckg:memberOf owl:inverseOf ckg:hasMember .
"""


def test_an_accepted_claim_vouches_for_its_triple() -> None:
    connection, _ = closed(CLAIM.format("accepted", "accepted"))
    found = proof(connection, ":e ckg:memberOf :k .")
    assert found is not None
    (stated,) = [one for one in found.premises if one.triple.subject.value == EX + "k"]
    (evidence,) = stated.evidence
    assert (evidence.voucher.value, evidence.document and evidence.document.value,
            evidence.paragraph, evidence.characters) == (EX + "c", EX + "doc", "3", "10-20")


def test_a_record_vouches_for_what_it_says_even_when_it_is_not_accepted() -> None:
    for status, accepted in (("accepted", True), ("rejected", False)):
        connection, _ = closed(CLAIM.format(status, status))
        found = proof(connection, ":position ckg:atStage :s .")
        assert found is not None
        assert found.accepted is accepted
        assert [evidence.voucher.value for evidence in found.evidence] == [EX + "position"]


def test_a_rejected_claim_vouches_for_nothing() -> None:
    connection, _ = closed(CLAIM.format("rejected", "accepted"), ":k ckg:hasMember :e .")
    found = proof(connection, ":k ckg:hasMember :e .")
    assert found is not None
    assert not found.evidence


def test_what_is_not_so_has_no_proof() -> None:
    connection, _ = closed(":a :p :b . :c :p :d .")
    assert proof(connection, ":a :p :d .") is None
    assert proof(connection, ":a :p :unheard .") is None


FEEDS = ["stage:500113-power-equipment.basic-components", "ckg:upstreamOf",
         "stage:500113-power-equipment.complete-machine"]


def test_the_command_explains_from_a_snapshot(built: Path,
                                              capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *FEEDS, "--snapshot", str(built)]) == 0
    said = capfd.readouterr().out
    assert "prp-trp" in said
    assert "characters" in said
    assert "basic components stage (stage:500113" in said
    assert run(["explain", *FEEDS, "--snapshot", str(built), "--format", "json"]) == 0
    tree = json.loads(capfd.readouterr().out)
    assert tree["rule"] == "prp-trp"
    assert tree["premises"][0]["premises"][0]["evidence"][0]["document"].startswith(f"<{KG}id/doc/")


def test_the_command_takes_labels_and_literals(built: Path,
                                               capfd: pytest.CaptureFixture[str]) -> None:
    labels = ["basic components stage", "upstream of", "core components stage"]
    assert run(["explain", *labels, "--snapshot", str(built)]) == 0
    for value in ("2023", '"2023"^^xsd:integer'):
        year = ["explain", "list:miit-csme-2023", "ckg:listYear", value]
        assert run([*year, "--snapshot", str(built)]) == 0
    assert "claim:" in capfd.readouterr().out


def test_the_command_explains_from_an_endpoint(monkeypatch: pytest.MonkeyPatch,
                                               capfd: pytest.CaptureFixture[str]) -> None:
    served = ox.Store()
    for quad in tables.quads(closed(CLAIM.format("accepted", "accepted"))[0]):
        served.add(quad)
        served.add(ox.Quad(*quad.triple))
    inferred = ox.NamedNode(f"{KG}id/graph/inferred")
    (known,) = triples(":e ckg:memberOf :k .")
    served.add(ox.Quad(known.subject, known.predicate, known.object, inferred))
    monkeypatch.setattr(source, "connect", lambda url, timeout=None: Store(served))
    asked = [f"<{EX}e>", "ckg:memberOf", f"{EX}k", "--endpoint", "http://localhost/sparql"]
    assert run(["explain", *asked]) == 0
    said = capfd.readouterr().out
    assert "prp-inv" in said
    assert f"by <{EX}c>: <{EX}doc>, paragraph 3, characters 10-20" in said


def test_the_command_says_when_it_is_not_so(built: Path,
                                            capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *reversed(FEEDS), "--snapshot", str(built)]) == 1
    assert run(["explain", "nonsense words", *FEEDS[1:], "--snapshot", str(built)]) == 2
    assert len(capfd.readouterr().err.splitlines()) == 2
