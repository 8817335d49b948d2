"""Ask one of the questions, by its name."""

import argparse
from pathlib import Path

from clusterkg import diagnosis, output, parameter, query, rendering, source


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
    rendering.settle(arguments)
    values, taken = parameter.given(arguments.values), list[str]()
    with source.opened(arguments) as origin:
        asked = query.named(arguments.name, query.folder(source.asked_folder(arguments)))
        answer = query.run(asked, values, origin, taken.append)
        rendering.show(answer, arguments, origin, asked.wording,
                       rendering.UNKNOWN if asked.header.unknown else "")
        output.say(*taken)
        if not answer.rows:
            rendering.explain_nothing(lambda: diagnosis.of_query(asked, values, origin))
    return 0
