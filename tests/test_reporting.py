"""Reports and their formats, and where a subject is found in a file."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal
from rdflib.namespace import RDF, SH
from rich.cells import cell_len

from clusterkg import discovery, location
from clusterkg.report import Report, Result, Severity, quoted
from clusterkg.reporting import html, junit, text, ttl
from clusterkg.reporting import json as as_json

ROOT = Path(__file__).parents[1]
EX = "http://example.org/"
NASTY = '<script>alert("&")</script> \x00\x1b[31m \ud83d\ude00 ]]> {x} \\'.encode(
    "utf-16", "surrogatepass").decode("utf-16")


def result(n: int = 0, severity: str = Severity.VIOLATION, **more: str) -> Result:
    said = {"shape": f"<{EX}S>", "path": f"<{EX}p>", "component": f"<{EX}C>", **more}
    return Result(severity, f"<{EX}n{n}>", {"en": "wrong", "zh": "错误"}, file="d.ttl", line=n + 1,
                  **said)


NASTY_REPORT = Report([Result(Severity.VIOLATION, f"<{EX}a>", {"en": NASTY, "zh": "坏" * 300},
                              value=quoted(NASTY), shape=f"<{EX}S>"),
                       result(1, Severity.WARNING), result(2, f"<{EX}Odd>")])


def test_only_warnings_and_infos_still_conform() -> None:
    assert Report().conforms
    assert Report([result(0, Severity.WARNING), result(1, Severity.INFO)]).conforms
    assert not Report([result(0, Severity.WARNING), result(1)]).conforms
    assert not Report([result(0, f"<{EX}Odd>")]).conforms


def test_groups_count_and_sample_worst_first() -> None:
    report = Report([result(9, Severity.INFO), *[result(n) for n in reversed(range(5))],
                     result(7, path=f"<{EX}q>")])
    assert [(g.severity, g.path, g.count) for g in report.groups] == [
        ("Violation", f"<{EX}p>", 5), ("Violation", f"<{EX}q>", 1), ("Info", f"<{EX}p>", 1)]
    assert [s.focus_node for s in report.groups[0].samples] == [f"<{EX}n{n}>" for n in range(3)]


@given(st.permutations([result(n, s) for n in range(3) for s in Severity]))
def test_order_of_results_does_not_matter(results: list[Result]) -> None:
    assert Report(results) == Report(reversed(results))
    assert text.write(Report(results)) == text.write(Report(sorted(results, key=str)))


def test_message_falls_back() -> None:
    assert result().message("zh") == "错误"
    assert result().message("fr") == "wrong"
    assert Result("Info", "_:b0", {"id": "salah"}).message("zh") == "salah"
    assert Result("Info", "_:b0").message() == ""


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_fits_the_terminal(width: int, language: str) -> None:
    report = Report([*NASTY_REPORT.results, *[result(n) for n in range(5)]])
    lines = text.write(report, language=language, width=width).splitlines()
    assert max(cell_len(line) for line in lines if not line.startswith("    and")) <= width


def test_text_says_what_where_and_how_often() -> None:
    written = text.write(Report(result(n) for n in range(5)))
    assert written.startswith("does not conform: 5 violations, 0 warnings, 0 infos\n")
    assert "<http://example.org/n0>  d.ttl:1" in written
    assert "and 2 more" in written


def test_json_holds_every_result() -> None:
    report = Report([*NASTY_REPORT.results, *[result(n) for n in range(5)]])
    held = json.loads(as_json.write(report))
    assert held["conforms"] is False
    assert sum(group["count"] for group in held["groups"]) == len(report.results)
    assert {r["focusNode"] for g in held["groups"] for r in g["results"]} == {
        r.focus_node for r in report.results}


def test_html_is_escaped_and_self_contained() -> None:
    written = html.write(NASTY_REPORT)
    assert "<script" not in written
    assert "&lt;script&gt;alert(&quot;&amp;&quot;)" in written
    assert not any(word in written for word in ("src=", "href=", "@import", "url("))


def test_junit_is_xml_whatever_the_data_holds() -> None:
    root = ET.fromstring(junit.write(NASTY_REPORT))
    assert [suite.get("failures") for suite in root] == ["2"]
    assert len(root.findall(".//failure")) == 2
    assert len(root.findall(".//system-out")) == 1
    assert "\x1b" not in "".join(root.itertext())
    assert ET.fromstring(junit.write(Report())).find(".//testcase") is not None


def test_turtle_keeps_messages_values_and_verdict() -> None:
    graph = Graph().parse(data=ttl.write(NASTY_REPORT), format="turtle")
    assert len(list(graph.objects(None, SH.result))) == 3
    assert graph.value(None, RDF.type, SH.ValidationReport) is not None
    assert any(str(m) == NASTY for m in graph.objects(None, SH.resultMessage))
    assert any(str(v) == NASTY for v in graph.objects(None, SH.value))


@pytest.mark.parametrize(("report", "conforms"), [
    (Report(), True), (Report([result(0, Severity.INFO)]), False),
    (Report([result(0, Severity.WARNING)]), False), (Report([result()]), False)])
def test_turtle_conforms_only_without_any_result(report: Report, conforms: bool) -> None:
    graph = Graph().parse(data=ttl.write(report), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [Literal(conforms)]


@pytest.mark.parametrize(("written", "turtle"), [
    ("<x:a>", "<x:a>"),
    ("^<x:a>", "[ sh:inversePath <x:a> ]"),
    ("<x:a>/<x:b>", "( <x:a> <x:b> )"),
    ("<x:a>|<x:b>", "[ sh:alternativePath ( <x:a> <x:b> ) ]"),
    ("(<x:a>|<x:b>)/((^<x:c>)*)",
     "( [ sh:alternativePath ( <x:a> <x:b> ) ] [ sh:zeroOrMorePath [ sh:inversePath <x:c> ] ] )"),
])
def test_paths_become_shacl_again(written: str, turtle: str) -> None:
    assert ttl.path(written) == turtle


@pytest.mark.parametrize("name", discovery.names("reporting"))
def test_every_format_ends_its_last_line(name: str) -> None:
    written = discovery.load("reporting", name).write(NASTY_REPORT, language="zh", width=60)
    assert written.endswith("\n")


# --- location -------------------------------------------------------------------------------------

def subjects(turtle: str) -> list[tuple[str, int]]:
    return list(location.subjects(turtle))


def test_subjects_and_their_lines() -> None:
    assert subjects('''@prefix ex: <http://e/> .
PREFIX : <http://d/>
# ex:no a ex:No .
ex:a ex:p """
ex:no a ex:No .
""", "ex:no a" ; ex:q [ ex:r ex:no .5 ] .

<http://e/b>
    ex:p ( ex:no 1.5 ) . :c ex:p 1.
ex:a ex:p ex:d.e .
''') == [("<http://e/a>", 4), ("<http://e/b>", 8), ("<http://d/c>", 9), ("<http://e/a>", 10)]


@pytest.mark.parametrize("turtle", [
    "@prefix ex: <http://e/> .\nex:a%20b ex:p 1 .",
    "@prefix ex: <http://e/> .\nex:a\\,b ex:p 1 .",
    "@base <http://e/> .\n<a> <p> 1 .",
    "_:a <http://e/p> 1 .",
    "[] <http://e/p> 1 .",
    "no:a <http://e/p> 1 .",
])
def test_what_is_not_certain_is_left_out(turtle: str) -> None:
    assert subjects(turtle) == []


def test_every_place_found_in_the_real_files_is_right() -> None:
    files = sorted((ROOT / "data").glob("*.ttl")) + sorted((ROOT / "ontology").rglob("*.ttl"))
    for path in files:
        written = path.read_text(encoding="utf-8")
        lines, found = written.splitlines(), subjects(written)
        prefixes = dict(re.findall(r"^@prefix ([\w-]*): <(.*)> \.$", written, re.MULTILINE))
        for subject, line in found:
            first = lines[line - 1].split()[0]
            prefix, _, local = first.partition(":")
            assert subject in (first, f"<{prefixes.get(prefix)}{local}>"), (path, line)
        named = {str(quad.subject) for quad in ox.parse(written, ox.RdfFormat.TURTLE)
                 if isinstance(quad.subject, ox.NamedNode)}
        assert {subject for subject, _ in found} == named, path
