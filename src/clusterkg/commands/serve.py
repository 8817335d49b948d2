"""Serve the graph on the web: SPARQL, linked data, and the questions as an API."""

import argparse

from clusterkg.server import option


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    option.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C; what runs then may end first."""
    options = option.read(arguments)
    from clusterkg.server import supervisor

    supervisor.run(options)
    return 0
