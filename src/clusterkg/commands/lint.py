"""Check the ontology's style by rules, one query each.

Without PATH the packaged ontology is checked, and its shapes, data and queries count as its users.
"""

import argparse
import json
from pathlib import Path

from clusterkg import deadline, lint
from clusterkg.files import knowledge, rdf_files


def register(parser: argparse.ArgumentParser) -> None:
    """Take ontology files, the files that use them, and the rules."""
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path,
                        help="files or folders of the ontology")
    parser.add_argument("--used-by", metavar="PATH", nargs="+", type=Path, default=[],
                        help="files or folders that use it: shapes, data, queries")
    parser.add_argument("--rules", metavar="DIR", type=Path, help="a folder of rules of your own")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    deadline.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what the rules find; 1 if any of it is an error."""
    users = [file for path in arguments.used_by for file in lint.used_by(path)]
    if not arguments.paths:
        users += lint.packaged_users()
    ontology = rdf_files(arguments.paths or [knowledge("ontology")])
    report = lint.check(ontology, users, arguments.rules)
    if arguments.format == "json":
        print(json.dumps(lint.records(report), ensure_ascii=False, indent=2))
    else:
        print(*lint.lines(report), f"{len(report.results)} results in {len(ontology)} files",
              sep="\n")
    return 0 if report.conforms else 1
