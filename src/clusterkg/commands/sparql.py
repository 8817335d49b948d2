"""Ask in SPARQL: SELECT, ASK, CONSTRUCT or DESCRIBE."""

import argparse
from pathlib import Path

from clusterkg import diagnosis, rendering, source, syntax
from clusterkg.answer import Answer


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("text", nargs="?", help="the query; - reads standard input")
    parser.add_argument("-f", "--file", type=Path, metavar="FILE", help="read the query from FILE")
    rendering.add_arguments(parser, graphs=True)
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the reply; where it is empty, say on standard error why."""
    rendering.settle(arguments)
    text, path = syntax.given(arguments.text, arguments.file)
    whole = syntax.with_prefixes(text)
    syntax.check(whole, path)
    with source.opened(arguments) as origin:
        reply = origin.query(whole)
        rendering.show(reply, arguments, origin)
        if (isinstance(reply, Answer) and not reply.rows) or reply == []:
            rendering.explain_nothing(lambda: diagnosis.of_text(whole, origin))
    return 0
