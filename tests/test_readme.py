"""README is run: every console block prints what it shows, every Python block is a doctest.

In a block `...` on a line of its own stands for any lines.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```pycon\n(.*?)```", README, re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """Split a block into (command, expected output)."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    pairs = []
    for part in parts:
        lines = part.replace("\\\n", "").split("\n")
        pairs.append((lines[0], "\n".join(lines[1:]).strip("\n")))
    return pairs


def pattern(expected: str) -> re.Pattern[str]:
    """Turn expected text into a pattern in which a line `...` matches any lines."""
    pieces = re.split(r"^\.\.\.$", expected, flags=re.MULTILINE)
    return re.compile(r"[\s\S]*?".join(re.escape(piece.strip("\n")) + r"\s*" for piece in pieces))


def tidy(text: str) -> str:
    """Drop what a terminal does not show: blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


EXAMPLES = [pair for block in CONSOLE for pair in commands(block)
            if not pair[0].startswith(("make ", "git ", "pip "))]


def test_readme_has_a_tour() -> None:
    assert len(EXAMPLES) >= 5
    assert PYTHON


def test_readme_opens_with_the_two_commands() -> None:
    first = commands(CONSOLE[0])
    assert [command for command, _ in first] == ["make run", "make test"]


@pytest.mark.parametrize(("command", "expected"), EXAMPLES, ids=[c for c, _ in EXAMPLES])
def test_console_example(command: str, expected: str, built: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "CLUSTERKG_SNAPSHOT": str(built), "COLUMNS": "100",
                   "LANG": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8",
                   "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True,
                          text=True, timeout=120, check=False)
    shown = tidy(done.stdout + done.stderr)
    assert pattern(tidy(expected)).fullmatch(shown), f"{shlex.quote(command)} printed\n{shown}"


@pytest.mark.parametrize("block", PYTHON)
def test_python_example(block: str, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERKG_SNAPSHOT", str(built))
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.DocTestRunner(optionflags=flags).run(test).failed == 0
