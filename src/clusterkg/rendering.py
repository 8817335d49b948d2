"""Show what a query gave, in the format and to the place that the command line names."""

import argparse
import io
import re
import sys
from collections.abc import Callable, Mapping

from pyoxigraph import Quad, Triple

from clusterkg import caption, deadline, discovery, output
from clusterkg.answer import Answer, Reply, Source, table
from clusterkg.errors import UsageError, quoted
from clusterkg.header import Texts
from clusterkg.view import View, truth, view

UNKNOWN = "unknown: no source in the graph says"
_GRAPH_FORMATS = {"table": "turtle", "ttl": "turtle", "nt": "ntriples"}
_PATIENCE = 10.0


def add_arguments(parser: argparse.ArgumentParser, *, graphs: bool = False) -> None:
    """Declare --format, --json, --lang and --iris; `graphs` adds the formats for triples."""
    formats = discovery.names("renderers") + (["ttl", "nt"] if graphs else [])
    parser.set_defaults(formats=formats)
    parser.add_argument("--format", choices=formats, dest="format",
                        help="table, json, csv and tsv of SPARQL, md, xlsx; default: by the suffix "
                             "of the FILE that is written, else table"
                             + ("; triples also as ttl (their default) and nt" if graphs else ""))
    parser.add_argument("--json", action="store_const", const="json", dest="format",
                        help="the same as --format json")
    parser.add_argument("--lang", type=_language, default=caption.language(), metavar="LANG",
                        help="language of labels: en, zh, id, ... (default: from LANG)")
    parser.add_argument("--iris", action="store_true", help="show IRIs instead of labels")


def settle(arguments: argparse.Namespace) -> None:
    """Choose the format that the suffix of the output asks for, where none is named.

    Raises UsageError where no format has it.
    """
    path = arguments.output
    suffix = "" if path is None else path.suffix.lower().removeprefix(".")
    found = "table" if suffix in ("", "txt") else suffix
    arguments.format = arguments.format or found
    if arguments.format not in arguments.formats:
        raise UsageError(f"no format has the suffix {quoted(path.suffix)}; use one of "
                         f"{' '.join('.' + name for name in arguments.formats)} .txt or --format")


def _language(text: str) -> str:
    if not re.fullmatch("[a-z]{2,3}", text):
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a language such as en, zh or id")
    return text


def show(reply: Reply, arguments: argparse.Namespace, source: Source | None = None,
         titles: Mapping[str, Texts] | None = None, note: str = "") -> None:
    """Write a reply; raise UsageError for triples' formats where there are rows."""
    if isinstance(reply, list) and arguments.format in _GRAPH_FORMATS:
        output.write(_graph(reply, _GRAPH_FORMATS[arguments.format]), arguments.output)
        return
    if arguments.format in ("ttl", "nt"):
        raise UsageError(f"{arguments.format} is for triples, and this query gives none; "
                         "CONSTRUCT them, or choose another format")
    renderer = discovery.load("renderers", arguments.format)
    seen = _view(reply, arguments, source, titles or {}, note)
    output.write(renderer.render(seen), arguments.output, binary=renderer.BINARY)


def _view(reply: Reply, arguments: argparse.Namespace, source: Source | None,
          titles: Mapping[str, Texts], note: str) -> View:
    if isinstance(reply, bool):
        return truth(reply)
    answer = reply if isinstance(reply, Answer) else table(reply)
    needed = source is not None and not arguments.iris and arguments.format in _LABELLED
    known = caption.labels(source, answer.terms(), arguments.lang) if needed and source else {}
    return view(answer, known, titles, language=arguments.lang, note=note)


_LABELLED = ("table", "md", "xlsx")


def _graph(triples: list[Triple], exporter: str) -> bytes:
    out = io.BytesIO()
    quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    discovery.load("exporters", exporter).export(quads, out)
    return out.getvalue()


def explain_nothing(diagnose: Callable[[], str], exit_code: int = 0) -> None:
    """Say on standard error why there is no row; end the process should that take too long."""
    late = "no row: which condition emptied it took too long to find out"
    with deadline.expiring(_PATIENCE, late, exit_code):
        print(caption.printable(diagnose()), file=sys.stderr)
