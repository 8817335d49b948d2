"""Check the source texts in a folder against the passages of the graph, and show them.

A text is found by its checksum, else by its file name. Texts that are not there are told and are
no fault. Exit code 1 if a text or a passage differs, or if no text was found.
"""

import argparse
import json
from pathlib import Path

from clusterkg import output, passage, source, verification
from clusterkg.files import knowledge, rdf_files


def register(parser: argparse.ArgumentParser) -> None:
    """Take the folder of texts, and the graph or the files that speak of them."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the texts lie")
    parser.add_argument("--data", metavar="PATH", nargs="+", type=Path,
                        help="RDF files in place of a graph (default: the packaged data)")
    parser.add_argument("--show", action="store_true",
                        help="print the words of each passage beside what it supports")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 unless something is verified and nothing differs."""
    if arguments.snapshot or arguments.endpoint:
        with source.opened(arguments) as origin:
            ledger = passage.read(origin)
    else:
        ledger = passage.from_files(rdf_files(arguments.data or [knowledge("data")]))
    checks = verification.verify(ledger, arguments.folder)
    if arguments.format == "json":
        outcome = verification.record(checks, show=arguments.show)
        text = json.dumps(outcome, ensure_ascii=False, indent=2)
    else:
        text = "\n".join(verification.lines(checks, show=arguments.show))
    output.write(f"{text}\n".encode(), arguments.output)
    return 0 if verification.conforms(checks) else 1
