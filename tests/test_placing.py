"""Rules place makers by what they make; what people decide of that stays."""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from clusterkg import cli, ntriples, snapshot
from clusterkg.errors import UnreadableError
from clusterkg.files import knowledge
from clusterkg.graph import open_graph
from clusterkg.importing import placing, undo
from clusterkg.result import Result
from conftest import Requires

ONTOLOGY = knowledge("ontology")
PREFIXES = """@prefix ckg: <https://w3id.org/clusterkg/ns#> .
@prefix ent: <https://w3id.org/clusterkg/id/ent/> .
@prefix line: <https://w3id.org/clusterkg/id/product-line/> .
@prefix product: <https://w3id.org/clusterkg/voc/product/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix status: <https://w3id.org/clusterkg/voc/status/> .
"""
# Who makes what, and what share of the revenue that brings.
MADE: Mapping[str, Mapping[str, float | None]] = {
    "000001": {"汽车发动机及零部件": 0.9, "发动机尾气处理液": 0.1},
    "000002": {"变速箱自动化装配线": 0.6, "内燃机维修": 0.4},
    "000003": {"轻型发动机曲轴": 0.5, "锻件": 0.3, "变速箱": None},
    "000004": {"凸轮轴": 0.2, "农业机械-大轮拖": 0.8},
    "000005": {"空压机": None},
}


def world(folder: Path) -> Path:
    """Build the project's rules with a register of five makers; give the snapshot."""
    text = PREFIXES
    for code, products in MADE.items():
        text += (f'ent:{code} a ckg:Enterprise ; rdfs:label "企业{code}"@zh ;'
                 f' ckg:securitiesCode "{code}" ; ckg:sourceRow "who.csv!{code[-1]}" .\n')
        for number, (name, share) in enumerate(products.items(), 2):
            key = f"{code}.{number}"
            part = f" ckg:revenueShare {share} ;" if share is not None else ""
            text += (f'product:x-{key} a ckg:ProductCategory ; rdfs:label "{name}"@zh .\n'
                     f'line:{key} a ckg:ProductLine ; rdfs:label "{name}"@zh ;{part}'
                     f' ckg:productLineOf ent:{code} ; ckg:lineProduct product:x-{key} ;'
                     f' ckg:reviewStatus status:accepted ; ckg:sourceRow "made.csv!{number}" .\n')
    (folder / "register.ttl").write_text(text, encoding="utf-8")
    files = [ONTOLOGY / f"{name}.ttl" for name in ("clusterkg", "rules", "vocabularies",
                                                   "placement")]
    shapes = [ONTOLOGY / "shapes" / f"{name}.ttl" for name in ("prefixes", "Placement", "Record")]
    built = snapshot.build(
        snapshot.Inputs(files, [folder / "register.ttl"], shapes, knowledge("queries")),
        folder / "snapshot")
    assert built.version, built.report.groups
    return folder / "snapshot"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world(tmp_path_factory.mktemp("placing"))


def asked(folder: Path, text: str) -> list[tuple[str, ...]]:
    answer = open_graph(folder).sparql(text)
    assert isinstance(answer, Result)
    return [tuple(str(value).rsplit("/", 1)[-1].strip('<>"') for value in row)
            for row in answer.rows]


def held(folder: Path) -> set[tuple[str, str, str]]:
    """Give code, rule and status of all that is placed."""
    rows = asked(folder, """
        PREFIX ckg: <https://w3id.org/clusterkg/ns#>
        SELECT ?code ?rule ?status WHERE { ?p ckg:placementOf/ckg:securitiesCode ?code ;
            ckg:byRule ?rule ; ckg:reviewStatus ?status }""")
    return {(code, rule, status) for code, rule, status in rows}


def test_rules_look_at_the_head_of_a_name(built: Path) -> None:
    done = placing.place(built)
    assert done.imported.account.quarantined == 0
    assert held(built) == {(code, rule, "unreviewed") for code, rule in (
        ("000001", "engine"), ("000003", "engine-core-part"), ("000003", "forging"),
        ("000004", "engine-core-part"), ("000004", "agricultural-machinery"),
        ("000005", "compressor"))}
    assert dict(done.outcomes)["no share of the revenue"] == 1
    assert sum(number for _, number in done.outcomes) == sum(map(len, MADE.values()))


def test_what_is_not_reviewed_says_nothing_and_what_is_confirmed_does(
        built: Path, tmp_path: Path) -> None:
    placing.place(built)
    made = "SELECT ?x WHERE { ?x a <https://w3id.org/clusterkg/ns#CompleteMachineMaker> }"
    assert not asked(built, made)
    decisions = tmp_path / "decisions.tsv"
    decisions.write_text(
        "organisation\trule\tdecision\tby\tdate\tnote\n"
        "000005\tcompressor\tconfirmed\tLi\t2026-01-02\tits catalogue\n"
        "企业000003\tforging\trejected\tLi\t2026-01-02\tbuys them\n"
        "000002\tgearbox\trejected\tLi\t2026-01-02\t\n"
        "000001\tengine\t\t\t\t\n", encoding="utf-8")
    done = placing.place(built, decisions)
    assert [one[1:] for one in done.stray] == [("000002", "gearbox")]
    assert "nothing is decided" in placing.text(done)
    assert {("000005", "compressor", "accepted"), ("000003", "forging", "rejected"),
            ("000001", "engine", "unreviewed")} <= held(built)
    assert len(asked(built, made)) == 1
    again = placing.place(built)
    assert again.imported.unchanged
    assert ("000003", "forging", "rejected") in held(built)
    undo.undo(built, placing.SOURCE)
    undo.undo(built, placing.SOURCE)
    assert not held(built)


@pytest.mark.parametrize(("text", "said"), [
    ("organisation\trule\n1\tengine\n", "no column decision"),
    ("organisation\trule\tdecision\n1\tengine\tperhaps\n", "no decision"),
    ("organisation\trule\tdecision\n1\tengine\tconfirmed\n1\tengine\trejected\n", "both"),
])
def test_a_file_of_decisions_that_is_none(built: Path, tmp_path: Path, text: str,
                                          said: str) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=said):
        placing.place(built, path, dry=True)


def sample() -> list[dict[str, str]]:
    path = Path(__file__).parent / "placement-sample.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def precision(rows: list[dict[str, str]]) -> float:
    judged = Counter(row["judged"] for row in rows)
    return judged["right"] / (judged["right"] + judged["wrong"])


def test_a_sample_that_was_judged_by_hand_is_mostly_right() -> None:
    by_revenue = [row for row in sample() if row["stratum"] == "revenue"]
    assert len({(row["code"], row["rule"]) for row in by_revenue}) == 200
    assert {row["judged"] for row in sample()} == {"right", "wrong", "unsure"}
    assert 0.88 < precision(by_revenue) < 0.89
    # Why what only the registered scope names places nobody.
    assert precision([row for row in sample() if row["stratum"] == "scope"]) < 0.25


def test_the_rules_give_the_sample(requires: Requires) -> None:
    path = requires.shared("data") / "chain-knowledge-graph" / "company_product.tsv"
    rules = ntriples.triples(ONTOLOGY / "placement.ttl")
    said = {(t.subject.value.rsplit("/", 1)[-1], t.predicate.value.rsplit("#", 1)[-1]):
            t.object.value for t in rules if isinstance(t.object, ox.Literal)
            and isinstance(t.subject, ox.NamedNode)}
    given: dict[tuple[str, str], set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = [(row["company_code"][:6], row["product"], row["weight"])
                 for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    for rule in {name for name, word in said if word == "rulePattern"}:
        pattern = re.compile(f"({said[rule, 'rulePattern']})({said[rule, 'ruleTail']})$")
        exception = re.compile(said[rule, "ruleException"])
        for code, name, share in lines:
            if pattern.search(name) and not exception.search(name):
                given.setdefault((code, rule), set()).add(
                    "scope" if float(share) == 0.001 else "revenue")
    for row in sample():
        assert row["stratum"] in given[row["code"], row["rule"]]
    assert sum("revenue" in strata for strata in given.values()) == 293


def test_the_command_says_who_is_placed_and_what_was_decided_of_nobody(
        built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, decisions = tmp_path / "placed.tsv", tmp_path / "decisions.tsv"
    given = ["place", "--snapshot", str(built), "--dry-run"]
    assert cli.run([*given, "-o", str(table)]) == 0
    assert "unreviewed: 6" in capsys.readouterr().out
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    assert header.split("\t")[:4] == ["organisation", "code", "name", "rule"]
    # What is written is what can be decided in.
    decided = [header, rows[0].replace("\t\t\t\t\t", "\tconfirmed\tLi\t\t\t", 1), *rows[1:]]
    decisions.write_text("\n".join(decided) + "\n", encoding="utf-8")
    assert cli.run([*given, "--decisions", str(decisions)]) == 0
    assert "accepted: 1" in capsys.readouterr().out
    decisions.write_text("organisation\trule\tdecision\nnobody\tengine\tconfirmed\n",
                         encoding="utf-8")
    assert cli.run([*given, "--decisions", str(decisions)]) == 1
    assert "nothing is decided" in capsys.readouterr().out
