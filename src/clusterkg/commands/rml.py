"""Write a mapping as RML, for other engines; comments say what RML has no words for."""

import argparse
import sys
from pathlib import Path

from clusterkg.csvw import metadata, rml


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the mapping, and the table that is meant."""
    parser.add_argument("mapping", type=Path, metavar="MAPPING", help="what columns mean (CSVW)")
    parser.add_argument("--file", metavar="FILE",
                        help="the CSV file that RML is to read; of a group of tables it says which "
                             "(default: the url in the mapping)")


def run(arguments: argparse.Namespace) -> int:
    """Write Turtle; 1 where all columns are left out."""
    name = Path(arguments.file).name if arguments.file else None
    mapping = metadata.read(arguments.mapping, name)
    print(rml.export(mapping, arguments.file), end="")
    if lost := rml.lost(mapping):
        print(f"left out, as the comments say: {', '.join(lost)}", file=sys.stderr)
    for column, rules in rml.uncleaned(mapping).items():
        print(f"{column}: RML does not carry out {', '.join(rules)}", file=sys.stderr)
    return int(rml.is_empty(mapping))
