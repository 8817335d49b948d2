"""Ask in SPARQL: SELECT, ASK, CONSTRUCT or DESCRIBE."""

import argparse
import sys
from pathlib import Path

from clusterkg import diagnosis, rendering, source, syntax
from clusterkg.answer import Answer
from clusterkg.errors import UnreadableError
from clusterkg.files import read_text


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("text", nargs="?", help="the query; - reads standard input")
    where.add_argument("-f", "--file", type=Path, metavar="FILE", help="read the query from FILE")
    rendering.add_arguments(parser, graphs=True)
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the reply; where it is empty, say on standard error why."""
    text, path = _query(arguments)
    whole = syntax.with_prefixes(text)
    syntax.check(whole, path)
    with source.opened(arguments) as origin:
        reply = origin.query(whole)
        rendering.show(reply, arguments, origin)
        if (isinstance(reply, Answer) and not reply.rows) or reply == []:
            rendering.explain_nothing(lambda: diagnosis.of_text(whole, origin))
    return 0


def _query(arguments: argparse.Namespace) -> tuple[str, Path | None]:
    if arguments.file:
        return read_text(arguments.file), arguments.file
    return (_stdin(), Path("-")) if arguments.text == "-" else (arguments.text, None)


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UnreadableError("not UTF-8; send the query as UTF-8", path="-") from error
