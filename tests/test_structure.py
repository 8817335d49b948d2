"""The rules of the house that a machine can check."""

import ast
import re
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from clusterkg import discovery

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "clusterkg"
MODULES = sorted(SOURCE.rglob("*.py"))

# What the layers promise: engines stay where they belong, and only the top knows the order.
ENGINES = {"duckdb": {"tables"}, "pyshacl": {"shacl"}, "SPARQLWrapper": {"remote"},
           "openpyxl": {"renderers", "tabular"}, "rdflib": {"algebra", "shacl", "shape"},
           "owlrl": set(), "pandas": {"result"}, "uvicorn": {"server"}, "uvloop": set(),
           "httptools": set(), "jinja2": {"page"}, "markupsafe": {"page"}}
TOP = {"cli", "__main__", "commands", "snapshot", "summary", "graph", "__init__", "world",
       "evaluation", "relay", "service", "editor", "resources", "server", "writing",
       "amendment", "importing"}
BOTTOM = {"errors", "files", "discovery", "namespaces", "answer", "report", "tokens", "web"}

DOMAIN = re.compile(r"\b(clusters?|enterprises?|stages?|little giants?|provinces?|honou?rs?)\b",
                    re.IGNORECASE)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True,
                            check=False).stdout.splitlines()
    return [ROOT / name for name in listed] or [p for p in ROOT.rglob("*") if p.is_file()]


def part(module: Path) -> str:
    """Name the module, or the package that a module of a registry folder belongs to."""
    return module.relative_to(SOURCE).with_suffix("").parts[0]


@cache
def nodes(module: Path) -> Sequence[ast.AST]:
    return tuple(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))


@cache
def imported(module: Path) -> Sequence[str]:
    """Give the dotted names of what a module imports."""
    found: list[str] = []
    for node in nodes(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
    return found


@cache
def own_imports() -> dict[str, set[str]]:
    """Map each part of the package to the parts that it imports."""
    parts = {part(module) for module in MODULES}
    found: dict[str, set[str]] = {name: set() for name in parts}
    for module in MODULES:
        names = {name.split(".")[1] for name in imported(module) if name.startswith("clusterkg.")}
        found[part(module)] |= names & parts - {part(module)}
    return found


def strings_and_names(module: Path) -> Iterator[str]:
    """Give identifiers and strings that are not docstrings."""
    docs = {id(n.value) for n in nodes(module) if isinstance(n, ast.Expr)}
    for node in nodes(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id.replace("_", " ")


def test_imports_go_one_way() -> None:
    TopologicalSorter(own_imports()).prepare()


def test_only_the_top_knows_the_top() -> None:
    for name, used in own_imports().items():
        assert name in TOP or not used & (TOP - {"__init__"}), name


def test_the_bottom_rests_on_itself() -> None:
    for name in BOTTOM:
        assert own_imports()[name] <= BOTTOM, name


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_is_imported_by_the_module_about_it(engine: str) -> None:
    found = {part(module) for module in MODULES
             if any(name.split(".")[0] == engine for name in imported(module))}
    assert found == ENGINES[engine]


def test_there_are_modules() -> None:
    assert len(MODULES) > 20


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_module_is_short(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= (40 if module.parent.name == "commands" else 300)


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_functions_are_short(module: Path) -> None:
    for node in nodes(module):
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
    names = ("python" + "hosted", "npm" + r"js\.", "repo1?" + r"\.maven", "deb" + r"\.debian",
             "/" + r"simple\b")
    hosts = re.compile("|".join(names))
    machine = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
    files = [p for p in tracked() if p.is_file() and p.suffix not in {".png", ".ico", ".xlsx"}]
    assert len(files) > 50
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not hosts.search(text), path
        assert not machine.search(text), path
