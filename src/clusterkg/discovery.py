"""The folder is the registry: what lies in a package is what there is."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

from clusterkg.errors import UsageError, quoted

_ROOT = Path(__file__).parent


def names(folder: str) -> list[str]:
    """List the modules of `clusterkg.<folder>`, with hyphens, without importing them."""
    found = [m.name.replace("_", "-") for m in pkgutil.iter_modules([str(_ROOT / folder)])]
    if not found:
        raise UsageError(f"nothing in {folder}; install clusterkg again")
    return sorted(found)


def load(folder: str, name: str) -> ModuleType:
    """Import `clusterkg.<folder>.<name>`; raise UsageError that lists what there is."""
    if name not in names(folder):
        raise UsageError(f"no {quoted(name)} among {folder}; there are {', '.join(names(folder))}")
    package = folder.replace("/", ".")
    return import_module(f"clusterkg.{package}.{name.replace('-', '_')}")


def summary(folder: str, name: str) -> str:
    """Give the first line of a module's docstring, without importing the module."""
    source = _ROOT / folder / f"{name.replace('-', '_')}.py"
    return (ast.get_docstring(ast.parse(source.read_bytes())) or "").partition("\n")[0]


def data_files(folder: str, suffix: str) -> list[Path]:
    """List the files of the package folder `folder` that end in `suffix`, sorted by name."""
    found = sorted((_ROOT / folder).glob(f"*{suffix}"))
    if not found:
        raise UsageError(f"no {suffix} file in {folder}; install clusterkg again")
    return found


def constant(folder: str, name: str, variable: str) -> dict[str, tuple[str, ...]]:
    """Read a literal that a module assigns at its top, without importing the module."""
    source = _ROOT / folder / f"{name.replace('-', '_')}.py"
    for node in ast.parse(source.read_bytes()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == variable:
            return dict(ast.literal_eval(node.value))
    return {}
