"""Give what follows from RDF files, by the rules of OWL 2 RL.

Only what is new is written, but for --whole. Records and claims that are not accepted are left out.
"""

import argparse
import sys
from pathlib import Path

from clusterkg import conformance, deadline, inference, output


def register(parser: argparse.ArgumentParser) -> None:
    """Declare what is read and how the inferences are written."""
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path,
                        help="RDF files or folders of them; - is Turtle from standard input")
    parser.add_argument("--check", type=Path, metavar="CONCLUSION",
                        help="tell whether this file follows from FILE; without FILE, check a "
                             "folder of cases")
    parser.add_argument("--format", choices=inference.FORMATS,
                        help="default: by the suffix of OUT, else ntriples")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="write to OUT")
    parser.add_argument("--whole", action="store_true", help="write what was read too")
    deadline.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the inferences, or the table of a check; 1 for an inconsistency or another verdict."""
    if arguments.check:
        cases = conformance.check(arguments.files, arguments.check)
        output.write(conformance.text(cases), arguments.output)
        return 0 if all(case.verdict == "ok" for case in cases) else 1
    format_ = arguments.format or inference.format_of(arguments.output)
    result = inference.infer(arguments.files, whole=arguments.whole)
    for line in (*(f"remark: {one}" for one in result.remarks),
                 *(f"inconsistent: {one}" for one in result.clashes)):
        print(f"clusterkg: {line}", file=sys.stderr)
    if not result.clashes:
        inference.write(result, arguments.output, format_)
    return 1 if result.clashes else 0
