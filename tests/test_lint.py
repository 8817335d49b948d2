"""Every lint rule fires on its own bad file, exactly there, and nowhere in the real ontology."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clusterkg import cli, lint
from clusterkg.errors import RefusedError, UnreadableError
from clusterkg.files import knowledge, rdf_files
from clusterkg.report import Report

CASES = Path(__file__).parent / "lint"
RULES = knowledge("ontology") / "lint"
NAMES = sorted(path.stem for path in RULES.glob("*.rq"))


def found(name: str, report: Report) -> set[tuple[str, str]]:
    return {(result.focus_node, result.value or "") for result in report.results
            if result.shape == f"<{lint.RULES}{name}>"}


def expected(case: Path) -> set[tuple[str, str]]:
    """Read the pairs of term and value; a value `<uses.rq>` is that file beside the table."""
    rows = (case / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [tuple(row.split("\t")) for row in rows]
    return {(term, f"<{(case / value[1:-1]).resolve().as_uri()}>"
             if value.startswith("<uses.") else value) for term, value in pairs}


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert len(NAMES) >= 17
    assert [case.name for case in sorted(CASES.iterdir())] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rule_finds_exactly_what_is_bad(name: str) -> None:
    case = CASES / name
    report = lint.check([case / "bad.ttl"], sorted(case.glob("uses.*")), RULES)
    assert expected(case)
    assert found(name, report) == expected(case)


@pytest.fixture(scope="module")
def packaged() -> Report:
    return lint.check(rdf_files([knowledge("ontology")]), lint.packaged_users())


@pytest.mark.parametrize("name", NAMES)
def test_rule_finds_nothing_in_the_packaged_ontology(name: str, packaged: Report) -> None:
    assert found(name, packaged) == set()


def test_command_says_where_and_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    bad = CASES / "misnamed-term" / "bad.ttl"
    assert cli.run(["lint", str(bad)]) == 1
    lines = capsys.readouterr().out.splitlines()
    said = next(line for line in lines if "misnamed-term" in line and "ns#lower" in line)
    number = bad.read_text(encoding="utf-8").splitlines().index("ex:lower a owl:Class .") + 1
    place, line, rest = said.split(":", 2)
    assert (Path(place).resolve(), int(line)) == (bad, number)
    assert rest.startswith(" error: misnamed-term: ")


def test_command_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["lint", "--format", "json", str(CASES / "label-differs" / "bad.ttl")]) == 1
    records = json.loads(capsys.readouterr().out)
    assert {"rule": "label-differs", "value": '"new"@en'}.items() <= {
        key: value for record in records if record["rule"] == "label-differs"
        for key, value in record.items()}.items()


def test_warnings_alone_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = (RULES / "unused-term.rq").read_text(encoding="utf-8")
    (tmp_path / "unused-term.rq").write_text(rule, encoding="utf-8")
    case = CASES / "unused-term"
    assert cli.run(["lint", "--rules", str(tmp_path), "--used-by", str(case / "uses.rq"), "--",
                    str(case / "bad.ttl")]) == 0
    assert "warning: unused-term" in capsys.readouterr().out


def test_a_rule_without_severity_is_refused(tmp_path: Path) -> None:
    rule = tmp_path / "odd.rq"
    rule.write_text("#+ summary: odd\nSELECT ?term WHERE { ?term ?p ?o }", encoding="utf-8")
    with pytest.raises(UnreadableError, match=r"odd\.rq:1: .*severity"):
        lint.check([CASES / "misnamed-term" / "bad.ttl"], [], tmp_path)


HEADER = "#+ summary: odd\n#+ severity: error\n"


@pytest.mark.parametrize(("body", "line", "said"), [
    ("SELECT ?term {", 3, "syntax error"),
    ("\nASK { ?term ?p ?o }", 4, "a rule is a SELECT, not ASK"),
    ("CONSTRUCT WHERE { ?term ?p ?o }", 3, "not CONSTRUCT"),
    ("# SELECT\nSELECT ?x\nWHERE { ?x ?p ?term }", 4, "selects ?term"),
    ("SELECT ?term\nFROM <http://e/> { ?term ?p ?o }", 4, "FROM"),
    ("SELECT ?term\nFROM NAMED <http://e/> { GRAPH ?g { ?term ?p ?o } }", 4, "FROM"),
    ("SELECT ?term {\n ?term none:p ?o }", 4, "prefix none: is not declared"),
    ("SELECT ?term ?value { { ?value ?p ?o } UNION { ?term ?p ?o } }", None, "without ?term"),
])
def test_a_rule_that_cannot_be_asked_is_refused_with_its_line(
        tmp_path: Path, body: str, line: int | None, said: str) -> None:
    rule = tmp_path / "odd.rq"
    rule.write_text(HEADER + body, encoding="utf-8")
    with pytest.raises(UnreadableError) as caught:
        lint.check([CASES / "misnamed-term" / "bad.ttl"], [], tmp_path)
    assert str(caught.value).startswith(f"{rule}:{line}: " if line else f"{rule}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("body", [
    "SELECT ?term {\nSERVICE <http://127.0.0.1:9/> { ?term ?p ?o } }",
    "SELECT ?term {\nService silent ?x { ?term ?p ?o } }"])
def test_a_rule_that_would_ask_another_server_is_refused(
        tmp_path: Path, body: str, capsys: pytest.CaptureFixture[str]) -> None:
    rule = tmp_path / "odd.rq"
    rule.write_text(HEADER + body, encoding="utf-8")
    with pytest.raises(RefusedError, match=r"odd\.rq:4: SERVICE"):
        lint.rules(tmp_path)
    assert cli.run(["lint", "--rules", str(tmp_path)]) == 4
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no rule here"):
        lint.rules(tmp_path)


def test_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "clusterkg", "lint", "no-such-file.ttl"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
