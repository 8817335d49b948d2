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
_WHOLE = "(SELECT 0 AS g, s, p, o FROM quad UNION SELECT g, s, p, o FROM inferred)"
_RENAMED = ("blank nodes have new names in the output, so that it cannot be joined to the input by "
            "them. Write both together with --whole, or give the nodes IRIs.")



@dataclass(frozen=True)
class Inferred:
    """What is new, and the messages: of clashes, and of what was covered in part.

    Of an inconsistent graph nothing is given, since anything follows from it.
    """

    quads: tuple[ox.Quad, ...]
    clashes: tuple[str, ...]
    remarks: tuple[str, ...]


def infer(paths: Sequence[Path], *, whole: bool = False) -> Inferred:
    """Read files, folders of them, and `-` (Turtle from standard input), and close them together.

    With `whole` what was read is given too.
    Raises UsageError for no path, UnreadableError, and RefusedError for a construct that no rule
    covers.
    """
    if not paths:
        raise UsageError("name a file to infer from; see `clusterkg infer --help`")
    connection = tables.connect()
    try:
        files = _files(paths)
        tables.load_all(connection, files, list(map(_graph, files)))
        closed = closure.infer(connection)
        quads = () if closed.clashes else tuple(tables.quads(connection, _WHOLE if whole else _NEW))
    finally:
        connection.close()
    remarks = closed.remarks
    if not whole and any(isinstance(term, ox.BlankNode) for q in quads for term in q.triple):
        remarks += (_RENAMED,)
    return Inferred(quads, tuple(clash.message for clash in closed.clashes), remarks)


def write(inferred: Inferred, path: Path | None, format_: str) -> None:
    """Write the quads in a format to a file or standard output."""
    text = io.BytesIO()
    discovery.load("exporters", format_).export(inferred.quads, text)
    output.write(text.getvalue(), path)


def format_of(path: Path | None) -> str:
    """Name the format that a file's suffix asks for; raise UsageError where no format has it."""
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
