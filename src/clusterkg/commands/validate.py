"""Check data against SHACL shapes; without FILE, the packaged data.

With the packaged shapes the data is joined by the packaged ontology, and accepted claims count as
what they state. With --shapes the files are checked as they are.
"""

import argparse
import shutil
from pathlib import Path

from clusterkg import deadline, discovery, location, output, validation
from clusterkg.files import knowledge, rdf_files


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE",
                        help="RDF files or folders of them")
    parser.add_argument("--shapes", nargs="+", type=Path, metavar="PATH",
                        help="files or folders of shapes (default: the packaged ones)")
    parser.add_argument("--format", choices=discovery.names("reporting"), default="text")
    parser.add_argument("--lang", default="en", metavar="LANG", help="language of messages: en, zh")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there")
    deadline.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the report; 1 if the data does not conform."""
    files = rdf_files(arguments.files or [knowledge("data")])
    shapes = rdf_files(arguments.shapes or [knowledge("ontology") / "shapes"])
    as_they_are = arguments.files and arguments.shapes
    known = [] if as_they_are else rdf_files([knowledge("ontology")])
    tables = validation.load([*files, *known], adopt=not as_they_are)
    report = validation.check(tables, validation.read_shapes(shapes),
                              locate=location.finder(files), say=output.say)
    width = shutil.get_terminal_size().columns
    written = discovery.load("reporting", arguments.format).write(
        report, language=arguments.lang, width=width)
    output.write(written.encode(), arguments.output)
    return 0 if report.conforms else 1
