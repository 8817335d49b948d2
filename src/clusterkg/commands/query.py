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
    values = _values(arguments.values)
    with source.opened(arguments) as origin:
        asked = query.named(arguments.name, query.folder(source.asked_folder(arguments)))
        answer = query.run(asked, values, origin)
        note = rendering.UNKNOWN if asked.header.unknown else ""
        rendering.show(answer, arguments, origin, asked.wording, note)
        if not answer.rows:
            rendering.explain_nothing(lambda: diagnosis.of_query(asked, values, origin))
    return 0


def _values(texts: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in values:
            raise UsageError(f"{text!r}: write each parameter once, as name=value")
        values[name] = value
    return values
