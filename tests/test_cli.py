"""The command line: whatever is typed ends in one clear line and the right exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clusterkg import discovery

Ended = subprocess.CompletedProcess[str]


def run(*arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Ended:
    return subprocess.run([sys.executable, "-m", "clusterkg", *arguments], capture_output=True,
                          text=True, timeout=120, check=False, env=env, cwd=cwd)


def one_line(done: Ended, code: int, said: str) -> None:
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.isprintable() or done.stderr[:-1].isprintable()


@pytest.mark.parametrize("name", discovery.names("commands"))
def test_every_command_has_help(name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0
    assert discovery.summary("commands", name) in " ".join(done.stdout.split())
    assert "exit codes" in done.stdout


def test_the_overview_lists_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout for name in discovery.names("commands"))
    assert run().returncode == 2


DEEP = "ASK " + "{" * 4000 + "?s ?p ?o" + "}" * 4000
LONG = "SELECT (" + "1+" * 20_000 + "1 AS ?x) {}"

WRONG: dict[str, tuple[list[str], int, str]] = {
    "a misspelt command": (["querry"], 2, "there are build"),
    "a missing argument": (["explain", "a", "b"], 2, "see `clusterkg explain --help`"),
    "an unknown choice": (["query", "--format", "foo", "x"], 2, "invalid choice"),
    "no time at all": (["sparql", "ASK {}", "--timeout", "0"], 2, "not a number of seconds"),
    "a misspelt question": (["query", "chain_gapz"], 2, "nearest: chain_gaps"),
    "an unknown parameter": (["query", "chain_gaps", "colour=red"], 2, "it takes chain, cluster"),
    "a deep query": (["sparql", DEEP], 4, "nested 4000 deep"),
    "a long query": (["sparql", LONG], 4, "at most 10000"),
    "a function that is not there": (["sparql", "SELECT (<http://x/f>(1) AS ?x) {}"], 2, "f"),
    "an update": (["sparql", "CLEAR ALL"], 4, ""),
    "an unknown snapshot": (["query", "timeline", "--snapshot", "nowhere"], 3, "clusterkg build"),
    "an endpoint that is none": (["sparql", "ASK {}", "--endpoint", "ftp://x"], 2, "http"),
    "an endpoint that is away": (
        ["sparql", "ASK {}", "--endpoint", "http://127.0.0.1:9/sparql"], 4, ""),
    "a folder to write to": (["sparql", "ASK {}", "-o", "."], 4, "folder"),
    "a place that is not there": (["sparql", "ASK {}", "-o", "no/where.csv"], 4, "cannot write"),
    "a file that is not there": (["infer", "nothing.ttl"], 3, "nothing.ttl"),
    "a file of no known kind": (["infer", "README.md"], 3, "suffix"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_ends_in_one_line(arguments: list[str], code: int, said: str, built: Path,
                                      root: Path) -> None:
    environment = {**os.environ, "CLUSTERKG_SNAPSHOT": str(built)}
    one_line(run(*arguments, env=environment, cwd=root), code, said)


def test_a_damaged_store_is_named(built: Path, tmp_path: Path) -> None:
    def damage(path: Path) -> None:
        path.write_bytes(bytes(byte ^ 0xFF for byte in path.read_bytes()))

    copy = tmp_path / "snapshot"
    subprocess.run(["cp", "-r", str(built), str(copy)], check=True)
    for path in copy.glob("versions/*/store/*.sst"):
        damage(path)
    one_line(run("query", "timeline", "--snapshot", str(copy)), 3, "clusterkg build")


@pytest.mark.parametrize(("name", "text"), [
    ("deep.jsonld", '{"http://e/p":' * 20_000 + "1" + "}" * 20_000),
    ("bomb.rdf", '<!DOCTYPE r [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]><r/>'),
    ("bad\x1b]0;own\x07.ttl", "<"),
    ("two\nlines.ttl", "<"),
])
def test_hostile_files_end_in_one_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    one_line(run("infer", name, cwd=tmp_path), 3, "")


def test_no_file_of_a_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "A.TTL").write_text("<http://e/s> a <http://e/C> .")
    assert run("infer", str(tmp_path)).returncode == 0
    (tmp_path / "gone.ttl").symlink_to(tmp_path / "nowhere")
    one_line(run("infer", str(tmp_path)), 3, "leads nowhere")


def test_closed_output_is_told() -> None:
    done = subprocess.run(f"'{sys.executable}' -m clusterkg queries >&-", shell=True,
                          capture_output=True, text=True, timeout=60, check=False)
    one_line(done, 4, "standard output")


def test_a_closed_pipe_is_silent(built: Path) -> None:
    command = f"'{sys.executable}' -m clusterkg query unknowns --snapshot '{built}' | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.stderr == ""


def test_a_limit_is_told_once_however_many_watch_it() -> None:
    program = ("import threading\nfrom clusterkg import deadline\nfor _ in range(8):\n"
               "    threading.Thread(target=deadline._end, args=('late', 4)).start()")
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                              timeout=60, check=False)
        assert (done.returncode, done.stderr) == (4, "late\n")


def test_a_limit_ends_any_command(tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text(f'<http://e/s> <http://e/p> "{"a" * 40}!" .')
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://e/S> a sh:NodeShape ; sh:targetNode "
        '<http://e/s> ; sh:property [ sh:path <http://e/p> ; sh:pattern "^(?=a)((a)+.)+[A-Z]$" ] .')
    one_line(run("validate", "d.ttl", "--shapes", "s.ttl", "--timeout", "3", cwd=tmp_path), 4,
             "stopped after 3 s")


