"""List the sources of the graph, and of those that were imported where their rows are."""

import argparse
import json

from clusterkg import output, source
from clusterkg.importing import listing


def register(parser: argparse.ArgumentParser) -> None:
    """Declare where, and how they are listed."""
    parser.add_argument("--json", action="store_true", help="list them as JSON")
    source.add_folder(parser)


def run(arguments: argparse.Namespace) -> int:
    """List them."""
    found = listing.listed(arguments.snapshot)
    output.tell(json.dumps(found, ensure_ascii=False, indent=1) if arguments.json
                else listing.text(found))
    return 0
