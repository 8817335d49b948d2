"""The rules of the house that a machine can check."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterkg import discovery

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "clusterkg"
MODULES = sorted(SOURCE.rglob("*.py"))

# From the top down: a module imports its own layer's packages never upward.
LAYERS = [
    {"cli", "__main__"},
    {"commands"},
    {"__init__", "graph"},
    {"snapshot"},
    {"importers", "exporters", "explanation", "lint", "validation", "closure", "passage",
     "description"},
    {"remote", "store", "source", "query", "tables", "report"},
    {"errors", "files", "namespaces", "discovery"},
]

DOMAIN = re.compile(r"\b(clusters?|enterprises?|stages?|little giants?|provinces?|honou?rs?)\b",
                    re.IGNORECASE)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True,
                            check=False).stdout.splitlines()
    return [ROOT / name for name in listed] or [p for p in ROOT.rglob("*") if p.is_file()]


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "clusterkg":
                yield from [parts[1]] if len(parts) > 1 else [a.name for a in node.names]


def strings_and_names(module: Path) -> Iterator[str]:
    """Give identifiers and strings that are not docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id.replace("_", " ")


def test_there_are_modules() -> None:
    assert len(MODULES) > 20


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_module_is_short(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= (40 if module.parent.name == "commands" else 300)


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_functions_are_short(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


@pytest.mark.parametrize(
    "module", [m for m in MODULES if "importers" not in m.parts],
    ids=lambda p: str(p.relative_to(SOURCE)))
def test_python_knows_no_domain_word(module: Path) -> None:
    found = {word for text in strings_and_names(module) for word in DOMAIN.findall(text)}
    assert not found


@pytest.mark.parametrize("name", discovery.names("commands"))
def test_every_command_says_what_it_does(name: str) -> None:
    command = discovery.load("commands", name)
    assert command.__doc__
    assert callable(command.register)
    assert callable(command.run)


def test_no_package_host_and_no_machine_path() -> None:
    hosts = re.compile("pythonhosted|npmjs\\.|repo1?\\.maven|deb\\.debian|/" + "simple\\b")
    machine = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
    files = [p for p in tracked() if p.is_file() and p.suffix not in {".png", ".ico", ".xlsx"}]
    assert len(files) > 50
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        if path == Path(__file__):
            continue
        assert not hosts.search(text), path
        assert not machine.search(text), path
