"""What follows from RDF files: read, close, and give what is new."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from clusterkg import closure, discovery, output, tables
from clusterkg.errors import UsageError
from clusterkg.files import rdf_files

FORMATS = tuple(discovery.names("exporters"))
_STANDARD_INPUT = Path("-")
_NEW = "(SELECT 0 AS g, s, p, o FROM adopted UNION SELECT g, s, p, o FROM inferred)"


@dataclass(frozen=True)
class Inferred:
    """What is new, and the messages: of clashes, and of what was covered in part.

    Of an inconsistent graph nothing is given, since anything follows from it.
    """

    quads: tuple[ox.Quad, ...]
    clashes: tuple[str, ...]
    remarks: tuple[str, ...]


def infer(paths: Sequence[Path]) -> Inferred:
    """Read files, folders of them, and `-` (Turtle from standard input), and close them together.

    Raises UnreadableError, and RefusedError for a construct that no rule covers.
    """
    connection = tables.connect()
    try:
        for path in _files(paths):
            tables.load(connection, path, _graph(path))
        closed = closure.infer(connection)
        quads = () if closed.clashes else tuple(tables.quads(connection, _NEW))
    finally:
        connection.close()
    return Inferred(quads, tuple(clash.message for clash in closed.clashes), closed.remarks)


def write(inferred: Inferred, path: Path | None, format_: str | None) -> None:
    """Write the quads to a file or standard output; the file's suffix decides where no format is.

    Raises UsageError for a suffix that no format has.
    """
    exporter = discovery.load("exporters", format_ or _by_suffix(path))
    text = io.BytesIO()
    exporter.export(inferred.quads, text)
    output.write(text.getvalue(), path)


def _by_suffix(path: Path | None) -> str:
    if path is None or str(path) == "-":
        return "ntriples"
    suffixes = {name: discovery.load("exporters", name).SUFFIX for name in FORMATS}
    for name, suffix in suffixes.items():
        if suffix == path.suffix:
            return name
    raise UsageError(f"no format has the suffix {path.suffix!r}; use one of "
                     f"{' '.join(sorted(suffixes.values()))} or --format")


def _files(paths: Sequence[Path]) -> list[Path]:
    found = [[path] if path == _STANDARD_INPUT else rdf_files([path]) for path in paths]
    return list(dict.fromkeys(file for files in found for file in files))


def _graph(path: Path) -> ox.NamedNode:
    return ox.NamedNode("file:-" if path == _STANDARD_INPUT else path.resolve().as_uri())
