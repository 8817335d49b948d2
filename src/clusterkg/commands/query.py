"""Ask one of the questions, by its name."""

import argparse
from pathlib import Path

from clusterkg import diagnosis, query, rendering, source
from clusterkg.errors import UsageError


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="the question; 'clusterkg queries' lists them")
    parser.add_argument("values", nargs="*", metavar="param=value",
                        help="an IRI, a CURIE or a label in any language, a number, a date")
    parser.add_argument("--queries", type=Path, metavar="DIR", help="a folder of questions")
    rendering.add_arguments(parser)
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer; where there is none, say on standard error why."""
    values = dict(_pair(text) for text in arguments.values)
    with source.opened(arguments) as origin:
        asked = query.named(arguments.name, source.asked_folder(arguments))
        answer = query.run(asked, values, origin)
        note = rendering.UNKNOWN if asked.header.unknown else ""
        rendering.show(answer, arguments, origin, asked.columns, note)
        if not answer.rows:
            rendering.explain_nothing(lambda: diagnosis.of_query(asked, values, origin))
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is no parameter; write name=value")
    return name, value
