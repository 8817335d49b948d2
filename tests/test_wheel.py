"""The wheel carries all its knowledge: it builds and answers from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Build the wheel and unpack it as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
                   cwd=root, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def command(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = ("import sys; sys.path.insert(0, sys.argv.pop(1)); import clusterkg; "
            "assert clusterkg.__file__.startswith(sys.path[0]), clusterkg.__file__; "
            "from clusterkg.__main__ import main; sys.exit(main())")
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run([sys.executable, "-c", code, str(installed), *arguments], cwd=folder,
                          env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_wheel_carries_the_knowledge_of_the_checkout(installed: Path, root: Path) -> None:
    for kind in ("ontology", "data", "queries"):
        packaged = installed / "clusterkg" / "knowledge" / kind
        here = {p.relative_to(root / kind) for p in (root / kind).rglob("*") if p.is_file()}
        assert {p.relative_to(packaged) for p in packaged.rglob("*") if p.is_file()} == here
    source = root / "src" / "clusterkg"
    files = {p.relative_to(source) for p in source.rglob("*")
             if p.is_file() and "__pycache__" not in p.parts}
    assert files <= {p.relative_to(installed / "clusterkg")
                     for p in (installed / "clusterkg").rglob("*")}


def test_it_builds_and_answers_from_any_folder(installed: Path, tmp_path: Path) -> None:
    built = command(installed, tmp_path, "build")
    assert built.returncode == 0, built.stderr
    assert "conforms   yes" in built.stdout
    asked = command(installed, tmp_path, "query", "chain_gaps", "--format", "csv")
    assert asked.returncode == 0, asked.stderr
    assert "none known" in asked.stdout
