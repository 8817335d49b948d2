"""Write the graph, one source or one entity in a format that other tools read.

Every statement is written in the named graph of its source. Turtle, N-Triples, RDF/XML, CSVW and
GraphML have no named graphs: there the graphs become one.
"""

import argparse

from clusterkg import discovery, export, source


def register(parser: argparse.ArgumentParser) -> None:
    """Declare what is exported, and how."""
    parser.add_argument("--format", required=True, choices=discovery.names("exporters"))
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--source", metavar="NAME", help="only what this source says")
    what.add_argument("--entity", metavar="NAME",
                      help="only this entity, by IRI, CURIE or label: what it says, what points at "
                           "it, the records about it with their evidence")
    parser.add_argument("--inferred", action=argparse.BooleanOptionalAction, default=True,
                        help="whether to add what was inferred (default: yes)")
    parser.add_argument("--context", metavar="URL",
                        help="jsonld: refer to the context at URL instead of writing one")
    parser.add_argument("--context-only", action="store_true",
                        help="jsonld: write the context alone, to be published at such a URL")
    source.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the export, whole or not at all."""
    export.carry_out(arguments)
    return 0
